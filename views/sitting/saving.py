"""What is written of a meeting while it is held: by one button for the whole page, or tap by tap by
the page's script. Both write through the same functions, and only what differs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.kinds import PERSONAL
from models.person import Person
from models.sitting import AgendaItem, MonthlyReview, Sitting
from views import present
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from views.sitting import page
from views.sitting.ballots import FIELDS, agenda
from views.sitting.base import Eyes, blueprint, by_script, eyes, load_item, load_sitting, seen_of
from views.sitting.reviews import numbers_in_force, review_rows, typed_items
from views.sitting.words import (
    attendance_words,
    closing_words,
    missing_words,
    presiding_words,
    progress_words,
    reviewed_words,
)
from views.status import status_of
from workflows import sittings
from workflows.refusal import N_, Reason, Refused, Stale, WorkflowError
from workflows.sittings.who import CHANGED, capacity

MOVED_ON = Reason(
    "STALE", N_("Bản này đã có nội dung mới. Cập nhật chương trình họp, xem lại rồi quyết.")
)


# -- the whole page at once


@blueprint.post("/sittings/<int:sitting_id>")
@policy("sitting:keep")
def save(sitting_id: int) -> Response | tuple[str, int]:
    """Stores everything the page holds; then closes the meeting or brings its agenda up to date, as
    the button says. All or nothing: what was typed stays on the page when something is refused."""
    sitting = load_sitting(sitting_id)
    form, do = Form(request.form), request.form.get("do", "")
    seen, actor, now = eyes(sitting), viewer(), clock.now()
    try:
        with transaction():
            sitting = load_sitting(sitting_id)
            if form.raw("seen") != seen_of(sitting):
                raise Stale(CHANGED)
            store(sitting, form, seen, actor, now)
            if do == "close":
                sittings.close(sitting, version=sitting.version, actor=actor, now=now)
            elif do == "refresh":
                sittings.refresh(sitting, actor=actor, now=now)
    except WorkflowError as refused:
        form.refuse(refused.reasons)
        return page.show(load_sitting(sitting_id), form, refused.reasons), status_of(refused)
    if do == "close":
        flash(gettext("Cuộc họp đã kết thúc. Biên bản chờ xác nhận."), "done")
    elif do != "refresh":
        flash(gettext("Đã lưu."), "done")
    return redirect(url_for("sitting.page", sitting_id=sitting_id), 303)


def store(sitting: Sitting, form: Form, seen: Eyes, actor: Person, now: datetime) -> None:
    """Writes what differs from what is kept; in the caller's transaction. Raises Refused with every
    mistake of the page, its place the field's name; Stale, Forbidden."""
    reasons: list[Reason] = []
    given = attendance_of(sitting, form)
    _gather(reasons, "", lambda: sittings.attend(sitting, **given, actor=actor, now=now))
    for item in agenda(sitting):
        if f"items.{item.id}.revision" in form.source:
            place = f"items.{item.id}."
            _gather(reasons, place, lambda i=item, p=place: mark(i, form, p, actor, now))
    rows = review_rows(sitting)
    counts = numbers_in_force([row.document_id for row in rows if row.document_id])
    for row in rows:
        if f"members.{row.person_id}.listed" in form.source:
            place = f"members.{row.person_id}."
            count = counts.get(row.document_id or 0, 0)
            _gather(
                reasons,
                place,
                lambda r=row, c=count: review(sitting, r, form, seen, c, actor, now),
            )
    for name, sentence in form.errors.items():
        if not any(reason.place == name for reason in reasons):
            reasons.append(Reason("FORM", sentence.replace("%", "%%"), place=name))
    if reasons:
        raise Refused(*reasons)


def _gather(reasons: list[Reason], place: str, write: Any) -> None:
    try:
        write()
    except Refused as refused:
        for reason in refused.reasons:
            where = f"{place}{reason.place}" if reason.place else place.rstrip(".")
            reasons.append(Reason(reason.rule, reason.text, reason.params, reason.level, where))


# -- piece by piece


@blueprint.post("/sittings/<int:sitting_id>/attendance")
@policy("sitting:keep")
def attend(sitting_id: int) -> Response | tuple[Response, int]:
    """Who was there, who presided, where and when, what the minutes say besides; what is not sent
    stays."""
    form = Form(request.form)

    def write(sitting: Sitting, actor: Person, now: datetime) -> None:
        given = attendance_of(sitting, form)
        if form.ok:
            sittings.attend(sitting, **given, actor=actor, now=now)

    return _piece(sitting_id, form, write)


@blueprint.post("/sittings/<int:sitting_id>/items/<int:item_id>")
@policy("sitting:keep")
def mark_item(sitting_id: int, item_id: int) -> Response | tuple[Response, int]:
    """What the meeting says of one paper."""
    form = Form(request.form)

    def write(sitting: Sitting, actor: Person, now: datetime) -> None:
        mark(load_item(sitting, item_id), form, f"items.{item_id}.", actor, now)

    return _piece(sitting_id, form, write, anchor=f"items.{item_id}")


@blueprint.post("/sittings/<int:sitting_id>/members/<int:person_id>")
@policy("sitting:keep")
def review_member(sitting_id: int, person_id: int) -> Response | tuple[Response, int]:
    """What the meeting says of one member's month."""
    form = Form(request.form)

    def write(sitting: Sitting, actor: Person, now: datetime) -> None:
        row = next((r for r in review_rows(sitting) if r.person_id == person_id), None)
        if row is None:
            abort(404)
        count = numbers_in_force([row.document_id or 0]).get(row.document_id or 0, 0)
        review(sitting, row, form, eyes(sitting), count, actor, now)

    return _piece(sitting_id, form, write, anchor=f"members.{person_id}")


