"""The page of one document, shared by every role: what it is, where it stands, what one may do,
what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.document import Document, Revision
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.person import Person
from models.queries.act import asking_once
from models.task import Task
from views import grounds, present, receipts
from views import route as strip
from views.acts import Button, buttons
from views.attached import sheet
from views.compare import comparable_with_amended
from views.copied import panel
from views.inspected import seen_inspection
from views.loaders import find_document, load_document, viewer, visible_ids
from views.on_paper import findings_kept, paper_facts
from views.policy import policy
from views.proxies.words import typed_for
from workflows import available_actions
from workflows.advice import advice_on, for_reader
from workflows.history import heard_by
from workflows.inspections.readings import note_reading, reasons_of
from workflows.journey import route_view
from workflows.owed_day import answers
from workflows.prints import paper
from workflows.reading import readings
from workflows.recorded import papers
from workflows.rules.lifecycle import open_amendment
from workflows.scope import inspector_unit_ids, readable_revisions, revision_for, takes_part
from workflows.sittings import awaits_meeting, may_hold

blueprint = Blueprint("document", __name__, url_prefix="/documents")

SIGNINGS = ("approve", "confirm")
OPEN_STORY = 6  # events shown before “xem các việc trước”


@blueprint.get("/<id:document_id>")
@policy("document")
@asking_once()
def page(document_id: int) -> str | Response:
    document = find_document(document_id)
    if document is None:
        return redirect(seen_inspection(document_id) or abort(404), 302)  # a mail leads here
    now, person = clock.now(), viewer()
    shown = revision_for(document, person, now)
    readable = shown is not None
    if shown is not None:
        note_reading(document, person, now, shown.n)
    today = present.local_day(now)
    revision = shown or document.current
    involved = readable and takes_part(document, person, now)
    offered = available_actions(document, person=person, now=now)
    allowed, refused = buttons(document, offered)
    allowed += to_the_meeting(document, person, now)
    heard = heard_by(document, person, now)
    lines = present.story(reversed(heard), lambda line: receipts.link_of(line, person))
    own = document.author_id == person.id
    task = open_task(document)
    stages = route_view(document, now)
    return render_template(
        "document/page.html",
        document=document,
        revision=revision,
        kept=[r for r in document.revisions if r.n in readable_revisions(document, person, now)],
        readable=readable,
        own=own,
        state=present.state_badge(document),
        force=present.force_badge(document),
        due=present.due(task.due_at, today) if task else None,
        route=strip.route(stages, document),
        deciding=sum(stage.decides for stage in document.stages),
        following=strip.next_sentence(document, task, stages, now),
        predicted=strip.prediction(document, stages),
        allowed=allowed,
        refused=refused,
        paper=paper.of(document, revision) if readable else None,
        **_advice(document, shown, person),
        returned=returned_with(document) if involved else None,
        lines=lines[:OPEN_STORY],
        earlier=lines[OPEN_STORY:],
        whole=receipts.trail_state(heard),
        facts=facts(document, readable),
        typed=typed_for(document) if own else None,
        copy=panel(document, person) if involved else None,
        grounds=grounds.of(document),
        files=sheet(document, revision, person) if readable else None,
        signed=facts_on_paper(document) if readable else [],
        readers=who_read(document) if own and document.kind in PERSONAL else [],
        amendment=amendment_of(document),
        beside_amended=comparable_with_amended(document),
        traced=document.kind not in PERSONAL
        and document.unit_id in inspector_unit_ids(person, now),
        may_open=visible_ids(
            [
                document.superseded_by_id,
                document.amends_id,
                *(b.document_id for b in revision.bases),
            ]
        ),
    )


def _advice(document: Document, shown: Revision | None, person: Person) -> dict[str, list[Any]]:
    """What was found in the text: `found`, written down; `advice` besides; `hints`, for some readers
    only. Nothing for who is shown no text."""
    if shown is None:
        return {"found": [], "advice": [], "hints": []}
    noticed = advice_on(document, shown, present.local_day(clock.now()))
    said = for_reader(noticed, is_author=document.author_id == person.id)
    found = findings_kept(document, person)
    known = {one["text"] for one in found}
    advice = present.reason_list(r for r in said if r.params.get("audience") is None)
    hints = present.reason_list(r for r in said if r.params.get("audience") is not None)
    return {
        "found": found,
        "advice": [one for one in advice if one["text"] not in known],
        "hints": hints,
    }


@blueprint.get("/<id:document_id>/revisions/<nth:n>")
@policy("document")
def revision(document_id: int, n: int) -> str:
    document = load_document(document_id)
    now, person = clock.now(), viewer()
    numbers = readable_revisions(document, person, now)
    if n not in numbers:
        abort(404)
    shown = document.revisions[n - 1]
    note_reading(document, person, now, n)
    return render_template(
        "document/revision.html",
        document=document,
        revision=shown,
        before=max((m for m in numbers if m < n), default=None),
        paper=paper.of(document, shown),
        files=sheet(document, shown, person),
        may_open=visible_ids(b.document_id for b in shown.bases),
        newest=max(numbers),
    )


def facts_on_paper(document: Document) -> list[tuple[str, Any]]:
    """What a paper signed outside says of itself, and who entered and confirmed it."""
    paper = papers.paper_of(document)
    return paper_facts(paper, commitment=document.kind in PERSONAL) if paper else []


def to_the_meeting(document: Document, person: Person, now: datetime) -> list[Button]:
    """The way to the meeting that can decide this paper now, for who keeps the meeting's papers."""
    if not awaits_meeting(document, now) or not may_hold(document.unit, person, now):
        return []
    url = url_for("sitting.index", code=document.unit.code)
    return [Button("meet", gettext("Đưa ra cuộc họp"), url, False, "plain", "people", [])]


