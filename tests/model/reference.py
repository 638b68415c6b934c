"""What the rules say, in plain Python: the reference against which the engine is held.

Written from design and domain, not from the engine: it has no database and imports nothing of ours.
Units and people are names, days are dates, a right is looked up anew each time it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

SUPERIOR = {"CELL": "BASE", "BASE": "WARD", "WARD": "PROVINCE", "PROVINCE": None}
ADVISORY = {"WARD": "WARD-XDD"}
SYMBOL = {"CELL": "CB", "BASE": "ĐU", "WARD": "ĐU", "PROVINCE": "TU"}
TYPE = {"plan": "KH", "report": "BC"}
HOLIDAYS = {date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
REPORTS_FROM = date(2026, 3, 22)  # the last ten days of the first quarter
OVER = ("withdrawn", "superseded", "revoked", "archived")

# Who holds a role: tier after tier, first at the issuer, then at a later body. "+" is an advisory body.
DRAFTERS = [{"committee", "advisor", "+advisor", "deputy", "secretary"}]
LEADERS = {"secretary", "standing"}
REQUESTERS = [{"secretary", "standing", "deputy", "advisor", "+advisor"}]
TIERS: dict[str, tuple[list[set[str]], list[set[str]]]] = {
    "drafter": (DRAFTERS, DRAFTERS),
    "reviewer": (
        [{"deputy", "committee", "advisor", "+advisor"}, LEADERS],
        [{"advisor", "+advisor"}, {"deputy", "committee"}, LEADERS],
    ),
    "approver": ([LEADERS, {"deputy"}], [LEADERS, {"deputy"}]),
    "reporter": ([{"clerk"}, {"secretary"}, {"deputy", "standing"}],) * 2,
    "receiver": (
        [{"clerk"}, {"deputy", "committee"}, LEADERS],
        [{"advisor", "+advisor", "clerk"}, {"deputy", "committee"}, LEADERS],
    ),
    "requester": (REQUESTERS, REQUESTERS),
}
STAY_AT_HOME = ("drafter", "requester")  # these do not climb to the superior
WAITS = {  # state → the act waited for, who does it, where, within how many working days
    "drafted": ("submit", "drafter", "issuer", 10),
    "submitted": ("review", "reviewer", "stage", 5),
    "reviewed": ("approve", "approver", "stage", 10),
    "approved": ("report", "reporter", "stage", 3),
    "reported": ("receive", "receiver", "stage", 5),
    "returned": ("submit", "drafter", "issuer", 5),
}
ACTS = {  # act → from, by
    "revise": ("drafted submitted reviewed returned", "drafter@issuer"),
    "submit": ("drafted returned", "drafter@issuer"),
    "review": ("submitted", "reviewer@stage"),
    "return": ("submitted reviewed", "reviewer@stage approver@stage"),
    "approve": ("reviewed", "approver@stage"),
    "report": ("approved", "reporter@stage"),
    "receive": ("submitted reported", "receiver@stage"),
    "request_amendment": ("reported", "requester@superior"),
    "amend": ("approved reported", "drafter@issuer"),
    "withdraw": ("drafted submitted returned", "author approver@issuer"),
    "revoke": ("approved reported", "approver@issuer approver@superior"),
}
OF_COMMITMENTS = {  # who does it where a commitment differs
    "revise": "author",
    "submit": "author",
    "amend": "author",
    "withdraw": "author",
    "request_amendment": "approver@issuer",
    "revoke": "approver@issuer",
}
TARGET = {
    "revise": "drafted",
    "submit": "submitted",
    "review": "reviewed",
    "return": "returned",
    "approve": "approved",
    "withdraw": "withdrawn",
    "revoke": "revoked",
}
SEPARATED = ("review", "return", "approve")


def working_days_after(day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5 and day not in HOLIDAYS
    return day


@dataclass
class Window:
    """Something that holds from one day to another, unless it was ended at once."""

    first: date = date.min
    last: date = date.max
    ended: bool = False

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last and not self.ended


@dataclass
class Post(Window):
    id: int = 0
    person: str = ""
    unit: str = ""
    role: str = ""


@dataclass
class Delegation(Window):
    id: int = 0
    post: int = 0
    to: str = ""
    kinds: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


@dataclass
class Absence(Window):
    person: str = ""


@dataclass
class Text:
    """What one revision holds, as far as a rule asks for it."""

    complete: bool
    dated_on: date | None
    basis: list[date | int]  # the date of a paper outside, or the id of a document


@dataclass
class Document:
    id: int
    kind: str
    unit: str
    author: str
    route: list[tuple[str, bool]]  # body, whether it decides
    texts: list[Text]
    owed: tuple[str, str, str | None] | None = None
    amends: int | None = None
    state: str = "drafted"
    stage: int = 0
    version: int = 1
    in_force: int | None = None
    number: str | None = None
    dated_on: date | None = None
    received: bool = False
    hands: set[str] = field(default_factory=set)
    decided: dict[int, set[str]] = field(default_factory=dict)  # by revision
    due: date | None = None  # of what it waits for now

    @property
    def revision(self) -> int:
        return len(self.texts)

    @property
    def alive(self) -> bool:
        return self.in_force is not None and self.state not in ("superseded", "revoked")


# By person: the units whose posts he may act in, each with whom he would act for (None: himself).
Rights = dict[str, list[tuple[str, str | None]]]


@dataclass
class Waiting:
    """Who is waited for: the persons with their rights, and the posts of the tier."""

    unit: str
    persons: Rights
    posts: set[tuple[str, str]]
    climbed: bool


@dataclass
class Reference:
    day: date
    deciding: dict[str, int]
    superior_must_accept: bool
    members: list[str]
    owed: dict[tuple[str, str, str | None], date]  # what is due by whom: last good day
    met: set[tuple[str, str, str | None]] = field(default_factory=set)
    posts: dict[int, Post] = field(default_factory=dict)
    delegations: dict[int, Delegation] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)
    documents: dict[int, Document] = field(default_factory=dict)

    # ---- who

    def away(self, person: str) -> bool:
        return any(a.person == person and a.holds(self.day) for a in self.absences)

    def in_tier(self, unit: str, tier: set[str], kind: str, act: str, barred: set[str]) -> Iterator:
        """(person, unit, role, for whom) of everyone of this tier who is there and not barred."""
        places = {role: unit for role in tier if role[0] != "+"}
        if unit in ADVISORY:
            places |= {role: ADVISORY[unit] for role in tier if role[0] == "+"}
        for post in self.posts.values():
            named = any(w == post.unit and r.lstrip("+") == post.role for r, w in places.items())
            if not named or not post.holds(self.day) or post.person in barred:
                continue
            if not self.away(post.person):
                yield post.person, post.unit, post.role, None
            for d in self.delegations.values():
                covers = (not d.kinds or kind in d.kinds) and (not d.actions or act in d.actions)
                there = d.to not in barred and not self.away(d.to)
                if d.post == post.id and d.holds(self.day) and covers and there:
                    yield d.to, post.unit, post.role, post.person

    def waiting(
        self, unit: str, role: str, kind: str, act: str, later: bool, barred: set[str]
    ) -> Waiting:
        place: str | None = unit
        while place is not None:
            above = place != unit
            for tier in TIERS[role][later or above]:
                found = list(self.in_tier(place, tier, kind, act, barred))
                if found:
                    persons: Rights = {}
                    for person, where, _, owner in found:
                        persons.setdefault(person, []).append((where, owner))
                    posts = {(place, r) for r in tier if r[0] != "+"}
                    return Waiting(place, persons, posts | {(w, r) for _, w, r, _ in found}, above)
            place = None if role in STAY_AT_HOME else SUPERIOR[place]
        first = {(unit, r) for r in TIERS[role][later][0] if r[0] != "+"}
        return Waiting(unit, {}, first, False)

    def barred(self, doc: Document, act: str) -> set[str]:
        """Who may not do this act: a hand in the text or in what it amends, or decided on it."""
        if act not in SEPARATED and not (act == "revoke" and doc.kind == "commitment"):
            return set()
        hands, older = {*doc.hands, doc.author}, doc.amends
        while older is not None:
            ancestor = self.documents[older]
            hands |= {*ancestor.hands, ancestor.author}
            older = ancestor.amends
        return hands if act == "revoke" else hands | doc.decided.get(doc.revision, set())

    def who(self, doc: Document, act: str) -> Rights:
        """Everyone who may do this act now."""
        by = OF_COMMITMENTS.get(act) if doc.kind == "commitment" else None
        found: Rights = {}
        for holder in (by or ACTS[act][1]).split():
            role, _, place = holder.partition("@")
            if role == "author":
                found.setdefault(doc.author, []).append((doc.unit, None))
                continue
            bodies = {
                "issuer": [(doc.unit, False)],
                "stage": [(doc.route[doc.stage][0], doc.stage > 0)],
                "superior": [(unit, True) for unit, _ in doc.route[1:]],
            }[place or "issuer"]
            for unit, later in bodies:
                held = self.waiting(unit, role, doc.kind, act, later, self.barred(doc, act))
                for person, rights in held.persons.items():
                    found.setdefault(person, []).extend(rights)
        return found

    def right(self, doc: Document, act: str, person: str) -> tuple[str, str | None]:
        """In whose log he acts, and for whom: his own post before another's."""
        return min(self.who(doc, act)[person], key=lambda right: right[1] is not None)

    # ---- whether

    def possible(self, doc: Document, act: str) -> bool:
        """Whether the act exists in this state and at this place of the route."""
        if act not in ACTS or doc.state not in ACTS[act][0].split():
            return False
        if act in ("revise", "withdraw") and doc.stage > 0:
            return False
        if act == "receive":
            early = doc.state == "submitted" and (doc.stage == 0 or doc.kind == "commitment")
            return not doc.received and not early
        return True

    def sound(self, doc: Document, act: str, given: dict) -> bool:
        """Whether what was filled in, and the text, satisfy the rules of this act."""
        text, reason = doc.texts[-1], len("".join((given.get("reason") or "").split())) >= 10
        match act:
            case "submit":
                in_time = doc.kind != "report" or self.day >= REPORTS_FROM
                return text.complete and in_time
            case "return":
                return reason and given.get("reason_code") == "OTHER"
            case "withdraw":
                return reason and doc.in_force is None
            case "amend" | "request_amendment":
                return reason and not any(
                    d.amends == doc.id and d.state not in OVER and d.in_force is None
                    for d in self.documents.values()
                )
            case "revoke":
                return reason and given.get("decision") is not None
            case "report":
                above = doc.route[doc.stage + 1][0]
                return doc.kind == "commitment" or given.get("via") == ADVISORY.get(above)
            case "approve":
                return self.sound_approval(doc, text, given)
        return True

    def sound_approval(self, doc: Document, text: Text, given: dict) -> bool:
        if doc.kind != "commitment" and doc.stage > 0:
            return True
        on = given.get("dated_on") or text.dated_on or doc.dated_on
        if not text.complete or on is None or on > self.day:
            return False
        if doc.kind == "report":
            return on >= REPORTS_FROM and self.sound_number(doc, given)
        if not given.get("minutes") or given.get("votes") != "carried":
            return False
        if doc.kind == "commitment":
            return (day := self.day_of_cell_plan(doc)) is not None and day <= on
        return self.sound_number(doc, given) and all(self.rests_on(b, on) for b in text.basis)

    def rests_on(self, basis: date | int, on: date) -> bool:
        if isinstance(basis, date):
            return basis <= on
        paper = self.documents[basis]
        return paper.alive and paper.dated_on is not None and paper.dated_on <= on

    def sound_number(self, doc: Document, given: dict) -> bool:
        number = given.get("number") or doc.number
        if number is None or not number.endswith(f"-{TYPE[doc.kind]}/{SYMBOL[doc.unit]}"):
            return False
        if doc.number is not None:
            return number == doc.number
        used = self.numbers_of(doc)  # the first begins anywhere, then one follows the other
        return not used or int(number.split("-")[0]) == max(used) + 1

    def numbers_of(self, doc: Document) -> set[int]:
        kin = (d for d in self.documents.values() if (d.unit, d.kind) == (doc.unit, doc.kind))
        return {int(d.number.split("-")[0]) for d in kin if d.number is not None}

    def day_of_cell_plan(self, doc: Document) -> date | None:
        """The date of the first plan in the chain that the unit's plan in force stands in."""
        plans = [
            d
            for d in self.documents.values()
            if d.kind == "plan" and d.unit == doc.unit and d.alive and d.dated_on
        ]
        if not plans:
            return None
        plan = min(plans, key=lambda d: (d.dated_on, d.id))
        while plan.amends is not None and self.documents[plan.amends].dated_on:
            plan = self.documents[plan.amends]
        return plan.dated_on

    def allows(self, doc: Document, act: str, person: str, given: dict) -> bool:
        may = self.possible(doc, act) and person in self.who(doc, act)
        return may and self.sound(doc, act, given)

    # ---- what follows

    def route(self, kind: str, unit: str) -> list[tuple[str, bool]]:
        bodies: list[str] = [unit]
        while above := SUPERIOR[bodies[-1]]:
            bodies.append(above)
        deciders = bodies[: self.deciding[kind]]
        receiver = bodies[len(deciders)] if len(bodies) > len(deciders) else deciders[-1]
        return [*((body, True) for body in deciders), (receiver, False)]

    def may_create(self, kind: str, unit: str, person: str) -> bool:
        if kind != "commitment":
            return person in self.waiting(unit, "drafter", kind, "create", False, set()).persons
        gone = ("withdrawn", "revoked", "superseded")
        mine = (d for d in self.documents.values() if (d.kind, d.author) == (kind, person))
        return unit == "CELL" and person in self.members and all(d.state in gone for d in mine)

    def create(self, id: int, kind: str, unit: str, person: str, text: Text) -> Document:
        key = (kind, unit, person if kind == "commitment" else None)
        owed = key if key in self.owed and key not in self.met and not self.answered(key) else None
        doc = Document(id, kind, unit, person, self.route(kind, unit), [text], owed)
        doc.hands.add(person)
        self.documents[id] = doc
        self.wait_anew(doc)
        return doc

    def answered(self, key: tuple[str, str, str | None]) -> bool:
        return any(d.owed == key and d.state not in OVER for d in self.documents.values())

    def act(self, doc: Document, act: str, person: str, given: dict, opens: int | None) -> None:
        """What an allowed act changes. `opens` is the id of the document that an amendment opens."""
        before, decisive = doc.state, (*SEPARATED, "revoke")
        _, owner = self.right(doc, act, person)
        doc.version += 1
        if act in decisive:  # who decides for another has decided for both
            doc.decided.setdefault(doc.revision, set()).update({person, owner or person})
        if act == "report":
            if doc.stage == 0 and doc.owed:
                self.met.add(doc.owed)
            doc.stage, doc.received = doc.stage + 1, False
            doc.state = "submitted" if doc.route[doc.stage][1] else "reported"
        elif act == "receive":
            doc.received = True
        elif act in ("amend", "request_amendment"):
            assert opens is not None
            text = doc.texts[(doc.in_force or doc.revision) - 1]
            self.amended(doc, opens, act, person, text)
        else:
            doc.state = TARGET[act]
        if act == "revise":
            doc.texts.append(given["text"])
        if act == "submit":
            if doc.decided.get(doc.revision):
                doc.texts.append(doc.texts[-1])
            doc.received = False
        if act in ("revise", "submit"):
            doc.hands.add(person)
        if act == "return":
            doc.stage = 0
        if act == "approve":
            self.approved(doc, given)
        expected = WAITS.get(doc.state, ("",))[0]
        if doc.state != before or act == expected:
            self.wait_anew(doc)

    def approved(self, doc: Document, given: dict) -> None:
        if doc.stage == 0:
            doc.number = doc.number or given.get("number")
            doc.dated_on = given.get("dated_on") or doc.texts[-1].dated_on or self.day
        last = max(i for i, (_, decides) in enumerate(doc.route) if decides)
        if doc.stage != (last if self.superior_must_accept else 0):
            return
        doc.in_force = doc.revision
        old = self.documents.get(doc.amends or 0)
        if old is not None and old.state not in OVER:
            old.state, old.due, old.version = "superseded", None, old.version + 1
        if doc.kind == "plan" and doc.unit == "CELL":
            for person in self.members:
                key = ("commitment", "CELL", person)
                if key not in self.owed:
                    self.owed[key] = working_days_after(self.day, 15)
                    for d in self.documents.values():
                        if d.kind == "commitment" and d.author == person and d.state not in OVER:
                            d.owed = key

    def amended(self, old: Document, id: int, act: str, person: str, text: Text) -> None:
        requested = act == "request_amendment"
        author = old.author if requested or old.kind == "commitment" else person
        new = Document(id, old.kind, old.unit, author, self.route(old.kind, old.unit), [text])
        new.owed, new.amends = old.owed, old.id
        new.hands = set() if requested else {person}
        self.documents[id] = new
        self.wait_anew(new)

    def wait_anew(self, doc: Document) -> None:
        """The last good day of what the document now waits for; none at rest."""
        doc.due = None
        if doc.state not in WAITS or (doc.state == "reported" and doc.received):
            return
        act, _, _, within = WAITS[doc.state]
        doc.due = working_days_after(self.day, within)
        if doc.stage == 0 and doc.owed and doc.owed not in self.met:
            owed = self.owed[doc.owed]
            if self.day <= owed < doc.due or act == "submit":
                doc.due = max(owed, self.day)

    def task(self, doc: Document) -> tuple | None:
        """The open task: act, body, person, posts, whether it climbed, last good day."""
        if doc.due is None:
            return None
        act, role, place, _ = WAITS[doc.state]
        unit = doc.unit if place == "issuer" else doc.route[doc.stage][0]
        owner = doc.route[doc.stage][0]
        if doc.kind == "commitment" and role == "drafter":
            return act, owner, doc.author, frozenset(), False, doc.due
        later = place == "stage" and doc.stage > 0
        held = self.waiting(unit, role, doc.kind, act, later, self.barred(doc, act))
        return act, owner, None, frozenset(held.posts), held.climbed, doc.due

    def tasks(self) -> dict[object, tuple]:
        """All open tasks: by document, and by what is owed where nobody has begun it."""
        found: dict[object, tuple] = {
            d.id: task for d in self.documents.values() if (task := self.task(d))
        }
        for key, due in self.owed.items():
            if key not in self.met and not self.answered(key):
                found[key] = ("create", key[1], key[2], due)
        return found
