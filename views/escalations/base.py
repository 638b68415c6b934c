"""What every page of what climbed needs: loading through the viewer's scope, and the words of a
rung."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_babel import gettext

import clock
from models.deadline import Escalation, LatenessReason
from views import present
from views.loaders import LARGEST, viewer
from workflows.ladder import asked
from workflows.owed import secretarial, visible_escalations

blueprint = Blueprint("escalations", __name__, url_prefix="/escalations")


def load(escalation_id: int) -> Escalation:
    """The rung, if this viewer may know of it; otherwise 404."""
    if not 0 < escalation_id <= LARGEST:
        abort(404)
    found = asked.one((Escalation.id == escalation_id) & visible_escalations(viewer(), clock.now()))
    if found is None or found.rung < 1:
        abort(404)
    return found


def sentence(escalation: Escalation) -> str:
    """Who has not done what until when, as the domain writes it."""
    words = {
        "review": gettext("Đến hết %(day)s, %(unit)s chưa cho ý kiến %(what)s (hạn %(due)s)."),
        "approve": gettext("Đến hết %(day)s, %(unit)s chưa quyết định %(what)s (hạn %(due)s)."),
        "receive": gettext("Đến hết %(day)s, %(unit)s chưa tiếp nhận %(what)s (hạn %(due)s)."),
        "meet": gettext("Đến hết %(day)s, %(unit)s chưa đưa %(what)s ra cuộc họp (hạn %(due)s)."),
        "confirm": gettext("Đến hết %(day)s, %(unit)s chưa xác nhận %(what)s (hạn %(due)s)."),
    }.get(
        escalation.task.action,
        gettext("Đến hết %(day)s, %(unit)s chưa báo cáo %(what)s (hạn %(due)s)."),
    )
    return present.fill(
        words,
        {
            "day": present.day(present.local_day(escalation.at)),
            "unit": present.unit_name(escalation.from_unit),
            "what": what(escalation),
            "due": present.day(escalation.effective_due),
        },
    )


def what(escalation: Escalation) -> str:
    """The late thing, as it stands within a sentence. Above the cell nobody is named."""
    task = escalation.task
    if asked.personal(escalation):
        return _of_a_person(escalation)
    if task.document is not None:
        if task.document.kind == "commitment" and not _own(escalation):
            return gettext("một bản cam kết")
        return _lower(present.document_name(task.document))
    assert task.obligation is not None
    return _lower(present.requirement_words(task.obligation.requirement))


def _of_a_person(escalation: Escalation) -> str:
    task = escalation.task
    if task.person_id == viewer().id:
        return gettext("việc của mình")
    if _own(escalation) and task.person is not None:
        return gettext("việc của %(name)s", name=task.person.full_name)
    return gettext("một việc của cá nhân")


def _own(escalation: Escalation) -> bool:
    """Whether the viewer leads the very body that is late."""
    return escalation.from_unit_id in secretarial(viewer(), clock.now())


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def reason_for(escalation: Escalation) -> LatenessReason | None:
    """Why it is late, where the viewer may read it: of a person only himself and the secretary who
    heard of it."""
    others = asked.personal(escalation) and escalation.task.person_id != viewer().id
    if others and escalation.to_unit_id not in secretarial(viewer(), clock.now()):
        return None
    return asked.reason_of(escalation.deadline, escalation.deadline_version)


def reason_words(reason: LatenessReason | None) -> str:
    if reason is None:
        return gettext("Chưa nêu lý do.")
    return gettext("Lý do: %(reason)s", reason=reason.text)


def step_words(escalation: Escalation) -> str:
    """Which rung it is, by who hears."""
    return {
        "secretary": gettext("Đôn đốc lần 1"),
        "superior": gettext("Báo lên cấp trên trực tiếp"),
        "next_superior": gettext("Báo lên cấp trên tiếp theo"),
        "standing_list": gettext("Đưa vào danh sách đơn vị chậm"),
    }.get(escalation.step, gettext("Nhắc việc"))


def answer_words(kind: str | None) -> str:
    return {
        "noted": gettext("Đã biết"),
        "settled": gettext("Đã xử lý"),
        "extended": gettext("Gia hạn"),
        "chased": gettext("Đôn đốc"),
    }.get(kind or "", gettext("Chưa trả lời"))
