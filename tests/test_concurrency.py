"""Several people press at once: one success per decision, the rest are told, nothing is doubled.

The crowd comes over HTTP to the web as `make run` starts it; fifty on two hundred papers in
`tests/soak/test_concurrency_long.py`.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from models import db, transaction
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.unit import Unit
from tests.cast import PAPER_BASIS, PLAN, Office
from tests.support.crowd import Changes, prepare, press
from tests.support.settlement import deadlocks, wrong
from tests.support.web import Web
from workflows import create, perform
from workflows.act import Votes
from workflows.trail import verify


def at_once(app: Flask, jobs: list[Callable[[], object]]) -> Counter[str]:
    """Run all jobs in threads of their own, started together. Counts outcomes by name."""
    barrier = threading.Barrier(len(jobs))
    outcomes: Counter[str] = Counter()

    def run(job: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                job()
                outcomes["done"] += 1
            except Exception as error:
                outcomes[type(error).__name__] += 1
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def act(
    document_id: int,
    action: str,
    person_id: int,
    seen: tuple[int, int],
    now: datetime,
    **given: object,
) -> None:
    document = db.session.get_one(Document, document_id)
    actor = db.session.get_one(Person, person_id)
    with transaction():
        perform(document, action, actor=actor, now=now, revision=seen[0], version=seen[1], **given)


def test_of_two_deciders_one_succeeds_and_the_other_hears_who_did(app: Flask) -> None:
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        seen, now = (plan.revision, plan.version), office.now
        people = [office.person(name).id for name in ("Dung", "Dung", "Dung", "Dung")]
        plan_id = plan.id
        db.session.remove()
    outcomes = at_once(
        app,
        [lambda who=who: act(plan_id, "review", who, seen, now) for who in people],
    )
    assert outcomes == {"done": 1, "Stale": 3}
    with app.app_context():
        assert db.session.get_one(Document, plan_id).version == seen[1] + 1
        assert verify(db.session()).whole


def test_one_number_is_given_once(app: Flask) -> None:
    """Two plans of one issuer approved at once with the same number: R27 lets one through."""
    with app.app_context():
        office = Office()
        plans = []
        for _ in range(2):
            plan = office.begin("plan", "Chi", "CELL")
            office.act(plan, "submit", "Chi")
            office.act(plan, "review", "Dung")
            plans.append((plan.id, (plan.revision, plan.version)))
            with transaction():
                plan.obligation = None
        secretary, now = office.person("Sau").id, office.now
        sound = {
            "number": "02-KH/CB",
            "dated_on": now.date(),
            "minutes": "05-BB/CB",
            "votes": Votes(4, 4, 0),
        }
        db.session.remove()
    outcomes = at_once(
        app,
        [
            lambda p=plan_id, s=seen: act(p, "approve", secretary, s, now, **sound)
            for plan_id, seen in plans
        ],
    )
    assert outcomes == {"done": 1, "Refused": 1}


def test_what_is_owed_is_begun_once(app: Flask) -> None:
    """Two drafters of a cell begin its plan at once: R10 lets one through."""
    with app.app_context():
        office = Office()
        cell, campaign, now = office.units["CELL"].id, office.campaign.id, office.now
        people = [office.person(name).id for name in ("Chi", "Dung", "Chi")]
        db.session.remove()

    def begin(person_id: int) -> None:
        unit, about = db.session.get_one(Unit, cell), db.session.get_one(Campaign, campaign)
        actor = db.session.get_one(Person, person_id)
        asked = next(r for r in about.requirements if r.code == "O-PLAN")
        given = {"title": "Kế hoạch năm 2026", "content": PLAN, "basis": PAPER_BASIS}
        with transaction():
            create(
                "plan",
                unit=unit,
                campaign=about,
                requirement=asked,
                actor=actor,
                now=now,
                **given,  # type: ignore[arg-type]
            )

    outcomes = at_once(app, [lambda who=who: begin(who) for who in people])
    assert outcomes == {"done": 1, "Refused": 2}
    with app.app_context():
        assert db.session.query(Document).count() == 1


def test_acts_in_many_units_at_once_leave_a_whole_trail(app: Flask) -> None:
    """Twelve documents of two issuers, each submitted by its own thread: no act is lost or
    doubled."""
    with app.app_context():
        office = Office()
        jobs = []
        for unit, name in (("CELL", "Chi"), ("BASE", "Ba")) * 6:
            with transaction():
                for document in db.session.query(Document):
                    document.obligation = None
            document = office.begin("plan", name, unit)
            jobs.append((document.id, office.person(name).id, (1, 1)))
        now = office.now
        db.session.remove()
    outcomes = at_once(app, [lambda j=job: act(j[0], "submit", j[1], j[2], now) for job in jobs])
    assert outcomes == {"done": 12}
    with app.app_context():
        assert {d.version for d in db.session.query(Document)} == {2}
        assert verify(db.session()).whole


def test_of_a_crowd_one_succeeds_and_the_rest_hear_who_did_and_when(
    app: Flask, environment: dict[str, str]
) -> None:
    """While delegations come and go and posts begin and end: per decision one success, the rest 409;
    no failure, no deadlock, no locked database; numbers without gaps."""
    tokens = prepare(app, 6)
    with Web(environment) as web, Changes(app) as changes:
        tally = press(app, web.port, tokens, clients=8, rounds=5, seed=5)
    assert wrong(app, tally) == [], web.written
    assert deadlocks(app) == 0
    assert changes.failed == []
    assert changes.made
    assert tally.statuses[200] >= 20
    assert tally.statuses[409] >= 25
