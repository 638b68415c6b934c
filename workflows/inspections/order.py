"""What a decision says, and what is wrong with it before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.campaign import Campaign
from models.inspection import INSPECTION_KINDS
from models.kinds import KINDS
from models.person import Person
from models.unit import Unit
from workflows.calendar import local_day
from workflows.inspections.limits import BASE_DAYS, LONGEST
from workflows.inspections.reaching import may_inspect
from workflows.refusal import N_, Reason


@dataclass(frozen=True)
class Order:
    """What a decision says. Days are the organisation's, both ends inclusive."""

    number: str
    decided_on: date | None
    kind: str
    campaign: Campaign | None
    units: tuple[Unit, ...]
    document_kinds: tuple[str, ...]
    opens_on: date | None
    closes_on: date | None
    head: Person | None
    members: tuple[Person, ...] = ()
    period_from: date | None = None
    period_to: date | None = None
    limit_days: int = BASE_DAYS


def wrong_with(order: Order, number: str, commission: Unit, now: datetime) -> list[Reason]:
    """Every reason against a decision with this cleaned number, but those against its team."""
    return [
        *_words(order, number),
        *_days(order, local_day(now)),
        *_scope(order, commission, now),
    ]


def team_of(order: Order) -> list[Person]:
    """Its head and members, each once."""
    people = [order.head, *order.members] if order.head is not None else list(order.members)
    return list({person.id: person for person in people if person is not None}.values())


def content_of(order: Order, team: Iterable[Person]) -> dict[str, Any]:
    """What is hashed of a decision: days, codes and ids, no names."""
    return {
        "kind": order.kind,
        "campaign": order.campaign.code if order.campaign is not None else None,
        "decided_on": _iso(order.decided_on),
        "units": sorted(unit.code for unit in order.units),
        "kinds": sorted(order.document_kinds),
        "period": [_iso(order.period_from), _iso(order.period_to)],
        "opens_on": _iso(order.opens_on),
        "closes_on": _iso(order.closes_on),
        "limit_days": order.limit_days,
        "head": order.head.id if order.head is not None else None,
        "team": sorted(person.id for person in team),
    }


def _words(order: Order, number: str) -> list[Reason]:
    reasons = []
    if not number:
        reasons.append(form_reason(N_("Chưa ghi số quyết định."), "number"))
    if order.kind not in INSPECTION_KINDS:
        reasons.append(form_reason(N_("Chọn kiểm tra hoặc giám sát."), "kind"))
    if order.campaign is None or order.campaign.opened_at is None:
        reasons.append(form_reason(N_("Chọn một đợt đã mở."), "campaign"))
    if not order.document_kinds or not set(order.document_kinds) <= set(KINDS):
        reasons.append(form_reason(N_("Chọn ít nhất một loại văn bản trong phạm vi."), "kinds"))
    if not 1 <= order.limit_days <= LONGEST:
        reasons.append(
            form_reason(
                N_("Thời hạn phải từ 1 đến %(most)s ngày làm việc."), "limit_days", most=LONGEST
            )
        )
    return reasons


def _days(order: Order, today: date) -> list[Reason]:
    reasons = []
    for day, place, sentence in (
        (order.decided_on, "decided_on", N_("Chưa ghi ngày quyết định.")),
        (order.opens_on, "opens_on", N_("Chưa ghi ngày bắt đầu kiểm tra.")),
        (order.closes_on, "closes_on", N_("Chưa ghi ngày kết thúc kiểm tra.")),
    ):
        if day is None:
            reasons.append(form_reason(sentence, place))
    decided, opens, closes = order.decided_on, order.opens_on, order.closes_on
    if decided is not None and decided > today:
        reasons.append(form_reason(N_("Ngày quyết định chưa tới. Xem lại ngày."), "decided_on"))
    if decided is not None and opens is not None and opens < decided:
        reasons.append(
            form_reason(
                N_("Ngày bắt đầu phải từ ngày quyết định trở đi. Xem lại hai ngày."), "opens_on"
            )
        )
    if opens is not None and closes is not None and not 0 <= (closes - opens).days <= 366:
        reasons.append(
            form_reason(
                N_("Ngày kết thúc phải từ ngày bắt đầu trở đi và trong vòng một năm."), "closes_on"
            )
        )
    if closes is not None and closes < today:
        reasons.append(form_reason(N_("Ngày kết thúc đã qua. Xem lại ngày."), "closes_on"))
    start, end = order.period_from, order.period_to
    if start is not None and end is not None and end < start:
        reasons.append(form_reason(N_("Mốc cuối của kỳ kiểm tra trước mốc đầu."), "period_to"))
    return reasons


def _scope(order: Order, commission: Unit, now: datetime) -> list[Reason]:
    if not order.units:
        return [form_reason(N_("Chọn ít nhất một đơn vị được kiểm tra."), "units")]
    allowed = may_inspect(commission, now)
    return [
        form_reason(
            N_("%(unit)s không thuộc cấp dưới của %(commission)s nên không kiểm tra được."),
            "units",
            unit=unit.name,
            commission=commission.name,
        )
        for unit in order.units
        if unit.id not in allowed
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def form_reason(sentence: str, place: str, **params: object) -> Reason:
    """A reason beside a field of the form."""
    return Reason("FORM", sentence, params, place=place)
