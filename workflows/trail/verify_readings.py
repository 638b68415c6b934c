"""Whoever read a commitment stays known to its author: every `read` event has its row."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import table_of
from models.event import AuditEvent
from models.read import Reading
from models.unit import Unit
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import Contents

EVENT, UNIT, READING = map(table_of, (AuditEvent, Unit, Reading))

_KEPT = (
    sa.select(sa.func.count(READING.c.event_id.distinct()))
    .join_from(READING, EVENT, READING.c.event_id == EVENT.c.id)
    .where(EVENT.c.action == "read")
)
_MISSING = (
    sa.select(UNIT.c.code, EVENT.c.seq, EVENT.c.document_id)
    .join_from(EVENT, UNIT, EVENT.c.unit_id == UNIT.c.id)
    .where(EVENT.c.action == "read", ~sa.exists().where(READING.c.event_id == EVENT.c.id))
    .order_by(EVENT.c.unit_id, EVENT.c.seq)
    .execution_options(yield_per=500)
)


def check_readings(connection: sa.Connection, contents: Contents, report: Report) -> None:
    """Adds to `report` each reading that is in a log but no longer among the readers. All logs are
    read again for it only if fewer are kept than the `contents` of the logs tell of."""
    if connection.scalar(_KEPT) == contents.reads:
        return
    for event in connection.execute(_MISSING):
        report.add(
            N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: lượt đọc văn bản %(document)s đã bị gỡ "
                "khỏi danh sách người đọc."
            ),
            unit=event.code,
            seq=event.seq,
            document=event.document_id,
        )
