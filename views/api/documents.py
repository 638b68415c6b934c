"""GET and POST /documents, GET /documents/{id}: always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask.typing import ResponseReturnValue

import clock
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.document import KINDS, Document
from models.kinds import PERSONAL
from models.person import Person
from models.unit import Unit
from views.api.bases import read_basis
from views.api.body import Body, read_body
from views.api.door import blueprint
from views.api.listing import Filters, page_of, row_by_code
from views.api.represent import DOCUMENT, full, summaries
from views.loaders import load_document, viewer
from views.policy import policy
from workflows import create, search
from workflows.content import clean_content
from workflows.reach import within_reach
from workflows.refusal import N_
from workflows.scope import visible_documents

STATES = (
    "drafted",
    "submitted",
    "reviewed",
    "approved",
    "reported",
    "returned",
    "withdrawn",
    "superseded",
    "revoked",
    "archived",
)
FIELDS = ("kind", "requirement", "unit", "campaign", "title", "dated_on", "basis", "content")


@blueprint.get("/documents")
@policy("signed_in")
def documents() -> dict[str, Any]:
    filters = Filters()
    kind, state = filters.word("kind", KINDS), filters.word("state", STATES)
    unit, campaign, after = filters.unit(), filters.campaign(), filters.after()
    question = search.read(request.args.get("q", ""))
    filters.check()
    wanted: list[tuple[Any, Any]] = [
        (Document.kind, kind),
        (Document.state, state),
        (Document.unit_id, unit and unit.id),
        (Document.campaign_id, campaign and campaign.id),
    ]
    query = (
        sa.select(Document)
        .options(*DOCUMENT)
        .where(visible_documents(viewer(), clock.now()))
        .where(*(column == value for column, value in wanted if value is not None))
        .order_by(Document.id.desc())
        .limit(filters.limit + 1)
    )
    if request.args.get("q"):
        query = query.join(Person, Document.author_id == Person.id)
        query = query.where(
            sa.false() if question.empty else search.documents(question).condition,
            Document.id.in_(within_reach(viewer(), clock.now())),
        )
    if after is not None:
        query = query.where(Document.id < after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, summaries)


@blueprint.get("/documents/<id:document_id>")
@policy("document")
def document(document_id: int) -> dict[str, Any]:
    return full(load_document(document_id))


@blueprint.post("/documents")
@policy("signed_in")
def create_document() -> ResponseReturnValue:
    body = read_body(FIELDS)
    kind = kind_of(body)
    unit: Unit | None = row_of(body, "unit", Unit)
    campaign: Campaign | None = row_of(body, "campaign", Campaign)
    requirement = requirement_of(body, campaign)
    # A commitment's title is fixed by the engine: it stands on lists that carry no texts.
    title = body.line("title", required=kind not in PERSONAL)
    dated_on = body.day("dated_on")
    basis = read_basis(body) or []
    content = read_content(body, kind)
    body.check()
    assert kind is not None
    assert unit is not None
    assert campaign is not None
    assert content is not None
    with transaction():
        document_id = create(
            kind,
            unit=unit,
            campaign=campaign,
            requirement=requirement,
            title=title or "",
            dated_on=dated_on,
            basis=basis,
            content=content,
            actor=viewer(),
            now=clock.now(),
        ).id
    return created(document_id)


def created(document_id: int) -> ResponseReturnValue:
    """201 with the document that now is there."""
    document = db.session.get_one(Document, document_id)
    address = url_for("api.document", document_id=document_id)
    return full(document), 201, {"Location": address}


def read_content(body: Body, kind: str | None) -> dict[str, Any] | None:
    """The content in the shape of its kind; what is wrong goes among the body's problems."""
    raw: Mapping[str, Any] | None = body.mapping("content", required=True)
    if raw is None or kind is None:
        return None
    return body.attempt(lambda: clean_content(kind, raw))


def kind_of(body: Body) -> str | None:
    kind = body.given("kind", required=True)
    if kind is None or (isinstance(kind, str) and kind in KINDS):
        return kind
    body.fail("kind", N_("Loại văn bản cần là một trong: %(kinds)s."), kinds=", ".join(KINDS))
    return None


def row_of(body: Body, name: str, table: type) -> Any:
    code = body.line(name, required=True, limit=64)
    if code is None:
        return None
    row = row_by_code(table, code)
    if row is None:
        body.fail(
            name,
            N_("Không có đơn vị mang mã “%(code)s”. Xem danh sách tại /api/v1/units.")
            if table is Unit
            else N_("Không có đợt mang mã “%(code)s”. Xem danh sách tại /api/v1/campaigns."),
            code=code,
        )
    return row


def requirement_of(body: Body, campaign: Campaign | None) -> Requirement | None:
    code = body.line("requirement", limit=64)
    if code is None or campaign is None:
        return None
    for requirement in campaign.requirements:
        if requirement.code == code:
            return requirement
    body.fail(
        "requirement",
        N_("Đợt %(campaign)s không có yêu cầu mang mã “%(code)s”."),
        campaign=campaign.code,
        code=code,
    )
    return None
