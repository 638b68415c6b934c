"""The history of one paper as an inspector reads it: texts by bodies, who held which post, times of
bodies, returns, the story. Nothing here shows a text."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext

import clock
from models.document import Document
from models.event import AuditEvent
from models.kinds import PERSONAL
from views import present
from views.inspector.answers import event_mark, hash_words
from views.inspector.pages import blueprint, reach
from views.loaders import viewer
from views.on_paper import paper_facts
from views.policy import policy
from workflows import paper_history
from workflows.history import sentences
from workflows.inspections.readings import note_paper
from workflows.paper_history import Act, Cell, Reach, Return, Row, Spent
from workflows.recorded import papers
from workflows.scope import readable_revisions


@blueprint.get("/documents/<id:document_id>")
@policy("inspector")
def paper(document_id: int) -> str:
    reach()
    person, now = viewer(), clock.now()
    within = paper_history.reach_of(person, now)
    document = paper_history.loadable(document_id, within)
    if document is None:
        abort(404)
    note_paper(document, person, now)
    facts = paper_history.facts_of(document)
    personal = document.kind in PERSONAL
    signed = papers.paper_of(document)
    readable = set() if personal else readable_revisions(document, person, now)
    lines = sentences(document, quotes=not personal)
    story = present.story(reversed(lines))
    for made, line in zip(story, reversed(lines), strict=True):
        made |= place(line.event, within)
    return render_template(
        "inspector/history.html",
        document=document,
        personal=personal,
        state=present.state_badge(document),
        bodies=[present.body_name(stage.unit) for stage in document.stages],
        rows=[_row(row, readable) for row in paper_history.grid(document, facts)],
        kept=[r for r in document.revisions if r.n in readable],
        spent=_spent(paper_history.times(document, facts, now)),
        returns=[_return(document, one) for one in paper_history.returns(document, facts, now)],
        signed=paper_facts(signed, commitment=personal) if signed else [],
        lines=story,
    )


def place(event: AuditEvent, within: Reach) -> dict[str, str]:
    """Where an event stands, with a link for a log that the viewer may read."""
    known = event.unit_id in within.unit_ids
    return {
        "mark": event_mark(event),
        "place": url_for("inspector.log", code=event.unit.code, after=event.seq + 1)
        if known
        else "",
    }


def _row(row: Row, readable: set[int]) -> dict[str, Any]:
    revision = row.revision
    return {
        "n": revision.n,
        "when": present.instant(revision.created_at),
        "hash": hash_words(revision.content_hash),
        "erased": revision.erased_at is not None,
        "same_as": row.same_as,
        "readable": revision.n in readable,
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "acts": [_act(act) for act in cell.acts],
        "holders": [f"{present.post_title(post)} {post.person.full_name}" for post in cell.holders],
    }


def _act(act: Act) -> dict[str, Any]:
    label = present.label(act.label) if isinstance(act.label, dict) else gettext(act.label)
    by = ", ".join(str(present.value_words(word)) for word in act.by)
    if act.on_behalf:
        by = gettext("%(by)s, thay mặt %(owner)s", by=by, owner=act.on_behalf)
    return {
        "label": label,
        "by": by or gettext("Hệ thống"),
        "when": present.instant(act.at),
        "mark": f"{act.unit}-{act.seq:04}",
        "late": act.late,
        "back": act.action == "return",
    }


def _spent(found: list[Spent]) -> list[dict[str, Any]]:
    return [
        {
            "body": present.body_name(one.unit),
            "state": present.label(one.label).replace("{body}", present.body_name(one.unit)),
            "since": present.instant(one.since),
            "until": present.instant(one.until) if one.until else gettext("đến nay"),
            "days": one.days,
            "within": one.within,
            "over": one.over,
        }
        for one in found
    ]


def _return(document: Document, one: Return) -> dict[str, Any]:
    return {
        "n": one.revision,
        "body": present.body_name(one.by),
        "when": present.instant(one.at),
        "code": present.reason_code_words(document.kind, one.code),
        "mark": f"{one.unit}-{one.seq:04}",
        "again": one.again,
        "again_when": present.instant(one.again_at),
        "identical": one.identical,
        "days": one.days,
    }
