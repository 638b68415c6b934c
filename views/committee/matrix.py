"""What the units below owe and where it stands: units down, requirements across, and in each cell
a word and a shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.unit import Unit
from views import present
from views.committee.cells import Today
from views.committee.columns import (
    ONLY,
    asked_of,
    earliest_limits,
    limit_words,
    matching,
    nearest,
    stands,
)
from views.committee.finding import Key
from views.committee.finding import cells as found_cells
from views.forms import is_digits, whole
from views.loaders import load_unit, viewer
from views.policy import policy
from views.units import children
from workflows.calendar import Due, WorkingCalendar
from workflows.obligations import soon_until
from workflows.scope import below, inspector_unit_ids, officer_unit_ids

blueprint = Blueprint("committee", __name__, url_prefix="/units/<code>/obligations")

PAGE = 40  # direct subordinates on a page
TWO_TIERS = 60  # with no more units than this, the tier below is shown as well
KEPT = ("campaign", "only", "all")  # what the next page asks for as this one does


def load(code: str) -> Unit:
    """The unit, for those who take part in its work or in that of a body above, and its
    inspectors."""
    unit = load_unit(code)
    now = clock.now()
    reach = below(officer_unit_ids(viewer(), now), now) | inspector_unit_ids(viewer(), now)
    if unit.id not in reach:
        abort(404)
    return unit


@dataclass(frozen=True)
class Table:
    """What the page shows: units down, requirements across; `next_after` is the key of the next
    page or ""."""

    campaign: Campaign | None
    campaigns: list[Campaign]
    columns: list[Requirement]
    limits: dict[int, Due]  # requirement id → both days of its earliest limit
    cells: dict[Key, dict[str, Any]]
    rows: list[dict[str, Any]]
    next_after: str
    asked: int  # how many requirements there are, shown or not

    @property
    def heads(self) -> list[dict[str, str]]:
        return [
            {"label": present.requirement_words(c), "limit": limit_words(c, self.limits.get(c.id))}
            for c in self.columns
        ]


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    unit = load(code)
    shown = table(unit)
    campaign = shown.campaign
    next_after = shown.next_after
    return render_template(
        "committee/index.html",
        unit=unit,
        campaign=campaign,
        campaigns=shown.campaigns,
        columns=shown.heads,
        rows=shown.rows,
        only=request.args.get("only", ""),
        every=shown.asked,
        all=bool(request.args.get("all")),
        totals=[_total(c, shown.cells) for c in shown.columns],
        now_words=present.clock_words(clock.now()),
        letters=unit.id in officer_unit_ids(viewer(), clock.now()),
        next_url=_again(unit, after=next_after) if next_after else None,
        first_url=_again(unit) if request.args.get("after") else "",
    )


def _again(unit: Unit, **more: str) -> str:
    """This page under the same filters."""
    kept: dict[str, Any] = {n: request.args[n] for n in KEPT if request.args.get(n)}
    return url_for("committee.index", code=unit.code, **(kept | more))


def table(unit: Unit, most: int = PAGE) -> Table:
    """The table under the filters of the address, with at most so many direct subordinates."""
    day = present.local_day(clock.now())
    today = Today(day, soon_until(day, WorkingCalendar.of(db.session())))
    direct, next_after = _direct(unit, day, most)
    units = _with_tier_below(direct, day)
    shown = [u for u, _ in units]
    campaigns = _campaigns(shown)
    chosen = next((c for c in campaigns if c.code == request.args.get("campaign")), None)
    campaign = chosen or (campaigns[0] if campaigns else None)
    only = request.args.get("only", "")
    asked = asked_of(campaign, shown)
    limits = earliest_limits(asked)
    if only in ONLY:  # it may be any of what is asked for
        cells = found_cells(asked, shown, today)
        columns = matching(asked, cells, only)
        cells = {key: cell for key, cell in cells.items() if key[1] in {c.id for c in columns}}
    else:
        every = bool(request.args.get("all"))
        columns = asked if every else nearest(asked, limits, shown, today)
        cells = found_cells(columns, shown, today)
    rows = _rows(units, columns, cells, only)
    return Table(campaign, campaigns, columns, limits, cells, rows, next_after, len(asked))


def _rows(
    units: list[tuple[Unit, int]],
    columns: list[Requirement],
    cells: dict[Key, dict[str, Any]],
    only: str,
) -> list[dict[str, Any]]:
    """A line for each unit that the filter leaves."""
    rows = []
    for row_unit, depth in units:
        line = [cells.get((row_unit.id, c.id)) for c in columns]
        if only in ONLY and not any(cell and stands(cell, only) for cell in line):
            continue
        owed = [cell for cell in line if cell]
        rows.append(
            {
                "unit": row_unit,
                "depth": depth,
                "url": url_for("units.page", code=row_unit.code),
                "cells": line,
                "done": sum(cell["done"] for cell in owed),
                "owed": len(owed),
                "late": any(c["name"] == "late" and not c["counted"] for c in owed),
            }
        )
    return rows


def _campaigns(units: list[Unit]) -> list[Campaign]:
    """The opened campaigns in which these units owe something, the running and newest first."""
    owing = (
        sa.select(Requirement.campaign_id)
        .join(Obligation, Obligation.requirement_id == Requirement.id)
        .where(Obligation.unit_id.in_([unit.id for unit in units]))
    )
    return list(
        db.session.scalars(
            sa.select(Campaign)
            .where(Campaign.opened_at.is_not(None), Campaign.id.in_(owing))
            .order_by(Campaign.closed_at.is_not(None), Campaign.year.desc(), Campaign.id)
            .limit(20)
        )
    )


def _direct(unit: Unit, today: date, most: int) -> tuple[list[Unit], str]:
    """A page of direct subordinates, by name; the key of the next page or "". Who has none is shown
    himself."""
    key, _, last = request.args.get("after", "").partition("-")
    ident = whole(last)
    after = (key, ident) if is_digits(key) and ident is not None else None
    found = children(unit, today, most + 1, after)
    if not found and after is None:
        return [unit], ""
    page = found[:most]
    return page, f"{page[-1].sort_key}-{page[-1].id}" if len(found) > most else ""


def _with_tier_below(direct: list[Unit], today: date) -> list[tuple[Unit, int]]:
    units: list[tuple[Unit, int]] = []
    for unit in direct:
        units.append((unit, 0))
        units += [(child, 1) for child in children(unit, today, TWO_TIERS)]
    return units if len(units) <= TWO_TIERS else [(unit, 0) for unit in direct]


def _total(requirement: Requirement, cells: dict[Key, dict[str, Any]]) -> str:
    owed = [cell for (_, ident), cell in cells.items() if ident == requirement.id]
    late = sum(cell["name"] == "late" for cell in owed)
    done = sum(cell["done"] for cell in owed)
    if late:
        return gettext("Quá hạn %(late)s trên %(all)s", late=late, all=len(owed))
    return gettext("Đã xong %(done)s trên %(all)s", done=done, all=len(owed))
