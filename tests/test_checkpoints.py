"""Signed checkpoints: what is signed, what is not, and what a receipt still proves afterwards."""

import errno
import json
import os
import shutil
import zipfile
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from models.base import db, transaction
from models.checkpoint import Checkpoint, LogKey, LogLook, LogTile
from models.document import Document
from models.event import TRIGGERS, AuditEvent, EventPayload, LogHead
from models.heartbeat import Heartbeat
from tests.support import plain_proofs
from tests.test_trail import Story, story
from workers import signer
from workflows import trail
from workflows.trail import (
    checkpoint,
    keys,
    looking,
    merkle,
    note,
    orders,
    patrol,
    rebuild,
    receipts,
    rotation,
    signing,
    tiles,
)
from workflows.trail.rotation import rotate

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
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON audit_event")
        else:
            for text in TRIGGERS["sqlite"]:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {text.split()[2]}")


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
        assert proof == plain_proofs.inclusion_proof(hashes, seq)
    for size in sizes[1:]:
        proof = tiles.tree(db.session(), story.base, last.size).consistency(size)
        assert proof == plain_proofs.consistency_proof(hashes, size)


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


@pytest.mark.databases("sqlite")
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


def found(hashes_only: bool = False) -> list[trail.Fault]:
    return trail.verify(db.session(), hashes_only=hashes_only).faults


def test_verification_holds_every_log_against_what_was_signed(
    story: Story, folder: keys.KeyFolder
) -> None:
    for count in (3, 20, 600):
        sign(folder)
        grow(story.base, count)
    assert found() == found(hashes_only=True) == []
    rewritten(story.base, 7)
    [fault] = found(hashes_only=True)
    assert (fault.unit, fault.seq) == ("B1", 5)  # what was signed with five events still holds
    assert "viết lại" in str(fault)


@pytest.mark.databases("sqlite")
def test_verification_finds_what_head_and_log_agree_to_have_lost(
    story: Story, folder: keys.KeyFolder
) -> None:
    grow(story.base, 20)
    sign(folder)
    cut(story.base, 12)
    [fault] = found()
    assert (fault.unit, fault.seq) == ("B1", 12)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("column", ["note", "root", "size"])
def test_a_checkpoint_that_was_touched_is_named(
    story: Story, folder: keys.KeyFolder, column: str
) -> None:
    sign(folder)
    old = newest(story.base)
    values: dict[str, object] = {
        "note": old.note.replace("B1", "B2"),
        "root": bytes(32),
        "size": old.size - 1,
    }
    with transaction() as session:
        session.execute(
            sa.update(Checkpoint).where(Checkpoint.id == old.id).values({column: values[column]})
        )
    assert [fault.unit for fault in found()][:1] == ["B1"]


@pytest.mark.databases("sqlite")
def test_a_key_is_followed_by_another_with_both_signatures(
    story: Story, folder: keys.KeyFolder
) -> None:
    sign(folder)
    first = folder.read()
    assert first is not None
    rotate(folder, actor=None, now=NOW, real_now=NOW, reason="theo lịch")
    second = folder.read()
    assert second is not None
    assert (second.name, second.key == first.key) == (first.name, False)
    assert sign(folder).signed == 1  # the log that tells of it
    [event] = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "key_rotated"))
    assert newest(event.unit_id).note.count(second.name) == 2
    assert found() == []
    with transaction() as session:
        row = session.scalars(sa.select(LogKey).order_by(LogKey.id.desc()).limit(1)).one()
        row.note = note.sign(rotation.text(first.key, second.key), second).whole
    assert "thay khóa trước" in str(found()[0])  # the new key alone is not enough


@pytest.mark.databases("sqlite")
def test_without_its_key_nothing_is_signed_until_one_begins_anew(
    story: Story, folder: keys.KeyFolder
) -> None:
    sign(folder)
    folder.file.unlink()
    grow(story.base, 1)
    with pytest.raises(keys.KeyTrouble):
        sign(folder)
    assert not folder.file.exists()  # none is made behind anybody's back
    old = newest(story.base).note
    rotate(folder, actor=None, now=NOW, real_now=NOW, anew=True)
    assert sign(folder).signed == 2
    new = newest(story.base).note
    assert new.partition("/B1\n")[0] != old.partition("/B1\n")[0]  # another name: another origin
    assert found() == []


