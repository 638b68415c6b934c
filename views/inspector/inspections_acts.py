"""The acts of an inspection: a form for what one asks, then the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.inspection import Inspection
from models.person import Person
from views import present
from views.acts import Button
from views.forms import Form
from views.inspector.dossier_base import kept, piece_words
from views.inspector.inspections_base import load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows import Available, Forbidden, Refused, Stale, available_actions, perform
from workflows.dossier.lacking import lacking
from workflows.inspections.limits import most
from workflows.refusal import WorkflowError

RESOURCES = {
    "announcement": "announce",
    "self-report": "take_self_report",
    "verification": "verify",
    "draft-conclusion": "draft_conclusion",
    "further-verification": "verify_again",
    "conclusion": "conclude",
    "follow-up": "follow_up",
    "closing": "close",
    "extension": "extend",
    "freeze": "freeze",
    "release": "unfreeze",
    "cancellation": "cancel",
}
RESOURCE_OF = {action: resource for resource, action in RESOURCES.items()}
RESOURCE = "any({})".format(", ".join(f"'{name}'" for name in RESOURCES))
ICONS = {
    "announce": "up",
    "take_self_report": "down",
    "verify": "eye",
    "conclude": "check",
    "verify_again": "g-back",
    "freeze": "g-hold",
    "close": "check",
}


def buttons(
    inspection: Inspection, person: Person, now: datetime
) -> tuple[list[Button], list[Button]]:
    """(allowed, refused) for macros/acts.html; of freeze and its end only the one that has a meaning
    now."""
    offered = [
        item
        for item in available_actions(inspection.document, person=person, now=now)
        if item.name != ("freeze" if inspection.frozen else "unfreeze")
    ]
    made = [(_button(inspection, item), item.allowed) for item in offered]
    return [b for b, fine in made if fine], [b for b, fine in made if not fine]


def _button(inspection: Inspection, item: Available) -> Button:
    endpoint = "inspector.ask_act" if item.asks else "inspector.act"
    address = url_for(endpoint, inspection_id=inspection.id, resource=RESOURCE_OF[item.name])
    tone = "danger" if item.name == "cancel" else item.tone
    return Button(
        item.name,
        present.label(item.label),
        address,
        not item.asks,
        tone,
        ICONS.get(item.name, ""),
        present.reason_list(item.reasons),
    )


@blueprint.get(f"/inspections/<id:inspection_id>/<{RESOURCE}:resource>/new")
@policy("inspection")
def ask_act(inspection_id: int, resource: str) -> str | tuple[str, int]:
    inspection = load_own(inspection_id)
    offered = _offered(inspection, RESOURCES[resource])
    if offered is None:
        return _page(inspection, resource, None, Form({})), 409
    return _page(inspection, resource, offered, Form({}))


@blueprint.post(f"/inspections/<id:inspection_id>/<{RESOURCE}:resource>")
@policy("inspection")
def act(inspection_id: int, resource: str) -> Response | tuple[str, int]:
    inspection = load_own(inspection_id)
    action = RESOURCES[resource]
    offered = _offered(inspection, action)
    form = Form(request.form)
    revision, version = form.seen()
    if offered is None:
        return _page(inspection, resource, None, form), 409
    given = _inputs(form, offered.asks)
    if not form.ok:
        return _page(inspection, resource, offered, form), 422
    try:
        with transaction():
            perform(
                inspection.document_id,
                action,
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                **given,
            )
    except WorkflowError as refusal:
        fresh = load_own(inspection_id)
        form.refuse(refusal.reasons)
        answer = _page(fresh, resource, _offered(fresh, action), form, refusal)
        return answer, _status(refusal)
    flash(gettext("Đã ghi: %(what)s.", what=present.label(offered.label)), "done")
    return redirect(url_for("inspector.inspection", inspection_id=inspection_id), 303)


def _status(refusal: WorkflowError) -> int:
    if isinstance(refusal, Stale):
        return 409
    if isinstance(refusal, Forbidden):
        return 403
    assert isinstance(refusal, Refused)
    return 422


def _offered(inspection: Inspection, action: str) -> Available | None:
    found = available_actions(inspection.document, person=viewer(), now=clock.now())
    return next((item for item in found if item.name == action), None)


def _inputs(form: Form, asks: tuple[str, ...]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "dated_on": lambda: form.day("dated_on"),
        "reason": lambda: form.text("reason", limit=4000),
        "comment": lambda: form.text("comment", limit=4000),
        "decision": lambda: _notice(form),
        "days": lambda: form.count("days"),
    }
    given = {name: readers[name]() for name in asks}
    return {name: value for name, value in given.items() if value not in (None, "")}


def _lacks(inspection: Inspection) -> list[tuple[str, str, str]]:
    """(mark, name, address) of what the dossier lacks before it is closed."""
    rows = []
    for lack in lacking(inspection):
        mark, words = piece_words(inspection, lack.spec, max(lack.part, 1))
        at = {"inspection_id": inspection.id, "n": lack.spec.n, **kept(part=lack.part or None)}
        rows.append((mark, words, url_for("inspector.piece", **at)))
    return rows


def _notice(form: Form) -> str:
    """The number and the day of a notice, as one says them together."""
    number = form.line("notice", required=gettext("Ghi số thông báo."))
    day = form.day("notice_on", required=gettext("Ghi ngày thông báo."))
    return f"{number}, {present.day(day)}" if number and day else ""


def _page(
    inspection: Inspection,
    resource: str,
    offered: Available | None,
    form: Form,
    refusal: WorkflowError | None = None,
) -> str:
    reasons = list(refusal.reasons) if refusal is not None else []
    if offered is not None and not offered.allowed:
        reasons += offered.reasons
    return render_template(
        "inspector/act.html",
        inspection=inspection,
        title=title(inspection),
        state=present.state_badge(inspection.document),
        act=_button(inspection, offered) if offered is not None else None,
        asks=offered.asks if offered is not None else (),
        allowed=offered is not None and offered.allowed,
        form=form,
        problems=form.problems(reasons),
        kept=[
            form.raw(n)
            for n in ("reason", "comment", "notice", "notice_on", "days")
            if form.raw(n).strip()
        ],
        left=most(inspection.limit_days) - inspection.extended_days,
        lacks=_lacks(inspection) if RESOURCES[resource] == "close" else [],
        post_url=url_for("inspector.act", inspection_id=inspection.id, resource=resource),
    )
