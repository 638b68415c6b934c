"""Whether the instants of a log are in order, or their disorder was noted when it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflows.refusal import N_
from workflows.trail.parse import parse
from workflows.trail.verify_event import IN_TIME, Bad

UNNOTED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: thời điểm không theo thứ tự mà không được ghi nhận."
)


class Beside:
    """What stands beside the hashes of one log: its instants, and the first event (if any) whose
    contents are `bad`. `latest` is the latest instant so far, as leaves spell it. The `leaves`
    between two places are read again only where instants are out of order, or `noted` somewhere in
    the log to be so."""

    def __init__(
        self, bad: Bad | None, noted: bool, leaves: Callable[[int, int], dict[int, bytes]]
    ) -> None:
        self.bad = bad
        self.noted = noted
        self.leaves = leaves
        self.latest: str | None = None

    def first_in(self, page: list[tuple[Any, ...]]) -> Bad | None:
        """The first event of these (`models.queries.trail.places`, each at its place) that is not as
        it was written."""
        found = [self._unnoted(page), self.bad]
        return min((bad for bad in found if bad and page and bad.seq <= page[-1][1]), default=None)

    def ends_at(self, latest: str | None) -> bool:
        """Whether this is the latest instant of the log."""
        return self.latest == latest

    def _unnoted(self, page: list[tuple[Any, ...]]) -> Bad | None:
        if not page:
            return None
        instants = [self.latest or "", *(row[3] or "" for row in page)]
        if not self.noted and sorted(instants) == instants:
            self.latest = instants[-1]
            return None
        leaves = self.leaves(page[0][1], page[-1][1])
        for _, seq, _, instant, _ in page:
            at = instant or ""
            noted = _noted(leaves[seq])
            behind = self.latest is not None and at < self.latest
            if noted != (self.latest if behind else None):
                return Bad(seq, IN_TIME, (UNNOTED, {}))
            if not behind:
                self.latest = at
        return None


def _noted(leaf: bytes) -> Any:
    read = parse(leaf)
    return read.get("behind") if type(read) is dict else None
