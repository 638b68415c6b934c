"""Unsound definitions: shipped ones spoilt on purpose in 200 ways and more, every one refused, and
the state or act that was spoilt is named. Pure functions: no database."""

from __future__ import annotations

import copy
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.document import CLOSED
from workflows.conditions import CONDITIONS, EXCLUSIVE
from workflows.definition import SHIPPED
from workflows.rules import GUARDS
from workflows.rules.registry import NEEDS
from workflows.soundness import Fault, check, inspecting
from workflows.soundness.situations import HOLDS, under

pytestmark = pytest.mark.databases("sqlite")

KINDS = ("plan", "commitment", "report", "self_report")
TABLES = {kind: tomllib.loads((SHIPPED / f"{kind}.toml").read_text("utf-8")) for kind in KINDS}
WANTED = 200
Table = dict[str, Any]
Spoilt = tuple[str, set[str], Table]  # what was done, the states and acts it concerns, the result


# ---------------------------------------------------------------- a table as TOML


def toml(table: Table) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in table.items() if key not in ROWS]
    for name, state in table["states"].items():
        lines += [f"[states.{name}]", *(f"{key} = {_value(v)}" for key, v in state.items())]
    for action in table["actions"]:
        lines += ["[[actions]]", *(f"{key} = {_value(v)}" for key, v in action.items())]
    return "\n".join(lines)


ROWS = ("states", "actions")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def faults_of(table: Table) -> list[Fault]:
    return check(toml(table), file="spoilt.toml")[1]


# ---------------------------------------------------------------- ways to spoil one


def waiting(table: Table) -> list[str]:
    """The states in which a paper waits for somebody."""
    return [name for name, state in table["states"].items() if "expects" in state]


def actions(table: Table) -> Iterator[tuple[int, Table]]:
    yield from enumerate(table["actions"])


def changed(table: Table, change: Callable[[Table], object]) -> Table:
    copied = copy.deepcopy(table)
    change(copied)
    return copied


def dropped(table: Table) -> Iterator[Spoilt]:
    """An act without which a paper stops, at least where `when` told it apart."""
    stops = ("submit", "review", "approve", "report", "confirm", "supersede")
    for place, action in actions(table):
        last = action["name"] == "receive" and action["from"] == ["reported"]
        meeting = action["by"] == ["meeting@stage"]
        if (action["name"] in stops and not meeting) or last:
            concerned = {action["name"], *action["from"], "actions"}
            yield "dropped", concerned, changed(table, lambda t, p=place: t["actions"].pop(p))


def redirected(table: Table) -> Iterator[Spoilt]:
    for place, action in actions(table):
        for state in table["states"]:
            ends = {state} if action["to"] != "same" else set(action["from"])
            if state == action["to"] or ends == set(action["from"]) == {state}:
                continue
            yield (
                f"redirected to {state}",
                {action["name"]},
                changed(table, lambda t, p=place, s=state: t["actions"][p].update(to=s)),
            )


def misspelt(table: Table) -> Iterator[Spoilt]:
    for place, action in actions(table):
        for key in ("from", "when", "by", "guards", "asks"):
            for n, word in enumerate(action.get(key, [])):
                bad = changed(
                    table, lambda t, p=place, k=key, n=n, w=word: t["actions"][p][k].__setitem__(n, w + "x")
                )  # fmt: skip
                if word != "system":
                    yield f"misspelt {word}", {action["name"]}, bad
    for name in waiting(table):
        for key in ("expects", "waits_for"):
            spelt = table["states"][name][key] + "x"
            yield (
                f"misspelt {key}",
                {name},
                changed(table, lambda t, n=name, k=key, s=spelt: t["states"][n].update({k: s})),
            )


