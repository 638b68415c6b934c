"""One rung: what is late, why, every rung of its ladder with the answers, and what may be said."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.deadline import Escalation
from views import present
from views.escalations.base import (
    answer_words,
    blueprint,
    load,
    reason_for,
    reason_words,
    sentence,
)
from views.forms import Form
from views.late import step_words
from views.loaders import viewer, visible_ids
from views.policy import policy
from views.prints.letter import body_above
from workflows import obligations
from workflows.calendar import WorkingCalendar
from workflows.ladder import answers, asked, reasons
from workflows.ladder.steps import following
from workflows.ladder.times import steps_of


@blueprint.get("/<id:escalation_id>")
@policy("signed_in")
def page(escalation_id: int) -> str:
    return shown(load(escalation_id), Form({}))


def shown(escalation: Escalation, form: Form, problems: list[dict[str, str]] | None = None) -> str:
    """The page, with what was typed and what is wrong with it."""
    now, me = clock.now(), viewer()
    task = escalation.task
    reason, owed = reason_for(escalation), asked.owed_of(escalation)
    calendar = WorkingCalendar.of(db.session())
    late = calendar.working_days_between(escalation.effective_due, present.local_day(now))
    return render_template(
        "escalations/page.html",
        escalation=escalation,
        words=sentence(escalation),
        reason=reason,
        reason_words=reason_words(reason),
        step=step_words(escalation.step),
        done=task.closed_at,
        moved=escalation.deadline.version != escalation.deadline_version,
        late=late if task.closed_at is None else None,
        rungs=[_rung(row) for row in asked.ladder_of(escalation) if row.rung > 0],
        next_words=_next(escalation),
        paper=_paper(escalation),
        can_answer=answers.right_to_answer(escalation, me, now) is not None,
        can_extend=owed is not None and obligations.may_grant(owed, me, now),
        can_state=reasons.may_state(escalation, me, now),
        personal=asked.personal(escalation),
        form=form,
        problems=problems or [],
        letter=_letter(escalation),
    )


def _rung(row: Escalation) -> dict[str, Any]:
    return {
        "step": step_words(row.step),
        "to": present.unit_name(row.to_unit),
        "when": present.instant(row.at),
        "iso": present.iso(row.at),
        "asked": row.step in asked.ABOVE or asked.personal(row),
        "answers": [
            {
                "kind": answer_words(given.kind),
                "who": "" if asked.personal(row) else given.by.full_name,
                "unit": present.unit_name(given.unit),
                "when": present.instant(given.at),
                "until": present.day(given.until) if given.until else "",
                "note": given.note,
            }
            for given in row.answers
        ],
    }


def _next(escalation: Escalation) -> str:
    """What follows if nothing is done, and when."""
    deadline = escalation.deadline
    if deadline.closed_at is not None or deadline.version != escalation.deadline_version:
        return ""
    if deadline.paused_at is not None:
        return gettext("Thang đôn đốc tạm dừng vì hồ sơ đang được niêm giữ để kiểm tra.")
    step = following(steps_of(deadline), deadline.rung)
    if step is None or deadline.fires_at is None:
        return gettext("Không còn bậc nào sau bậc này.")
    when = present.instant(deadline.fires_at)
    return {
        "superior": gettext("Nếu chưa xong, %(when)s báo lên cấp trên trực tiếp.", when=when),
        "next_superior": gettext("Nếu chưa xong, %(when)s báo lên cấp trên tiếp theo.", when=when),
        "standing_list": gettext(
            "Nếu chưa xong, %(when)s đưa vào danh sách trình ban thường vụ.", when=when
        ),
    }.get(step.to, gettext("Nếu chưa xong, %(when)s đôn đốc lần 1.", when=when))


def _paper(escalation: Escalation) -> str:
    """The address of the paper that waits, where the viewer may open it."""
    document = escalation.task.document
    if document is None or document.id not in visible_ids([document.id]):
        return ""
    return url_for("document.page", document_id=document.id)


def _letter(escalation: Escalation) -> str:
    """Where a reminder to the late unit is printed, for a body directly above it."""
    if asked.personal(escalation) or escalation.step == "secretary":
        return ""
    if body_above(escalation.from_unit) is None:
        return ""
    return url_for("prints.reminder", code=escalation.from_unit.code)
