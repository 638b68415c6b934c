"""How a document comes to be: drafted in the system, or entered from a paper signed outside it.

In the caller's transaction, like every act (`workflows.engine`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.queries.act import asking_once
from models.queries.locking import hold_units
from models.unit import Unit
from workflows import drafting, indicators, obligations, routing, traces, transcribing
from workflows.act import Act, Capacity, Printed
from workflows.calendar import local_day
from workflows.definition import ActionSpec, newest, spec_of
from workflows.recorded import papers
from workflows.refusal import N_, Reason, Refused


@asking_once()
def create(
    kind: str,
    *,
    unit: Unit,
    campaign: Campaign,
    title: str,
    content: dict[str, Any],
    basis: Sequence[dict[str, Any]] = (),
    dated_on: date | None = None,
    requirement: Requirement | None = None,
    author: Person | None = None,
    actor: Person,
    now: datetime,
) -> Document:
    """Begin a document of `unit` in a campaign; returns it, drafted, version 1. In the caller's
    transaction.

    `content` has the shape of design §5 (`workflows.content`). `author`: the member for whom the
    actor types (`workflows.transcribing`); else the actor writes. Raises Forbidden when the actor
    holds no drafting post there (or is not the member whose commitment it is), Refused for what a
    rule forbids.
    """
    hold_units([unit.id])
    author = author or actor
    held = drafting.may_begin(kind, unit, campaign, author, now)
    if author != actor:
        held = transcribing.for_new(kind, unit, campaign, actor, now)
    indicators.refuse_unknown(content, campaign)
    requirement = requirement or drafting.requirement_for(kind, unit, campaign, author)
    obligation = drafting.obligation_for(kind, requirement, unit, author)
    title = drafting.title_of(kind, title, campaign, requirement)
    draft = drafting.Draft(kind, title, content, list(basis), dated_on)
    document = begin(
        draft, unit=unit, campaign=campaign, requirement=requirement, author=author, now=now
    )
    document.obligation = obligation
    return born(document, held, wrote=True, now=now)


def begun_alike(
    kind: str, *, unit: Unit, campaign: Campaign, given: Mapping[str, Any], actor: Person
) -> Document | None:
    """The draft that `actor` has just begun there with exactly this text and that nobody has touched
    since; None where there is none. A second tap on “save” begins no second one. Holds the unit."""
    hold_units([unit.id])
    mine = sa.select(Document).where(
        Document.kind == kind,
        Document.unit_id == unit.id,
        Document.campaign_id == campaign.id,
        Document.author_id == actor.id,
        Document.version == 1,
    )
    title = None if kind in PERSONAL else given["title"]  # that of a person's own paper is fixed
    wanted = (title, given["content"], given["dated_on"], {_cited(**b) for b in given["basis"]})
    for document in db.session.scalars(mine.order_by(Document.id.desc())):
        text = document.current
        rests_on = {_cited(b.document_id, b.number, b.issuer) for b in text.bases}
        if (title and text.title, text.content, text.dated_on, rests_on) == wanted:
            return document
    return None


def _cited(
    document: int | None = None, number: str | None = None, issuer: str | None = None, **_: object
) -> object:
    """A basis as two of them are held against each other: the document, or what the paper says."""
    return document or (number, issuer)


def record(
    draft: drafting.Draft,
    printed: Printed,
    *,
    unit: Unit,
    campaign: Campaign,
    requirement: Requirement | None,
    author: Person,
    held: Capacity,
    now: datetime,
) -> Document:
    """Enter a paper signed outside the system; returns it, drafted, awaiting its confirmation. In
    the caller's transaction, who has asked `held` of `workflows.recorded.enter`.

    Raises Refused when the definition in use does not know papers, the obligation is answered, or
    the campaign has no such figure.
    """
    hold_units([unit.id])
    indicators.refuse_unknown(draft.content, campaign)
    obligation = drafting.obligation_for(draft.kind, requirement, unit, author)
    document = begin(
        draft, unit=unit, campaign=campaign, requirement=requirement, author=author, now=now
    )
    if not spec_of(document.definition).actions_named("confirm"):
        raise Refused(
            Reason(
                "STATE",
                N_(
                    "Chưa vào sổ được: quy trình đang dùng chưa nhận bản giấy. "
                    "Quản trị cần công bố quy trình mới: flask workflow publish."
                ),
            )
        )
    document.recorded = True
    document.obligation = obligation
    document.stages[0].arrived_at = now
    papers.keep(document, printed, by=held.person or author, now=now)
    return born(document, held, wrote=True, now=now, name="record")


def begin(
    draft: drafting.Draft,
    *,
    unit: Unit,
    campaign: Campaign,
    requirement: Requirement | None,
    author: Person,
    now: datetime,
) -> Document:
    """A new document row with its route and first revision; not yet an event."""
    definition = newest(draft.kind)
    if definition is None:
        raise Refused(
            Reason("STATE", N_("Chưa lập được: quy trình của loại văn bản này chưa được công bố."))
        )
    document = Document(
        kind=draft.kind,
        title=draft.title,
        unit=unit,
        author=author,
        campaign=campaign,
        definition=definition,
        state=spec_of(definition).initial,
        stage=0,
        version=1,
        revision=0,
        type=requirement.type if requirement is not None else "",
        superior_must_accept=requirement is not None and requirement.superior_must_accept,
        created_at=now,
        updated_at=now,
    )
    document.stages = routing.build_route(draft.kind, unit, campaign, requirement, local_day(now))
    db.session.add(document)
    db.session.flush()
    drafting.add_revision(document, draft, author=author, now=now)
    return document


def born(
    document: Document, held: Capacity, *, wrote: bool, now: datetime, name: str = "create"
) -> Document:
    """The first event of a document, its author's hand in it, its first task."""
    spec = ActionSpec(name, {}, (), document.state, (), (), guards=(), asks=(), opens=None)
    act = Act(document, spec, held, now, local_day(now))
    if wrote:
        traces.contribute(act)
    obligations.begin(document, by=act.person, now=now)
    facts = {"amends": document.amends.id} if document.amends is not None else {}
    event = traces.append(act, None, 0, facts=facts)
    with db.session.no_autoflush:
        traces.follow(act, event, None)
    return document
