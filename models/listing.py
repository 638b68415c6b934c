"""The lists by which a cell reports its commitments upward: names, dates, minutes, no texts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models.base import Base, Id, ref
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.unit import Unit


class CommitmentList(Base):
    """One list sent up. `n` is 1 for a cell's first list in a campaign; later ones are
    supplementary (late joiners)."""

    __tablename__ = "commitment_list"
    __table_args__ = (sa.UniqueConstraint("unit_id", "campaign_id", "n"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    campaign_id: Mapped[int] = ref("campaign.id")
    to_unit_id: Mapped[int] = ref("unit.id")
    n: Mapped[int]
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int] = ref("person.id", index=False)
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = ref("person.id", index=False)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    to_unit: Mapped[Unit] = relationship(foreign_keys=[to_unit_id])
    campaign: Mapped[Campaign] = relationship()
    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id])
    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])
    entries: Mapped[list[ListEntry]] = relationship(
        back_populates="list", order_by="ListEntry.position"
    )


class ListEntry(Base):
    """One commitment on one list."""

    __tablename__ = "list_entry"
    __table_args__ = (sa.UniqueConstraint("list_id", "document_id"),)

    id: Mapped[Id]
    list_id: Mapped[int] = ref("commitment_list.id", index=False)
    position: Mapped[int]
    document_id: Mapped[int] = ref("document.id")

    list: Mapped[CommitmentList] = relationship(back_populates="entries")
    document: Mapped[Document] = relationship()
