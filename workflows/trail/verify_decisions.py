"""Whether every decision beside the logs is in one of them, as it was taken and by whom, and none is gone."""

from __future__ import annotations

from typing import Any

from models.document import DECISIONS
from models.queries.trail import DecisionRow, DocumentRow
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import Moved

UNTOLD = N_("Văn bản %(document)s: quyết định “%(action)s” lúc %(at)s không có trong sổ nào.")
OTHER_TEXT = N_(
    "Văn bản %(document)s: quyết định “%(action)s” (sự kiện số %(seq)s trong sổ của %(unit)s) không "
    "phải về nội dung đang giữ của bản thứ %(n)s."
)
ALTERED = N_(
    "Văn bản %(document)s: quyết định “%(action)s” (sự kiện số %(seq)s trong sổ của %(unit)s): "
    "%(column)s không còn như sự kiện ấy ghi."
)
LOST = N_(
    "Văn bản %(document)s: quyết định “%(action)s” (sự kiện số %(seq)s trong sổ của %(unit)s) đã mất "
    "khỏi danh sách quyết định."
)
NO_VOTES = (None, None, None)
COLUMNS = {
    "stage": N_("cấp quyết định"),
    "person_id": N_("người quyết định"),
    "delegated": N_("việc thực hiện theo ủy quyền"),
    "reason_code": N_("mã lý do"),
    "votes": N_("số phiếu"),
    "minutes": N_("biên bản"),
    "dated_on": N_("ngày văn bản"),
}


def check_decisions(
    document: DocumentRow,
    decisions: list[DecisionRow],
    told: list[Moved],
    hashes: dict[int, bytes],
    report: Report,
) -> None:
    """Every decision is on the text that its event names, by whom and how the event says, and every
    event of a decision has one."""
    events = {
        (action, e.leaf.get("revision"), e.at): e
        for e in told
        if type(action := e.leaf.get("action")) is str and action in DECISIONS
    }
    for row in decisions:
        event = events.pop((row.action, row.revision, row.at), None)
        if event is None:
            report.add(UNTOLD, document=document.id, action=row.action, at=row.at)
        elif row.content_hash != hashes.get(row.revision):
            _add(report, OTHER_TEXT, document, event, n=row.revision)
        elif column := _altered(row, event):
            _add(report, ALTERED, document, event, column=COLUMNS[column])
    for event in events.values():
        _add(report, LOST, document, event)


def _altered(row: DecisionRow, event: Moved) -> str | None:
    """The first column that is not as the event says; what was erased is not asked for. The number is
    as somebody typed it, and so is the date at a later stage than the issuer's: what they became
    stands at the document."""
    leaf, erased = event.leaf, not event.fields
    votes, day = leaf.get("votes"), row.dated_on
    stated = (
        ("stage", row.stage, leaf.get("from_stage")),
        ("person_id", row.person_id, _said(event, "actor_id", row.person_id)),
        ("delegated", row.delegated, bool(leaf.get("delegated"))),
        ("reason_code", row.reason_code, leaf.get("reason_code")),
        ("votes", row.votes, tuple(votes) if type(votes) is list else NO_VOTES),
        ("minutes", row.minutes, row.minutes if erased else _said(event, "minutes", None)),
        ("dated_on", day, day if row.stage or day is None else leaf.get("dated_on")),
    )
    return next((name for name, kept, told in stated if kept != told), None)


def _said(event: Moved, name: str, otherwise: Any) -> Any:
    """What the payload of an event holds under a name."""
    field = event.fields.get(name) if type(event.fields) is dict else None
    return field.get("value") if type(field) is dict else otherwise


def _add(report: Report, text: str, document: DocumentRow, event: Moved, **params: Any) -> None:
    report.add(
        text,
        unit=event.unit,
        seq=event.seq,
        document=document.id,
        action=event.leaf["action"],
        **params,
    )