def unguarded(table: Table) -> Iterator[Spoilt]:
    eyes = ("not_a_contributor", "decides_once", "not_the_recorder", "has_scan",
            "minutes_confirmed")  # fmt: skip
    for place, action in actions(table):
        needed = list(eyes if action["name"] in ("review", "approve", "return", "confirm") else ())
        needed += ["content_unchanged"] if action["name"] in ("approve", "confirm") else []
        for guard in action.get("guards", []):
            if guard in needed:
                bad = changed(
                    table, lambda t, p=place, g=guard: t["actions"][p]["guards"].remove(g)
                )
                yield f"without {guard}", {action["name"]}, bad


def unasked(table: Table) -> Iterator[Spoilt]:
    for place, action in actions(table):
        for question in {q for guard in action.get("guards", []) for q in NEEDS[guard]}:
            bad = changed(table, lambda t, p=place, q=question: t["actions"][p]["asks"].remove(q))
            yield f"without asking {question}", {action["name"]}, bad


def final_waits(table: Table) -> Iterator[Spoilt]:
    waits = {"expects": "explain", "waits_for": "approver@issuer", "within": 5}
    for name in CLOSED:
        yield (
            "a final state waits",
            {name},
            changed(table, lambda t, n=name: t["states"][n].update(waits, final=False)),
        )
        yield (
            "a final state is not",
            {name},
            changed(table, lambda t, n=name: t["states"][n].pop("final")),
        )
        for act in ("submit", "review", "withdraw", "archive"):
            place = next(p for p, a in actions(table) if a["name"] == act)
            if table["actions"][place]["to"] != name:
                bad = changed(table, lambda t, p=place, n=name: t["actions"][p]["from"].append(n))
                yield f"{act} from a final state", {name, act}, bad


def waits_wrongly(table: Table) -> Iterator[Spoilt]:
    for name in waiting(table):
        state = table["states"][name]
        for holder in ("meeting@stage", "system", "requester@superior", "recorder@issuer",
                       "reviewer@nowhere", "song@stage"):  # fmt: skip
            yield (
                f"waits for {holder}",
                {name},
                changed(table, lambda t, n=name, h=holder: t["states"][n].update(waits_for=h)),
            )
        for act in ("explain", "supersede", "amend", "correct", "confirm"):
            yield (
                f"expects {act}",
                {name},
                changed(table, lambda t, n=name, a=act: t["states"][n].update(expects=a)),
            )
        for key in ("expects", "waits_for", "within"):
            yield (
                f"without {key}",
                {name},
                changed(table, lambda t, n=name, k=key: t["states"][n].pop(k)),
            )
        for place, action in actions(table):
            if action["name"] == state["expects"] and name in action["from"]:
                narrowed = changed(
                    table, lambda t, p=place, n=name: t["actions"][p]["from"].remove(n)
                )
                if "meeting@stage" not in action["by"]:
                    yield "does not leave from it", {name, action["name"]}, narrowed
                other = changed(table, lambda t, p=place: t["actions"][p].update(by=["system"]))
                if "meeting@stage" not in action["by"]:
                    yield "only the system", {name, action["name"]}, other


def told_apart_no_more(table: Table) -> Iterator[Spoilt]:
    for place, action in actions(table):
        namesakes = [a for _, a in actions(table) if a["name"] == action["name"]]
        if len(namesakes) > 1 and "meeting@stage" not in action["by"]:
            double = changed(
                table, lambda t, a=action: t["actions"].append({**a, "when": a.get("when", [])})
            )
            yield "twice", {action["name"]}, double
        if action.get("when"):
            never = changed(
                table,
                lambda t, p=place: t["actions"][p].update(when=["at_issuer", "at_later_stage"]),
            )
            yield "never", {action["name"]}, never


def orphaned(table: Table) -> Iterator[Spoilt]:
    for name in ("lost", "forgotten"):
        state = copy.deepcopy(table["states"]["submitted"])
        bad = changed(table, lambda t, n=name, s=state: t["states"].update({n: s}))
        yield "a state nobody reaches", {name}, bad
    for state in table["actions"][-1]["from"]:
        bad = changed(table, lambda t, s=state: t["actions"][-1]["from"].remove(s))
        yield "cannot give way", {state}, bad


