"""The newest signed checkpoint of a unit's log, on its minutes, with the key that signed it: whoever
holds the paper holds what the log was on that day and whom to believe, and no server can take it back."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.checkpoint import Checkpoint, LogKey
from models.rehearsal import offset
from models.unit import Unit
from workflows.calendar import local_day
from workflows.prints.words import day


def log_stamp(unit: Unit) -> dict[str, str]:
    """The `stamp` of `workflows.prints.envelope`; empty while nothing was signed of the log."""
    signed = db.session.execute(
        sa.select(Checkpoint.note, Checkpoint.size, Checkpoint.signed_at, LogKey.public)
        .join(LogKey, LogKey.id == Checkpoint.key_id)
        .where(Checkpoint.unit_id == unit.id)
        .order_by(Checkpoint.id.desc())
        .limit(1)
    ).one_or_none()
    if signed is None:
        return {}
    signed_on = day(local_day(signed.signed_at))
    if offset():  # the paper around it bears a rehearsal's days
        signed_on += " (giờ thật)"
    words = (
        f"Sổ sự kiện của {unit.name}: {signed.size} sự kiện, ký ngày {signed_on}. "
        "Mã này giữ lại điểm kiểm tra đã ký; dán vào trang Kiểm tra giấy xác nhận để đối chiếu. "
        "Khóa ký sổ (để so với khóa trong policy.json của bản xuất):"
    )
    return {"code": signed.note, "words": words, "key": signed.public}