def _piece(
    sitting_id: int, form: Form, write: Any, anchor: str = ""
) -> Response | tuple[Response, int]:
    """One piece written; a short answer for the script, for anybody else the way back."""
    load_sitting(sitting_id)
    actor, now = viewer(), clock.now()
    try:
        with transaction():
            sitting = load_sitting(sitting_id)
            # Before anything is compared: whether a guess is what was kept is not for others.
            capacity(sitting.unit, actor, now)
            write(sitting, actor, now)
            if not form.ok:
                raise Refused(
                    *(Reason("FORM", s.replace("%", "%%"), place=n) for n, s in form.errors.items())
                )
    except WorkflowError as refused:
        if not by_script():
            raise
        return jsonify(problems=present.reason_list(refused.reasons)), status_of(refused)
    if not by_script():
        there = url_for("sitting.page", sitting_id=sitting_id)
        return redirect(f"{there}#{anchor}" if anchor else there, 303)
    return jsonify(_state(load_sitting(sitting_id), now))


def _state(sitting: Sitting, now: datetime) -> dict[str, Any]:
    """How the meeting stands now, for the page that is open: figures, names, no text."""
    total, decided = db.session.execute(
        sa.select(
            sa.func.count(), sa.func.sum(sa.case((AgendaItem.decision != "", 1), else_=0))
        ).where(AgendaItem.sitting_id == sitting.id)
    ).one()
    items = db.session.execute(
        sa.select(AgendaItem.id, Person.full_name)
        .join(Person, AgendaItem.chair_id == Person.id)
        .where(AgendaItem.sitting_id == sitting.id)
    )
    return {
        "saved": gettext("Đã lưu lúc %(time)s", time=f"{present.local(now):%H:%M}"),
        "seen": seen_of(sitting),
        "decided": decided or 0,
        "total": total,
        "progress": progress_words(decided or 0, total),
        "missing": missing_words(total - (decided or 0)),
        "reviewed": reviewed_words(sitting),
        "attendance": attendance_words(sitting),
        "closing": closing_words(sitting),
        "chairs": {str(ident): presiding_words(name) for ident, name in items},
    }


# -- what was typed


def attendance_of(sitting: Sitting, form: Form) -> dict[str, Any]:
    """Fields of `sittings.attend` as far as the form has them."""
    given: dict[str, Any] = {}
    if "attendance" in form.source:
        people = [a.person_id for a in sitting.attendances]
        given["present"] = {p: f"present.{p}" in form.source for p in people}
        given["reasons"] = {p: form.line(f"absent.{p}", limit=200) for p in people}
    for name in ("chair", "minute_taker"):
        typed = form.raw(name)
        if name in form.source and (typed == "" or (typed.isascii() and typed.isdigit())):
            given[f"{name}_id"] = int(typed[:18]) if typed else None
    if "held_on" in form.source:
        given["held_on"] = form.day("held_on", required=gettext("Chưa ghi ngày họp."))
    if "place" in form.source:
        given["place"] = form.line("place", limit=200)
    if "notes" in form.source:
        given["notes"] = form.text("notes")
    if "number" in form.source:
        given["number"] = form.line("number", limit=60)
    return given


def mark(item: AgendaItem, form: Form, place: str, actor: Person, now: datetime) -> None:
    """Marks one paper as the form says, if that differs from what is kept. Raises Stale when the
    page showed another text than the one before the meeting."""
    given: dict[str, Any] = {
        "decision": form.line(f"{place}decision", limit=20),
        "reason_code": form.line(f"{place}reason_code", limit=40) or None,
        "reason": form.text(f"{place}reason", limit=4000) or None,
        "votes_for": form.count(f"{place}votes_for"),
        "votes_against": form.count(f"{place}votes_against"),
        "number": form.line(f"{place}number", limit=60) or None,
        "dated_on": form.day(f"{place}dated_on"),
    }
    if any(name.startswith(place) for name in form.errors):
        return
    if given["decision"] != "revise":
        given["reason_code"] = given["reason"] = None
    if given["decision"] != "agree":
        given["votes_for"] = given["votes_against"] = None
    if given["dated_on"] == item.sitting.held_on and item.dated_on is None:
        given["dated_on"] = None
    if item.document.kind in PERSONAL:
        given["number"] = given["dated_on"] = None
    if all(getattr(item, name) == given[name] for name in FIELDS):
        return
    if form.raw(f"{place}revision") != str(item.revision):
        raise Stale(MOVED_ON)
    sittings.mark(item, **given, actor=actor, now=now)


def review(
    sitting: Sitting,
    row: MonthlyReview,
    form: Form,
    seen: Eyes,
    count: int,
    actor: Person,
    now: datetime,
) -> None:
    """Keeps what the form says of one member's month, if that differs from what is kept."""
    place = f"members.{row.person_id}."
    reviewed = f"{place}reviewed" in form.source
    items = typed_items(form, row, seen, count)
    remark = form.text(f"{place}remark", limit=2000)
    if any(name.startswith(place) for name in form.errors):
        return
    said = [item for item in items if item["result"] or item["text"]]
    if (row.reviewed, list(row.items), row.remark) == (reviewed, said, remark):
        return
    sittings.review(
        sitting, row.person_id, reviewed=reviewed, items=items, remark=remark, actor=actor, now=now
    )
