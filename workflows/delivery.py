"""Bringing notifications outside by mail: at least once, always under the same Message-ID.

What a mail says is in `workflows.letters`. Everything here runs in real time, whatever the rehearsal's
clock says.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.base import db, transaction
from models.document import Document
from models.notification import Delivery, Notification
from models.rehearsal import instant
from workflows import bodies, digest
from workflows.letters import Mail, compose, compose_morning
from workflows.scope import visible_documents

FIRST_RETRY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
CLAIM = timedelta(seconds=4)  # after a death in an attempt, how long before another may begin
RENEW = 1.0  # seconds; whoever is still at it renews the claim this often
AHEAD = timedelta(minutes=1)  # by which two clocks of one house may differ
ATTEMPTS = 14  # about two and a half days

LONGEST_ANSWER = 200


class NotTaken(OSError):
    """The other server answered, and did not take the mail: `answer` is its code and words;
    `for_good` when it will not take it later either."""

    def __init__(self, answer: str, *, for_good: bool = False):
        super().__init__(answer)
        self.answer = answer
        self.for_good = for_good


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts (1 = the first): doubling, bounded."""
    return min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_WAIT)


def due_deliveries(now: datetime, limit: int = 500) -> list[int]:
    """Ids of deliveries whose time has come at the real instant `now`, oldest first."""
    rows = sa.select(Delivery.id).where(Delivery.state == "pending", _due(now))
    ids = db.session.scalars(rows.order_by(Delivery.next_at, Delivery.id).limit(limit)).all()
    db.session.rollback()  # end the read, so that the next look sees what has come since
    return list(ids)


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Delivery: its time has come, or was told by a clock that was ahead: the last
    attempt lies in the future, or the next one later than any wait."""
    return sa.or_(
        Delivery.next_at <= now,
        Delivery.next_at > now + LONGEST_WAIT + CLAIM,
        Delivery.tried_at > now + AHEAD,
    )


def deliver(
    delivery_id: int, *, now: datetime, mailer: Callable[[Mail], None], public_url: str
) -> bool:
    """Tries once, if the delivery is due at the real instant `now`; True when the mail left.

    The claim moves `next_at` by CLAIM in one conditional update and is renewed while the attempt
    lasts: no two workers try at once, and if we die before the end, others soon try again. Between
    "left" and "recorded" a death sends the mail again, under the same Message-ID. A task that its
    addressee may not see any more brings no mail of its own; the morning's mail tells of many and
    names none. `mailer` raises when it cannot send; then the next
    attempt waits longer each time.
    """
    if not _claim(delivery_id, now):
        return False
    delivery = db.session.get_one(Delivery, delivery_id)
    address = delivery.person.email
    if not address:
        _settle(delivery_id, state="failed", error="no address")
        return False
    note = delivery.notification
    if note is not None and not _still_waits(note, now):
        _settle(delivery_id, state="unwanted", error="left the post")
        return False
    mail = _mail(delivery, address, public_url, now)
    if mail is None:
        _settle(delivery_id, state="unwanted", error="nothing left to tell")
        return False
    attempts = delivery.attempts
    db.session.rollback()  # no transaction stays open while the network is slow
    try:
        with _claim_renewed(delivery_id, attempts, now):
            mailer(mail)
    except Exception as error:  # an address no server takes is as final as a refusal
        refused = isinstance(error, NotTaken) and error.for_good
        state = "refused" if refused else "failed" if attempts >= ATTEMPTS else "pending"
        _settle(
            delivery_id,
            state=state,
            error=without_addresses(error.answer)
            if isinstance(error, NotTaken)
            else type(error).__name__,
            next_at=now + wait_after(attempts),
            address=address,
            tried_at=now,
        )
        return False
    _settle(delivery_id, state="done", error=None, done_at=now, address=address, tried_at=now)
    return True


def without_addresses(answer: str) -> str:
    """A server's answer as it may be kept: one line, bounded, and whatever may be an address or a
    piece of a mail's head left out, because servers like to repeat them."""
    words = ("…" if "@" in word else word for word in answer.split())
    line = " ".join(words)
    return "".join(c for c in line if c.isprintable())[:LONGEST_ANSWER]


def _still_waits(note: Notification, now: datetime) -> bool:
    """Whether a task is still his to see: the post may have ended since he was told of it."""
    if note.topic != "waits" or note.document_id is None:
        return True
    here = sa.select(Document.id).where(
        Document.id == note.document_id, visible_documents(note.person, instant(now))
    )
    return db.session.scalar(here) is not None


def _mail(delivery: Delivery, to: str, public_url: str, now: datetime) -> Mail | None:
    """What is to be sent at the real instant `now`; None when nothing is left to tell."""
    person, message_id = delivery.person, delivery.message_id
    note, morning = delivery.notification, delivery.morning
    given: dict[str, str] = {
        "locale": person.locale, "to": to, "message_id": message_id, "public_url": public_url,
    }  # fmt: skip
    if note is not None:
        return compose(note.topic, note.document_id, **given)
    assert morning is not None
    counts = digest.topics_carried(delivery)
    sections = bodies.sections_for(person, morning.day, instant(now))
    return compose_morning(counts, sections, **given) if counts or sections else None


def _claim(delivery_id: int, now: datetime) -> bool:
    with transaction() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            return False
        seen = delivery.attempts
        claimed = session.execute(
            sa.update(Delivery)
            .where(
                Delivery.id == delivery_id,
                Delivery.state == "pending",
                _due(now),
                Delivery.attempts == seen,
            )
            .values(attempts=seen + 1, next_at=now + CLAIM)
            .execution_options(synchronize_session=False)
        )
        return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]


@contextmanager
def _claim_renewed(delivery_id: int, attempt: int, now: datetime) -> Iterator[None]:
    """Keeps the claim of this attempt, begun at `now`, however slow the other server is."""
    engine, began, over = db.engine, time.monotonic(), threading.Event()
    mine = sa.update(Delivery).where(
        Delivery.id == delivery_id, Delivery.state == "pending", Delivery.attempts == attempt
    )

    def renew() -> None:
        while not over.wait(RENEW):
            until = now + timedelta(seconds=time.monotonic() - began) + CLAIM
            try:
                with engine.connect().execution_options(writing=True) as connection:
                    connection.execute(mine.values(next_at=until))
                    connection.commit()
            except sa.exc.SQLAlchemyError:  # then another may try, too: the same mail twice
                continue

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _settle(delivery_id: int, *, state: str, **values: object) -> None:
    """Write how an attempt ended; what a morning mail carries ends with it."""
    with transaction() as session:
        settled = session.execute(
            sa.update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.state == "pending")
            .values(state=state, **values)
            .execution_options(synchronize_session=False)
        )
        delivery = session.get_one(Delivery, delivery_id)
        left = bool(settled.rowcount)  # type: ignore[attr-defined]
        if left and state != "pending" and delivery.channel == digest.MORNING:
            done_at = values.get("done_at")
            digest.settle(delivery, state, done_at if isinstance(done_at, datetime) else None)
