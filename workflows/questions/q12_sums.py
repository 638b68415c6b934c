"""Question 12: are the superior's figures the sum of its subordinates', and which were changed by
hand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Comment, Document, Revision
from models.unit import ReportingLine, Unit
from workflows.indicators import INDICATORS
from workflows.questions.answer import Beside, Explained, Row, Side, Value
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.figures import Report, figures_of, issued, reporting_to, written
from workflows.questions.question import Column, Question
from workflows.questions.reckoned import Hit, Reckoning, reckoned
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason

MOST = 2_000  # reports read at once, of superiors and of subordinates each
SIGNED = ("approve", "confirm")
HANDED = ("submit", "return", "revise")
CODES = 1_000  # a key is the report's id times this, plus the place of the indicator

RETURNED = Reason("", N_("Lý do trả lại"))


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
    """Every figure that a superior and its subordinates both report for one period. Unequal where
    all have reported; and less than what some have reported already."""
    above = issued(sa.and_(scope.documents("report"), scope.period(Document.dated_on)), MOST + 1)
    lines = reporting_to({report.unit_id for report in above})
    units = sorted({line.unit_id for line in lines})
    below = issued(Document.unit_id.in_(units), MOST + 1) if units else []
    by_unit: dict[tuple[int, int, Any], Report] = {
        (report.unit_id, report.campaign_id, report.period): report for report in below
    }
    found, compared = [], 0
    for report in above[:MOST]:
        for difference in _compared(report, lines, by_unit, scope.today):
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


def shown(scope: Scope, hits: Sequence[Hit]) -> list[Row]:
    ids = {_document_id(hit) for hit in hits}
    parts = {
        part.document_id
        for hit in hits
        if isinstance(hit.what, Difference)
        for part, _ in hit.what.parts
    }
    reports = papers(ids | parts)
    told = events(ids | parts, (*SIGNED, *HANDED))
    said = _said(ids)
    names = _names(
        {unit for h in hits if isinstance(h.what, Difference) for unit in h.what.missing}
    )
    return [
        _difference(hit, reports, told, names)
        if isinstance(hit.what, Difference)
        else _changed(hit, reports, told, said)
        for hit in hits
    ]


def _document_id(hit: Hit) -> int:
    what = hit.what
    return what.report.document_id if isinstance(what, Difference) else what.document_id


def _difference(hit: Hit, reports: dict[int, Document], told: Any, names: dict[int, str]) -> Row:
    one: Difference = hit.what
    report = reports[one.report.document_id]
    own, total = one.report.figures[one.code], one.sum
    apart = own - total
    signed = [event for event in told.get(report.id, ()) if event.action in SIGNED]
    return Row(
        hit.key,
        report.unit,
        Reason("", N_("chênh %(n)s"), {"n": written(apart)}),
        {
            "report": report,
            "indicator": _words(one.code),
            "own": written(own),
            "sum": written(total),
            "missing": ", ".join(names[unit] for unit in one.missing),
        },
        report,
        evidence=as_evidence(signed),
        beside=Beside(
            Side(
                Reason("", N_("Cấp trên")),
                written(own),
                _words(one.code),
                (report, report.unit),
                off=True,
            ),
            Side(
                Reason("", N_("Cộng của cấp dưới")),
                written(total),
                None,
                tuple(_part(reports[part.document_id], figure) for part, figure in one.parts),
            ),
            Reason("", N_("chênh %(n)s"), {"n": written(apart)}),
        ),
    )


def _part(report: Document, figure: Decimal) -> Value:
    return Reason(
        "",
        N_("%(unit)s, %(number)s: %(figure)s"),
        {"unit": report.unit, "number": report.number or "", "figure": written(figure)},
    )


def _changed(hit: Hit, reports: dict[int, Document], told: Any, said: Any) -> Row:
    one: Changed = hit.what
    report = reports[one.document_id]
    acts = [event for event in told.get(report.id, ()) if event.action in HANDED]
    return Row(
        hit.key,
        report.unit,
        Reason("", N_("sửa ở bản lần %(n)s"), {"n": one.n}),
        {
            "report": report,
            "indicator": _words(one.code),
            "own": _from_to(one),
        },
        report,
        evidence=as_evidence(acts),
        explained=said.get((report.id, one.n - 1), ()),
    )


def _from_to(one: Changed) -> Value:
    before, after = (written(f) if f is not None else "" for f in (one.before, one.after))
    return Reason("", N_("từ %(before)s thành %(after)s"), {"before": before, "after": after})


def _words(code: str) -> Reason:
    known = INDICATORS.get(code) or INDICATORS.get(code[:3])
    return Reason("", known) if known else Reason("", N_("chỉ tiêu %(code)s"), {"code": code})


def _said(ids: set[int]) -> dict[tuple[int, int], tuple[Explained, ...]]:
    """By report and text, why it was sent back: that is why its figures were changed."""
    rows = db.session.scalars(
        sa.select(Comment)
        .where(Comment.document_id.in_(sorted(ids)), Comment.action == "return")
        .order_by(Comment.id)
    )
    found: dict[tuple[int, int], tuple[Explained, ...]] = {}
    for row in rows:
        key = row.document_id, row.revision
        found[key] = (*found.get(key, ()), Explained(row.text, row.at, RETURNED))
    return found


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}


QUESTION = Question(
    12,
    N_("Số liệu cấp trên có bằng tổng cấp dưới, chỉ tiêu nào bị sửa tay?"),
    N_("Số liệu cấp trên và tổng cấp dưới"),
    N_(
        "Từng chỉ tiêu của báo cáo cấp trên, so với tổng của các báo cáo cùng kỳ, cùng đợt mà cấp dưới "
        "trực tiếp đã ban hành: khác nhau khi cấp dưới đã báo cáo đủ, hoặc nhỏ hơn phần đã có. Tỷ lệ "
        "không so. Thời kỳ: theo ngày ghi của báo cáo cấp trên."
    ),
    (),
    (
        Column("report", N_("Báo cáo cấp trên")),
        Column("indicator", N_("Chỉ tiêu")),
        Column("own", N_("Cấp trên ghi")),
        Column("sum", N_("Tổng cấp dưới")),
        Column("missing", N_("Cấp dưới chưa có")),
    ),
    apart=N_("Chỉ tiêu được sửa giữa hai bản của một báo cáo, và lý do"),
    **reckoned(reckon, shown),
)
