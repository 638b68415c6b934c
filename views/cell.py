"""Commitments of a cell: where each member's stands, the list reported upward; and for the body
above, the lists it receives: name, date, minutes, no texts."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document, Stage
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import Unit, in_force_on
from views import present
from views.frame import is_cell
from views.loaders import LARGEST, load_document, load_unit, viewer
from views.policy import policy
from workflows import Forbidden, Refused, Stale, hold, perform
from workflows.refusal import Reason
from workflows.scope import officer_unit_ids, posts_delegated, posts_held

blueprint = Blueprint("cell", __name__, url_prefix="/units/<code>/commitments")

OVER = ("withdrawn", "superseded", "revoked")
MOST = 300
SEES_MEMBERS = ("secretary", "deputy", "committee", "standing")


def _load(code: str) -> Unit:
    """The unit, for those who take part in its work; for anybody else there is no such page."""
    unit = load_unit(code)
    if unit.id not in officer_unit_ids(viewer(), clock.now()):
        abort(404)
    return unit


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    return _page(_load(code))


def _page(unit: Unit, problems: list[dict[str, str]] | None = None) -> str:
    if is_cell(unit):
        return _cell_page(unit, problems or [])
    return _lists_page(unit, problems or [])


# -- the cell's own page


def _cell_page(unit: Unit, problems: list[dict[str, str]]) -> str:
    now = clock.now()
    today = present.local_day(now)
    documents = _documents(Document.unit_id == unit.id)
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
    ready = [d for d in documents if d.state == "approved"]
    done = sum(any(map(_is_through, papers.get(m.person_id, []))) for m in members)
    counted = sum(1 for m in members if not m.exempt)
    above = ready[0].stages[-1].unit if ready else None
    return render_template(
        "cell/index.html",
        unit=unit,
        rows=rows,
        sees=sees,
        done=done,
        counted=counted,
        ready=[_list_row(d) for d in ready],
        above=above,
        reported=[_list_row(d) for d in documents if d.state in ("reported", "archived")],
        problems=problems,
    )


def _sees_members(unit: Unit) -> bool:
    now = clock.now()
    posts = posts_held(viewer(), now) + [d.post for d in posts_delegated(viewer(), now)]
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


def _documents(condition: sa.ColumnElement[bool]) -> list[Document]:
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
        due = present.due(owed.effective_due, today, year=False)
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


def _list_row(document: Document) -> dict[str, Any]:
    """What goes upward: name, date, minutes."""
    decision = next(
        (d for d in reversed(document.decisions) if d.action == "approve" and d.stage == 0), None
    )
    return {
        "id": document.id,
        "seen": f"{document.id}:{document.revision}:{document.version}",
        "name": document.author.full_name,
        "day": present.day(document.dated_on),
        "minutes": decision.minutes if decision else "",
        "url": url_for("document.page", document_id=document.id),
        "received": present.instant(document.stages[-1].received_at),
        "waiting": document.state == "reported" and document.stages[-1].received_at is None,
    }


@blueprint.post("/report")
@policy("unit")
def report(code: str) -> Response | tuple[str, int]:
    """The list goes upward: every chosen commitment in one transaction."""
    unit = _load(code)
    return _together(unit, "report")


@blueprint.post("/receipt")
@policy("unit")
def receive(code: str) -> Response | tuple[str, int]:
    """The body above takes a whole list at once."""
    unit = _load(code)
    return _together(unit, "receive")


def _together(unit: Unit, action: str) -> Response | tuple[str, int]:
    """The act on every chosen document, all or none."""
    chosen = _chosen()
    if not chosen:
        sentence = gettext("Chưa chọn bản nào. Chọn ít nhất một bản rồi bấm lại.")
        return _page(unit, [{"place": "", "text": sentence, "rule": ""}]), 422
    actor, now = viewer(), clock.now()
    name = ""
    try:
        with transaction():
            documents = [load_document(ident) for ident, _, _ in chosen]
            hold(documents)
            for document, (_, revision, version) in zip(documents, chosen, strict=True):
                if document.kind != "commitment":
                    abort(404)
                if unit.id not in {stage.unit_id for stage in document.stages}:
                    abort(404)
                name = document.author.full_name
                perform(document, action, actor=actor, now=now, revision=revision, version=version)
    except Stale as stale:
        return _page(unit, _named(name, stale.reasons)), 409
    except Forbidden as forbidden:
        return _page(unit, _named(name, forbidden.reasons)), 403
    except Refused as refused:
        return _page(unit, _named(name, refused.reasons)), 422
    words = (
        ngettext(
            "Đã báo cáo danh sách %(num)s bản cam kết.",
            "Đã báo cáo danh sách %(num)s bản cam kết.",
            len(chosen),
        )
        if action == "report"
        else ngettext(
            "Đã tiếp nhận danh sách %(num)s bản cam kết.",
            "Đã tiếp nhận danh sách %(num)s bản cam kết.",
            len(chosen),
        )
    )
    flash(words, "done")
    return redirect(url_for("cell.index", code=unit.code), 303)


def _chosen() -> list[tuple[int, int, int]]:
    found = []
    for value in request.form.getlist("document")[:MOST]:
        parts = value.split(":")
        if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
            ident, revision, version = map(int, parts)
            if 0 < ident <= LARGEST:
                found.append((ident, revision, version))
    return sorted(set(found))


def _named(name: str, reasons: list[Reason]) -> list[dict[str, str]]:
    return [
        {
            "place": "",
            "text": f"{name}: {item['text']}" if name else item["text"],
            "rule": item["rule"],
        }
        for item in present.reason_list(reasons)
    ]


# -- the page of the body that receives lists


def _lists_page(unit: Unit, problems: list[dict[str, str]]) -> str:
    here = sa.exists().where(
        Stage.document_id == Document.id, Stage.unit_id == unit.id, Stage.arrived_at.is_not(None)
    )
    cells: dict[int, dict[str, Any]] = {}
    for document in _documents(here):
        group = cells.setdefault(
            document.unit_id, {"unit": document.unit, "rows": [], "waiting": 0}
        )
        made = _list_row(document)
        group["rows"].append(made)
        group["waiting"] += bool(made["waiting"])
    groups = sorted(cells.values(), key=lambda g: (g["waiting"] == 0, g["unit"].sort_key))
    return render_template("cell/lists.html", unit=unit, groups=groups, problems=problems)
