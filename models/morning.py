"""What each working morning tells: a body's digest, and one mail to each person who hears of any."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models.base import Base, Id, ref
from models.person import Person
from models.unit import Unit


class BodyDigest(Base):
    """What one body is told on one morning, once: counts, and the units below that they are of.

    {"waits": 3, "soon": 1, "late": 0, "own": 2, "below": [["C6", 1]], "climbed": [["C6", 1]]}:
    open tasks of the body, those due soon, those overdue, things overdue in the body itself that
    one person owes, things overdue in units below, and what climbed here since the morning before.
    """

    __tablename__ = "body_digest"
    __table_args__ = (sa.UniqueConstraint("unit_id", "day"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    day: Mapped[date]  # in the organisation's zone
    told: Mapped[dict]

    unit: Mapped[Unit] = relationship()


class MorningMail(Base):
    """The one mail of one person on one morning: what was held for him, and his bodies' digests."""

    __tablename__ = "morning_mail"
    __table_args__ = (sa.UniqueConstraint("person_id", "day"),)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id", index=False)
    day: Mapped[date]  # in the organisation's zone

    person: Mapped[Person] = relationship()
