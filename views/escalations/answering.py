"""The two things that may be said to a rung: the late one why, whoever heard what was done."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from views import present
from views.escalations.base import answer_words, blueprint, load
from views.escalations.one import shown
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from workflows.ladder import answers, reasons
from workflows.ladder.answers import Answer
from workflows.ladder.asked import personal
from workflows.obligations import Basis
from workflows.refusal import Forbidden, Stale, WorkflowError


@blueprint.post("/<id:escalation_id>/reason")
@policy("signed_in")
def state(escalation_id: int) -> Response | tuple[str, int]:
    load(escalation_id)
    form = Form(request.form)
    try:
        with transaction():
            words = form.raw("reason")
            rung = load(escalation_id)
            reasons.state(rung, words, actor=viewer(), now=clock.now())
            alone = personal(rung)
    except WorkflowError as refusal:
        return _refused(escalation_id, form, refusal)
    flash(
        gettext("Đã ghi lý do. Chỉ bí thư nhận báo đọc được.")
        if alone
        else gettext("Đã ghi lý do. Cấp trên đọc được cùng với việc quá hạn."),
        "done",
    )
    return redirect(url_for("escalations.page", escalation_id=escalation_id), 303)


@blueprint.post("/<id:escalation_id>/answer")
@policy("signed_in")
def answer(escalation_id: int) -> Response | tuple[str, int]:
    load(escalation_id)
    form = Form(request.form)
    until, dated_on = form.day("until"), form.day("basis_dated_on")
    basis = Basis(None, form.raw("basis_number"), dated_on, form.raw("basis_issuer"))
    given = Answer(form.raw("kind"), form.raw("note"), until, basis)
    try:
        with transaction():
            if not form.ok:
                return shown(load(escalation_id), form, _listed(form)), 422
            answers.answer(load(escalation_id), given, actor=viewer(), now=clock.now())
    except WorkflowError as refusal:
        return _refused(escalation_id, form, refusal)
    flash(gettext("Đã ghi trả lời: %(answer)s.", answer=answer_words(given.kind)), "done")
    return redirect(url_for("escalations.page", escalation_id=escalation_id), 303)


def _refused(escalation_id: int, form: Form, refusal: WorkflowError) -> tuple[str, int]:
    """The page again with what was typed. An extension's own field for the reason is the note."""
    places = {"reason": "note", "new_due": "until"} if "kind" in form.source else {}
    for reason in refusal.reasons:
        if reason.place:
            form.fail(places.get(reason.place, reason.place), present.sentence(reason))
    problems = [
        {**told, "place": places.get(told["place"], told["place"])}
        for told in present.reason_list(refusal.reasons)
    ]
    status = 403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422
    return shown(load(escalation_id), form, problems), status


def _listed(form: Form) -> list[dict[str, str]]:
    return [{"place": name, "text": text, "rule": ""} for name, text in form.errors.items()]
