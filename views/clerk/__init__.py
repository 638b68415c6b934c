"""The clerk's desk of a unit, its register of numbers, and the papers that go in and out."""

from views.clerk import entries, register, volume  # noqa: F401  so that their routes are known
from views.clerk.base import blueprint

__all__ = ["blueprint"]
