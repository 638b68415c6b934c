"""What witnesses said of the logs here, and what superiors here saw of the logs below them.

Instants are real time. The witness's own memory and key are not here: `workflows/trail/witness`.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, ref


class Cosignature(Base):
    """The line of one witness under one checkpoint."""

    __tablename__ = "cosignature"
    __table_args__ = (sa.UniqueConstraint("checkpoint_id", "witness"),)

    id: Mapped[Id]
    checkpoint_id: Mapped[int] = ref("checkpoint.id", index=False)
    witness: Mapped[str]  # its verifier key
    line: Mapped[str]
    at: Mapped[datetime]


class WitnessLook(Base):
    """How far the log of a unit is witnessed, and what the witness last refused."""

    __tablename__ = "witness_look"
    __table_args__ = (
        sa.Index(
            "ix_witness_look_fault",
            "unit_id",
            sqlite_where=sa.text("fault IS NOT NULL"),
            postgresql_where=sa.text("fault IS NOT NULL"),
        ),
    )

    unit_id: Mapped[int] = ref("unit.id", index=False, primary_key=True)
    size: Mapped[int] = mapped_column(default=0)  # of the last cosigned tree
    at: Mapped[datetime | None]  # when that was cosigned
    behind_since: Mapped[datetime | None]  # when what is not cosigned yet was signed; None: nothing
    fault: Mapped[str | None]  # rewritten, behind, unknown, malformed, gap, away
    fault_at: Mapped[datetime | None]


class WitnessRound(Base):
    """One look of a superior at the logs below it; its event states the root over all of them."""

    __tablename__ = "witness_round"

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    event_id: Mapped[int] = ref("audit_event.id", index=False)
    at: Mapped[datetime]


class WitnessedTree(Base):
    """What a superior saw of one log in one round: the signed checkpoint, where it is another one
    than in the round before; empty, of size 0, for a log that no longer is below."""

    __tablename__ = "witnessed_tree"

    round_id: Mapped[int] = ref("witness_round.id", index=False, primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    note: Mapped[str]


class WitnessConflict(Base):
    """Evidence that a log below did not continue what was seen of it: two checkpoints, both signed by
    the log's own key, of which the later one was not shown to continue the earlier. A copy of what the
    witness keeps."""

    __tablename__ = "witness_conflict"

    id: Mapped[Id]
    origin: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]  # rewritten
    kept: Mapped[str]
    came: Mapped[str]
    at: Mapped[datetime]
