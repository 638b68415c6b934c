"""Question 14: of what is overdue, to which level was it reported, on which day, and who answered how?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.campaign import Requirement
from models.deadline import Deadline, Escalation, EscalationAnswer
from models.document import Document
from models.event import AuditEvent
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.task import Task
from workflows.calendar import local_day, start_of_day
from workflows.ladder.asked import ABOVE
from workflows.questions.answer import Row, Value
from workflows.questions.evidence import as_evidence
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

# What has been overdue for so many days of the calendar has climbed at least one rung.
SILENT_AFTER = timedelta(days=10)
ANSWERS = {
    "noted": N_("đã biết"),
    "settled": N_("đã xử lý"),
    "extended": N_("gia hạn"),
    "chased": N_("đôn đốc"),
}


def timed(scope: Scope) -> Keys:
    """Everything with a deadline, as far as it is asked about."""
    personal = sa.or_(
        Task.person_id.is_not(None),
        Obligation.person_id.is_not(None),
        Document.kind.in_(PERSONAL),
    )
    return (
        sa.select(
            Task.id.label("key"),
            Task.unit_id.label("unit_id"),
            sa.func.coalesce(personal, sa.false()).label("personal"),
        )
        .join(Deadline, Deadline.task_id == Task.id)
        .outerjoin(Obligation, Task.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .where(
            scope.units(Task.unit_id),
            sa.func.coalesce(Document.kind, Requirement.kind).in_([*scope.kinds, "review"]),
            scope.period(Deadline.effective_due),
            scope.campaign(sa.func.coalesce(Document.campaign_id, Requirement.campaign_id)),
        )
    )


def found(scope: Scope) -> Keys:
    """What was reported above the unit; and what is long overdue and was reported to nobody, though
    nothing holds its ladder."""
    climbed = sa.exists().where(Escalation.task_id == Task.id, Escalation.step.in_(ABOVE))
    anything = sa.exists().where(Escalation.task_id == Task.id, Escalation.rung > 0)
    silent = sa.and_(
        Task.closed_at.is_(None),
        Deadline.paused_at.is_(None),
        Task.due_at < start_of_day(scope.today) - SILENT_AFTER,
        sa.not_(anything),
    )
    return timed(scope).where(sa.or_(climbed, silent))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    query = (
        sa.select(Task)
        .where(Task.id.in_(keys))
        .options(
            joinedload(Task.unit),
            joinedload(Task.obligation).joinedload(Obligation.requirement),
            joinedload(Task.document).joinedload(Document.unit),
        )
    )
    tasks = {task.id: task for task in db.session.scalars(query)}
    due = _due(keys)
    climbed = _climbed(keys)
    told = _told(climbed)
    return [
        _row(tasks[key], due[key], climbed.get(key, []), told, scope.today)
        for key in keys
        if key in tasks and key in due
    ]


def _due(keys: Sequence[int]) -> dict[int, date]:
    rows = db.session.execute(
        sa.select(Deadline.task_id, Deadline.effective_due).where(Deadline.task_id.in_(keys))
    )
    return {row.task_id: row.effective_due for row in rows}


def _climbed(keys: Sequence[int]) -> dict[int, list[Escalation]]:
    """By task, its rungs from the own secretary upward, oldest first."""
    query = (
        sa.select(Escalation)
        .where(Escalation.task_id.in_(keys), Escalation.rung > 0)
        .options(
            joinedload(Escalation.to_unit),
            selectinload(Escalation.answers).joinedload(EscalationAnswer.unit),
        )
        .order_by(Escalation.at, Escalation.id)
    )
    found: dict[int, list[Escalation]] = {}
    for rung in db.session.scalars(query):
        found.setdefault(rung.task_id, []).append(rung)
    return found


def _told(climbed: dict[int, list[Escalation]]) -> dict[int, AuditEvent]:
    rungs = [rung for found in climbed.values() for rung in found]
    ids = {rung.event_id for rung in rungs if rung.event_id is not None}
    ids |= {answer.event_id for rung in rungs for answer in rung.answers}
    query = (
        sa.select(AuditEvent)
        .where(AuditEvent.id.in_(sorted(ids)))
        .options(joinedload(AuditEvent.unit), joinedload(AuditEvent.payload))
    )
    return {event.id: event for event in db.session.scalars(query)}


def _row(
    task: Task, due: date, rungs: list[Escalation], told: dict[int, AuditEvent], today: date
) -> Row:
    owed, paper = task.obligation, task.document
    done = local_day(task.closed_at) if task.closed_at else None
    above = [rung for rung in rungs if rung.step in ABOVE]
    silent = [rung for rung in above if not rung.answers]
    events = [told[ident] for ident in _events(rungs) if ident in told]
    return Row(
        task.id,
        task.unit,
        _outcome(rungs, silent),
        {
            "what": paper if paper is not None else _owed(owed),
            "due": due,
            "done": done,
            "days": ((done or today) - due).days,
            "reached": _rung(above[-1]) if above else None,
            "answers": tuple(_answer(answer) for rung in rungs for answer in rung.answers),
            "silent": len(silent),
        },
        paper,
        evidence=as_evidence(events),
    )


def _events(rungs: list[Escalation]) -> list[int]:
    """The ids of the events of these rungs and of their answers, in order."""
    found = []
    for rung in rungs:
        found += [rung.event_id] if rung.event_id is not None else []
        found += [answer.event_id for answer in rung.answers]
    return found


def _outcome(rungs: list[Escalation], silent: list[Escalation]) -> Reason:
    if not rungs:
        return Reason("", N_("quá hạn mà chưa báo lên đâu"))
    if not silent:
        return Reason("", N_("các cấp đã trả lời"))
    return Reason("", N_("%(n)s bậc không ai trả lời"), {"n": len(silent)})


def _owed(owed: Obligation | None) -> Value:
    if owed is None:
        return None
    return {"vi": owed.requirement.label_vi, "en": owed.requirement.label_en}


def _rung(rung: Escalation) -> Reason:
    return Reason("", N_("%(day)s %(unit)s"), {"day": local_day(rung.at), "unit": rung.to_unit})


def _answer(answer: EscalationAnswer) -> Reason:
    words = Reason("", ANSWERS[answer.kind])
    return Reason(
        "",
        N_("%(day)s %(unit)s: %(answer)s"),
        {"day": local_day(answer.at), "unit": answer.unit, "answer": words},
    )


QUESTION = Question(
    14,
    N_("Việc quá hạn đã báo lên cấp nào, ngày nào, ai xử lý ra sao?"),
    N_("Quá hạn: đã báo ai, xử lý ra sao"),
    N_(
        "Việc quá hạn đã báo lên cấp trên của đơn vị, với từng bậc và câu trả lời của cơ quan được "
        "báo; và việc quá hạn hơn 10 ngày mà chưa báo lên đâu, dù không được tạm dừng. Việc của từng "
        "người chỉ đếm theo đơn vị. Số ngày là ngày lịch. Thời kỳ: theo hạn tính."
    ),
    (),
    (
        Column("what", N_("Việc")),
        Column("due", N_("Hạn tính")),
        Column("done", N_("Xong ngày")),
        Column("days", N_("Quá hạn, ngày")),
        Column("reached", N_("Báo đến bậc cao nhất")),
        Column("answers", N_("Trả lời")),
        Column("silent", N_("Bậc không trả lời")),
    ),
    **keyed(found, shown, looked_at=timed, named=False),
)
