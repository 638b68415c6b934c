"""A crowd that presses at once: every paper's next step is asked for by all who may do it, each
having seen the same page, over HTTP and against the real processes."""

from __future__ import annotations

import http.client
import json
import queue
import random
import re
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

import clock
from models.base import db, transaction
from models.document import Document
from models.person import Membership, Person
from models.post import Delegation, Post
from models.rehearsal import Rehearsal
from models.unit import Unit
from tests.cast import EPOCH, TODAY, Office
from workflows import accounts, organisation

PATIENCE = 60.0  # seconds for one answer: fifty wait before eight threads
NEXT_NUMBER = re.compile(r"(?:số|Số) tiếp theo là (\d+-KH/(?:CB|ĐU))")
RETURNED = {"reason_code": "OTHER", "reason": "Ghi rõ người chịu trách nhiệm từng việc."}
SIGNED = {
    "dated_on": TODAY.isoformat(),
    "minutes": "05-BB, 02/03/2026",
    "votes": {"present": 4, "for": 4, "against": 0},
}
# Who tries what on a paper, by its state and the place on its route of the body that has it. Hai
# stands in for Sau, and Duc is a second deputy, only now and then.
Rival = tuple[str, str, dict[str, Any]]
CELL: dict[tuple[str, int], list[Rival]] = {
    ("drafted", 0): [("Chi", "submit", {}), ("Chi", "submit", {}), ("Dung", "submit", {})],
    ("submitted", 0): [
        ("Em", "review", {}),
        ("Em", "return", RETURNED),
        ("Gia", "review", {}),
        ("Duc", "review", {}),
        ("Chi", "withdraw", {"reason": "Chi bộ bàn lại từ đầu."}),
    ],
    ("reviewed", 0): [
        ("Sau", "approve", SIGNED),
        ("Sau", "approve", SIGNED),
        ("Hai", "approve", SIGNED),
        ("Sau", "return", RETURNED),
    ],
    ("approved", 0): [("Sau", "report", {}), ("Sau", "report", {}), ("Hai", "report", {})],
    ("submitted", 1): [("Ba", "review", {}), ("Ba", "return", RETURNED), ("Binh", "receive", {})],
    ("reviewed", 1): [("Bon", "approve", {}), ("Bon", "approve", {}), ("Bon", "return", RETURNED)],
    ("approved", 1): [("Binh", "report", {"via": "WARD-XDD"})] * 2,
    ("reported", 2): [("Xuan", "receive", {}), ("Xuan", "receive", {})],
    ("returned", 0): [("Chi", "submit", {}), ("Chi", "submit", {})],
}
BASE: dict[tuple[str, int], list[Rival]] = {
    ("drafted", 0): [("Ba", "submit", {})] * 2,
    ("submitted", 0): [("Bay", "review", {}), ("Bay", "return", RETURNED)],
    ("reviewed", 0): [("Bon", "approve", SIGNED), ("Bon", "approve", SIGNED)],
    ("approved", 0): [("Binh", "report", {"via": "WARD-XDD"})] * 2,
    ("submitted", 1): [("Xuan", "review", {}), ("Xuan", "return", RETURNED)],
    ("reviewed", 1): [("Vy", "approve", {}), ("Thu", "approve", {}), ("Vy", "return", RETURNED)],
    ("approved", 1): [("Van", "report", {}), ("Van", "report", {})],
    ("returned", 0): [("Ba", "submit", {})] * 2,
}
RIVALS = {"CELL": CELL, "BASE": BASE}
NOW_AND_THEN = ("Hai", "Duc")  # may come when they hold nothing


@dataclass(frozen=True)
class Attempt:
    """One press of a button: who, what, on which page."""

    document: int
    unit: str
    revision: int
    version: int
    who: str
    action: str
    given: dict[str, Any] = field(hash=False)
    number: str | None = None  # which the paper bears already


@dataclass
class Tally:
    """What everybody was told."""

    answers: list[tuple[Attempt, int, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)  # by HTTP status; 0: no answer
    numbers: dict[str, str] = field(default_factory=dict)  # the next of each issuer, as last told
    lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, attempt: Attempt, status: int, detail: str) -> None:
        with self.lock:
            self.statuses[status] += 1
            self.answers.append((attempt, status, detail))


def prepare(app: Flask, documents: int) -> dict[str, str]:
    """An office with so many plans of two issuers, all drafted, its clock running; the tokens of its
    people by name."""
    with app.app_context():
        office = Office()
        tokens = {}
        with transaction() as session:
            for name in ("Em", "Gia"):
                office.post(name, "CELL", "deputy", "Phó Bí thư")
            for name in NOW_AND_THEN:
                person, cell = office.person(name), office.units["CELL"]
                session.add(Membership(person=person, unit=cell, standing="full"))
            real = clock.real_now()
            offset = (EPOCH - real).total_seconds() + 6 * 3600
            session.add(Rehearsal(id=1, offset_seconds=offset, begun_at=EPOCH))
            for name, person in office.people.items():
                account, _ = accounts.create_account(
                    session,
                    login=f"{name.lower()}.thu",
                    person=person,
                    password=secrets.token_urlsafe(12),
                    actor=None,
                    now=real,
                    at=office.now,
                )
                tokens[name] = accounts.make_token(session, account, now=real)
        for n in range(documents):
            unit, name = (("CELL", "Chi"), ("CELL", "Chi"), ("BASE", "Ba"))[n % 3]
            office.now = EPOCH
            office.begin("plan", name, unit, title=f"Kế hoạch {n}").obligation = None
            db.session.commit()
        db.session.remove()
    return tokens