def open_task(document: Document) -> Task | None:
    return db.session.scalar(
        sa.select(Task)
        .where(Task.document_id == document.id, Task.closed_at.is_(None))
        .order_by(Task.id.desc())
        .limit(1)
    )


def amendment_of(document: Document) -> Document | None:
    """The amendment on its way, where the viewer may see it."""

    found = open_amendment(document)
    return found if found is not None and visible_ids([found.id]) else None


def returned_with(document: Document) -> dict[str, str] | None:
    """Why the paper lies with its author again: the last return's words."""
    if document.state != "returned":
        return None
    decision = next((d for d in reversed(document.decisions) if d.action == "return"), None)
    comment = next((c for c in reversed(document.comments) if c.action == "return"), None)
    if decision is None:
        return None
    return {
        "who": decision.person.full_name,
        "when": present.instant(decision.at),
        "code": present.reason_code_words(document.kind, decision.reason_code),
        "text": comment.text if comment is not None else "",
    }


def who_read(document: Document) -> list[dict[str, str]]:
    """Who has read it besides its author, and in an inspection why."""
    found = readings(document)
    why = reasons_of(found)
    return [
        {
            "who": reading.person.full_name,
            "when": present.instant(reading.at),
            "n": str(reading.revision),
            "why": why.get(reading.id, ""),
        }
        for reading in found
    ]


def _limit(obligation: Obligation, readable: bool) -> str:
    """The day of what the paper answers, and how late it is; this not of a person to others."""
    words, today = present.deadline_words(obligation), present.local_day(clock.now())
    late = obligation.state == "open" and obligation.effective_due < today
    if not late or (obligation.person_id is not None and not readable):
        return words
    return f"{words}, {present.owed_due(obligation, today).distance}"


def facts(document: Document, readable: bool) -> list[tuple[str, Any]]:
    """The plain facts beside the text."""
    rows: list[tuple[str, Any]] = []
    if document.kind in PERSONAL:
        rows.append((gettext("Người viết"), document.author.full_name))
        rows.append((gettext("Chi bộ"), present.unit_name(document.unit)))
    else:
        rows.append(
            (gettext("Cơ quan ban hành"), present.unit_name(document.unit, document.dated_on))
        )
        if not document.recorded:
            rows.append((gettext("Người soạn"), document.author.full_name))
        rows.append((gettext("Số"), document.number))
    rows.append((gettext("Ngày ghi"), present.day(document.dated_on)))
    proposed = document.current.dated_on
    if readable and document.dated_on is None and proposed is not None:
        rows.append((gettext("Ngày dự kiến ghi trên văn bản"), present.day(proposed)))
    if readable:
        typed = typed_for(document)
        rows.append((gettext("Nhập hộ"), typed.words if typed is not None else ""))
        rows.append((gettext("Lên hệ thống"), present.instant(document.created_at)))
    obligation = document.obligation
    if obligation is not None:
        rows.append((gettext("Yêu cầu"), present.requirement_words(obligation.requirement)))
        if document.amends_id is None or answers(document) is not None:
            rows.append((gettext("Hạn báo cáo"), _limit(obligation, readable)))
    rows.append((gettext("Đợt"), document.campaign.code))
    last = next(
        (d for d in reversed(document.decisions) if d.action in SIGNINGS and d.stage == 0), None
    )
    if last is not None:
        rows.append((gettext("Biên bản"), last.minutes))
        if readable and last.votes_present is not None:
            rows.append(
                (
                    gettext("Biểu quyết"),
                    gettext(
                        "được biểu quyết %(present)s, tán thành %(for_)s, không tán thành %(against)s",
                        present=last.votes_present,
                        for_=last.votes_for,
                        against=last.votes_against,
                    ),
                )
            )
    return rows
