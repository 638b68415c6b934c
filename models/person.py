"""People and where they belong. Nobody has a right by name: rights come from posts
(`models.post`)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.unit import Unit


class Person(Base):
    __tablename__ = "person"

    id: Mapped[Id]
    full_name: Mapped[str]
    born_on: Mapped[date | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    job: Mapped[str | None]  # what he works as: "giáo viên Toán"
    locale: Mapped[str] = mapped_column(default="vi")
    search_fold: Mapped[str] = mapped_column(default="", index=True)
    sort_key: Mapped[str] = mapped_column(default="", index=True)

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", order_by="Membership.valid_from.nulls_first()"
    )


class Membership(Base):
    """A person belongs to a cell (or works in a unit, as a non-member) for a time.

    Standing: full | probationary | non_member. An exempt member (miễn công tác, sinh hoạt) owes
    nothing.
    """

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("standing in ('full', 'probationary', 'non_member')", name="standing"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    unit_id: Mapped[int] = ref("unit.id")
    standing: Mapped[str] = mapped_column(default="full")
    exempt: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships")
    unit: Mapped[Unit] = relationship()


class Absence(Base):
    """A person is away (leave, illness) between two days inclusive; his tasks climb meanwhile."""

    __tablename__ = "absence"

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str | None]

    person: Mapped[Person] = relationship()
