"""Erasing what is a person's own: at the end of its term, or on request. No proof breaks by it."""

from workflows.erasing.person import erase_person
from workflows.erasing.term import erase_due
from workflows.erasing.texts import Erased

__all__ = ["Erased", "erase_due", "erase_person"]
