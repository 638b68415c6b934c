"""A storm of faults over a working house, and the account that is settled afterwards."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.deadline import Deadline
from models.document import Document, Revision
from models.event import AuditEvent
from models.notification import Delivery, Notification
from models.task import Task
from tests.faults.clerk import DONE, Clerk
from tests.faults.clients import Account, Client
from tests.faults.ground import Ground
from tests.faults.house import House
from tests.faults.wounds import ILLNESSES, WOUNDS, Illness
from tests.support.smtp import Postbox
from workflows.definition import spec_of
from workflows.trail import verify

CLIENTS = 3
LONGEST_PAUSE = 6.0  # seconds between two faults
FELT = 20.0  # seconds within which an illness is felt
DELIVERED = 15.0  # seconds after recovery within which everything has been delivered
CALM = 60.0  # seconds after which what is not delivered never will be


@dataclass
class Outcome:
    """What is left after a storm; what `bad` names is zero or empty."""

    faults: Counter[str] = field(default_factory=Counter)
    acts: int = 0  # acknowledged
    unanswered: int = 0
    refused: int = 0  # answers 503
    kept: int = 0  # pages that said so to somebody at a browser, with his text
    letters: int = 0
    lost: int = 0
    doubled: int = 0
    half_done: int = 0
    undelivered: int = 0
    wrong: list[str] = field(default_factory=list)
    recovery: float = 0.0  # seconds from recovery until the last delivery was done

    def bad(self) -> dict[str, object]:
        names = ("lost", "doubled", "half_done", "undelivered", "wrong")
        found: dict[str, object] = {n: getattr(self, n) for n in names if getattr(self, n)}
        if self.recovery > DELIVERED:
            found["recovery"] = self.recovery
        return found


def storm(
    ground: Ground,
    house: House,
    smtp: Postbox,
    faults: Sequence[str],
    *,
    seed: int,
    pause: tuple[float, float],
) -> Outcome:
    """These faults one after the other under load, then calm, then the settlement."""
    dice = random.Random(seed)
    account = Account()
    clients = [
        Client(f"{seed}-{n}", house.port, ground.tokens, account, seed + n) for n in range(CLIENTS)
    ]
    database = "sqlite" if ground.postgres is None else "postgresql"
    outcome = Outcome(Counter(faults), wrong=account.wrong)
    _until(house.well, 60)
    clerk = Clerk(house.port, clients[0], account)
    for client in clients:
        client.start()
    for name in faults:
        _let_work(account, dice.uniform(*pause))
        if illness := ILLNESSES[database].get(name):
            _fall_ill(name, illness, house, clerk, account, dice)
        else:
            WOUNDS[database][name](house, dice)
    _let_work(account, 1.0)
    for client in clients:
        client.over.set()
    for client in clients:
        client.join(30)
    _until(house.well, 60)
    calm = time.monotonic()
    while _pending(ground.app) and time.monotonic() < calm + CALM:
        time.sleep(0.2)
    outcome.recovery = time.monotonic() - calm
    _settle(ground.app, account, smtp, outcome)
    outcome.unanswered, outcome.refused = account.unanswered, account.answers.get(503, 0)
    outcome.kept = clerk.kept
    return outcome


def _fall_ill(
    name: str,
    illness: Illness,
    house: House,
    clerk: Clerk,
    account: Account,
    dice: random.Random,
) -> None:
    """While it lasts, programs and a clerk are told that nothing is written; then all goes on, and
    the clerk sends what the page has kept for him."""
    form, before = clerk.open(), account.answers.get(503, 0)
    end = time.monotonic() + FELT
    with illness(house, dice):
        while account.answers.get(503, 0) == before and time.monotonic() < end:
            time.sleep(0.05)
        if account.answers.get(503, 0) == before:
            account.wrong.append(f"{name} was not felt")
        came, form = clerk.press(form)
    end = time.monotonic() + FELT
    while came != DONE and time.monotonic() < end:
        time.sleep(0.2)
        came, form = clerk.press(form)
    if came != DONE:
        account.wrong.append(f"{name} did not pass: {came}")


def _let_work(account: Account, pause: float) -> None:
    """A pause, and a little longer where the machine is too slow to have done anything in it."""
    before, start = len(account.acknowledged), time.monotonic()
    time.sleep(pause)
    while len(account.acknowledged) < before + 2 and time.monotonic() < start + LONGEST_PAUSE:
        time.sleep(0.05)


def _until(true: Callable[[], bool], within: float) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "the house did not recover"
        time.sleep(0.1)


def _pending(app: Flask) -> int:
    with app.app_context():
        waiting = sa.select(sa.func.count()).where(Delivery.state == "pending")
        return db.session.scalar(waiting) or 0


def _settle(app: Flask, account: Account, smtp: Postbox, outcome: Outcome) -> None:
    with app.app_context():
        _acts(account, outcome)
        _halves(outcome)
        _mail(smtp, outcome)
    outcome.acts = len(account.acknowledged)


def _acts(account: Account, outcome: Outcome) -> None:
    """Every acknowledged act has its event; every event its attempt, once."""
    rows = db.session.execute(
        sa.select(AuditEvent.document_id, AuditEvent.document_version, AuditEvent.action).where(
            AuditEvent.document_version.is_not(None)
        )
    )
    events = Counter(tuple(row) for row in rows)
    outcome.lost += sum(1 for act in account.acknowledged if not events[act])
    titles = Counter(db.session.scalars(sa.select(Revision.title).where(Revision.n == 1)))
    outcome.lost += sum(1 for title in account.titles_acknowledged if not titles[title])
    outcome.doubled += sum(n - 1 for n in events.values())
    outcome.doubled += sum(n - 1 for n in titles.values())
    outcome.doubled += sum(1 for act in events if act[2] != "create" and act not in account.tried)
    outcome.doubled += sum(1 for title in titles if title not in account.titles_tried)


def _halves(outcome: Outcome) -> None:
    """The trail is whole, and each document waits for exactly what its state implies."""
    report = verify(db.session())
    if not report.whole:
        outcome.half_done += 1
        outcome.wrong.append(str(report.first))
    for document in db.session.scalars(sa.select(Document)):
        state = spec_of(document.definition).states[document.state]
        received = state.expects == "receive" and document.current_stage.received_at is not None
        wanted = [] if state.expects is None or received else [state.expects]
        found = db.session.execute(
            sa.select(Task.action, Deadline.closed_at)
            .join(Deadline)
            .where(Task.document_id == document.id, Task.closed_at.is_(None))
        ).all()
        if [tuple(row) for row in found] != [(action, None) for action in wanted]:
            outcome.half_done += 1
            outcome.wrong.append(f"document {document.id} ({document.state}) waits for {found}")


def _mail(smtp: Postbox, outcome: Outcome) -> None:
    """Every notice left the house, each under one Message-ID of its own."""
    notices = db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) or 0
    rows = db.session.execute(sa.select(Delivery.message_id, Delivery.state)).all()
    arrived = Counter(str(letter["Message-ID"]) for letter in list(smtp.letters))
    ids = {row.message_id for row in rows}
    outcome.letters = sum(arrived.values())
    outcome.undelivered += sum(1 for row in rows if row.state != "done")
    outcome.undelivered += sum(1 for id in ids if not arrived[id])
    if len(ids) != notices or arrived.keys() - ids:
        outcome.wrong.append(f"{notices} notices, {len(ids)} Message-IDs, {len(arrived)} arrived")
