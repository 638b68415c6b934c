"""*Báo cáo danh sách*: a cell's commitments go upward as one list of names, dates and minutes, and
are received in one act. Later ones are supplementary lists (domain §00.3). Never a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.campaign import Campaign
from models.document import Document
from models.event import AuditEvent
from models.listing import CommitmentList, ListEntry
from models.person import Person
from models.unit import Unit
from workflows import engine
from workflows.organisation.record import record
from workflows.refusal import N_, Forbidden, Reason, Refused, WorkflowError
from workflows.scope import officer_unit_ids

Seen = tuple[Document, int, int]  # a commitment with the revision and version that the page showed

NEWEST = 100  # lists on one page


class AboutOne(Exception):
    """One commitment of several was refused: whose, and the refusal itself."""

    def __init__(self, document: Document, refusal: WorkflowError):
        super().__init__(str(refusal))
        self.name = document.author.full_name
        self.refusal = refusal


def report_list(
    unit: Unit,
    campaign: Campaign,
    documents: Sequence[Seen],
    *,
    actor: Person,
    now: datetime,
) -> CommitmentList:
    """Report these agreed commitments of a cell as one list, all or none; returns the list. In the
    caller's transaction.

    Raises Refused for an empty or mixed list, and AboutOne with what the engine said of one of
    them: Stale when somebody else has reported it meanwhile, so that of two secretaries at once one
    makes the list.
    """
    engine.hold([document for document, _, _ in documents])
    _one_list(unit, campaign, [document for document, _, _ in documents])
    ordered = sorted(documents, key=lambda seen: (seen[0].author.sort_key, seen[0].id))
    for document, revision, version in ordered:
        _perform(document, "report", actor, now, revision, version)
    made = CommitmentList(
        unit=unit,
        campaign=campaign,
        to_unit=ordered[0][0].current_stage.unit,
        n=next_number(unit, campaign),
        reported_at=now,
        reported_by=actor,
        entries=[
            ListEntry(position=n, document=document)
            for n, (document, _, _) in enumerate(ordered, start=1)
        ],
    )
    db.session.add(made)
    _log(made, "list_reported", _acted_at(ordered[-1][0]), actor, now)
    return made


def receive_list(made: CommitmentList, *, actor: Person, now: datetime) -> CommitmentList:
    """The body above takes the whole list in one act; returns it. In the caller's transaction.

    A line that was received, replaced or revoked meanwhile is left as it is. Receiving twice changes
    nothing. Raises Forbidden, or AboutOne with the engine's refusal.
    """
    documents = [entry.document for entry in made.entries]
    engine.hold(documents)
    db.session.refresh(made, with_for_update={"key_share": True, "of": CommitmentList})
    if made.received_at is not None:
        return made
    if made.to_unit_id not in officer_unit_ids(actor, now):
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa tiếp nhận được: danh sách này gửi %(unit)s."),
                {"unit": made.to_unit.name},
            )
        )
    where = made.to_unit_id
    for document in documents:
        db.session.refresh(document)
        stage = document.current_stage
        if document.state == "reported" and stage.received_at is None:
            _perform(document, "receive", actor, now, document.revision, document.version)
            where = _acted_at(document)
    made.received_at, made.received_by = now, actor
    _log(made, "list_received", where, actor, now)
    return made


def lists_of(condition: sa.ColumnElement[bool]) -> list[CommitmentList]:
    """Lists under a condition on CommitmentList with their lines, the newest hundred, newest first."""
    return list(
        db.session.scalars(
            sa.select(CommitmentList)
            .options(
                joinedload(CommitmentList.unit),
                joinedload(CommitmentList.to_unit),
                joinedload(CommitmentList.reported_by),
                joinedload(CommitmentList.received_by),
                selectinload(CommitmentList.entries)
                .joinedload(ListEntry.document)
                .options(joinedload(Document.author), selectinload(Document.decisions)),
            )
            .where(condition)
            .order_by(CommitmentList.id.desc())
            .limit(NEWEST)
        )
    )


def visible_lists(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on CommitmentList: what this person may open: whoever works at the cell or the
    body above, and who stands on it (his own line)."""
    bodies = officer_unit_ids(person, now)
    his = sa.exists().where(
        ListEntry.list_id == CommitmentList.id,
        ListEntry.document_id == Document.id,
        Document.author_id == person.id,
    )
    return sa.or_(CommitmentList.unit_id.in_(bodies), CommitmentList.to_unit_id.in_(bodies), his)


def shown_lines(made: CommitmentList, person: Person, now: datetime) -> list[ListEntry]:
    """The lines that this person may read: all for the two bodies, else his own."""
    if {made.unit_id, made.to_unit_id} & officer_unit_ids(person, now):
        return made.entries
    return [entry for entry in made.entries if entry.document.author_id == person.id]


def _one_list(unit: Unit, campaign: Campaign, documents: list[Document]) -> None:
    """A list is of one cell, one campaign, and goes to one body."""
    if not documents:
        raise Refused(Reason("FORM", N_("Chưa chọn bản nào. Chọn ít nhất một bản rồi bấm lại.")))
    for document in documents:
        fits = document.kind == "commitment" and document.unit_id == unit.id
        if not fits or document.campaign_id != campaign.id:
            raise Refused(
                Reason(
                    "FORM",
                    N_("Chưa lập được danh sách: chỉ gồm bản cam kết của một chi bộ, một đợt."),
                )
            )
    following = {
        document.stages[document.stage + 1].unit_id
        for document in documents
        if document.stage + 1 < len(document.stages)
    }
    if len(following) > 1:
        raise Refused(
            Reason(
                "FORM",
                N_(
                    "Chưa lập được danh sách: các bản này gửi hai cấp trên khác nhau. "
                    "Lập mỗi nơi nhận một danh sách."
                ),
            )
        )


def _perform(
    document: Document, action: str, actor: Person, now: datetime, revision: int, version: int
) -> None:
    try:
        engine.perform(document, action, actor=actor, now=now, revision=revision, version=version)
    except WorkflowError as refusal:
        raise AboutOne(document, refusal) from refusal


def next_number(unit: Unit, campaign: Campaign) -> int:
    """The number of the cell's next list in a campaign: 1 for its first."""
    last = db.session.scalar(
        sa.select(sa.func.max(CommitmentList.n)).where(
            CommitmentList.unit_id == unit.id, CommitmentList.campaign_id == campaign.id
        )
    )
    return (last or 0) + 1


def _acted_at(document: Document) -> int:
    """The id of the unit in whose log the document's last act stands: the list's stands there too,
    in a log that this transaction holds already."""
    found = db.session.scalar(
        sa.select(AuditEvent.unit_id)
        .where(AuditEvent.document_id == document.id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    assert found is not None
    return found


def _log(made: CommitmentList, action: str, unit_id: int, actor: Person, now: datetime) -> None:
    db.session.flush()
    record(
        db.session(),
        unit_id,
        action,
        now=now,
        actor=actor,
        facts={
            "list": made.id,
            "of_unit": made.unit.code,
            "to_unit": made.to_unit.code,
            "campaign": made.campaign.code,
            "number": made.n,
            "lines": len(made.entries),
        },
        private={"actor": actor.full_name},
    )
