"""Commitments of a cell: where each member's stands, the lists reported upward; and for the body
above, the lists it receives: name, date, minutes, no texts."""

from views.cell import index, reporting  # noqa: F401  so that their routes are known
from views.cell.base import blueprint

__all__ = ["blueprint"]
