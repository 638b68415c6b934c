"""The two things that somebody above may grant: another day, or that nothing is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db, transaction
from models.document import Document
from models.obligation import Obligation
from models.relief import Relief
from views import present
from views.days import until_words
from views.forms import whole
from views.loaders import viewer, visible_ids
from views.obligations.base import blueprint, load
from views.obligations.one import shown
from views.policy import policy
from views.sheet import Sheet
from workflows import obligations
from workflows.obligations import Basis
from workflows.refusal import Forbidden, Reason, Stale, WorkflowError


@blueprint.post("/<id:obligation_id>/extension")
@policy("signed_in")
def extend(obligation_id: int) -> ResponseReturnValue:
    load(obligation_id)
    sheet = Sheet(request.form)
    new_due = sheet.day("extension.new_due", required=gettext("Ghi hạn mới."))
    return _granted(
        obligation_id,
        sheet,
        "extension",
        lambda owed, given: obligations.extend(owed, new_due=new_due, **given),
        new_due,
    )


@blueprint.post("/<id:obligation_id>/waiver")
@policy("signed_in")
def waive(obligation_id: int) -> ResponseReturnValue:
    load(obligation_id)
    return _granted(
        obligation_id,
        Sheet(request.form),
        "waiver",
        lambda owed, given: obligations.waive(owed, **given),
    )


def _granted(
    obligation_id: int,
    sheet: Sheet,
    asked: str,
    grant: Callable[[Obligation, dict[str, Any]], Relief],
    new_due: date | None = None,
) -> ResponseReturnValue:
    """Grants it, or shows the page again with what was typed and everything that is wrong."""
    reason, basis, now = sheet.raw(f"{asked}.reason"), _basis(sheet, asked), clock.now()
    if not sheet.ok:
        owed = load(obligation_id)
        wrong = _besides(sheet, asked, reason, basis)
        if new_due is not None:
            wrong = obligations.wrong_day(owed, new_due, now) + wrong
        return _refused(owed, sheet, asked, wrong), 422
    given = {"reason": reason, "basis": basis, "actor": viewer(), "now": now}
    try:
        with transaction():
            relief = grant(load(obligation_id), given)
    except WorkflowError as refusal:
        status = (
            403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422
        )
        return _refused(load(obligation_id), sheet, asked, refusal.reasons), status
    flash(_done(relief, new_due), "done")
    return redirect(url_for("obligations.page", obligation_id=obligation_id), 303)


def _besides(sheet: Sheet, asked: str, reason: str, basis: Basis) -> list[Reason]:
    """What is wrong with the grounds besides what could not be read: a day that could not is missing
    nowhere else."""
    unread = sheet.error(f"{asked}.basis_dated_on")
    chosen = sheet.error(f"{asked}.basis_document")
    if unread:
        basis = replace(basis, dated_on=present.local_day(clock.now()))
    wrong = obligations.read_grounds(reason, basis, clock.now())[2]
    return [one for one in wrong if not (chosen and one.place == "basis_number")]


def _refused(owed: Obligation, sheet: Sheet, asked: str, reasons: list[Reason]) -> str:
    sheet.reasons = [
        replace(reason, place=f"{asked}.{reason.place}") if reason.place else reason
        for reason in reasons
    ]
    sheet.refuse(sheet.reasons)
    return shown(owed, sheet)


def _done(relief: Relief, new_due: date | None) -> str:
    if relief.new_due is None or new_due is None:
        return gettext("Đã miễn.")
    return gettext("Đã gia hạn đến %(until)s.", until=until_words(new_due, relief.new_due))


def _basis(sheet: Sheet, asked: str) -> Basis:
    """A paper chosen, or one outside as typed; a paper that the viewer may not see is none."""
    chosen = sheet.raw(f"{asked}.basis_document")
    document = None
    if chosen:
        known = whole(chosen)
        if known is not None and known in visible_ids([known]):
            document = db.session.get(Document, known)
        else:
            sheet.fail(f"{asked}.basis_document", gettext("Chọn một văn bản trong danh sách."))
    return Basis(
        document,
        sheet.raw(f"{asked}.basis_number"),
        sheet.day(f"{asked}.basis_dated_on"),
        sheet.raw(f"{asked}.basis_issuer"),
    )
