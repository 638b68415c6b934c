"""Where each member's commitment stands, what is ready to go upward, and the lists; for the body
above the lists it receives."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.document import Document, Stage
from models.listing import CommitmentList
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import Unit, in_force_on
from views import present
from views.cell.base import MOST, blueprint, commitments, entry_row, list_row, load, on_no_list
from views.cell.own_reports import own_reports
from views.frame import held_posts
from views.loaders import viewer
from views.policy import policy
from workflows import in_person, proxies
from workflows.lists import lists_of, next_number

SEES_MEMBERS = ("secretary", "deputy", "committee", "standing")


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    return page(load(code))


def page(unit: Unit, problems: list[dict[str, str]] | None = None) -> str:
    if proxies.is_cell(unit):
        return _cell_page(unit, problems or [])
    return _lists_page(unit, problems or [])


# -- the cell's own page


def _cell_page(unit: Unit, problems: list[dict[str, str]]) -> str:
    now = clock.now()
    today = present.local_day(now)
    documents = commitments(Document.unit_id == unit.id)
    papers: dict[int, list[Document]] = {}  # of each author, newest first
    for document in documents:
        papers.setdefault(document.author_id, []).append(document)
    owed = {
        o.person_id: o
        for o in db.session.scalars(
            sa.select(Obligation)
            .join(Obligation.requirement)
            .where(Obligation.unit_id == unit.id, Obligation.person_id.is_not(None))
            .order_by(Obligation.id)
        )
        if o.requirement.kind == "commitment"
    }
    sees = _sees_members(unit)
    members = _members(unit, today) if sees else []
    rows = [
        _member_row(m, papers.get(m.person_id, []), owed.get(m.person_id), today) for m in members
    ]
    loose = commitments(sa.and_(Document.unit_id == unit.id, on_no_list()))
    ready = [d for d in documents if d.state == "approved"]
    done = sum(any(map(_is_through, papers.get(m.person_id, []))) for m in members)
    counted = sum(1 for m in members if not m.exempt)
    return render_template(
        "cell/index.html",
        unit=unit,
        rows=rows,
        sees=sees,
        own_reports=own_reports(unit, today, sees=sees),
        done=done,
        counted=counted,
        ready=_ready(unit, ready),
        lists=[list_row(made) for made in lists_of(CommitmentList.unit_id == unit.id)],
        reported=[entry_row(d) for d in loose if d.state in ("reported", "archived")],
        types=proxies.may_type(unit, viewer(), now),
        tells=in_person.may_tell(unit, viewer(), now),
        problems=problems,
    )


def _sees_members(unit: Unit) -> bool:
    posts = held_posts(viewer())
    return any(post.unit_id == unit.id and post.role in SEES_MEMBERS for post in posts)


def _members(unit: Unit, today: date) -> list[Membership]:
    return list(
        db.session.scalars(
            sa.select(Membership)
            .join(Person, Membership.person_id == Person.id)
            .options(joinedload(Membership.person))
            .where(Membership.unit_id == unit.id, in_force_on(Membership, today))
            .order_by(Person.sort_key, Person.id)
            .limit(MOST)
        )
    )


def _is_through(document: Document) -> bool:
    return document.state in ("approved", "reported", "archived")


def _member_row(
    membership: Membership, papers: list[Document], owed: Obligation | None, today: date
) -> dict[str, Any]:
    """One person: the commitment that counts, and an amendment of it on its way."""
    standing = {
        "probationary": gettext("dự bị"),
        "non_member": gettext("quần chúng"),
    }.get(membership.standing, "")
    agreed = next((paper for paper in papers if _is_through(paper)), None)
    document = agreed or (papers[0] if papers else None)
    amending = papers[0] if agreed is not None and papers[0] is not agreed else None
    due = None
    if owed is not None and owed.state == "open" and agreed is None:
        due = present.owed_due(owed, today, year=False)
    if document is None and membership.exempt:
        badge, due = (gettext("Được miễn"), "", "g-waive"), None
    elif document is None:
        late = due is not None and due.tone == "late"
        badge = (gettext("Chưa gửi"), "late" if late else "", "g-late" if late else "g-open")
    else:
        badge = _badge(document)
    return {
        "name": membership.person.full_name,
        "standing": standing,
        "job": membership.person.job or "",
        "badge": badge,
        "due": due,
        "url": _url(document) if document is not None else "",
        "amending": _badge(amending) if amending is not None else None,
        "amending_url": _url(amending) if amending is not None else "",
    }


def _badge(document: Document) -> tuple[str, str, str]:
    if document.state == "drafted":
        return gettext("Đang viết"), "", "g-draft"
    return present.state_badge(document)


def _url(document: Document) -> str:
    """A draft is only its author's to open."""
    if document.state == "drafted" and document.author_id != viewer().id:
        return ""
    return url_for("document.page", document_id=document.id)


def _ready(unit: Unit, documents: list[Document]) -> list[dict[str, Any]]:
    """What the cell has agreed to and not yet reported: a list for each campaign and receiver."""
    groups: dict[tuple[int, int], dict[str, Any]] = {}
    for document in documents:
        above = document.stages[document.stage + 1].unit
        group = groups.setdefault(
            (document.campaign_id, above.id),
            {
                "above": above,
                "supplement": next_number(unit, document.campaign) - 1,
                "rows": [],
            },
        )
        group["rows"].append(entry_row(document))
    for group in groups.values():
        group["rows"].sort(key=lambda row: row["order"])
    return list(groups.values())


# -- the page of the body that receives lists


def _lists_page(unit: Unit, problems: list[dict[str, str]]) -> str:
    here = sa.exists().where(
        Stage.document_id == Document.id, Stage.unit_id == unit.id, Stage.arrived_at.is_not(None)
    )
    cells: dict[int, dict[str, Any]] = {}
    for made in lists_of(CommitmentList.to_unit_id == unit.id):
        group = cells.setdefault(made.unit_id, _group(made.unit))
        group["lists"].append(list_row(made))
        group["waiting"] += made.received_at is None
    for document in commitments(sa.and_(here, on_no_list())):
        group = cells.setdefault(document.unit_id, _group(document.unit))
        row = entry_row(document)
        group["rows"].append(row)
        group["loose"] += bool(row["waiting"])
        group["waiting"] += bool(row["waiting"])
    groups = sorted(cells.values(), key=lambda g: (g["waiting"] == 0, g["unit"].sort_key))
    return render_template("cell/lists.html", unit=unit, groups=groups, problems=problems)


def _group(unit: Unit) -> dict[str, Any]:
    return {"unit": unit, "lists": [], "rows": [], "loose": 0, "waiting": 0}