WAYS = (dropped, redirected, misspelt, unguarded, unasked, final_waits, waits_wrongly,
        told_apart_no_more, orphaned)  # fmt: skip


def seeded() -> list[Spoilt]:
    """At least 200, of every kind and every way, the same ones every time."""
    dice = random.Random(2026)
    chosen: list[Spoilt] = []
    for kind in KINDS:
        for way in WAYS:
            all_of_it = list(way(TABLES[kind]))
            share = 16 if way is redirected else 8
            chosen += dice.sample(all_of_it, min(share, len(all_of_it)))
    return chosen


# ---------------------------------------------------------------- the tests


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_definitions_are_sound(kind: str) -> None:
    spec, faults = check((SHIPPED / f"{kind}.toml").read_text("utf-8"), file=f"{kind}.toml")
    assert spec is not None
    assert not faults
    assert not faults_of(TABLES[kind])  # and so is what the spoiling starts from


def _names(fault: Fault, concerned: set[str]) -> bool:
    said = fault.where.replace(",", " ").replace("states.", "").replace("actions.", "")
    return bool(concerned & set(said.replace(".", " ").split()))


def test_every_seeded_fault_is_refused_by_name() -> None:
    spoilt = seeded()
    assert len(spoilt) >= WANTED
    missed = []
    for what, concerned, table in spoilt:
        faults = faults_of(table)
        if not any(_names(fault, concerned) for fault in faults):
            missed.append((table["kind"], what, concerned, [fault.where for fault in faults]))
    assert not missed


@pytest.mark.soak
def test_every_spoilt_definition_there_is() -> None:
    missed = []
    for kind in KINDS:
        for way in WAYS:
            for what, concerned, table in way(TABLES[kind]):
                faults = faults_of(table)
                if not any(_names(fault, concerned) for fault in faults):
                    missed.append((kind, what, concerned, [fault.where for fault in faults]))
    assert not missed


def plan(change: Callable[[Table], object]) -> list[Fault]:
    return faults_of(changed(TABLES["plan"], change))


def act(table: Table, name: str, n: int = 0) -> Table:
    return [action for action in table["actions"] if action["name"] == name][n]


def test_nothing_that_rights_of_an_inspection_hang_on_may_be_lacking() -> None:
    """Each guard that an act needs, each state and act by its name, each way, who does it."""
    whole = tomllib.loads((SHIPPED / "inspection.toml").read_text("utf-8"))
    assert faults_of(whole) == []
    spoilt: list[Spoilt] = []
    for name, meant in inspecting.ACTS.items():
        for guard in meant.guards:
            bare = changed(whole, lambda t, n=name, g=guard: act(t, n)["guards"].remove(g))
            spoilt.append((f"{name} without {guard}", {name}, bare))
        for key, value in (
            ("by", ["inspector@superior"]),
            ("from", ["planned" if meant.sources != ("planned",) else "follow_up"]),
            ("to", "closed" if meant.target != "closed" else "follow_up"),
            ("name", "something_else"),
        ):
            other = changed(whole, lambda t, n=name, k=key, v=value: act(t, n).update({k: v}))
            if key == "name" and not meant.needed and meant.target == "same":
                continue  # an act less, and one more that moves nothing
            spoilt.append((f"{name}: {key}", {name, "something_else", *meant.sources}, other))
    spoilt.append(
        (
            "no way to lift",
            {"unfreeze"},
            changed(whole, lambda t: t["actions"].remove(act(t, "unfreeze"))),
        )
    )
    for state in inspecting.STATES:
        renamed = json.loads(json.dumps(whole).replace(f'"{state}"', '"another"'))
        spoilt.append((f"{state} renamed", {state, "another"}, renamed))
    for key, value in (("final", True), ("waits_for", "inspector@stage")):
        other = changed(whole, lambda t, k=key, v=value: t["states"]["verifying"].update({k: v}))
        spoilt.append((f"verifying: {key}", {"verifying"}, other))
    for what, concerned, table in spoilt:
        assert any(_names(fault, concerned) for fault in faults_of(table)), what


