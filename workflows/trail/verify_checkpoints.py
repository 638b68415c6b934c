"""Whether every log still is the tree that was signed of it, each time it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from models.base import table_of
from models.checkpoint import LogKey
from models.event import AuditEvent
from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail import checkpoint, merkle
from workflows.trail.note import Key, NotANote, parse_key
from workflows.trail.parse import parse
from workflows.trail.report import Report
from workflows.trail.rotation import ANEW, ROTATED, opened

EVENT, KEY = map(table_of, (AuditEvent, LogKey))
_KEYS = sa.select(KEY.c.id, KEY.c.key_id, KEY.c.public, KEY.c.note).order_by(KEY.c.id)
_TOLD = sa.select(EVENT.c.leaf).where(EVENT.c.action.in_((ROTATED, ANEW)))
NEVER = sys.maxsize

UNSIGNED = N_(
    "Điểm kiểm tra của sổ %(unit)s khi có %(kept)s sự kiện không mang chữ ký đúng của khóa đã ký."
)
OTHER = N_(
    "Sổ của %(unit)s không khớp với điểm kiểm tra đã ký khi có %(kept)s sự kiện: nội dung đã bị "
    "viết lại trong khoảng từ sự kiện số %(seq)s đến số %(end)s."
)
SHORTER = N_(
    "Sổ của %(unit)s thiếu sự kiện từ số %(seq)s: điểm kiểm tra đã ký ghi %(kept)s sự kiện, chỉ còn "
    "%(found)s."
)
UNTOLD = N_("Khóa ký %(key)s thay khóa trước mà không có sự kiện hoặc chữ ký đúng nào xác nhận.")


class Stamps:
    """What was signed of one log, from its beginning on. `next_size`: at which size of the log the
    next checkpoint stands."""

    def __init__(self, code: str | None, stamps: list[rows.CheckpointRow], signed: Signed) -> None:
        self.code = code
        self.stamps = stamps
        self.signed = signed
        self.good = 0  # the size up to which the log is what was signed
        self.at = 0

    @property
    def next_size(self) -> int:
        return self.stamps[self.at].size if self.at < len(self.stamps) else NEVER

    def hold(self, frontier: bytes, report: Report) -> bool:
        """Whether the log with this frontier, at `next_size`, is what was signed there."""
        root, size = merkle.root_of(frontier), self.next_size
        while self.next_size == size:
            stamp = self.stamps[self.at]
            self.at += 1
            if not self.signed.bears(self.code, stamp):
                report.add(UNSIGNED, unit=self.code, kept=size)
            if stamp.root != root:
                report.add(OTHER, unit=self.code, seq=self.good, end=size - 1, kept=size)
                return False
        self.good = size
        return True

    def end(self, size: int, report: Report) -> None:
        """The log ends at `size`."""
        if self.at < len(self.stamps):
            most = max(stamp.size for stamp in self.stamps[self.at :])
            report.add(SHORTER, unit=self.code, seq=size, kept=most, found=size)


class Signed:
    """Every signed checkpoint, to be walked beside the logs in the order of units."""

    def __init__(self, snapshot: rows.Snapshot, codes: dict[int, str], report: Report) -> None:
        self.codes = codes
        self.report = report
        self.keys = _keys(snapshot.connection, report)
        stamps = rows.checkpoints(snapshot)
        self.groups: Iterator[tuple[int, list[rows.CheckpointRow]]] = (
            (unit_id, list(some)) for unit_id, some in groupby(stamps, attrgetter("unit_id"))
        )
        self.ahead = next(self.groups, None)

    def of(self, unit_id: int) -> Stamps:
        """What was signed of this log; of those before it nothing else is left."""
        while self.ahead is not None and self.ahead[0] < unit_id:
            self._lost()
        found: list[rows.CheckpointRow] = []
        if self.ahead is not None and self.ahead[0] == unit_id:
            found, self.ahead = self.ahead[1], next(self.groups, None)
        # A size that is no place in a log was never signed: it is held when the log ends.
        sound = [stamp for stamp in found if type(stamp.size) is int and stamp.size > 0]
        for _ in range(len(found) - len(sound)):
            self.report.add(UNSIGNED, unit=self.codes.get(unit_id), kept=None)
        return Stamps(self.codes.get(unit_id), sound, self)

    def rest(self) -> None:
        """Logs of which checkpoints were signed and nothing is left."""
        while self.ahead is not None:
            self._lost()

    def bears(self, code: str | None, stamp: rows.CheckpointRow) -> bool:
        """Whether the checkpoint says what its columns say and its key signed it."""
        key = self.keys.get(stamp.key_id)
        if key is None or code is None:
            return False
        try:
            said, _ = checkpoint.opened(stamp.note, [key])
        except (NotANote, TypeError, AttributeError):
            return False
        return said == (checkpoint.origin(key.name, code), stamp.size, stamp.root, ())

    def _lost(self) -> None:
        assert self.ahead is not None
        unit_id, stamps = self.ahead
        self.ahead = next(self.groups, None)
        Stamps(self.codes.get(unit_id), stamps, self).end(0, self.report)


def _keys(connection: sa.Connection, report: Report) -> dict[int, Key]:
    """The keys by their rows, after the change from each to the next was looked at."""
    told = {
        str(leaf.get("new_key"))
        for row in connection.execute(_TOLD)
        if type(leaf := parse(row.leaf)) is dict
    }
    found: dict[int, Key] = {}
    before: Key | None = None
    for row in connection.execute(_KEYS):
        try:
            key = parse_key(row.public)
            taken = before is None or (row.key_id in told and opened(row.note or "", before, key))
        except (NotANote, TypeError, AttributeError):
            report.add(UNTOLD, key=row.key_id)
            continue
        if not taken:
            report.add(UNTOLD, key=row.key_id)
        found[row.id] = before = key
    return found
