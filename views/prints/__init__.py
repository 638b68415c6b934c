"""Prints and files to take away: papers as PDF and DOCX, lists as XLSX, the reminder letter, many
prints at once."""

from views.prints import exports, letter, lists, papers  # noqa: F401  their routes
from views.prints.base import blueprint

__all__ = ["blueprint"]
