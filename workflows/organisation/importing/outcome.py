"""What an import did or would do, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.refusal import Reason

STATES = ("added", "changed", "unchanged")


@dataclass(frozen=True)
class Line:
    """One good row: its sheet and number, what it is about, and what became of it."""

    sheet: str
    row: int
    about: str
    state: str  # added | changed | unchanged
    changes: tuple[Reason, ...] = ()  # phrases: what was changed


@dataclass(frozen=True)
class BadRow:
    """One thing wrong with one row."""

    sheet: str
    row: int
    column: str
    reason: Reason


@dataclass
class Outcome:
    """All rows of a file. `written` only when every row was good and writing was asked for."""

    lines: list[Line] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    written: bool = False

    def count(self, state: str) -> int:
        """How many rows were (or would be) added, changed, or stay unchanged."""
        return sum(line.state == state for line in self.lines)

    @property
    def changes_nothing(self) -> bool:
        return not self.bad and self.count("unchanged") == len(self.lines)

    def in_order(self) -> None:
        """Rows and bad rows as they stand in the file."""
        every = [line.sheet for line in self.lines] + [bad.sheet for bad in self.bad]
        sheets = list(dict.fromkeys(every))
        self.lines.sort(key=lambda line: (sheets.index(line.sheet), line.row))
        self.bad.sort(key=lambda bad: (sheets.index(bad.sheet), bad.row))
