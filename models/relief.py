"""Waivers and extensions of what is owed: each is a row, and stays."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.post import Delegation, Post
from models.unit import Unit


class Relief(Base):
    """A waiver or an extension: who above the one who owes granted it, at which post, why, and on
    what basis (a document of the system, or number, day and issuer of one outside)."""

    __tablename__ = "relief"
    __table_args__ = (
        sa.CheckConstraint("kind in ('waiver', 'extension')", name="kind"),
        sa.CheckConstraint("(kind = 'extension') = (new_due is not null)", name="new_due"),
    )

    id: Mapped[Id]
    obligation_id: Mapped[int] = ref("obligation.id")
    kind: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = ref("person.id")  # None: the day of a decision came
    unit_id: Mapped[int | None] = ref("unit.id")  # the body whose post granted it
    post_id: Mapped[int | None] = ref("post.id", index=False)
    delegation_id: Mapped[int | None] = ref("delegation.id", index=False)
    reason: Mapped[str]
    basis_document_id: Mapped[int | None] = ref("document.id")
    basis_number: Mapped[str | None]  # of a paper outside, with its day and issuer
    basis_dated_on: Mapped[date | None]
    basis_issuer: Mapped[str | None]
    old_due: Mapped[date]  # the last good day that counted until then
    new_due: Mapped[date | None]  # the one that counts from then on

    obligation: Mapped[Obligation] = relationship()
    by: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    post: Mapped[Post | None] = relationship()
    delegation: Mapped[Delegation | None] = relationship()
    basis_document: Mapped[Document | None] = relationship()
