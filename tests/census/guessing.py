"""Guessed ids: numbers of every sort put where an address takes an id, and what may answer to them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from models import db
from models.account import Account, ApiToken, LoginSession
from models.deadline import Escalation
from models.document import Document
from models.export import ExportJob
from models.listing import CommitmentList
from models.notification import Notification
from models.obligation import Obligation
from models.person import Person
from models.post import Delegation
from models.recorded import Finding
from models.register import NumberEntry
from models.sitting import AgendaItem, Sitting
from models.stored_file import Attachment
from tests.census import oracle, reading
from tests.census.organisation import in_the_house
from tests.census.places import Matrix, kind_of
from tests.census.subjects import Paper, Subject

GUESSERS = ("s07", "vanthu.b2", "bithu.c6", "kiemtra.phuong", "chutich.cdcs", "quantri")
ODD = (
    "0", "-1", "-7", "+7", "007", "0000000001", "٣", "１２", "²", "1e3", "0x10", "1.0", "1_0", " 7",
    "7 ", "%00", "7%00", "null", "NaN", "''", "7;8", "7/..", "..", "7,8", "true",
    str(2**31), str(2**63 - 1), str(2**63), str(2**64), "9" * 40, "9" * 400,
)  # fmt: skip
HOLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
TABLES: dict[str, Any] = {
    "document_id": Document, "sitting_id": Sitting, "item_id": AgendaItem,
    "attachment_id": Attachment, "finding_id": Finding, "list_id": CommitmentList,
    "job_id": ExportJob, "notice_id": Notification, "session_id": LoginSession,
    "token_id": ApiToken, "delegation_id": Delegation, "entry_id": NumberEntry,
    "person_id": Person, "account_id": Account, "obligation_id": Obligation,
    "escalation_id": Escalation,
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """One request with a guessed id, and whether the oracle knows of something there for him."""

    login: str
    method: str
    path: str
    endpoint: str
    opens: bool


class Guesser:
    """All ids that there are, and guesses at them; repeatable by its seed."""

    def __init__(self, matrix: Matrix, seed: int) -> None:
        self.matrix, self.dice = matrix, random.Random(seed)
        with matrix.world.app.app_context():
            self.ids = {
                name: list(db.session.scalars(sa.select(table.id)))
                for name, table in TABLES.items()
            }
            found: list[Subject] = [*reading.subjects(), *reading.rungs(), *reading.owed()]
            for login in GUESSERS:
                found += reading.of_one_s_own(login)
        self.known: dict[tuple[str, Any], Subject] = {}
        for subject in found:
            for name, value in subject.values.items():
                self.known.setdefault((name, value), subject)
        self.rules = [
            rule
            for rule in matrix.rules.values()
            if any(name.endswith("_id") for name in rule.arguments)
        ]

    def guesses(self, count: int) -> Iterator[Guess]:
        """So many, going round the routes, the people and the sorts of ids."""
        for turn in range(count):
            rule = self.rules[turn % len(self.rules)]
            login = GUESSERS[(turn // len(self.rules)) % len(GUESSERS)]
            values, opens = self._values(rule, login)
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            path = HOLE.sub(lambda hole: values[hole[1]], rule.rule)  # noqa: B023  used at once
            yield Guess(login, method, path, rule.endpoint, opens)

    def _values(self, rule: Any, login: str) -> tuple[dict[str, str], bool]:
        ids = [name for name in rule.arguments if name.endswith("_id")]
        first = next((n for n in rule.arguments if n in ("document_id", "sitting_id")), ids[0])
        typed = self._number(first)
        subject = self.known.get((first, _meant(typed)))
        near = {**subject.values} if subject else {}
        # C1: a cell whose people nobody of these keeps sheets for.
        words = {"resource": "review", "action": "review", "form": "pdf", "code": "C1",
                 "n": "1", "before": "1", "after": "1", "day": "2026-12-31"}  # fmt: skip
        values = {name: str(near.get(name, words.get(name, ""))) for name in rule.arguments}
        values[first] = quote(typed, safe="%")
        for name in ids:
            if name != first and (name not in near or self.dice.random() < 0.5):
                values[name], subject = quote(self._number(name), safe="%"), subject
        return values, self._opens(rule, login, subject, values)

    def _number(self, name: str) -> str:
        """A real id of anybody's, a number near the real ones, any number, or something odd."""
        sort = self.dice.randrange(4)
        real = self.ids.get(name) or [1]
        if sort == 0:
            return str(self.dice.choice(real))
        if sort == 1:
            return str(self.dice.randrange(1, max(real) * 2 + 2))
        if sort == 2:
            return str(self.dice.randrange(1, 10 ** self.dice.randrange(2, 25)))
        return self.dice.choice(ODD)

    def _opens(self, rule: Any, login: str, subject: Subject | None, values: Any) -> bool:
        """Whether this may answer anything but that there is nothing."""
        if rule.endpoint.startswith("administrator."):
            return login == "quantri"
        if not in_the_house(login) or subject is None or subject.kind not in kind_of(rule):
            return False
        act = "review" if isinstance(subject, Paper) else ""
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        return oracle.expected(rule.endpoint, method, login, subject, act) != {404}


def _meant(typed: str) -> int | None:
    """The id that an address with these digits names: any script's digits, leading zeros and all."""
    return int(typed) if typed.isdecimal() and len(typed) < 20 else None