@pytest.mark.databases("sqlite")
def test_an_order_is_signed_by_the_same_process_and_passes_for_nothing_else(
    story: Story, folder: keys.KeyFolder
) -> None:
    with transaction() as session:
        number = orders.leave(session, "export", "sha256 00ff\n", now=NOW)
    assert orders.signed(db.session(), number) is None
    assert sign(folder, least=signing.OFTEN).orders == 1
    whole = orders.signed(db.session(), number)
    assert whole is not None
    ring = keys.known(db.session())
    assert orders.opened(whole, "export", ring) == "sha256 00ff\n"
    with pytest.raises(note.NotANote):
        checkpoint.opened(whole, ring)
    sign(folder)
    with pytest.raises(note.NotANote):
        orders.opened(newest(story.base).note, "export", ring)
    with pytest.raises(ValueError):
        orders.leave(db.session(), "checkpoint", "a/B1\n1\n", now=NOW)


@pytest.mark.databases("sqlite")
def test_an_order_that_nobody_may_have_signed_holds_up_no_other(
    story: Story, folder: keys.KeyFolder
) -> None:
    with transaction() as session:
        number = orders.leave(session, "export", "sha256\t00ff\n", now=NOW)
        after = orders.leave(session, "export", "sha256 00ff\n", now=NOW)
    assert sign(folder).orders == 1
    assert orders.signed(db.session(), number) is None
    assert orders.signed(db.session(), after) is not None
    assert sign(folder).orders == 0


@pytest.mark.databases("sqlite")
def test_a_key_that_a_full_disk_cut_short_is_made_again(
    story: Story, folder: keys.KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="full"):
            sign(folder)
    assert not folder.file.exists()
    assert sign(folder).signed > 0


@pytest.mark.databases("sqlite")
def test_who_waited_for_another_signer_sees_what_that_one_signed(
    app: Flask, story: Story, folder: keys.KeyFolder
) -> None:
    sign(folder)
    grow(story.base, 1)
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))  # a snapshot of that moment

    def another() -> None:
        with app.app_context():
            grow(story.base, 1)
            sign(folder)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(another).result()
    assert sign(folder).faults == []


def audit(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["audit", *words])


@pytest.mark.databases("sqlite")
def test_the_command_line_signs_rotates_and_checks(
    app: Flask, story: Story, tmp_path: Path
) -> None:
    made = audit(app, "checkpoint", "--json")
    assert made.exit_code == 0, made.output
    said = json.loads(made.output)
    assert (said["signed"], said["mismatches"]) == (2, [])
    assert (tmp_path / "data" / "keys" / "log.key").stat().st_mode & 0o077 == 0
    [event] = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.unit_id == story.base, AuditEvent.seq == 0)
    )
    text = receipts.receipt_of(db.session(), event)
    assert text is not None
    file = tmp_path / "a.tlog-proof"
    file.write_text(text)
    assert audit(app, "receipt", str(file), "--key", said["key"]).exit_code == 0
    other = audit(app, "receipt", str(file), "--key", note.new_signer("duyet/x").key.text)
    assert other.exit_code == 1
    file.write_text(text.replace("index 0", "index 1"))
    assert audit(app, "receipt", str(file), "--key", said["key"]).exit_code == 1

    turned = audit(app, "rotate-key", "--reason", "theo lịch")
    assert turned.exit_code == 0, turned.output
    assert turned.output.split()[-1] != said["key"]
    assert audit(app, "checkpoint").exit_code == 0
    rewritten(story.base, 1)
    broken = audit(app, "checkpoint")
    assert broken.exit_code == 1
    assert "Có sai lệch: sổ của B1" in broken.output


