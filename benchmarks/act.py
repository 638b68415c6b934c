"""One act from end to end: a deputy reviews a plan of his cell.

Ours: `perform` in a transaction of its own, with a session that knows nothing before. The other: what a
careful programmer would write by hand against the driver, for this act alone: the same rows locked,
read, changed and added, the same bytes hashed, the same commit; no rule is asked that is not a row. What
our second look at the holders reads again, it reads once.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from app import create_app
from benchmarks.harness import Bench, Figure, analyze, milliseconds, taking_turns
from benchmarks.office import ManyCells, plans
from config import Settings
from models.base import db, transaction
from workflows import perform

WARM = 10
ROUNDS = {False: 20, True: 190}
LIMIT = {"postgresql": 2.0, "sqlite": 3.5}
PROCESSES = 4
WARMED = 10
EACH = {False: 30, True: 100}  # acts of one process

Work = tuple[int, int, datetime]  # document, deputy, instant


def run(bench: Bench) -> Iterator[Figure]:
    """One act against the SQL; on PostgreSQL also four processes against one."""
    turns = WARM + ROUNDS[bench.full]
    at_once = 2 * PROCESSES * EACH[bench.full] if bench.database == "postgresql" else 0
    with bench.app.app_context():
        office = ManyCells(2 * turns + at_once)
        documents = plans(office, "submitted")
        deputies = [office.people[f"Dung {number}"].id for number in range(office.cells)]
        now = office.now + timedelta(minutes=1)
        db.session.remove()
        analyze()
        work = [(a, b, now) for a, b in zip(documents, deputies, strict=True)]
        by_hand = ByHand(bench)
        mine, theirs = taking_turns(
            lambda turn: review(*work[turn]),
            lambda turn: by_hand.review(*work[turns + turn]),
            rounds=ROUNDS[bench.full],
            warm=WARM,
        )
        by_hand.close()
        db.engine.dispose()
    yield Figure(
        "act: a review",
        bench.database,
        milliseconds(mine),
        milliseconds(theirs),
        mine / theirs,
        LIMIT[bench.database],
    )
    if at_once:
        yield _at_once(bench, work[2 * turns :])


def review(document_id: int, person_id: int, now: datetime) -> None:
    """The act from an empty session to the commit, by the ids that a form carries. The page showed the plan as
    it was drafted and submitted: revision 1, version 2."""
    with transaction():
        perform(document_id, "review", actor=person_id, now=now, revision=1, version=2)
    db.session.remove()


def _deputies(office: ManyCells) -> list[int]:
    return [office.people[f"Dung {number}"].id for number in range(office.cells)]


# ---------------------------------------------------------------- by hand

LOCK_ISSUER = """
    SELECT u.id FROM unit u JOIN document d ON d.unit_id = u.id WHERE d.id = :document {of_unit}"""
DOCUMENT = """
    SELECT d.*, f.hash, f.source, c.line, c.ladder
    FROM document d JOIN definition f ON f.id = d.definition_id JOIN campaign c ON c.id = d.campaign_id
    WHERE d.id = :document {of_document}"""
REVISION = "SELECT * FROM revision WHERE document_id = :document AND n = :revision"
STAGES = """
    SELECT s.*, u.* FROM document_stage s JOIN unit u ON u.id = s.unit_id
    WHERE s.document_id = :document ORDER BY s.position"""
PERSON = "SELECT * FROM person WHERE id = :person {of_person}"
HANDS = """
    SELECT person_id, NULL FROM contribution
    WHERE document_id = :document AND action NOT IN ('comment', 'x')
    UNION ALL
    SELECT d.person_id, p.person_id FROM decision d
    LEFT JOIN post p ON p.id = d.post_id AND d.delegation_id IS NOT NULL
    WHERE d.document_id = :document AND d.revision = :revision"""
HELD = """
    SELECT p.*, d.*, a.*, b.*, v.*,
      EXISTS (SELECT 1 FROM absence x WHERE x.person_id = p.person_id
        AND (x.valid_from IS NULL OR x.valid_from <= :day) AND (x.valid_to IS NULL OR x.valid_to >= :day))
      OR EXISTS (SELECT 1 FROM account y WHERE y.person_id = p.person_id AND y.suspended_at IS NOT NULL),
      EXISTS (SELECT 1 FROM absence x WHERE x.person_id = d.person_id
        AND (x.valid_from IS NULL OR x.valid_from <= :day) AND (x.valid_to IS NULL OR x.valid_to >= :day))
      OR EXISTS (SELECT 1 FROM account y WHERE y.person_id = d.person_id AND y.suspended_at IS NOT NULL)
    FROM post p JOIN unit u ON u.id = p.unit_id
    LEFT JOIN delegation d ON d.post_id = p.id AND (d.valid_from IS NULL OR d.valid_from <= :day)
      AND (d.valid_to IS NULL OR d.valid_to >= :day) AND (d.revoked_at IS NULL OR d.revoked_at > :now)
    JOIN person a ON a.id = p.person_id JOIN unit v ON v.id = p.unit_id
    LEFT JOIN person b ON b.id = d.person_id
    WHERE (u.id = :unit OR (u.attached_to_id = :unit AND (u.valid_from IS NULL OR u.valid_from <= :day)
        AND (u.valid_to IS NULL OR u.valid_to >= :day)))
      AND (p.valid_from IS NULL OR p.valid_from <= :day) AND (p.valid_to IS NULL OR p.valid_to >= :day)
      AND (p.ended_at IS NULL OR p.ended_at > :now)
    ORDER BY p.id, d.id"""
KEEP = "SELECT id FROM post WHERE id = :post AND (ended_at IS NULL OR ended_at > :now) FOR SHARE"
HOLIDAYS = "SELECT day, working FROM calendar_day"
OBLIGATION = "SELECT * FROM obligation WHERE id = :obligation"
MOVE = """
    UPDATE document SET state = 'reviewed', version = :version, updated_at = :now WHERE id = :document"""
MOVE_STAGE = "UPDATE document_stage SET state = 'reviewed' WHERE id = :stage"
DECIDE = """
    INSERT INTO decision (document_id, revision, content_hash, stage, action, person_id, post_id, at)
    VALUES (:document, :revision, :hash, 0, 'review', :person, :post, :now)"""
HEAD = """
    SELECT h.size, h.frontier, h.latest_at, u.code FROM log_head h JOIN unit u ON u.id = h.unit_id
    WHERE h.unit_id = :unit {of_head}"""
EVENT = """
    INSERT INTO audit_event
      (unit_id, seq, at, action, document_id, document_version, leaf, leaf_hash)
    VALUES (:unit, :seq, :now, 'review', :document, :version, :leaf, :leaf_hash) RETURNING id"""
PAYLOAD = "INSERT INTO event_payload (event_id, actor_id, fields) VALUES (:event, :person, :fields)"
GROW = """
    UPDATE log_head SET size = :seq + 1, frontier = :frontier, latest_at = :now WHERE unit_id = :unit"""
CLOSE_TASK = """
    UPDATE task SET closed_at = :now, closed_by_id = :person
    WHERE document_id = :document AND closed_at IS NULL RETURNING id"""
CLOSE_DEADLINE = "UPDATE deadline SET closed_at = :now WHERE task_id = :task AND closed_at IS NULL"
CLOSE_ROLES = "DELETE FROM task_role WHERE task_id = :task"
OPEN_TASK = """
    INSERT INTO task (document_id, action, unit_id, climbed, opened_at, due_at)
    VALUES (:document, 'approve', :unit, :no, :now, :due) RETURNING id"""
OPEN_ROLES = """
    INSERT INTO task_role (task_id, unit_id, role) VALUES (:task, :unit, 'secretary'), (:task, :unit, 'standing')"""
OPEN_DEADLINE = """
    INSERT INTO deadline (task_id, unit_id, effective_due, version, rung, counted_from, fires_at)
    VALUES (:task, :unit, :day, 1, -2, NULL, :due)"""
TELL = """
    INSERT INTO notification (event_id, person_id, document_id, topic, action, created_at)
    VALUES (:event, :told, :document, 'waits', 'approve', :now),
           (:event, :author, :document, 'decided', 'review', :now)"""


class ByHand:
    """The same act against the driver, on one connection that stays open."""

    def __init__(self, bench: Bench) -> None:
        self.postgresql = bench.database == "postgresql"
        if self.postgresql:
            import psycopg

            self.connection: Any = psycopg.connect(
                bench.url.replace("postgresql+psycopg", "postgresql")
            )
        else:
            self.connection = sqlite3.connect(
                bench.url.removeprefix("sqlite:///"), isolation_level=None
            )
            for pragma in ("synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
                self.connection.execute(f"PRAGMA {pragma}")
        self.texts: dict[str, str] = {}

    def close(self) -> None:
        self.connection.close()

    def review(self, document_id: int, person_id: int, now: datetime) -> None:
        at, day = self._at(now), self._day(now)
        ask = self._ask
        if not self.postgresql:
            self.connection.execute("BEGIN IMMEDIATE")
        ask(LOCK_ISSUER, document=document_id)
        person = ask(PERSON, person=person_id)[0]
        names, document = self._row(DOCUMENT, document=document_id)
        of = dict(zip(names, document, strict=True))
        names, revision = self._row(REVISION, document=document_id, revision=of["revision"])
        content_hash = dict(zip(names, revision, strict=True))["content_hash"]
        stage = ask(STAGES, document=document_id)[0]
        ask(HANDS, document=document_id, revision=of["revision"])
        held = ask(HELD, unit=of["unit_id"], day=day, now=at)
        deputy = next(row for row in held if row[3] == "deputy")
        secretary = next(row for row in held if row[3] == "secretary")
        if self.postgresql:
            ask(KEEP, post=deputy[0], now=at)
        version = of["version"] + 1
        unit = of["unit_id"]
        self._do(MOVE, version=version, now=at, document=document_id)
        self._do(MOVE_STAGE, stage=stage[0])
        self._do(
            DECIDE,
            document=document_id,
            revision=of["revision"],
            hash=content_hash,
            person=person_id,
            post=deputy[0],
            now=at,
        )
        size, frontier, _latest, code = ask(HEAD, unit=unit)[0]
        fields = {
            name: {"value": value, "salt": secrets.token_hex(16)}
            for name, value in (
                ("actor", person[1]),
                ("post", deputy[4]),
                ("unit_name", code),
                ("actor_id", person_id),
            )
        }
        leaf = json.dumps(
            {
                "v": 1, "unit": code, "seq": size, "at": now.isoformat(), "action": "review",
                "document": document_id, "document_version": version, "kind": "plan",
                "from": "submitted", "to": "reviewed", "from_stage": 0, "stage": 0, "body": code,
                "revision": of["revision"], "revision_hash": content_hash.hex(),
                "definition": of["hash"], "role": "deputy", "delegated": False,
                "private": {
                    name: sha256(bytes.fromhex(str(f["salt"])) + json.dumps(f["value"]).encode()).hexdigest()
                    for name, f in fields.items()
                },
            },
            sort_keys=True,
        ).encode()  # fmt: skip
        leaf_hash = sha256(b"\x00" + leaf).digest()
        place, node = size, leaf_hash
        while place & 1:
            node = sha256(b"\x01" + frontier[-32:] + node).digest()
            frontier, place = frontier[:-32], place >> 1
        event = ask(
            EVENT,
            unit=unit,
            seq=size,
            now=at,
            document=document_id,
            version=version,
            leaf=leaf,
            leaf_hash=leaf_hash,
        )[0][0]
        self._do(PAYLOAD, event=event, person=person_id, fields=json.dumps(fields))
        self._do(GROW, seq=size, frontier=frontier + node, now=at, unit=unit)
        task = ask(CLOSE_TASK, now=at, person=person_id, document=document_id)[0][0]
        self._do(CLOSE_DEADLINE, now=at, task=task)
        self._do(CLOSE_ROLES, task=task)
        ask(HOLIDAYS)
        ask(OBLIGATION, obligation=of["obligation_id"])
        due = now + timedelta(days=14)
        task = ask(OPEN_TASK, document=document_id, unit=unit, now=at, due=self._at(due), no=False)[
            0
        ][0]
        self._do(OPEN_ROLES, task=task, unit=unit)
        self._do(OPEN_DEADLINE, task=task, unit=unit, day=self._day(due), due=self._at(due))
        self._do(
            TELL,
            event=event,
            told=secretary[1],
            author=of["author_id"],
            document=document_id,
            now=at,
        )
        self.connection.execute("COMMIT") if not self.postgresql else self.connection.commit()

    def _at(self, instant: datetime) -> Any:
        plain = instant.astimezone(UTC).replace(tzinfo=None)
        return plain if self.postgresql else plain.isoformat(" ", "microseconds")

    def _day(self, instant: datetime) -> Any:
        return instant.date() if self.postgresql else instant.date().isoformat()

    def _text(self, statement: str) -> str:
        if statement not in self.texts:
            lock = "FOR NO KEY UPDATE OF " if self.postgresql else ""
            text = statement.format(
                of_unit=lock and lock + "u",
                of_person="FOR SHARE" if lock else "",
                of_document=lock and lock + "d",
                of_head="FOR UPDATE OF h" if self.postgresql else "",
            )
            self.texts[statement] = re.sub(r":(\w+)", r"%(\1)s", text) if self.postgresql else text
        return self.texts[statement]

    def _do(self, statement: str, **given: Any) -> None:
        self.connection.execute(self._text(statement), given)

    def _ask(self, statement: str, **given: Any) -> list[Any]:
        return self.connection.execute(self._text(statement), given).fetchall()

    def _row(self, statement: str, **given: Any) -> tuple[list[str], Any]:
        cursor = self.connection.execute(self._text(statement), given)
        return [column[0] for column in cursor.description], cursor.fetchone()


# ---------------------------------------------------------------- four at once


def _at_once(bench: Bench, work: list[Work]) -> Figure:
    """Acts a second of four processes, each in logs of its own, over those of one process."""
    half = len(work) // 2
    alone = _rate(bench.url, [work[:half]])
    shared = _rate(bench.url, [work[half + i :: PROCESSES] for i in range(PROCESSES)])
    return Figure(
        f"act: {PROCESSES} processes over one",
        bench.database,
        f"{shared:.0f}/s",
        f"{alone:.0f}/s",
        shared / alone,
        1.0,
        least=True,
    )


def _rate(url: str, shares: list[list[Work]]) -> float:
    """Acts a second of one process for each share, from the moment at which all are ready."""
    spawn = multiprocessing.get_context("spawn")
    ready, spans = spawn.Barrier(len(shares)), spawn.SimpleQueue()
    processes = [spawn.Process(target=_work, args=(url, share, ready, spans)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    begun, ended = zip(*(spans.get() for _ in shares), strict=True)
    return sum(len(share) - WARMED for share in shares) / (max(ended) - min(begun))


def _work(url: str, share: list[Work], ready: Any, spans: Any) -> None:
    """In a process of its own: do these acts and tell when the first began and the last ended."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": url, "DATA_DIR": folder, "SECRET_KEY": "k" * 64}
        app = create_app(Settings.from_env(settings))
        with app.app_context():
            for act in share[:WARMED]:
                review(*act)
            ready.wait()
            began = time.monotonic()
            for act in share[WARMED:]:
                review(*act)
            spans.put((began, time.monotonic()))
            db.engine.dispose()
