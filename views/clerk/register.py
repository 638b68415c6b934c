"""The register's page: what waits for the clerk, the books by type and period, what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document, Stage
from models.kinds import PERSONAL
from models.sitting import Sitting
from models.unit import Unit
from views import present
from views.clerk.base import TYPE_NAMES, blueprint, keeps, load
from views.clerk.lines import row_of
from views.clerk.waiting import sections
from views.forms import after_id, whole
from views.loaders import viewer, visible_ids
from views.policy import policy
from views.sheet import search_words
from workflows import in_person, proxies, register
from workflows.register.lines import Line
from workflows.sittings import visible_sittings
from workflows.sorting import search_fold

PAGE = 30
BOOK_PAGE = 50


@dataclass(frozen=True)
class Book:
    """The book that is open: its type and period, its lines by number, what of them is shown."""

    type: str
    period: str
    lines: list[Line]

    def shown(self, query: str, flagged: bool) -> list[Line]:
        """The newest first, those that hold every word of the query, or only the flagged ones."""
        words = search_words(query)
        return [
            line
            for line in reversed(self.lines)
            if (not flagged or line.flagged)
            and all(w in search_fold(f"{line.entry.symbol} {line.entry.subject}") for w in words)
        ]


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    unit = load(code)
    now = clock.now()
    side = "in" if request.args.get("side") == "in" else "out"
    books = register.volumes(unit)
    page: dict[str, Any] = {"rows": [], "next_url": None, "first_url": ""}
    page |= _incoming_page(unit) if side == "in" else _book_page(unit, books)
    return render_template(
        "clerk/index.html",
        unit=unit,
        side=side,
        keeps=keeps(unit),
        tells=in_person.may_tell(unit, viewer(), now),
        types=_types(unit, now),
        sections=sections(unit, now, whole=request.args.get("waiting", "")),
        books=books,
        type_names=TYPE_NAMES,
        by_term=unit.sector == "party",
        term=register.term_on(unit, present.local_day(now)),
        **page,
    )


def _types(unit: Unit, now: datetime) -> bool:
    """Whether the viewer types for members from here: of this cell, or of cells below."""
    if proxies.is_cell(unit):
        return proxies.may_type(unit, viewer(), now)
    return bool(proxies.served(viewer(), now))


def open_book(unit: Unit, books: list[register.Volume]) -> Book | None:
    """The book that the address names, else the newest one; None in an empty register."""
    wanted = (request.args.get("type", ""), request.args.get("period", ""))
    chosen = next((b for b in books if (b.type, b.period) == wanted), books[0] if books else None)
    if chosen is None:
        return None
    return Book(chosen.type, chosen.period, register.entries(unit, chosen.period, chosen.type))


def book_asked_for(unit: Unit) -> Book:
    """The book that the address names, or the newest when it names none; 404 for one that is not
    there."""
    book = open_book(unit, register.volumes(unit))
    wanted = (request.args.get("type", ""), request.args.get("period", ""))
    if book is None or (any(wanted) and wanted != (book.type, book.period)):
        abort(404)
    return book


def _book_page(unit: Unit, books: list[register.Volume]) -> dict[str, Any]:
    book = open_book(unit, books)
    if book is None:
        return {"book": None}
    query, flagged = request.args.get("q", "")[:100], bool(request.args.get("flagged"))
    found = book.shown(query, flagged)
    start = _start()
    shown = found[start : start + BOOK_PAGE]
    seen = visible_ids(line.entry.document_id for line in shown)
    met = _visible_sittings({line.entry.sitting_id for line in shown})
    here: dict[str, Any] = {"code": unit.code, "type": book.type, "period": book.period, "q": query}
    if flagged:
        here["flagged"] = "1"
    return {
        "book": book,
        "query": query,
        "flagged": flagged,
        "flags": sum(line.flagged for line in book.lines),
        "rows": [row_of(line, seen, met) for line in shown],
        "next_url": url_for("clerk.index", start=start + BOOK_PAGE, **here)
        if len(found) > start + BOOK_PAGE
        else None,
        "first_url": url_for("clerk.index", **here) if start else "",
    }


def _visible_sittings(ids: set[int | None]) -> set[int]:
    """Of these meetings, those whose page the viewer may open."""
    if not ids - {None}:
        return set()
    seen = visible_sittings(viewer(), clock.now())
    return set(db.session.scalars(sa.select(Sitting.id).where(Sitting.id.in_(ids - {None}), seen)))


def _start() -> int:
    return whole(request.args.get("start", ""), 8) or 0


# -- what came in


def _incoming_page(unit: Unit) -> dict[str, Any]:
    found = _incoming(unit)
    shown = found[:PAGE]
    return {
        "rows": [_incoming_row(document, unit) for document in shown],
        "next_url": url_for("clerk.index", code=unit.code, side="in", after=shown[-1].id)
        if len(found) > PAGE
        else None,
        "first_url": url_for("clerk.index", code=unit.code, side="in")
        if after_id() is not None
        else "",
    }


def _incoming(unit: Unit) -> list[Document]:
    """What reached the unit from below, newest first; one more than a page holds."""
    arrived = sa.exists().where(
        Stage.document_id == Document.id,
        Stage.unit_id == unit.id,
        Stage.position > 0,
        Stage.arrived_at.is_not(None),
    )
    query = (
        sa.select(Document)
        .options(
            joinedload(Document.unit),
            joinedload(Document.definition),
            selectinload(Document.stages).joinedload(Stage.unit),
        )
        .where(Document.kind.not_in(PERSONAL), arrived)
        .order_by(Document.id.desc())
        .limit(PAGE + 1)
    )
    after = after_id()
    if after is not None:
        query = query.where(Document.id < after)
    return list(db.session.scalars(query))


def _incoming_row(document: Document, unit: Unit) -> dict[str, Any]:
    here = next((s for s in document.stages if s.unit_id == unit.id and s.position > 0), None)
    return {
        "number": document.number or "",
        "day": present.day(document.dated_on),
        "title": document.title,
        "kind": present.kind_words(document.kind, document.type),
        "unit": present.unit_name(document.unit),
        "url": url_for("document.page", document_id=document.id),
        "state": present.state_badge(document),
        "received": present.instant(here.received_at) if here else "",
    }
