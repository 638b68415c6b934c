"""Merging, splitting and closing a unit: first the decision and who takes over, then who goes
where, then one act."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session, joinedload

import clock
from models.base import db
from models.person import Membership, Person
from models.post import Post
from models.unit import Unit, unit_by_code
from views import present
from views.administrator.base import blueprint, page
from views.administrator.units import unit_codes
from views.forms import whole
from views.loaders import load_unit, viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import organisation
from workflows.calendar import local_day
from workflows.organisation import closing
from workflows.organisation.record import overlapping
from workflows.sittings.opening import unfinished

MOST = 10  # successors of one split


@blueprint.get("/units/<code>/closing")
@policy("administrator")
def closing_unit(code: str) -> ResponseReturnValue:
    unit, sheet = load_unit(code), Sheet(request.args)
    if not request.args.get("kind"):
        return _page(unit, Sheet({"kind": "merge"}))
    told = _told(sheet)
    if sheet.ok:
        plan, day = closing.Plan(tuple(told["successors"])), told["effective_on"]
        sheet.reasons = closing.against(db.session(), unit, told["kind"], plan, day, clock.now())
        sheet.refuse(sheet.reasons)
    return _page(unit, sheet, successors=() if sheet.wrong else told["successors"])


@blueprint.post("/units/<code>/closing")
@policy("administrator")
def close_unit(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    told = _told(sheet)
    successors = told.pop("successors")
    plan = closing.Plan(tuple(successors), _chosen("member"), _chosen("post"), _chosen("child"))

    def act(session: Session) -> None:
        closing.close_unit(session, unit=unit, plan=plan, actor=actor, now=now, **told)

    if sheet.attempt(act):
        day = present.day(told["effective_on"])
        said = (
            gettext("Đã ghi: %(unit)s kết thúc, mọi việc đang dở đã chuyển.", unit=unit.name)
            if told["effective_on"] <= local_day(now)
            else gettext("Đã ghi: %(unit)s sẽ kết thúc ngày %(day)s.", unit=unit.name, day=day)
        )
        flash(said, "done")
        return redirect(url_for("administrator.unit", code=unit.code), 303)
    return _page(unit, sheet, successors=successors), 422


@blueprint.post("/units/<code>/closing/cancel")
@policy("administrator")
def cancel_closing(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    if sheet.attempt(lambda session: closing.cancel(session, unit=unit, actor=actor, now=now)):
        flash(gettext("Đã hủy. %(unit)s hoạt động như trước.", unit=unit.name), "done")
        return redirect(url_for("administrator.unit", code=unit.code), 303)
    return _page(unit, sheet), 422


def _told(sheet: Sheet) -> dict[str, Any]:
    """The decision as typed: what happens, who takes over, from which day."""
    return {
        "kind": sheet.line("kind"),
        "successors": _successors(sheet),
        "decision": sheet.line(
            "decision", required=gettext("Chưa ghi quyết định, ví dụ “25-QĐ/ĐU, 20/04/2026”.")
        ),
        "effective_on": sheet.day("effective_on", required=gettext("Ghi ngày có hiệu lực.")),
    }


def _successors(sheet: Sheet) -> list[Unit]:
    typed = sheet.line("successors", required=gettext("Ghi mã đơn vị tiếp nhận."))
    found = []
    codes = typed.replace(";", ",").replace(" ", ",").upper().split(",")
    for code in [code for code in codes if code][:MOST]:
        unit = unit_by_code(code)
        if unit is None:
            sheet.fail(
                "successors",
                gettext("Chưa có đơn vị mang mã “%(code)s”. Xem lại mã.", code=code[:40]),
            )
        else:
            found.append(unit)
    return found


def _chosen(what: str) -> dict[int, int]:
    """What was chosen in the lists of step two: row id → unit id, 0 for nowhere."""
    found = {}
    for name, value in request.form.items():
        kind, _, row_id = name.partition("-")
        if kind != what:
            continue
        row, unit = whole(row_id), whole(value)
        if row is None or unit is None:
            abort(400)
        found[row] = unit
    return found


def _page(unit: Unit, sheet: Sheet, successors: Any = ()) -> str:
    now = clock.now()
    day = (sheet.day("effective_on") if sheet.raw("effective_on") else None) or local_day(now)
    members = db.session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.unit_id == unit.id, overlapping(Membership, day, None))
        .options(joinedload(Membership.person))
        .order_by(Person.sort_key, Person.id)
    ).all()
    posts = db.session.scalars(
        sa.select(Post)
        .where(
            Post.unit_id == unit.id,
            Post.ended_at.is_(None),
            overlapping(Post, local_day(now), None),
        )
        .options(joinedload(Post.person), joinedload(Post.unit))
        .order_by(Post.id)
    ).all()
    below = [*organisation.subordinates(unit.id, local_day(now)), *unit.advisory_bodies]
    return page(
        "closing",
        unit=unit,
        sheet=sheet,
        successors=list(successors),
        goals=[(str(one.id), present.unit_name(one)) for one in successors],
        members=members,
        posts=posts,
        below=below,
        sitting=unfinished(unit),
        codes=unit_codes(),
    )
