"""Reads the subjects off the tables: what lies there, no rule applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from models import db
from models.account import Account, ApiToken, LoginSession
from models.deadline import Escalation
from models.document import Contribution, Document
from models.export import ExportJob
from models.inspection import Inspection
from models.listing import CommitmentList
from models.notification import Notification
from models.obligation import Obligation
from models.person import Membership
from models.post import Delegation
from models.read import Reading
from models.recorded import Finding, ProxyEntry, RecordedPaper
from models.register import NumberEntry
from models.sitting import Sitting
from models.stored_file import Attachment
from models.task import Task
from models.unit import Unit
from tests.census.organisation import MEMBER_OF, UNITS, level
from tests.census.subjects import Late, Listing, Meeting, Member, Paper, Subject

ABSENT = 987_654_321


def logins() -> dict[int, str]:
    """Who is who."""
    return dict(db.session.execute(sa.select(Account.person_id, Account.login)).all())


def subjects() -> list[Subject]:
    """Everything that an address can lead to and that is somebody's."""
    found = papers()
    by_id = {paper.id: paper for paper in found}
    rest = (_lists(), _orders(), _lines(), _members(), _units(), _inspections(), _readings())
    rest += (_first_in_each_state(rungs()), _first_in_each_state(owed()))
    return [*found, *_meetings(by_id), *(subject for some in rest for subject in some)]


def papers() -> list[Paper]:
    """Every document."""
    who, found = logins(), {}
    typed = set(
        db.session.scalars(
            sa.select(ProxyEntry.document_id).where(ProxyEntry.confirmed_at.is_(None))
        )
    )
    unconfirmed = set(
        db.session.scalars(
            sa.select(RecordedPaper.document_id).where(RecordedPaper.confirmed_at.is_(None))
        )
    )
    files = {a.document_id: a for a in _files(Attachment.document_id.is_not(None))}
    findings = dict(db.session.execute(sa.select(Finding.document_id, sa.func.max(Finding.id))
                                       .group_by(Finding.document_id)).all())  # fmt: skip
    shown = sa.select(Document).where(Document.kind != "inspection")  # `_inspections` has those
    for row in db.session.scalars(shown.order_by(Document.id)):
        arrived = [s for s in row.stages if s.arrived_at is not None]
        after = row.stages[row.stage + 1 :][:1]
        file = files.get(row.id)
        found[row.id] = Paper(
            kind=row.kind,
            state=_state(row, row.id in typed, row.id in unconfirmed),
            unit=row.unit.code,
            author=who[row.author_id],
            values={
                "document_id": row.id,
                "attachment_id": file.id if file else ABSENT,
                "finding_id": findings.get(row.id, ABSENT),
            },
            id=row.id,
            revision=row.revision,
            version=row.version,
            in_force=row.in_force_revision is not None
            and row.state not in ("superseded", "revoked"),
            in_force_revision=row.in_force_revision,
            on_paper=row.recorded,
            amends=row.amends_id,
            at=row.stages[row.stage].unit.code,
            following={u.code for s in after for u in (s.unit, s.via) if u is not None},
            reached={s.unit.code for s in arrived},
            decides={s.unit.code for s in arrived if s.decides},
            approved={
                d.revision
                for d in row.decisions
                if d.action in ("approve", "confirm") and d.stage == 0
            },
            finding=row.id in findings,
            file_beside=file.revision if file else None,
        )
    hands = sa.select(Contribution).where(Contribution.document_id.in_(found))
    for hand in db.session.scalars(hands):
        paper = found[hand.document_id]
        paper.writers.add(who[hand.person_id])
        if hand.action in ("submit", "record", "correct"):
            paper.handed_in.add(hand.revision)
    climbed = sa.select(Task).where(Task.climbed, Task.closed_at.is_(None))
    for task in db.session.scalars(climbed):
        if task.document_id in found:
            found[task.document_id].climbed |= {(r.unit.code, r.role) for r in task.roles}
    return list(found.values())


def _state(row: Document, typed: bool, unconfirmed: bool) -> str:
    if unconfirmed and row.state == "drafted":
        return "signed, unconfirmed"
    if typed:
        return "typed, unconfirmed"
    return "signed, confirmed" if row.recorded else row.state


def _files(condition: sa.ColumnElement[bool]) -> list[Attachment]:
    query = sa.select(Attachment).where(condition, Attachment.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Attachment.id)))


def _meetings(papers: dict[int, Paper]) -> Iterator[Meeting]:
    who = logins()
    files = {a.sitting_id: a.id for a in _files(Attachment.sitting_id.is_not(None))}
    for row in db.session.scalars(sa.select(Sitting).order_by(Sitting.id)):
        item = next((i for i in row.items if i.document.kind == "commitment"), None)
        sat = [a for a in row.attendances if a.present]
        yield Meeting(
            kind="meeting",
            state=row.state,
            unit=row.unit.code,
            values={
                "sitting_id": row.id,
                "item_id": item.id if item else ABSENT,
                "attachment_id": files.get(row.id, ABSENT),
                "person_id": sat[0].person_id,
                "form": "pdf",
            },
            chair=who[row.chair_id],
            taker=who.get(row.minute_taker_id or 0),
            sat={who[a.person_id] for a in sat},
            paper=papers[item.document_id] if item else None,
            paper_revision=item.revision if item else 1,
        )


