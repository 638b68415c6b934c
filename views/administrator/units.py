"""Levels and units: the tree, what a unit is called since when, to whom it reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session, joinedload

import clock
from models.account import Account
from models.base import db
from models.change import UnitChange
from models.person import Membership, Person
from models.post import Post
from models.unit import Level, ReportingLine, Unit, in_force_on
from views import present
from views.administrator.base import blueprint, load, page
from views.loaders import load_unit, viewer
from views.policy import policy
from views.sheet import Sheet, find_units
from workflows import organisation
from workflows.calendar import local_day
from workflows.ladder import gaps
from workflows.organisation import closing
from workflows.organisation.levels import NO_LEVEL
from workflows.organisation.units import SECTORS

WHOLE = 300  # a tree of so many units is shown at once, a larger one two tiers at a time
SOME = 2
LISTED = 500  # codes offered while typing
MEMBERS = 100

# The four tiers of the Party since 01/07/2025 (domain §1.1), for a house that starts empty.
USUAL_LEVELS = (
    ("cell", "Chi bộ", "Cell", 0),
    ("base", "Cơ sở", "Base", 1),
    ("ward", "Xã, phường, đặc khu", "Commune", 2),
    ("province", "Tỉnh, thành phố", "Province", 3),
)


@blueprint.get("/")
@policy("administrator")
def index() -> ResponseReturnValue:
    day = local_day(clock.now())
    query = request.args.get("q", "").strip()
    code = request.args.get("under", "")
    under = load_unit(code) if code else None
    number = _number()
    levels = organisation.tree(
        db.session(), None, day, under=under, levels=20 if number <= WHOLE else SOME
    )
    return page(
        "units",
        query=query,
        found=find_units(query) if query else [],
        number=number,
        gaps=gaps.waiting(clock.now()),
        under=under,
        tree=[] if query else levels,
        deep=number > WHOLE,
        has_levels=db.session.scalar(sa.select(sa.exists().where(Level.id > 0))),
        has_people=db.session.scalar(sa.select(sa.exists().where(Person.id != viewer().id))),
        has_posts=db.session.scalar(sa.select(sa.exists().where(Post.id > 0))),
        has_accounts=db.session.scalar(
            sa.select(sa.exists().where(Account.person_id != viewer().id))
        ),
    )


@blueprint.get("/levels")
@policy("administrator")
def levels() -> ResponseReturnValue:
    return _levels_page(Sheet())


@blueprint.post("/levels")
@policy("administrator")
def create_level() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    values: dict[str, Any] = {
        "code": sheet.line("code"),
        "name_vi": sheet.line("name_vi"),
        "name_en": sheet.line("name_en"),
        "rank": sheet.count("rank"),
        "valid_from": sheet.day("valid_from"),
        "valid_to": sheet.day("valid_to"),
    }
    if sheet.attempt(
        lambda session: organisation.create_level(session, **values, actor=actor, now=now)
    ):
        flash(gettext("Đã lập cấp %(name)s.", name=values["name_vi"]), "done")
        return redirect(url_for("administrator.levels"), 303)
    return _levels_page(sheet), 422


@blueprint.post("/levels/usual")
@policy("administrator")
def create_usual_levels() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()

    def act(session: Session) -> None:
        for code, vi, en, rank in USUAL_LEVELS:
            organisation.create_level(
                session, code=code, name_vi=vi, name_en=en, rank=rank, actor=actor, now=now
            )

    if sheet.attempt(act):
        flash(gettext("Đã lập bốn cấp thường dùng."), "done")
        return redirect(url_for("administrator.levels"), 303)
    return _levels_page(sheet), 422


@blueprint.get("/units/new")
@policy("administrator")
def new_unit() -> ResponseReturnValue:
    return _new_unit_page(Sheet(request.args))


@blueprint.post("/units")
@policy("administrator")
def create_unit() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    values: dict[str, Any] = {
        "code": sheet.line("code"),
        "name": sheet.line("name"),
        "level": _chosen_level(sheet),
        **_words(sheet),
        "meets": sheet.ticked("meets") or None,  # the lowest level meets without being told
        "attached_to": sheet.unit("attached_to"),
        "superior": sheet.unit("superior"),
        "line": sheet.line("line") or "party",
        "valid_from": sheet.day("valid_from"),
    }
    if sheet.attempt(
        lambda session: organisation.create_unit(session, **values, actor=actor, now=now)
    ):
        code = str(values["code"]).upper()
        flash(gettext("Đã lập đơn vị %(code)s.", code=code), "done")
        return redirect(url_for("administrator.unit", code=code), 303)
    return _new_unit_page(sheet), 422


@blueprint.get("/units/<code>")
@policy("administrator")
def unit(code: str) -> ResponseReturnValue:
    return _unit_page(load_unit(code))


@blueprint.post("/units/<code>")
@policy("administrator")
def edit_unit(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    values = _words(sheet)
    if sheet.attempt(
        lambda session: organisation.edit_unit(session, unit=unit, **values, actor=actor, now=now)
    ):
        return _saved(unit)
    return _unit_page(unit, edit=sheet), 422


@blueprint.post("/units/<code>/name")
@policy("administrator")
def rename_unit(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    values: dict[str, Any] = {
        "name": sheet.line("name"),
        "name_en": sheet.line("name_en"),
        "level": _level(sheet),
        "day": sheet.day("day", required=gettext("Ghi ngày đổi tên theo quyết định.")),
    }
    if sheet.attempt(
        lambda session: organisation.rename_unit(session, unit=unit, **values, actor=actor, now=now)
    ):
        return _saved(unit)
    return _unit_page(unit, rename=sheet), 422


@blueprint.post("/units/<code>/attachment")
@policy("administrator")
def attach_unit(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    to = sheet.unit("attached_to")
    if sheet.attempt(
        lambda session: organisation.attach(session, unit=unit, to=to, actor=actor, now=now)
    ):
        return _saved(unit)
    return _unit_page(unit, attach=sheet), 422


@blueprint.post("/units/<code>/lines")
@policy("administrator")
def add_line(code: str) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    values: dict[str, Any] = {
        "superior": sheet.unit("superior", required=gettext("Ghi mã đơn vị cấp trên.")),
        "line": sheet.line("line"),
        "valid_from": sheet.day("valid_from"),
        "valid_to": sheet.day("valid_to"),
    }
    if sheet.attempt(
        lambda session: organisation.add_reporting_line(
            session, unit=unit, **values, actor=actor, now=now
        )
    ):
        return _saved(unit)
    return _unit_page(unit, line=sheet), 422


@blueprint.post("/units/<code>/lines/<id:line_id>/end")
@policy("administrator")
def end_line(code: str, line_id: int) -> ResponseReturnValue:
    unit, sheet, actor, now = load_unit(code), Sheet(request.form), viewer(), clock.now()
    row = load(ReportingLine, line_id)
    if row.unit_id != unit.id:
        abort(404)
    last_day = sheet.day("last_day", required=gettext("Ghi ngày cuối cùng còn báo cáo."))
    if sheet.attempt(
        lambda session: organisation.end_reporting_line(
            session, row=row, last_day=last_day, actor=actor, now=now
        )
    ):
        return _saved(unit)
    return _unit_page(unit, line=sheet), 422


def _saved(unit: Unit) -> ResponseReturnValue:
    flash(gettext("Đã ghi thay đổi của %(unit)s.", unit=present.unit_name(unit)), "done")
    return redirect(url_for("administrator.unit", code=unit.code), 303)


def _number() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) or 0


def _words(sheet: Sheet) -> dict:
    sector = sheet.line("sector") or SECTORS[0]
    return {
        "body": sheet.line("body"),
        "symbol": sheet.line("symbol"),
        "name_en": sheet.line("name_en"),
        "body_en": sheet.line("body_en"),
        "place": sheet.line("place"),
        "sector": sector,
        "meets": sheet.ticked("meets"),
    }


def _chosen_level(sheet: Sheet) -> Level | None:
    code = sheet.line("level")
    return db.session.scalar(sa.select(Level).where(Level.code == code)) if code else None


def _level(sheet: Sheet) -> Level | None:
    level = _chosen_level(sheet)
    if level is None:
        sheet.fail("level", present.sentence(NO_LEVEL))
    return level


def all_levels() -> list[Level]:
    return list(db.session.scalars(sa.select(Level).order_by(Level.rank, Level.id)))


def unit_codes() -> list[tuple[str, str]]:
    """Codes and names, as far as a list to complete from may be long."""
    rows = db.session.execute(
        sa.select(Unit.code, Unit.name).order_by(Unit.sort_key, Unit.id).limit(LISTED)
    )
    return [(code, name) for code, name in rows]


def _levels_page(sheet: Sheet) -> str:
    return page("levels", sheet=sheet, levels=all_levels())


def _new_unit_page(sheet: Sheet) -> str:
    return page("unit_new", sheet=sheet, levels=all_levels(), codes=unit_codes())


def _unit_page(unit: Unit, **sheets: Sheet) -> str:
    now = clock.now()
    day = _asked_day() or local_day(now)
    posts = db.session.scalars(
        sa.select(Post)
        .where(Post.unit_id == unit.id, in_force_on(Post, day))
        .options(joinedload(Post.person), joinedload(Post.unit))
        .order_by(Post.id)
    ).all()
    members = db.session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.unit_id == unit.id, in_force_on(Membership, day))
        .options(joinedload(Membership.person))
        .order_by(Person.sort_key, Person.id)
        .limit(MEMBERS)
    ).all()
    lines = db.session.scalars(
        sa.select(ReportingLine)
        .where(ReportingLine.unit_id == unit.id)
        .options(joinedload(ReportingLine.superior))
        .order_by(ReportingLine.valid_to.is_not(None), ReportingLine.id)
    ).all()
    kept = {
        "body": unit.body,
        "symbol": unit.symbol,
        "name_en": unit.name_en or "",
        "body_en": unit.body_en or "",
        "place": unit.place or "",
        "sector": unit.sector,
        "meets": "1" if unit.meets else "",
    }
    return page(
        "unit",
        unit=unit,
        day=day,
        posts=[post for post in posts if _holds(post, day, now)],
        members=members,
        lines=lines,
        below=organisation.subordinates(unit.id, local_day(now)),
        edit=sheets.get("edit") or Sheet(kept),
        rename=sheets.get("rename")
        or Sheet({"name": unit.name, "name_en": unit.name_en or "", "level": unit.level.code}),
        line=sheets.get("line") or Sheet(),
        attach=sheets.get("attach")
        or Sheet({"attached_to": unit.attached_to.code if unit.attached_to else ""}),
        opened=next(iter(sheets), ""),
        **_closing(unit),
        levels=all_levels(),
        codes=unit_codes(),
    )


def _closing(unit: Unit) -> dict[str, Any]:
    """What is decided of the unit's end, what stands in its way, and into what it closed."""
    now = clock.now()
    planned = closing.pending(db.session(), unit)
    due = bool(planned) and planned[0].effective_on <= local_day(now)
    stuck = (
        closing.obstacles(db.session(), unit, planned[0].effective_on, now, planned=True)
        if due
        else []
    )
    successors = db.session.scalars(
        sa.select(UnitChange)
        .where(UnitChange.unit_id == unit.id, UnitChange.carried_out_at.is_not(None))
        .order_by(UnitChange.id)
    ).all()
    return {
        "planned": planned,
        "stuck": [present.sentence(reason) for reason in stuck],
        "successors": successors,
    }


def _asked_day() -> date | None:
    return Sheet(request.args).day("on")


def _holds(post: Post, day: date, now: datetime) -> bool:
    """Whether the post was held on `day`: today an ended one is not, on its last day it was."""
    if post.ended_at is None:
        return True
    return day < local_day(now) and day <= local_day(post.ended_at)
