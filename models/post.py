"""Posts held for a term, and delegations of them. The only source of rights over documents."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.person import Person
from models.unit import Unit, in_force_on

# What a post is for, whatever it is called in this organisation (`Post.title` holds that).
ROLES = (
    "secretary",  # bí thư, chủ tịch: decides
    "deputy",  # phó bí thư, phó chủ tịch: reviews, stands in
    "committee",  # chi ủy viên, ủy viên, cán bộ tham mưu: drafts, reviews
    "advisor",  # ban tham mưu (qua Ban …): vets, receives
    "standing",  # ban thường vụ: decides for a committee
    "clerk",  # văn thư: numbers, reports, receives
    "inspector",  # ủy ban kiểm tra: reads
)


class Post(Base):
    """A person holds a role in a unit from one day to another, both inclusive. `acting`: quyền, phụ
    trách."""

    __tablename__ = "post"
    __table_args__ = (
        sa.CheckConstraint(
            "role in ({})".format(", ".join(f"'{role}'" for role in ROLES)), name="role"
        ),
        sa.Index("ix_post_unit_role", "unit_id", "role"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    unit_id: Mapped[int] = ref("unit.id", index=False)
    role: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    acting: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    # Ending a post takes effect at this instant, not at midnight.
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class Delegation(Base):
    """The holder of `post` lets `person` act in it, within a scope, between two days inclusive.

    A delegated right cannot be delegated on. Revocation holds from its instant.
    """

    __tablename__ = "delegation"

    id: Mapped[Id]
    post_id: Mapped[int] = ref("post.id")
    person_id: Mapped[int] = ref("person.id")
    # Kinds and actions it covers; an empty list means all.
    kinds: Mapped[list] = mapped_column(default=list)
    actions: Mapped[list] = mapped_column(default=list)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]

    post: Mapped[Post] = relationship()
    person: Mapped[Person] = relationship()


def held_at(day: date, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Post: in force on `day`, and not ended by the instant `now`."""
    return sa.and_(in_force_on(Post, day), sa.or_(Post.ended_at.is_(None), Post.ended_at > now))


def delegated_at(day: date, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Delegation: in force on `day`, given by the instant `now` and not revoked by
    then. Whoever waited while it was given does not act by it."""
    not_revoked = sa.or_(Delegation.revoked_at.is_(None), Delegation.revoked_at > now)
    return sa.and_(in_force_on(Delegation, day), Delegation.created_at <= now, not_revoked)
