"""Signed checkpoints: what is signed, what is not, and what a receipt still proves afterwards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.base import db, transaction
from models.checkpoint import Checkpoint, LogLook, LogTile
from models.event import TRIGGERS, AuditEvent, EventPayload, LogHead
from tests.test_trail import Story, story
from workflows import trail
from workflows.trail import checkpoint, keys, merkle, signing, tiles

__all__ = ["story"]  # a fixture

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> keys.KeyFolder:
    return keys.KeyFolder(tmp_path / "keys")


def grow(unit_id: int, count: int) -> None:
    """So many events more in the log of a unit."""
    with transaction() as session:
        heads = trail.lock_many(session, [unit_id])
        at = heads[unit_id].latest_at or NOW
        entries = [trail.Entry(unit_id, "escalate", at, {"rung": n}) for n in range(count)]
        trail.append_many(session, heads, entries)


def sign(folder: keys.KeyFolder, **more: int) -> signing.Round:
    done = signing.sign_round(folder, now=NOW, **more)
    db.session.remove()
    return done


def newest(unit_id: int) -> Checkpoint:
    query = sa.select(Checkpoint).where(Checkpoint.unit_id == unit_id)
    return db.session.scalars(query.order_by(Checkpoint.size.desc()).limit(1)).one()


def leaves(unit_id: int) -> list[bytes]:
    query = sa.select(AuditEvent.leaf_hash).where(AuditEvent.unit_id == unit_id)
    return list(db.session.scalars(query.order_by(AuditEvent.seq)))


def without_triggers() -> None:
    """Somebody with the database in his hands."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            for name in ("audit_event_no_change", "audit_event_no_truncate"):
                connection.exec_driver_sql(f"DROP TRIGGER {name} ON audit_event")
        else:
            for text in TRIGGERS["sqlite"]:
                connection.exec_driver_sql(f"DROP TRIGGER {text.split()[2]}")


def rewritten(unit_id: int, seq: int) -> None:
    """The log of a unit as if another event had stood at `seq`: leaf, hashes and head agree."""
    without_triggers()
    with transaction() as session:
        event = session.scalars(
            sa.select(AuditEvent).where(AuditEvent.unit_id == unit_id, AuditEvent.seq == seq)
        ).one()
        leaf = event.leaf.replace(b'"v":1', b'"v":2')
        session.execute(
            sa.update(AuditEvent)
            .where(AuditEvent.id == event.id)
            .values(leaf=leaf, leaf_hash=merkle.leaf_hash(leaf))
        )
        hashes = leaves(unit_id)
        session.execute(
            sa.update(LogHead)
            .where(LogHead.unit_id == unit_id)
            .values(frontier=merkle.grown_by(b"", 0, hashes), size=len(hashes))
        )


def cut(unit_id: int, size: int) -> None:
    """The log of a unit as it was when it had `size` events."""
    without_triggers()
    with transaction() as session:
        lost = (AuditEvent.unit_id == unit_id, AuditEvent.seq >= size)
        ids = sa.select(AuditEvent.id).where(*lost)
        session.execute(sa.delete(EventPayload).where(EventPayload.event_id.in_(ids)))
        session.execute(sa.delete(AuditEvent).where(*lost))
        session.execute(
            sa.update(LogHead)
            .where(LogHead.unit_id == unit_id)
            .values(frontier=merkle.grown_by(b"", 0, leaves(unit_id)), size=size)
        )


def test_what_grew_is_signed_and_every_event_is_provable(
    story: Story, folder: keys.KeyFolder
) -> None:
    assert sign(folder).signed == 2
    assert folder.file.stat().st_mode & 0o777 == 0o600
    assert sign(folder).signed == 0  # nothing grew
    for size in (40, 300, 1, 700):
        grow(story.base, size)
        assert sign(folder, least=signing.OFTEN).signed == (size >= 100)
    [key] = keys.known(db.session())
    last = newest(story.base)
    said, _ = checkpoint.opened(last.note, [key])
    hashes = leaves(story.base)
    assert (said.size, said.root) == (len(hashes), merkle.root(hashes)) == (last.size, last.root)
    assert said.origin == f"{key.name}/B1"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LogTile)) == len(hashes) // 256
    sizes = list(db.session.scalars(sa.select(Checkpoint.size).order_by(Checkpoint.size)))
    for seq in (0, 5, 255, 256, 511, 800, len(hashes) - 1):
        proof = tiles.tree(db.session(), story.base, last.size).inclusion(seq)
        assert proof == merkle.inclusion_proof(hashes, seq)
    for size in sizes[1:]:
        proof = tiles.tree(db.session(), story.base, last.size).consistency(size)
        assert proof == merkle.consistency_proof(hashes, size)


@pytest.mark.parametrize("grown", [0, 10])
def test_a_log_that_was_rewritten_is_not_signed(
    story: Story, folder: keys.KeyFolder, grown: int
) -> None:
    sign(folder)
    rewritten(story.base, 1)
    grow(story.base, grown)
    grow(story.ward, 1)
    done = sign(folder)
    assert [(f.unit_id, f.kind) for f in done.faults] == [(story.base, "rewritten")]
    assert done.signed == 1  # the ward's is not held up by it
    look = db.session.get_one(LogLook, story.base)
    assert (look.fault, look.fault_at) == ("rewritten", NOW)
    assert newest(story.base).size == look.size


def test_a_log_that_lost_events_is_not_signed_even_when_the_checkpoints_are_gone_too(
    story: Story, folder: keys.KeyFolder
) -> None:
    grow(story.base, 20)
    sign(folder)
    cut(story.base, 10)
    with transaction() as session:
        session.execute(sa.delete(Checkpoint))
        session.execute(sa.delete(LogLook))
    [fault] = sign(folder).faults
    assert (fault.unit_id, fault.kind, fault.seq) == (story.base, "shorter", 10)
    grow(story.base, 30)
    assert [f.kind for f in sign(folder).faults] == ["rewritten"]
