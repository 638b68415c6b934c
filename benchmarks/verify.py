"""`flask audit verify` over a log of some years: how many events a second, and how much memory.

Cells write plans; each is drafted, submitted, reviewed, approved and reported by its cell, and
received by its base. Every leaf, salt and hash is the product's own; the rows of all units lie mixed,
as they do when everybody works at once. A limit speaks of events per second of one process.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import create_app
from benchmarks.harness import Bench, Figure, analyze
from benchmarks.one_plan import (
    ACTS,
    BEGIN,
    CONTENT,
    DEFINITION,
    MINUTES,
    NAME,
    SOURCE,
    TITLE,
    VOTES,
    facts_of,
    fields_of,
)
from config import Settings
from models.base import db, table_of, transaction
from models.campaign import Campaign
from models.definition import Definition
from models.document import Decision, Document, Revision, Stage
from models.event import LogHead
from models.person import Person
from models.queries import bulk
from models.unit import Level, Unit
from workflows import trail

SIZES = {False: 60_000, True: 1_000_000}
HASHES, WHOLE = 150_000, 30_000  # events per second
FLAT = 1.2  # of the memory at ten times the events
PLANS = 25  # of one cell


def run(bench: Bench) -> Iterator[Figure]:
    """The rates over the larger log, and the memory at its tenth and at all of it."""
    events = SIZES[bench.full]
    before = _Filling(bench.app).up_to(events // 10)
    small = _measured(bench, hashes_only=False)
    assert small["events"] == before
    _Filling(bench.app, begun=before).up_to(events)
    hashes = _measured(bench, hashes_only=True)
    whole = _measured(bench, hashes_only=False)
    for name, seen, floor in (("hashes alone", hashes, HASHES), ("with all", whole, WHOLE)):
        rate = seen["events"] / seen["seconds"]
        yield Figure(
            f"verify, {name}, {seen['events']} events",
            bench.database,
            f"{rate:,.0f}/s",
            f"{seen['cpu']:.1f} s CPU",
            rate,
            floor,
            least=True,
        )
    yield Figure(
        f"verify, memory at {events} to {before} events",
        bench.database,
        f"{whole['memory'] / 1024:.0f} MB",
        f"{small['memory'] / 1024:.0f} MB",
        whole["memory"] / small["memory"],
        FLAT,
    )


def _measured(bench: Bench, *, hashes_only: bool) -> dict[str, Any]:
    """Verifies in a process of its own, as the command does."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_verify, (bench.url, hashes_only))


def _verify(url: str, hashes_only: bool) -> dict[str, Any]:
    app = create_app(Settings.from_env({"DATABASE_URL": url, "SECRET_KEY": "k" * 64}))
    with app.app_context():
        began, cpu = time.perf_counter(), time.process_time()
        report = trail.verify(db.session(), hashes_only=hashes_only)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert report.whole, str(report.first)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"events": report.events, "seconds": seconds, "cpu": cpu, "memory": memory}


