"""How each person wants to hear of what: at once by mail, in one mail each morning, or only here.

A notice always stands in the app; what is chosen here is only whether and when a mail follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from models.base import db
from models.notification import SEND_AT_ONCE, Delivery, Notification
from models.person import Person
from models.preference import NoticePreference
from workflows.refusal import N_, Reason, Refused

AT_ONCE, DIGEST, APP = "at_once", "digest", "app"
HOWS = (AT_ONCE, DIGEST, APP)
# How a mail begins: by which channel, in which state. What is told only in the app has none.
SENT = {AT_ONCE: ("mail", "pending"), DIGEST: ("digest", "held")}

# Topic → what holds for somebody who has chosen nothing.
DEFAULTS = {
    "waits": AT_ONCE,
    "returned": AT_ONCE,
    "due_soon": DIGEST,
    "escalated": DIGEST,  # rungs fire at seven, just before the morning's mail
    "decided": AT_ONCE,
    "received": DIGEST,
    "read": APP,
    "body": DIGEST,  # what waits in the bodies whose office he shares (`workflows.bodies`)
}
TOPICS = tuple(DEFAULTS)
# What climbed has climbed because somebody below was silent; were the hearer silent too, nobody
# would ever know. So its mail may wait until the morning, but it is sent.
ALWAYS_MAILED = ("escalated",)
ONLY_MORNINGS = ("body",)


def allowed(topic: str) -> tuple[str, ...]:
    """The ways one may choose for a topic, in the order of a form."""
    if topic in ONLY_MORNINGS:
        return (DIGEST, APP)
    return tuple(how for how in HOWS if how != APP or topic not in ALWAYS_MAILED)


def chosen(person: Person) -> dict[str, str]:
    """How this person hears of every topic: his choice, else the default."""
    rows = db.session.execute(
        sa.select(NoticePreference.topic, NoticePreference.how).where(
            NoticePreference.person_id == person.id
        )
    )
    return {**DEFAULTS, **{topic: how for topic, how in rows if topic in DEFAULTS}}


def how_for(person_ids: Iterable[int], topic: str) -> dict[int, str]:
    """How each of these persons hears of one topic."""
    ids = set(person_ids)
    default = DEFAULTS.get(topic, AT_ONCE)
    rows = db.session.execute(
        sa.select(NoticePreference.person_id, NoticePreference.how).where(
            NoticePreference.person_id.in_(ids), NoticePreference.topic == topic
        )
    )
    return {**dict.fromkeys(ids, default), **dict(rows.all())}


def choose(person: Person, choices: Mapping[str, str]) -> None:
    """Keep a person's choices, {topic: how}; topics not named stay as they are.

    Mail that waits for the morning follows: what is now wanted at once goes out, what is now wanted
    only here does not. Raises Refused (FORM) with every choice that is none. Within
    `transaction()`.
    """
    problems = [_refusal(topic, how) for topic, how in choices.items() if _is_wrong(topic, how)]
    if problems:
        raise Refused(*problems)
    rows = db.session.scalars(
        sa.select(NoticePreference).where(NoticePreference.person_id == person.id)
    )
    known = {row.topic: row for row in rows}
    for topic, how in choices.items():
        row = known.get(topic)
        if row is None:
            row = NoticePreference(person_id=person.id, topic=topic, how=how)
            db.session.add(row)
        row.how = how
        if how != DIGEST:
            _release(person, topic, mail=how == AT_ONCE)
    db.session.flush()


def _release(person: Person, topic: str, *, mail: bool) -> None:
    """What waits for the morning in this topic goes out at once, or not at all."""
    held = sa.select(Notification.id).where(
        Notification.person_id == person.id, Notification.topic == topic
    )
    db.session.execute(
        sa.update(Delivery)
        .where(Delivery.notification_id.in_(held), Delivery.state == "held")
        .values(state="pending" if mail else "unwanted", channel="mail", next_at=SEND_AT_ONCE)
        .execution_options(synchronize_session=False)
    )


def _is_wrong(topic: str, how: str) -> bool:
    return topic not in DEFAULTS or how not in allowed(topic)


def _refusal(topic: str, how: str) -> Reason:
    if topic in ALWAYS_MAILED and how == APP:
        text = N_(
            "Chưa lưu được: việc quá hạn báo lên luôn kèm thư, để không ai im lặng thay ai. "
            "Chọn gửi ngay hoặc thư buổi sáng."
        )
        return Reason("FORM", text, place=topic)
    return Reason("FORM", N_("Chưa lưu được: chọn một trong các cách đang hiện."), place=topic)
