"""What is written of a meeting while it is held: by one button for the whole page, or tap by tap by
the page's script. Both write through the same functions, and only what differs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.person import Person
from models.sitting import AgendaItem, Sitting
from views import present
from views.forms import Form
from views.loaders import viewer
from views.policy import policy
from views.sitting import page
from views.sitting.ballots import agenda
from views.sitting.base import Eyes, blueprint, by_script, eyes, load_item, load_sitting
from views.sitting.reviews import numbers_in_force, review_rows
from views.sitting.seen import stands
from views.sitting.typed import attendance_of, check_seen, mark, review
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
from workflows.refusal import Reason, Refused, Stale, WorkflowError
from workflows.sittings.who import CHANGED, capacity

# -- the whole page at once


@blueprint.post("/sittings/<id:sitting_id>")
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
    mistake of the page, its place the field's name; Stale with every part that the page had not seen
    as it is; Forbidden."""
    found = Found()
    items = agenda(sitting)
    if any(form.raw(f"items.{i.id}.revision") != str(i.revision) for i in items):
        found.stale.append(CHANGED)  # the agenda is another one by now
    given = attendance_of(sitting, form)
    with found.at(""):
        check_seen(sitting, form, given)
        sittings.attend(sitting, **given, actor=actor, now=now)
    for item in items:
        place = f"items.{item.id}."
        if f"{place}revision" in form.source:
            with found.at(place):
                mark(item, form, place, actor, now)
    rows = review_rows(sitting)
    counts = numbers_in_force([row.document_id for row in rows if row.document_id])
    for row in rows:
        place = f"members.{row.person_id}."
        if f"{place}listed" in form.source:
            with found.at(place):
                review(sitting, row, form, seen, counts.get(row.document_id or 0, 0), actor, now)
    found.answer(form)


class Found:
    """What speaks against a page that was sent whole: every mistake, every part that is stale."""

    def __init__(self) -> None:
        self.wrong: list[Reason] = []
        self.stale: list[Reason] = []

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """What is refused within is a mistake of the field at `place`."""
        try:
            yield
        except Stale as stale:
            self.stale += stale.reasons
        except Refused as refused:
            for reason in refused.reasons:
                where = f"{place}{reason.place}" if reason.place else place.rstrip(".")
                self.wrong.append(replace(reason, place=where))

    def answer(self, form: Form) -> None:
        """Raises Stale or Refused when there is anything."""
        if self.stale:
            others = (reason for reason in self.stale if reason is not CHANGED)
            raise Stale(CHANGED, *others)
        for name, sentence in form.errors.items():
            if not any(reason.place == name for reason in self.wrong):
                self.wrong.append(Reason("FORM", sentence.replace("%", "%%"), place=name))
        if self.wrong:
            raise Refused(*self.wrong)


# -- piece by piece


@blueprint.post("/sittings/<id:sitting_id>/attendance")
@policy("sitting:keep")
def attend(sitting_id: int) -> Response | tuple[Response, int]:
    """Who was there, who presided, where and when, what the minutes say besides; what is not sent
    stays."""
    form = Form(request.form)

    def write(sitting: Sitting, actor: Person, now: datetime) -> None:
        given = attendance_of(sitting, form)
        if form.ok:
            check_seen(sitting, form, given)
            sittings.attend(sitting, **given, actor=actor, now=now)

    return _piece(sitting_id, form, write, "roll" if "attendance" in form.source else "closing")


@blueprint.post("/sittings/<id:sitting_id>/items/<id:item_id>")
@policy("sitting:keep")
def mark_item(sitting_id: int, item_id: int) -> Response | tuple[Response, int]:
    """What the meeting says of one paper."""
    form = Form(request.form)

    def write(sitting: Sitting, actor: Person, now: datetime) -> None:
        mark(load_item(sitting, item_id), form, f"items.{item_id}.", actor, now)

    return _piece(sitting_id, form, write, f"items.{item_id}")


@blueprint.post("/sittings/<id:sitting_id>/members/<id:person_id>")
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

    return _piece(sitting_id, form, write, f"members.{person_id}")


def _piece(sitting_id: int, form: Form, write: Any, part: str) -> Response | tuple[Response, int]:
    """One piece written; a short answer for the script, for anybody else the way back. What the page
    had not seen is answered with what stands there."""
    before = _heading(load_sitting(sitting_id))
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
        problems = present.reason_list(refused.reasons)
        if not isinstance(refused, Stale):
            return jsonify(problems=problems), status_of(refused)
        sitting = load_sitting(sitting_id)
        there_now = stands(sitting, part)
        return jsonify(problems=problems, stands=there_now, **_state(sitting, now)), 409
    if not by_script():
        there = url_for("sitting.page", sitting_id=sitting_id)
        return redirect(f"{there}#{part}" if "." in part else there, 303)
    sitting = load_sitting(sitting_id)
    mark = {name: value for name, value in stands(sitting, part).items() if name.endswith(".seen")}
    return jsonify(**_state(sitting, now), stands=mark, again=_heading(sitting) != before)


def _heading(sitting: Sitting) -> tuple[object, ...]:
    """What changes the list of the page, or what it warns of."""
    return sitting.held_on, sitting.chair_id, sitting.number


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
        "decided": decided or 0,
        "total": total,
        "progress": progress_words(decided or 0, total),
        "missing": missing_words(total - (decided or 0)),
        "reviewed": reviewed_words(sitting),
        "attendance": attendance_words(sitting),
        "closing": closing_words(sitting),
        "chairs": {str(ident): presiding_words(name) for ident, name in items},
    }
