"""What the pages of a cell's commitments share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import OVER, Document, Stage
from models.listing import CommitmentList, ListEntry
from models.unit import Unit
from views import as_shown, present
from views.loaders import load_unit, viewer
from workflows.scope import officer_unit_ids

blueprint = Blueprint("cell", __name__, url_prefix="/units/<code>/commitments")

MOST = 300


def load(code: str) -> Unit:
    """The unit, for those who take part in its work; for anybody else there is no such page."""
    unit = load_unit(code)
    if unit.id not in officer_unit_ids(viewer(), clock.now()):
        abort(404)
    return unit


def commitments(condition: sa.ColumnElement[bool]) -> list[Document]:
    """Commitments that are not over, newest first."""
    return list(
        db.session.scalars(
            sa.select(Document)
            .options(
                joinedload(Document.author),
                joinedload(Document.unit),
                joinedload(Document.definition),
                selectinload(Document.stages).joinedload(Stage.unit),
                selectinload(Document.decisions),
            )
            .where(condition, Document.kind == "commitment", Document.state.not_in(OVER))
            .order_by(Document.id.desc())
            .limit(MOST)
        )
    )


def on_no_list() -> sa.ColumnElement[bool]:
    """Condition on Document: it was reported by itself, or before there were lists."""
    return ~sa.exists().where(ListEntry.document_id == Document.id)


def entry_row(document: Document) -> dict[str, Any]:
    """What goes upward: name, date, minutes."""
    decision = next(
        (
            d
            for d in reversed(document.decisions)
            if d.action in ("approve", "confirm") and d.stage == 0
        ),
        None,
    )
    return {
        "id": document.id,
        "seen": as_shown.mark(document),
        "name": document.author.full_name,
        "order": (document.author.sort_key, document.id),
        "day": present.day(document.dated_on),
        "minutes": decision.minutes if decision else "",
        "url": url_for("document.page", document_id=document.id),
        "received": present.instant(document.stages[-1].received_at),
        "waiting": document.state == "reported" and document.stages[-1].received_at is None,
    }


def list_row(made: CommitmentList) -> dict[str, Any]:
    """One list as a line: which, when, how many, received or not."""
    return {
        "url": url_for("lists.page", list_id=made.id),
        "receive_url": url_for("lists.receive", list_id=made.id),
        "unit": made.unit,
        "name": list_name(made),
        "campaign": made.campaign.code,
        "when": present.instant(made.reported_at),
        "count": len(made.entries),
        "received": present.instant(made.received_at),
        "waiting": made.received_at is None,
    }


def list_name(made: CommitmentList) -> str:
    """“Danh sách cam kết năm 2026”, and of a later one that it is supplementary."""
    if made.n == 1:
        return gettext("Danh sách cam kết năm %(year)s", year=made.campaign.year)
    return gettext(
        "Danh sách cam kết năm %(year)s, bổ sung lần %(n)s", year=made.campaign.year, n=made.n - 1
    )