class _Filling:
    """Cells in tens under their bases; every base with its cells has its plans one after another,
    so that a log can be filled in two goes."""

    def __init__(self, app: Flask, begun: int = 0) -> None:
        self.app = app
        self.written = begun
        self.first = begun // (PLANS * len(ACTS))  # cells that are there already

    def up_to(self, events: int) -> int:
        """Fills until there are at least so many events. Returns how many there are."""
        cells = -(-(events - self.written) // (PLANS * len(ACTS)))
        with self.app.app_context():
            with transaction() as session:
                frame = _frame(session)
                units = _units(session, self.first, cells, frame)
            for number in range(PLANS):
                self._plans(units, number, frame)
            self.written += cells * PLANS * len(ACTS)
            analyze()
        return self.written

    def _plans(self, units: list[tuple[int, int]], number: int, frame: dict[str, int]) -> None:
        """One plan of every cell, act by act, all cells in turn."""
        for at in range(0, len(units), 500):
            some = units[at : at + 500]
            with transaction() as session:
                written = _documents(session, some, number, frame)
                for version, action in enumerate(ACTS, 1):
                    _act(session, some, written, version, action, number, frame)


def _frame(session: Any) -> dict[str, int]:
    """The ids of what there is one of."""
    known = session.scalar(sa.select(Campaign).limit(1))
    if known is None:
        level = Level(code="x", name_vi="Cơ sở", name_en="Base", rank=1)
        top = Unit(code="TOP", name="Tỉnh ủy", body="Tỉnh ủy", symbol="TU", level=level)
        person = Person(full_name=NAME)
        definition = Definition(
            kind="plan", version=1, source=SOURCE, hash=DEFINITION, published_at=BEGIN
        )
        session.add_all([person, definition])
        known = Campaign(
            code="CD", title="", directive="05-CT/TW", year=2026, theme="", congress="XIV", unit=top
        )
        session.add(known)
        session.flush()
    return {
        "campaign": known.id,
        "level": known.unit.level_id,
        "person": session.scalar(sa.select(Person.id)),
        "definition": session.scalar(sa.select(Definition.id)),
    }


def _units(session: Any, first: int, cells: int, frame: dict[str, int]) -> list[tuple[int, int]]:
    """So many cells, numbered from `first`, each with the id of its base."""
    table = table_of(Unit)
    columns = ("id", "code", "name", "body", "symbol", "sector", "level_id", "meets")
    bases = -(-cells // 10)
    ids = bulk.reserve(session, table, cells + bases)
    names = [f"B{first + n}" for n in range(bases)] + [f"C{first + n}" for n in range(cells)]
    rows = [
        (unit_id, code, f"Chi bộ {code}", "Chi bộ", "CB", "party", frame["level"], False)
        for unit_id, code in zip(ids, names, strict=True)
    ]
    filled = (*columns, "search_fold", "sort_key")
    bulk.insert(session, table, filled, [(*row, "", "") for row in rows])
    heads = [(unit_id, 0, b"") for unit_id in ids]
    bulk.insert(session, table_of(LogHead), ("unit_id", "size", "frontier"), heads)
    return [(ids[bases + n], ids[n // 10]) for n in range(cells)]


def _documents(
    session: Any, units: list[tuple[int, int]], number: int, frame: dict[str, int]
) -> list[tuple[int, bytes]]:
    """A reported plan of each of these cells, with its text and its two stages. Returns the ids and
    the hashes of the texts."""
    ids = bulk.reserve(session, table_of(Document), len(units))
    document: dict[str, Any] = {
        "kind": "plan",
        "title": TITLE,
        "author_id": frame["person"],
        "campaign_id": frame["campaign"],
        "definition_id": frame["definition"],
        "state": "reported",
        "stage": 1,
        "version": len(ACTS),
        "revision": 1,
        "number": f"{number + 1:02}-KH/CB",
        "dated_on": BEGIN.date(),
        "in_force_revision": 1,
        "recorded": False,
        "created_at": BEGIN,
        "updated_at": BEGIN,
        "search_fold": "",
        "sort_key": "",
    }
    bulk.insert(
        session,
        table_of(Document),
        ("id", "unit_id", *document),
        [(which, cell, *document.values()) for which, (cell, _) in zip(ids, units, strict=True)],
    )
    texts, stages, written = [], [], []
    for which, (cell, base) in zip(ids, units, strict=True):
        salt = trail.new_salt()
        hashed = trail.content_hash(document["title"], CONTENT, [], BEGIN.date(), salt)
        written.append((which, hashed))
        texts.append((which, salt, hashed))
        stages += [(which, 0, cell, True, "reported"), (which, 1, base, False, "reported")]
    text = {
        "n": 1,
        "author_id": frame["person"],
        "title": document["title"],
        "content": CONTENT,
        "basis": [],
        "dated_on": BEGIN.date(),
        "created_at": BEGIN,
    }
    columns = ("document_id", "salt", "content_hash", *text)
    bulk.insert(session, table_of(Revision), columns, [(*row, *text.values()) for row in texts])
    columns = ("document_id", "position", "unit_id", "decides", "state")
    bulk.insert(session, table_of(Stage), columns, stages)
    return written


def _act(
    session: Any,
    units: list[tuple[int, int]],
    documents: list[tuple[int, bytes]],
    version: int,
    action: str,
    number: int,
    frame: dict[str, int],
) -> None:
    """The same act on each of these plans, with the facts and fields that the engine leaves."""
    at = BEGIN + timedelta(days=10 * number, hours=version)
    entries = []
    for (cell, base), (which, hashed) in zip(units, documents, strict=True):
        facts = facts_of(action, version, "B12" if action == "receive" else "C123", hashed)
        private = fields_of(action, version, number)
        entries.append(
            trail.Entry(
                base if action == "receive" else cell,
                action,
                at,
                facts,
                private,
                actor_id=frame["person"],
                document_id=which,
                document_version=version,
            )
        )
    heads = trail.lock_many(session, {entry.unit_id for entry in entries})
    trail.append_many(session, heads, entries)
    if action in ("review", "approve"):
        approved = (*VOTES, MINUTES, BEGIN.date())
        signed = approved if action == "approve" else (None,) * 5
        columns = (
            "document_id", "revision", "content_hash", "stage", "action", "person_id", "at",
            "votes_present", "votes_for", "votes_against", "minutes", "dated_on",
        )  # fmt: skip
        decided = [
            (which, 1, hashed, 0, action, frame["person"], at, *signed)
            for which, hashed in documents
        ]
        bulk.insert(session, table_of(Decision), columns, decided)
