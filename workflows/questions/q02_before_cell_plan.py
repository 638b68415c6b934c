"""Question 2: which commitment is dated before its cell's plan, or while the cell has none?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import db
from models.campaign import Requirement
from models.document import Document, Revision
from models.event import AuditEvent
from models.obligation import Obligation
from workflows.questions.answer import Beside, Row, Side
from workflows.questions.evidence import as_evidence, events, papers, revisions
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason
from workflows.rules.order import STUDY

WRITTEN = ("submit", "record", "confirm", "approve")
NOT_HANDED_IN = ("drafted", "withdrawn")


def _first_plans() -> sa.Subquery:
    """Of each unit and campaign its first plan that was issued: an amendment of it does not outdate
    a commitment (R02)."""
    plan = aliased(Document)
    ranked = (
        sa.select(
            plan.unit_id,
            plan.campaign_id,
            plan.dated_on,
            plan.id.label("plan_id"),
            sa.func.row_number()
            .over(partition_by=(plan.unit_id, plan.campaign_id), order_by=(plan.dated_on, plan.id))
            .label("place"),
        )
        .outerjoin(Obligation, plan.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .where(
            plan.kind == "plan",
            plan.in_force_revision.is_not(None),
            plan.dated_on.is_not(None),
            plan.state != "revoked",
            sa.or_(Requirement.variant.is_(None), Requirement.variant != STUDY),
        )
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.place == 1).subquery()


def _handed_in(scope: Scope) -> tuple[Keys, Any, Any]:
    """Commitments handed in to their cell, with the day printed or proposed, and the plan's."""
    plan = _first_plans()
    printed = sa.func.coalesce(Document.dated_on, Revision.dated_on)
    query = (
        sa.select(
            Document.id.label("key"),
            Document.unit_id.label("unit_id"),
            sa.true().label("personal"),
        )
        .join(
            Revision,
            sa.and_(Revision.document_id == Document.id, Revision.n == Document.revision),
        )
        .outerjoin(
            plan,
            sa.and_(plan.c.unit_id == Document.unit_id, plan.c.campaign_id == Document.campaign_id),
        )
        .where(
            scope.documents("commitment"),
            Document.state.not_in(NOT_HANDED_IN),
            scope.period(printed),
        )
    )
    return query, printed, plan


def handed_in(scope: Scope) -> Keys:
    """Every commitment that was compared."""
    return _handed_in(scope)[0]


def found(scope: Scope) -> Keys:
    """Those dated before the plan, and those of a cell that has issued none."""
    query, printed, plan = _handed_in(scope)
    return query.where(sa.or_(plan.c.dated_on.is_(None), printed < plan.c.dated_on))


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    documents = papers(keys)
    texts = revisions((d.id, d.revision) for d in documents.values())
    plan = _first_plans()
    pairs = db.session.execute(
        sa.select(Document.id, plan.c.plan_id)
        .join(
            plan,
            sa.and_(plan.c.unit_id == Document.unit_id, plan.c.campaign_id == Document.campaign_id),
        )
        .where(Document.id.in_(keys))
    )
    plan_of: dict[int, int] = dict(pairs.all())
    plans = papers(plan_of.values())
    told = events([*keys, *plan_of.values()], WRITTEN)
    return [
        _row(
            document,
            texts[key, document.revision],
            plans.get(plan_of.get(key, 0)),
            told,
        )
        for key in keys
        if (document := documents.get(key)) is not None
    ]


def _row(document: Document, text: Revision, plan: Document | None, told: Any) -> Row:
    printed = document.dated_on or text.dated_on
    traces = [*told.get(document.id, ())[:2], *(_issuing(told.get(plan.id, ())) if plan else ())]
    common: dict[str, Any] = {
        "key": document.id,
        "unit": document.unit,
        "document": document,
        "person": document.author,
        "evidence": as_evidence(traces, rule="R02", revision=text),
    }
    left = Side(
        Reason("", N_("Bản cam kết")),
        printed,
        Reason("", N_("ngày ghi")),
        (
            document,
            document.unit,
            Reason("", N_("Lên hệ thống %(at)s"), {"at": document.created_at}),
        ),
        off=True,
    )
    if plan is None or plan.dated_on is None or printed is None:
        right = Side(
            Reason("", N_("Kế hoạch của chi bộ")), Reason("", N_("chưa có")), None, (document.unit,)
        )
        return Row(
            told=Reason("R02", N_("chi bộ chưa có kế hoạch")),
            cells={"commitment": document, "dated_on": printed, "plan": "", "days": None},
            beside=Beside(left, right),
            **common,
        )
    days = (plan.dated_on - printed).days
    gap = Reason("R02", N_("sớm hơn %(days)s ngày"), {"days": days})
    entered = Reason("", N_("Lên hệ thống %(at)s"), {"at": plan.created_at})
    right = Side(
        Reason("", N_("Kế hoạch của chi bộ")),
        plan.dated_on,
        Reason("", N_("ngày ghi")),
        (plan, plan.unit, entered),
    )
    return Row(
        told=gap,
        cells={
            "commitment": document,
            "dated_on": printed,
            "plan": plan,
            "plan_dated_on": plan.dated_on,
            "days": -days,
        },
        beside=Beside(left, right, gap),
        **common,
    )


def _issuing(told: Iterable[AuditEvent]) -> list[AuditEvent]:
    """The act by which a plan was first issued."""
    return [event for event in told if event.action in ("approve", "confirm")][:1]


QUESTION = Question(
    2,
    N_("Bản cam kết nào ghi ngày trước kế hoạch chi bộ, hoặc khi chi bộ chưa có kế hoạch?"),
    N_("Cam kết ghi ngày trước kế hoạch chi bộ"),
    N_(
        "Bản cam kết đã gửi chi bộ có ngày ghi (chưa thông qua thì ngày dự kiến) sớm hơn ngày của "
        "kế hoạch đầu tiên mà chi bộ đã ban hành trong đợt, hoặc chi bộ chưa ban hành kế hoạch "
        "nào. Bản sửa đổi của kế hoạch không tính. Thời kỳ: theo ngày ghi của bản cam kết."
    ),
    ("R02",),
    (
        Column("commitment", N_("Bản cam kết")),
        Column("dated_on", N_("Ngày ghi")),
        Column("plan", N_("Kế hoạch")),
        Column("plan_dated_on", N_("Ngày của kế hoạch")),
        Column("days", N_("Chênh, ngày")),
    ),
    **keyed(found, shown, looked_at=handed_in),
)
