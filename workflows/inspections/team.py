"""Another team, or another head, while the inspection is under way: somebody falls away, somebody is
added. Who leaves loses every right at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models.base import db
from models.inspection import Inspection, InspectionMember
from models.person import Person
from models.queries.locking import hold_units
from workflows import trail
from workflows.inspections.lookups import OPEN
from workflows.inspections.opening import capacity_at, team_reasons
from workflows.refusal import N_, Reason, Refused, Stale


def change_team(
    inspection: Inspection,
    *,
    head: Person | None,
    members: Sequence[Person],
    reason: str,
    seen: str,
    actor: Person,
    now: datetime,
) -> None:
    """Sets head and members anew, by any inspector of the commission (the head may be the one who
    fell away). `seen`: the `mark` of the team that the page showed. One event. In the caller's
    transaction.

    Raises Forbidden without an inspector's post there; Refused when the inspection is over, for a
    team that may not be, or without a reason; Stale when the team changed meanwhile.
    """
    document = inspection.document
    hold_units([document.unit_id])
    db.session.refresh(inspection)
    db.session.expire(inspection, ["members"])
    held = capacity_at(document.unit, actor, now)
    wanted = {person.id: person for person in ([head] if head else []) + list(members)}
    named = [*wanted.values(), actor]
    reasons = team_reasons(named, head, document.unit, inspection.unit_ids, now)
    if document.state not in ("planned", *OPEN):
        reasons = [_refusal(N_("Chưa đổi được: cuộc kiểm tra đã có kết luận."))]
    if len("".join(reason.split())) < 10:
        reasons.append(_refusal(N_("Ghi lý do đổi đoàn, ít nhất 10 chữ cái."), "reason"))
    if reasons or head is None:
        raise Refused(*reasons)
    if seen != mark(inspection):
        sentence = N_("Có người vừa ghi cùng lúc. Tải lại trang rồi ghi lại.")
        raise Stale(Reason("STALE", sentence))
    _write(inspection, head, wanted)
    trail.append(
        db.session(),
        unit_id=document.unit_id,
        action="team_changed",
        at=now,
        facts={
            "kind": "inspection",
            "inspection": inspection.id,
            "head": head.id,
            "team": sorted(wanted),
            "role": held.role,
        },
        private={**held.named, "name": head.full_name, "reason": reason},
        actor_id=actor.id,
        about_id=head.id,
        document_id=document.id,
    )


def mark(inspection: Inspection) -> str:
    """Who is on the team, the head first: what a page saw, to be compared again."""
    members = sorted(inspection.members, key=lambda member: (not member.head, member.person_id))
    return "-".join(str(member.person_id) for member in members)


def _write(inspection: Inspection, head: Person, wanted: dict[int, Person]) -> None:
    for member in inspection.members:
        member.head = False
    inspection.members = [m for m in inspection.members if m.person_id in wanted]
    db.session.flush()
    kept = {member.person_id: member for member in inspection.members}
    for ident, person in wanted.items():
        if ident not in kept:
            kept[ident] = InspectionMember(person=person, head=False)
            inspection.members.append(kept[ident])
    kept[head.id].head = True
    db.session.flush()


def _refusal(text: str, place: str | None = None) -> Reason:
    return Reason("INSPECTION", text, place=place)
