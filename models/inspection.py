"""An inspection or a thematic supervision: its decision, scope, team and dates.

Its state, its acts, tasks and events are those of a Document of kind "inspection", issued by the
commission's unit, which only `workflows.inspections` shows.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.unit import Unit

INSPECTION_KINDS = ("inspection", "supervision")


class Inspection(Base):
    __tablename__ = "inspection"
    __table_args__ = (
        sa.CheckConstraint("kind in ('inspection', 'supervision')", name="kind"),
        sa.CheckConstraint("opens_on <= closes_on", name="dates"),
        sa.CheckConstraint("limit_days > 0 and extended_days >= 0", name="limit"),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False, unique=True)
    decision_number: Mapped[str]  # of the decision that orders it, as printed
    decided_on: Mapped[date]  # the day printed on it
    kind: Mapped[str]
    campaign_id: Mapped[int] = ref("campaign.id")
    document_kinds: Mapped[list] = mapped_column(default=list)  # plan, commitment, report
    # Documents that came to be, or are dated, within these days; None: of the whole campaign.
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    opens_on: Mapped[date]  # the first and the last day, both inclusive, on which texts may be read
    closes_on: Mapped[date]
    limit_days: Mapped[int] = mapped_column(default=20)  # working days from the self report
    extended_days: Mapped[int] = mapped_column(default=0)  # at most a third of `limit_days`
    received_on: Mapped[date | None]  # the day the self report came
    limit_on: Mapped[date | None]  # the last good day by limit and extension; known once it came
    frozen: Mapped[bool] = mapped_column(default=False)  # withdrawals and deletions in scope
    ended_at: Mapped[datetime | None]  # concluded: no text is read and nothing frozen any more
    created_at: Mapped[datetime]

    document: Mapped[Document] = relationship()
    campaign: Mapped[Campaign] = relationship()
    units: Mapped[list[InspectionUnit]] = relationship(
        back_populates="inspection", order_by="InspectionUnit.id", cascade="all, delete-orphan"
    )
    members: Mapped[list[InspectionMember]] = relationship(
        back_populates="inspection", order_by="InspectionMember.id", cascade="all, delete-orphan"
    )

    @hybrid_property
    def ends_on(self) -> date:
        """The last day of all its rights: by the closing day, or by the limit if that is earlier."""
        return min(self.closes_on, self.limit_on or self.closes_on)

    @ends_on.inplace.expression
    @classmethod
    def _ends_on(cls) -> sa.ColumnElement[date]:
        earlier = sa.and_(cls.limit_on.is_not(None), cls.limit_on < cls.closes_on)
        return sa.case((earlier, cls.limit_on), else_=cls.closes_on)

    @property
    def commission(self) -> Unit:
        """The body whose inspectors carry it out."""
        return self.document.unit

    @property
    def state(self) -> str:
        return self.document.state

    @property
    def unit_ids(self) -> set[int]:
        return {row.unit_id for row in self.units}

    @property
    def head(self) -> Person | None:
        """Who leads the team."""
        return next((member.person for member in self.members if member.head), None)


class InspectionUnit(Base):
    """One unit that is inspected; those below it are not, unless they are named too."""

    __tablename__ = "inspection_unit"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "unit_id"),)

    id: Mapped[Id]
    inspection_id: Mapped[int] = ref("inspection.id", index=False)
    unit_id: Mapped[int] = ref("unit.id")

    inspection: Mapped[Inspection] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()


class InspectionMember(Base):
    """Somebody of the team, who holds an inspector's post; one of them leads."""

    __tablename__ = "inspection_member"
    __table_args__ = (
        sa.UniqueConstraint("inspection_id", "person_id"),
        sa.Index(
            "uq_inspection_member_head",
            "inspection_id",
            unique=True,
            sqlite_where=sa.text("head"),
            postgresql_where=sa.text("head"),
        ),
    )

    id: Mapped[Id]
    inspection_id: Mapped[int] = ref("inspection.id", index=False)
    person_id: Mapped[int] = ref("person.id")
    head: Mapped[bool] = mapped_column(default=False)

    inspection: Mapped[Inspection] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()
