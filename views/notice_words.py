"""A notice as one sentence, and where it leads. What an event was about is asked for a whole page at
once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.deadline import Escalation
from models.kinds import PERSONAL
from models.notification import Notification
from models.obligation import Obligation
from models.task import Task
from views import notice_dossier, present
from views.escalations.base import sentence
from views.inspected import seen_inspection
from views.loaders import viewer, visible_ids
from workflows.ladder import asked
from workflows.owed import openable_obligations, visible_escalations

ABOUT_RUNGS = ("escalated", "due_soon")
LATE_LIST = "late_list"


@dataclass
class Behind:
    """What the events of some notices were about, by the notice's id: the rung, what is owed, and what
    the log states."""

    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    rungs: dict[int, Escalation] = field(default_factory=dict)
    owed: dict[int, Obligation] = field(default_factory=dict)


def behind(notes: Iterable[Notification]) -> Behind:
    """What these notices are about, where the notice alone does not say it."""
    found = Behind()
    some = [note for note in notes if _needs_more(note)]
    found.facts = {note.id: json.loads(note.event.leaf) for note in some}
    tasks = {facts.get("task") for facts in found.facts.values()} - {None}
    chased = {facts.get("escalation") for facts in found.facts.values()} - {None}
    rungs = _rungs(tasks, chased)
    by_event = {row.event_id: row for row in rungs if row.event_id is not None}
    by_id = {row.id: row for row in rungs}
    owed = _owed({facts.get("obligation") for facts in found.facts.values()} - {None})
    for note in some:
        facts = found.facts[note.id]
        rung = by_event.get(note.event_id) or by_id.get(facts.get("escalation", 0))
        if rung is not None:
            found.rungs[note.id] = rung
        if obligation := owed.get(facts.get("obligation", 0)):
            found.owed[note.id] = obligation
    return found


def words(note: Notification, about: Behind | None = None) -> str:
    """A notice as one sentence; `about`: what `behind` found for its page."""
    if (own := notice_dossier.said(note)) is not None:
        return own
    about = about or behind([note])
    document = note.document
    name = present.document_name(document) if document is not None else _owed_name(note, about)
    match note.topic:
        case "waits":
            return _waits(note.action, name)
        case "returned" if note.action == "request_amendment":
            return gettext("Cấp trên yêu cầu sửa đổi: %(name)s.", name=name)
        case "returned":
            return gettext("Được trả lại để bổ sung: %(name)s.", name=name)
        case "decided":
            return _decided(note, name, about)
        case "received":
            return gettext("Cấp trên đã tiếp nhận: %(name)s.", name=name)
        case "due_soon":
            return _due_soon(name, about.rungs.get(note.id))
        case "escalated":
            return _escalated(note, name, about)
        case "read":
            return gettext("Có người đã đọc: %(name)s.", name=name)
    return name


def target(note: Notification) -> str | None:
    """The page that a notice leads to, where its reader may open one; None: there is none."""
    if notice_dossier.said(note) is not None:
        return notice_dossier.leads_to(note)
    about = behind([note])
    now = clock.now()
    sitting = sitting_of(note)
    if sitting is not None:
        return url_for("sitting.page", sitting_id=sitting)
    rung = about.rungs.get(note.id)
    if note.action == LATE_LIST and rung is not None:
        return url_for("escalations.late", code=rung.to_unit.code)
    if note.topic == "escalated" and rung is not None and rung.rung > 0:
        seen = (Escalation.id == rung.id) & visible_escalations(viewer(), now)
        if asked.one(seen) is not None:
            return url_for("escalations.page", escalation_id=rung.id)
    if note.document is not None and note.document.kind == "inspection":
        return seen_inspection(note.document.id)
    if note.document_id is not None and note.document_id in visible_ids([note.document_id]):
        return url_for("document.page", document_id=note.document_id)
    owed = about.owed.get(note.id)
    if owed is not None:
        seen = (Obligation.id == owed.id) & openable_obligations(viewer(), now)
        if db.session.scalar(sa.select(Obligation.id).where(seen)) is not None:
            return url_for("obligations.page", obligation_id=owed.id)
    return None


def leads(note: Notification, about: Behind) -> bool:
    """Whether there is something to open behind a notice."""
    known = note.id in about.rungs or note.id in about.owed
    return note.document_id is not None or known or sitting_of(note) is not None


def sitting_of(note: Notification) -> int | None:
    """The meeting whose minutes a notice asks to confirm."""
    if note.action != "confirm_minutes":
        return None
    found = json.loads(note.event.leaf).get("sitting")
    return found if isinstance(found, int) else None


def _needs_more(note: Notification) -> bool:
    return note.topic in ABOUT_RUNGS or (
        note.document_id is None and note.action != "confirm_minutes"
    )


def _rungs(tasks: set[Any], ids: set[Any]) -> list[Escalation]:
    if not tasks and not ids:
        return []
    return list(
        db.session.scalars(
            sa.select(Escalation)
            .options(
                *asked.shown(),
                joinedload(Escalation.task).joinedload(Task.person),
            )
            .where(sa.or_(Escalation.task_id.in_(tasks), Escalation.id.in_(ids)))
        ).unique()
    )


def _owed(ids: set[Any]) -> dict[int, Obligation]:
    if not ids:
        return {}
    rows = db.session.scalars(
        sa.select(Obligation)
        .options(joinedload(Obligation.requirement), joinedload(Obligation.unit))
        .where(Obligation.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _owed_name(note: Notification, about: Behind) -> str:
    """What is owed, and by which unit; of what another person owes only that it is one's."""
    owed = about.owed.get(note.id)
    if owed is None or owed.person_id not in (None, note.person_id):
        return gettext("một việc")
    name = present.requirement_words(owed.requirement)
    return f"{name}, {present.unit_name(owed.unit)}" if owed.person_id is None else name


