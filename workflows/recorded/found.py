"""What the rules have against a signed paper: asked as before an approval, kept instead of refused
(design §1, domain §0.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.recorded import RecordedPaper
from models.register import NumberEntry
from workflows.act import Act, Capacity, Inputs, Printed
from workflows.calendar import local_day
from workflows.definition import ActionSpec, spec_of
from workflows.recorded.signing import lateness_reasons, sequence_reasons, signer_reasons
from workflows.refusal import N_, Reason
from workflows.register.checks import TAKEN, VOIDED, form_reasons, reason
from workflows.register.series import series_of
from workflows.rules import GUARDS
from workflows.rules.order import before_plan, cell_plan, cell_plan_reasons
from workflows.rules.separation import SEPARATIONS
from workflows.symbols import read, type_of

# Asked elsewhere: who decides, and that the stored text is the one compared with the scan.
APART = frozenset({*SEPARATIONS, "content_unchanged", "number_free", "dated_after_cell_plan"})
# Nobody can find wanting what nobody typed: then the scan alone is the text.
OF_THE_TEXT = frozenset({"complete", "theme_present", "dated_after_period"})
UPWARD = ("via_advisory",)


def reasons_against(
    document: Document, printed: Printed, *, by: Capacity, now: datetime
) -> list[Reason]:
    """Every finding against a recorded paper as it is typed, each with its rule; dates as days.

    Reads only. The document is at its issuer's stage; `by` is in whose right it is asked.
    """
    today = local_day(now)
    spec = _approval(document)
    act = Act(document, spec, by, now, today, _inputs(printed))
    typed = has_text(document.current.content)
    found = []
    for name in spec.guards:
        if name in APART or (name in OF_THE_TEXT and not typed):
            continue
        found += [r for r in GUARDS[name](act) if r.level == "error"]
    if document.kind == "commitment":
        found += _after_cell_plan(document, printed.dated_on)
    found += number_reasons(document, printed, today)
    found += signer_reasons(document, printed, now)
    found += sequence_reasons(printed)
    if printed.reported_on is not None:
        for name in UPWARD:
            found += GUARDS[name](act) if _asked_upward(document, name) else []
        found += lateness_reasons(document, printed)
    return [replace(r, level="error") for r in found]


def has_text(content: Any) -> bool:
    """Whether any of the paper's own text was typed."""
    if isinstance(content, dict):
        return any(has_text(value) for value in content.values())
    if isinstance(content, list):
        return any(has_text(item) for item in content)
    return bool(content.strip()) if isinstance(content, str) else content is not None


def _inputs(printed: Printed) -> Inputs:
    return Inputs(
        number=printed.number,
        dated_on=printed.dated_on,
        minutes=printed.minutes,
        votes=printed.votes,
        via=printed.via,
    )


def _approval(document: Document) -> ActionSpec:
    """The issuer's own approval, whose guards a paper would have met here."""
    approvals = spec_of(document.definition).actions_named("approve")
    return next(
        (a for a in approvals if not a.by_meeting and "at_later_stage" not in a.when), approvals[0]
    )


def _asked_upward(document: Document, name: str) -> bool:
    reports = spec_of(document.definition).actions_named("report")
    return any(name in spec.guards for spec in reports)


def _after_cell_plan(document: Document, printed: date | None) -> list[Reason]:
    """R02, where a plan that is recorded but not yet confirmed counts as the plan."""
    if cell_plan(document) is not None:
        return cell_plan_reasons(document, printed)
    waiting = db.session.execute(
        sa.select(RecordedPaper.number, RecordedPaper.dated_on, Document.title)
        .join(Document, Document.id == RecordedPaper.document_id)
        .where(
            Document.kind == "plan",
            Document.unit_id == document.unit_id,
            Document.campaign_id == document.campaign_id,
            Document.state == "drafted",
            RecordedPaper.confirmed_at.is_(None),
        )
        .limit(1)
    ).first()
    if waiting is None:
        return cell_plan_reasons(document, printed)
    number, planned, title = waiting
    return before_plan(printed, planned, number or title)


def number_reasons(document: Document, printed: Printed, today: date) -> list[Reason]:
    """R27 for a number that stands on paper: its form, whether another paper bears it, and whether
    its date runs against its neighbours' (question 8). A number left out is the register's
    business."""
    kind = type_of(document)
    if kind is None:
        return []
    series = series_of(document.unit, kind, printed.dated_on or today)
    found = form_reasons(series, printed.number)
    symbol = read(printed.number or "", document.unit.sector).symbol
    if symbol is None:
        return found
    held = series.holding(symbol.number)
    if held is not None and held.document_id != document.id:
        found.append(
            reason(
                VOIDED if held.voided_at else TAKEN,
                right=series.written(symbol.number),
                period=series.period,
                suggestion=series.written(series.next),
            )
        )
    neighbour = _out_of_order(document, kind, series.period, symbol.number, printed.dated_on)
    if neighbour is not None:
        found.append(
            reason(
                N_(
                    "Số %(number)s ghi ngày %(dated_on)s, trong khi số %(other)s ghi ngày "
                    "%(other_day)s: số và ngày không theo cùng thứ tự. Cần giải trình."
                ),
                number=printed.number,
                dated_on=printed.dated_on,
                other=neighbour.symbol,
                other_day=neighbour.dated_on,
            )
        )
    return found


def _out_of_order(
    document: Document, kind: str, period: str, n: int, printed: date | None
) -> NumberEntry | None:
    """A line of the same book that comes before this one by number and after it by date, or the
    other way round."""
    if printed is None:
        return None
    earlier = sa.and_(NumberEntry.n < n, NumberEntry.dated_on > printed)
    later = sa.and_(NumberEntry.n > n, NumberEntry.dated_on < printed)
    return db.session.scalar(
        sa.select(NumberEntry)
        .where(
            NumberEntry.unit_id == document.unit_id,
            NumberEntry.type == kind,
            NumberEntry.period == period,
            NumberEntry.voided_at.is_(None),
            NumberEntry.n > 0,
            sa.or_(NumberEntry.document_id.is_(None), NumberEntry.document_id != document.id),
            sa.or_(earlier, later),
        )
        .order_by(NumberEntry.n)
        .limit(1)
    )
