"""Papers signed outside the system: entered with their scan, put right, confirmed by another person,
what the rules have against them explained; and many at once, when an office takes over a year."""

from views.recorded import (  # noqa: F401  so that their routes are known
    compare,
    correct,
    enter,
    explain,
    listing,
    takeover,
)
from views.recorded.base import blueprint

__all__ = ["blueprint"]
