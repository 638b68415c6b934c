"""Who may waive or extend what is owed: somebody above the one who owes, never he himself.

For a unit: whoever decides at its direct superior on the campaign's line now. For a person: his own
secretary; for the secretary himself one level up. Where nobody is left there, the next body above.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.obligation import Obligation
from models.person import Person
from models.post import Post, held_at
from models.unit import Unit
from workflows.act import Capacity
from workflows.authority import capacities_at
from workflows.calendar import local_day
from workflows.refusal import N_, Forbidden, Reason
from workflows.routing import superiors
from workflows.scope import OFFICERS

ACTION = "relieve"  # as a delegation names it


class Granter(NamedTuple):
    """The body that may grant, and who may act for it now."""

    unit: Unit
    capacities: tuple[Capacity, ...]


def granter(obligation: Obligation, now: datetime) -> Granter | None:
    """Who may waive or extend this now; None where nobody is above."""
    barred = _who_owes(obligation, now)
    for body in _bodies(obligation, now):
        for _, found in capacities_at(
            body,
            "approver",
            kind=obligation.requirement.kind,
            action=ACTION,
            later=body.id != obligation.unit_id,
            day=local_day(now),
            now=now,
            barred=barred,
        ):
            if found:
                return Granter(body, tuple(found))
    return None


def right_to_grant(obligation: Obligation, person: Person, now: datetime) -> Capacity:
    """In what right this person waives or extends; his own post before a delegated one. Raises
    Forbidden."""
    above = granter(obligation, now)
    if above is None:
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa miễn, chưa gia hạn được: không còn ai ở cấp trên của %(unit)s."),
                {"unit": obligation.unit.name},
            )
        )
    mine = [c for c in above.capacities if c.person is not None and c.person.id == person.id]
    if mine:
        return min(mine, key=lambda held: held.delegation is not None)
    if obligation.person_id == person.id:
        text = N_("Không tự miễn, tự gia hạn được. Việc này do %(unit)s quyết định.")
    else:
        text = N_(
            "Chưa miễn, chưa gia hạn được: cần giữ chức vụ quyết định của %(unit)s, và không thuộc "
            "nơi đang phải nộp."
        )
    raise Forbidden(Reason("POST", text, {"unit": above.unit.name}))


def may_grant(obligation: Obligation, person: Person, now: datetime) -> bool:
    """Whether this person may waive or extend what is still open."""
    if obligation.state != "open":
        return False
    try:
        right_to_grant(obligation, person, now)
    except Forbidden:
        return False
    return True


def _bodies(obligation: Obligation, now: datetime) -> Iterator[Unit]:
    """Where to ask, the nearest first."""
    if obligation.person_id is not None and not _leads(obligation, now):
        yield obligation.unit
    line = obligation.requirement.campaign.line
    yield from superiors(obligation.unit, line=line, day=local_day(now))


def _leads(obligation: Obligation, now: datetime) -> bool:
    """Whether who owes is the secretary of the body in which he owes it."""
    held = holding(obligation.unit_id, ("secretary",), now)
    return obligation.person_id in set(db.session.scalars(held))


def _who_owes(obligation: Obligation, now: datetime) -> frozenset[int]:
    if obligation.person_id is not None:
        return frozenset((obligation.person_id,))
    return frozenset(db.session.scalars(holding(obligation.unit_id, OFFICERS, now)))


def holding(unit_id: int, roles: tuple[str, ...], now: datetime) -> sa.Select[int]:
    """A statement for the persons who hold one of these roles in a unit now."""
    return sa.select(Post.person_id).where(
        Post.unit_id == unit_id, Post.role.in_(roles), held_at(local_day(now), now)
    )
