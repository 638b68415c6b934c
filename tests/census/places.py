"""Every address of the house with what it leads to, and the cells of the matrix made of them:
(relation, route, method, state)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import sqlalchemy as sa
from werkzeug.routing import Rule

from models import db
from models.account import Account
from models.post import Delegation
from tests.census import reading, relations
from tests.census.organisation import SUSPENDED
from tests.census.reading import ABSENT
from tests.census.subjects import STATES, Subject
from tests.census.world import METHODS, World

RESOURCES = {
    "submission": "submit", "review": "review", "return": "return", "approval": "approve",
    "report": "report", "receipt": "receive", "amendment-request": "request_amendment",
    "withdrawal": "withdraw", "amendment": "amend", "revocation": "revoke", "archiving": "archive",
}  # fmt: skip
INSPECTING = {
    "announcement": "announce", "self-report": "take_self_report", "verification": "verify",
    "draft-conclusion": "draft_conclusion", "further-verification": "verify_again",
    "conclusion": "conclude", "follow-up": "follow_up", "closing": "close", "extension": "extend",
    "freeze": "freeze", "release": "unfreeze", "cancellation": "cancel",
}  # fmt: skip
API_ACTS = (*RESOURCES.values(), "confirm", "explain")
ACT_OF = {
    "writing.revise": "revise", "writing.keep": "revise", "api.revise": "revise",
    "recorded.confirm": "confirm", "recorded.compare": "confirm", "recorded.correct": "correct",
    "recorded.put_right": "correct", "recorded.explain": "explain",
    "recorded.explanation": "explain",
}  # fmt: skip
EMPTY = Subject("", "")
AT_THE_OFFICE = ("administrator", "suspended", "anonymous")


class Cell(NamedTuple):
    relation: str
    endpoint: str
    method: str
    kind: str
    state: str


@dataclass(frozen=True)
class Place:
    """One request: where, how, to what, by whom."""

    cell: Cell
    login: str
    path: str
    subject: Any
    act: str = ""
    nowhere: str = ""  # the same address with ids of nothing

    @property
    def method(self) -> str:
        return self.cell.method

    @property
    def endpoint(self) -> str:
        return self.cell.endpoint


def kind_of(rule: Rule) -> tuple[str, ...]:
    """Of which kinds the subjects of a route are."""
    names = rule.arguments
    if rule.endpoint.startswith("administrator.") or rule.endpoint == "feed.calendar":
        return ("",)
    for name, kinds in (
        ("inspection_id", ("inspection",)), ("reading_id", ("reading",)),
        ("piece_id", ("",)), ("conclusion_id", ("",)),
        ("document_id", ("plan", "report", "commitment")), ("sitting_id", ("meeting",)),
        ("list_id", ("list",)), ("job_id", ("order",)), ("entry_id", ("line",)),
        ("person_id", ("member",)), ("code", ("unit",)),
        ("escalation_id", ("escalation",)), ("obligation_id", ("obligation",)), ("notice_id", ("notice",)),
        ("session_id", ("session",)), ("token_id", ("token",)),
        ("delegation_id", ("delegation",)), ("campaign", ("",)), ("n", ("",)),
    ):  # fmt: skip
        if name in names:
            return kinds
    assert not names, f"the census does not know what to put for {names} in {rule}"
    return ("",)


class Matrix:
    """All cells that there are, and the requests that ask them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.adapter = world.app.url_map.bind("localhost")
        with world.app.app_context():
            found = [*reading.subjects(), *reading.of_one_s_own("bithu.b1"), EMPTY]
            self.ids = administrator_s_ids()
        self.subjects = _one_of_each(found)
        self._met = {
            (kind, state): relations.logins(self.subject(kind, state) if kind else None)
            for kind, states in STATES.items()
            for state in states
        }
        self.rules = {rule.endpoint: rule for rule, _ in self._routes()}

    def subject(self, kind: str, state: str) -> Subject:
        assert (kind, state) in self.subjects, f"nothing in the world is a {kind} {state}"
        return self.subjects[kind, state]

    def cells(self) -> Iterator[Cell]:
        """Every cell: each route × method × state × who somebody may be to what is there. HEAD is
        asked of every route and kind in a state that turns with the relation; what the router
        answers by itself, whatever lies there, of every route by every relation."""
        for rule, methods in self._routes():
            kinds = kind_of(rule)
            for kind in kinds:
                for state in STATES[kind]:
                    for method in sorted(methods & {"GET", "POST"}):
                        for relation in self.relations(kind, state):
                            yield Cell(relation, rule.endpoint, method, kind, state)
                if "HEAD" in methods:
                    yield from self._turning(rule.endpoint, "HEAD", kind)
            for method in METHODS:
                if method == "OPTIONS" or method not in methods | {"GET", "HEAD", "POST"}:
                    yield from self._turning(rule.endpoint, method, kinds[0])

    def _turning(self, endpoint: str, method: str, kind: str) -> Iterator[Cell]:
        """One cell for every relation, each in another state."""
        states = STATES[kind]
        for turn, relation in enumerate(relations.RELATIONS if kind else relations.ROLES):
            order = [states[(turn + n) % len(states)] for n in range(len(states))]
            met = [state for state in order if relation in self.relations(kind, state)]
            if met:
                yield Cell(relation, endpoint, method, kind, met[0])

    def relations(self, kind: str, state: str) -> dict[str, str]:
        """Who stands in which relation to what there is of this kind in this state."""
        return self._met[kind, state]

    def places(self, cell: Cell) -> Iterator[Place]:
        """The requests of a cell: of an act's route one for every act."""
        subject = self.subject(cell.kind, cell.state)
        login = self.relations(cell.kind, cell.state)[cell.relation]
        for values, act in self._values(self.rules[cell.endpoint], subject):
            path, nowhere = (
                self.adapter.build(cell.endpoint, named) for named in (values, _of_nothing(values))
            )
            yield Place(cell, login, path, subject, act, nowhere)

    def _routes(self) -> Iterator[tuple[Rule, set[str]]]:
        """Every route with the methods that it declares, HEAD with GET."""
        for rule in self.world.app.url_map.iter_rules():
            if rule.endpoint != "static":
                yield rule, set(rule.methods or ())

    def _values(self, rule: Rule, subject: Subject) -> Iterator[tuple[dict[str, Any], str]]:
        names = rule.arguments
        known = {**self.ids, **subject.values, "n": 1, "before": 1, "after": 1, "form": "pdf"}
        missing = names - known.keys() - {"resource", "action"}
        assert not missing, f"the census does not know what to put for {missing} in {rule}"
        values = {name: known[name] for name in names if name in known}
        if "resource" in names:
            acts = INSPECTING if "inspection_id" in names else RESOURCES
            yield from (({**values, "resource": r}, act) for r, act in acts.items())
        elif "action" in names:
            yield from (({**values, "action": act}, act) for act in API_ACTS)
        else:
            yield values, ACT_OF.get(rule.endpoint, "")


