"""A committee over what its subordinates owe."""

from views.committee.matrix import blueprint

__all__ = ["blueprint"]
