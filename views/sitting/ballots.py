"""What lies before a meeting, as lines to decide: one query for each kind of fact, however many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Contribution, Document, Revision
from models.kinds import PERSONAL
from models.sitting import AgendaItem, Sitting
from views import present
from views.forms import Form
from views.loaders import viewer, visible_ids
from views.sitting.base import Eyes, paper_name
from views.sitting.seen import FIELDS, item_seen
from workflows.content import works
from workflows.rules.numbers import suggest_number
from workflows.sittings.who import VOTING

BLOCK = 25  # commitments under one heading, where there are many
MANY = 40  # from here on they stand in blocks


@dataclass
class Ballot:
    """One paper before the meeting, and what is marked beside it so far."""

    id: int
    kind: str
    name: str
    title: str
    url: str
    sent: str
    revision: int
    voters: int
    items: int | None  # of section 3; None where its text is not for the viewer
    chair: str  # who presides, if not the chair of the meeting
    moved_on: bool  # there is a newer text than the one before the meeting
    seen: str  # what this page shows of it, as a mark
    late: bool  # it was handed in after the day of the meeting
    proposal: str
    mark: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def decided(self) -> bool:
        return bool(self.mark["decision"])


def agenda(sitting: Sitting) -> list[AgendaItem]:
    """The agenda with its documents and their authors, in its order."""
    return list(
        db.session.scalars(
            sa.select(AgendaItem)
            .options(
                joinedload(AgendaItem.chair),
                joinedload(AgendaItem.document).joinedload(Document.author),
                joinedload(AgendaItem.document).joinedload(Document.unit),
            )
            .where(AgendaItem.sitting_id == sitting.id)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )


def ballots(
    sitting: Sitting, items: list[AgendaItem], seen: Eyes, form: Form | None = None
) -> list[Ballot]:
    """The agenda as lines. With `form` they show what was typed instead of what is kept."""
    ids = [item.document_id for item in items]
    sent = _sent(ids)
    counts = section_three_counts(sitting) if seen.reads else {}
    openable = visible_ids(ids)
    full = {a.person_id for a in sitting.attendances if a.present and a.standing == VOTING}
    rows = []
    for item in items:
        document = item.document
        commitment = document.kind in PERSONAL
        own = commitment and document.author_id == viewer().id
        rows.append(
            Ballot(
                id=item.id,
                kind=document.kind,
                name=paper_name(document),
                title="" if document.kind == "commitment" else document.title,
                url=url_for("document.page", document_id=document.id)
                if document.id in openable and (not commitment or seen.reads or own)
                else "",
                sent=_sent_words(sent.get(document.id, [])),
                revision=item.revision,
                voters=len(full - {document.author_id}) if commitment else len(full),
                items=counts.get(document.id)
                if document.kind == "commitment" and seen.reads
                else None,
                chair=item.chair.full_name if item.chair else "",
                moved_on=document.revision != item.revision,
                seen=item_seen(item),
                late=_late(sent.get(document.id, []), sitting),
                proposal=""
                if commitment
                else suggest_number(document, item.dated_on or sitting.held_on) or "",
                mark=_mark(item, form),
                errors={name: form.error(f"items.{item.id}.{name}") for name in FIELDS}
                if form is not None
                else {},
            )
        )
    return rows


def _mark(item: AgendaItem, form: Form | None) -> dict[str, str]:
    if form is not None:
        return {name: form.raw(f"items.{item.id}.{name}") for name in FIELDS}
    kept = {name: getattr(item, name) for name in FIELDS}
    return {name: "" if value is None else str(value) for name, value in kept.items()}


def _sent(ids: list[int]) -> dict[int, list[datetime]]:
    """When each document was handed in, oldest first."""
    found: dict[int, list[datetime]] = {}
    rows = db.session.execute(
        sa.select(Contribution.document_id, Contribution.at)
        .where(Contribution.document_id.in_(ids), Contribution.action == "submit")
        .order_by(Contribution.at)
    )
    for document_id, at in rows:
        found.setdefault(document_id, []).append(at)
    return found


def _late(instants: list[datetime], sitting: Sitting) -> bool:
    return bool(instants) and present.local_day(instants[-1]) > sitting.held_on


def _sent_words(instants: list[datetime]) -> str:
    if not instants:
        return ""
    first = present.short_day(present.local_day(instants[0]))
    if len(instants) == 1:
        return gettext("Gửi %(day)s", day=first)
    again = present.short_day(present.local_day(instants[-1]))
    return gettext("Gửi %(day)s, đã bổ sung %(again)s", day=first, again=again)


def section_three_counts(sitting: Sitting) -> dict[int, int]:
    """How many items each commitment on the agenda has, by document id: a figure, no text."""
    rows = db.session.execute(
        sa.select(Revision.document_id, Revision.content)
        .join(
            AgendaItem,
            sa.and_(
                AgendaItem.document_id == Revision.document_id,
                AgendaItem.revision == Revision.n,
            ),
        )
        .where(AgendaItem.sitting_id == sitting.id)
    )
    return {document_id: len(works(content)) for document_id, content in rows if content}


@dataclass(frozen=True)
class Block:
    """Papers under one heading."""

    id: str
    title: str
    ballots: list[Ballot]


def blocks(rows: list[Ballot]) -> list[Block]:
    """Plans and reports, then what members report of themselves, then the commitments; where there
    are very many of these, in blocks of names."""
    papers = [row for row in rows if row.kind not in PERSONAL]
    own = [row for row in rows if row.kind == "self_report"]
    people = [row for row in rows if row.kind == "commitment"]
    found = [Block("papers", gettext("Kế hoạch, báo cáo"), papers)] if papers else []
    found += [Block("own", gettext("Báo cáo cá nhân"), own)] if own else []
    if len(people) < MANY:
        title = gettext("Bản cam kết") if found else ""
        return [*found, Block("people", title, people)] if people else found
    for start in range(0, len(people), BLOCK):
        part = people[start : start + BLOCK]
        title = gettext(
            "%(first)s–%(last)s: %(from_)s … %(to)s",
            first=start + 1,
            last=start + len(part),
            from_=part[0].name,
            to=part[-1].name,
        )
        found.append(Block(f"people-{start + 1}", title, part))
    return found
