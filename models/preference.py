"""How a person wants to hear of what: at once by mail, in a morning digest, or only in the app."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models.base import Base, Id, ref


class NoticePreference(Base):
    """One person's choice for one topic; without a row, the topic's default."""

    __tablename__ = "notice_preference"
    __table_args__ = (sa.UniqueConstraint("person_id", "topic"),)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id", index=False)
    topic: Mapped[str]  # as Notification.topic
    how: Mapped[str]  # at_once | digest | app
