"""Files being made for somebody: many prints at once, in a worker, with progress."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.person import Person
from models.stored_file import StoredFile


class ExportJob(Base):
    """One order for a file. `params` holds ids and codes, never text."""

    __tablename__ = "export_job"

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    kind: Mapped[str]
    params: Mapped[dict] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | running | done | failed
    total: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    file_id: Mapped[int | None] = ref("stored_file.id")
    file_name: Mapped[str | None]
    ordered_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    file: Mapped[StoredFile | None] = relationship()
