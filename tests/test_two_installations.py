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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from config import ROOT, Settings
from models.base import db, transaction
from models.unit import Unit, unit_by_code
from models.witness import WitnessLook
from tests.cast import EPOCH, Office
from workers.launcher import witness_command
from workers.witness import application
from workflows import trail
from workflows.organisation.record import top_unit_id
from workflows.prints.log_stamp import log_stamp
from workflows.trail import keys
from workflows.trail.witness import afar, observing
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.doors import Elsewhere
from workflows.trail.witness.near import witness_elsewhere
from workflows.trail.witness.observing import Verdict, observe
from workflows.trail.witness.settling import settle
from workflows.trail.witness.standing import refused_for_a_day, standing
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


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The same, within this process."""
    given = {"WITNESS_DIR": str(tmp_path / "ward"), "DATA_DIR": str(tmp_path / "ward-data")}
    answering = application(Settings.from_env({**given, "SECRET_KEY": "k" * 64}))
    server = make_server("127.0.0.1", 0, answering)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever)
        try:
            yield tmp_path / "ward", f"http://127.0.0.1:{server.port}"
        finally:
            server.shutdown()
            server.server_close()


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


@contextmanager
def half_asked(url: str) -> Iterator[None]:
    """Many who began to ask and do not go on."""
    with ExitStack() as lines:
        for _ in range(12):
            line = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
            lines.enter_context(line).sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n")
        yield


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
    spelt = _key(url)
    with half_asked(url):  # who does not end his question keeps nobody else waiting
        assert _key(url) == spelt
    elsewhere = witness_elsewhere(url, spelt)
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
        assert shown().faults == {top: "rewritten"}
        assert standing(db.session(), REAL).contradicted
        with opened(folder) as store:
            [conflict] = store.conflicts()  # two trees of one size, both signed by the base
            assert store.seen(conflict.origin).size == seen
        _event(4)
        assert shown().faults == {top: "rewritten"}
        with opened(folder) as store:
            assert len(store.conflicts()) == 1  # of another size it is for the base to show
            assert observing.wanted(store, key.name) == [(conflict.origin, seen + 1)]
        assert standing(db.session(), REAL + timedelta(hours=25)).late  # unwitnessed for a day
        found = afar.installations(folder, datetime.now(UTC)) or []
        assert [one.label for one in found if one.is_red] == ["Cơ sở"]


def test_the_ward_sees_that_the_base_fell_silent(
    app: Flask, tmp_path: Path, thread: tuple[Path, str]
) -> None:
    """By the clock of the ward; a base in which nothing is written is not silent."""
    folder, url = thread
    elsewhere = witness_elsewhere(url, _key(url))
    mine = keys.KeyFolder(tmp_path / "keys")

    def shown(at: datetime):
        return settle(mine, tmp_path / "own", elsewhere=elsewhere, real_now=at, now=EPOCH)

    with app.app_context():
        Office()
        _event(1)
        shown(REAL)
        [key] = keys.known(db.session())
        with opened(folder) as store:
            store.watch(key, unit="WARD", label="Cơ sở")
        now = datetime.now(UTC)
        [never] = afar.installations(folder, now)
        assert (never.heard, never.is_red) == (None, False)
        assert not shown(REAL).faults
        [heard] = afar.installations(folder, now)
        assert (heard.label, heard.unit, heard.silent) == ("Cơ sở", "WARD", False)
        for hours, silent in ((23, False), (25, True)):
            [then] = afar.installations(folder, heard.heard + timedelta(hours=hours))
            assert (then.silent, then.is_red) == (silent, silent)
        with opened(folder) as store:
            origin = f"{key.name}/PROVINCE"
            store.keep(origin, store.seen(origin)._replace(at=1))
        assert shown(now + timedelta(hours=1)).faults == {}  # nothing was written since
        [again] = afar.installations(folder, now)
        asked = witness_elsewhere("http://127.0.0.1:9", _key(url))
        gone = now + timedelta(days=2)
        assert settle(mine, tmp_path / "own", elsewhere=asked, real_now=gone, now=EPOCH).faults == {
            _top(): "away"
        }
        assert refused_for_a_day(db.session(), gone) == 0  # its end was witnessed
        assert again.heard >= heard.heard
        with opened(folder) as store:
            assert store.unwatch(key)
            assert not store.unwatch(key)
        assert afar.installations(folder, now + timedelta(days=9)) == []
    assert afar.installations(tmp_path / "none", now) == []


def test_a_code_on_minutes_is_shown_by_the_log_or_turns_red(
    app: Flask, tmp_path: Path, thread: tuple[Path, str]
) -> None:
    """The ward holds the minutes of a cell, whose log it never saw: the base is asked for it."""
    folder, url = thread
    elsewhere = witness_elsewhere(url, _key(url))
    mine = keys.KeyFolder(tmp_path / "keys")

    def shown():
        return settle(mine, tmp_path / "own", elsewhere=elsewhere, real_now=REAL, now=EPOCH)

    def pasted(code: str) -> Verdict:
        with opened(folder) as store:
            return observe(store, code, at=int(time.time()))[2]

    with app.app_context():
        cell = Office().units["CELL"].id
        _event(1)
        _event(1, cell)
        shown()
        [key] = keys.known(db.session())
        with opened(folder) as store:
            store.watch(key, unit="WARD", label="Cơ sở")
        first = log_stamp(db.session.get_one(Unit, cell))["code"]
        _event(2, cell)
        assert pasted(first) is Verdict.UNKNOWN
        assert shown().faults == {}
        assert pasted(first) is Verdict.WHOLE
        _copy(tmp_path, "old")
        _event(3, cell)
        shown()
        printed = log_stamp(db.session.get_one(Unit, cell))["code"]
        _put_back(tmp_path, "old")
        for n in (4, 5):
            _event(n, cell)
        shown()
        assert pasted(printed) is Verdict.UNKNOWN
        assert shown().faults[cell] == "rewritten"  # the base knows it at once
        assert pasted(printed) is Verdict.UNKNOWN
        [then] = afar.installations(folder, datetime.now(UTC) + timedelta(hours=25))
        assert then.overdue


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
