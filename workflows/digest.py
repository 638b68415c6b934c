"""The morning's mail: one to each person, with everything held for him since the last one, counted by
topic, and how each body stands whose office he shares.

Gathered by the organisation's clock at 07:00 of a working day (domain §3.5: one digest each
morning), carried in real time like every mail. A row for each person and day says that it is made,
so there is one, however many gather and whatever the clock does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa

from models.base import asked, db, transaction
from models.heartbeat import Heartbeat
from models.morning import BodyDigest, MorningMail
from models.notification import SEND_AT_ONCE, Delivery, Notification, new_message_id
from models.queries.adding import add_all, add_unless_there, added_unless_there
from workflows import bodies
from workflows.calendar import WorkingCalendar, at_seven, local_day

NAME = "digest"
CHANNEL = "digest"  # what is held, and then carried
MORNING = "morning"  # the mail that carries it
BATCH = 200
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def gather(now: datetime, failed: Callable[[int, Exception], None] | None = None) -> int:
    """Once each working day from 07:00 on: one mail to each person who is told anything.

    `now` is the organisation's instant. Returns the number of mails; 0 before seven, on a day off,
    and when this morning's were gathered already. Killed half-way it goes on where it stopped; a
    clock that was ahead does not keep it from gathering, and one that is set back repeats nothing.
    A person whose mail cannot be made is handed to `failed`, is tried again at the next call, and
    holds up no other.
    """
    calendar = WorkingCalendar.of(db.session())
    day = local_day(now)
    morning = at_seven(day)
    if now < morning or not calendar.is_working_day(day):
        return 0
    last = db.session.get(Heartbeat, NAME)
    if last is not None and last.at == morning:
        return 0
    since = last.at if last is not None and last.at < morning else LONG_AGO
    bodies.make_digests(now, since, calendar)
    mails, missed = _make_all(day, now, failed)
    if not missed:
        with transaction() as session:
            add_unless_there(Heartbeat, name=NAME, at=morning)
            session.execute(sa.update(Heartbeat).where(Heartbeat.name == NAME).values(at=morning))
    return mails


def topics_carried(mail: Delivery) -> Counter[str]:
    """How many notices of each topic the morning's mail `mail` tells of."""
    rows = db.session.execute(
        sa.select(Notification.topic, sa.func.count())
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(_carried_by(mail))
        .group_by(Notification.topic)
    )
    return Counter(dict(rows.all()))


def settle(mail: Delivery, state: str, done_at: datetime | None) -> None:
    """The morning's mail left, or never will: so it is for all that it carries."""
    carried = sa.select(Delivery.id).join(Notification).where(_carried_by(mail))
    db.session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(carried), Delivery.state == "carried")
        .values(state=state, done_at=done_at)
        .execution_options(synchronize_session=False)
    )


def _carried_by(mail: Delivery) -> sa.ColumnElement[bool]:
    return sa.and_(
        Notification.person_id == mail.person.id,
        Delivery.channel == CHANNEL,
        Delivery.message_id == mail.message_id,
    )


def _make_all(
    day: date, now: datetime, failed: Callable[[int, Exception], None] | None
) -> tuple[int, int]:
    """(mails made, persons whose mail could not be)."""
    made = missed = 0
    waiting = _waiting(day, now)
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        try:
            made += _make(batch, day)
        except Exception:  # one person's trouble is not the others'
            for one in batch:
                try:
                    made += _make([one], day)
                except Exception as error:
                    missed += 1
                    if failed is not None:
                        failed(one[0], error)
    return made, missed


def _waiting(day: date, now: datetime) -> list[tuple[int, bool]]:
    """(person, whether a body has anything to tell him), of everybody who may get a mail of that day
    and has none, in the order of persons: so two who gather never wait for each other."""
    held = set(
        db.session.scalars(
            sa.select(Notification.person_id)
            .join(Delivery, Delivery.notification_id == Notification.id)
            .where(Delivery.state == "held")
            .distinct()
        )
    )
    telling = db.session.scalars(sa.select(BodyDigest.unit_id).where(BodyDigest.day == day)).all()
    office = bodies.office_of(telling, day, now)
    written = sa.select(MorningMail.person_id).where(MorningMail.day == day)
    done = set(db.session.scalars(written))
    return [(ident, ident in office) for ident in sorted((held | office.keys()) - done)]


def _make(batch: Sequence[tuple[int, bool]], day: date) -> int:
    """Make the mails of these persons, all or none; the number of mails."""
    office = {person_id for person_id, told in batch if told}
    with transaction():
        held: dict[int, list[int]] = {person_id: [] for person_id in office}
        seen = []
        for ident, person_id, read_at in asked(_HELD, {"persons": [one for one, _ in batch]}):
            if read_at is None:
                held.setdefault(person_id, []).append(ident)
            else:  # opened in the app meanwhile: nothing new to him
                seen.append(ident)
        _move(seen, state="unwanted")
        rows = [{"person_id": person_id, "day": day} for person_id in sorted(held)]
        if not rows:
            return 0
        # Whoever adds the row makes the mail; a second gatherer waits here and adds none.
        mine = added_unless_there(MorningMail, rows, MorningMail.id, MorningMail.person_id)
        mails = []
        for morning_id, person_id in sorted(mine, key=lambda row: row[1]):
            message_id = new_message_id()
            _move(held[person_id], state="carried", message_id=message_id)
            mails.append(
                {
                    "morning_id": morning_id,
                    "channel": MORNING,
                    "state": "pending",
                    "message_id": message_id,
                    "next_at": SEND_AT_ONCE,
                }
            )
        add_all(Delivery, mails)
        return len(mails)


_HELD = (
    sa.select(Delivery.id, Notification.person_id, Notification.read_at)
    .join_from(Delivery, Notification, Delivery.notification_id == Notification.id)
    .where(
        Notification.person_id.in_(sa.bindparam("persons", expanding=True)),
        Delivery.state == "held",
    )
    .order_by(Delivery.id)
)


def _move(ids: list[int], **values: object) -> None:
    if ids:
        db.session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_(ids), Delivery.state == "held")
            .values(**values)
            .execution_options(synchronize_session=False)
        )