def _lists() -> Iterator[Listing]:
    who = logins()
    for row in db.session.scalars(sa.select(CommitmentList).order_by(CommitmentList.id)):
        on_it = {who[entry.document.author_id] for entry in row.entries}
        yield Listing(
            kind="list",
            state="received" if row.received_at else "reported",
            unit=row.unit.code,
            author=min(on_it),
            values={"list_id": row.id, "form": "pdf"},
            to=row.to_unit.code,
            on_it=on_it,
        )


def _orders() -> Iterator[Subject]:
    who = logins()
    for row in db.session.scalars(sa.select(ExportJob)):
        yield Subject("order", row.state, "B1", who[row.person_id], {"job_id": row.id})


def _lines() -> Iterator[Subject]:
    """Of every unit's register one line of a paper and one without, if it has such."""
    seen = set()
    for row in db.session.scalars(sa.select(NumberEntry).order_by(NumberEntry.id)):
        mine = row.document_id is not None or row.sitting_id is not None
        key = (row.unit_id, mine)
        if key not in seen:
            seen.add(key)
            state = "of a paper" if mine else "without a paper"
            code = row.document.unit.code if row.document else _code(row.unit_id)
            yield Subject("line", state, code, None, {"code": code, "entry_id": row.id})


def _code(unit_id: int) -> str:
    return db.session.get_one(Unit, unit_id).code


def _members() -> Iterator[Member]:
    who = logins()
    typed = {e.document.author_id: e for e in db.session.scalars(sa.select(ProxyEntry))}
    for row in db.session.scalars(sa.select(Membership).order_by(Membership.id)):
        entry = typed.get(row.person_id)
        code = _code(row.unit_id)
        if code in ("C6", "C7"):
            yield Member(
                kind="member",
                state="typed" if entry else "not typed",
                unit=code,
                author=who[row.person_id],
                values={"code": code, "person_id": row.person_id},
                typist=who[entry.entered_by_id] if entry else None,
            )


def rungs() -> Iterator[Subject]:
    """Every rung of what units owe late, of something still owed first."""
    rungs = sa.select(Escalation).join(Escalation.task).where(Escalation.rung > 0)
    rungs = rungs.where(Task.person_id.is_(None))
    for row in db.session.scalars(rungs.order_by(Task.closed_at.is_not(None), Escalation.id)):
        yield Late(
            kind="escalation",
            state="to itself" if row.from_unit_id == row.to_unit_id else "to a superior",
            unit=row.from_unit.code,
            values={"escalation_id": row.id},
            to=row.to_unit.code,
        )


def owed() -> Iterator[Subject]:
    """Everything that a unit or a person owes or owed: what is open, of those with others below
    them, first."""
    who = logins()
    owed = sa.select(Obligation).join(Obligation.unit)
    bases_first = Unit.code.not_in(("B1", "B2", "B3"))
    for row in db.session.scalars(
        owed.order_by(Obligation.state != "open", bases_first, Obligation.id)
    ):
        author = who.get(row.person_id or 0)
        if row.person_id is not None and author is None:
            continue  # nobody to ask as
        state = "of a unit" if author is None else "of a person"
        yield Subject("obligation", state, row.unit.code, author, {"obligation_id": row.id})


def _inspections() -> Iterator[Subject]:
    """Every inspection, with a commitment that was handed in where it inspects."""
    for row in db.session.scalars(sa.select(Inspection).order_by(Inspection.id)):
        unit = row.units[0].unit
        text = sa.select(Document.id).where(
            Document.unit_id == unit.id, Document.kind == "commitment", Document.state == "reported"
        )
        state = {"planned": "ordered", "concluded": "over"}.get(row.state, "under way")
        values = {"inspection_id": row.id, "document_id": db.session.scalar(text.limit(1))}
        yield Subject("inspection", state, unit.code, None, values)


def _readings() -> Iterator[Subject]:
    """What a team has read: the page of the text is of who gave the reason."""
    who = logins()
    for row in db.session.scalars(sa.select(Reading).where(Reading.inspection_id.is_not(None))):
        unit = db.session.get_one(Document, row.document_id).unit.code
        yield Subject("reading", "today's", unit, who[row.person_id], {"reading_id": row.id})


def _first_in_each_state(found: Iterator[Subject]) -> Iterator[Subject]:
    seen = set()
    for subject in found:
        if subject.state not in seen:
            seen.add(subject.state)
            yield subject


def _units() -> Iterator[Subject]:
    for code in UNITS:
        yield Subject("unit", level(code), code, None, {"code": code, "form": "pdf"})


def of_one_s_own(login: str) -> list[Subject]:
    """The notice, session, token and delegation of somebody: his alone."""
    account = sa.select(Account).where(Account.login == login)
    row = db.session.scalars(account).one()
    unit = MEMBER_OF.get(login)
    held = []

    def first(kind: str, name: str, column: Any, condition: Any) -> None:
        ident = db.session.scalar(sa.select(column).where(condition).limit(1))
        if ident is not None:
            held.append(Subject(kind, "one's own", unit, login, {name: ident}))

    first("notice", "notice_id", Notification.id, Notification.person_id == row.person_id)
    first("session", "session_id", LoginSession.id, LoginSession.account_id == row.id)
    first("token", "token_id", ApiToken.id, ApiToken.account_id == row.id)
    given = db.session.scalars(sa.select(Delegation).order_by(Delegation.id).limit(1)).one()
    parties = Subject("delegation", "given", None, "bithu.tinh", {"delegation_id": given.id})
    return [*held, parties]
