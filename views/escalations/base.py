"""What every page of what climbed needs: loading through the viewer's scope, and the words of a
rung."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_babel import gettext

import clock
from models.deadline import Escalation, LatenessReason
from models.kinds import PERSONAL
from views import present
from views.late import not_done
from views.loaders import viewer
from views.names import someones_own, within
from workflows.ladder import asked
from workflows.owed import secretarial, visible_escalations

blueprint = Blueprint("escalations", __name__, url_prefix="/escalations")


def load(escalation_id: int) -> Escalation:
    """The rung, if this viewer may know of it; otherwise 404."""
    found = asked.one((Escalation.id == escalation_id) & visible_escalations(viewer(), clock.now()))
    if found is None or found.rung < 1:
        abort(404)
    return found


def sentence(escalation: Escalation) -> str:
    """Who has not done what until when, as the domain writes it."""
    return not_done(
        escalation.task.action if asked.owed_of(escalation) is None else "report",
        unit=present.unit_name(escalation.from_unit),
        what=what(escalation),
        told=escalation.at,
        due=escalation.effective_due,
    )


def what(escalation: Escalation) -> str:
    """The late thing, as it stands within a sentence. Above the cell nobody is named."""
    task = escalation.task
    if asked.personal(escalation):
        return _of_a_person(escalation)
    if (owed := asked.owed_of(escalation)) is not None:
        return within(present.requirement_words(owed.requirement))
    assert task.document is not None
    if task.document.kind in PERSONAL and not _own(escalation):
        return someones_own(task.document.kind)
    return within(present.document_name(task.document))


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


def answer_words(kind: str | None) -> str:
    return {
        "noted": gettext("Đã biết"),
        "settled": gettext("Đã xử lý"),
        "extended": gettext("Gia hạn"),
        "chased": gettext("Đôn đốc"),
    }.get(kind or "", gettext("Chưa trả lời"))
