"""A storm of faults over a working house, and the account that is settled afterwards."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.notification import Delivery
from tests.faults.clerk import DONE, Clerk
from tests.faults.clients import Account, Client
from tests.faults.ground import Ground
from tests.faults.house import House
from tests.faults.settlement import Outcome, settle
from tests.faults.wounds import ILLNESSES, WOUNDS, Illness
from tests.support.smtp import Postbox

CLIENTS = 3
LONGEST_PAUSE = 6.0  # seconds between two faults
FELT = 20.0  # seconds within which an illness is felt
CALM = 60.0  # seconds after which what is not delivered never will be


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
    with ground.app.app_context():
        settle(account, smtp, outcome)
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
