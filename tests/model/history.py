"""One random history of an office, acted by the engine and by the reference side by side.

Everything random comes from one seed, so a history that fails is told again by its number.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest import mock

import sqlalchemy as sa

from models import db, transaction
from models.deadline import Deadline, Escalation
from models.document import Document, Revision
from models.event import AuditEvent
from models.obligation import Obligation
from models.person import Absence, Membership, Person
from models.post import Delegation, Post
from models.task import Task, TaskRole
from models.unit import Unit
from tests.cast import COMMITMENT, EPOCH, PAPER_BASIS, PLAN, REPORT, Office
from tests.model import reference as ref
from workflows import Forbidden, Refused, Stale, available_actions, create, day, perform
from workflows.act import Votes
from workflows.calendar import local_day
from workflows.ladder import sweep
from workflows.organisation.absences import add_absence
from workflows.organisation.delegations import delegate, revoke_delegation
from workflows.organisation.posts import end_post, give_post
from workflows.trail import verify

UNITS = ("CELL", "BASE", "WARD", "PROVINCE")
MEMBERS = ("An", "Chi", "Dung", "Sau")
LAST_DAY = date(2026, 6, 12)  # what is known of days off ends here
MOST_DOCUMENTS = 7

# Points inside an act at which the process may die; the name says what has been written by then.
CRASH_POINTS = {
    "the document is locked": "workflows.engine._locked",
    "the state has moved": "workflows.engine._move",
    "decision and hands are kept": "workflows.traces.record",
    "the event is in the log": "workflows.trail.append",
    "the old task is closed": "workflows.tasks.close",
    "the next task is open": "workflows.tasks.open_for",
    "people are told": "workflows.notices.notify",
    "all is written but the commit": "workflows.traces.follow",
}


class Crash(BaseException):
    """The process dies here: nothing below catches it."""


class Violation(AssertionError):
    """What happened is not what the rules say."""


def expect(true: object, *what: object) -> None:
    if not true:
        raise Violation(" ".join(str(part) for part in what))


def prepare() -> None:
    """The office with which every history begins, in an empty database."""
    Office()


class History:
    """`History(seed).run(steps)` raises `Violation` with the seed and the story so far."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.now = EPOCH
        self.story: list[str] = []
        self.counts: Counter[str] = Counter()
        self.ids = {p.full_name: p.id for p in db.session.scalars(sa.select(Person))}
        self.names = {id: name for name, id in self.ids.items()}
        self.unit_ids = {u.code: u.id for u in db.session.scalars(sa.select(Unit))}
        self.codes = {id: code for code, id in self.unit_ids.items()}
        self.texts: dict[tuple[int, int], bytes] = {}
        self.model = self._found()

    def _found(self) -> ref.Reference:
        """The reference learns the office as it stands, and the campaign is varied."""
        deciding = {
            "plan": self.dice.choice((1, 2, 2, 2, 3)),
            "report": self.dice.choice((1, 2, 2)),
            "commitment": self.dice.choice((1, 1, 2)),
        }
        accept = self.dice.random() < 0.25
        with transaction() as session:
            for owed in session.scalars(sa.select(Obligation)):
                owed.requirement.campaign.superior_must_accept = accept
                for requirement in owed.requirement.campaign.requirements:
                    requirement.deciding = deciding[requirement.kind]
            self.campaign_id = owed.requirement.campaign_id
        owed_by: dict[tuple[str, str, str | None], date] = {
            ("plan", unit, None): date(2026, 3, 31) for unit in UNITS
        }
        owed_by["report", "BASE", None] = date(2026, 4, 7)
        model = ref.Reference(
            self.today, deciding, accept, [m for m in MEMBERS if m in self.ids], owed_by
        )
        for post in db.session.scalars(sa.select(Post)):
            self._learn_post(model, post)
        return model

    def _learn_post(self, model: ref.Reference, post: Post) -> None:
        model.posts[post.id] = ref.Post(
            post.valid_from or date.min,
            post.valid_to or date.max,
            id=post.id,
            person=self.names[post.person_id],
            unit=self.codes[post.unit_id],
            role=post.role,
        )

    @property
    def today(self) -> date:
        return local_day(self.now)

    # ---- the steps

    def run(self, steps: int) -> None:
        try:
            for _ in range(self.dice.randint(0, 6)):
                self.change_the_office()
            self.begin_the_day()
            self.check()
            for _ in range(steps):
                self.step()
                self.check()
            self.check_all()
        except Exception as error:
            lines = "\n  ".join(self.story[-60:])
            raise Violation(
                f"history {self.seed}: {type(error).__name__}: {error}\n  {lines}"
            ) from error

    def step(self) -> None:
        db.session.remove()
        self.now += timedelta(minutes=self.dice.randint(1, 90))
        roll = self.dice.random()
        alive = [d for d in self.model.documents.values() if d.state not in ref.OVER]
        if roll < 0.12 and len(alive) < MOST_DOCUMENTS:
            self.begin()
        elif roll < 0.26:
            self.change_the_office()
        elif roll < 0.36:
            self.let_time_pass()
        else:
            self.act()
        self.begin_the_day()

    def begin_the_day(self) -> None:
        """What the schedule does each minute."""
        self.model.day = self.today
        day.begin(self.now)

    def let_time_pass(self) -> None:
        days = self.dice.choice((1, 1, 1, 2, 3, 3, 7, 12))
        if self.today + timedelta(days=days) > LAST_DAY:
            return
        self.now += timedelta(days=days)
        self.tell(f"{days} days pass, it is {self.today}")
        self.begin_the_day()
        if self.dice.random() < 0.7:
            self.climb()

    def tell(self, line: str) -> None:
        self.story.append(line)

    # ---- documents

    def begin(self) -> None:
        kind = self.dice.choice(("plan", "plan", "plan", "commitment", "report"))
        unit = {"commitment": "CELL", "report": "BASE"}.get(kind) or self.dice.choice(UNITS)
        able = [name for name in self.ids if self.model.may_create(kind, unit, name)]
        anybody = self.dice.choice(sorted(self.ids))
        name = self.dice.choice(sorted(able)) if able and self.dice.random() < 0.85 else anybody
        text, given = self.write(kind)
        self.model.day = self.today
        allowed = self.model.may_create(kind, unit, name)
        line = f"{name} begins a {kind} of {unit}"
        try:
            with transaction():
                document = create(
                    kind,
                    unit=db.session.get_one(Unit, self.unit_ids[unit]),
                    campaign=self.campaign,
                    title="Văn bản",
                    actor=self.person(name),
                    now=self.now,
                    **given,
                )
                id = document.id
        except (Refused, Forbidden) as error:
            self.tell(f"{line}: {error}")
            self.counts["refused"] += 1
            expect(not allowed, line, "was refused:", error)
            return
        self.tell(f"{line}: {id}")
        self.counts["acts"] += 1
        expect(allowed, line, "was allowed")
        self.model.create(id, kind, unit, name, text)

    def write(self, kind: str) -> tuple[ref.Text, dict[str, Any]]:
        """A text, most often sound, as the reference and as the engine want it."""
        complete = self.dice.random() < 0.93
        proposed = self.today - timedelta(days=5) if self.dice.random() < 0.1 else None
        nonce = f"{self.dice.random():.6f}"
        contents: dict[str, dict[str, Any]] = {
            "plan": {**PLAN, "text": f"Lần viết {nonce}" if complete else ""},
            "report": {**REPORT, "results": f"Lần viết {nonce}" if complete else " "},
            "commitment": {"sections": {**COMMITMENT["sections"], "1": nonce if complete else ""}},
        }
        basis: list[dict[str, Any]] = []
        rests: list[date | int] = []
        if kind == "plan":
            basis, rests = list(PAPER_BASIS), [date(2016, 5, 15)]
            superior = [d.id for d in self.model.documents.values() if d.kind == "plan"]
            roll = self.dice.random()
            if roll < 0.1 and superior:
                plan = self.dice.choice(superior)
                rests, basis = [plan], [{"document": plan}]
            elif roll < 0.15:
                later = self.today + timedelta(days=2)
                rests.append(later)
                basis.append(
                    {"number": "9-KH/TU", "dated_on": later.isoformat(), "issuer": "Tỉnh ủy"}
                )
        given = {"content": contents[kind], "basis": basis, "dated_on": proposed}
        return ref.Text(complete, proposed, rests), given

    def act(self) -> None:
        model = self.model
        model.day = self.today
        if not model.documents:
            return self.begin()
        open_acts = [
            (doc, act, name)
            for doc in model.documents.values()
            for act in ref.ACTS
            if model.possible(doc, act)
            for name in sorted(model.who(doc, act))
        ]
        if open_acts and self.dice.random() < 0.75:
            # Each act of each document alike, however many could do it, and the way up more often.
            forward = [o for o in open_acts if o[1] in ("submit", "review", "approve", "report")]
            choice = forward if forward and self.dice.random() < 0.6 else open_acts
            pairs = sorted({(doc.id, act) for doc, act, _ in choice})
            id, act = self.dice.choice(pairs)
            name = self.dice.choice([n for d, a, n in choice if (d.id, a) == (id, act)])
        else:
            id = self.dice.choice(sorted(model.documents))
            possible = [a for a in ref.ACTS if model.possible(model.documents[id], a)]
            every = [*ref.ACTS, "archive", "supersede"]
            act = self.dice.choice(possible if possible and self.dice.random() < 0.7 else every)
            name = self.dice.choice(sorted(self.ids))
        self.perform(model.documents[id], act, name)

    def fill_in(self, doc: ref.Document, act: str) -> dict[str, Any]:
        """What the form holds: sound, or now and then with one thing wrong."""
        wrong = self.dice.random() < 0.12
        kind = self.dice.choice(("number", "minutes", "votes", "date")) if wrong else ""
        given: dict[str, Any] = {}
        if act == "approve":
            if doc.stage == 0 and doc.kind != "commitment" and doc.number is None:
                taken = [d.number for d in self.model.documents.values() if d.number]
                tail = f"{ref.TYPE[doc.kind]}/{ref.SYMBOL[doc.unit]}"
                following = max(self.model.numbers_of(doc), default=self.dice.randint(0, 8)) + 1
                form, leap = f"{following:02d}-{tail}", f"{following + 2:02d}-{tail}"
                odd = self.dice.choice([*taken, leap, "02/KH-CB", None])
                given["number"] = odd if kind == "number" else form
            given["minutes"] = None if kind == "minutes" else "05-BB/CB"
            given["votes"] = "lost" if kind == "votes" else "carried"
            shift = self.dice.choice((3, -9, -40)) if kind == "date" else 0
            given["dated_on"] = self.today + timedelta(days=shift)
            if self.dice.random() < 0.05:
                given["dated_on"] = None
        elif act == "revise":
            text, given["said"] = self.write(doc.kind)
            text.dated_on = text.dated_on or doc.texts[-1].dated_on  # not given is not changed
            given["text"] = text
        elif act == "report" and doc.stage + 1 < len(doc.route):
            given["via"] = None if wrong else ref.ADVISORY.get(doc.route[doc.stage + 1][0])
        elif act in ("return", "withdraw", "amend", "request_amendment", "revoke"):
            given["reason"] = "ngắn" if wrong else "Vì một lý do viết đủ dài để hiểu."
            if act == "return":
                given["reason_code"] = "OTHER" if self.dice.random() < 0.93 else None
            if act == "revoke":
                sound = self.dice.random() < 0.9
                given["decision"] = "03-QĐ/CB ngày 02/03/2026 của Chi bộ" if sound else None
        return given

    def perform(self, doc: ref.Document, act: str, name: str) -> None:
        model, given = self.model, self.fill_in(doc, act)
        stale = self.dice.random() < 0.07
        seen = (doc.revision, doc.version)
        if stale:
            seen = self.dice.choice(
                ((doc.revision, doc.version - 1), (doc.revision + 1, doc.version))
            )
        may = model.possible(doc, act) and name in model.who(doc, act)
        wanted = "stale" if stale else "ok" if model.allows(doc, act, name, given) else "no"
        log = model.right(doc, act, name)[0] if may else None
        line = f"{name} would {act} {doc.kind} {doc.id} ({doc.state} at {doc.stage}, {doc.version})"
        said = {k: v for k, v in given.items() if k not in ("text", "said")}
        line += f" {said}" if said else ""
        button = self.button(doc.id, act, name) if self.dice.random() < 0.15 else None
        if wanted == "ok" and self.dice.random() < 0.12:
            self.die_within(doc, act, name, given, seen)
        try:
            with transaction():
                opened = self.do(doc.id, act, name, given, seen)
        except Stale as error:
            got, why = "stale", str(error)
        except (Refused, Forbidden) as error:
            got, why = "no", str(error)
        else:
            got, why = "ok", ""
        self.tell(f"{line}: {got} {why}")
        expect(got == wanted, f"the reference says {wanted}, the engine {got} {why}: {line}")
        self.counts[{"ok": "acts", "no": "refused", "stale": "stale"}[got]] += 1
        if button and not may:
            raise Violation(f"a button is shown for what is not allowed: {line}")
        if got == "ok":
            expect(button is not False, "no button is shown for what is allowed:", line)
            model.act(doc, act, name, given, opened if opened != doc.id else None)
            event = db.session.scalar(
                sa.select(AuditEvent).where(
                    AuditEvent.document_id == doc.id, AuditEvent.document_version == doc.version
                )
            )
            expect(event is not None and event.action == act, "no event for", line)
            assert event is not None
            expect(self.codes[event.unit_id] == log, "in the log of another unit:", line)

    def do(self, id: int, act: str, name: str, given: dict[str, Any], seen: tuple[int, int]) -> int:
        inputs = {k: v for k, v in given.items() if k not in ("text", "said")}
        inputs |= given.get("said", {})
        if "votes" in inputs:
            inputs["votes"] = Votes(4, 4, 0) if inputs["votes"] == "carried" else Votes(4, 1, 3)
        document = db.session.get_one(Document, id)
        return perform(
            document,
            act,
            actor=self.person(name),
            now=self.now,
            revision=seen[0],
            version=seen[1],
            **inputs,
        ).id

    def button(self, id: int, act: str, name: str) -> bool:
        document = db.session.get_one(Document, id)
        offered = available_actions(document, person=self.person(name), now=self.now)
        return any(a.name == act and a.allowed for a in offered)

    def die_within(
        self, doc: ref.Document, act: str, name: str, given: dict[str, Any], seen: tuple[int, int]
    ) -> None:
        """The same act, but the process dies at one labelled point: nothing may remain of it."""
        point = self.dice.choice(list(CRASH_POINTS))
        before = fingerprint()
        try:
            with transaction(), dying_at(CRASH_POINTS[point]):
                self.do(doc.id, act, name, given, seen)
                raise Crash  # the point was not on the way of this act
        except Crash:
            pass
        db.session.remove()
        self.counts["crashes"] += 1
        self.counts[point] += 1
        self.tell(f"{name} dies while doing {act} on {doc.id}: {point}")
        expect(fingerprint() == before, "half an act remains, though it died when", point)

    # ---- the office changes

    def change_the_office(self) -> None:
        change = self.dice.choice(
            (
                self.give_post,
                self.give_post,
                self.end_post,
                self.delegate,
                self.delegate,
                self.delegate,
                self.revoke,
                self.be_away,
                self.be_away,
            )
        )
        db.session.remove()
        self.model.day = self.today
        try:
            with transaction() as session:
                learn = change(session)
        except (Refused, Forbidden) as error:
            self.tell(f"{change.__name__}: {error}")
            return
        if learn is not None:
            learn()
            self.counts["changes"] += 1

    def give_post(self, session: sa.orm.Session) -> Callable[[], None] | None:
        name = self.dice.choice(sorted(self.ids))
        unit = self.dice.choice((*UNITS, "CELL", "BASE", "WARD-XDD"))
        roles = ("secretary", "deputy", "committee", "advisor", "standing", "clerk")
        role = "advisor" if unit == "WARD-XDD" else self.dice.choice(roles)
        first = self.today + timedelta(days=self.dice.choice((0, 1, 2, 5)))
        last = first + timedelta(days=self.dice.choice((3, 10, 200)))
        post = give_post(
            session,
            person=self.person(name),
            unit=session.get_one(Unit, self.unit_ids[unit]),
            role=role,
            title=role,
            valid_from=first,
            valid_to=last,
            actor=None,
            now=self.now,
        )
        self.tell(f"{name} becomes {role} of {unit} from {first} to {last}")
        return lambda: self._learn_post(self.model, db.session.merge(post, load=True))

    def end_post(self, session: sa.orm.Session) -> Callable[[], None] | None:
        held = [p for p in self.model.posts.values() if not p.ended]
        post = self.dice.choice(held)
        end_post(session, post=session.get_one(Post, post.id), actor=None, now=self.now)
        self.tell(f"{post.person} is no longer {post.role} of {post.unit}")

        def learn() -> None:
            post.ended = True
            for delegation in self.model.delegations.values():
                delegation.ended |= delegation.post == post.id

        return learn

    def delegate(self, session: sa.orm.Session) -> Callable[[], None] | None:
        held = [p for p in self.model.posts.values() if p.holds(self.today)]
        if not held:
            return None
        post = self.dice.choice(held)
        to = self.dice.choice(sorted(self.ids))
        first = self.today + timedelta(days=self.dice.choice((0, 0, 1, 3)))
        last = min(first + timedelta(days=self.dice.choice((0, 4, 40))), post.last)
        kinds = self.dice.choice(([], [], ["plan"], ["commitment", "plan"]))
        actions = self.dice.choice(([], [], ["approve"], ["review", "submit", "return"]))
        row = delegate(
            session,
            post=session.get_one(Post, post.id),
            to=self.person(to),
            valid_from=first,
            valid_to=last,
            kinds=kinds,
            actions=actions,
            actor=None,
            now=self.now,
        )
        made = ref.Delegation(
            first, last, id=row.id, post=post.id, to=to, kinds=kinds, actions=actions
        )
        what = f"{kinds or 'all'} {actions or 'all'}"
        line = f"{post.person} lets {to} act as {post.role} of {post.unit}"
        self.tell(f"{line} from {first} to {last} ({what})")
        return lambda: self.model.delegations.update({made.id: made})

    def revoke(self, session: sa.orm.Session) -> Callable[[], None] | None:
        open_ones = [d for d in self.model.delegations.values() if not d.ended]
        if not open_ones:
            return None
        made = self.dice.choice(open_ones)
        row = session.get_one(Delegation, made.id)
        revoke_delegation(session, delegation=row, actor=None, now=self.now)
        self.tell(f"{made.to} no longer acts for post {made.post}")
        return lambda: setattr(made, "ended", True)

    def be_away(self, session: sa.orm.Session) -> Callable[[], None] | None:
        name = self.dice.choice(sorted(self.ids))
        first = self.today + timedelta(days=self.dice.choice((0, 0, 1, 2)))
        last = first + timedelta(days=self.dice.choice((0, 1, 4, 15)))
        add_absence(
            session,
            person=self.person(name),
            valid_from=first,
            valid_to=last,
            actor=None,
            now=self.now,
        )
        self.tell(f"{name} is away from {first} to {last}")
        return lambda: self.model.absences.append(ref.Absence(first, last, person=name))

    # ---- the ladder

    def climb(self) -> None:
        late = self.late()
        climbed = sweep(self.now)
        again = sweep(self.now)
        self.tell(f"the ladder: {climbed}")
        self.counts["rungs"] += climbed
        expect(again == 0, "a rung was climbed twice")
        heard = set(db.session.scalars(sa.select(Escalation.task_id)))
        for task_id, unit in late.items():
            known = unit == "PROVINCE" or task_id in heard
            expect(known, f"nobody heard of task {task_id} of {unit}, though it is late")
        expect(not self.due_rungs(), "a rung that is due did not fire")

    def late(self) -> dict[int, str]:
        """Tasks that ran out before the last working day began."""
        rows = db.session.execute(
            sa.select(Task.id, Task.unit_id, Deadline.effective_due, Task.opened_at)
            .join(Deadline, Deadline.task_id == Task.id)
            .where(Task.closed_at.is_(None))
        )
        found = {}
        for task_id, unit_id, due, opened in rows:
            rings = ref.working_days_after(max(due, local_day(opened)), 1)
            if rings < self.today:
                found[task_id] = self.codes[unit_id]
        return found

    def due_rungs(self) -> int:
        return (
            db.session.scalar(
                sa.select(sa.func.count())
                .select_from(Deadline)
                .where(Deadline.closed_at.is_(None), Deadline.fires_at <= self.now)
            )
            or 0
        )

    # ---- what must hold after each step

    def check(self) -> None:
        self.model.day = self.today
        db.session.rollback()
        self.check_documents()
        self.check_tasks()

    def check_documents(self) -> None:
        rows = db.session.execute(
            sa.select(
                Document.id,
                Document.state,
                Document.stage,
                Document.version,
                Document.revision,
                Document.in_force_revision,
                Document.number,
                Document.dated_on,
            )
        )
        found = {row[0]: tuple(row[1:]) for row in rows}
        wanted = {
            d.id: (d.state, d.stage, d.version, d.revision, d.in_force, d.number, d.dated_on)
            for d in self.model.documents.values()
        }
        for id in found.keys() | wanted.keys():
            expect(
                found.get(id) == wanted.get(id),
                f"document {id}: the engine has {found.get(id)}, the reference {wanted.get(id)}",
            )
        for id, n, digest in db.session.execute(
            sa.select(Revision.document_id, Revision.n, Revision.content_hash)
        ):
            known = self.texts.setdefault((id, n), digest)
            expect(known == digest, f"revision {n} of {id} has changed")
        versions = db.session.execute(
            sa.select(AuditEvent.document_id, AuditEvent.document_version)
            .where(AuditEvent.document_version.is_not(None))
            .order_by(AuditEvent.document_id, AuditEvent.document_version)
        )
        seen: dict[int, list[int]] = {}
        for row in versions:
            seen.setdefault(row.document_id, []).append(row.document_version)
        for doc in self.model.documents.values():
            expect(
                seen.get(doc.id) == list(range(1, doc.version + 1)),
                f"events of {doc.id}: {seen.get(doc.id)}",
            )

    def check_tasks(self) -> None:
        found: dict[object, tuple[Any, ...]] = {}
        roles: dict[int, set[tuple[str, str]]] = {}
        for task_id, unit_id, role in db.session.execute(
            sa.select(TaskRole.task_id, TaskRole.unit_id, TaskRole.role)
        ):
            roles.setdefault(task_id, set()).add((self.codes[unit_id], role))
        rows = db.session.execute(
            sa.select(Task, Deadline.effective_due, Deadline.closed_at)
            .outerjoin(Deadline, Deadline.task_id == Task.id)
            .where(Task.closed_at.is_(None))
        ).all()
        kinds = self._kinds_owed()
        for task, due, closed in rows:
            expect(due is not None and closed is None, f"task {task.id} has no open deadline")
            unit, person = self.codes[task.unit_id], self.names.get(task.person_id)
            if task.document_id is None:
                key: object = (kinds[task.obligation_id], unit, person)
                value: tuple[Any, ...] = (task.action, unit, person, due)
            else:
                key = task.document_id
                posts = frozenset(roles.get(task.id, set()))
                value = (task.action, unit, person, posts, task.climbed, due)
            expect(key not in found, f"two open tasks for {key}")
            found[key] = value
        orphans = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Deadline)
            .join(Task)
            .where(Deadline.closed_at.is_(None), Task.closed_at.is_not(None))
        )
        expect(not orphans, "a deadline is open for a task that is closed")
        wanted = self.model.tasks()
        for key in found.keys() | wanted.keys():
            expect(
                found.get(key) == wanted.get(key),
                f"task of {key}:\n   engine    {found.get(key)}\n   reference {wanted.get(key)}",
            )

    def _kinds_owed(self) -> dict[int, str]:
        return {
            o.id: o.requirement.kind
            for o in db.session.scalars(
                sa.select(Obligation).options(sa.orm.joinedload(Obligation.requirement))
            )
        }

    # ---- what must hold at the end

    def check_all(self) -> None:
        db.session.rollback()
        report = verify(db.session())
        expect(report.whole, "the trail:", report.first)
        self.check_fold()
        self.check_texts()
        self.check_separation()

    def check_fold(self) -> None:
        """State and stage are what the events say, one leaf continuing the other."""
        standing: dict[int, tuple[str | None, int]] = {}
        for event in db.session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.document_version.is_not(None))
            .order_by(AuditEvent.document_id, AuditEvent.document_version)
        ):
            leaf = json.loads(event.leaf)
            before = standing.get(event.document_id or 0, (None, 0))[0]
            expect(leaf.get("from") == before, f"event {event.id} does not continue")
            standing[event.document_id or 0] = (leaf["to"], leaf["stage"])
        for doc in self.model.documents.values():
            expect(standing[doc.id] == (doc.state, doc.stage), f"document {doc.id} is not its fold")

    def check_texts(self) -> None:
        """Each revision still holds what was written then."""
        for revision in db.session.scalars(sa.select(Revision)):
            text = self.model.documents[revision.document_id].texts[revision.n - 1]
            blank = "1" if "sections" in revision.content else "text"
            content = revision.content.get("sections", revision.content)
            blank = "results" if "results" in content else blank
            complete = bool(str(content[blank]).strip())
            expect(
                (complete, revision.dated_on) == (text.complete, text.dated_on),
                f"revision {revision.n} of {revision.document_id} has changed",
            )

    def check_separation(self) -> None:
        """From the tables alone: nobody decided on his own text or twice, as himself or for
        another."""
        decisions = db.session.execute(
            sa.text(
                "select d.document_id, d.revision, d.person_id, p.person_id, d.action, d.at "
                "from decision d left join post p on p.id = d.post_id "
                "where d.action in ('review', 'approve', 'return') order by d.id"
            )
        )
        hands = {
            (doc, person)
            for doc, person in db.session.execute(
                sa.text(
                    "select document_id, person_id from contribution "
                    "union select id, author_id from document"
                )
            )
        }
        once: set[tuple[int, int, int]] = set()
        for doc, revision, person, owner, action, _ in decisions:
            for who in {person, owner or person}:
                name = self.names[who]
                expect(
                    (doc, revision, who) not in once, f"{name} decided twice on {doc}/{revision}"
                )
                expect(
                    (doc, who) not in hands or self._joined_later(doc, who, revision),
                    f"{name} did {action} on {doc}, which he helped to write",
                )
            once |= {(doc, revision, who) for who in {person, owner or person}}

    def _joined_later(self, doc: int, person: int, revision: int) -> bool:
        """Whether his first hand in it came with a later revision than the one he decided on."""
        first = db.session.scalar(
            sa.text(
                "select min(revision) from contribution where document_id = :d and person_id = :p"
            ),
            {"d": doc, "p": person},
        )
        author = db.session.get_one(Document, doc).author_id
        return author != person and first is not None and first > revision

    # ---- rows

    def person(self, name: str) -> Person:
        return db.session.get_one(Person, self.ids[name])

    @property
    def campaign(self) -> Any:
        from models.campaign import Campaign

        return db.session.get_one(Campaign, self.campaign_id)


def fingerprint() -> dict[str, int]:
    """How many rows each table holds, and all versions together."""
    session = db.session()
    counts = {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }
    counts["versions"] = session.scalar(sa.select(sa.func.sum(Document.version))) or 0
    counts["open"] = (
        session.scalar(sa.select(sa.func.count()).select_from(Task).where(Task.closed_at.is_(None)))
        or 0
    )
    session.rollback()
    return counts


class dying_at:
    """While it holds, the function of this dotted name does its work and then the process dies."""

    def __init__(self, name: str) -> None:
        module, _, function = name.rpartition(".")
        target = __import__(module, fromlist=[function])
        real = getattr(target, function)

        def dies(*args: Any, **kwargs: Any) -> Any:
            real(*args, **kwargs)
            db.session.flush()
            raise Crash

        self.patch = mock.patch.object(target, function, dies)

    def __enter__(self) -> None:
        self.patch.start()

    def __exit__(self, *_: object) -> None:
        self.patch.stop()


__all__ = ["Absence", "History", "Membership", "Violation", "prepare"]
