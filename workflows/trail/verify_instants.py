"""Whether the instants of a log are in order, or their disorder was noted when it was written."""

from __future__ import annotations

from typing import Any

from workflows.refusal import N_
from workflows.trail.parse import parse_all
from workflows.trail.verify_event import IN_TIME, Bad

UNNOTED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: thời điểm không theo thứ tự mà không được ghi nhận."
)


class Beside:
    """What stands beside the hashes of one log: its instants, and the first event (if any) whose
    contents are `bad`. `latest` is the latest instant so far, as leaves spell it."""

    def __init__(self, bad: Bad | None) -> None:
        self.bad = bad
        self.latest: str | None = None

    def first_in(self, page: list[tuple[Any, ...]]) -> Bad | None:
        """The first event of these (`models.queries.trail.places`, each at its place) that is not as
        it was written."""
        found = [self._unnoted(page), self.bad]
        return min((bad for bad in found if bad and page and bad.seq <= page[-1][1]), default=None)

    def _unnoted(self, page: list[tuple[Any, ...]]) -> Bad | None:
        instants = [self.latest or "", *(row[4] for row in page)]
        if sorted(instants) == instants and not _may_note(b"".join(row[2] for row in page)):
            self.latest = instants[-1] or None
            return None
        for _, seq, leaf, _, at, _ in page:
            noted = _noted(leaf) if _may_note(leaf) else None
            behind = self.latest is not None and at < self.latest
            if noted != (self.latest if behind else None):
                return Bad(seq, IN_TIME, (UNNOTED, {}))
            if not behind:
                self.latest = at
        return None


def _may_note(leaf: bytes) -> bool:
    """Whether "behind" may be among the names; a name may be spelt with escapes."""
    return b'"behind"' in leaf or b"\\" in leaf


def _noted(leaf: bytes) -> Any:
    [read] = parse_all([leaf])
    return read.get("behind") if type(read) is dict else None
