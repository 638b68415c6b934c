"""B2: a report speaks of a period that has ended, or is about to, with figures of a day within
it."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.document import Document
from workflows.act import Act
from workflows.periods import Period, parse_period
from workflows.refusal import N_, Reason, Refused
from workflows.rules.order import printed_date
from workflows.rules.registry import guard
from workflows.text import parse_date

LAST_DAYS = 10  # a report may go in the last ten days of its period


def as_of(content: dict[str, Any]) -> date | None:
    """The day of a report's figures ("số liệu tính đến"), or None where it is not readable."""
    try:
        return parse_date(content.get("figures_as_of") or "")
    except Refused:
        return None


def opens_for_report(document: Document, period: Period) -> date:
    """The first day on which a report may go: in the last ten days of its period, or of what was
    asked when the office asks before the period ends (domain, section 00)."""
    end = period.end
    if document.obligation is not None:
        end = min(end, document.obligation.nominal_due)
    return date.fromordinal(end.toordinal() - LAST_DAYS + 1)


def handed_in_from(document: Document, today: date) -> date:
    """The first day from today on which a draft may be handed in: a report waits for its period."""
    period = parse_period((document.current.content or {}).get("period") or "")
    return today if period is None else max(today, opens_for_report(document, period))


@guard("period_ended")
def period_ended(act: Act) -> list[Reason]:
    """B2: the period has ended or is in its last ten days; the figures' day lies in it, not
    ahead."""
    content = act.revision.content
    period = parse_period(content.get("period") or "")
    reasons = []
    if period is not None and act.today < (opens := opens_for_report(act.document, period)):
        reasons.append(
            Reason(
                "B2",
                N_(
                    "Kỳ báo cáo đến %(end)s chưa kết thúc. "
                    "Báo cáo trình được từ ngày %(opens)s (mười ngày cuối kỳ)."
                ),
                {"end": period.end, "opens": opens},
                place="period",
            )
        )
    figures = as_of(content)
    if figures is not None and figures > act.today:
        reasons.append(
            Reason(
                "B2",
                N_(
                    "Số liệu tính đến %(as_of)s là ngày chưa tới. Cần ghi ngày đã chốt số liệu, "
                    "chậm nhất hôm nay."
                ),
                {"as_of": figures},
                place="figures_as_of",
            )
        )
    if figures is not None and period is not None and figures < period.start:
        reasons.append(
            Reason(
                "B2",
                N_(
                    "Số liệu tính đến %(as_of)s, trước ngày đầu kỳ báo cáo (%(start)s). Cần chốt "
                    "lại số liệu trong kỳ."
                ),
                {"as_of": figures, "start": period.start},
                place="figures_as_of",
            )
        )
    return reasons


@guard("dated_after_period")
def dated_after_period(act: Act) -> list[Reason]:
    """B2: a report is not dated before the day of its figures, nor before its period could be
    reported."""
    printed = printed_date(act)
    if printed is None:
        return []  # `date_sound` says so
    reasons = []
    figures = as_of(act.revision.content)
    if figures is not None and printed < figures:
        reasons.append(
            Reason(
                "B2",
                N_(
                    "Ngày văn bản %(dated_on)s trước ngày chốt số liệu (%(as_of)s). Cần ghi từ "
                    "ngày %(as_of)s trở đi."
                ),
                {"dated_on": printed, "as_of": figures},
                place="dated_on",
            )
        )
    period = parse_period(act.revision.content.get("period") or "")
    if period is not None and printed < (opens := opens_for_report(act.document, period)):
        reasons.append(
            Reason(
                "B2",
                N_(
                    "Ngày văn bản %(dated_on)s quá sớm so với kỳ báo cáo đến %(end)s. Cần ghi từ "
                    "ngày %(opens)s trở đi."
                ),
                {"dated_on": printed, "end": period.end, "opens": opens},
                place="dated_on",
            )
        )
    return reasons
