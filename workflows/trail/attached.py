"""Whether every file that an event put beside a paper still is the file that was put there."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from models.base import table_of
from models.stored_file import Attachment, StoredFile
from workflows.files.place import place
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import Contents

PIECE = 1 << 20
HASH = re.compile("[0-9a-f]{64}")

ATTACHMENT, FILE = map(table_of, (Attachment, StoredFile))

_BESIDE = (
    ATTACHMENT.c.revision,
    ATTACHMENT.c.sitting_id,
    ATTACHMENT.c.piece_id,
    ATTACHMENT.c.report_id,
    ATTACHMENT.c.purpose,
)

LOST = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: tệp kèm theo số %(attachment)s đã mất, "
    "nội dung có mã băm %(hash)s không còn trong kho tệp."
)
ALTERED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: tệp kèm theo số %(attachment)s không còn đúng "
    "nội dung đã ghi, mã băm phải là %(hash)s."
)
OTHER = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: tệp kèm theo số %(attachment)s đang trỏ tới tệp "
    "khác với mã băm %(hash)s đã ghi."
)
MOVED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: tệp kèm theo số %(attachment)s không còn nằm ở nơi mà "
    "sự kiện ấy ghi."
)
GONE = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: dòng của tệp kèm theo số %(attachment)s đã bị gỡ "
    "khỏi cơ sở dữ liệu."
)
HIDDEN = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: tệp kèm theo số %(attachment)s bị đánh dấu đã gỡ "
    "mà không có sự kiện nào ghi việc đó."
)
UNTOLD = N_("Tệp kèm theo số %(attachment)s không có sự kiện nào trong sổ ghi việc thêm vào.")


def check_attached(connection: sa.Connection, contents: Contents, report: Report) -> None:
    """Adds to `report` each attachment whose row or bytes are not what its event states.

    Bytes of a file that was taken away by an event may be gone; each content is read once.
    """
    taken_away = {
        event.attachment
        for event in contents.files
        if event.action == "detach" and isinstance(event.attachment, int)
    }
    states: dict[str, str | None] = {}
    told: set[int] = set()
    placed = (e for e in contents.files if type(e.unit_id) is int and type(e.seq) is int)
    for event in sorted(placed, key=lambda event: (event.unit_id, event.seq)):
        unit_id, seq, document_id, action, number, stated, beside = event
        if action != "attach" or unit_id not in contents.codes:
            continue
        if type(number) is not int or type(stated) is not str or abs(number) >= 1 << 63:
            continue
        told.add(number)
        row = connection.execute(
            sa.select(
                FILE.c.sha256,
                ATTACHMENT.c.removed_at.is_not(None).label("removed"),
                ATTACHMENT.c.document_id,
                *_BESIDE,
            )
            .join_from(ATTACHMENT, FILE, ATTACHMENT.c.file_id == FILE.c.id)
            .where(ATTACHMENT.c.id == number)
        ).first()
        if row is None:
            wrong: str | None = GONE
        elif row.sha256 != stated:
            wrong = OTHER
        elif tuple(row[2:]) != (None if any(beside[1:4]) else document_id, *beside):
            wrong = MOVED
        elif number in taken_away:
            wrong = None
        elif row.removed:
            wrong = HIDDEN
        else:
            if stated not in states:
                states[stated] = _wrong_with(place().path(stated), stated)
            wrong = states[stated]
        if wrong:
            report.add(
                wrong,
                unit=contents.codes[unit_id],
                seq=seq,
                document=document_id,
                attachment=number,
                hash=stated,
            )
    for (number,) in connection.execute(sa.select(ATTACHMENT.c.id).order_by(ATTACHMENT.c.id)):
        if number not in told:
            report.add(UNTOLD, attachment=number)


def _wrong_with(path: Path, stated: str) -> str | None:
    if not HASH.fullmatch(stated):
        return LOST  # no file has such a name
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except OSError:
        return LOST
    return None if digest.hexdigest() == stated else ALTERED
