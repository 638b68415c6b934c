"""The posts by which a person is here, as bare rows with their units: nearly every page asks for
them, and none changes them. What is to be changed, or shown whole, is loaded as `Post`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import UTCDateTime
from models.change import UnitChange
from models.post import Delegation, Post, delegated_at, held_at
from models.queries.prepared import Asking
from models.unit import Level, ReportingLine, Unit


class Place(NamedTuple):
    """The unit of a post. Its body is the committee that it is, or serves as advisory body."""

    id: int
    code: str
    name: str
    name_en: str | None
    meets: bool
    rank: int  # of its level; 0 is the lowest
    attached_to_id: int | None
    body_code: str
    leads: bool  # something reports to its body,
    has_cells: bool  # cells among it
    succeeds: bool  # it or its body may act for a unit that closed

    @property
    def is_cell(self) -> bool:
        """A unit of the lowest tier: where members belong."""
        return self.rank == 0 and self.attached_to_id is None


class Seat(NamedTuple):
    """A post in force, or one delegated."""

    id: int
    person_id: int  # who holds it
    unit_id: int
    role: str
    title: str
    title_en: str | None
    acting: bool
    valid_to: date | None
    unit: Place


class Lent(NamedTuple):
    """A delegation in force of a post in force. Of these kinds and actions; empty means all."""

    id: int
    kinds: list[str]
    actions: list[str]
    valid_to: date
    post: Seat


_PERSON = sa.bindparam("person", type_=sa.BigInteger)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_HELD = held_at(_DAY, _NOW)  # type: ignore[arg-type]
_IN_FORCE = sa.union_all(
    sa.select(Post.id.label("post_id"), sa.null().cast(sa.BigInteger).label("delegation_id")).where(
        Post.person_id == _PERSON, _HELD
    ),
    sa.select(Delegation.post_id, Delegation.id)
    .join(Post, Delegation.post_id == Post.id)
    .where(
        Delegation.person_id == _PERSON,
        delegated_at(_DAY, _NOW),  # type: ignore[arg-type]
        _HELD,
    ),
).subquery()
_BODY, _LOW = aliased(Unit, name="body"), aliased(Unit, name="low")
_LINE = sa.select(ReportingLine.id).where(ReportingLine.superior_id == _BODY.id)
_CELLS = (
    _LINE.join(_LOW, ReportingLine.unit_id == _LOW.id)
    .join(Level, _LOW.level_id == Level.id)
    .where(Level.rank == 0)
)
_TAKEN_OVER = sa.select(UnitChange.id).where(
    UnitChange.successor_id.in_((Unit.id, _BODY.id)), UnitChange.carried_out_at.is_not(None)
)
_RANK = sa.select(Level.rank).where(Level.id == Unit.level_id).scalar_subquery()
_SEATS = Asking(
    sa.select(
        *(Post.id, Post.person_id, Post.unit_id, Post.role, Post.title, Post.title_en, Post.acting),
        *(Post.valid_to, Unit.id.label("place"), Unit.code, Unit.name, Unit.name_en, Unit.meets),
        *(_RANK, Unit.attached_to_id, _BODY.code.label("body_code"), _LINE.exists()),
        *(_CELLS.correlate(_BODY).exists(), _TAKEN_OVER.exists()),
        *(Delegation.id.label("delegation"), Delegation.kinds, Delegation.actions),
        Delegation.valid_to.label("lent_to"),
    )
    .select_from(_IN_FORCE)
    .join(Post, _IN_FORCE.c.post_id == Post.id)
    .join(Unit, Post.unit_id == Unit.id)
    .join(_BODY, _BODY.id == sa.func.coalesce(Unit.attached_to_id, Unit.id))
    .outerjoin(Delegation, _IN_FORCE.c.delegation_id == Delegation.id)
    .order_by(Post.id)
)


def seats(values: Mapping[str, Any]) -> tuple[list[Seat], list[Lent]]:
    """The posts of `person` in force on `day` and not ended by `now`, and the delegations to him in
    force then of posts in force themselves; each by id."""
    own, lent = [], []
    for cells in _SEATS.rows(values):
        seat = Seat._make([*cells[:8], Place._make(cells[8:19])])
        if cells[19] is None:
            own.append(seat)
        else:
            lent.append(Lent._make([*cells[19:], seat]))
    return own, sorted(lent, key=lambda delegation: delegation.id)
