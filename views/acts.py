"""Each act is a resource of the document: `POST /documents/7/approval`, its form at
`/documents/7/approval/new`; an act that only a definition knows: `/documents/7/acts/weigh`.

The page decides nothing. It shows what the act asks, sends it to the engine with the revision and
version that were on the screen, and shows the engine's answer with everything typed still there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.unit import Unit
from views import present, symbols
from views.forms import Form
from views.loaders import load_document, viewer
from views.policy import policy
from workflows import Available, Forbidden, Refused, Stale, available_actions, perform
from workflows.definition import ACT_NAME, has_own_act
from workflows.history import heard_by
from workflows.refusal import Reason, WorkflowError
from workflows.register.series import series_of
from workflows.register.suggest import instead
from workflows.rules.numbers import suggest_number
from workflows.scope import can_read_text
from workflows.symbols import type_of

blueprint = Blueprint("acts", __name__, url_prefix="/documents/<id:document_id>")

RESOURCES = {
    "submission": "submit",
    "review": "review",
    "return": "return",
    "approval": "approve",
    "report": "report",
    "receipt": "receive",
    "amendment-request": "request_amendment",
    "withdrawal": "withdraw",
    "amendment": "amend",
    "revocation": "revoke",
    "archiving": "archive",
}
# Acts with a page of their own.
PAGES = {
    "revise": "writing.revise",
    "correct": "recorded.correct",
    "confirm": "recorded.compare",
}
OWN = "acts/"  # before the name of an act that only a definition knows
RESOURCE_OF = {action: resource for resource, action in RESOURCES.items()}
ICONS = {
    "submit": "up",
    "review": "pencil",
    "approve": "check",
    "confirm": "check",
    "correct": "edit",
    "explain": "edit",
    "report": "up",
    "receive": "down",
    "return": "g-back",
    "request_amendment": "g-back",
    "revise": "edit",
    "amend": "edit",
}


@dataclass(frozen=True)
class Button:
    """An act as the acts panel shows it."""

    name: str
    words: str
    url: str
    direct: bool
    tone: str
    icon: str
    reasons: list[dict[str, str]]


def buttons(document: Document, offered: list[Available]) -> tuple[list[Button], list[Button]]:
    """(allowed, refused) for macros/acts.html. An act that asks nothing posts at once."""
    made = [_button(document, item) for item in offered]
    allowed = [b for b, item in zip(made, offered, strict=True) if item.allowed]
    return allowed, [b for b, item in zip(made, offered, strict=True) if not item.allowed]


def _button(document: Document, item: Available) -> Button:
    if item.name in PAGES:
        address, direct = url_for(PAGES[item.name], document_id=document.id), False
    elif item.name == "explain":
        address, direct = url_for("document.page", document_id=document.id) + "#findings", False
    else:
        resource = RESOURCE_OF.get(item.name, OWN + item.name)
        direct = not item.asks
        endpoint = "acts.perform_act" if direct else "acts.ask"
        address = url_for(endpoint, document_id=document.id, resource=resource)
    return Button(
        item.name,
        present.label(item.label),
        address,
        direct,
        item.tone,
        ICONS.get(item.name, ""),
        present.reason_list(item.reasons),
    )


class _Resource(BaseConverter):
    """The resource of an act that the house knows, or the name of one that a definition adds."""

    regex = "|".join([*RESOURCES, OWN + ACT_NAME])
    part_isolating = False


@blueprint.record_once
def _routed(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["act"] = _Resource


def _action(document: Document, resource: str) -> str:
    """The act that a resource stands for. Aborts with 404 where its document has none of its own."""
    if resource in RESOURCES:
        return RESOURCES[resource]
    action = resource.removeprefix(OWN)
    return action if has_own_act(document, action) else abort(404)


@blueprint.get("/<act:resource>/new")
@policy("document:act")
def ask(document_id: int, resource: str) -> str | tuple[str, int]:
    document = load_document(document_id)
    offered = _offered(document, _action(document, resource))
    if offered is None:
        return _gone(document), 409
    return _page(document, resource, offered, Form(_proposals(document, offered)))


@blueprint.post("/<act:resource>")
@policy("document:act")
def perform_act(document_id: int, resource: str) -> Response | tuple[str, int]:
    document = load_document(document_id)
    action, kind = _action(document, resource), document.kind
    offered = _offered(document, action)
    form = Form(request.form)
    revision, version = form.seen()
    corrected = symbols.taken(request.form)
    if corrected is not None and offered is not None and version == document.version:
        return _page(document, resource, offered, Form(corrected)), 200
    if _repeated(document, action, version):
        return redirect(url_for("document.page", document_id=document_id), 303)
    if version != document.version and offered is None:
        return _gone(document, form), 409
    given = _inputs(form, offered.asks if offered else ())
    if not form.ok and offered is not None:
        return _page(document, resource, offered, form), 422
    try:
        with transaction():
            result = perform(
                document,
                action,
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                **given,
            )
            result_id = result.id
    except Stale as stale:
        fresh = _offered(document, action)
        if fresh is None:
            return _gone(document, form, stale.reasons), 409
        seen = max(version, 0)
        return _page(document, resource, fresh, form, stale.reasons, seen=seen), 409
    except Forbidden as forbidden:
        return _forbidden(document, forbidden), 403
    except Refused as refused:
        fresh = _offered(document, action)
        if fresh is None:
            return _gone(document, form, refused.reasons), 422
        form.refuse(refused.reasons)
        return _page(document, resource, fresh, form, refused.reasons), 422
    return _after(document_id, kind, result_id, action)


def _after(document_id: int, kind: str, result_id: int, action: str) -> Response:
    """Where one goes after an act: to the paper, or on to writing the amendment just opened."""
    if action == "amend" and result_id != document_id:
        flash(
            gettext("Đã mở bản sửa đổi. Bản cũ còn hiệu lực cho đến khi bản mới được thông qua."),
            "done",
        )
        return redirect(url_for("writing.revise", document_id=result_id), 303)
    flash(_done_words(action, kind), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def _done_words(action: str, kind: str) -> str:
    own = {
        "submit": gettext("Đã gửi chi bộ."),
        "return": gettext("Đã đề nghị bổ sung kèm lý do. Người viết đã được báo."),
    }
    if kind in PERSONAL and action in own:
        return own[action]
    return {
        "submit": gettext("Đã trình. Việc đã chuyển cho người cho ý kiến."),
        "review": gettext("Đã ghi ý kiến. Việc đã chuyển cho người quyết định."),
        "return": gettext("Đã trả lại kèm lý do. Người soạn đã được báo."),
        "approve": gettext("Đã ghi quyết định."),
        "report": gettext("Đã báo cáo lên cấp trên."),
        "receive": gettext("Đã tiếp nhận."),
        "request_amendment": gettext(
            "Đã gửi yêu cầu. Bản đang có hiệu lực giữ nguyên trong lúc bổ sung."
        ),
        "withdraw": gettext("Đã rút."),
        "revoke": gettext("Đã bãi bỏ."),
        "archive": gettext("Đã lưu hồ sơ."),
    }.get(action, gettext("Đã ghi."))


def _offered(document: Document, action: str) -> Available | None:
    """The act as offered to the viewer now, allowed or not; None when it does not exist here."""
    for item in available_actions(document, person=viewer(), now=clock.now()):
        if item.name == action:
            return item
    return None


def _repeated(document: Document, action: str, version: int) -> bool:
    """A double click: the very next event after what was seen is this act by this person."""
    if version < 0 or document.version <= version:
        return False
    actor = db.session.scalar(
        sa.select(EventPayload.actor_id)
        .join(AuditEvent, AuditEvent.id == EventPayload.event_id)
        .where(
            AuditEvent.document_id == document.id,
            AuditEvent.document_version == version + 1,
            AuditEvent.action == action,
        )
    )
    return actor is not None and actor == viewer().id


# -- the form of an act


def _proposals(document: Document, offered: Available) -> dict[str, str]:
    """What the form says before anybody typed: the next number, today, the usual way."""
    proposals: dict[str, str] = {}
    if "number" in offered.asks:
        proposals["number"] = suggest_number(document, _printed_on(document)) or ""
    if "dated_on" in offered.asks:
        proposals["dated_on"] = present.day(_printed_on(document))
    if "via" in offered.asks:
        above = next_stage_via(document)
        proposals["via"] = above.code if above else ""
    return proposals


def _printed_on(document: Document) -> date:
    """The day proposed for print; the number comes from the book of that day."""
    proposed = document.dated_on or document.current.dated_on
    return proposed or present.local_day(clock.now())


def _instead(document: Document, form: Form) -> str | None:
    """What to write instead of a refused number, for the button that takes it."""
    kind = type_of(document)
    if kind is None or not form.error("number") or document.number:
        return document.number if form.error("number") else None
    day = Form(form.source).day("dated_on") or _printed_on(document)
    return instead(series_of(document.unit, kind, day), form.raw("number"))


def next_stage_via(document: Document) -> Unit | None:
    """The advisory body through which the next stage is reached (R18)."""
    following = document.stage + 1
    return document.stages[following].via if following < len(document.stages) else None


def _inputs(form: Form, asks: tuple[str, ...]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "number": lambda: form.line("number", limit=60),
        "dated_on": lambda: form.day("dated_on"),
        "minutes": lambda: form.line("minutes"),
        "votes": form.votes,
        "reason_code": lambda: form.line("reason_code", limit=40),
        "reason": lambda: form.text("reason", limit=4000),
        "comment": lambda: form.text("comment", limit=4000),
        "decision": lambda: form.line("decision"),
        "via": lambda: form.line("via", limit=64),
    }
    given = {name: readers[name]() for name in asks if name in readers}
    return {name: value for name, value in given.items() if value not in (None, "")}


def _page(
    document: Document,
    resource: str,
    offered: Available,
    form: Form,
    reasons: list[Reason] | tuple[Reason, ...] = (),
    seen: int | None = None,
) -> str:
    blocked = list(offered.reasons) if not offered.allowed else []
    via = next_stage_via(document)
    return render_template(
        "document/act.html",
        document=document,
        act=_button(document, offered),
        action=offered.name,
        asks=offered.asks,
        allowed=offered.allowed,
        form=form,
        problems=form.problems([*reasons, *blocked]),
        post_url=url_for("acts.perform_act", document_id=document.id, resource=resource),
        instead=_instead(document, form),
        suggestion=suggest_number(document, _printed_on(document))
        if "number" in offered.asks
        else None,
        codes=present.reason_codes(document.kind),
        via=via,
        following=document.stages[document.stage + 1].unit
        if document.stage + 1 < len(document.stages)
        else None,
        meanwhile=_meanwhile(document, seen) if seen is not None else [],
        readable=can_read_text(document, viewer(), clock.now()),
    )


def _meanwhile(document: Document, seen: int) -> list[dict[str, Any]]:
    """What happened since the version that the page had shown."""
    return present.story(heard_by(document, viewer(), clock.now(), since=seen))


# What somebody typed into an act's form, shown again when the act is no longer there.
KEPT = (
    "comment",
    "reason",
    "decision",
    "number",
    "dated_on",
    "minutes",
    "votes.present",
    "votes.for",
    "votes.against",
)


def _gone(
    document: Document, form: Form | None = None, reasons: list[Reason] | tuple[Reason, ...] = ()
) -> str:
    """The act does not exist here any more: say so, and keep what was typed."""
    kept = []
    if form is not None:
        kept = [form.raw(name) for name in KEPT if form.raw(name).strip()]
    return render_template(
        "document/gone.html",
        document=document,
        reasons=present.reason_list(reasons),
        kept=kept,
        lines=present.story(list(reversed(heard_by(document, viewer(), clock.now())))[:3]),
    )


def _forbidden(document: Document, refusal: WorkflowError) -> str:
    return render_template(
        "document/forbidden.html", document=document, reasons=present.reason_list(refusal.reasons)
    )
