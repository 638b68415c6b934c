"""The meetings of a body: what waits for the next one, those that were held; and all one may see."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.person import Person
from models.sitting import AgendaItem, Attendance, Sitting
from models.unit import ReportingLine, Unit, in_force_on
from views import present
from views.forms import Form, whole
from views.frame import held_posts
from views.loaders import load_unit, viewer
from views.policy import policy
from views.sitting.base import badge, blueprint
from workflows.refusal import Forbidden, Refused
from workflows.scope import member_unit_ids
from workflows.sittings import (
    awaiting_me,
    may_hold,
    not_ready,
    open_sitting,
    visible_sittings,
    waiting,
)
from workflows.sittings.who import OFFICERS as KEEPERS
from workflows.sittings.who import capacity

PAGE = 24


@blueprint.get("/sittings")
@policy("signed_in")
def mine() -> str:
    """Everything of meetings that concerns the viewer: what waits for his word, where he keeps the
    papers, where he sat."""
    person, now = viewer(), clock.now()
    return render_template(
        "sitting/mine.html",
        awaiting=[_row(sitting) for sitting in awaiting_me(person)],
        units=[{"unit": unit, "waits": len(waiting(unit, now))} for unit in kept_units(person)],
        held=_held(visible_sittings(person, now))[0],
    )


def kept_units(person: Person) -> list[Unit]:
    """The bodies whose meetings this person may hold: his own, and for a clerk those below."""
    posts = [post for post in held_posts(person) if post.role in KEEPERS]
    own = {post.unit_id for post in posts if post.unit.meets}
    found = {unit.id: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.id.in_(own)))}
    served = {post.unit_id for post in posts if post.role == "clerk"}
    if served:
        below = (
            sa.select(Unit)
            .join(ReportingLine, ReportingLine.unit_id == Unit.id)
            .where(
                ReportingLine.superior_id.in_(served),
                Unit.meets,
                in_force_on(ReportingLine, present.local_day(clock.now())),
            )
            .order_by(Unit.code)
        )
        found |= {unit.id: unit for unit in db.session.scalars(below)}
    return list(found.values())


@blueprint.get("/units/<code>/sittings")
@policy("body")
def index(code: str) -> str:
    return _page(_load(code))


def _load(code: str) -> Unit:
    """The body, for those who keep its papers, belong to it, or see a meeting of it; for anybody
    else there is no such page."""
    unit = load_unit(code)
    person, now = viewer(), clock.now()
    if may_hold(unit, person, now):
        return unit
    if unit.meets and unit.id in member_unit_ids(person, now):
        return unit
    seen = sa.select(Sitting.id).where(Sitting.unit_id == unit.id, visible_sittings(person, now))
    if db.session.scalar(seen.limit(1)) is None:
        abort(404)
    return unit


def _page(
    unit: Unit, form: Form | None = None, problems: list[dict[str, str]] | None = None
) -> str:
    now = clock.now()
    keeps = may_hold(unit, viewer(), now)
    after = _after_of(request.args.get("after", ""))
    condition = sa.and_(Sitting.unit_id == unit.id, visible_sittings(viewer(), now))
    held, following = _held(condition, after)
    running = db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.state.in_(("open", "awaiting")))
        .order_by(Sitting.id)
        .limit(1)
    )
    return render_template(
        "sitting/index.html",
        unit=unit,
        keeps=keeps,
        running=_row(running) if running is not None and keeps else None,
        waits=_waits(unit) if keeps else [],
        early=len(not_ready(unit, now)) if keeps else 0,
        held=held,
        next_url=url_for("sitting.index", code=unit.code, after=following) if following else None,
        first_url=url_for("sitting.index", code=unit.code) if after else "",
        form=form or Form({"held_on": present.local_day(now).isoformat()}),
        today=present.local_day(now).isoformat(),
        problems=problems or [],
    )


def _after_of(typed: str) -> int:
    """How many meetings a later page of the list leaves out; what is no such number begins anew."""
    return whole(typed, 6) or 0


def _waits(unit: Unit) -> list[str]:
    """What waits for the next meeting: figures only."""
    counted: dict[str, int] = {}
    for document in waiting(unit, clock.now()):
        counted[document.kind] = counted.get(document.kind, 0) + 1
    words = {
        "plan": lambda n: ngettext("%(num)s kế hoạch", "%(num)s kế hoạch", n),
        "commitment": lambda n: ngettext("%(num)s bản cam kết", "%(num)s bản cam kết", n),
        "report": lambda n: ngettext("%(num)s báo cáo", "%(num)s báo cáo", n),
        "self_report": lambda n: ngettext("%(num)s báo cáo cá nhân", "%(num)s báo cáo cá nhân", n),
    }
    return [words[kind](n) for kind, n in counted.items()]


def _held(
    condition: sa.ColumnElement[bool], after: int = 0
) -> tuple[list[dict[str, Any]], int | None]:
    """Meetings, newest first, and how many to leave out on the following page."""
    found = list(
        db.session.scalars(
            sa.select(Sitting)
            .options(joinedload(Sitting.unit), joinedload(Sitting.chair))
            .where(condition)
            .order_by(Sitting.held_on.desc(), Sitting.id.desc())
            .offset(after)
            .limit(PAGE + 1)
        )
    )
    shown = found[:PAGE]
    counts = _counts([sitting.id for sitting in shown])
    rows = [_row(sitting, counts.get(sitting.id)) for sitting in shown]
    return rows, after + PAGE if len(found) > PAGE else None


def _counts(ids: list[int]) -> dict[int, dict[str, int]]:
    """Of each meeting: how many papers it agreed, sent back, left, and how many were there."""
    found: dict[int, dict[str, int]] = {ident: {} for ident in ids}
    rows = db.session.execute(
        sa.select(AgendaItem.sitting_id, AgendaItem.decision, sa.func.count())
        .where(AgendaItem.sitting_id.in_(ids))
        .group_by(AgendaItem.sitting_id, AgendaItem.decision)
    )
    for sitting_id, decision, n in rows:
        found[sitting_id][decision or "open"] = n
    there = db.session.execute(
        sa.select(
            Attendance.sitting_id,
            sa.func.count(),
            sa.func.sum(sa.case((Attendance.present, 1), else_=0)),
        )
        .where(Attendance.sitting_id.in_(ids))
        .group_by(Attendance.sitting_id)
    )
    for sitting_id, listed, present_ in there:
        found[sitting_id] |= {"listed": listed, "present": present_ or 0}
    return found


def _row(sitting: Sitting, counts: dict[str, int] | None = None) -> dict[str, Any]:
    return {
        "url": url_for("sitting.page", sitting_id=sitting.id),
        "unit": sitting.unit,
        "day": present.long_day(sitting.held_on),
        "badge": badge(sitting),
        "chair": sitting.chair.full_name,
        "number": sitting.number or "",
        "results": _results(counts or {}),
    }


def _results(counts: dict[str, int]) -> str:
    """“Có mặt 11 trên 12. Thống nhất 10, cần sửa 1, để lại kỳ sau 1.”"""
    words = {
        "agree": gettext("thống nhất %(n)s", n=counts.get("agree", 0)),
        "revise": gettext("cần sửa %(n)s", n=counts.get("revise", 0)),
        "later": gettext("để lại kỳ sau %(n)s", n=counts.get("later", 0)),
        "open": gettext("chưa quyết %(n)s", n=counts.get("open", 0)),
    }
    parts = [said for name, said in words.items() if counts.get(name)]
    said = []
    if counts.get("listed"):
        said.append(gettext("Có mặt %(n)s trên %(all)s", n=counts["present"], all=counts["listed"]))
    if parts:
        joined = ", ".join(parts)
        said.append(joined[:1].upper() + joined[1:])
    return ". ".join(said) + ("." if said else "")


@blueprint.post("/units/<code>/sittings")
@policy("body")
def begin(code: str) -> Response | tuple[str, int]:
    """Opens a meeting, or goes on with the one that is not closed yet."""
    unit = _load(code)
    form = Form(request.form)
    try:
        capacity(unit, viewer(), clock.now())
    except Forbidden as forbidden:
        return _page(unit, form, present.reason_list(forbidden.reasons)), 403
    held_on = form.day("held_on", required=gettext("Chưa ghi ngày họp. Chọn ngày họp."))
    if held_on is None:
        return _page(unit, form, form.problems()), 422
    try:
        with transaction():
            sitting = open_sitting(unit, held_on=held_on, actor=viewer(), now=clock.now())
            sitting_id, state, day = sitting.id, sitting.state, sitting.held_on
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(unit, form, form.problems(refused.reasons)), 422
    if day != held_on or state != "open":
        flash(
            gettext("Cuộc họp ngày %(day)s chưa xong; mở tiếp cuộc họp đó.", day=present.day(day))
        )
    return redirect(url_for("sitting.page", sitting_id=sitting_id), 303)
