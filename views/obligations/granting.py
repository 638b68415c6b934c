"""The two things that somebody above may grant: another day, or that nothing is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db, transaction
from models.document import Document
from models.obligation import Obligation
from views.forms import whole
from views.loaders import viewer, visible_ids
from views.obligations.base import blueprint, load
from views.obligations.one import shown
from views.policy import policy
from views.sheet import Sheet
from workflows import obligations
from workflows.obligations import Basis
from workflows.refusal import Forbidden, Stale, WorkflowError


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
        gettext("Đã gia hạn."),
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
        gettext("Đã miễn."),
    )


def _granted(
    obligation_id: int,
    sheet: Sheet,
    asked: str,
    grant: Callable[[Obligation, dict[str, Any]], object],
    done: str,
) -> ResponseReturnValue:
    """Grants it, or shows the page again with what was typed and everything that is wrong."""
    basis = _basis(sheet, asked)
    if not sheet.ok:
        return shown(load(obligation_id), sheet), 422
    given = {
        "reason": sheet.raw(f"{asked}.reason"),
        "basis": basis,
        "actor": viewer(),
        "now": clock.now(),
    }
    try:
        with transaction():
            grant(load(obligation_id), given)
    except WorkflowError as refusal:
        sheet.reasons = [
            replace(reason, place=f"{asked}.{reason.place}") if reason.place else reason
            for reason in refusal.reasons
        ]
        sheet.refuse(sheet.reasons)
        status = (
            403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422
        )
        return shown(load(obligation_id), sheet), status
    flash(done, "done")
    return redirect(url_for("obligations.page", obligation_id=obligation_id), 303)


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
