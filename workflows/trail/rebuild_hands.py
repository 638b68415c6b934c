"""Whether it still stands who had a hand in each text: by these rows nobody decides alone on what he
wrote (R30)."""

from __future__ import annotations

import json

import sqlalchemy as sa

from models.document import HANDS
from models.queries import trail as rows
from workflows.act import PROXY
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE

LOST = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: việc tham gia viết văn bản %(document)s đã mất khỏi cơ sở "
    "dữ liệu."
)
ALTERED = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: người tham gia viết văn bản %(document)s không còn như sự "
    "kiện ấy ghi."
)
UNTOLD = N_(
    "Văn bản %(document)s: cơ sở dữ liệu ghi một lần tham gia viết (%(action)s) mà không sổ nào ghi."
)
_SAME = "c.document_id = e.document_id AND c.action = e.action AND c.at = e.at"
_EVENTS = f"""SELECT u.code, e.seq, e.document_id, e.action, {{bytes:e.leaf}} AS leaf, p.actor_id,
    c.id AS hand, c.person_id, c.revision
    FROM audit_event e JOIN unit u ON u.id = e.unit_id LEFT JOIN event_payload p ON p.event_id = e.id
    LEFT JOIN contribution c ON {_SAME}
    WHERE e.document_version IS NOT NULL
    AND e.action IN {HANDS} ORDER BY e.unit_id, e.seq"""
_UNTOLD = f"""SELECT c.document_id, c.action FROM contribution c LEFT JOIN audit_event e ON {_SAME}
    WHERE e.id IS NULL ORDER BY c.id"""


def check_hands(connection: sa.Connection, report: Report) -> int:
    """Adds to `report` every hand in a text that is not what its event tells, or is in no log. Who opens
    an amendment that somebody asked for has none in it. Returns how many events were compared."""
    looked_at = 0
    for row in rows.read(connection, _EVENTS):
        looked_at += 1
        place = {"unit": row.code, "seq": row.seq, "document": row.document_id}
        try:
            leaf = json.loads(row.leaf)
            opened, role, revision = map(leaf.get, ("amends", "role", "revision"))
        except UNREADABLE:
            continue  # the log's own check names it
        if row.hand is None:
            if not (row.action == "create" and opened):
                report.add(LOST, **place)
        elif revision != row.revision or (
            role != PROXY and row.actor_id not in (None, row.person_id)
        ):
            report.add(ALTERED, **place)
    for row in rows.read(connection, _UNTOLD):
        report.add(UNTOLD, document=row.document_id, action=row.action)
    return looked_at
