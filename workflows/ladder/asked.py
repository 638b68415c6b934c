"""What a rung is about, read for a page or an answer: the late thing, and what may be said to it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.campaign import Requirement
from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.document import Document
from models.obligation import Obligation
from models.task import Task

# What reached a body above, which may answer; a reminder and one's own secretary's word may not.
ABOVE = ("superior", "next_superior", "standing_list")


def one(condition: sa.ColumnElement[bool]) -> Escalation | None:
    """One rung with all that is shown of it, by a condition on it and its task."""
    return db.session.scalar(
        sa.select(Escalation)
        .join(Escalation.task)
        .options(*shown())
        .where(condition)
        .execution_options(populate_existing=True)
    )


def shown() -> tuple[sa.orm.interfaces.ORMOption, ...]:
    """What is read along with a rung to say it in a sentence."""
    document = joinedload(Escalation.task).joinedload(Task.document)
    owed = joinedload(Escalation.task).joinedload(Task.obligation)
    asked = owed.joinedload(Obligation.requirement)
    return (
        joinedload(Escalation.from_unit),
        joinedload(Escalation.to_unit),
        joinedload(Escalation.deadline),
        document.joinedload(Document.campaign),
        document.joinedload(Document.unit),
        document.joinedload(Document.obligation).joinedload(Obligation.requirement),
        asked.joinedload(Requirement.campaign),
        selectinload(Escalation.answers).options(
            joinedload(EscalationAnswer.by), joinedload(EscalationAnswer.unit)
        ),
    )


def personal(escalation: Escalation) -> bool:
    """Whether one person owes it: then only his secretary hears, and nobody above reads why."""
    return escalation.task.person_id is not None


def owed_of(escalation: Escalation) -> Obligation | None:
    """What is late, where it is an obligation: not begun, or on its way to the report that meets it.
    The days of a step alone are nobody's obligation."""
    task = escalation.task
    if task.obligation is not None:
        return task.obligation
    document = task.document
    owed = document.obligation if document is not None else None
    if document is None or owed is None or owed.person_id != task.person_id:
        return None
    here = escalation.from_unit_id == document.unit_id or document.stage == 0
    counts = owed.nominal_due <= escalation.effective_due <= owed.effective_due
    return owed if here and counts else None


def kind_of(escalation: Escalation) -> str:
    """The kind of document that is late."""
    task = escalation.task
    if task.document is not None:
        return task.document.kind
    assert task.obligation is not None
    return task.obligation.requirement.kind


def reason_of(deadline: Deadline, version: int) -> LatenessReason | None:
    """Why it is late, as far as the late one has said."""
    return db.session.scalar(
        sa.select(LatenessReason).where(
            LatenessReason.deadline_id == deadline.id, LatenessReason.deadline_version == version
        )
    )


def ladder_of(escalation: Escalation) -> list[Escalation]:
    """All rungs of the same ladder, in order."""
    return list(
        db.session.scalars(
            sa.select(Escalation)
            .options(*shown())
            .where(
                Escalation.deadline_id == escalation.deadline_id,
                Escalation.deadline_version == escalation.deadline_version,
            )
            .order_by(Escalation.rung)
        )
    )
