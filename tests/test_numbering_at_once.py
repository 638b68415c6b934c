"""Twenty people take numbers at once, on both databases: no gap, no double, nobody sees a 500."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.person import Person
from models.register import NumberEntry
from models.unit import Unit
from tests.cast import Office
from tests.support.house import House
from tests.test_concurrency import at_once
from workflows import Refused, register
from workflows.register import giving

MANY = 20
MARCH = date(2026, 3, 2)
PROPOSED = re.compile(r'name="take" value="number=([^"]+)"')


def numbers(type: str) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(NumberEntry.n).where(NumberEntry.type == type).order_by(NumberEntry.n)
        )
    )


def test_twenty_numberings_are_twenty_numbers(app: Flask) -> None:
    """Each proposes the next number it saw; who comes late proposes the one he was told."""
    with app.app_context():
        office = Office()
        base, clerk, now = office.units["BASE"].id, office.person("Binh").id, office.now
        db.session.remove()
    refused = Counter[str]()

    def number(subject: str, symbol: str | None) -> None:
        while True:
            unit, actor = db.session.get_one(Unit, base), db.session.get_one(Person, clerk)
            try:
                with transaction():
                    return give(unit, symbol, subject, actor, now)
            except Refused as told:
                refused["told"] += 1
                symbol = str(told.reasons[0].params["suggestion"])

    def give(unit: Unit, symbol: str | None, subject: str, actor: Person, now: datetime) -> None:
        register.enter(unit, "TB", symbol, dated_on=MARCH, subject=subject, actor=actor, now=now)

    jobs = [
        lambda n=n: number(f"Thông báo {n}", "01-TB/ĐU" if n % 2 else None) for n in range(MANY)
    ]
    assert at_once(app, jobs) == {"done": MANY}
    with app.app_context():
        assert numbers("TB") == list(range(1, MANY + 1))


def test_a_writer_without_the_lock_breaks_nothing(app: Flask) -> None:
    """The table's own constraint is the last word, and it speaks as a refusal too."""
    with app.app_context():
        office = Office()
        base = office.units["BASE"]
        with transaction():
            series = giving.series_of(base, "TB", MARCH)
            line = {"type": "TB", "period": "2026", "n": 1, "again": 0, "symbol": "01-TB/ĐU"}
            db.session.add(NumberEntry(unit=base, given_at=office.now, **line))
        late = NumberEntry(unit_id=base.id, given_at=office.now, **line)
        with pytest.raises(Refused) as refused, transaction():
            giving.keep(series, late)
        assert refused.value.reasons[0].params["suggestion"] == "02-TB/ĐU"
        assert numbers("TB") == [1]


def test_twenty_forms_at_once(app: Flask) -> None:
    """Some of the forms propose the same number, the others leave it to the register."""
    house = House(app)
    clerk = house("Binh")
    form = clerk.form("/units/BASE/register/papers/new", "/units/BASE/register/papers")
    cookie = clerk.client.get_cookie("duyet")
    assert cookie is not None
    answers = Counter[int]()
    barrier = threading.Barrier(MANY)

    def send(n: int) -> None:
        client = app.test_client()
        client.set_cookie("duyet", cookie.value)
        given = {**form.fields, "type": "CV", "subject": f"Công văn {n}", "dated_on": "02/03/2026"}
        given["number"] = "01-CV/ĐU" if n % 3 == 0 else ""
        barrier.wait()
        while True:
            answer = client.post(form.action, data=given)
            answers[answer.status_code] += 1
            if answer.status_code != 422:
                return
            proposed = PROPOSED.search(html.unescape(answer.text))
            assert proposed is not None
            given["number"] = proposed[1]

    threads = [threading.Thread(target=send, args=(n,)) for n in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[303] == MANY
    assert set(answers) <= {303, 422}
    with app.app_context():
        assert numbers("CV") == list(range(1, MANY + 1))
