"""Figures of reports: whose they are, of which period, and as what they are counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import OVER, Document, Revision
from models.unit import ReportingLine
from workflows.indicators import Figures
from workflows.periods import parse_period


@dataclass(frozen=True)
class Report:
    """An issued report: who says what of which period."""

    document_id: int
    unit_id: int
    campaign_id: int
    line: str
    dated_on: date | None
    period: Any  # two days, else the words
    figures: dict[str, Decimal]


def issued(condition: sa.ColumnElement[bool], limit: int) -> list[Report]:
    """The reports in force that fit the condition on Document, by id; at most so many."""
    rows = db.session.execute(
        sa.select(
            Document.id,
            Document.unit_id,
            Document.campaign_id,
            Campaign.line,
            Document.dated_on,
            Revision.content,
        )
        .join(Campaign, Document.campaign_id == Campaign.id)
        .join(
            Revision,
            sa.and_(Revision.document_id == Document.id, Revision.n == Document.in_force_revision),
        )
        .where(condition, Document.kind == "report", Document.state.not_in(OVER))
        .order_by(Document.id)
        .limit(limit)
    )
    return [
        Report(ident, unit, campaign, line, day, period_of(content), figures_of(content))
        for ident, unit, campaign, line, day, content in rows
    ]


def period_of(content: dict[str, Any] | None) -> Any:
    """The two days of a report's period; its words where they name none."""
    words = ((content or {}).get("period") or "").strip()
    return parse_period(words) or words.casefold()


def figures_of(content: dict[str, Any] | None) -> dict[str, Decimal]:
    """The figures of a report that are numbers."""
    found = {}
    for code, written in ((content or {}).get("indicators") or {}).items():
        try:
            found[code] = Decimal(str(written).replace(",", "."))
        except InvalidOperation:
            continue
    return found


def declared(campaign_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of these campaigns, by the campaign's id (`workflows.indicators`)."""
    rows = db.session.execute(
        sa.select(Campaign.id, Campaign.figures).where(Campaign.id.in_(sorted(set(campaign_ids))))
    )
    return {ident: figures for ident, figures in rows}  # noqa: C416


def written(figure: Decimal) -> int | str:
    """A figure as a cell shows it: whole where it is whole."""
    return int(figure) if figure == figure.to_integral_value() else str(figure.normalize())


def reporting_to(superiors: Iterable[int]) -> list[ReportingLine]:
    """Every line on which units report, or reported, to these."""
    query = sa.select(ReportingLine).where(ReportingLine.superior_id.in_(sorted(set(superiors))))
    return list(db.session.scalars(query.order_by(ReportingLine.unit_id)))
