"""One thing that is owed: where it stands, and its waiver or extension by somebody above."""

from views.obligations import granting, one  # noqa: F401  so that their routes are there
from views.obligations.base import blueprint

__all__ = ["blueprint"]