def press(
    app: Flask, port: int, tokens: dict[str, str], *, clients: int, rounds: int, seed: int
) -> Tally:
    """So many rounds, in each of which every paper's rivals press at once; what they were told."""
    dice, tally = random.Random(seed), Tally()
    for _ in range(rounds):
        waiting: queue.SimpleQueue[Attempt] = queue.SimpleQueue()
        for attempt in _round(app, dice):
            waiting.put(attempt)
        crowd = [
            threading.Thread(target=_client, args=(port, tokens, waiting, tally), daemon=True)
            for _ in range(clients)
        ]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
    return tally


def _round(app: Flask, dice: random.Random) -> Iterable[Attempt]:
    """Every paper's rivals side by side, papers and rivals in random order."""
    with app.app_context():
        papers = list(db.session.scalars(sa.select(Document).order_by(Document.id)))
        seen = [
            (d.id, d.unit.code, d.state, d.stage, d.revision, d.version, _past(d), d.number)
            for d in papers
        ]
        db.session.remove()
    dice.shuffle(seen)
    for ident, unit, state, stage, revision, version, past, number in seen:
        rivals = [rival for rival in RIVALS[unit].get((state, stage), ()) if rival[1] not in past]
        dice.shuffle(rivals)
        for who, action, given in rivals:
            yield Attempt(ident, unit, revision, version, who, action, given, number)


def _past(document: Document) -> set[str]:
    """What nobody offers any more: what is in force is not withdrawn, nothing is received twice."""
    past = {"withdraw"} if document.is_in_force else set()
    return past | ({"receive"} if document.current_stage.received_at is not None else set())


def _client(
    port: int, tokens: dict[str, str], waiting: queue.SimpleQueue[Attempt], tally: Tally
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    while True:
        try:
            attempt = waiting.get_nowait()
        except queue.Empty:
            break
        for _ in range(500):
            status, detail = _ask(connection, tokens[attempt.who], _body(attempt, tally), attempt)
            tally.told(attempt, status, detail)
            if status != 422 or (proposed := NEXT_NUMBER.search(detail)) is None:
                break
            tally.numbers[attempt.unit] = proposed[1]
    connection.close()


def _body(attempt: Attempt, tally: Tally) -> dict[str, Any]:
    body = {"revision": attempt.revision, "version": attempt.version, **attempt.given}
    if attempt.given is SIGNED:
        first = {"CELL": "01-KH/CB", "BASE": "01-KH/ĐU"}[attempt.unit]
        body["number"] = attempt.number or tally.numbers.get(attempt.unit, first)
    return body


def _ask(
    connection: http.client.HTTPConnection, token: str, body: object, attempt: Attempt
) -> tuple[int, str]:
    """One request; its status and what it says. Status 0 when there was no whole answer."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = f"/api/v1/documents/{attempt.document}/actions/{attempt.action}"
    try:
        connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        return answer.status, str(json.loads(answer.read()).get("detail", ""))
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        return 0, repr(error)


class Changes(threading.Thread):
    """While the crowd presses, Sau lets Hai stand in and takes it back, and Duc is given a post and
    relieved of it, over and over. Use as a context manager; `made` counts them, `failed` names what
    failed."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self.app, self.over = app, threading.Event()
        self.made, self.failed = 0, list[str]()

    def __enter__(self) -> Changes:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        while not self.over.is_set():
            for change in (self._delegate, self._give, self._revoke, self._end):
                with self.app.app_context():
                    try:
                        with transaction() as session:
                            change(session)
                        self.made += 1
                    except sa.exc.SQLAlchemyError as error:
                        self.failed.append(repr(error))
                    finally:
                        db.session.remove()
                self.over.wait(0.05)

    def _delegate(self, session: Session) -> None:
        post = session.scalars(sa.select(Post).where(Post.person == _named("Sau"))).one()
        organisation.delegate(
            session,
            post=post,
            to=_named("Hai"),
            valid_from=TODAY,
            valid_to=TODAY,
            actor=_named("Sau"),
            now=clock.now(),
        )

    def _revoke(self, session: Session) -> None:
        given = session.scalars(sa.select(Delegation).where(Delegation.revoked_at.is_(None))).one()
        organisation.revoke_delegation(
            session, delegation=given, actor=_named("Sau"), now=clock.now()
        )

    def _give(self, session: Session) -> None:
        cell = session.scalars(sa.select(Unit).where(Unit.code == "CELL")).one()
        given = {"unit": cell, "role": "deputy", "title": "Phó Bí thư"}
        organisation.give_post(session, person=_named("Duc"), actor=None, now=clock.now(), **given)

    def _end(self, session: Session) -> None:
        his = sa.select(Post).where(Post.person == _named("Duc"), Post.ended_at.is_(None))
        post = session.scalars(his).one()
        organisation.end_post(session, post=post, actor=None, now=clock.now())


def _named(name: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.full_name == name)).one()
