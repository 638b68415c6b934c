"""Whether each rung that was climbed still stands as its event tells: what is hidden here, nobody above
hears of."""

from __future__ import annotations

import json

import sqlalchemy as sa

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE

DIFFERENT = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: lần nhắc việc, báo quá hạn ấy không còn như khi ghi, hoặc "
    "đã mất khỏi cơ sở dữ liệu."
)
_ROWS = """SELECT u.code, e.seq, e.document_id, {instant:e.at} AS told_at, {bytes:e.leaf} AS leaf,
    {instant:c.at} AS at, c.rung, c.deadline_version, {text:c.effective_due} AS due, t.code AS to_unit
    FROM audit_event e JOIN unit u ON u.id = e.unit_id
    LEFT JOIN escalation c ON c.event_id = e.id LEFT JOIN unit t ON t.id = c.to_unit_id
    WHERE e.action IN ('remind', 'urge', 'escalate') ORDER BY e.unit_id, e.seq"""


def check_rungs(connection: sa.Connection, report: Report) -> int:
    """Adds to `report` every rung that is not what its event tells. Returns how many were compared."""
    looked_at = 0
    for row in rows.read(connection, _ROWS):
        looked_at += 1
        kept = (row.rung, row.deadline_version, row.due, row.to_unit, row.at)
        try:
            leaf = json.loads(row.leaf)
            told = (*map(leaf.get, ("rung", "deadline", "due", "to_unit")), row.told_at)
        except UNREADABLE:
            continue  # the log's own check names it
        if kept != told:
            report.add(DIFFERENT, unit=row.code, seq=row.seq, document=row.document_id)
    return looked_at
