"""The stories of the search, acted out: what it finds in a weakened definition the real engine lets
through, step for step as foretold, and under the shipped definition the last step is refused."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.definition import Definition
from models.document import Document
from models.person import Absence, Membership
from models.post import Delegation, Post
from models.sitting import AgendaItem, Sitting
from models.unit import Unit
from tests.cast import CONTENT, EPOCH, PAPER_BASIS, TODAY, Office
from tests.test_soundness import TABLES, Table, act, changed, toml
from tests.test_soundness_eyes import spec_of
from workflows import Forbidden, Refused, conditions
from workflows.act import Printed, Votes
from workflows.definition import newest
from workflows.definition import spec_of as published_spec
from workflows.engine import carry_out
from workflows.recorded import enter
from workflows.rules import separation
from workflows.soundness.eyes import holes, told
from workflows.soundness.eyes.cast import Cast, Scene, Seat
from workflows.soundness.eyes.paper import AUTHOR, DECIDED, SIGNED, TYPED, WROTE
from workflows.soundness.eyes.search import Event, Hole

pytestmark = pytest.mark.databases("sqlite")

BODIES = ("CELL", "BASE", "WARD")
CHAIR, MINUTE_TAKER, WRITER = OTHERS = ("Chủ trì", "Thư ký", "Người viết")  # not followed
YESTERDAY = TODAY - timedelta(days=1)
LAST_YEAR = date(2025, 1, 1)
# Everything that any act asks; what an act does not ask is left out by the engine.
ANSWERS: dict[str, Any] = {
    "dated_on": TODAY,
    "minutes": "05-BB/CB",
    "votes": Votes(4, 4, 0),
    "reason_code": "OTHER",
    "reason": "Cần nói rõ hơn việc đã chọn.",
    "decision": "12-QĐ/ĐU, 02/03/2026",
    "original": True,
    "comment": "Đã xem.",
}


class Stage(Office):
    """An office in which nobody holds a post but the people of one story."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        if kind == "commitment":
            self.cell_plan_in_force()
        with transaction():
            for post in db.session.scalars(sa.select(Post)):
                post.valid_to = YESTERDAY

    def publish(self, table: Table) -> None:
        """As the next version, past the check."""
        source = toml(table)
        known = newest(table["kind"])
        assert known is not None
        db.session.add(
            Definition(
                kind=table["kind"],
                version=known.version + 1,
                source=source,
                hash=hashlib.sha256(source.encode()).hexdigest(),
                published_at=EPOCH,
            )
        )

    def unit_of(self, seat: Seat) -> str:
        body, where, _ = seat
        code = BODIES[body]
        if where == "own":
            return code
        if f"{code}-XDD" not in self.units:
            self.units[f"{code}-XDD"] = Unit(
                code=f"{code}-XDD",
                name=f"Ban {code}",
                body="Ban",
                symbol="B",
                level=self.units[code].level,
                attached_to=self.units[code],
            )
            db.session.add(self.units[f"{code}-XDD"])
        return f"{code}-XDD"

    def seat(self, name: str, seat: Seat) -> Post:
        return self.post(name, self.unit_of(seat), seat[2])

    def set(self, cast: Cast) -> None:
        """The organisation as the story begins."""
        paper = cast.first.paper
        self.units["CELL"].meets = paper.meets
        for requirement in self.campaign.requirements:
            requirement.deciding = paper.deciding
        for name in (*(p.name for p in cast.people), *OTHERS):
            there = Membership(person=self.person(name), unit=self.units["CELL"], standing="full")
            db.session.add(there)
        for person in cast.people:
            if person.seat is not None:
                self.seat(person.name, person.seat)

    def first(self, cast: Cast) -> Document:
        scene = cast.scenes[0]
        assert scene.who is not None
        if not cast.first.paper.recorded:
            return self.begin(cast.spec.kind, scene.who.name, "CELL")
        hero = cast.hero.name
        signs, wrote = cast.first.part & SIGNED, cast.first.part & AUTHOR
        with transaction():
            return enter.record(
                cast.spec.kind,
                unit=self.units["CELL"],
                campaign=self.campaign,
                title="Bản giấy",
                content=CONTENT[cast.spec.kind],
                basis=PAPER_BASIS if cast.spec.kind == "plan" else [],
                printed=Printed(
                    signed_by=hero if signs else CHAIR,
                    number="02-KH/CB" if cast.spec.kind == "plan" else None,
                    dated_on=TODAY,
                    minutes="03-BB/CB",
                    votes=Votes(4, 4, 0),
                ),
                author=self.person(hero if wrote else WRITER),
                actor=self.person(scene.who.name),
                now=self.now,
            )

    def happen(self, scene: Scene) -> None:
        """What the story says before the act: a post given or left, a delegation."""
        name = scene.who.name if scene.who else ""
        if scene.event is Event.CHANGE:
            for post in db.session.scalars(
                sa.select(Post).where(Post.person_id == self.person(name).id)
            ):
                post.valid_to = YESTERDAY
        if scene.entered is not None:
            self.seat(name, scene.entered)
        if scene.event in (Event.TAKES, Event.GIVES):
            assert scene.owner is not None
            post = db.session.scalars(
                sa.select(Post).where(
                    Post.person_id == self.person(scene.owner.name).id, Post.valid_to.is_(None)
                )
            ).one()
            db.session.add(
                Delegation(
                    post=post,
                    person=self.person(name),
                    valid_from=TODAY,
                    valid_to=TODAY,
                    created_at=self.now,
                )
            )

    @contextmanager
    def away(self, names: tuple[str, ...]) -> Any:
        """These are on leave while something is done."""
        rows = [Absence(person=self.person(n), valid_from=TODAY, valid_to=TODAY) for n in names]
        with transaction():
            db.session.add_all(rows)
        yield
        with transaction():
            for row in rows:
                db.session.delete(row)

    def do(self, document: Document, scene: Scene) -> None:
        move = scene.step.move
        assert move is not None
        with transaction():
            self.happen(scene)
        given = {**ANSWERS, "number": document.number or "02-KH/CB"}
        above = document.stages[min(document.stage + 1, len(document.stages) - 1)]
        given["via"] = above.via.code if above.via else None
        if move.act.name == "revise":
            given |= {"content": CONTENT[document.kind], "title": "Bản sửa"}
        with self.away(scene.away):
            if move.act.by_meeting:
                who = scene.who.name if scene.who else CHAIR
                vote(self, document, move.act.name, who, "" if scene.who else MINUTE_TAKER)
            else:
                assert scene.who is not None
                self.act(document, move.act.name, scene.who.name, **given)


