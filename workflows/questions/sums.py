"""What question 12 reckons: each figure of a superior beside the sum of its subordinates', and figures
changed between two texts of one report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document, Revision
from models.unit import ReportingLine
from workflows.indicators import adds_up
from workflows.questions.figures import Report, declared, figures_of, issued, reporting_to
from workflows.questions.reckoned import Hit, Reckoning
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason

MOST = 2_000  # reports read at once, of superiors and of subordinates each
CODES = 1_000  # a key is the report's id times this, plus the place of the indicator


@dataclass(frozen=True)
class Difference:
    """One figure of a superior beside the sum of what its subordinates reported, one by one."""

    report: Report
    code: str
    parts: tuple[tuple[Report, Decimal], ...]
    missing: tuple[int, ...]  # units that reported no such period

    @property
    def sum(self) -> Decimal:
        return sum((figure for _, figure in self.parts), Decimal(0))


@dataclass(frozen=True)
class Changed:
    """A figure changed between two texts of one report."""

    document_id: int
    n: int
    code: str
    before: Decimal | None
    after: Decimal | None


def reckon(scope: Scope) -> Reckoning:
    """Every figure that a superior and its subordinates both report for one period, and that adds
    up. Unequal where all have reported; and less than what some have reported already."""
    above = issued(sa.and_(scope.documents("report"), scope.period(Document.dated_on)), MOST + 1)
    lines = reporting_to({report.unit_id for report in above})
    units = sorted({line.unit_id for line in lines})
    below = issued(Document.unit_id.in_(units), MOST + 1) if units else []
    by_unit: dict[tuple[int, int, Any], Report] = {
        (report.unit_id, report.campaign_id, report.period): report for report in below
    }
    named = declared(report.campaign_id for report in above)
    found, compared = [], 0
    for report in above[:MOST]:
        for difference in _compared(report, lines, by_unit, scope.today):
            if not adds_up(named[report.campaign_id], difference.code):
                continue
            compared += 1
            own, total = report.figures[difference.code], difference.sum
            if own < total or (own != total and not difference.missing):
                key = report.document_id * CODES + _place(difference.code)
                found.append(Hit(key, report.unit_id, False, difference))
    more = len(above) > MOST or len(below) > MOST
    changed = [
        Hit(one.document_id * CODES + _place(one.code), 0, False, one) for one in _changes(scope)
    ]
    return Reckoning(found, compared, more, _note(more), changed)


def _compared(
    report: Report,
    lines: list[ReportingLine],
    by_unit: dict[tuple[int, int, Any], Report],
    today: date,
) -> list[Difference]:
    """Each figure of a report that a subordinate of that day reports too, for the same period."""
    subordinates = _subordinates(report, lines, today)
    parts = [
        by_unit[unit, report.campaign_id, report.period]
        for unit in subordinates
        if (unit, report.campaign_id, report.period) in by_unit
    ]
    there = {part.unit_id for part in parts}
    missing = tuple(unit for unit in subordinates if unit not in there)
    return [
        Difference(
            report,
            code,
            tuple((part, part.figures[code]) for part in parts if code in part.figures),
            missing,
        )
        for code in sorted(report.figures)
        if any(code in part.figures for part in parts)
    ]


def _subordinates(report: Report, lines: list[ReportingLine], today: date) -> list[int]:
    day = report.dated_on or today
    return [
        line.unit_id
        for line in lines
        if line.superior_id == report.unit_id
        and line.line == report.line
        and (line.valid_from is None or line.valid_from <= day)
        and (line.valid_to is None or line.valid_to >= day)
    ]


def _changes(scope: Scope) -> list[Changed]:
    """Figures changed between two texts of one report, newest texts first."""
    rows = db.session.execute(
        sa.select(Revision.document_id, Revision.n, Revision.content)
        .join(Document, Revision.document_id == Document.id)
        .where(scope.documents("report"), scope.period(Document.dated_on), Document.revision > 1)
        .order_by(Revision.document_id, Revision.n)
        .limit(MOST)
    )
    found: list[Changed] = []
    last: tuple[int, dict[str, Decimal]] | None = None
    for document_id, n, content in rows:
        figures = figures_of(content)
        if last is not None and last[0] == document_id:
            found += [
                Changed(document_id, n, code, last[1].get(code), figures.get(code))
                for code in sorted(last[1].keys() | figures.keys())
                if last[1].get(code) != figures.get(code)
            ]
        last = document_id, figures
    return found


def _place(code: str) -> int:
    """The place of an indicator among all: parts (I11a) after the whole."""
    return int(code[1:3]) * 27 + (ord(code[3]) - ord("a") + 1 if len(code) > 3 else 0)


def _note(more: bool) -> Reason | None:
    if not more:
        return None
    return Reason(
        "", N_("Nhiều báo cáo quá, mới đối chiếu %(n)s bản đầu: chọn một đơn vị."), {"n": MOST}
    )
