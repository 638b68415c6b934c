"""A document's way up: which bodies decide, where the paper is, what is in force, what replaces
what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from models.campaign import Campaign, Requirement
from models.document import OVER, Document, Stage
from models.kinds import PERSONAL
from models.unit import Unit, superior_of, unit_by_code
from workflows.refusal import N_, Reason, Refused

DIRECT = "direct"  # a requirement's paper goes straight to the committee, through no advisory body
# Without a requirement: how many bodies decide a kind of document.
DECIDING = {"plan": 2, "report": 2, "commitment": 1, "self_report": 1}
ONE_BODY = ("self_report", "inspection")  # what goes no further than the body that keeps it


def superiors(unit: Unit, *, line: str, day: date) -> Iterator[Unit]:
    """The superiors of a unit on a day, nearest first. A cycle in the data ends the walk."""
    seen = {unit.id}
    above = superior_of(unit.id, line=line, day=day)
    while above is not None and above.id not in seen:
        seen.add(above.id)
        yield above
        above = superior_of(above.id, line=line, day=day)


def advisory_of(unit: Unit, day: date) -> Unit | None:
    """The advisory body through which papers reach this committee on `day`, or None (R18)."""
    return next(iter(_advisory_bodies(unit, day)), None)


def _advisory_bodies(unit: Unit, day: date) -> list[Unit]:
    return [
        body
        for body in unit.advisory_bodies
        if (body.valid_from is None or body.valid_from <= day)
        and (body.valid_to is None or day <= body.valid_to)
    ]


def _via(requirement: Requirement | None, unit: Unit, day: date) -> Unit | None:
    """The advisory body through which a paper comes to this committee: the one that its requirement
    names where the committee has several, none where it goes straight; else the first."""
    named = requirement.via if requirement is not None else ""
    if named == DIRECT:
        return None
    bodies = _advisory_bodies(unit, day)
    return next((body for body in bodies if body.code == named), None) or next(iter(bodies), None)


def deciding_bodies(kind: str, campaign: Campaign, requirement: Requirement | None) -> int:
    """How many bodies decide, the issuer included."""
    if requirement is not None:
        return requirement.deciding
    for candidate in campaign.requirements:
        if candidate.kind == kind:
            return candidate.deciding
    return DECIDING[kind]


def build_route(
    kind: str, unit: Unit, campaign: Campaign, requirement: Requirement | None, day: date
) -> list[Stage]:
    """The stages of a new document: the issuer, its superiors that decide, and one that receives; then
    other superiors that get a copy beside it. A
    member's own report goes no further than his cell, which decides and keeps it.

    At the top of the tree the last decider receives. Raises Refused when the issuer is not in the
    tree of the campaign's line at all and the route needs a superior.
    """
    if kind in ONE_BODY:
        return [Stage(position=0, unit=unit, decides=True)]
    deciding = deciding_bodies(kind, campaign, requirement)
    bodies = [unit, *superiors(unit, line=campaign.line, day=day)]
    deciders = bodies[:deciding]
    receiver = bodies[len(deciders)] if len(bodies) > len(deciders) else deciders[-1]
    if len(bodies) == 1 and deciding > 1 and campaign.unit_id != unit.id:
        raise Refused(
            Reason(
                "ROUTE",
                N_(
                    "Chưa lập được: %(unit)s chưa có cấp trên trên tuyến báo cáo của đợt này. "
                    "Quản trị cần ghi tuyến báo cáo trước."
                ),
                {"unit": unit.name},
            )
        )
    route = [
        Stage(
            position=position,
            unit=body,
            decides=position < len(deciders),
            via=_via(requirement, body, day) if position > 0 and kind not in PERSONAL else None,
        )
        for position, body in enumerate([*deciders, receiver])
    ]
    there = {body.id for body in (*deciders, receiver)}
    others = [unit_by_code(code) for code in (requirement.also_to if requirement else ())]
    for other in others:
        if other is not None and other.id not in there:
            route.append(Stage(position=len(route), unit=other, decides=False, copy=True))
    return route


def last_deciding(document: Document) -> int:
    """The place of the last body that decides."""
    return max(stage.position for stage in document.stages if stage.decides)


def enters_force(document: Document) -> bool:
    """Whether approval at the present stage puts the revision in force: at the issuer, or at the
    last deciding body where the campaign, or what it asks for, says that the superior must accept (design §1)."""
    if document.superior_must_accept or document.campaign.superior_must_accept:
        return document.stage == last_deciding(document)
    return document.stage == 0


def arrive(document: Document, position: int, now: datetime) -> None:
    """The paper comes to lie with the body at `position`; an earlier visit there is forgotten."""
    document.stage = position
    stage = document.stages[position]
    stage.state = "submitted" if stage.decides else "reported"
    stage.arrived_at = now
    stage.received_at = stage.received_by_id = None
    stage.decided_at = stage.decided_by_id = None


def back_to_issuer(document: Document) -> None:
    """A return: the paper lies with the issuer again and its whole way starts anew."""
    document.stages[document.stage].state = "returned"
    document.stage = 0


def put_in_force(document: Document, now: datetime) -> None:
    """The present revision is in force from now."""
    document.in_force_revision = document.revision
    document.in_force_from = now


def replaced_by(document: Document) -> Document | None:
    """The document that gives way to this one now that it is in force, if it has not given way
    before."""
    old = document.amends
    if old is None or document.in_force_revision is None:
        return None
    return None if old.state in OVER else old
