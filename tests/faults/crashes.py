"""Every crash point, one after the other, on an office where something waits at each: after each death
the parent looks from outside at what is there, and has the deed done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextvars import Context
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from rq import SimpleWorker
from rq.serializers import JSONSerializer

import clock
from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.event import AuditEvent
from models.notification import Delivery
from models.rehearsal import Rehearsal
from models.sitting import AgendaItem
from tests.cast import EPOCH, PAPER_BASIS, PLAN
from tests.faults.clients import Account
from tests.faults.ground import let_in
from tests.faults.mortal import Mortal
from tests.faults.points import Point
from tests.faults.settlement import Outcome, settle
from tests.support.smtp import Postbox
from tests.test_sittings import Meeting
from workers import jobs
from workers.mail import mailer
from workers.queue import connect, open_queue
from workflows import day
from workflows.delivery import CLAIM, deliver, due_deliveries

PAPERS = 3  # on the meeting's agenda
RUNGS = ("remind", "urge", "escalate")  # what the log calls them


class Crashes:
    """`Crashes(…).through(points)` hits each of them once; `hits` counts by label, `wrong` says what was not as
    it must be. `account` holds what was acknowledged, as in a storm."""

    def __init__(self, app: Flask, office: Meeting, mortal: Mortal, redis: str) -> None:
        self.app, self.office = app, office
        self.mortal, self.redis = mortal, redis
        self.tokens = let_in(office)
        self.account = Account()
        self.hits: Counter[str] = Counter()
        self.wrong: list[str] = self.account.wrong
        self.made = 0

    def through(self, points: Iterable[Point]) -> None:
        self.sitting_id = self._confirmed_meeting()
        with transaction():  # everything happens a minute after the meeting
            now = self.office.now + timedelta(minutes=1)
            db.session.add(Rehearsal(id=1, offset_seconds=0.0, begun_at=EPOCH, frozen_at=now))
        for point in points:
            getattr(self, f"_{point.deed}")(point)

    def settle(self, smtp: Postbox) -> Outcome:
        """Whatever is still due is sent; then what everybody was told is compared with what is
        there."""
        if not jobs.carry_out(self.sitting_id):
            self.wrong.append("the meeting is never done")
        settings = self.app.config["SETTINGS"]
        later = clock.real_now() + CLAIM
        for ident in due_deliveries(later):
            deliver(ident, now=later, mailer=mailer(settings), public_url=settings.public_url)
        outcome = Outcome(faults=self.hits, wrong=self.wrong)
        settle(self.account, smtp, outcome, without=self._papers())
        return outcome

    def _papers(self) -> list[int]:
        papers = sa.select(AgendaItem.document_id).where(AgendaItem.sitting_id == self.sitting_id)
        return list(db.session.scalars(papers))

    def _dies(self, point: Point, **given: Any) -> None:
        if self.mortal.dies(point, **given):
            self.hits[point.label] += 1
        else:
            self._expect(False, point, "was not hit")
        db.session.rollback()

    def _expect(self, true: object, point: Point, *what: object) -> None:
        if not true:
            self.wrong.append(" ".join(map(str, (point.label, *what))))

    # ---- by programs: a draft, and an act that decides

    def _ask(self, who: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        bearer = {"Authorization": f"Bearer {self.tokens[who]}"}
        client = self.app.test_client()
        # In a context of its own: whoever asked before is not remembered.
        answer = Context().run(client.post, f"/api/v1{path}", json=body, headers=bearer)
        if answer.status_code not in (200, 201, 409):
            self.wrong.append(f"{path}: {answer.status_code} {answer.json}")
        return answer.status_code, answer.json or {}

    def _new_plan(self) -> dict[str, Any]:
        self.made += 1
        title = f"Kế hoạch {self.made}"
        self.account.titles_tried.add(title)
        return {
            "kind": "plan", "unit": "BASE", "campaign": "CD-2026", "title": title,
            "content": PLAN, "basis": PAPER_BASIS,
        }  # fmt: skip

    def _begun(self, body: dict[str, Any]) -> dict[str, Any]:
        _, document = self._ask("Ba", "/documents", body)
        self.account.titles_acknowledged[body["title"]] = document["id"]
        self.account.acknowledged.append((document["id"], 1, "create"))
        return document

    def _acted(self, who: str, document: dict[str, Any], act: str) -> tuple[int, dict[str, Any]]:
        attempt = (document["id"], document["version"] + 1, act)
        self.account.tried.add(attempt)
        status, answer = self._ask(
            who, f"/documents/{document['id']}/actions/{act}", _act(document)
        )
        if status == 200:
            self.account.acknowledged.append(attempt)
        return status, answer

    def _create(self, point: Point) -> None:
        before, body = self._events(), self._new_plan()
        self._dies(point, path="/documents", token=self.tokens["Ba"], body=body)
        self._expect(self._events() == before + point.done, point, "left half a draft")
        if not point.done:
            self._begun(body)

    def _act(self, point: Point) -> None:
        document = self._begun(self._new_plan())
        _, document = self._acted("Ba", document, "submit")
        before = self._events()
        path = f"/documents/{document['id']}/actions/review"
        self.account.tried.add((document["id"], document["version"] + 1, "review"))
        self._dies(point, path=path, token=self.tokens["Bay"], body=_act(document))
        self._expect(self._events() == before + point.done, point, "left half an act")
        status, _ = self._acted("Bay", document, "review")
        self._expect(status == (409 if point.done else 200), point, "done again:", status)

    # ---- by the relay and the worker

    def _ring(self, point: Point) -> None:
        self._dies(point, redis=self.redis)
        connection = connect(self.redis)
        queue = open_queue(connection)
        self._expect(queue.count > 0, point, "rang nothing")
        worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
        worker.work(burst=True, logging_level="WARNING")
        connection.close()

    def _deliver(self, point: Point) -> None:
        self._begun(self._new_plan())
        ident = self._a_waiting_mail()
        self._dies(point, ident=ident)
        delivery = db.session.get_one(Delivery, ident)
        self._expect((delivery.state == "done") == point.done, point, delivery.state)
        self._expect(not delivery.next_at > clock.real_now() + CLAIM, point, "waits too long")

    def _a_waiting_mail(self) -> int:
        query = sa.select(Delivery.id).where(Delivery.state == "pending", Delivery.attempts == 0)
        ident = db.session.scalar(query.order_by(Delivery.id).limit(1))
        assert ident is not None
        return ident

    # ---- by the sweep, of deadlines and of meetings

    def _confirmed_meeting(self) -> int:
        office = self.office
        office.plan()
        for name in ("An", "Moi")[: PAPERS - 1]:
            office.commitment(name)
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        office.confirm(sitting)
        return sitting.id

    def _carry_out(self, point: Point) -> None:
        before = self._ticks()
        self._dies(point, ident=self.sitting_id)
        ticks, decided = self._ticks(), self._decided()
        self._expect(ticks == decided, point, f"{ticks} ticks, {decided} decisions")
        self._expect(ticks >= before, point, "took back what was done")

    def _ticks(self) -> int:
        carried = sa.select(sa.func.count(AgendaItem.carried_out_at))
        return db.session.scalar(carried.where(AgendaItem.sitting_id == self.sitting_id)) or 0

    def _decided(self) -> int:
        """Papers of the meeting that its vote has decided, by the log."""
        decided = sa.select(sa.func.count()).where(
            AuditEvent.document_id.in_(self._papers()), AuditEvent.action == "approve"
        )
        return db.session.scalar(decided) or 0

    def _sweep(self, point: Point) -> None:
        self._make_one_due()
        before = self._climbed()
        self._dies(point)
        self._expect((self._climbed() > before) == point.done, point, "climbed by halves")
        doubled = sa.select(Escalation.deadline_id).group_by(
            Escalation.deadline_id, Escalation.deadline_version, Escalation.rung
        )
        again = db.session.execute(doubled.having(sa.func.count() > 1)).all()
        self._expect(not again, point, "climbed twice", again)
        events = db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action.in_(RUNGS)))
        self._expect(events == self._climbed(), point, f"{events} events of {self._climbed()}")

    def _make_one_due(self) -> None:
        """A deadline whose rung would fire tomorrow fires now; not a reminder, which is left out once
        its day is over."""
        now = clock.now()
        day.begin(now)  # else the first sweep of the day would set the clock right again
        with transaction() as session:
            ident = session.scalar(
                sa.select(Deadline.id)
                .where(Deadline.closed_at.is_(None), Deadline.fires_at > now)
                .order_by(Deadline.id.desc())
                .limit(1)
            )
            late = sa.case((Deadline.rung < 0, 0), else_=Deadline.rung)
            session.execute(
                sa.update(Deadline).where(Deadline.id == ident).values(fires_at=now, rung=late)
            )

    def _climbed(self) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(Escalation)) or 0

    def _events(self) -> int:
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) or 0


def _act(document: dict[str, Any]) -> dict[str, Any]:
    return {"revision": document["revision"], "version": document["version"]}
