"""What the members of a cell report of themselves (R13, R14): who has handed in, and what the cell has
heard and is to file. Names and states alone; each text is opened by itself, and its reading is told
to its author."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import CLOSED, Document
from models.obligation import Obligation
from models.person import Person
from models.unit import Unit
from views import as_shown, present
from views.loaders import viewer

HANDED_IN = ("submitted", "reviewed", "returned", "approved", "archived")


def own_reports(unit: Unit, today: date, *, sees: bool) -> list[dict[str, Any]]:
    """One part for each report that running campaigns ask of the members, the earliest due first;
    with a line for each member only for who `sees` them."""
    owed: dict[int, list[Obligation]] = {}
    for obligation in _owed(unit):
        owed.setdefault(obligation.requirement_id, []).append(obligation)
    papers = _papers([o.id for several in owed.values() for o in several])
    parts = [_part(several, papers, today, sees=sees) for several in owed.values()]
    return sorted(parts, key=lambda part: part["order"])


def _owed(unit: Unit) -> list[Obligation]:
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Campaign, Requirement.campaign_id == Campaign.id)
            .join(Person, Obligation.person_id == Person.id)
            .options(
                joinedload(Obligation.person),
                joinedload(Obligation.requirement).joinedload(Requirement.campaign),
            )
            .where(
                Obligation.unit_id == unit.id,
                Requirement.kind == "self_report",
                Requirement.ended_at.is_(None),
                Campaign.closed_at.is_(None),
            )
            .order_by(Person.sort_key, Obligation.id)
        )
    )


def _papers(obligation_ids: list[int]) -> dict[int, Document]:
    """Of each obligation its newest paper that counts."""
    rows = db.session.scalars(
        sa.select(Document)
        .options(joinedload(Document.definition))
        .where(
            Document.obligation_id.in_(obligation_ids),
            sa.or_(Document.state.not_in(CLOSED), Document.state == "archived"),
        )
        .order_by(Document.id)
    )
    return {row.obligation_id: row for row in rows if row.obligation_id is not None}


def _part(
    owed: list[Obligation], papers: dict[int, Document], today: date, *, sees: bool
) -> dict[str, Any]:
    asked = [o for o in owed if o.state != "waived"]
    found = [papers[o.id] for o in asked if o.id in papers]
    first = min(owed, key=lambda o: o.effective_due)
    filing = [p for p in found if p.state == "approved" and p.current_stage.received_at is None]
    return {
        "order": (first.effective_due, first.requirement_id),
        "id": first.requirement_id,
        "words": present.requirement_words(first.requirement),
        "day": present.day(first.effective_due),
        "handed_in": sum(o.state in ("fulfilled", "fulfilled_late") for o in asked),
        "heard": sum(p.state in ("approved", "archived") for p in found),
        "asked": len(asked),
        "rows": [_row(o, papers.get(o.id), today) for o in owed] if sees else [],
        "filing": [
            {"id": p.id, "seen": as_shown.mark(p), "name": p.author.full_name} for p in filing
        ]
        if sees
        else [],
    }


def _row(obligation: Obligation, paper: Document | None, today: date) -> dict[str, Any]:
    assert obligation.person is not None
    due = present.owed_due(obligation, today, year=False) if obligation.state == "open" else None
    own = obligation.person_id == viewer().id
    if obligation.state == "waived":
        badge = (gettext("Được miễn"), "", "g-waive")
    elif paper is None:
        late = due is not None and due.tone == "late"
        badge = (gettext("Chưa gửi"), "late" if late else "", "g-late" if late else "g-open")
    elif paper.state == "drafted":
        badge = (gettext("Đang viết"), "", "g-draft")
    else:
        badge = present.state_badge(paper)
    readable = paper is not None and (own or paper.state in HANDED_IN)
    return {
        "name": obligation.person.full_name,
        "badge": badge,
        "due": due,
        "url": url_for("document.page", document_id=paper.id) if paper and readable else "",
    }
