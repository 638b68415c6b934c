"""The list of documents that the viewer may see, filtered and paged by key."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.campaign import Campaign
from models.document import KINDS, Document
from models.kinds import PERSONAL
from models.person import Person
from models.unit import ReportingLine, Unit
from views import present
from views.forms import after_id
from views.loaders import viewer
from views.places import drafting_units, member_units
from views.policy import policy
from workflows import search
from workflows.reach import within_reach
from workflows.scope import above, member_unit_ids, officer_unit_ids, visible_documents

blueprint = Blueprint("documents", __name__)

PAGE = 25
STATES = (
    "drafted", "submitted", "reviewed", "approved", "reported",
    "returned", "withdrawn", "superseded", "revoked", "archived",
)  # fmt: skip


def state_choices() -> list[tuple[str, str]]:
    words = {
        "drafted": gettext("Dự thảo"),
        "submitted": gettext("Đã trình"),
        "reviewed": gettext("Đã cho ý kiến"),
        "approved": gettext("Đã thông qua"),
        "reported": gettext("Đã báo cáo"),
        "returned": gettext("Được trả lại"),
        "withdrawn": gettext("Đã rút"),
        "superseded": gettext("Đã được thay thế"),
        "revoked": gettext("Đã bãi bỏ"),
        "archived": gettext("Đã lưu hồ sơ"),
    }
    return [(state, words[state]) for state in STATES]


@blueprint.get("/documents")
@policy("signed_in")
def index() -> str:
    chosen = chosen_filters()
    query = found_by(chosen).limit(PAGE + 1)
    after = after_id()
    if after is not None:
        query = query.where(Document.id < after)
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return render_template(
        "documents/index.html",
        rows=[row(document) for document in shown],
        chosen=chosen,
        kinds=[(kind, present.kind_words(kind)) for kind in KINDS],
        states=state_choices(),
        units=units_around(),
        campaigns=list(
            db.session.scalars(sa.select(Campaign).order_by(Campaign.id.desc()).limit(50))
        ),
        next_url=url_for("documents.index", **kept, after=shown[-1].id)
        if len(found) > PAGE
        else None,
        first_url=url_for("documents.index", **kept) if after is not None else "",
        filtered=bool(kept),
        kept=kept,
        may_begin=bool(drafting_units() or member_units()),
    )


def chosen_filters() -> dict[str, str]:
    """The filters in the address, as typed."""
    return {
        name: request.args.get(name, "").replace("\0", "").strip()
        for name in ("kind", "state", "unit", "campaign", "q")
    }


def found_by(chosen: dict[str, str]) -> sa.Select[Any]:
    """What the viewer sees under these filters, newest first; a filter there is none of finds
    everything."""
    query = (
        sa.select(Document)
        .options(
            joinedload(Document.unit),
            joinedload(Document.author),
            joinedload(Document.definition),
            selectinload(Document.stages),
        )
        .where(visible_documents(viewer(), clock.now()))
        .order_by(Document.id.desc())
    )
    if chosen["kind"] in KINDS:
        query = query.where(Document.kind == chosen["kind"])
    if chosen["state"] in STATES:
        query = query.where(Document.state == chosen["state"])
    if chosen["unit"]:
        query = query.where(
            Document.unit_id.in_(sa.select(Unit.id).where(Unit.code == chosen["unit"]))
        )
    if chosen["campaign"]:
        query = query.where(
            Document.campaign_id.in_(
                sa.select(Campaign.id).where(Campaign.code == chosen["campaign"])
            )
        )
    if chosen["q"]:
        question = search.read(chosen["q"])
        query = query.join(Person, Document.author_id == Person.id)
        query = query.where(
            sa.false() if question.empty else search.documents(question).condition,
            Document.id.in_(within_reach(viewer(), clock.now())),
        )
    return query


def row(document: Document) -> dict[str, object]:
    """One line of a list of documents."""
    return {
        "name": present.document_name(document),
        "title": document.title if document.kind not in PERSONAL else "",
        "unit": present.unit_name(document.unit),
        "url": url_for("document.page", document_id=document.id),
        "state": present.state_badge(document),
        "day": present.day(document.dated_on),
    }


def units_around() -> list[tuple[str, str]]:
    """Units for the filter: the viewer's own, those above and those directly below; at most a hundred."""
    now, person = clock.now(), viewer()
    own = officer_unit_ids(person, now) | member_unit_ids(person, now)
    below = sa.select(ReportingLine.unit_id).where(ReportingLine.superior_id.in_(own))
    rows = db.session.scalars(
        sa.select(Unit)
        .where(sa.or_(Unit.id.in_(above(own, now)), Unit.id.in_(below)))
        .order_by(Unit.sort_key, Unit.id)
        .limit(100)
    )
    return [(unit.code, present.unit_name(unit)) for unit in rows]
