"""Inspections and thematic supervisions (domain §5): the decision with its scope and team, the rights
that begin and end with it, the freeze.

`lookups` answers what others ask: which inspections are open for a person, what one covers, whose
text may be read, what is frozen. `opening` and `team` write the decision, `effects` what its acts
change, `pausing` holds the ladder, `readings` writes down what is read. The acts themselves are the
engine's, by `definitions/inspection.toml`.
"""

from workflows.inspections.lookups import (
    covers,
    freezing,
    is_frozen,
    is_running,
    may_read_text,
    open_for,
    opening_of,
)

__all__ = [
    "covers",
    "freezing",
    "is_frozen",
    "is_running",
    "may_read_text",
    "open_for",
    "opening_of",
]
