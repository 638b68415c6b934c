"""/obligations: what is owed, and whether it is there; "not submitted" is a row. And its waiver or
extension by somebody above."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

import clock
from models.base import db, transaction
from models.campaign import Requirement
from models.document import CLOSED, Document
from models.obligation import Obligation
from models.relief import Relief
from views import present
from views.api.bases import PAPER, UNKNOWN
from views.api.body import Body, read_body
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant, logins
from views.ids import LARGEST
from views.loaders import viewer, visible_ids
from views.obligations.base import load
from views.policy import policy
from workflows.calendar import WorkingCalendar
from workflows.obligations import (
    CONDITIONS,
    Basis,
    condition,
    extend,
    in_condition,
    soon_until,
    waive,
)
from workflows.owed import visible_obligations
from workflows.scope import visible_documents

GROUNDS = ("reason", "basis")
REASON = 4_000  # letters


@blueprint.get("/obligations")
@policy("signed_in")
def obligations() -> dict[str, Any]:
    filters = Filters()
    state = filters.word("state", CONDITIONS)
    unit, campaign, after = filters.unit(), filters.campaign(), filters.after()
    filters.check()
    query = (
        sa.select(Obligation)
        .join(Obligation.requirement)
        .options(
            contains_eager(Obligation.requirement).joinedload(Requirement.campaign),
            joinedload(Obligation.unit),
        )
        .where(visible_obligations(viewer(), clock.now()))
        .order_by(Obligation.id)
        .limit(filters.limit + 1)
    )
    if state is not None:
        query = query.where(in_condition(state, *_days()))
    if unit is not None:
        query = query.where(Obligation.unit_id == unit.id)
    if campaign is not None:
        query = query.where(Requirement.campaign_id == campaign.id)
    if after is not None:
        query = query.where(Obligation.id > after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, _shown)


@blueprint.get("/obligations/<id:obligation_id>")
@policy("signed_in")
def obligation(obligation_id: int) -> dict[str, Any]:
    return _shown([load(obligation_id)])[0]


@blueprint.post("/obligations/<id:obligation_id>/waiver")
@policy("signed_in")
def waive_obligation(obligation_id: int) -> dict[str, Any]:
    load(obligation_id)
    body = read_body(GROUNDS)
    given = _grounds(body)
    body.check()
    with transaction():
        waive(load(obligation_id), actor=viewer(), now=clock.now(), **given)
    return _shown([load(obligation_id)])[0]


@blueprint.post("/obligations/<id:obligation_id>/extension")
@policy("signed_in")
def extend_obligation(obligation_id: int) -> dict[str, Any]:
    load(obligation_id)
    body = read_body(("new_due", *GROUNDS))
    given, new_due = _grounds(body), body.day("new_due", required=True)
    body.check()
    assert new_due is not None
    with transaction():
        extend(load(obligation_id), new_due=new_due, actor=viewer(), now=clock.now(), **given)
    return _shown([load(obligation_id)])[0]


def _grounds(body: Body) -> dict[str, Any]:
    """The reason and the basis: a document by id, or a paper outside by number, day and issuer."""
    return {"reason": body.text("reason", limit=REASON) or "", "basis": _basis(body)}


def _basis(body: Body) -> Basis:
    raw = body.given("basis")
    if type(raw) is int:
        if raw in visible_ids([raw] if 0 < raw <= LARGEST else []):
            return Basis(document=db.session.get(Document, raw))
        body.fail("basis", UNKNOWN)
        return Basis()
    fields = body.mapping("basis")
    if fields is None:
        return Basis()
    paper = Body(fields, known=PAPER, place="basis")
    found = Basis(
        None,
        paper.line("number", limit=60) or "",
        paper.day("dated_on"),
        paper.line("issuer", limit=200) or "",
    )
    body.problems += paper.problems
    return found


def _shown(rows: list[Obligation]) -> list[dict[str, Any]]:
    names = logins(obligation.person_id for obligation in rows)
    ids = [obligation.id for obligation in rows]
    documents, granted = _documents(ids), _reliefs(ids)
    today, soon = _days()
    return [
        {
            "id": obligation.id,
            "kind": obligation.requirement.kind,
            "requirement": obligation.requirement.code,
            "campaign": obligation.requirement.campaign.code,
            "unit": obligation.unit.code,
            "personal": obligation.person_id is not None,
            "person": names.get(obligation.person_id),
            "state": obligation.state,
            "condition": condition(obligation, today, soon),
            "overdue": obligation.state == "open" and obligation.effective_due < today,
            "nominal_due": day(obligation.nominal_due),
            "effective_due": day(obligation.effective_due),
            "extended_to": day(obligation.extended_to),
            "fulfilled_at": instant(obligation.fulfilled_at),
            "document": documents.get(obligation.id),
            "reliefs": [_relief(relief) for relief in granted.get(obligation.id, ())],
        }
        for obligation in rows
    ]


def _reliefs(obligation_ids: list[int]) -> dict[int, list[Relief]]:
    found: dict[int, list[Relief]] = {}
    rows = db.session.scalars(
        sa.select(Relief)
        .options(joinedload(Relief.unit))
        .where(Relief.obligation_id.in_(obligation_ids))
        .order_by(Relief.id)
    )
    for relief in rows:
        found.setdefault(relief.obligation_id, []).append(relief)
    return found


def _relief(relief: Relief) -> dict[str, Any]:
    return {
        "kind": relief.kind,
        "at": instant(relief.at),
        "unit": relief.unit.code if relief.unit is not None else None,
        "reason": relief.reason,
        "basis": {
            "document": relief.basis_document_id,
            "number": relief.basis_number,
            "dated_on": day(relief.basis_dated_on),
            "issuer": relief.basis_issuer,
        },
        "old_due": day(relief.old_due),
        "new_due": day(relief.new_due),
    }


def _documents(obligation_ids: list[int]) -> dict[int | None, int]:
    """The document that answers each obligation, where the viewer may see it."""
    rows = db.session.execute(
        sa.select(Document.obligation_id, Document.id)
        .where(
            Document.obligation_id.in_(obligation_ids),
            Document.state.not_in(CLOSED),
            visible_documents(viewer(), clock.now()),
        )
        .order_by(Document.id)
    )
    return dict(rows.all())


def _days() -> tuple[date, date]:
    """Today, and until which day a limit is soon."""
    today = present.local_day(clock.now())
    return today, soon_until(today, WorkingCalendar.of(db.session()))
