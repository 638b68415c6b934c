"""What is left after everything has died and come back: settled from outside, by the database and
by the letters that arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline
from models.document import Document, Revision
from models.event import AuditEvent
from models.notification import Delivery, Notification
from models.task import Task
from tests.faults.clients import Account
from tests.support.smtp import Postbox
from workflows.definition import spec_of
from workflows.trail import verify

DELIVERED = 15.0  # seconds after recovery within which everything has been delivered


@dataclass
class Outcome:
    """What is left after a storm; what `bad` names is zero or empty."""

    faults: Counter[str] = field(default_factory=Counter)
    acts: int = 0  # acknowledged
    unanswered: int = 0
    refused: int = 0  # answers 503
    kept: int = 0  # pages that said so to somebody at a browser, with his text
    letters: int = 0
    lost: int = 0
    doubled: int = 0
    half_done: int = 0
    undelivered: int = 0
    wrong: list[str] = field(default_factory=list)
    recovery: float = 0.0  # seconds from recovery until the last delivery was done

    def figures(self, faults: int) -> dict[str, int]:
        """What the soak's table says of it."""
        return {
            "faults": faults,
            "acts": self.acts,
            "lost": self.lost,
            "doubled": self.doubled,
            "half_done": self.half_done,
            "violations": len(self.wrong),
        }

    def bad(self) -> dict[str, object]:
        names = ("lost", "doubled", "half_done", "undelivered", "wrong")
        found: dict[str, object] = {n: getattr(self, n) for n in names if getattr(self, n)}
        if self.recovery > DELIVERED:
            found["recovery"] = self.recovery
        return found


def settle(
    account: Account, smtp: Postbox, outcome: Outcome, without: Collection[int] = ()
) -> None:
    """Compares what people were told with what is there, and puts the difference into `outcome`.
    `without`: documents of which nobody kept account."""
    _acts(account, outcome, without)
    _halves(outcome)
    _mail(smtp, outcome)
    outcome.acts = len(account.acknowledged)


def _acts(account: Account, outcome: Outcome, without: Collection[int]) -> None:
    """Every acknowledged act has its event; every event its attempt, once."""
    rows = db.session.execute(
        sa.select(AuditEvent.document_id, AuditEvent.document_version, AuditEvent.action).where(
            AuditEvent.document_version.is_not(None), AuditEvent.document_id.not_in(without)
        )
    )
    events = Counter(tuple(row) for row in rows)
    outcome.lost += sum(1 for act in account.acknowledged if not events[act])
    first = sa.select(Revision.title).where(Revision.n == 1, Revision.document_id.not_in(without))
    titles = Counter(db.session.scalars(first))
    outcome.lost += sum(1 for title in account.titles_acknowledged if not titles[title])
    outcome.doubled += sum(n - 1 for n in events.values())
    outcome.doubled += sum(n - 1 for n in titles.values())
    outcome.doubled += sum(1 for act in events if act[2] != "create" and act not in account.tried)
    outcome.doubled += sum(1 for title in titles if title not in account.titles_tried)


def _halves(outcome: Outcome) -> None:
    """The trail is whole, and each document waits for exactly what its state implies."""
    report = verify(db.session())
    if not report.whole:
        outcome.half_done += 1
        outcome.wrong.append(str(report.first))
    for document in db.session.scalars(sa.select(Document)):
        state = spec_of(document.definition).states[document.state]
        received = state.expects == "receive" and document.current_stage.received_at is not None
        wanted = [] if state.expects is None or received else [state.expects]
        found = db.session.execute(
            sa.select(Task.action, Deadline.closed_at)
            .join(Deadline)
            .where(Task.document_id == document.id, Task.closed_at.is_(None))
        ).all()
        if [tuple(row) for row in found] != [(action, None) for action in wanted]:
            outcome.half_done += 1
            outcome.wrong.append(f"document {document.id} ({document.state}) waits for {found}")


def _mail(smtp: Postbox, outcome: Outcome) -> None:
    """Every notice left the house, each under one Message-ID of its own."""
    notices = db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) or 0
    rows = db.session.execute(sa.select(Delivery.message_id, Delivery.state)).all()
    arrived = Counter(str(letter["Message-ID"]) for letter in list(smtp.letters))
    ids = {row.message_id for row in rows}
    outcome.letters = sum(arrived.values())
    outcome.undelivered += sum(1 for row in rows if row.state != "done")
    outcome.undelivered += sum(1 for id in ids if not arrived[id])
    if len(ids) != notices or arrived.keys() - ids:
        outcome.wrong.append(f"{notices} notices, {len(ids)} Message-IDs, {len(arrived)} arrived")
