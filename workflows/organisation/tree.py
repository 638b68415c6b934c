"""Reading the tree: who is above, who is below, where a person belongs, on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db
from models.person import Membership, Person
from models.post import Delegation, Post
from models.unit import ReportingLine, Unit, in_force_on

DEEPEST = 20  # a tree of tiers is never that deep; two lines together could run in a ring


@dataclass
class Node:
    """A unit in the tree with those below it, in the order of their names."""

    unit: Unit
    depth: int
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterable[Node]:
        """This node and everything below, top down."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(
    session: Session,
    line: str | None,
    day: date,
    *,
    under: Unit | None = None,
    levels: int = DEEPEST,
) -> list[Node]:
    """The tree on `day`: its tops, or what is `under` a unit, `levels` deep.

    On a named line only units of that line (and their advisory bodies); with None all units, each
    under its first superior.
    """
    edge = _edges(line, day)
    if under is not None:
        condition = Unit.id == under.id
    else:
        condition = sa.and_(in_force_on(Unit, day), Unit.id.not_in(sa.select(edge.c.unit_id)))
        if line is not None:
            condition = sa.and_(condition, Unit.id.in_(sa.select(edge.c.superior_id)))
    walk = (
        sa.select(
            Unit.id, sa.cast(sa.null(), Unit.id.type).label("parent"), sa.literal(0).label("d")
        )
        .where(condition)
        .cte("walk", recursive=True)
    )
    walk = walk.union(
        sa.select(edge.c.unit_id, edge.c.superior_id, walk.c.d + 1)
        .join(walk, walk.c.id == edge.c.superior_id)
        .where(walk.c.d < levels)
    )
    rows = session.execute(
        sa.select(Unit, walk.c.parent, walk.c.d)
        .join(walk, walk.c.id == Unit.id)
        .order_by(walk.c.d, Unit.sort_key, Unit.id)
        .options(sa.orm.joinedload(Unit.level))
    )
    nodes: dict[int, Node] = {}
    roots: list[Node] = []
    for unit, parent, depth in rows:
        if unit.id in nodes:
            continue
        node = nodes[unit.id] = Node(unit, depth)
        (nodes[parent].children if parent in nodes else roots).append(node)
    return roots


def subordinates(unit_id: int, day: date, *, line: str | None = None) -> list[Unit]:
    """The units that report directly to this one on `day`, by name."""
    condition = [ReportingLine.superior_id == unit_id, in_force_on(ReportingLine, day)]
    if line is not None:
        condition.append(ReportingLine.line == line)
    return list(
        db.session.scalars(
            sa.select(Unit)
            .where(Unit.id.in_(sa.select(ReportingLine.unit_id).where(*condition)))
            .order_by(Unit.sort_key, Unit.id)
        )
    )


def subtree(unit_ids: Iterable[int], line: str | None, day: date) -> sa.Select[tuple[int]]:
    """SELECT of the ids of these units and all below them on `day`, advisory bodies included."""
    edge = _edges(line, day)
    start = sa.select(Unit.id).where(Unit.id.in_(list(unit_ids)))
    below = start.cte("below", recursive=True)
    below = below.union(sa.select(edge.c.unit_id).join(below, below.c.id == edge.c.superior_id))
    return sa.select(below.c.id)


def subtree_ids(unit_ids: Iterable[int], line: str | None, day: date) -> set[int]:
    """The ids of these units and all below them on `day`; with None, on any line."""
    ids = list(unit_ids)
    return set(db.session.scalars(subtree(ids, line, day))) if ids else set()


def units_of(person: Person, day: date) -> list[Unit]:
    """Where the person belongs on `day`, by membership or by post, by name."""
    return list(
        db.session.scalars(
            sa.select(Unit)
            .where(
                sa.or_(
                    Unit.id.in_(
                        sa.select(Membership.unit_id).where(
                            Membership.person_id == person.id, in_force_on(Membership, day)
                        )
                    ),
                    Unit.id.in_(
                        sa.select(Post.unit_id).where(
                            Post.person_id == person.id,
                            Post.ended_at.is_(None),
                            in_force_on(Post, day),
                        )
                    ),
                )
            )
            .order_by(Unit.sort_key, Unit.id)
        )
    )


def units_waiting_for(person: Person, day: date) -> list[Unit]:
    """Where something may wait for the person on `day`: where he belongs, and where he acts for
    somebody else."""
    delegated = db.session.scalars(
        sa.select(Unit)
        .join(Post, Post.unit_id == Unit.id)
        .join(Delegation, Delegation.post_id == Post.id)
        .where(
            Delegation.person_id == person.id,
            Delegation.revoked_at.is_(None),
            in_force_on(Delegation, day),
        )
    )
    return [*units_of(person, day), *delegated]


def _edges(line: str | None, day: date) -> sa.Subquery:
    """Who stands below whom on `day`: by reporting line, or as the advisory body of another."""
    lines = sa.select(ReportingLine.unit_id, ReportingLine.superior_id).where(
        in_force_on(ReportingLine, day)
    )
    if line is not None:
        lines = lines.where(ReportingLine.line == line)
    attached = sa.select(Unit.id, Unit.attached_to_id).where(
        Unit.attached_to_id.is_not(None), in_force_on(Unit, day)
    )
    return sa.union_all(lines, attached).subquery("edge")
