"""The end of a meeting: its minutes confirmed by another person or by their scan, taken up again, or
cancelled. Confirmed, the decisions are carried out at once as far as one request may take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.person import Person
from models.sitting import Sitting
from views import uploads
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from views.sitting import page
from views.sitting.base import blueprint, load_sitting
from views.status import status_of
from workflows import files, sittings
from workflows.refusal import WorkflowError
from workflows.sittings.who import capacity

log = structlog.get_logger(__name__)

AT_ONCE = 40  # decisions carried out within the request; the worker does the rest

Act = Callable[[Sitting, int, Person, datetime], object]


@blueprint.post("/sittings/<id:sitting_id>/confirmation")
@policy("sitting:keep")
def confirm(sitting_id: int) -> Response | tuple[str, int]:
    """The minutes are true, says the other person."""

    def act(sitting: Sitting, version: int, actor: Person, now: datetime) -> None:
        how = "scan" if request.form.get("how") == "scan" else "minute_taker"
        sittings.confirm(sitting, how=how, version=version, actor=actor, now=now)

    return _ended(sitting_id, act) or _carried_out(sitting_id)


@blueprint.post("/sittings/<id:sitting_id>/scan")
@policy("sitting:keep")
@uploads.receives_files()
def scan(sitting_id: int) -> Response | tuple[str, int]:
    """The scan of the signed minutes comes in and confirms them."""
    sitting = load_sitting(sitting_id)
    try:
        capacity(sitting.unit, viewer(), clock.now())
        clean = uploads.accepted()
    except WorkflowError as refused:
        return page.show(sitting, None, refused.reasons), status_of(refused)

    def act(sitting: Sitting, version: int, actor: Person, now: datetime) -> None:
        stored = files.keep(clean, now)
        files.attach(sitting, stored, purpose="scan", name=clean.name, actor=actor, now=now)
        sittings.confirm(sitting, how="scan", version=version, actor=actor, now=now)

    try:
        return _ended(sitting_id, act) or _carried_out(sitting_id)
    finally:
        clean.discard()


@blueprint.post("/sittings/<id:sitting_id>/reopening")
@policy("sitting:keep")
def reopen(sitting_id: int) -> Response | tuple[str, int]:
    """A closed meeting is taken up again before its minutes are confirmed."""

    def act(sitting: Sitting, version: int, actor: Person, now: datetime) -> None:
        sittings.reopen(sitting, version=version, actor=actor, now=now)

    refused = _ended(sitting_id, act)
    if refused is None:
        flash(gettext("Đã mở lại cuộc họp."), "done")
    return refused or redirect(url_for("sitting.page", sitting_id=sitting_id), 303)


@blueprint.post("/sittings/<id:sitting_id>/cancellation")
@policy("sitting:keep")
def cancel(sitting_id: int) -> Response | tuple[str, int]:
    """The meeting did not take place; what was before it waits on."""

    def act(sitting: Sitting, version: int, actor: Person, now: datetime) -> None:
        sittings.cancel(sitting, version=version, actor=actor, now=now)

    code = load_sitting(sitting_id).unit.code
    refused = _ended(sitting_id, act)
    if refused is None:
        flash(gettext("Đã hủy cuộc họp. Các bản trong chương trình chờ kỳ sau."), "done")
    return refused or redirect(url_for("sitting.index", code=code), 303)


def _ended(sitting_id: int, act: Act) -> tuple[str, int] | None:
    """The act in one transaction; the page with its reasons when it was refused, None when done."""
    load_sitting(sitting_id)
    version = Form(request.form).version()
    try:
        with transaction():
            act(load_sitting(sitting_id), version, viewer(), clock.now())
    except WorkflowError as refused:
        return page.show(load_sitting(sitting_id), None, refused.reasons), status_of(refused)
    return None


def _carried_out(sitting_id: int) -> Response:
    """As many decisions as one request may take; whatever is left, or went wrong, is the worker's.
    The confirmation stands either way."""
    try:
        sittings.carry_out(sitting_id, now=clock.now(), limit=AT_ONCE)
    except Exception as error:
        db.session.rollback()
        log.error("a sitting waits", sitting=sitting_id, error=type(error).__name__)
    flash(gettext("Đã xác nhận biên bản. Các quyết định có giá trị từ bây giờ."), "done")
    return redirect(url_for("sitting.page", sitting_id=sitting_id), 303)
