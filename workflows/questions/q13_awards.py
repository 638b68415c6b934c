"""Question 13: do awards exceed the quota, are more than 20 % excellent, and is anybody classified
without a year-end report?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.obligation import Obligation
from models.unit import Level, ReportingLine, Unit
from workflows.indicators import (
    AWARDED_PEOPLE,
    AWARDED_UNITS,
    EXCELLENT,
    GOOD,
    Figures,
    given,
    speaks_of,
)
from workflows.questions.answer import Row, Value
from workflows.questions.evidence import as_evidence, events, explanations, papers
from workflows.questions.figures import Report, declared, issued, reporting_to, written
from workflows.questions.question import Column, Question
from workflows.questions.reckoned import Hit, Reckoning, reckoned
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason
from workflows.rules.quotas import (
    AWARD,
    award_reasons,
    excellent_reasons,
    province_reasons,
)

MOST = 2_000
SIGNED = ("record", "confirm", "approve", "report")
PLACES = {
    "R19": 1,
    "R20": 2,
    "R21": 3,
    "Q20": 4,
    "R26": 5,
}  # of a key, after the report's id times 10
NAMELESS = N_(
    "Danh sách khen thưởng trong hệ thống chỉ có số lượng, không có tên, nên chưa đối chiếu được từng "
    "người với bản cam kết và báo cáo."
)


@dataclass(frozen=True)
class Around:
    """What the reports are held against: levels, lines, quotas, who has a year-end report."""

    award: set[int]  # reports that propose whom to award
    levels: dict[int, str]
    lines: list[ReportingLine]
    quotas: dict[int, dict[str, int]]
    figures: dict[int, Figures]  # as each campaign names them
    closed: set[tuple[int, int]]  # (campaign, unit) with a year-end report
    year: set[int]  # year-end reports


def reckon(scope: Scope) -> Reckoning:
    """Every report with figures of awards or of classification, against R19 to R21, the 20 % rule
    and R26."""
    reports = issued(sa.and_(scope.documents("report"), scope.period(Document.dated_on)), MOST + 1)
    named = declared(r.campaign_id for r in reports)
    about = [r for r in reports[:MOST] if speaks_of(named[r.campaign_id], r.figures)]
    around = _around(about, named)
    found = [
        Hit(report.document_id * 10 + PLACES[reason.rule], report.unit_id, False, (report, reason))
        for report in about
        for reason in _against(report, around, scope.today)
    ]
    awards = (AWARDED_UNITS, AWARDED_PEOPLE)
    nameless = any(speaks_of(named[r.campaign_id], r.figures, awards) for r in about)
    note = Reason("", NAMELESS) if nameless else None
    return Reckoning(found, len(about), len(reports) > MOST, note)


def _around(reports: Sequence[Report], figures: dict[int, Figures]) -> Around:
    ids = [report.document_id for report in reports]
    units = sorted({report.unit_id for report in reports})
    campaigns = sorted({report.campaign_id for report in reports})
    owed = db.session.execute(
        sa.select(Document.id, Requirement.variant)
        .join(Obligation, Document.obligation_id == Obligation.id)
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .where(Document.id.in_(ids))
    ).all()
    levels = db.session.execute(
        sa.select(Unit.id, Level.code).join(Unit.level).where(Unit.id.in_(units))
    )
    quotas = db.session.execute(
        sa.select(Campaign.id, Campaign.quota).where(Campaign.id.in_(campaigns))
    )
    closed = db.session.execute(
        sa.select(Requirement.campaign_id, Obligation.unit_id)
        .join(Obligation, Obligation.requirement_id == Requirement.id)
        .where(
            Obligation.unit_id.in_(units),
            Requirement.campaign_id.in_(campaigns),
            Requirement.variant == "year",
            Obligation.person_id.is_(None),
            Obligation.state.in_(("fulfilled", "fulfilled_late")),
        )
    )
    return Around(
        award={row.id for row in owed if row.variant == AWARD},
        levels={row.id: row.code for row in levels},
        lines=reporting_to(units),
        quotas={row.id: row.quota or {} for row in quotas},
        figures=figures,
        closed={(row.campaign_id, row.unit_id) for row in closed},
        year={row.id for row in owed if row.variant == "year"},
    )


def _against(report: Report, around: Around, today: date) -> list[Reason]:
    """Everything that the rules have against one report."""
    reasons: list[Reason] = []
    figures = around.figures[report.campaign_id]
    if report.document_id in around.award:
        units, people = (
            int(given(figures, report.figures, means) or 0)
            for means in (AWARDED_UNITS, AWARDED_PEOPLE)
        )
        if around.levels.get(report.unit_id) == "base":
            quota = around.quotas.get(report.campaign_id, {})
            reasons += award_reasons(_subordinates(report, around, today), units, people, **quota)
        else:
            reasons += province_reasons(units, people)
    excellent, good = (given(figures, report.figures, means) for means in (EXCELLENT, GOOD))
    if excellent is None:
        return reasons
    if good is not None:
        reasons += excellent_reasons(int(excellent), int(good))
    known = (report.campaign_id, report.unit_id) in around.closed
    if not known and report.document_id not in around.year:
        reasons.append(Reason("R26", N_("Xếp loại khi chưa có báo cáo tổng kết của đơn vị.")))
    return reasons


def _subordinates(report: Report, around: Around, today: date) -> int:
    """How many units reported to the issuer that day, on the campaign's line."""
    day = report.dated_on or today
    there = Counter(
        line.superior_id
        for line in around.lines
        if line.line == report.line
        and (line.valid_from is None or line.valid_from <= day)
        and (line.valid_to is None or line.valid_to >= day)
    )
    return there[report.unit_id]


