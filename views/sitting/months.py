"""A member's own month: what he writes of each numbered item of his commitment, and what the
meetings said of him (R11, R12). His alone, and his body's; nobody counts or compares it."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.person import Person
from models.sitting import MonthlyReview, Sitting
from views import present
from views.forms import Form, is_digits
from views.loaders import viewer
from views.policy import policy
from views.sitting.base import blueprint
from views.sitting.reviews import result_words, results
from views.sitting.words import month_words
from workflows.refusal import Refused
from workflows.sittings import note_for, visible_sittings, write_note
from workflows.sittings.notes import item_numbers, works_in_force
from workflows.sittings.roll import commitment_of

PAST = 12  # meetings looked back at


@blueprint.get("/me/month")
@policy("signed_in")
def month() -> str:
    return _page(_month(request.args.get("month", "")))


@blueprint.post("/me/month")
@policy("signed_in")
def write() -> Response | tuple[str, int]:
    """The member's note on one month; writing again replaces it."""
    day, form = _month(request.form.get("month", "")), Form(request.form)
    document = commitment_of(viewer())
    if document is None:
        return _page(day, form, [{"place": "", "text": _none(), "rule": ""}]), 422
    items = [
        {
            "n": n,
            "result": form.line(f"items.{n}.result", limit=10),
            "text": form.text(f"items.{n}.text", limit=2000),
        }
        for n in item_numbers(document)
    ]
    text = form.text("text", limit=2000)
    try:
        if form.ok:
            with transaction():
                document = commitment_of(viewer())
                if document is None:
                    abort(404)
                write_note(
                    document, month=day, items=items, text=text, actor=viewer(), now=clock.now()
                )
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(day, form, form.problems(refused.reasons)), 422
    if not form.ok:
        return _page(day, form, form.problems()), 422
    flash(gettext("Đã ghi kết quả tháng %(month)s.", month=month_words(day)), "done")
    return redirect(url_for("member.index") + "#months", 303)


def _page(day: date, form: Form | None = None, problems: list[dict[str, str]] | None = None) -> str:
    document = commitment_of(viewer())
    note = note_for(viewer(), document, day) if document is not None else None
    kept = {item["n"]: item for item in note.items} if note is not None else {}
    rows = []
    for n, text in enumerate(works_in_force(document), start=1):
        said = kept.get(n, {})
        rows.append(
            {
                "n": n,
                "text": text,
                "result": form.raw(f"items.{n}.result") if form else said.get("result", ""),
                "said": form.raw(f"items.{n}.text") if form else said.get("text", ""),
                "error": form.error(f"items.{n}.text") if form else "",
            }
        )
    today = present.local_day(clock.now()).replace(day=1)
    return render_template(
        "sitting/month.html",
        document=document,
        month=month_words(day),
        value=f"{day:%Y-%m}",
        other=_other(day, today),
        rows=rows,
        results=results()[1:],
        text=form.raw("text") if form else (note.text if note is not None else ""),
        written=present.instant(note.written_at) if note is not None else "",
        problems=problems or [],
        nothing=_none(),
    )


def _other(day: date, today: date) -> list[tuple[str, str]]:
    """The months one may turn to: this one and the one before."""
    before = (today.replace(day=1) - date.resolution).replace(day=1)
    return [
        (month_words(m), url_for("sitting.month", month=f"{m:%Y-%m}"))
        for m in (before, today)
        if m != day
    ]


def _none() -> str:
    return gettext(
        "Chưa có bản cam kết đang có hiệu lực. Bản cam kết được chi bộ thống nhất thì ghi kết quả "
        "hằng tháng ở đây."
    )


def _month(typed: str) -> date:
    """The first day of the month an address names; this month where it names none."""
    year, _, number = typed.partition("-")
    fine = is_digits(year) and is_digits(number)
    if fine and len(year) == 4 and len(number) == 2 and 1 <= int(number) <= 12 and int(year) > 1900:
        return date(int(year), int(number), 1)
    return present.local_day(clock.now()).replace(day=1)


def own_months(person: Person) -> dict[str, Any]:
    """For the member's page: whether this month is written, and what past meetings said of him."""
    today = present.local_day(clock.now())
    document = commitment_of(person)
    note = note_for(person, document, today.replace(day=1)) if document is not None else None
    said = db.session.scalars(
        sa.select(MonthlyReview)
        .join(Sitting, MonthlyReview.sitting_id == Sitting.id)
        .options(
            joinedload(MonthlyReview.sitting).joinedload(Sitting.chair),
            joinedload(MonthlyReview.sitting).joinedload(Sitting.minute_taker),
        )
        .where(
            MonthlyReview.person_id == person.id,
            MonthlyReview.reviewed,
            Sitting.confirmed_at.is_not(None),
        )
        .order_by(Sitting.held_on.desc(), Sitting.id.desc())
        .limit(PAST)
    ).all()
    openable = set(
        db.session.scalars(
            sa.select(Sitting.id).where(
                Sitting.id.in_([row.sitting_id for row in said]),
                visible_sittings(person, clock.now()),
            )
        )
    )
    return {
        "month": month_words(today),
        "url": url_for("sitting.month") if document is not None else "",
        "written": present.instant(note.written_at) if note is not None else "",
        "said": [_said(row, row.sitting_id in openable) for row in said],
    }


def _said(row: MonthlyReview, openable: bool) -> dict[str, Any]:
    sitting = row.sitting
    taker = sitting.minute_taker or sitting.chair
    return {
        "month": month_words(row.month),
        "who": gettext(
            "Cuộc họp ngày %(day)s, %(chair)s chủ trì, %(taker)s ghi biên bản.",
            day=present.day(sitting.held_on),
            chair=sitting.chair.full_name,
            taker=taker.full_name,
        ),
        "url": url_for("sitting.page", sitting_id=sitting.id) if openable else "",
        "remark": row.remark,
        "items": [
            {"n": item["n"], "result": result_words(item.get("result", "")), "text": item["text"]}
            for item in row.items
        ],
    }
