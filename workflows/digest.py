"""The morning mail: everything held for a person since the last one, counted by topic.

Gathered by the organisation's clock at 07:00 of a working day (domain §3.5: one digest each
morning), carried in real time like every mail. One of the person's held deliveries carries it for
all: it keeps its own Message-ID and gives it to the others, so a second attempt, or a second
gatherer, is the same mail.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.heartbeat import Heartbeat
from models.notification import SEND_AT_ONCE, Delivery, Notification
from workflows.calendar import WorkingCalendar, at_seven, local_day

NAME = "digest"
CHANNEL = "digest"


def gather(now: datetime) -> int:
    """Once each working day from 07:00 on: each person's held notices become one mail.

    `now` is the organisation's instant. Returns the number of mails; 0 before seven, on a day off,
    and when this morning's were gathered already. Killed half-way it goes on where it stopped; a
    clock that was ahead does not keep it from gathering.
    """
    morning = at_seven(local_day(now))
    if now < morning or not WorkingCalendar.of(db.session()).is_working_day(local_day(now)):
        return 0
    gathered = db.session.get(Heartbeat, NAME)
    if gathered is not None and gathered.at == morning:
        return 0
    waiting = db.session.scalars(
        sa.select(Notification.person_id)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Delivery.state == "held")
        .distinct()
        .order_by(Notification.person_id)
    ).all()
    mails = sum(_gather_for(person_id) for person_id in waiting)
    with transaction():
        db.session.merge(Heartbeat(name=NAME, at=morning))
    return mails


def topics_carried(carrier: Delivery) -> Counter[str]:
    """How many notices of each topic the mail of `carrier` tells of."""
    rows = db.session.execute(
        sa.select(Notification.topic, sa.func.count())
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(_of_the_mail(carrier))
        .group_by(Notification.topic)
    )
    return Counter(dict(rows.all()))


def settle(carrier: Delivery, state: str, done_at: datetime | None) -> None:
    """The mail of `carrier` left, or never will: so it is for all that it carries."""
    carried = sa.select(Delivery.id).join(Notification).where(_of_the_mail(carrier))
    db.session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(carried), Delivery.state == "carried")
        .values(state=state, done_at=done_at)
        .execution_options(synchronize_session=False)
    )


def _of_the_mail(carrier: Delivery) -> sa.ColumnElement[bool]:
    return sa.and_(
        Notification.person_id == carrier.notification.person_id,
        Delivery.channel == CHANNEL,
        Delivery.message_id == carrier.message_id,
    )


def _gather_for(person_id: int) -> bool:
    """Make one person's held deliveries one mail; False when nothing is left to tell."""
    with transaction() as session:
        rows = session.execute(
            sa.select(Delivery.id, Delivery.message_id, Notification.read_at)
            .join(Notification, Delivery.notification_id == Notification.id)
            .where(Notification.person_id == person_id, Delivery.state == "held")
            .order_by(Delivery.id)
        ).all()
        seen = [row.id for row in rows if row.read_at is not None]
        _move(seen, state="unwanted")  # opened in the app meanwhile: nothing new to him
        new = [row for row in rows if row.read_at is None]
        if not new:
            return False
        carrier = new[0]
        # Whoever moves the carrier gathers the rest; a second gatherer waits here and finds none.
        if _move([carrier.id], state="pending", next_at=SEND_AT_ONCE) != 1:
            return False
        _move([row.id for row in new[1:]], state="carried", message_id=carrier.message_id)
        return True


def _move(ids: list[int], **values: object) -> int:
    if not ids:
        return 0
    moved = db.session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == "held")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]
