"""Two installations on loopback: the ward's witness is a process of its own, and the base, whose whole
server is in other hands, cannot take back what the ward has seen."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from models.base import db, transaction
from models.unit import unit_by_code
from models.witness import WitnessLook
from tests.cast import EPOCH, Office
from workers.launcher import witness_command
from workflows import trail
from workflows.organisation.record import top_unit_id
from workflows.trail import keys
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.doors import Elsewhere
from workflows.trail.witness.near import witness_elsewhere
from workflows.trail.witness.settling import settle
from workflows.trail.witness.standing import standing
from workflows.trail.witness.store import Watched, opened

REAL = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PATIENCE = 30.0  # seconds for a process to answer

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The folder of the ward's witness, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "ward"
    environment = {
        "WITNESS_DIR": str(folder),
        "DATA_DIR": str(tmp_path / "ward-data"),
        "PYTHONPATH": str(ROOT),
        "PATH": str(Path(sys.executable).parent),
    }
    process = subprocess.Popen(witness_command("127.0.0.1", port), env=environment, cwd=ROOT)
    try:
        yield folder, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _key(url: str) -> str:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{url}/key", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _event(n: int, unit_id: int | None = None) -> None:
    with transaction() as session:
        trail.append(
            session,
            unit_id=unit_id or _top(),
            action="test",
            at=EPOCH + timedelta(minutes=n),
            facts={"n": n},
            private={},
            actor_id=None,
        )


def _top() -> int:
    found = top_unit_id(db.session())
    assert found is not None
    return found


def test_the_base_cannot_take_back_what_the_ward_has_seen(
    app: Flask, tmp_path: Path, ward: tuple[Path, str]
) -> None:
    folder, url = ward
    elsewhere = witness_elsewhere(url, _key(url))
    assert elsewhere is not None
    mine = keys.KeyFolder(tmp_path / "keys")

    def shown(by: Elsewhere | None = elsewhere):
        return settle(mine, tmp_path / "own", elsewhere=by, real_now=REAL, now=EPOCH)

    with app.app_context():
        Office()
        _event(1)
        top = _top()
        assert shown().faults == {top: "unknown"}  # nobody told the ward whose logs these are
        [key] = keys.known(db.session())
        with opened(folder) as store:
            store.watch(key, unit="WARD", label="Cơ sở")
            assert Watched(key, "WARD", "Cơ sở") in store.watched()
        assert not shown().faults
        _copy(tmp_path, "old")
        _event(2)
        assert not shown().faults
        seen = db.session.get_one(WitnessLook, top).size

        _put_back(tmp_path, "old")  # database, keys, memory: all of it
        with opened(folder) as store:
            assert store.conflicts() == []
        _event(3)  # and written anew, as if the second act had never been
        _event(4)
        assert shown().faults == {top: "rewritten"}
        assert standing(db.session(), REAL).contradicted
        with opened(folder) as store:
            [conflict] = store.conflicts()
            assert store.seen(conflict.origin).size == seen
        later = standing(db.session(), REAL + timedelta(hours=25))
        assert later.late  # unwitnessed for a day


def test_a_witness_that_does_not_answer_stops_nothing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        Office()
        _event(1)
        cell = unit_by_code("CELL")
        assert cell is not None
        _event(2, cell.id)
        with opened(tmp_path / "w") as store:
            known = key_of(store.signer).text
        away = witness_elsewhere("http://127.0.0.1:9", known)
        mine = keys.KeyFolder(tmp_path / "keys")
        done = settle(mine, tmp_path / "own", elsewhere=away, real_now=REAL, now=EPOCH)
        assert done.faults == {_top(): "away"}
        assert done.cosigned > 0  # those with a superior here


def _copy(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name
    kept.mkdir()
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(db.engine.url.database), kept / "db")
    shutil.copytree(tmp_path / "keys", kept / "keys")
    shutil.copytree(tmp_path / "own", kept / "own")


def _put_back(tmp_path: Path, name: str) -> None:
    db.session.remove()
    db.engine.dispose()
    path = Path(str(db.engine.url.database))
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()
    shutil.copy(tmp_path / name / "db", path)
    for folder in ("keys", "own"):
        shutil.rmtree(tmp_path / folder)
        shutil.copytree(tmp_path / name / folder, tmp_path / folder)
