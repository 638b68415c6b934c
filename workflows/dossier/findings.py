"""Findings: facts, each tied to an event of a log or to a revision. The inspected unit may answer, and
its answer stands first."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.dossier import InspectionFinding
from models.event import AuditEvent
from models.inspection import Inspection
from models.person import Person
from models.unit import Unit
from workflows.dossier.evidence import Noted, checked
from workflows.dossier.told import leaders, record, team, tell
from workflows.dossier.who import (
    CONCLUDED,
    EXPLAINING,
    FINDINGS_SHOWN,
    findings_shown,
    refuse_own,
    require_leader,
    require_team,
)
from workflows.dossier.wording import sound, verdict
from workflows.ladder.posts import Right
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.trail import Appended


def note(
    inspection: Inspection, noted: Noted, *, actor: Person, now: datetime
) -> InspectionFinding:
    """Keeps a finding. In the caller's transaction. Raises Forbidden for who is not of the team,
    Refused for a text or evidence that will not do, and once it is concluded."""
    right = require_team(inspection, actor, now)
    unit, cleaned, event, document, revision = checked(inspection, noted, now)
    _open_to_change(inspection)
    found = InspectionFinding(
        inspection=inspection,
        n=_next(inspection),
        unit=unit,
        question=noted.question,
        text=cleaned,
        event_id=event.id if event is not None else None,
        document_id=document.id if document is not None else None,
        revision=revision,
        created_at=now,
        created_by=actor,
    )
    db.session.add(found)
    db.session.flush()
    made = record(
        "finding_noted",
        inspection,
        actor=actor,
        now=now,
        right=right,
        facts={
            "number": found.n,
            "finding": found.id,
            "of_unit": unit.code,
            "question": noted.question,
            "event_unit": event.unit.code if event is not None else None,
            "event_seq": event.seq if event is not None else None,
            "of_document": found.document_id,
            "revision": found.revision,
        },
        private={"text": cleaned},
    )
    if inspection.state in FINDINGS_SHOWN:
        _tell_unit(found, made, actor, now)
    return found


def change(
    finding: InspectionFinding, text: str, *, version: int, actor: Person, now: datetime
) -> None:
    """Other words for the same fact; an answer to the old ones stays, and who gave it is told. In
    the caller's transaction. Raises Forbidden, Stale, Refused."""
    right = require_team(finding.inspection, actor, now)
    cleaned, wrong = sound(text)
    wrong += verdict(cleaned)
    if wrong:
        raise Refused(*wrong)
    _open_to_change(finding.inspection)
    _hold(finding, version)
    refuse_own(finding.answered_by_id, actor)
    finding.text, finding.version = cleaned, finding.version + 1
    _record_on(finding, "finding_changed", right, actor, now, {"text": cleaned})


def withdraw(finding: InspectionFinding, *, version: int, actor: Person, now: datetime) -> None:
    """The team does not hold the finding any more; row and answer stay. In the caller's transaction.
    Raises Forbidden, Stale, Refused."""
    right = require_team(finding.inspection, actor, now)
    _open_to_change(finding.inspection)
    _hold(finding, version)
    refuse_own(finding.answered_by_id, actor)
    finding.withdrawn_at, finding.version = now, finding.version + 1
    _record_on(finding, "finding_withdrawn", right, actor, now, {})


def answer(
    finding: InspectionFinding, text: str, *, version: int, actor: Person, now: datetime
) -> None:
    """The inspected unit's leader answers; while the conclusion is a draft he may put it better.
    In the caller's transaction. Raises Forbidden, Stale, Refused."""
    right = require_leader(finding.unit, actor, now)
    cleaned, wrong = sound(text, place="answer")
    if wrong:
        raise Refused(*wrong)
    _hold(finding, version)
    if not may_answer(finding):
        sentence = N_("Chưa ghi được: giải trình ghi khi dự thảo kết luận được đưa ra.")
        raise Refused(Reason("STATE", sentence, place="answer"))
    finding.answer, finding.answered_at, finding.answered_by = cleaned, now, actor
    finding.version += 1
    event = record(
        "finding_answered",
        finding.inspection,
        actor=actor,
        now=now,
        right=right,
        facts={"number": finding.n, "finding": finding.id},
        private={"text": cleaned},
    )
    told = team(finding.inspection)
    tell(event, told, finding.inspection, topic="decided", action="answered", actor=actor, now=now)


def may_answer(finding: InspectionFinding) -> bool:
    """Whether the state allows an answer: while the conclusion is a draft, and afterwards where none
    was given yet, until the dossier is closed."""
    if finding.withdrawn_at is not None:
        return False
    state = finding.inspection.state
    return state == EXPLAINING or (state in CONCLUDED[:-1] and not finding.answer)


def shown(
    inspection: Inspection, person: Person, now: datetime, *, withdrawn: bool = False
) -> list[InspectionFinding]:
    """The findings that this person reads now, in order."""
    return _of(inspection, findings_shown(inspection, person, now), withdrawn=withdrawn)


def all_of(inspection: Inspection, unit: Unit | None = None) -> list[InspectionFinding]:
    """The findings that stand, in order; of one unit only where it is named."""
    units = inspection.unit_ids if unit is None else {unit.id}
    return _of(inspection, units, withdrawn=False)


def _of(inspection: Inspection, units: set[int], *, withdrawn: bool) -> list[InspectionFinding]:
    query = (
        sa.select(InspectionFinding)
        .options(
            joinedload(InspectionFinding.unit),
            joinedload(InspectionFinding.answered_by),
            joinedload(InspectionFinding.event).joinedload(AuditEvent.unit),
        )
        .where(
            InspectionFinding.inspection_id == inspection.id, InspectionFinding.unit_id.in_(units)
        )
        .order_by(InspectionFinding.n)
    )
    if not withdrawn:
        query = query.where(InspectionFinding.withdrawn_at.is_(None))
    return list(db.session.scalars(query))


def _open_to_change(inspection: Inspection) -> None:
    if inspection.state in CONCLUDED:
        sentence = N_("Chưa ghi được: đã thông báo kết luận, các phát hiện giữ nguyên.")
        raise Refused(Reason("STATE", sentence))


def _hold(finding: InspectionFinding, version: int) -> None:
    db.session.refresh(finding, with_for_update={"of": InspectionFinding})
    if finding.version != version or finding.withdrawn_at is not None:
        sentence = N_("Phát hiện này vừa đổi. Xem bản mới rồi ghi lại.")
        raise Stale(Reason("STALE", sentence))


def _record_on(
    finding: InspectionFinding,
    action: str,
    right: Right,
    actor: Person,
    now: datetime,
    private: dict[str, str],
) -> None:
    event = record(
        action,
        finding.inspection,
        actor=actor,
        now=now,
        right=right,
        facts={"number": finding.n, "finding": finding.id, "of_unit": finding.unit.code},
        private=dict(private),
    )
    if finding.inspection.state in FINDINGS_SHOWN:
        _tell_unit(finding, event, actor, now)


def _tell_unit(finding: InspectionFinding, event: Appended, actor: Person, now: datetime) -> None:
    tell(
        event,
        leaders([finding.unit_id], now),
        finding.inspection,
        topic="waits",
        action="answer_finding",
        actor=actor,
        now=now,
    )


def _next(inspection: Inspection) -> int:
    db.session.refresh(
        inspection, with_for_update={"of": Inspection}
    )  # two who note at once get two numbers
    last = sa.select(sa.func.max(InspectionFinding.n)).where(
        InspectionFinding.inspection_id == inspection.id
    )
    return (db.session.scalar(last) or 0) + 1
