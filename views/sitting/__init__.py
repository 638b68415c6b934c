"""*Sinh hoạt*: a body's meetings: held on one screen, confirmed by another person, their results."""

from views.sitting import ending, index, items, months, page, saving
from views.sitting.base import blueprint

__all__ = ["blueprint", "ending", "index", "items", "months", "page", "saving"]