def vote(office: Office, document: Document, action: str, closer: str, confirmer: str) -> None:
    """The vote of a meeting that `closer` wrote down; its minutes are confirmed by `confirmer`, or by
    nobody."""
    with transaction():
        chair, second = office.person(closer), office.person(confirmer or closer)
        sitting = Sitting(
            unit=document.current_stage.unit,
            held_on=TODAY,
            state="confirmed" if confirmer else "awaiting",
            chair=chair,
            opened_by=chair,
            opened_at=office.now,
            saved_at=office.now,
            confirmed_at=office.now if confirmer else None,
        )
        item = AgendaItem(
            sitting=sitting, position=1, document=document, revision=document.revision
        )
        db.session.add_all([sitting, item])
        db.session.flush()
        office.wait(minutes=1)
        given = {**ANSWERS, "number": document.number or "02-KH/CB"}
        carry_out(item, action, confirmed_by=second, now=office.now, **given)


def as_foretold(stage: Stage, document: Document, scene: Scene, cast: Cast) -> None:
    """The engine's document is where the search believes it to be, and so is its hero."""
    paper, part = scene.step.after.paper, scene.step.after.part
    assert (document.state, document.stage) == (paper.state, paper.position)
    assert document.recorded is paper.recorded
    assert conditions.awaits_confirmation(document) is (
        paper.unconfirmed and document.state == "drafted"
    )
    if not cast.hero.name:
        return
    hero = stage.person(cast.hero.name).id
    author = AUTHOR if not paper.recorded or document.kind == "commitment" else 0
    assert (hero in separation.contributors(document)) is bool(part & (WROTE | author))
    assert (hero in separation.recorders(document)) is bool(part & TYPED)
    assert (hero in separation.deciders(document)) is bool(part & (DECIDED | SIGNED))


def refused_by(hole: Hole, table: Table, *, weak: bool) -> set[str]:
    """Plays the whole story in the real engine, under the weakened definition or the shipped one: the
    rules by which its last act is refused; none where it is done, with what the search foretold."""
    cast = told(hole, spec_of(table))
    stage = Stage(table["kind"])
    with transaction():
        if weak:
            stage.publish(table)
        stage.set(cast)
    document = stage.first(cast)
    assert (published_spec(document.definition) == spec_of(table)) is weak
    as_foretold(stage, document, cast.scenes[0], cast)
    for scene in cast.scenes[1:-1]:
        stage.do(document, scene)
        as_foretold(stage, document, scene, cast)
    last = cast.scenes[-1]
    version = document.version
    try:
        stage.do(document, last)
    except (Refused, Forbidden) as refused:
        return {reason.rule for reason in refused.reasons}
    assert document.version == version + 1
    assert document.state == last.step.after.paper.state
    return set()


def without(kind: str, name: str, guard: str, n: int = 0) -> Table:
    return changed(TABLES[kind], lambda t: act(t, name, n)["guards"].remove(guard))


FEW: dict[str, tuple[Table, tuple[Event, ...]]] = {
    "twice": (without("plan", "approve", "decides_once"), (Event.NONE,)),
    "second post": (without("plan", "approve", "not_a_contributor", 1), (Event.NONE, Event.SECOND)),
    "moved": (without("plan", "approve", "not_a_contributor", 1), (Event.NONE, Event.CHANGE)),
    "delegate": (without("plan", "approve", "not_a_contributor", 1), (Event.NONE, Event.TAKES)),
    "signed": (without("plan", "review", "decides_once"), tuple(Event)),
    "typed": (without("plan", "confirm", "not_the_recorder"), tuple(Event)),
    "vote": (without("commitment", "approve", "minutes_confirmed", 1), tuple(Event)),
}


@pytest.mark.parametrize("name", FEW)
def test_the_engine_lets_through_what_the_story_says(app: Flask, name: str) -> None:
    table, events = FEW[name]
    with app.app_context():
        assert refused_by(holes(spec_of(table), events)[0], table, weak=True) == set()


@pytest.mark.parametrize("name", ["twice", "delegate", "vote"])
def test_the_shipped_definition_refuses_the_end_of_it(app: Flask, name: str) -> None:
    table, events = FEW[name]
    with app.app_context():
        assert "R30" in refused_by(holes(spec_of(table), events)[0], table, weak=False)
