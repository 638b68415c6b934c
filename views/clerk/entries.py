"""Writing in the register: papers that are not in the system, voided numbers, printed and filed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db, transaction
from models.register import NumberEntry
from models.unit import Unit
from views import present, symbols
from views.clerk.base import TYPE_NAMES, blueprint, keeps, load, load_entry
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import Forbidden, register
from workflows.register.keeping import must_keep
from workflows.register.putting_away import file, mark_printed
from workflows.register.series import series_of
from workflows.register.suggest import instead
from workflows.rules.issuing import may_issue_type
from workflows.symbols import TYPES

NUMBER = 60


@blueprint.get("/papers/new")
@policy("unit")
def new_paper(code: str) -> ResponseReturnValue:
    unit = load(code)
    today = present.day(present.local_day(clock.now()))
    return _form_page(
        "clerk/paper.html", unit, Sheet({"dated_on": today, "type": request.args.get("type", "")})
    )


@blueprint.post("/papers")
@policy("unit")
def enter_paper(code: str) -> ResponseReturnValue:
    unit = load(code)
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    if (corrected := symbols.taken(request.form)) is not None:
        return _form_page("clerk/paper.html", unit, Sheet(corrected))
    type = sheet.line("type", required=gettext("Chọn loại văn bản."), limit=8)
    number = sheet.line("number", limit=NUMBER)
    day = sheet.day("dated_on", required=gettext("Ghi ngày trên văn bản."))
    subject = sheet.line("subject", required=gettext("Ghi trích yếu của văn bản."))
    given: list[str] = []

    def act(_session: object) -> None:
        must_keep(unit, actor, now)
        same: dict[str, Any] = {"dated_on": day, "subject": subject, "actor": actor, "now": now}
        entry = register.entered_just_now(unit, type, **same)
        if entry is None or number not in ("", entry.symbol):
            entry = register.enter(unit, type, number or None, **same)
        given.append(entry.symbol)

    if sheet.attempt(act):
        flash(gettext("Đã vào sổ, số %(number)s.", number=given[0]), "done")
        return redirect(url_for("clerk.index", code=unit.code) + "#register", 303)
    return _form_page("clerk/paper.html", unit, sheet), 422


@blueprint.get("/voided/new")
@policy("unit")
def new_voided(code: str) -> ResponseReturnValue:
    return _form_page(
        "clerk/voided.html", load(code), Sheet({"type": request.args.get("type", "")})
    )


@blueprint.post("/voided")
@policy("unit")
def void_unused(code: str) -> ResponseReturnValue:
    unit = load(code)
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    if (corrected := symbols.taken(request.form)) is not None:
        return _form_page("clerk/voided.html", unit, Sheet(corrected))
    type = sheet.line("type", required=gettext("Chọn loại văn bản."), limit=8)
    number = sheet.line("number", required=gettext("Ghi số cần hủy."), limit=NUMBER)
    reason = sheet.text("reason", required=gettext("Ghi lý do hủy số."), limit=1000)

    def act(_session: object) -> None:
        must_keep(unit, actor, now)
        register.void_unused(
            unit,
            type,
            number,
            day=present.local_day(now),
            reason=reason,
            actor=actor,
            now=now,
        )

    if sheet.attempt(act):
        flash(gettext("Đã hủy số, lý do còn trong sổ."), "done")
        return redirect(url_for("clerk.index", code=unit.code) + "#register", 303)
    return _form_page("clerk/voided.html", unit, sheet), 422


@blueprint.get("/<id:entry_id>/void")
@policy("unit")
def ask_void(code: str, entry_id: int) -> ResponseReturnValue:
    unit = load(code)
    return _void_page(unit, load_entry(unit, entry_id), Sheet())


@blueprint.post("/<id:entry_id>/void")
@policy("unit")
def void(code: str, entry_id: int) -> ResponseReturnValue:
    unit = load(code)
    entry = load_entry(unit, entry_id)
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    reason = sheet.text("reason", required=gettext("Ghi lý do hủy số."), limit=1000)

    def act(_session: object) -> None:
        must_keep(unit, actor, now)
        register.void(entry, reason, actor=actor, now=now)

    if sheet.attempt(act):
        flash(gettext("Đã hủy số, lý do còn trong sổ."), "done")
        return redirect(url_for("clerk.index", code=unit.code) + "#register", 303)
    return _void_page(unit, entry, sheet), 422


@blueprint.post("/<id:entry_id>/printed")
@policy("unit")
def printed(code: str, entry_id: int) -> ResponseReturnValue:
    return _put_away(code, entry_id, mark_printed, gettext("Đã đánh dấu là đã in."))


@blueprint.post("/<id:entry_id>/filed")
@policy("unit")
def filed(code: str, entry_id: int) -> ResponseReturnValue:
    return _put_away(code, entry_id, file, gettext("Đã ghi bản giấy lưu tại văn phòng."))


def _put_away(code: str, entry_id: int, mark: object, words: str) -> ResponseReturnValue:
    unit = load(code)
    entry = load_entry(unit, entry_id)
    try:
        with transaction():
            must_keep(unit, viewer(), clock.now())
            mark(entry, clock.now())  # type: ignore[operator]
        flash(words, "done")
    except Forbidden as forbidden:
        flash(" ".join(present.sentence(reason) for reason in forbidden.reasons), "late")
    return redirect(url_for("clerk.index", code=unit.code), 303)


# -- the forms


def _types(unit: Unit) -> list[tuple[str, str]]:
    """What this body may issue (R29), as it is chosen."""
    return [
        (type, f"{gettext(TYPE_NAMES[type])} ({type})")
        for type in TYPES
        if may_issue_type(unit, type)
    ]


def _instead(unit: Unit, sheet: Sheet) -> str | None:
    """What to write instead of a refused number."""
    type = sheet.raw("type")
    if type not in TYPES or not sheet.error("number"):
        return None
    day = Sheet(sheet.source).day("dated_on") or present.local_day(clock.now())
    return instead(series_of(unit, type, day), sheet.raw("number"), earlier=True)


def _form_page(template: str, unit: Unit, sheet: Sheet) -> str:
    """A form that asks for a type and a number of this unit."""
    return render_template(
        template,
        unit=unit,
        sheet=sheet,
        types=_types(unit),
        keeps=keeps(unit),
        instead=_instead(unit, sheet),
        next_of=_next_of(unit, sheet),
    )


def _next_of(unit: Unit, sheet: Sheet) -> str:
    """The next number of the type that is chosen already, for the help of the field."""
    type = sheet.raw("type")
    if type not in TYPES:
        return ""
    return register.next_symbol(unit, type, present.local_day(clock.now()))


def _void_page(unit: Unit, entry: NumberEntry, sheet: Sheet) -> str:
    db.session.refresh(entry)
    return render_template(
        "clerk/void.html", unit=unit, entry=entry, sheet=sheet, keeps=keeps(unit)
    )
