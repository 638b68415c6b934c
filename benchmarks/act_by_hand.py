"""The review of a plan as a careful programmer would write it by hand against the driver, for this act
alone: the same rows locked, read, changed and added, the same bytes hashed, the same commit; no rule
is asked that is not a row. What our second look at the holders reads again, it reads once."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg

from benchmarks.harness import Bench

Row = dict[str, Any]

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
        """The act from its first lock to the commit."""
        ask = self._ask
        if not self.postgresql:
            self.connection.execute("BEGIN IMMEDIATE")
        ask(LOCK_ISSUER, document=document_id)
        person = ask(PERSON, person=person_id)[0]
        document = self._row(DOCUMENT, document=document_id)
        revision = self._row(REVISION, document=document_id, revision=document["revision"])
        stage = ask(STAGES, document=document_id)[0]
        ask(HANDS, document=document_id, revision=document["revision"])
        held = ask(HELD, unit=document["unit_id"], day=self._day(now), now=self._at(now))
        deputy = next(row for row in held if row[3] == "deputy")
        secretary = next(row for row in held if row[3] == "secretary")
        if self.postgresql:
            ask(KEEP, post=deputy[0], now=self._at(now))
        document["version"] += 1
        self._decide(document, revision["content_hash"], stage[0], person_id, deputy[0], now)
        event = self._log(document, revision["content_hash"], person, deputy[4], now)
        self._pass_on(document, person_id, now)
        self._do(
            TELL,
            event=event,
            told=secretary[1],
            author=document["author_id"],
            document=document_id,
            now=self._at(now),
        )
        self.connection.execute("COMMIT") if not self.postgresql else self.connection.commit()

    def _decide(
        self, document: Row, hashed: bytes, stage: int, person_id: int, post_id: int, now: datetime
    ) -> None:
        at = self._at(now)
        self._do(MOVE, version=document["version"], now=at, document=document["id"])
        self._do(MOVE_STAGE, stage=stage)
        self._do(
            DECIDE,
            document=document["id"],
            revision=document["revision"],
            hash=hashed,
            person=person_id,
            post=post_id,
            now=at,
        )

    def _log(self, document: Row, hashed: bytes, person: Any, post: str, now: datetime) -> int:
        """The event in the log of the cell, with its salted fields; its id."""
        unit = document["unit_id"]
        size, frontier, _latest, code = self._ask(HEAD, unit=unit)[0]
        fields = {
            name: {"value": value, "salt": secrets.token_hex(16)}
            for name, value in (
                ("actor", person[1]),
                ("post", post),
                ("unit_name", code),
                ("actor_id", person[0]),
            )
        }
        leaf = _leaf(document, hashed, code, size, fields, now)
        leaf_hash = sha256(b"\x00" + leaf).digest()
        place, node = size, leaf_hash
        while place & 1:
            node = sha256(b"\x01" + frontier[-32:] + node).digest()
            frontier, place = frontier[:-32], place >> 1
        event: int = self._ask(
            EVENT,
            unit=unit,
            seq=size,
            now=self._at(now),
            document=document["id"],
            version=document["version"],
            leaf=leaf,
            leaf_hash=leaf_hash,
        )[0][0]
        self._do(PAYLOAD, event=event, person=person[0], fields=json.dumps(fields))
        self._do(GROW, seq=size, frontier=frontier + node, now=self._at(now), unit=unit)
        return event

    def _pass_on(self, document: Row, person_id: int, now: datetime) -> None:
        """The task of the review is done; the one of the approval waits."""
        at, unit, due = self._at(now), document["unit_id"], now + timedelta(days=14)
        task = self._ask(CLOSE_TASK, now=at, person=person_id, document=document["id"])[0][0]
        self._do(CLOSE_DEADLINE, now=at, task=task)
        self._do(CLOSE_ROLES, task=task)
        self._ask(HOLIDAYS)
        self._ask(OBLIGATION, obligation=document["obligation_id"])
        opened = self._ask(
            OPEN_TASK, document=document["id"], unit=unit, now=at, due=self._at(due), no=False
        )
        task = opened[0][0]
        self._do(OPEN_ROLES, task=task, unit=unit)
        self._do(OPEN_DEADLINE, task=task, unit=unit, day=self._day(due), due=self._at(due))

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

    def _row(self, statement: str, **given: Any) -> Row:
        cursor = self.connection.execute(self._text(statement), given)
        return dict(
            zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True)
        )


def _leaf(
    document: Row, hashed: bytes, code: str, seq: int, fields: dict[str, Any], now: datetime
) -> bytes:
    return json.dumps(
        {
            "v": 1, "unit": code, "seq": seq, "at": now.isoformat(), "action": "review",
            "document": document["id"], "document_version": document["version"], "kind": "plan",
            "from": "submitted", "to": "reviewed", "from_stage": 0, "stage": 0, "body": code,
            "revision": document["revision"], "revision_hash": hashed.hex(),
            "definition": document["hash"], "role": "deputy", "delegated": False,
            "private": {
                name: sha256(bytes.fromhex(str(f["salt"])) + json.dumps(f["value"]).encode()).hexdigest()
                for name, f in fields.items()
            },
        },
        sort_keys=True,
    ).encode()  # fmt: skip
