"""Bringing notifications outside by mail: at least once, always under the same Message-ID.

A mail says only that something waits and where; never a name, a title or a text. Everything here
runs in real time, whatever the rehearsal's clock says.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.base import db, transaction
from models.document import Document
from models.notification import Delivery, Notification
from models.rehearsal import instant
from workflows import digest
from workflows.scope import visible_documents

FIRST_RETRY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
CLAIM = timedelta(seconds=4)  # after a death in an attempt, how long before another may begin
RENEW = 1.0  # seconds; whoever is still at it renews the claim this often
ATTEMPTS = 14  # about two and a half days

SUBJECTS = {
    "vi": {
        "waits": "Duyệt: có việc đang chờ",
        "decided": "Duyệt: văn bản đã có quyết định",
        "returned": "Duyệt: có văn bản được trả lại",
        "received": "Duyệt: văn bản đã được tiếp nhận",
        "escalated": "Duyệt: có việc quá hạn cần xem",
        "read": "Duyệt: có người đã đọc bản cam kết",
    },
    "en": {
        "waits": "Duyệt: a task is waiting",
        "decided": "Duyệt: a document has been decided",
        "returned": "Duyệt: a document was returned",
        "received": "Duyệt: a document was received",
        "escalated": "Duyệt: something is overdue",
        "read": "Duyệt: a commitment has been read",
    },
}
DIGEST_SUBJECTS = {
    "vi": "Duyệt: thư buổi sáng, {count} thông báo chưa xem",
    "en": "Duyệt: morning mail, {count} unread notices",
}
DIGEST_LINES = {
    "vi": {
        "waits": "việc đang chờ",
        "decided": "văn bản đã có quyết định",
        "returned": "văn bản được trả lại",
        "received": "văn bản cấp trên đã tiếp nhận",
        "escalated": "việc quá hạn được báo lên",
        "read": "lượt đọc bản cam kết",
    },
    "en": {
        "waits": "tasks waiting",
        "decided": "documents decided",
        "returned": "documents returned",
        "received": "documents received above",
        "escalated": "overdue tasks reported here",
        "read": "readings of your commitment",
    },
}
DIGEST_TEXTS = {
    "vi": (
        "Từ thư buổi sáng trước đến nay:\n\n{lines}\n\nMở để xem: {link}\n"
        "Đổi cách nhận thư: {choices}\n\nThư này do hệ thống gửi, xin đừng trả lời.\n"
    ),
    "en": (
        "Since the last morning mail:\n\n{lines}\n\nOpen: {link}\n"
        "Change how you get mail: {choices}\n\n"
        "This mail was sent by the system; please do not reply.\n"
    ),
}
OTHERWISE = {"vi": "Duyệt: có thông báo mới", "en": "Duyệt: new notice"}
TEXTS = {
    "vi": "{subject}.\n\nMở để xem: {link}\n\nThư này do hệ thống gửi, xin đừng trả lời.\n",
    "en": "{subject}.\n\nOpen: {link}\n\nThis mail was sent by the system; please do not reply.\n",
}


@dataclass(frozen=True)
class Mail:
    """One mail, ready to be sent. `message_id` includes its angle brackets."""

    to: str
    subject: str
    text: str
    message_id: str
    language: str


def compose(notification: Notification, *, to: str, message_id: str, public_url: str) -> Mail:
    """The mail for a notification, in its recipient's language."""
    language = notification.person.locale if notification.person.locale in TEXTS else "vi"
    subject = SUBJECTS[language].get(notification.topic, OTHERWISE[language])
    page = f"documents/{notification.document_id}" if notification.document_id else "notifications"
    text = TEXTS[language].format(subject=subject, link=f"{public_url}/{page}")
    return Mail(to=to, subject=subject, text=text, message_id=message_id, language=language)


def compose_digest(
    language: str, counts: Mapping[str, int], *, to: str, message_id: str, public_url: str
) -> Mail:
    """The morning mail: how many notices of each topic, and where to read them."""
    language = language if language in TEXTS else "vi"
    known = DIGEST_LINES[language]
    lines = [f"- {words}: {counts[topic]}" for topic, words in known.items() if counts.get(topic)]
    return Mail(
        to=to,
        subject=DIGEST_SUBJECTS[language].format(count=sum(counts.values())),
        text=DIGEST_TEXTS[language].format(
            lines="\n".join(lines),
            link=f"{public_url}/notifications",
            choices=f"{public_url}/preferences",
        ),
        message_id=message_id,
        language=language,
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts (1 = the first): doubling, bounded."""
    return min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_WAIT)


def due_deliveries(now: datetime, limit: int = 500) -> list[int]:
    """Ids of deliveries whose time has come at the real instant `now`, oldest first."""
    rows = sa.select(Delivery.id).where(Delivery.state == "pending", Delivery.next_at <= now)
    ids = db.session.scalars(rows.order_by(Delivery.next_at, Delivery.id).limit(limit)).all()
    db.session.rollback()  # end the read, so that the next look sees what has come since
    return list(ids)


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
    address = delivery.notification.person.email
    if not address:
        _settle(delivery_id, state="failed", error="no address")
        return False
    if delivery.channel == "mail" and not _still_waits(delivery.notification, now):
        _settle(delivery_id, state="unwanted", error="left the post")
        return False
    mail = _mail(delivery, address, public_url)
    attempts = delivery.attempts
    db.session.rollback()  # no transaction stays open while the network is slow
    try:
        with _claim_renewed(delivery_id, attempts, now):
            mailer(mail)
    except Exception as error:  # an address no server takes is as final as a refusal
        # Only the kind of error is kept: servers like to repeat addresses in their answers.
        state = "failed" if attempts >= ATTEMPTS else "pending"
        retry = now + wait_after(attempts)
        _settle(delivery_id, state=state, error=type(error).__name__, next_at=retry)
        return False
    _settle(delivery_id, state="done", error=None, done_at=now)
    return True


def _still_waits(note: Notification, now: datetime) -> bool:
    """Whether a task is still his to see: the post may have ended since he was told of it."""
    if note.topic != "waits" or note.document_id is None:
        return True
    here = sa.select(Document.id).where(
        Document.id == note.document_id, visible_documents(note.person, instant(now))
    )
    return db.session.scalar(here) is not None


def _mail(delivery: Delivery, to: str, public_url: str) -> Mail:
    note, message_id = delivery.notification, delivery.message_id
    if delivery.channel != digest.CHANNEL:
        return compose(note, to=to, message_id=message_id, public_url=public_url)
    return compose_digest(
        note.person.locale,
        digest.topics_carried(delivery),
        to=to,
        message_id=message_id,
        public_url=public_url,
    )


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
                Delivery.next_at <= now,
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
        if left and state != "pending" and delivery.channel == digest.CHANNEL:
            done_at = values.get("done_at")
            digest.settle(delivery, state, done_at if isinstance(done_at, datetime) else None)