def shown(scope: Scope, hits: Sequence[Hit]) -> list[Row]:
    ids = {hit.what[0].document_id for hit in hits}
    reports = papers(ids)
    named = declared(report.campaign_id for report in reports.values())
    told = events(ids, SIGNED)
    said = {rule: explanations(ids, rule) for rule in ("R19", "R20", "R21")}
    rows = []
    for hit in hits:
        report, reason = hit.what
        document = reports[report.document_id]
        units, people, excellent = (
            _figure(named[report.campaign_id], report, means)
            for means in (AWARDED_UNITS, AWARDED_PEOPLE, EXCELLENT)
        )
        rows.append(
            Row(
                hit.key,
                document.unit,
                reason,
                {
                    "report": document,
                    "dated_on": document.dated_on,
                    "units": units,
                    "people": people,
                    "excellent": excellent,
                },
                document,
                evidence=as_evidence(
                    told.get(document.id, ())[:3],
                    rule=reason.rule if reason.rule.startswith("R") else None,
                ),
                explained=said.get(reason.rule, {}).get(document.id, ()),
            )
        )
    return rows


def _figure(figures: Figures, report: Report, means: str) -> Value:
    found = given(figures, report.figures, means)
    return written(found) if found is not None else None


QUESTION = Question(
    13,
    N_(
        "Khen thưởng có vượt tỷ lệ; xuất sắc có vượt 20 phần trăm; người được khen có bản cam kết và báo cáo "
        "không?"
    ),
    N_("Khen thưởng, tỷ lệ xuất sắc"),
    N_(
        "Báo cáo đề nghị khen thưởng vượt số tập thể hoặc cá nhân được phép (trong cơ sở: 1/4 và 4 lần; "
        "lên tỉnh: 1 tập thể, 3 cá nhân); số xuất sắc vượt 20 phần trăm số hoàn thành tốt; xếp loại khi chưa có "
        "báo cáo tổng kết. Thời kỳ: theo ngày ghi."
    ),
    ("R19", "R20", "R21", "R26"),
    (
        Column("report", N_("Báo cáo")),
        Column("dated_on", N_("Ngày ghi")),
        Column("units", N_("Số tập thể được khen")),
        Column("people", N_("Số cá nhân được khen")),
        Column("excellent", N_("Số hoàn thành xuất sắc")),
    ),
    **reckoned(reckon, shown),
)
