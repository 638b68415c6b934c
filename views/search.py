"""One field for everything: a title, a number in any spelling, a name. Under the viewer's scope."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.unit import Unit
from views import present
from views.forms import after_id
from views.loaders import viewer
from views.policy import policy
from workflows import search
from workflows.reach import found_by
from workflows.search import Match, Question

blueprint = Blueprint("search", __name__, url_prefix="/search")

PAGE = 25
FEW = 10  # people and units shown beside the documents


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    typed = typed_question()
    question = search.read(typed)
    after = after_id() or 0
    found, more, total = ([], False, 0) if question.empty else _documents(question, after)
    last = found[-1][0].id if found else 0
    people = [] if after or question.empty else _people(question)
    units = [] if after or question.empty else _units(question)
    return render_template(
        "search/index.html",
        q=typed,
        asked=not question.empty,
        rows=[_row(document, group, question) for document, group in found],
        total=total,
        people=people[:FEW],
        more_people=len(people) > FEW,
        units=units[:FEW],
        more_units=len(units) > FEW,
        next_url=url_for("search.index", q=typed, after=last) if more else None,
        first_url=url_for("search.index", q=typed) if after else "",
    )


def typed_question() -> str:
    """What stands in the field, as typed but for what cannot be shown again."""
    typed = "".join(c if c.isprintable() else " " for c in request.args.get("q", ""))
    return typed.strip()[: search.LONGEST]


def mark(text: str, words: tuple[str, ...]) -> Markup:
    """The text with the words that were looked for marked."""
    parts = (
        Markup("<mark>{}</mark>").format(part) if hit else escape(part)
        for hit, part in search.marked(text, words)
    )
    return Markup("").join(parts)


def _documents(question: Question, after: int) -> tuple[list[tuple[Document, int]], bool, int]:
    """A page of (document, group), whether there is more, and how many there are up to a hundred."""
    match = search.documents(question)
    scope = found_by(viewer(), clock.now())
    rows = sa.select(Document.id).join(Person, Document.author_id == Person.id)
    rows = rows.where(scope, match.condition)
    query = (
        sa.select(Document, match.group)
        .join(Person, Document.author_id == Person.id)
        .options(
            joinedload(Document.unit),
            joinedload(Document.author),
            joinedload(Document.definition),
            selectinload(Document.stages),
        )
        .where(scope, match.condition)
        .order_by(match.group, match.key, Document.id)
        .limit(PAGE + 1)
    )
    if after:
        query = query.where(_beyond(rows, match, after))
    found = [(document, group) for document, group in db.session.execute(query)]
    return found[:PAGE], len(found) > PAGE, search.bounded_count(rows)


def _beyond(rows: sa.Select[Any], match: Match, after: int) -> sa.ColumnElement[bool]:
    """What comes after that document, if it is one of these; everything otherwise."""
    last = db.session.execute(
        rows.add_columns(match.group, match.key).where(Document.id == after)
    ).one_or_none()
    if last is None:
        return sa.true()
    _, group, key = last
    same_key = sa.and_(match.key == key, Document.id > after)
    later = sa.or_(match.key > key, same_key)
    return sa.or_(match.group > group, sa.and_(match.group == group, later))


def _row(document: Document, group: int, question: Question) -> dict[str, Any]:
    """A line of the list, as views.documents shows it, with the words marked."""
    commitment = document.kind in PERSONAL
    words = question.words
    said = document.author.full_name if commitment else document.number or ""
    shown = mark(said, words)
    if group == search.NUMBER and document.number:
        shown = Markup("<mark>{}</mark>").format(said)
    name = escape(present.document_name(document))
    if said:
        name = name.replace(escape(said), shown)
    return {
        "name": name,
        "title": "" if commitment else mark(document.title, words),
        "unit": present.unit_name(document.unit),
        "url": url_for("document.page", document_id=document.id),
        "state": present.state_badge(document),
        "day": present.day(document.dated_on),
        "author": mark(document.author.full_name, words)
        if group == search.AUTHOR and not commitment
        else "",
    }


def _people(question: Question) -> list[dict[str, Any]]:
    """Whom the viewer may look for: the members of his cell, for the administrator everybody."""
    found: dict[int, dict[str, Any]] = {}
    if current_user.is_administrator:
        for person in db.session.scalars(search.anybody(question).limit(FEW + 1)):
            address = url_for("administrator.person", person_id=person.id)
            found[person.id] = _person(person, question, "", address)
    members = search.members(question, viewer(), clock.now()).limit(FEW + 1)
    for person, membership, unit in db.session.execute(members):
        standing = {
            "probationary": gettext("đảng viên dự bị"),
            "non_member": gettext("quần chúng"),
        }.get(membership.standing, gettext("đảng viên"))
        said = f"{standing}, {present.unit_name(unit)}"
        address = url_for("cell.index", code=unit.code)
        found.setdefault(person.id, _person(person, question, said, address))
    return list(found.values())


def _person(person: Person, question: Question, said: str, address: str) -> dict[str, Any]:
    return {"name": mark(person.full_name, question.words), "said": said, "url": address}


def _units(question: Question) -> list[dict[str, Any]]:
    rows: list[Unit] = list(db.session.scalars(search.units(question).limit(FEW + 1)))
    return [
        {
            "name": mark(present.unit_name(unit), question.words),
            "said": unit.code,
            "url": url_for("units.page", code=unit.code),
        }
        for unit in rows
    ]