@pytest.mark.databases("sqlite")
def test_a_folder_of_keys_that_cannot_be_used_is_said_in_a_sentence(
    app: Flask, story: Story, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "keys"
    folder.mkdir(parents=True)
    (folder / "signed.db").write_text("no memory")
    told = [audit(app, "checkpoint")]
    shutil.rmtree(folder)
    folder.write_text("no folder")
    told += [audit(app, "checkpoint"), audit(app, "rotate-key")]
    for one in told:
        assert isinstance(one.exception, SystemExit), one.exception
        assert (one.exit_code, "KEY_DIR cannot be used" in one.output) == (1, True)


@pytest.mark.databases("sqlite")
def test_a_copy_of_everything_leaves_the_key_out(app: Flask, story: Story, tmp_path: Path) -> None:
    assert audit(app, "checkpoint").exit_code == 0
    held_by = keys.KeyFolder(tmp_path / "data" / "keys").read()
    assert held_by is not None
    secret = held_by.private.private_bytes_raw()
    file = tmp_path / "copy.zip"
    made = app.test_cli_runner().invoke(args=["backup", str(file)])
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(file) as copy:
        names = copy.namelist()
        assert "tables/checkpoint.jsonl" in names
        held = b"".join(copy.read(name) for name in names)
    assert not any("key" in name for name in names if name != "tables/log_key.jsonl")
    spelt = held_by.text.rpartition(f"+{held_by.key.id.hex()}+")[2]
    for form in (secret, secret.hex().encode(), b64encode(secret), spelt.encode()):
        assert form not in held
    assert "signed.db" not in "".join(names)


@pytest.mark.databases("sqlite")
def test_states_are_built_again_from_events_alone(app: Flask, story: Story) -> None:
    done = rebuild.rebuild(db.session())
    assert (done.documents, done.differing) == (1, 0)
    assert done.events == db.session.scalar(
        sa.select(sa.func.max(AuditEvent.document_version)).where(
            AuditEvent.document_id == story.plan
        )
    )
    with transaction() as session:
        session.execute(
            sa.update(Document).where(Document.id == story.plan).values(state="returned")
        )
    answer = audit(app, "verify", "--rebuild", "--json")
    assert answer.exit_code == 1
    counted = json.loads(answer.output)["rebuilt"]
    assert (counted["documents"], counted["differing"]) == (1, 1)
    assert "returned" in counted["faults"][0]["detail"]


@pytest.mark.databases("sqlite")
def test_the_process_beats_while_it_can_sign(
    app: Flask, story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = signer.Signing(app.config["SETTINGS"], keys.KeyFolder(tmp_path / "keys"))
    done = rounds.go(1000.0)
    assert done is not None
    assert done.signed == 2
    beaten = sa.select(Heartbeat.at).where(Heartbeat.name == "signer")
    first = db.session.scalar(beaten)
    assert first is not None
    grow(story.base, 3)
    few = rounds.go(1002.0)  # less than a hundred events, less than a minute
    assert few is not None
    assert few.signed == 0
    minute = rounds.go(1061.0)
    assert minute is not None
    assert minute.signed >= 1
    looks: list[object] = []
    with monkeypatch.context() as long:  # every log takes a minute: it beats between any two

        def slowly(*given: Any) -> object:
            looks.append(db.session.scalar(beaten))
            rounds.behind += 60
            return looking.look(*given)

        long.setattr(signing, "look", slowly)
        for unit in (story.base, story.ward):
            grow(unit, 3)
        assert rounds.go(1130.0) is not None
    assert len(looks) == len(set(looks)) >= 2
    rounds.folder.file.unlink()
    with transaction() as session:
        session.execute(sa.delete(Heartbeat))
    assert rounds.go(1200.0) is None
    assert db.session.scalar(beaten) is None


def test_an_old_event_changed_in_place_is_found_on_the_walk(
    story: Story, folder: keys.KeyFolder
) -> None:
    grow(story.base, 600)
    sign(folder)
    assert patrol.walk(folder, patrol.START, now=NOW) == (patrol.START, [])
    place, steps = patrol.START, 0
    while steps == 0 or place != patrol.START:
        place, wrong = patrol.walk(folder, place, now=NOW, most=300)
        assert wrong == []
        steps += 1
    assert steps > 2
    db.session.remove()
    without_triggers()
    event = (AuditEvent.unit_id == story.base, AuditEvent.seq == 300)
    old = db.session.execute(sa.select(AuditEvent.leaf, AuditEvent.leaf_hash).where(*event)).one()
    leaf = old.leaf.replace(b'"v":1', b'"v":2')
    for values, found in (
        ({"leaf": leaf}, 300),
        ({"leaf": leaf, "leaf_hash": merkle.leaf_hash(leaf)}, 256),  # somewhere in its stretch
    ):
        with transaction() as session:
            session.execute(sa.update(AuditEvent).where(*event).values(**values))
        _, [fault] = patrol.walk(folder, patrol.START, now=NOW)
        assert (fault.unit_id, fault.kind, fault.seq) == (story.base, "altered", found)
        grow(story.base, 1)
        assert [f.kind for f in sign(folder).faults] == ["altered"]  # and stays so
        with transaction() as session:
            session.execute(sa.update(AuditEvent).where(*event).values(**old._mapping))
        assert sign(folder).faults == []
    db.session.remove()
    with transaction() as session:
        session.execute(sa.update(LogTile).where(LogTile.n == 1).values(hash=bytes(32)))
    _, [fault] = patrol.walk(folder, patrol.START, now=NOW)
    assert fault.kind == "altered"
