"""Question 10: which report was late or did not go through the advisory body; when did the superior
receive it?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Requirement
from models.document import Document, Stage
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.recorded import Finding, RecordedPaper
from models.unit import Unit
from workflows.calendar import local_day
from workflows.questions.answer import Row, Value
from workflows.questions.days import local_day_of
from workflows.questions.evidence import as_evidence, events, explanations, papers
from workflows.questions.owed import answering, days_late, is_late, owing, rungs
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

REPORTS = ("report", "self_report")
WENT_UP = ("confirm", "report", "receive")
RULES = {"half": "R13", "year": "R14", "quarter": "R16", "union": "R17"}  # by variant
VIA = "R18"
# A key is twice the obligation's id for what was late, and twice the report's id plus one for what
# did not go through the advisory body.
LATE, PAST = 0, 1


def owed(scope: Scope) -> Keys:
    """Every report that is owed."""
    return (
        sa.select(
            (Obligation.id * 2 + LATE).label("key"),
            Obligation.unit_id.label("unit_id"),
            Obligation.person_id.is_not(None).label("personal"),
        )
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .where(
            scope.units(Obligation.unit_id),
            Requirement.kind.in_([kind for kind in REPORTS if kind in scope.kinds]),
            scope.period(Obligation.effective_due),
            scope.campaign(Requirement.campaign_id),
        )
    )


def late(scope: Scope) -> Keys:
    """Those met after the last good day, and those not met though it has passed."""
    return owed(scope).where(is_late(scope.today))


def past_the_advisory_body(scope: Scope) -> Keys:
    """Reports that are known not to have gone through it: on paper, since no other goes up so."""
    day = sa.func.coalesce(Document.dated_on, local_day_of(Document.created_at, scope.today))
    against = sa.exists().where(Finding.document_id == Document.id, Finding.rule == VIA)
    return sa.select(
        (Document.id * 2 + PAST).label("key"),
        Document.unit_id.label("unit_id"),
        Document.kind.in_(PERSONAL).label("personal"),
    ).where(scope.documents(*REPORTS), against, scope.period(day))


def found(scope: Scope) -> Keys:
    both = sa.union_all(late(scope), past_the_advisory_body(scope)).subquery()
    return sa.select(both.c.key, both.c.unit_id, both.c.personal)


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    owed_by = owing([key // 2 for key in keys if key % 2 == LATE])
    report_of = answering(list(owed_by))
    direct = [key // 2 for key in keys if key % 2 == PAST]
    reports = papers([*report_of.values(), *direct], joinedload(Document.obligation))
    told, said = events(reports, WENT_UP), explanations(reports, VIA)
    climbed, on_paper, above = rungs(list(owed_by)), _on_paper(reports), _above(reports)
    rows = []
    for key in keys:
        one = owed_by.get(key // 2) if key % 2 == LATE else None
        ident = report_of.get(key // 2) if key % 2 == LATE else key // 2
        report = reports.get(ident or 0)
        if one is None and report is None:
            continue
        owes = one or (report.obligation if report is not None else None)
        acts = told.get(report.id, ()) if report is not None else ()
        rows.append(
            Row(
                key,
                one.unit if one is not None else report.unit,  # type: ignore[union-attr]
                _outcome(one, scope),
                {
                    "report": report,
                    "requirement": owes.requirement.code if owes is not None else None,
                    "due": owes.effective_due if owes is not None else None,
                    "reported": _reported(owes, on_paper.get(report.id) if report else None),
                    "days": days_late(one, scope.today) if one is not None else None,
                    **_way(report, on_paper, above),
                },
                report,
                evidence=as_evidence(
                    [*acts, *climbed.get(key // 2, ())][:4] if one else acts, rule=_rule(one)
                ),
                explained=said.get(report.id, ()) if report is not None and one is None else (),
            )
        )
    return rows


def _on_paper(reports: dict[int, Document]) -> dict[int, RecordedPaper]:
    query = sa.select(RecordedPaper).where(RecordedPaper.document_id.in_(list(reports)))
    return {paper.document_id: paper for paper in db.session.scalars(query)}


def _above(reports: dict[int, Document]) -> dict[int, Stage]:
    """By report, the place of its route above the issuer."""
    query = (
        sa.select(Stage)
        .where(Stage.document_id.in_(list(reports)), Stage.position == 1)
        .options(joinedload(Stage.unit), joinedload(Stage.via))
    )
    return {stage.document_id: stage for stage in db.session.scalars(query)}


def _way(
    report: Document | None, on_paper: dict[int, RecordedPaper], above: dict[int, Stage]
) -> dict[str, Value]:
    """Through whom it went, to whom, and when it was received there."""
    stage = above.get(report.id) if report is not None else None
    if report is None or stage is None:
        return {}
    paper = on_paper.get(report.id)
    via: Unit | None = stage.via
    if paper is not None and stage.via is not None and paper.via != stage.via.code:
        return {
            "via": Reason(VIA, N_("không qua %(via)s"), {"via": stage.via}),
            "superior": stage.unit,
            "received": paper.received_on or stage.received_at,
        }
    received = paper.received_on if paper is not None and paper.received_on else stage.received_at
    return {
        "via": via if stage.arrived_at is not None else None,
        "superior": stage.unit,
        "received": received,
    }


def _reported(owes: Obligation | None, paper: RecordedPaper | None) -> Value:
    if paper is not None and paper.reported_on is not None:
        return paper.reported_on
    return local_day(owes.fulfilled_at) if owes is not None and owes.fulfilled_at else None


def _outcome(one: Obligation | None, scope: Scope) -> Reason:
    if one is None:
        return Reason(VIA, N_("không qua cơ quan tham mưu"))
    days = days_late(one, scope.today)
    if one.state == "open":
        return Reason(_rule(one), N_("chưa có, quá hạn %(days)s ngày"), {"days": days})
    return Reason(_rule(one), N_("chậm %(days)s ngày"), {"days": days})


def _rule(one: Obligation | None) -> str:
    return VIA if one is None else RULES.get(one.requirement.variant, "R16")


QUESTION = Question(
    10,
    N_("Báo cáo nào chậm hoặc không đi qua ban tham mưu, cấp trên nhận lúc nào?"),
    N_("Báo cáo chậm, không qua tham mưu"),
    N_(
        "Báo cáo đã nộp sau hạn tính, hoặc quá hạn mà chưa có; và báo cáo ký giấy đã gửi thẳng, không "
        "qua cơ quan tham mưu của cấp trên (văn bản làm trên hệ thống không gửi thẳng được). Báo cáo "
        "của từng người chỉ đếm theo đơn vị. Số ngày chậm là ngày lịch. Thời kỳ: theo hạn tính, hoặc "
        "ngày ghi của báo cáo gửi thẳng."
    ),
    ("R13", "R14", "R16", "R17", "R18"),
    (
        Column("report", N_("Báo cáo")),
        Column("requirement", N_("Yêu cầu")),
        Column("due", N_("Hạn tính")),
        Column("reported", N_("Đã báo cáo")),
        Column("days", N_("Chậm, ngày")),
        Column("via", N_("Gửi qua")),
        Column("superior", N_("Gửi đến")),
        Column("received", N_("Cấp trên nhận")),
    ),
    **keyed(found, shown, looked_at=owed, named=False),
)
