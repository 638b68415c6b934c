"""Witnessing: what a superior saw of the logs below it cannot be undone by whoever holds them."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.event import AuditEvent, LogHead
from models.unit import ReportingLine, Unit, unit_by_code
from models.witness import Cosignature, WitnessConflict, WitnessedTree, WitnessLook, WitnessRound
from tests.cast import EPOCH, Office
from tests.support import plain_proofs
from workflows import trail
from workflows.trail import checkpoint as checkpoints
from workflows.trail import keys, merkle, signing
from workflows.trail.note import NotANote, new_signer, parse, parse_key, sign
from workflows.trail.rotation import rotate
from workflows.trail.witness import committing, doors, observing, rounds
from workflows.trail.witness import request as requests
from workflows.trail.witness.adding import Ahead, Answer, Cosigned, Refused, add
from workflows.trail.witness.circles import passes_on, upward
from workflows.trail.witness.committing import root
from workflows.trail.witness.cosignature import cosign, cosigners, key_of, with_lines
from workflows.trail.witness.doors import Away, Elsewhere, elsewhere, wanted_by
from workflows.trail.witness.observing import Verdict, observe
from workflows.trail.witness.rounds import witness_round
from workflows.trail.witness.settling import settle
from workflows.trail.witness.standing import refused_for_a_day, standing
from workflows.trail.witness.store import Store, opened

REAL = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
LOG = new_signer("duyet/base")
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(20)]


def _note(size: int, leaves: list[bytes] = LEAVES, name: str = "duyet/base/BASE") -> str:
    said = checkpoints.Checkpoint(name, size, merkle.root(leaves[:size]))
    return sign(checkpoints.text(said), LOG).whole


def _request(old: int, size: int, leaves: list[bytes] = LEAVES) -> requests.Request:
    proof = plain_proofs.consistency_proof(leaves[:size], old)
    return requests.Request(old, tuple(proof), _note(size, leaves))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "witness") as made:
        made.watch(LOG.key, unit="WARD", label="Cơ sở")
        yield made


def test_a_cosignature_says_who_saw_what_and_when() -> None:
    witness = new_signer("duyet-witness/w")
    note = parse(_note(7))
    line = cosign(note.text, witness, at=1_700_000_000)
    whole = parse(with_lines(note, [line]).whole)
    [said] = cosigners(whole, [key_of(witness), LOG.key])
    assert (said.key, said.at) == (key_of(witness), 1_700_000_000)
    assert parse_key(key_of(witness).text) == key_of(witness)
    other = parse(with_lines(parse(_note(8)), [line]).whole)
    with pytest.raises(NotANote):
        cosigners(other, [key_of(witness)])


def test_only_what_continues_the_tree_seen_is_cosigned(store: Store) -> None:
    assert isinstance(add(store, _request(0, 7), at=1), Cosigned)
    assert add(store, _request(0, 12), at=2) == Ahead(7)
    assert isinstance(add(store, _request(7, 12), at=3), Cosigned)
    assert isinstance(add(store, _request(12, 12), at=4), Cosigned)
    seen = store.seen("duyet/base/BASE")
    assert seen is not None
    assert (seen.size, store.conflicts()) == (12, [])


OTHER = [LEAVES[0], merkle.leaf_hash(b"other"), *LEAVES[2:]]


def test_two_trees_of_one_size_are_refused_and_kept_as_evidence(store: Store) -> None:
    add(store, _request(0, 12), at=1)
    for _ in range(2):
        assert add(store, _request(12, 12, OTHER), at=2) == Refused("rewritten", 12)
    [conflict] = store.conflicts()
    assert (conflict.kept, conflict.came) == (_note(12), _note(12, OTHER))
    for note in (conflict.kept, conflict.came):  # both signed by the log itself
        checkpoints.opened(note, [LOG.key])
    assert isinstance(add(store, _request(12, 13), at=3), Cosigned)  # the true log goes on
    assert add(store, _request(12, 12, OTHER), at=4) == Refused("rewritten", 13)  # nor later


def test_a_proof_that_does_not_hold_is_refused_and_alone_proves_nothing(store: Store) -> None:
    add(store, _request(0, 12), at=1)
    assert add(store, _request(12, 15, OTHER), at=2) == Refused("unproven")
    seen = store.seen("duyet/base/BASE")
    assert seen is not None
    assert (store.conflicts(), seen.size) == ([], 12)
    assert observing.wanted(store, "duyet/base") == [("duyet/base/BASE", 15)]
    assert isinstance(add(store, _request(12, 14), at=3), Cosigned)  # the true log goes on
    assert add(store, _request(14, 15), at=3) == Refused("rewritten", 14)
    [conflict] = store.conflicts()  # now there are two trees of one size
    assert (conflict.kept, conflict.came) == (_note(15, OTHER), _note(15))
    assert isinstance(add(store, _request(14, 16), at=4), Cosigned)
    assert add(store, _request(15, 16), at=5) == Refused("unproven")


def test_a_true_checkpoint_sent_with_a_false_proof_leaves_nothing_behind(store: Store) -> None:
    add(store, _request(0, 12), at=1)
    assert add(store, requests.Request(12, (), _note(15)), at=2) == Refused("unproven")
    assert isinstance(add(store, _request(12, 15), at=3), Cosigned)
    assert (store.conflicts(), store.waiting()) == ([], [])


def test_a_log_put_back_is_told_how_far_it_was_seen(store: Store) -> None:
    add(store, _request(0, 12), at=1)
    assert add(store, _request(7, 9), at=2) == Ahead(12)
    assert store.conflicts() == []  # who only sends an old checkpoint again raises no alarm
    assert isinstance(add(store, _request(9, 12), at=3), Cosigned)
    assert store.waiting() == []


def test_words_of_a_code_on_paper_are_held_against_the_log(store: Store) -> None:
    """Of a size that was seen the answer is there at once; of another the log has to show it."""
    add(store, _request(0, 12), at=1)
    assert observe(store, _note(12), at=2)[2] is Verdict.WHOLE
    assert observe(store, _note(9), at=2)[2] is Verdict.UNKNOWN
    assert observe(store, _note(14), at=2)[2] is Verdict.UNKNOWN
    name = "duyet/base/BASE"
    assert observing.wanted(store, "duyet/base") == [(name, 9), (name, 14)]
    assert observing.wanted(store, "duyet/bas") == []
    false = requests.Request(9, (), _note(12))
    assert add(store, false, at=3) == Refused("unproven")
    assert isinstance(add(store, _request(9, 12), at=3), Cosigned)
    assert isinstance(add(store, _request(12, 15), at=4), Cosigned)
    assert isinstance(add(store, _request(14, 15), at=4), Cosigned)
    assert observing.wanted(store, "duyet/base") == []
    assert observe(store, _note(14), at=5)[2] is Verdict.WHOLE
    assert store.conflicts() == []
    assert observe(store, _note(14, OTHER), at=6)[2] is Verdict.OTHER
    [conflict] = store.conflicts()
    assert (conflict.kept, conflict.came) == (_note(14), _note(14, OTHER))
    stranger = sign(parse(_note(9)).text, new_signer("duyet/base")).whole
    for wrong in (stranger, _note(9, name="duyet/other/BASE"), "x", _note(9)[:-9]):
        with pytest.raises(NotANote):
            observe(store, wrong, at=7)
    own = new_signer("duyet/own")
    store.watch(own.key)  # the logs of this very installation are held against themselves
    with pytest.raises(NotANote):
        observe(store, sign(f"duyet/own/A\n{parse(_note(9)).text[16:]}", own).whole, at=7)


def test_what_no_watched_key_signed_is_not_looked_at(store: Store) -> None:
    stranger = new_signer("duyet/base")
    said = checkpoints.parse(parse(_note(7)).text)
    note = sign(checkpoints.text(said), stranger).whole
    assert add(store, requests.Request(0, (), note), at=1) == Refused("unsigned")
    elsewhere = _note(7, name="duyet/other/BASE")
    assert add(store, requests.Request(0, (), elsewhere), at=1) == Refused("unknown")
    assert add(store, requests.Request(0, (), "nothing"), at=1) == Refused("malformed")
    assert add(store, requests.Request(9, (), _note(7)), at=1) == Refused("malformed")
    assert store.all_seen() == {}
    assert store.conflicts() == []


def test_a_request_is_read_as_it_is_written() -> None:
    request = _request(7, 12)
    assert requests.parse(requests.text(request)) == request
    for wrong in ("", "old x\n\nnote", "old 1\nAAAA\n\nnote", "new 1\n\nnote"):
        with pytest.raises(NotANote):
            requests.parse(wrong)


# -- rounds of an installation


@pytest.fixture
def folders(tmp_path: Path) -> tuple[keys.KeyFolder, Path]:
    return keys.KeyFolder(tmp_path / "keys"), tmp_path / "keys" / "witness"


def _settle(folders: tuple[keys.KeyFolder, Path]):
    return settle(*folders, elsewhere=None, real_now=REAL, now=EPOCH)


def _event(code: str, n: int = 1) -> None:
    unit = unit_by_code(code)
    assert unit is not None
    with transaction() as session:
        trail.append(
            session,
            unit_id=unit.id,
            action="test",
            at=EPOCH,
            facts={"n": n},
            private={},
            actor_id=None,
        )


def test_the_top_head_commits_to_the_whole_organisation(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    with app.app_context():
        Office()
        _event("CELL")
        db.session.commit()
        done = _settle(folders)
        assert not done.faults
        assert done.cosigned > 0
        bodies = {r.unit_id for r in db.session.scalars(sa.select(WitnessRound))}
        assert {unit_by_code("BASE").id, unit_by_code("WARD").id} <= bodies
        _event("CELL")
        assert _settle(folders).stated >= 2  # the base, and whoever is above it
        assert _settle(folders).stated == 0
        [key] = keys.known(db.session())
        with opened(folders[1]) as store:
            witness = key_of(store.signer)
            seen = store.all_seen()
        bodies_seen = db.session.scalars(sa.select(WitnessRound).order_by(WitnessRound.id)).all()
        lists: dict[int, dict[str, str]] = {}
        for one in bodies_seen:
            event = db.session.get_one(AuditEvent, one.event_id)
            trees = db.session.scalars(sa.select(WitnessedTree).filter_by(round_id=one.id)).all()
            known = lists.setdefault(one.unit_id, {})
            known |= {t.origin: t.note for t in trees}
            assert root(known).hex() in event.leaf.decode()
        lines = db.session.scalars(sa.select(Cosignature)).all()
        assert {line.witness for line in lines} == {witness.text}
        cell = db.session.get_one(WitnessLook, unit_by_code("CELL").id)
        assert cell.fault is None
        assert seen[checkpoints.origin(key.name, "CELL")].size == cell.size == 2
        assert trail.verify(db.session()).whole
        with transaction() as session:
            session.execute(sa.update(WitnessedTree).values(note=_note(7)))
            session.execute(sa.update(Cosignature).values(line=lines[0].line[:-9] + "AAAAAAA=\n"))
        faults = [str(fault) for fault in trail.verify(db.session()).faults]
        assert sum("mã gốc" in fault for fault in faults) == len(bodies_seen)
        assert sum("chứng kiến" in fault for fault in faults) == len(lines)


@pytest.mark.databases("sqlite")
def test_a_superior_states_what_it_saw_of_installations_elsewhere(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    with app.app_context():
        Office()
        with opened(folders[1]) as store:
            store.watch(LOG.key, unit="WARD", label="Cơ sở")
            add(store, _request(0, 7), at=1)
        _settle(folders)
        with opened(folders[1]) as store:
            add(store, _request(7, 12), at=2)
        _settle(folders)
        far = db.session.execute(
            sa.select(WitnessRound.unit_id, WitnessedTree.size)
            .join(WitnessedTree, WitnessedTree.round_id == WitnessRound.id)
            .where(WitnessedTree.origin == "duyet/base/BASE")
            .order_by(WitnessRound.id)
        ).all()
        ward = unit_by_code("WARD")
        assert ward is not None
        assert [(unit, size) for unit, size in far if size == 12] == [(ward.id, 12)]
        assert {unit for unit, _ in far} == {ward.id}
        assert trail.verify(db.session()).whole


def test_a_round_keeps_what_is_new_and_now_and_then_all(
    app: Flask, folders: tuple[keys.KeyFolder, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "WHOLE_EVERY", 3)
    with app.app_context():
        office = Office()
        base, ward = unit_by_code("BASE"), office.units["WARD"]
        with transaction() as session:
            for code in "ABCDEF":
                unit = Unit(code=code, name=code, body=code, symbol=code, level=base.level)
                session.add(unit)
                session.add(ReportingLine(unit=unit, superior=ward, line="party"))
        for code in "ABCDEF":
            _event(code)
        _settle(folders)
        for n in range(4):
            _event("A", n)
            _settle(folders)
        assert _kept(ward.id) == [6, 1, 1, 6, 1]
        with transaction() as session:
            gone = unit_by_code("B")
            session.execute(sa.delete(ReportingLine).where(ReportingLine.unit_id == gone.id))
        _event("A", 9)
        _settle(folders)
        assert _kept(ward.id)[-1] == 2  # what is new, and that one is gone
        assert _settle(folders).stated == 0
        assert trail.verify(db.session()).whole
        with transaction() as session:
            session.execute(sa.delete(WitnessedTree).where(WitnessedTree.size == 0))
        assert "mã gốc" in str(trail.verify(db.session()).faults[0])


def _kept(unit_id: int) -> list[int]:
    """Of each round of a superior how many rows it keeps."""
    rounds = (
        sa.select(sa.func.count(WitnessedTree.origin))
        .join(WitnessRound, WitnessedTree.round_id == WitnessRound.id)
        .where(WitnessRound.unit_id == unit_id)
        .group_by(WitnessRound.id)
        .order_by(WitnessRound.id)
    )
    return list(db.session.scalars(rounds))


@pytest.mark.databases("sqlite")
def test_superiors_in_a_circle_come_to_rest_and_the_top_still_commits_to_all(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    with app.app_context():
        office = Office()
        with transaction() as session:
            session.add(
                ReportingLine(
                    unit=office.units["WARD"], superior=unit_by_code("BASE"), line="front"
                )
            )
        for n in range(3):
            _event("CELL", n)
            assert _settle(folders).stated
            assert [_settle(folders).stated for _ in range(3)] == [0, 0, 0]
            cell = db.session.get_one(LogHead, office.units["CELL"].id)
            assert _stated("BASE")["CELL"] == cell.size
            assert _stated("WARD")["BASE"] > _place_of_last_statement("BASE")
            assert _stated("PROVINCE")["WARD"] > _place_of_last_statement("WARD")
        before = _stated("BASE")["WARD"]
        _event("WARD")  # and what is written within the circle is stated below as well
        assert _settle(folders).stated
        assert _stated("BASE")["WARD"] > before
        assert trail.verify(db.session()).whole


def _stated(code: str) -> dict[str, int]:
    """{unit below: how far a superior stated last to have seen its log}."""
    notes, _ = committing._last(unit_by_code(code).id)
    found = [checkpoints.parse(parse(note).text) for note in notes.values()]
    return {one.origin.rpartition("/")[2]: one.size for one in found}


def _place_of_last_statement(code: str) -> int:
    query = sa.select(sa.func.max(AuditEvent.seq)).where(
        AuditEvent.unit_id == unit_by_code(code).id, AuditEvent.action == committing.ACTION
    )
    return db.session.scalars(query).one()


def test_only_the_way_out_of_a_circle_passes_statements_on() -> None:
    graph = {1: {2}, 2: {3}, 3: {1, 9}, 9: set(), 5: {1}, 6: {6, 9}, 7: {8}, 8: {7}}
    passed = passes_on(graph)
    ways = {(unit, above) for unit in graph for above in graph[unit] if passed(unit, above)}
    assert ways == {(1, 2), (2, 3), (3, 9), (5, 1), (6, 9), (8, 7)}
    assert upward({5}, lambda units: {unit: graph[unit] for unit in units}).keys() == {
        5,
        1,
        2,
        3,
        9,
    }


@pytest.mark.databases("sqlite")
def test_whose_logs_are_watched_is_said_and_ended_at_the_command_line(app: Flask) -> None:
    with app.app_context():
        Office()
    folder = app.config["SETTINGS"].witness_dir
    said = app.test_cli_runner().invoke
    own = said(args=["audit", "watch"]).output.strip()
    with opened(folder) as store:
        assert own == key_of(store.signer).text
    assert said(args=["audit", "watch", LOG.key.text, "--unit", "NOBODY"]).exit_code == 1
    assert (
        said(args=["audit", "watch", LOG.key.text, "--unit", "WARD", "--label", "X"]).exit_code == 0
    )
    with opened(folder) as store:
        assert [(one.key, one.unit, one.label) for one in store.watched()] == [
            (LOG.key, "WARD", "X")
        ]
    assert said(args=["audit", "watch", LOG.key.text, "--end"]).exit_code == 0
    again = said(args=["audit", "watch", LOG.key.text, "--end"])
    assert (again.exit_code, "is not watched here" in again.output) == (1, True)
    assert said(args=["audit", "watch", "x", "--end"]).exit_code == 1


@pytest.mark.databases("sqlite")
def test_a_witness_that_is_no_longer_asked_is_not_away(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    def door(_: requests.Request, __: int) -> Answer:
        raise Away

    with app.app_context():
        office = Office()
        _event("PROVINCE")
        top = office.units["PROVINCE"].id
        there = Elsewhere(door, LOG.key)
        assert settle(*folders, elsewhere=there, real_now=REAL, now=EPOCH).faults == {top: "away"}
        later = REAL + timedelta(hours=25)
        assert standing(db.session(), later).late == ["PROVINCE"]
        assert refused_for_a_day(db.session(), later) == 1
        assert _settle(folders).faults == {}
        look = db.session.get_one(WitnessLook, top)
        assert (look.fault, look.fault_at) == (None, None)
        assert (standing(db.session(), later).late, standing(db.session(), later).alone) == ([], 1)
        with transaction() as session:  # what was found of the log itself is not undone so
            session.execute(sa.update(WitnessLook).values(fault="rewritten", fault_at=REAL))
        _event("PROVINCE", 2)
        _settle(folders)
        assert "PROVINCE" in standing(db.session(), later).contradicted


@pytest.mark.databases("sqlite")
def test_logs_that_rest_are_witnessed_again_under_a_key_begun_anew(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    with app.app_context():
        Office()
        _event("CELL")
        _settle(folders)
        rotate(folders[0], actor=None, now=EPOCH, real_now=REAL, anew=True)
        _settle(folders)
        key = keys.current(db.session())
        assert key is not None
        with opened(folders[1]) as store:
            assert checkpoints.origin(key.name, "CELL") in store.all_seen()


@pytest.mark.databases("sqlite")
def test_who_waited_for_another_round_shows_nothing_older(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    def another() -> None:
        with app.app_context():
            _event("CELL")
            _settle(folders)

    with app.app_context():
        Office()
        _event("CELL")
        signing.sign_round(folders[0], now=REAL)
        assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))  # a snapshot
        with ThreadPoolExecutor(1) as pool:
            pool.submit(another).result()
        done = witness_round(folders[1], elsewhere=None, real_now=REAL, now=EPOCH)
        assert done.faults == {}
        with opened(folders[1]) as store:
            assert store.conflicts() == []


@pytest.mark.databases("sqlite")
def test_between_two_parts_of_a_round_others_are_answered(
    app: Flask, folders: tuple[keys.KeyFolder, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is cosigned in the database that is not kept by then."""
    parts = []
    keep = rounds._keep

    def kept(logs: Sequence[Any], *more: Any) -> None:
        with (folders[1] / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with opened(folders[1]) as store:
            known = {seen.note for seen in store.all_seen().values()}
            parts.append({log.code for log in logs if log.note in known})
        keep(logs, *more)

    monkeypatch.setattr(rounds, "_keep", kept)
    monkeypatch.setattr(rounds, "AT_ONCE", 1)
    with app.app_context():
        Office()
        for code in ("WARD", "BASE", "CELL"):
            _event(code)
        assert _settle(folders).faults == {}
    assert {"WARD"} in parts
    assert {"CELL"} in parts


@pytest.mark.databases("sqlite")
def test_a_witness_elsewhere_is_waited_for_once_and_nobody_here_waits_with_it(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    asked = []

    def door(request: requests.Request, _: int) -> Answer:
        with (folders[1] / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # who asks this witness is answered
        asked.append(request.note)
        raise Away

    with app.app_context():
        Office()
        for code in ("PROVINCE", "BASE", "CELL"):
            _event(code)
        with transaction() as session:  # two logs that nobody here is above
            base = unit_by_code("BASE")
            session.execute(sa.delete(ReportingLine).where(ReportingLine.unit_id == base.id))
        with opened(folders[1]):
            pass
        there = Elsewhere(door, LOG.key)
        done = settle(*folders, elsewhere=there, real_now=REAL, now=EPOCH)
        assert set(done.faults.values()) == {"away"}
        assert len(done.faults) >= 2
        assert len(asked) == 1
        assert done.cosigned > 0


@contextmanager
def answering(answer: bytes, drip: bytes = b"") -> Iterator[str]:
    """The address of somebody who answers so, whatever he is asked, and then says this every 50 ms."""
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError), listener.accept()[0] as line:
                line.recv(1 << 16)
                line.sendall(answer)
                while drip and not ended.wait(0.05):
                    line.sendall(drip)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            server.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 409 C\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 2\r\n\r\n-5",
        b"HTTP/1.1 409 C\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 1\r\n\r\nx",
    ],
)
def test_who_does_not_answer_as_a_witness_does_is_away(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(Away):
        elsewhere(url)(_request(0, 7), 1)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (b"a/X " + b"9" * 5000 + b"\na/Y 7\n", [("a/Y", 7)]),
        (b"a/X -1\na/X 1.5\na/X \xd9\xa7\na/\0 3\n\n7\na/X 0\n", []),
        (b"\xff\xfe", None),
    ],
)
def test_what_a_witness_asks_for_is_read_as_sizes_of_logs_or_not_at_all(
    answer: bytes, asked: list[tuple[str, int]] | None
) -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + answer) as url:
        if asked is not None:
            assert wanted_by(url)("a") == asked
            return
        with pytest.raises(Away):
            wanted_by(url)("a")


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_who_answers_byte_by_byte_is_not_waited_for(
    begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    with answering(begun, drip=b"a") as url:
        since = time.monotonic()
        for ask in (lambda: wanted_by(url)("a"), lambda: elsewhere(url)(_request(0, 7), 1)):
            with pytest.raises(Away):
                ask()
        assert time.monotonic() - since < 5


def test_a_log_rewritten_by_the_holder_of_its_key_is_found(
    app: Flask, folders: tuple[keys.KeyFolder, Path]
) -> None:
    """Everything on the base's side is put back and written anew: database, key folder, memory of
    what was signed. Only the witness, elsewhere, remembers."""
    folder, witness = folders
    away = witness.parent.parent / "elsewhere"
    with app.app_context():
        Office()
        _event("CELL")
        settle(folder, away, elsewhere=None, real_now=REAL, now=EPOCH)
        unit = unit_by_code("CELL")
        kept = db.session.get_one(LogHead, unit.id)
        assert kept.size >= 1
        (folder.folder / "signed.db").unlink()
        with transaction() as session:
            _forget(session, unit.id)
        for _ in range(3):
            _event("CELL", 2)
        done = settle(folder, away, elsewhere=None, real_now=REAL, now=EPOCH)
        assert done.faults == {unit.id: "rewritten"}
        [conflict] = db.session.scalars(sa.select(WitnessConflict)).all()
        assert conflict.origin.endswith("/CELL")
        assert conflict.kind == "rewritten"
    shutil.rmtree(away)


def _forget(session: sa.orm.Session, unit_id: int) -> None:
    """Takes everything of one log out of the database, as its holder can."""
    lite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        sa.text(
            "DROP TRIGGER audit_event_no_delete"
            if lite
            else "ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change"
        )
    )
    for words in (
        "DELETE FROM cosignature WHERE checkpoint_id IN"
        " (SELECT id FROM checkpoint WHERE unit_id = :unit)",
        "DELETE FROM checkpoint WHERE unit_id = :unit",
        "DELETE FROM witness_look WHERE unit_id = :unit",
        "DELETE FROM log_look WHERE unit_id = :unit",
        "DELETE FROM log_tile WHERE unit_id = :unit",
        "DELETE FROM event_payload WHERE event_id IN"
        " (SELECT id FROM audit_event WHERE unit_id = :unit)",
        "DELETE FROM audit_event WHERE unit_id = :unit",
        "UPDATE log_head SET size = 0, frontier = :none, latest_at = NULL WHERE unit_id = :unit",
    ):
        session.execute(
            sa.text(words),
            {"unit": unit_id, "none": b""} if ":none" in words else {"unit": unit_id},
        )