@pytest.mark.parametrize("kind", KINDS)
def test_no_lost_vote_approves_and_nobody_takes_back_what_another_wrote(kind: str) -> None:
    for name, key, value in (
        ("withdraw", "by", "reviewer@stage"),
        ("withdraw", "guards", None),
        ("revoke", "by", "author@document"),
        ("revoke", "guards", None),
        *(
            ("approve", "guards", guard)
            for guard in ("vote_carried", "has_minutes", "reviewed_before")
        ),
    ):
        table = copy.deepcopy(TABLES[kind])
        for one in table["actions"]:
            if one["name"] == name and key == "by":
                one["by"] = [value]
            elif one["name"] == name:
                one["guards"] = [g for g in one["guards"] if value not in (None, g)]
        assert any(_names(fault, {name}) for fault in faults_of(table)), (name, key, value)


def test_a_dead_end() -> None:
    def spoil(table: Table) -> None:
        for action in table["actions"]:
            if "returned" in action["from"]:
                action["from"].remove("returned")
        table["actions"] = [action for action in table["actions"] if action["from"]]

    assert any(f.state == "returned" and "dead end" in f.wrong.en for f in plan(spoil))


def test_a_state_nobody_leaves() -> None:
    def spoil(table: Table) -> None:
        for action in table["actions"]:
            if "reported" in action["from"] and action["name"] in ("revoke", "archive"):
                action["from"].remove("reported")
        table["actions"] = [action for action in table["actions"] if action["from"]]

    found = plan(spoil)
    assert any(f.state == "reported" and "nobody can leave" in f.wrong.en for f in found)


def test_a_trap_of_two_states() -> None:
    """Each state can be left, but only for the other: nobody ends it."""

    def spoil(table: Table) -> None:
        lost = copy.deepcopy(table["states"]["approved"])
        for name, other in (("weighed", "measured"), ("measured", "weighed")):
            table["states"][name] = {
                **lost,
                "expects": f"to_{other}",
                "waits_for": "approver@stage",
            }
            table["actions"].append(
                {
                    "name": f"to_{other}",
                    "label": lost["label"],
                    "from": [name],
                    "to": other,
                    "by": ["approver@stage"],
                }
            )
        act(table, "supersede")["from"] += ["weighed", "measured"]
        table["actions"].append(
            {"name": "weigh", "label": lost["label"], "from": ["submitted"], "to": "weighed",
             "by": ["reviewer@stage"]}
        )  # fmt: skip

    trapped = {f.state for f in plan(spoil) if "trap" in f.wrong.en}
    assert trapped == {"weighed", "measured"}


def test_a_paper_stuck_at_a_later_body_alone() -> None:
    """At the issuer somebody reviews; at the superior nobody could: only that place is at fault."""
    found = plan(lambda t: t["actions"].remove(act(t, "review", 1)))
    assert {(f.state, f.action) for f in found} == {
        ("submitted", "review"),
        *(("reviewed", act) for act in ("return", "approve")),  # which nothing reaches there now
    }
    assert any("at times" in fault.wrong.en for fault in found)


def test_all_faults_are_named_not_the_first() -> None:
    def spoil(table: Table) -> None:
        act(table, "approve")["guards"].remove("decides_once")
        act(table, "revoke")["asks"].remove("decision")
        table["states"]["submitted"]["waits_for"] = "drafter@issuer"

    assert {f.where for f in plan(spoil)} == {
        "actions.approve",
        "actions.revoke",
        "actions.review, states.submitted",
    }

    def misspell(table: Table) -> None:
        act(table, "approve")["guards"].append("song")
        table["states"]["reported"]["within"] = 0

    assert {f.where for f in plan(misspell)} == {"actions.approve.guards", "states.reported.within"}


