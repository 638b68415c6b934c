"""Question 12: are the superior's figures the sum of its subordinates', and which were changed by
hand?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Comment, Document
from models.unit import Unit
from workflows import indicators
from workflows.questions.answer import Beside, Explained, Row, Side, Value
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.figures import declared, written
from workflows.questions.question import Column, Question
from workflows.questions.reckoned import Hit, reckoned
from workflows.questions.scope import Scope
from workflows.questions.sums import Changed, Difference, reckon
from workflows.refusal import N_, Reason

SIGNED = ("approve", "confirm")
HANDED = ("submit", "return", "revise")

RETURNED = Reason("", N_("Lý do trả lại"))


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
    figures = declared(report.campaign_id for report in reports.values())
    said = _said(ids)
    names = _names(
        {unit for h in hits if isinstance(h.what, Difference) for unit in h.what.missing}
    )
    rows = []
    for hit in hits:
        report = reports[_document_id(hit)]
        words = indicators.words(figures[report.campaign_id], hit.what.code)
        rows.append(
            _difference(hit, report, words, reports, told, names)
            if isinstance(hit.what, Difference)
            else _changed(hit, report, words, told, said)
        )
    return rows


def _document_id(hit: Hit) -> int:
    what = hit.what
    return what.report.document_id if isinstance(what, Difference) else what.document_id


def _difference(
    hit: Hit,
    report: Document,
    words: dict[str, str],
    reports: dict[int, Document],
    told: Any,
    names: dict[int, str],
) -> Row:
    one: Difference = hit.what
    own, total = one.report.figures[one.code], one.sum
    apart = own - total
    signed = [event for event in told.get(report.id, ()) if event.action in SIGNED]
    return Row(
        hit.key,
        report.unit,
        Reason("", N_("chênh %(n)s"), {"n": written(apart)}),
        {
            "report": report,
            "indicator": words,
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
                words,
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


def _changed(hit: Hit, report: Document, words: dict[str, str], told: Any, said: Any) -> Row:
    one: Changed = hit.what
    acts = [event for event in told.get(report.id, ()) if event.action in HANDED]
    return Row(
        hit.key,
        report.unit,
        Reason("", N_("sửa ở bản lần %(n)s"), {"n": one.n}),
        {
            "report": report,
            "indicator": words,
            "own": _from_to(one),
        },
        report,
        evidence=as_evidence(acts),
        explained=said.get((report.id, one.n - 1), ()),
    )


def _from_to(one: Changed) -> Value:
    before, after = (written(f) if f is not None else "" for f in (one.before, one.after))
    return Reason("", N_("từ %(before)s thành %(after)s"), {"before": before, "after": after})


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
