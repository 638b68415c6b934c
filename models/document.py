"""A document of any kind: its route, its immutable revisions, who wrote and who decided.

Only `workflows.engine` writes `Document.state`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, Id, ref
from models.campaign import Campaign
from models.definition import Definition
from models.kinds import KINDS
from models.obligation import Obligation
from models.person import Person
from models.post import Post
from models.unit import Unit

GOVERNED = (*KINDS, "inspection")  # what the engine moves
REPLACED = ("superseded", "revoked")  # was in force and is no longer
OVER = ("withdrawn", *REPLACED)  # answers nothing any more
CLOSED = (*OVER, "archived")  # nobody works on it any more


class Document(Base):
    __tablename__ = "document"
    __table_args__ = (
        sa.CheckConstraint(
            "kind in ('plan', 'commitment', 'report', 'self_report', 'inspection')", name="kind"
        ),
        sa.Index("ix_document_unit_kind_state", "unit_id", "kind", "state"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    title: Mapped[str]
    unit_id: Mapped[int] = ref("unit.id", index=False)  # the issuer
    author_id: Mapped[int] = ref("person.id")  # who drafted it; of a commitment, whose it is
    campaign_id: Mapped[int] = ref("campaign.id")
    obligation_id: Mapped[int | None] = ref("obligation.id")
    definition_id: Mapped[int] = ref("definition.id")

    state: Mapped[str]
    stage: Mapped[int] = mapped_column(default=0)  # 0-based place on the route
    version: Mapped[int] = mapped_column(default=1)  # grows by one with every act
    revision: Mapped[int] = mapped_column(default=1)  # number of the newest text

    # Final by the issuer's approval; before that a proposal stands in the revision.
    number: Mapped[str | None]
    dated_on: Mapped[date | None]
    in_force_revision: Mapped[int | None]
    in_force_from: Mapped[datetime | None]

    # As its requirement says them: the symbol of its type (QC), where not its kind's own, and whether
    # it is in force only from the superior's acceptance on, whatever the campaign says.
    type: Mapped[str] = mapped_column(default="", server_default="")
    superior_must_accept: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    amends_id: Mapped[int | None] = ref("document.id")
    superseded_by_id: Mapped[int | None] = ref("document.id")
    recorded: Mapped[bool] = mapped_column(default=False)  # signed outside the system (bản giấy)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    search_fold: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(default="")

    unit: Mapped[Unit] = relationship()
    author: Mapped[Person] = relationship()
    campaign: Mapped[Campaign] = relationship()
    obligation: Mapped[Obligation | None] = relationship()
    definition: Mapped[Definition] = relationship()
    amends: Mapped[Document | None] = relationship(
        remote_side="Document.id", foreign_keys=[amends_id]
    )
    superseded_by: Mapped[Document | None] = relationship(
        remote_side="Document.id", foreign_keys=[superseded_by_id], post_update=True
    )
    stages: Mapped[list[Stage]] = relationship(back_populates="document", order_by="Stage.position")
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="document", order_by="Revision.n"
    )
    # The newest one alone; see `current`.
    newest: Mapped[Revision | None] = relationship(
        primaryjoin="and_(Revision.document_id == Document.id, Revision.n == Document.revision)",
        viewonly=True,
    )
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="document", order_by="Decision.id"
    )
    comments: Mapped[list[Comment]] = relationship(back_populates="document", order_by="Comment.id")

    @property
    def is_in_force(self) -> bool:
        return self.in_force_revision is not None and self.state not in REPLACED

    @property
    def current(self) -> Revision:
        """The newest revision; the older ones are not read for it."""
        newest = self.newest
        if newest is None or newest.n != self.revision:
            newest = self.revisions[-1]
            set_committed_value(self, "newest", newest)
        return newest

    @property
    def current_stage(self) -> Stage:
        return self.stages[self.stage]


class Stage(Base):
    """One body on a document's route, bottom up. The last one only receives."""

    __tablename__ = "document_stage"
    __table_args__ = (sa.UniqueConstraint("document_id", "position"),)

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False)
    position: Mapped[int]
    unit_id: Mapped[int] = ref("unit.id")
    decides: Mapped[bool]
    # It gets a copy beside the route: it may comment, and decides and holds up nothing (§00.10).
    copy: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    via_id: Mapped[int | None] = ref("unit.id", index=False)  # the advisory body it passes through
    # "" before the paper arrives; then submitted | reviewed | approved | reported | returned
    state: Mapped[str] = mapped_column(default="")
    arrived_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = ref("person.id", index=False)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = ref("person.id", index=False)

    document: Mapped[Document] = relationship(back_populates="stages")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    via: Mapped[Unit | None] = relationship(foreign_keys=[via_id])
    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])


