"""Papers that came from outside: signed on paper and entered here, or typed for somebody."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.person import Person


class RecordedPaper(Base):
    """What a signed paper says of itself (bản giấy). `Document.recorded` is true for it. It counts
    once a second person has confirmed it against its scan."""

    __tablename__ = "recorded_paper"

    document_id: Mapped[int] = ref("document.id", index=False, primary_key=True)
    number: Mapped[str | None]
    dated_on: Mapped[date | None]
    signed_by: Mapped[str]  # the name under the paper
    signed_as: Mapped[str | None]  # the post under the paper
    minutes: Mapped[str | None]
    votes_present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    reported_on: Mapped[date | None]  # the day it went up, if it has
    via: Mapped[str | None]  # code of the advisory body it went through
    received_on: Mapped[date | None]
    entered_by_id: Mapped[int] = ref("person.id")
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = ref("person.id", index=False)
    confirmed_at: Mapped[datetime | None]

    document: Mapped[Document] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])


class Finding(Base):
    """What a rule has against a paper that is already signed. It awaits an explanation."""

    __tablename__ = "finding"
    __table_args__ = (
        sa.Index("ix_finding_rule", "rule"),
        sa.Index(
            "ix_finding_waiting",
            "document_id",
            sqlite_where=sa.text("explained_at IS NULL"),
            postgresql_where=sa.text("explained_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id")
    revision: Mapped[int]
    rule: Mapped[str]  # R01 …
    level: Mapped[str]
    text: Mapped[str]  # the msgid, as in workflows.refusal.Reason
    params: Mapped[dict] = mapped_column(default=dict)
    place: Mapped[str | None]
    found_at: Mapped[datetime]
    explanation: Mapped[str | None]
    explained_at: Mapped[datetime | None]
    explained_by_id: Mapped[int | None] = ref("person.id", index=False)

    document: Mapped[Document] = relationship()
    explained_by: Mapped[Person | None] = relationship()


class ProxyEntry(Base):
    """A text typed for somebody else, who (or whose scanned paper) confirms it. Transcribing is
    not contributing (design §1)."""

    __tablename__ = "proxy_entry"

    document_id: Mapped[int] = ref("document.id", index=False, primary_key=True)
    entered_by_id: Mapped[int] = ref("person.id")
    entered_at: Mapped[datetime]
    revision: Mapped[int]  # the text that was typed
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = ref("person.id", index=False)
    confirmed_how: Mapped[str | None]  # author | scan

    document: Mapped[Document] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