def _waits(action: str, name: str) -> str:
    if action == "confirm_minutes":
        return gettext("Biên bản một cuộc họp chờ xác nhận.")
    return {
        "meet": gettext("Chờ đưa ra cuộc họp: %(name)s.", name=name),
        "submit": gettext("Chờ hoàn chỉnh và trình: %(name)s.", name=name),
        "review": gettext("Chờ cho ý kiến: %(name)s.", name=name),
        "approve": gettext("Chờ quyết định: %(name)s.", name=name),
        "confirm": gettext("Chờ đối chiếu, xác nhận: %(name)s.", name=name),
        "report": gettext("Chờ báo cáo lên cấp trên: %(name)s.", name=name),
        "receive": gettext("Chờ tiếp nhận: %(name)s.", name=name),
        "copy_sent": gettext("Có bản sao gửi đến: %(name)s.", name=name),
        "answer_copy": gettext("Cấp trên khác cho ý kiến, chờ trả lời: %(name)s.", name=name),
    }.get(action, gettext("Có việc đang chờ: %(name)s.", name=name))


def _decided(note: Notification, name: str, about: Behind) -> str:
    if note.action == "extend":
        until = about.facts.get(note.id, {}).get("new_due")
        day = present.long_day(date.fromisoformat(until)) if until else ""
        return gettext("Được gia hạn đến hết %(day)s: %(name)s.", day=day, name=name)
    return {
        "review": gettext("Đã có ý kiến: %(name)s.", name=name),
        "approve": gettext("Đã được thông qua: %(name)s.", name=name),
        "confirm": gettext("Đã được xác nhận: %(name)s.", name=name),
        "revoke": gettext("Đã bị bãi bỏ: %(name)s.", name=name),
        "copy_answered": gettext("Đơn vị đã trả lời ý kiến trên bản sao: %(name)s.", name=name),
        "waive": gettext("Được miễn: %(name)s.", name=name),
        "announce": gettext("Đơn vị được kiểm tra: quyết định đã triển khai."),
        "freeze": gettext("Hồ sơ trong phạm vi kiểm tra được niêm giữ."),
        "unfreeze": gettext("Hồ sơ trong phạm vi kiểm tra thôi niêm giữ."),
        "draft_conclusion": gettext("Đã có dự thảo kết luận kiểm tra, có thể giải trình."),
        "conclude": gettext("Đã có thông báo kết luận kiểm tra."),
        "close": gettext("Cuộc kiểm tra đã kết thúc."),
    }.get(note.action, gettext("Đã có quyết định: %(name)s.", name=name))


def _due_soon(name: str, rung: Escalation | None) -> str:
    if rung is None:
        return gettext("Sắp đến hạn: %(name)s.", name=name)
    day = present.long_day(rung.effective_due)
    return gettext("Sắp đến hạn, %(day)s: %(name)s.", day=day, name=name)


def _escalated(note: Notification, name: str, about: Behind) -> str:
    rung, document = about.rungs.get(note.id), note.document
    if note.action == LATE_LIST:
        return gettext("Có danh sách đơn vị cấp dưới đang chậm.")
    if note.action == "chased":
        return gettext("Cấp trên đôn đốc: %(name)s.", name=name)
    if rung is not None:
        said = sentence(rung)
        if note.action == "state_reason":
            return gettext("%(sentence)s Cần nêu lý do.", sentence=said)
        return said
    if document is None or document.kind in PERSONAL:  # no person is named upward
        return gettext("Một việc của cấp dưới đã quá hạn, được báo lên đây.")
    return gettext("Quá hạn, được báo lên đây: %(name)s.", name=name)
