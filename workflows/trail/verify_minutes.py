"""Whether minutes of inspections still are what was offered to their three signers, and are signed by
whom the events say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import as_texts, table_of
from models.dossier import DossierPiece, PieceSignature
from models.inspection import Inspection
from models.stored_file import Attachment
from workflows.dossier.offered import FIXED, Offered
from workflows.refusal import N_
from workflows.trail.beside_events import MinutesEvent
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE, Contents

PIECE, SIGNATURE, INSPECTION = map(table_of, (DossierPiece, PieceSignature, Inspection))
ATTACHMENT = table_of(Attachment)

LOST = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: biên bản kiểm tra số %(piece)s đã mất khỏi cơ sở dữ liệu."
)
ALTERED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: biên bản kiểm tra số %(piece)s không còn đúng nội "
    "dung đã chốt để ký."
)
OPENED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: biên bản kiểm tra số %(piece)s không còn ở trạng "
    "thái mà sự kiện ấy ghi (đã chốt để ký hay đã mở lại)."
)
OTHER = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: chữ ký trên biên bản kiểm tra số %(piece)s ký một "
    "nội dung khác với nội dung đã chốt."
)
UNSIGNED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: chữ ký trên biên bản kiểm tra số %(piece)s đã bị gỡ."
)
REMARK = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: ý kiến kèm chữ ký trên biên bản kiểm tra số %(piece)s "
    "không còn như khi ký."
)
UNCONFIRMED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: xác nhận bản quét của biên bản kiểm tra số %(piece)s đã "
    "bị gỡ."
)
UNTOLD = N_(
    "Biên bản kiểm tra số %(piece)s có nội dung chốt, chữ ký hoặc xác nhận bản quét mà không sổ nào ghi."
)
MOVING = ("minutes_offered", "minutes_reopened")


_PIECES = sa.select(
    PIECE.c.id,
    PIECE.c.n,
    PIECE.c.part,
    sa.cast(PIECE.c.salt, sa.LargeBinary).label("salt"),
    sa.cast(PIECE.c.content_hash, sa.LargeBinary).label("content_hash"),
    *as_texts(PIECE.c.number, PIECE.c.place, PIECE.c.dated_on, PIECE.c.texts),
    *as_texts(PIECE.c.offered_at, INSPECTION.c.decision_number),
).outerjoin(INSPECTION, INSPECTION.c.id == PIECE.c.inspection_id)
_SIGNATURES = sa.select(
    SIGNATURE.c.piece_id,
    SIGNATURE.c.role,
    SIGNATURE.c.person_id,
    *as_texts(SIGNATURE.c.signed_at, SIGNATURE.c.remark),
)
# The scans that somebody confirmed, also those taken away since.
_CONFIRMED = sa.select(
    ATTACHMENT.c.piece_id, ATTACHMENT.c.id, ATTACHMENT.c.removed_at.is_(None).label("there")
).where(ATTACHMENT.c.piece_id.is_not(None), ATTACHMENT.c.confirmed_at.is_not(None))


class Given(NamedTuple):
    """What stands beside one piece: what each who signed said along with it, by role; and whether each
    scan that somebody confirmed is still there."""

    signed: dict[str, str]
    confirmed: dict[int, bool]

    def untold(self, since: Iterable[MinutesEvent]) -> bool:
        """Whether a signature, or the confirmation of a scan that is there, is in none of these."""
        roles, scans = {event.role for event in since}, {event.scan for event in since}
        there = {scan for scan, is_there in self.confirmed.items() if is_there}
        return bool(self.signed.keys() - roles or there - scans)


def check_minutes(connection: sa.Connection, contents: Contents, report: Report) -> None:
    """Adds to `report` minutes that are not what their events state, each with the event that says
    otherwise; of minutes that were opened again only what came later counts."""
    told: dict[Any, list[MinutesEvent]] = defaultdict(list)
    for event in sorted(_placed(contents.minutes), key=lambda event: event[:3]):
        told[event.piece].append(event)
    signers: dict[Any, dict[str, Any]] = defaultdict(dict)
    given: dict[Any, Given] = defaultdict(lambda: Given({}, {}))
    for row in connection.execute(_SIGNATURES):
        signers[row.piece_id][row.role] = row.person_id
        if row.signed_at is not None:
            given[row.piece_id].signed[row.role] = row.remark
    for row in connection.execute(_CONFIRMED):
        given[row.piece_id].confirmed[row.id] = bool(row.there)
    for row in connection.execute(_PIECES.order_by(PIECE.c.id)):
        fault = _wrong_with(row, told.pop(row.id, []), signers[row.id], given[row.id])
        if fault is not None:
            _add(report, contents, row.id, *fault)
    for piece, events in told.items():
        _add(report, contents, piece, LOST, events[0])


def _placed(events: Iterable[MinutesEvent]) -> list[MinutesEvent]:
    """Those that stand at a place and name a piece; the others are told with the logs."""
    return [
        event
        for event in events
        if type(event.at) is str
        and type(event.unit_id) is int
        and type(event.seq) is int
        and type(event.piece) is int
    ]


def _in_order(moved: list[MinutesEvent]) -> list[MinutesEvent]:
    """As they were written: by their place in one log, whatever the clock said."""
    one_log = len({event.unit_id for event in moved}) < 2
    return sorted(moved, key=lambda event: event.seq) if one_log else moved


def _wrong_with(
    row: Any, events: list[MinutesEvent], signers: dict[str, Any], given: Given
) -> tuple[str, MinutesEvent | None] | None:
    """What is wrong with one piece, and the event that says so; None: nothing."""
    moved = _in_order([event for event in events if event.action in MOVING])
    if not moved:
        kept = row.offered_at is not None or row.content_hash is not None
        return (UNTOLD, None) if kept or events or given.untold(()) else None
    *before, last = moved
    opened_again = {event.content for event in before if event.action == "minutes_offered"}
    since = [e for e in events if e.action not in MOVING and e.content not in opened_again]
    offered = last.action == "minutes_offered"
    if offered != (row.offered_at is not None):
        return OPENED, last
    if not offered:
        return (UNTOLD, None) if row.content_hash is not None or given.untold(()) else None
    if _hash(row, signers) != last.content or _hex(row.content_hash) != last.content:
        return ALTERED, last
    for event in since:
        wrong = _wrong_after(event, last, given)
        if wrong is not None:
            return wrong, event
    return (UNTOLD, None) if given.untold(since) else None


def _wrong_after(event: MinutesEvent, offered: MinutesEvent, given: Given) -> str | None:
    """What is wrong with a signature, or the confirmation of a scan, of minutes that were offered."""
    if event.content != offered.content:
        return OTHER
    if event.action == "minutes_confirmed":
        return None if event.scan in given.confirmed else UNCONFIRMED
    if event.role not in given.signed:
        return UNSIGNED
    return REMARK if event.remark not in (None, given.signed[event.role]) else None


def _hash(row: Any, signers: dict[str, Any]) -> str | None:
    try:
        body = json.loads(row.texts)[FIXED]
        dated_on = date.fromisoformat(row.dated_on) if row.dated_on is not None else None
        told = (row.n, row.part, row.number, row.place, dated_on, body, signers)
        return Offered(row.decision_number, *told).hash(row.salt).hex()
    except UNREADABLE:
        return None


def _hex(value: Any) -> str | None:
    return value.hex() if isinstance(value, bytes) else None


def _add(
    report: Report, contents: Contents, piece: Any, text: str, event: MinutesEvent | None
) -> None:
    if event is None:
        report.add(text, piece=piece)
        return
    report.add(
        text,
        unit=contents.codes.get(event.unit_id),
        seq=event.seq,
        document=event.document_id,
        piece=piece,
    )
