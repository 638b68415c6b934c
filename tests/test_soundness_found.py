"""Definitions that somebody wrote to slip through: each is refused, and the state, act or key that is at
fault is named with what to change. Pure functions: no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.test_soundness import KINDS, TABLES, Table, act, changed, toml
from workflows.definition import SHIPPED
from workflows.soundness import check

pytestmark = pytest.mark.databases("sqlite")

WORDS = {"vi": "Xem", "en": "Look"}
Found = tuple[str, str, Callable[[Table], object]]  # what is named, what is said of it, the change


def own(table: Table, name: str, source: str, to: str, by: str, **more: Any) -> None:
    table["actions"].append(
        {"name": name, "label": WORDS, "from": [source], "to": to, "by": [by], **more}
    )


def parked(table: Table, *names: str) -> None:
    """States that a draft is put aside to, each waiting for the act that leads to the next."""
    act(table, "supersede")["from"] += names
    for name, following in zip(names, (*names[1:], names[0]), strict=True):
        waits = {"expects": f"to_{following}", "waits_for": "drafter@issuer", "within": 5}
        table["states"][name] = {"label": WORDS, **waits}
        own(table, f"to_{following}", name, following, "drafter@issuer")
    own(table, "park", "drafted", names[0], "drafter@issuer", when=["not_awaiting_confirmation"])
    act(table, "withdraw")["from"] += names


def found() -> Iterator[Found]:
    """Of a plan."""

    def label(words: str) -> Callable[[Table], object]:
        return lambda t: t["states"]["submitted"].update(label={**WORDS, "vi": words})

    circle = "goes round in a circle"
    yield "submitted", circle, lambda t: t["states"]["submitted"].update(expects="return")
    yield "reviewed", circle, lambda t: t["states"]["reviewed"].update(expects="return")
    yield "aside", circle, lambda t: parked(t, "aside", "further")
    yield (
        "drafted",
        "waits for nobody",
        lambda t: [t["states"]["drafted"]["recorded"].pop(k) for k in ("expects", "waits_for", "within")],
    )  # fmt: skip
    yield "review", "in his days", lambda t: act(t, "review")["guards"].append("year_closed")
    for place, by in ((0, "approver@superior"), (1, "approver@issuer"), (1, "deputy@stage")):
        yield "approve", "", lambda t, p=place, b=by: act(t, "approve", p)["by"].append(b)
    yield "review", "in the place of", lambda t: act(t, "review", 1)["by"].append("reviewer@issuer")
    yield "receive", "in the place of", lambda t: act(t, "receive")["by"].append("drafter@issuer")
    yield "report", "in the place of", lambda t: act(t, "report")["by"].append("reporter@superior")
    for name in ("submit", "approve", "review", "archive"):
        yield name, "the system", lambda t, n=name: act(t, n)["by"].append("system")
    yield (
        "approve",
        "the vote of",
        lambda t: act(t, "approve")["guards"].append("minutes_confirmed"),
    )
    yield "polish", "keeps it nowhere", lambda t: own(
        t, "polish", "reviewed", "same", "drafter@issuer", asks=["content"])  # fmt: skip
    yield "bounce", "past the guards of: return", lambda t: own(
        t, "bounce", "reviewed", "returned", "approver@stage")  # fmt: skip
    for over in ("withdrawn", "superseded", "revoked", "archived"):
        yield over, "amends it", lambda t, s=over: act(t, "amend")["from"].append(s)
    for waits in ("submitted", "reviewed", "returned"):
        yield "archive", "not approved", lambda t, s=waits: act(t, "archive")["from"].append(s)
    yield (
        "return",
        "lacks “reason_given”",
        lambda t: act(t, "return")["guards"].remove("reason_given"),
    )
    for words in (
        "Đã trình {bodi}",
        "Đã trình {body",
        "{body.unit}",
        "{}",
        "a\nb",
        "a\0b",
        "a" * 121,
    ):
        yield "states.submitted.label.vi", "", label(words)


def alone() -> Iterator[Found]:
    """Of a commitment: for which one person is followed."""
    nobody, wrote = "nobody has reviewed", "helped to write"
    for source in ("submitted", "approved"):
        yield "approve", nobody, lambda t, s=source: act(t, "approve")["from"].append(s)
    yield "report", nobody, lambda t: act(t, "report", 1)["from"].append("submitted")
    yield "revise", wrote, lambda t: act(t, "revise")["from"].append("approved")
    yield "submit", wrote, lambda t: act(t, "submit")["from"].append("reported")
    yield "reopen", "", lambda t: own(t, "reopen", "approved", "submitted", "approver@stage")
    yield "submit", "in his days", lambda t: act(t, "submit")["guards"].append("not_a_contributor")


def refused(kind: str, cases: Iterator[Found]) -> None:
    for name, said, change in cases:
        source = toml(changed(TABLES[kind], change))
        faults = check(source, file="found.toml")[1]
        words = [str(f) for f in faults if name in f.where and said in f.wrong.en]
        assert words, (name, said, [str(f) for f in faults])
        assert all(f.change.vi and f.change.en and f.file == "found.toml" for f in faults)


def test_what_slips_through_nowhere() -> None:
    refused("plan", found())


def test_nobody_decides_alone_by_a_way_round() -> None:
    refused("commitment", alone())


def test_what_cannot_be_read_is_told_in_a_sentence() -> None:
    """Whatever bytes stand in the file: no traceback, and the key at fault."""
    plan = (SHIPPED / "plan.toml").read_text("utf-8")
    deep = "[states.drafted" + ".recorded" * 400 + "]\nlabel = { vi = 'a', en = 'a' }\n"
    for key, source in (
        ("states.drafted.recorded.recorded", plan + deep),
        ("file", "a = " + "[" * 100_000),
        ("file", plan.replace("within    = 5", "within = 1" + "0" * 5000, 1)),
        ("states", "kind = 'plan'\nlabel = { vi = 'a', en = 'a' }\nstates = [1]\nactions = []"),
        ("actions.#1", plan.split("[[actions]]")[0].replace("kind", "actions = [1]\nkind", 1)),
        ("actions.review.by", plan.replace('by     = ["reviewer@stage"]', "by = [1, [2]]", 1)),
    ):
        spec, faults = check(source, file="bytes.toml")
        assert spec is None
        assert key in {fault.where for fault in faults}, (key, [f.where for f in faults])


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_with_states_of_its_own_is_sound(kind: str) -> None:
    """What is refused is refused for a reason: a weighing between, with words of its own, is not."""

    def weighing(table: Table) -> None:
        waits = {"expects": "weigh_up", "waits_for": "approver@stage", "within": 5}
        table["states"]["weighed"] = {"label": {"vi": "{body} cân nhắc", "en": "Weighed"}, **waits}
        own(table, "weigh", "submitted", "weighed", "reviewer@stage", asks=["comment"])
        own(table, "weigh_up", "weighed", "submitted", "approver@stage")
        act(table, "supersede")["from"].append("weighed")

    assert check(toml(changed(TABLES[kind], weighing)), file="own.toml")[1] == []
