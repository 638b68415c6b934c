"""A committee's terms of office: by them a Party body counts its papers."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

import clock
from models.base import db
from models.register import CommitteeTerm
from models.unit import Unit
from views import present
from views.administrator.base import blueprint, load, page
from views.loaders import load_unit, viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import register
from workflows.register.terms import hold_below, set_term_below, terms_of


@blueprint.get("/units/<code>/terms")
@policy("administrator")
def terms(code: str) -> ResponseReturnValue:
    return _page(load_unit(code), Sheet())


@blueprint.post("/units/<code>/terms")
@policy("administrator")
def add_term(code: str) -> ResponseReturnValue:
    return _set(load_unit(code), None)


@blueprint.get("/units/<code>/terms/<id:term_id>")
@policy("administrator")
def term(code: str, term_id: int) -> ResponseReturnValue:
    unit, kept = _load(code, term_id)
    typed = {
        "label": kept.label,
        "valid_from": present.day(kept.valid_from),
        "valid_to": present.day(kept.valid_to),
    }
    return _page(unit, Sheet(typed), kept)


@blueprint.post("/units/<code>/terms/<id:term_id>")
@policy("administrator")
def change_term(code: str, term_id: int) -> ResponseReturnValue:
    return _set(*_load(code, term_id))


def _load(code: str, term_id: int) -> tuple[Unit, CommitteeTerm]:
    unit, kept = load_unit(code), load(CommitteeTerm, term_id)
    if kept.unit_id != unit.id:
        abort(404)
    return unit, kept


def _set(unit: Unit, kept: CommitteeTerm | None) -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    label = sheet.line("label", required=gettext("Ghi tên nhiệm kỳ, ví dụ 2025 - 2030."))
    days = {
        "valid_from": sheet.day("valid_from", required=gettext("Ghi ngày bắt đầu nhiệm kỳ.")),
        "valid_to": sheet.day("valid_to"),
    }
    below = kept is None and sheet.ticked("below")
    done = {"stayed": 0, "units": 1}

    def act(_session: object) -> None:
        if below:
            hold_below(unit, now)
        _, done["stayed"] = register.set_term(
            unit, label=label, **days, term=kept, actor=actor, now=now
        )
        if below:
            more, stayed = set_term_below(unit, label=label, **days, actor=actor, now=now)
            done["units"] += more
            done["stayed"] += stayed

    if not sheet.attempt(act):
        return _page(unit, sheet, kept), 422
    flash(
        ngettext(
            "Đã ghi nhiệm kỳ của %(num)s đơn vị.",
            "Đã ghi nhiệm kỳ của %(num)s đơn vị.",
            done["units"],
        ),
        "done",
    )
    if done["stayed"]:
        flash(
            gettext(
                "%(n)s số đã cấp ở lại sổ theo năm, vì trong nhiệm kỳ đã có các số ấy.",
                n=done["stayed"],
            ),
            "",
        )
    return redirect(url_for("administrator.terms", code=unit.code), 303)


def _page(unit: Unit, sheet: Sheet, kept: CommitteeTerm | None = None) -> str:
    db.session.refresh(unit)
    return page(
        "terms",
        unit=unit,
        sheet=sheet,
        kept=kept,
        terms=terms_of(unit),
    )
