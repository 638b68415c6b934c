"""Question 15: which requirement of an earlier inspection's conclusion is overdue and not carried out?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.dossier import ConclusionRequirement
from models.inspection import Inspection
from models.obligation import Obligation
from workflows.calendar import local_day
from workflows.questions.answer import Row, Value
from workflows.questions.evidence import as_evidence, events
from workflows.questions.owed import days_late, rungs
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

CONCLUDED = ("conclude",)


def required(scope: Scope) -> Keys:
    """Everything that a conclusion requires of these units: an obligation like any other."""
    return (
        sa.select(
            ConclusionRequirement.id.label("key"),
            ConclusionRequirement.unit_id.label("unit_id"),
            sa.false().label("personal"),
        )
        .join(Obligation, ConclusionRequirement.obligation_id == Obligation.id)
        .join(Inspection, ConclusionRequirement.inspection_id == Inspection.id)
        .where(
            scope.units(ConclusionRequirement.unit_id),
            scope.period(Obligation.effective_due),
            scope.campaign(Inspection.campaign_id),
        )
    )


def found(scope: Scope) -> Keys:
    """Those whose last good day has passed and that the commission has not confirmed."""
    return required(scope).where(Obligation.state == "open", Obligation.effective_due < scope.today)


def late(scope: Scope) -> Keys:
    """Those carried out, but after their day; and those waived."""
    return required(scope).where(Obligation.state.in_(("fulfilled_late", "waived")))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    query = (
        sa.select(ConclusionRequirement)
        .where(ConclusionRequirement.id.in_(keys))
        .options(
            joinedload(ConclusionRequirement.unit),
            joinedload(ConclusionRequirement.obligation),
            joinedload(ConclusionRequirement.inspection).joinedload(Inspection.document),
            selectinload(ConclusionRequirement.reports),
        )
    )
    required_of = {one.id: one for one in db.session.scalars(query)}
    obligations = [one.obligation_id for one in required_of.values() if one.obligation_id]
    climbed = rungs(obligations)
    concluded = events([one.inspection.document_id for one in required_of.values()], CONCLUDED)
    rows = []
    for key in keys:
        one = required_of.get(key)
        if one is None or one.obligation is None:
            continue
        owed = one.obligation
        told = [
            *concluded.get(one.inspection.document_id, ())[-1:],
            *climbed.get(owed.id, ()),
        ]
        rows.append(
            Row(
                key,
                one.unit,
                _outcome(owed, days_late(owed, scope.today)),
                {
                    "inspection": one.inspection.decision_number,
                    "decided_on": one.inspection.decided_on,
                    "text": one.text,
                    "due": owed.effective_due,
                    "reported": _reported(one),
                    "days": days_late(owed, scope.today) or None,
                },
                evidence=as_evidence(told),
            )
        )
    return rows


def _reported(one: ConclusionRequirement) -> Value:
    """When the unit last reported back, and whether the commission asked for more."""
    if not one.reports:
        return None
    last = one.reports[-1]
    if last.verdict == "returned":
        return Reason("", N_("%(day)s, đoàn yêu cầu bổ sung"), {"day": local_day(last.at)})
    return local_day(last.at)


def _outcome(owed: Obligation, days: int) -> Reason:
    if owed.state == "waived":
        return Reason("", N_("được miễn"))
    if owed.state == "open":
        return Reason("", N_("chưa làm, quá hạn %(days)s ngày"), {"days": days})
    return Reason("", N_("chậm %(days)s ngày"), {"days": days})


QUESTION = Question(
    15,
    N_("Kết luận kiểm tra lần trước, yêu cầu nào quá hạn chưa làm?"),
    N_("Kết luận lần trước chưa làm"),
    N_(
        "Yêu cầu trong kết luận của các cuộc kiểm tra trước, đã quá hạn tính mà ủy ban kiểm tra chưa xác "
        "nhận là đã làm. Số ngày là ngày lịch. Thời kỳ: theo hạn tính."
    ),
    (),
    (
        Column("inspection", N_("Quyết định kiểm tra")),
        Column("decided_on", N_("Ngày quyết định")),
        Column("text", N_("Yêu cầu")),
        Column("due", N_("Hạn tính")),
        Column("reported", N_("Đơn vị báo cáo lại")),
        Column("days", N_("Quá hạn, ngày")),
    ),
    apart=N_("Đã làm sau hạn, được miễn"),
    **keyed(found, shown, looked_at=required, apart=late),
)
