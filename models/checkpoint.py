"""What the signing process leaves: keys by their public half, signed checkpoints, its last look at
each log, roots of whole stretches of a log, and the orders by which others ask for a signature.

No private key is ever stored here. Instants are real time, whatever the rehearsal's clock says.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, ref

TILE_BITS = 8
TILE = 1 << TILE_BITS  # leaves under a root of the first level, roots under one of the next


class LogKey(Base):
    """A key that signs or signed the checkpoints of this installation. At most one is not ended."""

    __tablename__ = "log_key"

    id: Mapped[Id]
    name: Mapped[str]  # duyet/<installation>; a key that takes over by rotation keeps it
    key_id: Mapped[str]  # 8 hex digits
    public: Mapped[str] = mapped_column(unique=True)  # the verifier key, as a policy file holds it
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Both keys' signed note over the change, where the key took over from another.
    note: Mapped[str | None]


class Checkpoint(Base):
    """One signed checkpoint of a unit's log."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "size", "key_id", name="uq_checkpoint_unit_id_size_key_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    size: Mapped[int]
    root: Mapped[bytes]
    key_id: Mapped[int] = ref("log_key.id", index=False)
    note: Mapped[str]  # the signed note, exactly as it was signed
    signed_at: Mapped[datetime]


class LogLook(Base):
    """What the signing process saw when it last looked at a log: the tree that it vouches for, and
    what, if anything, did not continue it."""

    __tablename__ = "log_look"
    __table_args__ = (
        sa.Index(
            "ix_log_look_fault",
            "unit_id",
            sqlite_where=sa.text("fault IS NOT NULL"),
            postgresql_where=sa.text("fault IS NOT NULL"),
        ),
    )

    unit_id: Mapped[int] = ref("unit.id", index=False, primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    frontier: Mapped[bytes] = mapped_column(default=b"")
    fault: Mapped[str | None]  # rolled_back, rewritten, gap, …: `workflows.trail.looking`
    fault_seq: Mapped[int | None]
    fault_at: Mapped[datetime | None]  # when it was first seen


class LogTile(Base):
    """The root of one whole stretch of 256, 65,536, … leaves of a log, so that a proof reads no more
    than some hundred hashes at each level."""

    __tablename__ = "log_tile"

    unit_id: Mapped[int] = ref("unit.id", index=False, primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)  # 1: of 256 leaves, 2: of 256 of those, …
    n: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes]


class SigningOrder(Base):
    """Something that another process wants signed by the key of this installation."""

    __tablename__ = "signing_order"
    __table_args__ = (
        sa.Index(
            "ix_signing_order_waiting",
            "id",
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    purpose: Mapped[str]
    body: Mapped[str]
    signature: Mapped[str | None]  # the whole signed note: `workflows.trail.orders`
    ordered_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
