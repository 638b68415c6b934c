"""Published workflow definitions: immutable versions of the TOML files in
`workflows/definitions`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Definition(Base):
    __tablename__ = "definition"
    __table_args__ = (sa.UniqueConstraint("kind", "version"),)

    id: Mapped[Id]
    kind: Mapped[str]
    version: Mapped[int]
    # The TOML text as published; read once for each process (`workflows.definition.spec_of`).
    source: Mapped[str] = mapped_column(deferred=True)
    hash: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the source, hex
    published_at: Mapped[datetime]