def in_force() -> sa.ColumnElement[bool]:
    """SQL condition on Document: as `is_in_force`."""
    return sa.and_(Document.in_force_revision.is_not(None), Document.state.not_in(REPLACED))


class Revision(Base):
    """One immutable text of a document. `content_hash` is salted, so it tells nothing once
    erased."""

    __tablename__ = "revision"
    __table_args__ = (sa.UniqueConstraint("document_id", "n"),)

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False)
    n: Mapped[int]
    author_id: Mapped[int] = ref("person.id")
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    basis: Mapped[list] = mapped_column(default=list)  # as hashed; `Basis` rows are the relation
    dated_on: Mapped[date | None]  # the proposed printed date
    salt: Mapped[bytes | None]
    content_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    document: Mapped[Document] = relationship(back_populates="revisions")
    author: Mapped[Person] = relationship()
    bases: Mapped[list[Basis]] = relationship(back_populates="revision", order_by="Basis.id")


class Basis(Base):
    """What a revision rests on: a document of the system, or a paper outside it (number, date,
    issuer)."""

    __tablename__ = "basis"

    id: Mapped[Id]
    revision_id: Mapped[int] = ref("revision.id")
    document_id: Mapped[int | None] = ref("document.id")
    number: Mapped[str | None]
    dated_on: Mapped[date | None]
    issuer: Mapped[str | None]

    revision: Mapped[Revision] = relationship(back_populates="bases")
    document: Mapped[Document | None] = relationship()


# The acts by which somebody has a hand in the text (R30).
HANDS = ("create", "revise", "submit", "record", "correct")


class Contribution(Base):
    """Somebody had a hand in the text: created, revised or submitted it (R30)."""

    __tablename__ = "contribution"
    __table_args__ = (sa.Index("ix_contribution_document", "document_id", "person_id"),)

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False)
    person_id: Mapped[int] = ref("person.id")
    revision: Mapped[int]
    action: Mapped[str]
    at: Mapped[datetime]


# The acts of which a decision is kept.
DECISIONS = ("review", "approve", "return", "revoke", "confirm")


class Decision(Base):
    """A body's answer on one revision: reviewed, approved or returned, by whom in which
    capacity."""

    __tablename__ = "decision"
    __table_args__ = (sa.Index("ix_decision_document", "document_id", "person_id"),)

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False)
    revision: Mapped[int]
    content_hash: Mapped[bytes]
    stage: Mapped[int]
    action: Mapped[str]  # one of DECISIONS
    person_id: Mapped[int] = ref("person.id")
    post_id: Mapped[int | None] = ref("post.id", index=False)
    delegation_id: Mapped[int | None] = ref("delegation.id", index=False)
    at: Mapped[datetime]
    reason_code: Mapped[str | None]
    minutes: Mapped[str | None]
    votes_present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    number: Mapped[str | None]
    dated_on: Mapped[date | None]

    document: Mapped[Document] = relationship(back_populates="decisions")
    person: Mapped[Person] = relationship()
    post: Mapped[Post | None] = relationship()


class Comment(Base):
    """What somebody wrote beside an act: an opinion, a reason, a request. Erasable."""

    __tablename__ = "comment"

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id")
    revision: Mapped[int]
    stage: Mapped[int]
    action: Mapped[str]
    person_id: Mapped[int] = ref("person.id")
    text: Mapped[str]
    reason_code: Mapped[str | None]
    at: Mapped[datetime]

    document: Mapped[Document] = relationship(back_populates="comments")
    person: Mapped[Person] = relationship()
