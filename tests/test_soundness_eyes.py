"""Four eyes, searched for: every shipped definition weakened in every way that opens a hole, and each
hole found, with the shortest story of it. Pure functions: no database."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from commands.say import sentence
from models.document import DECISIONS, HANDS
from tests.test_soundness import KINDS, TABLES, Table, act, changed, faults_of, toml
from workflows.definition import Spec, parse
from workflows.rules import GUARDS, separation
from workflows.sittings import who
from workflows.soundness import check, eyes
from workflows.soundness.eyes import holes, paper, search, told
from workflows.soundness.eyes.paper import ACTED, DECIDED, KNOWN, SEPARATIONS, Moves, begun
from workflows.soundness.eyes.posts import KEEPS_MEETINGS
from workflows.soundness.eyes.search import Event, Hole, Node
from workflows.soundness.fault import Found

pytestmark = pytest.mark.databases("sqlite")

PERSONS = ("not_a_contributor", "decides_once", "not_the_recorder", "minutes_confirmed")
LABEL = {"vi": "Xem", "en": "Look"}


def spec_of(table: Table) -> Spec:
    return parse(toml(table), file="weak.toml")


def weakened(kind: str) -> Iterator[tuple[str, str, Table]]:
    """(what was taken away, the act that decides alone then, the definition) for each guard that
    speaks of persons."""
    for place, action in enumerate(TABLES[kind]["actions"]):
        if action["name"] not in ("review", "approve", "return", "confirm", "revoke"):
            continue
        for guard in action.get("guards", []):
            alone = action["name"] != "revoke" or kind != "commitment"  # which cites a decision too
            if guard in PERSONS and alone:
                yield (
                    f"{action['name']} {place} without {guard}",
                    action["name"],
                    changed(
                        TABLES[kind],
                        lambda t, p=place, g=guard: t["actions"][p]["guards"].remove(g),
                    ),
                )


def opened(kind: str) -> Iterator[tuple[str, str, str, Table]]:
    """(what was done, the act, what is wrong then, the definition): holes of other shapes."""

    def made(change: Callable[[Table], object]) -> Table:
        return changed(TABLES[kind], change)

    def without(table: Table, name: str, *guards: str) -> Table:
        for action in table["actions"]:
            if action["name"] == name:
                action["guards"] = [g for g in action.get("guards", []) if g not in guards]
        return table

    def own(table: Table, **more: Any) -> None:
        table["actions"].append({"label": LABEL, "by": ["reviewer@stage"], **more})

    yield (
        "the author approves",
        "approve",
        "wrote",
        made(lambda t: act(without(t, "approve", "not_a_contributor"), "approve").update(
            by=["author@document"])),
    )  # fmt: skip
    yield (
        "the reviewer approves",
        "approve",
        "twice",
        made(lambda t: act(without(t, "approve", "decides_once"), "approve").update(
            by=["reviewer@stage"])),
    )  # fmt: skip
    yield (
        "a review outlives an edit",
        "approve",
        "unvetted",
        made(lambda t: act(t, "revise").update(to="same")),
    )
    yield (
        "what is approved is edited",
        "revise",
        "wrote",
        made(lambda t: act(t, "revise").update({"from": ["approved"], "to": "same"})),
    )
    yield (
        "handed in is approved",
        "submit",
        "wrote",
        made(lambda t: act(t, "submit").update(to="approved")),
    )
    yield (
        "handed in is reviewed",
        "submit",
        "wrote",
        made(lambda t: act(t, "submit").update(to="reviewed")),
    )
    yield (
        "confirmed without a paper",
        "confirm",
        "wrote",
        made(lambda t: act(t, "confirm").pop("when")),
    )
    yield (
        "stamped by whoever wrote it",
        "stamp",
        "wrote",
        made(lambda t: own(t, name="stamp", **{"from": ["submitted"]}, to="approved")),
    )
    yield (
        "a review under another name",
        "approve",
        "twice",
        made(lambda t: own(t, name="vet", **{"from": ["submitted"]}, to="reviewed",
                           guards=["not_a_contributor", "decides_once"])),
    )  # fmt: skip
    yield (
        "revoked without a decision",
        "revoke",
        "wrote",
        made(lambda t: without(t, "revoke", "decision_given", "not_a_contributor")),
    )
    yield (
        "sent back by whoever wrote it",
        "return",
        "wrote",
        made(lambda t: act(without(t, "return", "not_a_contributor"), "return").update(
            by=["author@document"])),
    )  # fmt: skip


def named(found: list[Hole]) -> dict[tuple[str, str], Hole]:
    return {(hole.last.act.name, hole.wrong): hole for hole in reversed(found)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_definitions_let_nobody_decide_alone(kind: str) -> None:
    assert holes(spec_of(TABLES[kind])) == []


@pytest.mark.parametrize(
    "kind", ["plan", "commitment", pytest.param("report", marks=pytest.mark.soak)]
)
def test_every_guard_that_speaks_of_persons_is_missed(kind: str) -> None:
    """Each answer names file, state and what to change; no story has more than four people, nor more
    than one event."""
    for what, name, table in weakened(kind):
        spec = spec_of(table)
        found = Found("weak.toml")
        there = holes(spec)
        eyes.report(spec, there, found)
        guard = what.rsplit(" ", 1)[1]
        told_of = [fault for fault in found.faults if fault.action == name]
        assert told_of, what
        for fault in told_of:
            assert fault.state in spec.states
            assert str(fault).startswith(f"weak.toml: actions.{name}, states.{fault.state}: ")
            assert guard in fault.change.en
            assert guard in fault.change.vi
            assert len(fault.story) >= 4
        for hole in there:
            assert len(told(hole, spec).people) <= 4, what
            events = [s.doing.event for s in hole.steps if s.doing.event is not Event.NONE]
            assert len(events) <= 1, what


@pytest.mark.parametrize("kind", ["plan", "commitment"])
def test_holes_of_other_shapes_are_found(kind: str) -> None:
    for what, name, wrong, table in opened(kind):
        found = named(holes(spec_of(table)))
        assert (name, wrong) in found, (what, list(found))


def story(table: Table) -> list[str]:
    spec = spec_of(table)
    fault = next(f for f in check(toml(table), file="weak.toml")[1] if f.story)
    assert fault.story
    assert fault.state in spec.states
    return [sentence(line) for line in fault.story]


def test_the_shortest_story_of_a_second_decision() -> None:
    """Nothing but what is needed: one writes and hands in, the other reviews and approves."""
    weak = changed(TABLES["plan"], lambda t: act(t, "approve")["guards"].remove("decides_once"))
    assert story(weak) == [
        "A giữ chức vụ ủy viên, cơ quan ban hành.",
        "B giữ chức vụ phó bí thư, cơ quan ban hành.",
        "A soạn văn bản.",
        "A làm việc “submit”: “drafted” → “submitted”, ở cơ quan ban hành.",
        "B làm việc “review”: “submitted” → “reviewed”, ở cơ quan ban hành.",
        "B làm việc “approve”: “reviewed” → “approved”, ở cơ quan ban hành.",
        "Như vậy B một mình quyết định hai lần trên cùng một bản (R30).",
    ]


def test_the_story_of_a_vote_that_nobody_confirms() -> None:
    weak = changed(
        TABLES["commitment"], lambda t: act(t, "approve", 1)["guards"].remove("minutes_confirmed")
    )
    assert story(weak)[-2].startswith("A tự ghi kết quả cuộc họp, không ai xác nhận biên bản")


@pytest.mark.parametrize("event", [Event.SECOND, Event.CHANGE, Event.TAKES])
def test_posts_open_a_way_round(event: Event) -> None:
    """Approving at the later body without the guard: a second post there, a move there, or a
    delegation from there lets the writer do it."""
    weak = changed(
        TABLES["plan"], lambda t: act(t, "approve", 1)["guards"].remove("not_a_contributor")
    )
    [hole] = holes(spec_of(weak), (Event.NONE, event))
    assert [s.doing.event for s in hole.steps if s.doing.event is not Event.NONE] == [event]
    cast = told(hole, spec_of(weak))
    last = cast.scenes[-1]
    assert last.who is not None
    assert last.seat is not None
    assert last.seat[0] == 1
    assert (last.owner is not None) is (event is Event.TAKES)


def test_a_delegate_who_decides_has_decided_for_two() -> None:
    """Whose post it is has reviewed as well, and is left out of approving as his delegate is."""
    spec = spec_of(TABLES["plan"])
    moves = Moves(spec)
    submitted = begun(spec, deciding=1, meets=False, recorded=False)._replace(state="submitted")
    [lent] = [
        step.after
        for step, wrong in search._next(spec, moves, Node(submitted, 0))
        if step.doing.event is Event.GIVES and step.after.paper.state == "reviewed" and not wrong
    ]
    assert lent.part == DECIDED | ACTED
    approving = [
        step.doing
        for step, _ in search._next(spec, moves, lent)
        if step.move is not None and step.move.act.name == "approve"
    ]
    assert approving
    assert not [doing for doing in approving if doing.mine or doing.for_him]


def test_words_and_days_are_not_searched_again() -> None:
    """A definition that differs in what the search does not look at is known by its bones."""
    table = copy.deepcopy(TABLES["report"])
    assert not faults_of(table)
    known = len(eyes._kept)
    table["states"]["submitted"]["within"] = 9
    table["actions"][0]["label"] = LABEL
    assert not faults_of(table)
    assert len(eyes._kept) == known


def test_every_separation_has_its_meaning_in_the_search() -> None:
    """A guard about persons that the search did not know would be taken as letting all pass."""
    assert set(SEPARATIONS) == set(separation.SEPARATIONS)
    assert set(KNOWN) <= set(GUARDS)
    assert set(HANDS) == {"create", "record", "revise", "correct", "submit"}
    assert set(paper.DECISIONS) | {"revoke", "confirm"} == set(DECISIONS)
    assert KEEPS_MEETINGS == who.OFFICERS
