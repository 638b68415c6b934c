"""Mail that came back, and mail to be sent again: what the administrator sees to.

A delivery status notification is read as RFC 3464 says. Real time throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, message_from_string, policy
from email.errors import MessageError
from email.message import Message
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import db
from models.morning import MorningMail
from models.notification import SEND_AT_ONCE, UNDELIVERED, Delivery, Notification
from models.person import Person
from workflows import digest
from workflows.delivery import without_addresses
from workflows.refusal import N_, Reason, Refused

MAILS = ("mail", "morning")  # channels by which a mail of its own goes out
LARGEST = 1 << 20  # bytes of a report


class Bounce(NamedTuple):
    """One mail that came back: to whom, under which Message-ID (either may be unknown), and what the
    server that gave up said."""

    address: str | None
    message_id: str | None
    said: str


def read_report(data: bytes) -> list[Bounce]:
    """The failures that a delivery status notification tells of; none when it only tells of delays.

    Raises Refused (FORM) for what is none.
    """
    try:
        report = message_from_bytes(data[:LARGEST], policy=policy.compat32)
        parts = list(report.walk())
    except (MessageError, ValueError, LookupError, RecursionError):
        parts = []
    about = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if not about or len(data) > LARGEST:
        raise Refused(
            Reason(
                "FORM",
                N_(
                    "Tệp này không phải thư báo không gửi được. "
                    "Lưu nguyên thư báo thành tệp .eml rồi chọn lại."
                ),
                place="report",
            )
        )
    message_id = next(filter(None, map(_original_id, parts)), None)
    return [bounce for part in about for bounce in _failures(part, message_id)]


def note(bounces: list[Bounce]) -> int:
    """Mark what these tell of as come back; returns how many mails. What is unknown, or has come
    back before, is passed over. Within `transaction()`."""
    return sum(_note(bounce) for bounce in bounces)


def named(word: str) -> Bounce:
    """What one word names: a Message-ID when it stands in angle brackets, else an address."""
    word = word.strip()
    said = "bounced"
    if word.startswith("<"):
        return Bounce(None, word, said)
    return Bounce(word, None, said)


def send_again(delivery_id: int) -> bool:
    """Let a mail that did not arrive go out once more, under its Message-ID, with all its attempts;
    False when it is on its way or has arrived. Within `transaction()`."""
    again = db.session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.channel.in_(MAILS),
            Delivery.state.in_(UNDELIVERED),
        )
        .values(state="pending", attempts=0, next_at=SEND_AT_ONCE, error=None, done_at=None)
        .execution_options(synchronize_session=False)
    )
    if again.rowcount != 1:  # type: ignore[attr-defined]
        return False
    _carry_along(db.session.get_one(Delivery, delivery_id), "carried")
    return True


def send_all_again() -> int:
    """As `send_again` for every mail that did not arrive; returns how many."""
    ids = db.session.scalars(
        sa.select(Delivery.id).where(Delivery.state.in_(UNDELIVERED), Delivery.channel.in_(MAILS))
    ).all()
    return sum(send_again(ident) for ident in ids)


def _note(bounce: Bounce) -> bool:
    found = _sent(bounce)
    if found is None:
        return False
    found.state, found.error = "bounced", without_addresses(bounce.said)
    _carry_along(found, "bounced")
    db.session.flush()
    return True


def _sent(bounce: Bounce) -> Delivery | None:
    """The mail that came back: by its Message-ID; without one, the last that went to the address."""
    query = sa.select(Delivery).where(Delivery.state == "done", Delivery.channel.in_(MAILS))
    if bounce.message_id:
        return db.session.scalar(query.where(Delivery.message_id == bounce.message_id).limit(1))
    if not bounce.address:
        return None
    to = bounce.address.lower()
    return db.session.scalar(
        query.where(sa.func.lower(Delivery.address) == to)
        .order_by(Delivery.done_at.desc(), Delivery.id.desc())
        .limit(1)
    )


def _carry_along(mail: Delivery, state: str) -> None:
    """What a morning's mail carried goes the way of the mail."""
    if mail.channel != digest.MORNING:
        return
    carried = (
        sa.select(Delivery.id)
        .join(Notification)
        .where(
            Notification.person_id == mail.person.id,
            Delivery.channel == digest.CHANNEL,
            Delivery.message_id == mail.message_id,
        )
    )
    db.session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(carried))
        .values(state=state, done_at=None)
        .execution_options(synchronize_session=False)
    )


def recipient() -> Any:
    """SQL: the person a delivery is for, to be joined to `Person.id`."""
    return sa.func.coalesce(
        sa.select(Notification.person_id)
        .where(Notification.id == Delivery.notification_id)
        .scalar_subquery(),
        sa.select(MorningMail.person_id)
        .where(MorningMail.id == Delivery.morning_id)
        .scalar_subquery(),
    )


def log_of(
    states: tuple[str, ...], after: int | None, limit: int
) -> list[tuple[Delivery, str | None]]:
    """The newest mails in these states (all when empty) before the id `after`, each with its
    recipient's present address."""
    query = (
        sa.select(Delivery, Person.email)
        .join(Person, Person.id == recipient())
        .where(Delivery.channel.in_(MAILS))
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if states:
        query = query.where(Delivery.state.in_(states))
    if after is not None:
        query = query.where(Delivery.id < after)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _failures(part: Message, message_id: str | None) -> Iterator[Bounce]:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        address = _value(block.get("Final-Recipient")) or _value(block.get("Original-Recipient"))
        said = _value(block.get("Diagnostic-Code")) or str(block.get("Status", "")).strip()
        yield Bounce(address, message_id, said or "bounced")


def _value(field: object) -> str | None:
    """What stands behind the type: "rfc822; an@example.vn" names an@example.vn."""
    if field is None:
        return None
    return str(field).partition(";")[2].strip() or None


def _original_id(part: Message) -> str | None:
    """The Message-ID of the mail that came back, where this part repeats it or its head."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        head = inner[0] if isinstance(inner, list) and inner else None
    elif kind == "text/rfc822-headers":
        text = part.get_payload(decode=True)
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
        head = message_from_string(words)
    else:
        return None
    found = head.get("Message-ID") if isinstance(head, Message) else None
    return str(found).strip() if found else None
