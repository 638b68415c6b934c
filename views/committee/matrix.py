"""What the units below owe and where it stands: units down, requirements across, and in each cell
a word and a shape."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.obligation import Obligation
from models.unit import Unit
from views import present
from views.loaders import LARGEST, load_unit, viewer, visible_ids
from views.policy import policy
from views.units import children
from workflows.scope import below, inspector_unit_ids, officer_unit_ids

blueprint = Blueprint("committee", __name__, url_prefix="/units/<code>/obligations")

PAGE = 40  # direct subordinates on a page
TWO_TIERS = 60  # with no more units than this, the tier below is shown as well
COLUMNS = 5  # the requirements nearest to today; the rest on demand
MINE = {"fulfilled", "fulfilled_late", "waived"}


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
    cells: dict[tuple[int, int], dict[str, Any]]
    rows: list[dict[str, Any]]
    next_after: str

    @property
    def heads(self) -> list[dict[str, str]]:
        return [
            {"label": present.requirement_words(c), "limit": _limit(c, self.cells)}
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
        every=len(campaign.requirements) if campaign else 0,
        all=bool(request.args.get("all")),
        totals=[_total(c, shown.cells) for c in shown.columns],
        now_words=present.clock_words(clock.now()),
        letters=unit.id in officer_unit_ids(viewer(), clock.now()),
        next_url=url_for("committee.index", code=unit.code, after=next_after)
        if next_after
        else None,
        first_url=url_for("committee.index", code=unit.code) if request.args.get("after") else "",
    )


def table(unit: Unit, most: int = PAGE) -> Table:
    """The table under the filters of the address, with at most so many direct subordinates."""
    today = present.local_day(clock.now())
    direct, next_after = _direct(unit, today, most)
    units = _with_tier_below(direct, today)
    campaigns = _campaigns([u for u, _ in units])
    chosen = next((c for c in campaigns if c.code == request.args.get("campaign")), None)
    campaign = chosen or (campaigns[0] if campaigns else None)
    only = request.args.get("only", "")
    columns = _columns(campaign, [u for u, _ in units], today)
    cells = _cells(columns, [u for u, _ in units], today)
    rows = []
    for row_unit, depth in units:
        line = [cells.get((row_unit.id, c.id)) for c in columns]
        if only and not any(cell and cell["name"] == only for cell in line):
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
                "late": any(c["name"] == "late" and not c.get("counted") for c in owed),
            }
        )
    return Table(campaign, campaigns, columns, cells, rows, next_after)


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
    """A page of direct subordinates, by name; the key of the next page or ""."""
    key, _, ident = request.args.get("after", "").partition("-")
    fine = key.isascii() and key.isdigit() and ident.isascii() and ident.isdigit()
    after = (key, min(int(ident), LARGEST)) if fine and len(ident) < 19 else None
    found = children(unit, today, most + 1, after)
    page = found[:most]
    return page, f"{page[-1].sort_key}-{page[-1].id}" if len(found) > most else ""


def _with_tier_below(direct: list[Unit], today: date) -> list[tuple[Unit, int]]:
    units: list[tuple[Unit, int]] = []
    for unit in direct:
        units.append((unit, 0))
        units += [(child, 1) for child in children(unit, today, TWO_TIERS)]
    return units if len(units) <= TWO_TIERS else [(unit, 0) for unit in direct]


def _columns(campaign: Campaign | None, units: list[Unit], today: date) -> list[Requirement]:
    """What these units owe in a campaign: all on demand, else what is due nearest to today."""
    if campaign is None:
        return []
    levels = {unit.level.code for unit in units}
    owed = [r for r in campaign.requirements if levels & set(r.levels)]
    if request.args.get("all") or len(owed) <= COLUMNS:
        return owed
    near = sorted(owed, key=lambda r: abs((_nominal(r, today) - today).days))[:COLUMNS]
    return [r for r in owed if r in near]


def _nominal(requirement: Requirement, today: date) -> date:
    """About when a requirement is due; what follows an event counts as due now."""
    last = db.session.scalar(
        sa.select(sa.func.min(Obligation.effective_due)).where(
            Obligation.requirement_id == requirement.id
        )
    )
    return last or today


def _cells(
    columns: list[Requirement], units: list[Unit], today: date
) -> dict[tuple[int, int], dict[str, Any]]:
    """(unit id, requirement id) → what the cell shows."""
    if not columns or not units:
        return {}
    rows = db.session.scalars(
        sa.select(Obligation).where(
            Obligation.requirement_id.in_([c.id for c in columns]),
            Obligation.unit_id.in_([u.id for u in units]),
        )
    ).all()
    own = [o for o in rows if o.person_id is None]
    documents = _answers([o.id for o in own])
    visible = visible_ids(d.id for d in documents.values())
    cells = {
        (o.unit_id, o.requirement_id): _cell(o, documents.get(o.id), visible, today) for o in own
    }
    persons: dict[tuple[int, int], list[Obligation]] = defaultdict(list)
    for obligation in rows:
        if obligation.person_id is not None:
            persons[obligation.unit_id, obligation.requirement_id].append(obligation)
    for key, owed in persons.items():
        cells[key] = {**_counted(owed, today), "counted": True}
    return cells


def _answers(obligation_ids: list[int]) -> dict[int | None, Document]:
    """The document that answers each obligation; an amendment on its way does not hide the paper in
    force."""
    found: dict[int | None, Document] = {}
    rows = db.session.scalars(
        sa.select(Document)
        .where(
            Document.obligation_id.in_(obligation_ids),
            Document.state.not_in(("withdrawn", "superseded", "revoked")),
        )
        .order_by(Document.id)
    )
    for document in rows:
        known = found.get(document.obligation_id)
        if known is None or not known.is_in_force or document.is_in_force:
            found[document.obligation_id] = document
    return found


def _cell(
    obligation: Obligation, document: Document | None, visible: set[int], today: date
) -> dict[str, Any]:
    url = (
        url_for("document.page", document_id=document.id)
        if document is not None and document.id in visible
        else ""
    )
    due = present.due(obligation.effective_due, today)
    assert due is not None
    limit = present.limit_words(obligation.requirement, obligation.effective_due)
    if obligation.state == "waived":
        return _made("waived", "", "g-waive", gettext("Được miễn"), "", True, "")
    if obligation.state in MINE:
        return _met(obligation, document, url)
    if document is not None and document.state not in ("drafted", "returned"):
        if document.state == "approved" and document.stage == 0:
            word, glyph = gettext("Đã ký, chưa báo cáo"), "g-half"
        else:
            word, glyph = gettext("Đang xem xét ở đơn vị"), "g-sent"
        name = "late" if due.tone == "late" else "working"
        tone = "late" if due.tone == "late" else ("soon" if due.tone else "")
        return _made(name, tone, glyph, word, due.distance if due.tone else limit, False, url)
    if due.tone == "late":
        return _made("late", "late", "g-late", gettext("Chưa nộp"), due.distance, False, url)
    if due.tone == "soon":
        word = limit[:1].upper() + limit[1:]
        return _made("soon", "soon", "g-clock", word, due.distance, False, url)
    word = gettext("Đang soạn") if document is not None else gettext("Còn hạn")
    return _made("open", "", "g-draft" if document else "g-open", word, limit, False, url)


def _met(obligation: Obligation, document: Document | None, url: str) -> dict[str, Any]:
    when = present.short_day(
        present.local_day(obligation.fulfilled_at) if obligation.fulfilled_at else None
    )
    late = obligation.state == "fulfilled_late"
    if document is not None and document.state == "returned":
        return _made("returned", "ask", "g-back", gettext("Được yêu cầu bổ sung"), when, False, url)
    agreed = document is not None and any(
        s.position > 0 and s.decides and s.state in ("approved", "reported")
        for s in document.stages
    )
    waiting = document is not None and document.state in ("submitted", "reviewed")
    if agreed:
        word, glyph = gettext("Đã đồng ý"), "g-ok2"
    elif waiting:
        word, glyph = gettext("Chờ cho ý kiến"), "g-now"
    elif document is not None and any(s.received_at for s in document.stages[1:]):
        word, glyph = gettext("Đã nhận"), "g-in"
    else:
        word, glyph = gettext("Đã báo cáo"), "g-ok"
    second = (
        gettext("chậm, báo cáo %(day)s", day=when) if late else gettext("báo cáo %(day)s", day=when)
    )
    return _made("done", "" if waiting else "done", glyph, word, second, not waiting, url)


def _counted(owed: list[Obligation], today: date) -> dict[str, Any]:
    """Members' obligations as a count: above the cell no person's lateness is shown (design §3)."""
    counted = [o for o in owed if o.state != "waived"]
    done = sum(o.state in MINE for o in counted)
    last = max((o.effective_due for o in counted), default=today)
    word = gettext("%(done)s trên %(all)s", done=done, all=len(counted))
    if done == len(counted):
        return _made("done", "done", "g-in", word, gettext("đủ"), True, "")
    due = present.due(last, today)
    assert due is not None
    if due.tone == "late":
        return _made("late", "late", "g-late", word, due.distance, False, "")
    limit = gettext("hạn %(last)s", last=present.short_day(last))
    return _made(
        "open", "soon" if due.tone else "", "g-half" if done else "g-open", word, limit, False, ""
    )


def _made(
    name: str, tone: str, glyph: str, word: str, second: str, done: bool, url: str
) -> dict[str, Any]:
    return {
        "name": name, "tone": tone, "glyph": glyph, "word": word,
        "second": second, "done": done, "url": url,
    }  # fmt: skip


def _limit(requirement: Requirement, cells: dict[tuple[int, int], dict[str, Any]]) -> str:
    rule = requirement.due or {}
    if rule.get("kind") == "working_days_after":
        return gettext("%(days)s ngày làm việc sau kế hoạch", days=rule.get("days", ""))
    last = db.session.scalar(
        sa.select(sa.func.min(Obligation.effective_due)).where(
            Obligation.requirement_id == requirement.id
        )
    )
    return present.limit_words(requirement, last) if last else ""


def _total(requirement: Requirement, cells: dict[tuple[int, int], dict[str, Any]]) -> str:
    owed = [cell for (_, ident), cell in cells.items() if ident == requirement.id]
    late = sum(cell["name"] == "late" for cell in owed)
    done = sum(cell["done"] for cell in owed)
    if late:
        return gettext("Quá hạn %(late)s trên %(all)s", late=late, all=len(owed))
    return gettext("Đã xong %(done)s trên %(all)s", done=done, all=len(owed))
