"""The decision that orders an inspection: who inspects whom, of which campaign and what kinds, from
when to when. Written once; the team may change until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models.base import db
from models.document import Document, Stage
from models.inspection import Inspection, InspectionMember, InspectionUnit
from models.person import Person
from models.unit import Unit
from workflows import authority, drafting, text
from workflows.act import Capacity
from workflows.beginning import born
from workflows.calendar import local_day
from workflows.definition import newest, spec_of
from workflows.inspections.asking import apart_reasons, inspectors_of
from workflows.inspections.order import Order, content_of, form_reason, team_of, wrong_with
from workflows.refusal import N_, Forbidden, Reason, Refused

TITLES = {
    "inspection": "Kiểm tra theo Quyết định số {number}",
    "supervision": "Giám sát chuyên đề theo Quyết định số {number}",
}


def begin(order: Order, *, commission: Unit, actor: Person, now: datetime) -> Inspection:
    """Enters a decision; returns the inspection, planned. In the caller's transaction.

    Raises Forbidden without an inspector's post of one's own at the commission, Refused with
    everything that is wrong with the decision.
    """
    held = capacity_at(commission, actor, now)
    number = text.clean_line(order.number, limit=60, place="number")
    team = team_of(order)
    reasons = [
        *wrong_with(order, number, commission, now),
        *team_reasons(
            [*team, actor], order.head, commission, {unit.id for unit in order.units}, now
        ),
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
    """What is wrong with a team, and with who writes it down: no head, somebody without an inspector's
    post at the commission, or somebody who would inspect his own unit."""
    team = list({person.id: person for person in team}.values())
    if head is None:
        return [form_reason(N_("Chưa chọn trưởng đoàn."), "head")]
    able = {person.id for person in inspectors_of(commission, now)}
    reasons = [
        form_reason(
            N_("%(name)s không giữ chức vụ kiểm tra tại %(unit)s nên chưa đưa vào đoàn được."),
            "members",
            name=person.full_name,
            unit=commission.name,
        )
        for person in team
        if person.id not in able
    ]
    return reasons + apart_reasons(team, unit_ids, now)


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
