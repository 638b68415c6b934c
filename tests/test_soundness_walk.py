"""Random histories of the shipped definitions in the real engine, each followed by the search's own
idea of a paper and of everybody's part in it: the two never differ, and nobody decides alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Decision, Document
from models.person import Person
from models.post import Delegation, Post
from tests.cast import TODAY, Office
from tests.model.fresh import Fresh
from tests.support.templates import Templates
from tests.test_soundness_replay import ANSWERS, CONTENT, vote
from workflows import WorkflowError, available_actions, conditions
from workflows.definition import spec_of
from workflows.rules.separation import excluded
from workflows.soundness.eyes.paper import (
    AUTHOR,
    DECIDED,
    SEPARATIONS,
    WROTE,
    Move,
    Moves,
    Part,
    begun,
)
from workflows.soundness.eyes.search import Doing, part_after, what_is_wrong

ACTS = 40


class Walk(Office):
    """The whole cast at work on one paper at a time, as dice have it."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.cell_plan_in_force()
        with transaction():
            self.units["CELL"].meets = self.dice.random() < 0.5
            lent = [("Sau", "Chi"), ("Dung", "An"), ("Bon", "Dung"), ("Bay", "Sau")]
            for holder, agent in self.dice.sample(lent, 2):
                post = db.session.scalars(
                    sa.select(Post).where(Post.person_id == self.person(holder).id)
                ).first()
                self._lend(post, agent)

    def _lend(self, post: Post | None, agent: str) -> None:
        db.session.add(
            Delegation(
                post=post,
                person=self.person(agent),
                valid_from=TODAY,
                valid_to=TODAY,
                created_at=self.now,
            )
        )

    def follow(self, kind: str) -> None:
        """One paper from its first act on, held against the search after each."""
        name, unit = self.dice.choice(
            [("An", "CELL"), ("Sau", "CELL"), ("Dung", "CELL")]
            if kind == "commitment"
            else [("Bay", "BASE"), ("Bon", "BASE"), ("Ba", "BASE")]
        )
        document = self.begin(kind, name, unit)
        spec = spec_of(document.definition)
        moves = Moves(spec)
        deciding = sum(stage.decides for stage in document.stages)
        paper = begun(spec, deciding=deciding, meets=document.unit.meets, recorded=False)
        parts: dict[int, Part] = {self.person(name).id: AUTHOR | WROTE}
        for _ in range(ACTS):
            self._same(document, moves.of(paper), parts)
            move, mine, lender = self._one(document, moves.of(paper))
            if move is None:
                break
            for person in self.people.values():
                doing = Doing(None, mine=person.id == mine, for_him=person.id == lender)
                part = parts.get(person.id, 0)
                if doing != Doing(None):
                    assert not what_is_wrong(move, part), (move.act.name, person.full_name)
                parts[person.id] = part_after(spec, move, doing, part)
            if (
                move.act.by_meeting
            ):  # the engine keeps who confirmed the minutes; the search, nobody
                parts[self.person("An").id] |= DECIDED
            paper = move.after
            assert (document.state, document.stage) == (paper.state, paper.position)
            self.counts[move.act.name] += 1
            if move.ends:
                break

    def _same(self, document: Document, there: tuple[Move, ...], parts: dict[int, Part]) -> None:
        """Whom the engine leaves out of each act is whom the search leaves out, and what the search
        holds possible is what the definition's conditions allow."""
        for move in there:
            named = excluded(document, move.act.guards)
            barred = {person for person, part in parts.items() if part & move.barred}
            assert set().union(*named.values()) == barred, move.act.name
            assert set(named) == set(move.act.guards) & set(SEPARATIONS)
            received = "not_received" in move.act.when  # which the search does not follow
            assert received or all(conditions.CONDITIONS[c](document) for c in move.act.when)

    def _one(
        self, document: Document, there: tuple[Move, ...]
    ) -> tuple[Move | None, int | None, int | None]:
        """One act that somebody may do, who did it, and in whose post."""
        people = list(self.people.values())
        for _ in range(300):
            move, person = self.dice.choice(there), self.dice.choice(people)
            rare = move.ends or move.act.name == "revise"
            if move.amends or (rare and self.dice.random() < 0.9):
                continue
            try:
                if move.act.by_meeting:
                    vote(self, document, move.act.name, "Sau", "An")
                    return move, None, None
                if not self._may(document, move, person):
                    continue
                self.act(document, move.act.name, person.full_name, **self._given(document))
            except WorkflowError:
                continue
            return move, person.id, self._lender(document)
        return None, None, None

    def _may(self, document: Document, move: Move, person: Person) -> bool:
        offered = available_actions(document, person=person, now=self.now)
        return any(a.name == move.act.name and a.allowed for a in offered)

    def _given(self, document: Document) -> dict[str, object]:
        above = document.stages[min(document.stage + 1, len(document.stages) - 1)]
        numbers = {"plan": f"{document.id:02}-KH/ĐU", "report": f"{document.id:02}-BC/ĐU"}
        return {
            **ANSWERS,
            "number": document.number or numbers.get(document.kind),
            "via": above.via.code if above.via else None,
            "content": CONTENT[document.kind],
            "title": document.title,
        }

    def _lender(self, document: Document) -> int | None:
        """In whose post the last decision was made by a delegate, if it was this act."""
        return db.session.scalar(
            sa.select(Post.person_id)
            .join(Decision, Decision.post_id == Post.id)
            .where(
                Decision.document_id == document.id,
                Decision.at == self.now,
                Decision.delegation_id.is_not(None),
            )
        )


@pytest.mark.databases("sqlite")
def test_the_engine_and_the_search_agree(app: Flask, templates: Templates) -> None:
    counts = walk(app, templates, range(3))
    assert sum(counts.values()) > 60
    assert {"submit", "review", "return", "revise", "approve", "report"} <= set(counts)


def walk(app: Flask, templates: Templates, seeds: Iterable[int]) -> Counter[str]:
    """Two papers for each seed, each in an office of its own database."""
    counts: Counter[str] = Counter()
    fresh = Fresh(app, templates)
    try:
        for number, seed in enumerate(seeds):
            if number:
                fresh.again()
            with app.app_context():
                office = Walk(seed)
                for kind in ("plan", "commitment"):
                    office.follow(kind)
                counts += office.counts
                db.session.remove()
    finally:
        fresh.close()
    return counts
