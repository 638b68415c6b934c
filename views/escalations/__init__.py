"""What climbed: to one's bodies and from them, one rung with its answers, and the list of late
units."""

from views.escalations import answering, lists, one  # noqa: F401  so that their routes are there
from views.escalations.base import blueprint

__all__ = ["blueprint"]
