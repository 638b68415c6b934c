"""The decision that orders an inspection: who inspects whom, of which campaign and what kinds, from
when to when. Written once; the team may change until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.base import db
from models.campaign import Campaign
from models.document import Document, Stage
from models.inspection import INSPECTION_KINDS, Inspection, InspectionMember, InspectionUnit
from models.kinds import KINDS
from models.person import Person
from models.unit import Unit
from workflows import authority, drafting, text
from workflows.act import Capacity
from workflows.beginning import born
from workflows.calendar import local_day
from workflows.definition import newest, spec_of
from workflows.inspections.asking import apart_reasons, inspectors_of
from workflows.inspections.limits import BASE_DAYS, LONGEST
from workflows.inspections.reaching import may_inspect
from workflows.refusal import N_, Forbidden, Reason, Refused

TITLES = {
    "inspection": "Kiểm tra theo Quyết định số {number}",
    "supervision": "Giám sát chuyên đề theo Quyết định số {number}",
}


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


def begin(order: Order, *, commission: Unit, actor: Person, now: datetime) -> Inspection:
    """Enters a decision; returns the inspection, planned. In the caller's transaction.

    Raises Forbidden without an inspector's post of one's own at the commission, Refused with
    everything that is wrong with the decision.
    """
    held = capacity_at(commission, actor, now)
    number = text.clean_line(order.number, limit=60, place="number")
    team = _team(order)
    reasons = [
        *_words(order, number),
        *_days(order, local_day(now)),
        *_scope(order, commission, now),
        *team_reasons(team, order.head, commission, {unit.id for unit in order.units}, now),
    ]
    if reasons:
        raise Refused(*reasons)
    document = _document(order, number, team, commission, actor, now)
    inspection = _row(order, number, document, now)
    inspection.units = [InspectionUnit(unit=unit) for unit in order.units]
    inspection.members = [
        InspectionMember(person=person, head=person is order.head) for person in team
    ]
    db.session.add(inspection)
    db.session.flush()
    born(document, held, wrote=True, now=now)
    db.session.flush()
    return inspection


def capacity_at(commission: Unit, actor: Person, now: datetime) -> Capacity:
    """In what right somebody orders an inspection there. Raises Forbidden without his own post."""
    tiers = authority.capacities_at(
        commission,
        "inspector",
        kind="inspection",
        action="create",
        later=False,
        day=local_day(now),
        now=now,
    )
    for _, found in tiers:
        for held in found:
            if held.person == actor and held.delegation is None:
                return held
    raise Forbidden(
        Reason(
            "POST",
            N_("Chưa làm được: cần tự mình giữ chức vụ kiểm tra tại %(unit)s."),
            {"unit": commission.name},
        )
    )


def team_reasons(
    team: Iterable[Person],
    head: Person | None,
    commission: Unit,
    unit_ids: set[int],
    now: datetime,
) -> list[Reason]:
    """What is wrong with a team: no head, somebody without an inspector's post at the commission, or
    somebody who would inspect his own unit."""
    team = list(team)
    if head is None:
        return [_form(N_("Chưa chọn trưởng đoàn."), "head")]
    able = {person.id for person in inspectors_of(commission, now)}
    reasons = [
        _form(
            N_("%(name)s không giữ chức vụ kiểm tra tại %(unit)s nên chưa đưa vào đoàn được."),
            "members",
            name=person.full_name,
            unit=commission.name,
        )
        for person in team
        if person.id not in able
    ]
    return reasons + apart_reasons(team, unit_ids, now)


def content_of(order: Order, team: Iterable[Person]) -> dict[str, Any]:
    """What is hashed of a decision: days, codes and ids, no names."""
    return {
        "kind": order.kind,
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


def _document(
    order: Order,
    number: str,
    team: list[Person],
    commission: Unit,
    actor: Person,
    now: datetime,
) -> Document:
    definition = newest("inspection")
    if definition is None:
        raise Refused(
            Reason(
                "STATE",
                N_(
                    "Chưa lập được: quy trình kiểm tra chưa được công bố. "
                    "Quản trị cần công bố: flask workflow publish."
                ),
            )
        )
    document = Document(
        kind="inspection",
        title="",
        unit=commission,
        author=actor,
        campaign=order.campaign,
        definition=definition,
        state=spec_of(definition).initial,
        stage=0,
        version=1,
        revision=0,
        created_at=now,
        updated_at=now,
    )
    document.stages = [Stage(position=0, unit=commission, decides=True, arrived_at=now)]
    db.session.add(document)
    db.session.flush()
    title = TITLES[order.kind].format(number=number)
    draft = drafting.Draft("inspection", title, content_of(order, team), [], order.decided_on)
    drafting.add_revision(document, draft, author=actor, now=now)
    return document


def _row(order: Order, number: str, document: Document, now: datetime) -> Inspection:
    return Inspection(
        document=document,
        decision_number=number,
        decided_on=order.decided_on,
        kind=order.kind,
        campaign=order.campaign,
        document_kinds=list(order.document_kinds),
        period_from=order.period_from,
        period_to=order.period_to,
        opens_on=order.opens_on,
        closes_on=order.closes_on,
        limit_days=order.limit_days,
        extended_days=0,
        frozen=False,
        created_at=now,
    )


def _team(order: Order) -> list[Person]:
    people = [order.head, *order.members] if order.head is not None else list(order.members)
    return list({person.id: person for person in people if person is not None}.values())


def _words(order: Order, number: str) -> list[Reason]:
    reasons = []
    if not number:
        reasons.append(_form(N_("Chưa ghi số quyết định."), "number"))
    if order.kind not in INSPECTION_KINDS:
        reasons.append(_form(N_("Chọn kiểm tra hoặc giám sát."), "kind"))
    if order.campaign is None or order.campaign.opened_at is None:
        reasons.append(_form(N_("Chọn một đợt đã mở."), "campaign"))
    if not order.document_kinds or not set(order.document_kinds) <= set(KINDS):
        reasons.append(_form(N_("Chọn ít nhất một loại văn bản trong phạm vi."), "kinds"))
    if not 1 <= order.limit_days <= LONGEST:
        reasons.append(
            _form(N_("Thời hạn phải từ 1 đến %(most)s ngày làm việc."), "limit_days", most=LONGEST)
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
            reasons.append(_form(sentence, place))
    decided, opens, closes = order.decided_on, order.opens_on, order.closes_on
    if decided is not None and decided > today:
        reasons.append(_form(N_("Ngày quyết định chưa tới. Xem lại ngày."), "decided_on"))
    if decided is not None and opens is not None and opens < decided:
        reasons.append(
            _form(N_("Ngày bắt đầu phải từ ngày quyết định trở đi. Xem lại hai ngày."), "opens_on")
        )
    if opens is not None and closes is not None and not 0 <= (closes - opens).days <= 366:
        reasons.append(
            _form(
                N_("Ngày kết thúc phải từ ngày bắt đầu trở đi và trong vòng một năm."), "closes_on"
            )
        )
    if closes is not None and closes < today:
        reasons.append(_form(N_("Ngày kết thúc đã qua. Xem lại ngày."), "closes_on"))
    start, end = order.period_from, order.period_to
    if start is not None and end is not None and end < start:
        reasons.append(_form(N_("Mốc cuối của kỳ kiểm tra trước mốc đầu."), "period_to"))
    return reasons


def _scope(order: Order, commission: Unit, now: datetime) -> list[Reason]:
    if not order.units:
        return [_form(N_("Chọn ít nhất một đơn vị được kiểm tra."), "units")]
    allowed = may_inspect(commission, now)
    return [
        _form(
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


def _form(sentence: str, place: str, **params: object) -> Reason:
    return Reason("FORM", sentence, params, place=place)
