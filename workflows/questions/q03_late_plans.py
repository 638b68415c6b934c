"""Question 3: which unit has no plan, or a late one, and by how many days?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Requirement
from models.obligation import Obligation
from models.relief import Relief
from workflows.calendar import local_day
from workflows.questions.answer import Row, Value
from workflows.questions.evidence import as_evidence, events, explanations, papers
from workflows.questions.owed import answering, days_late, is_late, owing, rungs
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

RULE = "R15"
WENT_UP = ("confirm", "report")
RUNGS = 4  # shown of what climbed


def owed(scope: Scope) -> Keys:
    """Every plan that a unit owes."""
    return (
        sa.select(
            Obligation.id.label("key"),
            Obligation.unit_id.label("unit_id"),
            sa.false().label("personal"),
        )
        .join(Obligation.requirement)
        .where(
            scope.units(Obligation.unit_id),
            Obligation.person_id.is_(None),
            Requirement.kind == "plan",
            sa.literal("plan" in scope.kinds),
            scope.period(Obligation.effective_due),
            scope.campaign(Requirement.campaign_id),
        )
    )


def found(scope: Scope) -> Keys:
    """Those met after the last good day, and those not met though it has passed."""
    return owed(scope).where(is_late(scope.today))


def apart(scope: Scope) -> Keys:
    """Those waived, and those extended that are not late for it."""
    in_time = sa.or_(
        Obligation.state == "fulfilled",
        sa.and_(Obligation.state == "open", Obligation.effective_due >= scope.today),
    )
    extended = sa.and_(Obligation.extended_to.is_not(None), in_time)
    return owed(scope).where(sa.or_(Obligation.state == "waived", extended))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    owes = owing(keys)
    plan_of = answering(keys)
    plans = papers(plan_of.values())
    told, said = events(plans, WENT_UP), explanations(plans, RULE)
    climbed, granted = rungs(keys), _reliefs(keys)
    rows = []
    for key in keys:
        if (one := owes.get(key)) is None:
            continue
        plan = plans.get(plan_of.get(key, 0))
        plan_id = plan.id if plan is not None else 0
        traces = [*told.get(plan_id, ())[:1], *climbed.get(key, ())[:RUNGS]]
        cells: dict[str, Value] = {
            "plan": plan,
            "requirement": one.requirement.code,
            "nominal": one.nominal_due,
            "due": one.effective_due,
            "done": local_day(one.fulfilled_at) if one.fulfilled_at else None,
            "days": days_late(one, scope.today) or None,
            "relief": granted.get(key),
        }
        evidence = as_evidence(traces, rule=RULE)
        outcome = _outcome(one, scope.today)
        explained = said.get(plan_id, ())
        fine = not cells["days"] and one.state != "waived"
        rows.append(
            Row(
                key,
                one.unit,
                outcome,
                cells,
                plan,
                evidence=evidence,
                explained=explained,
                fine=fine,
            )
        )
    return rows


def _outcome(one: Obligation, today: date) -> Reason:
    days = days_late(one, today)
    if one.state == "waived":
        return Reason(RULE, N_("được miễn"))
    if days and one.state == "open":
        return Reason(RULE, N_("chưa có, quá hạn %(days)s ngày"), {"days": days})
    if days:
        return Reason(RULE, N_("chậm %(days)s ngày"), {"days": days})
    if one.extended_to is not None:
        return Reason(RULE, N_("được gia hạn đến %(day)s"), {"day": one.effective_due})
    return Reason(RULE, N_("chưa đến hạn") if one.state == "open" else N_("đúng hạn"))


def _reliefs(keys: Sequence[int]) -> dict[int, Reason]:
    """By obligation, how it was last waived or extended, and on what grounds."""
    rows = db.session.scalars(
        sa.select(Relief)
        .options(joinedload(Relief.unit), joinedload(Relief.basis_document))
        .where(Relief.obligation_id.in_(keys))
        .order_by(Relief.id)
    )
    return {relief.obligation_id: _relief(relief) for relief in rows}


def _relief(relief: Relief) -> Reason:
    basis = relief.basis_document
    params = {
        "unit": relief.unit or "",
        "day": relief.new_due,
        "reason": relief.reason,
        "basis": (basis.number or basis.title) if basis else relief.basis_number or "",
    }
    if relief.kind == "waiver":
        return Reason("", N_("%(unit)s miễn theo %(basis)s: %(reason)s"), params)
    return Reason("", N_("%(unit)s gia hạn đến %(day)s theo %(basis)s: %(reason)s"), params)


QUESTION = Question(
    3,
    N_("Đơn vị nào chưa có hoặc chậm kế hoạch, chậm bao nhiêu ngày?"),
    N_("Chưa có hoặc chậm kế hoạch"),
    N_(
        "Kế hoạch mà đơn vị phải báo cáo, đã báo cáo sau hạn tính (đã dời ngày nghỉ, đã gia hạn), "
        "hoặc quá hạn mà chưa có. Số ngày chậm là ngày lịch. Được miễn và được gia hạn xem riêng. "
        "Thời kỳ: theo hạn tính."
    ),
    (RULE,),
    (
        Column("plan", N_("Kế hoạch")),
        Column("requirement", N_("Yêu cầu")),
        Column("nominal", N_("Hạn ghi")),
        Column("due", N_("Hạn tính")),
        Column("done", N_("Đã báo cáo")),
        Column("days", N_("Chậm, ngày")),
        Column("relief", N_("Miễn, gia hạn")),
    ),
    apart=N_("Được miễn, được gia hạn"),
    **keyed(found, shown, looked_at=owed, apart=apart, whole=True),
)
