"""The reminder letter: what a unit below has not handed in, by when it is asked for, who signs."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Response, abort, render_template, request
from flask_babel import gettext

import clock
from models.base import db
from models.obligation import Obligation
from models.post import Post
from models.unit import ReportingLine, Unit, in_force_on
from views import present
from views.loaders import load_unit, viewer
from views.policy import policy
from views.prints.base import blueprint, printed
from views.sheet import Sheet
from workflows.prints.letter import answer_by, letter_data, overdue, signers
from workflows.scope import officer_unit_ids

FAR = 366  # days ahead that a letter may ask for


@blueprint.get("/units/<code>/reminder")
@policy("unit")
def reminder(code: str) -> str:
    """The form of the letter, filled with everything that is overdue."""
    unit, superior = _load(code)
    return _form(unit, superior, Sheet())


@blueprint.get("/units/<code>/reminder/letter.<any(pdf,docx):form>")
@policy("unit")
def letter(code: str, form: str) -> Response | tuple[str, int]:
    """The letter itself. Printing it changes nothing; its number is given by the register."""
    unit, superior = _load(code)
    today = present.local_day(clock.now())
    sheet = Sheet(request.args)
    chosen = set(sheet.chosen("owed"))
    owed = [o for o in overdue(unit, superior, today) if str(o.id) in chosen]
    until = sheet.day("until", required=gettext("Cần ghi ngày đề nghị báo cáo."))
    if not owed:
        sheet.fail("owed", gettext("Chưa chọn nội dung nào. Đánh dấu ít nhất một nội dung."))
    if until is not None and not today <= until <= date.fromordinal(today.toordinal() + FAR):
        sheet.fail("until", gettext("Ngày này cần từ hôm nay đến trong vòng một năm."))
    if not sheet.ok:
        return _form(unit, superior, sheet), 422
    signer = next((p for p in signers(superior, today) if str(p.id) == sheet.raw("signer")), None)
    data = letter_data(superior, unit, owed, until=until, signer=signer, day=today)
    return printed("letter", data, form, f"Công văn đôn đốc {unit.name} {today.isoformat()}")


def _load(code: str) -> tuple[Unit, Unit]:
    """The unit and the body directly above it at which the viewer works; 404 where there is
    none."""
    unit = load_unit(code)
    above = body_above(unit)
    if above is None:
        abort(404)
    return unit, above


def body_above(unit: Unit) -> Unit | None:
    """The body directly above `unit` at which the viewer works, who alone writes it a reminder."""
    now = clock.now()
    return db.session.scalars(
        sa.select(Unit)
        .join(ReportingLine, ReportingLine.superior_id == Unit.id)
        .where(
            ReportingLine.unit_id == unit.id,
            in_force_on(ReportingLine, present.local_day(now)),
            Unit.id.in_(officer_unit_ids(viewer(), now)),
        )
        .order_by(ReportingLine.id)
    ).first()


def _form(unit: Unit, superior: Unit, sheet: Sheet) -> str:
    today = present.local_day(clock.now())
    owed = overdue(unit, superior, today)
    sent = bool(sheet.source)
    return render_template(
        "prints/reminder.html",
        unit=unit,
        superior=superior,
        rows=[_row(o, today, not sent or str(o.id) in sheet.chosen("owed")) for o in owed],
        signers=[(str(p.id), _signer(p)) for p in signers(superior, today)],
        signer=sheet.raw("signer"),
        until=sheet.raw("until") if sent else present.day(answer_by(today)),
        error=sheet.error,
        problems=sheet.wrong,
    )


def _signer(post: Post) -> str:
    return f"{post.person.full_name}, {present.post_title(post)}"


def _row(obligation: Obligation, today: date, ticked: bool) -> dict[str, object]:
    return {
        "id": obligation.id,
        "words": present.requirement_words(obligation.requirement),
        "due": present.owed_due(obligation, today),
        "ticked": ticked,
    }