@pytest.mark.parametrize("target", ["reviewed", "approved", "reported", "archived"])
def test_no_act_of_another_name_decides(target: str) -> None:
    """“stamp” asks no guard: whoever wrote the paper would decide on it alone."""

    def spoil(table: Table) -> None:
        label = table["states"]["approved"]["label"]
        table["actions"].append(
            {"name": "stamp", "label": label, "from": ["submitted"], "to": target,
             "by": ["drafter@issuer"]}
        )  # fmt: skip

    assert [(f.state, f.action) for f in plan(spoil)] == [(target, "stamp")]


@pytest.mark.parametrize("name", ["", "Weigh", "weigh up", "w" * 41, "read", "conclude", "meet"])
def test_an_act_of_its_own_has_a_name_for_addresses_and_logs(name: str) -> None:
    def spoil(table: Table) -> None:
        label = table["states"]["approved"]["label"]
        table["actions"].append(
            {"name": name, "label": label, "from": ["submitted"], "to": "same",
             "by": ["drafter@issuer"]}
        )  # fmt: skip

    assert [f.action for f in plan(spoil)] == [name]


def lacking(name: str, key: str, value: str) -> Callable[[Table], None]:
    """Takes one condition or guard from every act of this name."""

    def spoil(table: Table) -> None:
        for action in table["actions"]:
            if action["name"] == name:
                action[key] = [one for one in action.get(key, ()) if one != value]

    return spoil


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("correct", "when", "awaits_confirmation"),  # it would be writing, and not counted as such
        ("revise", "when", "not_awaiting_confirmation"),
        ("submit", "when", "not_awaiting_confirmation"),
        ("archive", "guards", "not_being_amended"),  # its amendment could never come into force
        ("amend", "guards", "no_open_amendment"),  # two would be in force beside each other
        ("request_amendment", "guards", "no_open_amendment"),
        ("explain", "guards", "explains_a_finding"),
    ],
)
def test_who_wrote_and_what_is_in_force_stay_known(name: str, key: str, value: str) -> None:
    assert [f.action for f in plan(lacking(name, key, value))] == [name]


def test_an_amendment_opens_one_and_a_person_s_paper_is_his_to_write() -> None:
    taken_back = lacking("withdraw", "guards", "not_handed_in")
    assert [f.action for f in faults_of(changed(TABLES["self_report"], taken_back))] == ["withdraw"]
    [fault] = plan(lambda t: act(t, "amend").pop("opens"))
    assert fault.action == "amend"
    of_another = {"by": ["drafter@issuer"]}
    theirs = changed(TABLES["commitment"], lambda t: act(t, "revise").update(of_another))
    assert [f.action for f in faults_of(theirs)] == ["revise"]


def test_two_acts_of_one_name_at_once() -> None:
    found = plan(lambda t: act(t, "report").update(when=["at_issuer", "next_decides"]))
    assert not [f for f in found if "not clear" in f.wrong.en]  # next_receives still excludes it
    found = plan(lambda t: act(t, "review").pop("when"))
    assert [(f.state, f.action) for f in found] == [("submitted", "review")]


def test_every_condition_has_its_meaning_in_the_small_world() -> None:
    assert set(HOLDS) == set(CONDITIONS)
    for row in EXCLUSIVE:
        assert not under("drafted", row)
    for first in HOLDS:
        for second in HOLDS:
            apart = any({first, second} <= set(row) for row in EXCLUSIVE) and first != second
            assert bool(under("drafted", (first, second))) is not apart


def test_needs_are_told_by_the_guards_themselves() -> None:
    assert set(NEEDS) == set(GUARDS)
    assert NEEDS["has_minutes"] == ("minutes", "votes")