def _of_nothing(values: dict[str, Any]) -> dict[str, Any]:
    absent = {name: ABSENT for name in values if name.endswith("_id")}
    return {
        **values,
        **absent,
        **{name: "KHONG-CO" for name in ("code", "campaign") if name in values},
    }


def _one_of_each(found: list[Subject]) -> dict[tuple[str, str], Subject]:
    """Of every kind in every state the one that most relations can be told of."""
    best: dict[tuple[str, str], Subject] = {}
    for subject in found:
        key = (subject.kind, subject.state)
        if key not in best or _worth(subject) > _worth(best[key]):
            best[key] = subject
    return best


def _worth(subject: Subject) -> tuple[int, int]:
    present = sum(value != ABSENT for value in subject.values.values())
    return (len(relations.logins(subject)) if subject.unit else 0, present)


def administrator_s_ids() -> dict[str, Any]:
    """What stands in the addresses of the administrator's office: a suspended account, his person."""
    row = db.session.scalars(sa.select(Account).where(Account.login == SUSPENDED)).one()
    return {
        "account_id": row.id,
        "person_id": row.person_id,
        "delegation_id": db.session.scalar(sa.select(sa.func.min(Delegation.id))),
        "code": "C6",
        "campaign": "CD-2026",
        "day": "2026-12-31",
        "token": "khong-ai-co",
        **dict.fromkeys(
            (
                "post_id",
                "absence_id",
                "membership_id",
                "line_id",
                "term_id",
                "delivery_id",
                "attachment_id",
                "order_id",
                "piece_id",
                "finding_id",
                "conclusion_id",
            ),
            ABSENT,
        ),
    }


def sampled(cells: list[Cell]) -> list[Cell]:
    """The short form: every relation at every page in one state, and a third at what it sends;
    of the administrator's office, of HEAD and of what the router answers some."""
    best: dict[tuple[str, ...], Cell] = {}
    for cell in cells:
        number = crc32("/".join(cell).encode())
        if cell.method not in ("GET", "POST"):
            if number % 25 == 0:
                best[cell] = cell
            continue
        office = cell.endpoint.startswith("administrator.")
        if office and cell.relation not in AT_THE_OFFICE and number % 20:
            continue
        if cell.method == "POST" and crc32(f"{cell.relation}/{cell.endpoint}".encode()) % 3:
            continue
        key = (cell.relation, cell.endpoint, cell.method)
        if key not in best or crc32("/".join(best[key]).encode()) > number:
            best[key] = cell
    return list(best.values())


def shard(cells: list[Cell]) -> list[Cell]:
    """The part of the cells that SHARD=2/4 names; all without it."""
    part, _, parts = os.environ.get("SHARD", "1/1").partition("/")
    return cells[int(part) - 1 :: int(parts)]
