"""Ordering: checked against what the person may see before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.export import ExportJob
from models.kinds import PERSONAL
from models.person import Person
from workflows.exports.room import require_room
from workflows.refusal import N_, Reason, Refused
from workflows.scope import revision_for, visible_documents

MOST = 500  # papers in one file
KIND = "papers"


def order(
    person: Person, document_ids: Sequence[int], *, now: datetime, real_now: datetime
) -> ExportJob:
    """An order for one ZIP with the PDF of each of these documents, in this order. In the caller's
    transaction.

    `now` is the organisation's instant, for what may be seen; `real_now` dates the order. Raises
    Refused: nothing chosen, too many, a commitment among them, something that this person does not
    see, or too many orders under way.
    """
    ids = list(dict.fromkeys(document_ids))
    if not ids:
        raise _refused(N_("Chưa chọn văn bản nào. Đánh dấu ít nhất một văn bản rồi bấm lại."))
    if len(ids) > MOST:
        raise _refused(
            N_("Đã chọn %(n)s văn bản, mỗi lần nhiều nhất %(most)s. Chia làm nhiều lần."),
            n=len(ids),
            most=MOST,
        )
    found = seen(person, ids, now)
    missing = len(ids) - len(found)
    if missing:
        raise _refused(
            N_(
                "Có %(n)s văn bản không còn trong phạm vi được xem. "
                "Tải lại trang rồi chọn lại các văn bản cần in."
            ),
            n=missing,
        )
    if any(document.kind in PERSONAL for document in found.values()):
        raise _refused(
            N_(
                "Bản cam kết không in hàng loạt: nội dung chỉ mở từng bản, mỗi lần đọc đều được ghi "
                "lại. Bỏ đánh dấu các bản cam kết rồi bấm lại."
            )
        )
    require_room(person)
    job = ExportJob(
        person=person,
        kind=KIND,
        params={"documents": ids},
        total=len(ids),
        ordered_at=real_now,
        touched_at=real_now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def seen(person: Person, ids: Sequence[int], now: datetime) -> dict[int, Document]:
    """Of these documents, those whose text this person may read now; a commitment that he sees is
    among them, so that it can be refused with its own sentence."""
    rows = db.session.scalars(
        sa.select(Document).where(Document.id.in_(ids), visible_documents(person, now))
    )
    return {
        document.id: document
        for document in rows
        if document.kind in PERSONAL or revision_for(document, person, now) is not None
    }


def _refused(text: str, **params: object) -> Refused:
    return Refused(Reason("FORM", text, params, place="documents"))
