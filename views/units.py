"""The organisation as everybody signed in may know it: units, their posts, who could sign."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.kinds import KINDS
from models.queries.seats import Place
from models.unit import Level, ReportingLine, Unit, in_force_on
from views import present
from views.forms import Form
from views.frame import held_posts
from views.loaders import load_unit, viewer
from views.policy import policy
from workflows.authority import posts_at, who_could
from workflows.calendar import end_of_day
from workflows.inspections.reaching import led_by
from workflows.proxies import is_cell
from workflows.scope import inspector_unit_ids, officer_unit_ids
from workflows.sorting import search_fold

blueprint = Blueprint("units", __name__, url_prefix="/units")

MOST = 200
SMALL, SMALL_DEPTH = 200, 4  # with no more units than this the whole tree is shown
ASKED = ("drafter", "reviewer", "approver", "reporter", "receiver")


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    """The tree from the top, whole where the organisation is small; a search by name."""
    wanted = request.args.get("q", "").strip()[:100]
    today = present.local_day(clock.now())
    if wanted:
        found = db.session.scalars(
            sa.select(Unit)
            .where(Unit.search_fold.contains(search_fold(wanted), autoescape=True))
            .order_by(Unit.sort_key, Unit.id)
            .limit(50)
        )
        return render_template("units/index.html", q=wanted, found=list(found), tree=[], mine=[])
    has_superior = sa.exists().where(
        ReportingLine.unit_id == Unit.id, in_force_on(ReportingLine, today)
    )
    roots = db.session.scalars(
        sa.select(Unit)
        .where(~has_superior, Unit.attached_to_id.is_(None), in_force_on(Unit, today))
        .order_by(Unit.sort_key, Unit.id)
        .limit(20)
    )
    mine: dict[int, Unit | Place] = {post.unit_id: post.unit for post in held_posts(viewer())}
    mine |= {m.unit_id: m.unit for m in viewer().memberships}
    return render_template(
        "units/index.html",
        q="",
        found=[],
        tree=[_branch(root, today, SMALL_DEPTH if _is_small() else 1) for root in roots],
        mine=list(mine.values()),
    )


def _is_small() -> bool:
    rows = sa.select(Unit.id).limit(SMALL + 1).subquery()
    return (db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0) <= SMALL


def children(
    unit: Unit, today: date, limit: int = MOST, after: tuple[str, int] | None = None
) -> list[Unit]:
    """Units directly below on any line today, by name; `after` (sort key, id) continues the list."""
    beyond: sa.ColumnElement[bool] = sa.true()
    if after is not None:
        key, last = after
        beyond = sa.or_(Unit.sort_key > key, sa.and_(Unit.sort_key == key, Unit.id > last))
    return list(
        db.session.scalars(
            sa.select(Unit)
            .join(ReportingLine, ReportingLine.unit_id == Unit.id)
            .where(
                ReportingLine.superior_id == unit.id,
                in_force_on(ReportingLine, today),
                in_force_on(Unit, today),
                beyond,
            )
            .order_by(Unit.sort_key, Unit.id)
            .limit(limit)
        ).unique()
    )


def _branch(unit: Unit, today: date, depth: int) -> dict[str, Any]:
    below = children(unit, today, 50) if depth else []
    return {"unit": unit, "below": [_branch(child, today, depth - 1) for child in below]}


@blueprint.get("/<code>")
@policy("signed_in")
def page(code: str) -> str:
    unit = load_unit(code)
    now = clock.now()
    today = present.local_day(now)
    form = Form(request.args)
    asked = form.day("on") if request.args.get("on") else today
    role = request.args.get("role", "approver")
    role = role if role in ASKED else "approver"
    kind = request.args.get("kind", "plan")
    kind = kind if kind in KINDS else "plan"
    superiors = db.session.execute(
        sa.select(ReportingLine.line, Unit)
        .join(Unit, ReportingLine.superior_id == Unit.id)
        .where(ReportingLine.unit_id == unit.id, in_force_on(ReportingLine, today))
        .order_by(ReportingLine.id)
    ).all()
    posts = [p for p in posts_at(unit, today, now) if p.unit_id == unit.id]
    taking_part = unit.id in officer_unit_ids(viewer(), now)
    inspected = unit.id in inspector_unit_ids(viewer(), now)
    return render_template(
        "units/page.html",
        unit=unit,
        level=level_words(unit.level),
        superiors=[(line_words(line), above) for line, above in superiors],
        below=children(unit, today, 100),
        posts=posts,
        form=form,
        asked=asked,
        role=role,
        kind=kind,
        roles=[(name, asked_words(name)) for name in ASKED],
        could=_could(unit, role, kind, asked, today) if asked else [],
        links=_links(unit, taking_part, inspected),
    )


def _could(unit: Unit, role: str, kind: str, day: date, today: date) -> list[dict[str, Any]]:
    at = clock.now() if day == today else end_of_day(day)
    found = []
    for rank, held in who_could(unit, role, day, kind=kind, now=at):
        found.append(
            {
                "person": held.person.full_name if held.person else "",
                "post": present.post_name(held.post) if held.post else "",
                "delegated": gettext("theo ủy quyền của %(name)s", name=held.post.person.full_name)
                if held.delegation and held.post
                else "",
                "rank": rank,
            }
        )
    return found


def _links(unit: Unit, taking_part: bool, inspected: bool) -> list[tuple[str, str]]:
    links, leads = [], _leads(unit)
    if taking_part and (is_cell(unit) or leads):
        links.append((gettext("Cam kết"), url_for("cell.index", code=unit.code)))
    if (taking_part or inspected) and leads:
        links.append((gettext("Theo dõi hạn"), url_for("committee.index", code=unit.code)))
    if taking_part:
        links.append((gettext("Sổ văn bản"), url_for("clerk.index", code=unit.code)))
    if unit.id in led_by(viewer(), clock.now()):
        links.append((gettext("Các cuộc kiểm tra"), url_for("inspector.received")))
    if inspected:
        links.append((gettext("Nhật ký đơn vị"), url_for("inspector.log", code=unit.code)))
    return links


def _leads(unit: Unit) -> bool:
    """Whether anything reports to the committee that this unit is, or serves as advisory body."""
    below = sa.select(ReportingLine.id).where(
        ReportingLine.superior_id == (unit.attached_to_id or unit.id)
    )
    return db.session.scalar(below.limit(1)) is not None


def level_words(level: Level) -> str:
    return level.name_en if present.english() else level.name_vi


def line_words(line: str) -> str:
    return {"party": gettext("Tuyến Đảng"), "union": gettext("Tuyến công đoàn")}.get(line, line)


def asked_words(role: str) -> str:
    return {
        "drafter": gettext("soạn thảo"),
        "reviewer": gettext("cho ý kiến"),
        "approver": gettext("ký, quyết định"),
        "reporter": gettext("báo cáo cấp trên"),
        "receiver": gettext("tiếp nhận"),
    }[role]
