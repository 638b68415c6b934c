"""The words of mails, in their recipient's language. A mail says what waits, how much and where;
never a person's name, a title or a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_UNITS = 8  # named in one line

SUBJECTS = {
    "vi": {
        "waits": "Duyệt: có việc đang chờ",
        "due_soon": "Duyệt: có việc sắp đến hạn",
        "decided": "Duyệt: văn bản đã có quyết định",
        "returned": "Duyệt: có văn bản được trả lại",
        "received": "Duyệt: văn bản đã được tiếp nhận",
        "escalated": "Duyệt: có việc quá hạn cần xem",
        "read": "Duyệt: có người đã đọc bản cam kết",
    },
    "en": {
        "waits": "Duyệt: a task is waiting",
        "due_soon": "Duyệt: something is due soon",
        "decided": "Duyệt: a document has been decided",
        "returned": "Duyệt: a document was returned",
        "received": "Duyệt: a document was received",
        "escalated": "Duyệt: something is overdue",
        "read": "Duyệt: a commitment has been read",
    },
}
OTHERWISE = {"vi": "Duyệt: có thông báo mới", "en": "Duyệt: new notice"}
TEXTS = {
    "vi": "{subject}.\n\nMở để xem: {link}\n\nThư này do hệ thống gửi, xin đừng trả lời.\n",
    "en": "{subject}.\n\nOpen: {link}\n\nThis mail was sent by the system; please do not reply.\n",
}

MORNING_SUBJECTS = {
    "vi": "Duyệt: thư buổi sáng, {count} thông báo chưa xem",
    "en": "Duyệt: morning mail, {count} unread notices",
}
BODY_SUBJECTS = {
    "vi": "Duyệt: thư buổi sáng, tình hình đơn vị",
    "en": "Duyệt: morning mail, how your units stand",
}
OWN_HEADS = {"vi": "Từ thư buổi sáng trước đến nay:", "en": "Since the last morning mail:"}
OWN_LINES = {
    "vi": {
        "waits": "việc đang chờ",
        "due_soon": "việc sắp đến hạn",
        "decided": "văn bản đã có quyết định",
        "returned": "văn bản được trả lại",
        "received": "văn bản cấp trên đã tiếp nhận",
        "escalated": "việc quá hạn được báo lên",
        "read": "lượt đọc bản cam kết",
    },
    "en": {
        "waits": "tasks waiting",
        "due_soon": "tasks due soon",
        "decided": "documents decided",
        "returned": "documents returned",
        "received": "documents received above",
        "escalated": "overdue tasks reported here",
        "read": "readings of your commitment",
    },
}
BODY_LINES = {
    "vi": {
        "waits": "việc đang chờ",
        "soon": "trong đó sắp đến hạn",
        "late": "trong đó quá hạn",
        "own": "việc quá hạn của cá nhân trong đơn vị",
        "below": "cấp dưới trực tiếp đang quá hạn",
        "climbed": "mới báo lên đây vì quá hạn",
    },
    "en": {
        "waits": "tasks waiting",
        "soon": "of these due soon",
        "late": "of these overdue",
        "own": "overdue tasks of persons in the unit",
        "below": "overdue in units directly below",
        "climbed": "newly reported here as overdue",
    },
}
MORE_UNITS = {"vi": "và {count} đơn vị khác", "en": "and {count} more units"}
MORNING_TEXTS = {
    "vi": (
        "{sections}\n\nMở để xem: {link}\nĐổi cách nhận thư: {choices}\n\n"
        "Thư này do hệ thống gửi, xin đừng trả lời.\n"
    ),
    "en": (
        "{sections}\n\nOpen: {link}\nChange how you get mail: {choices}\n\n"
        "This mail was sent by the system; please do not reply.\n"
    ),
}


@dataclass(frozen=True)
class Mail:
    """One mail, ready to be sent. `message_id` includes its angle brackets."""

    to: str
    subject: str
    text: str
    message_id: str
    language: str


@dataclass(frozen=True)
class Section:
    """How one body stands: its name, {word of BODY_LINES: count}, and of what lies below and what
    climbed, [(the unit's name, count), …]."""

    body: str
    counts: Mapping[str, int]
    units: Mapping[str, Sequence[tuple[str, int]]]


def language_of(locale: str) -> str:
    return locale if locale in TEXTS else "vi"


def compose(
    topic: str, document_id: int | None, *, locale: str, to: str, message_id: str, public_url: str
) -> Mail:
    """The mail for one notice: what kind of thing, and where it is."""
    language = language_of(locale)
    subject = SUBJECTS[language].get(topic, OTHERWISE[language])
    page = f"documents/{document_id}" if document_id else "notifications"
    text = TEXTS[language].format(subject=subject, link=f"{public_url}/{page}")
    return Mail(to=to, subject=subject, text=text, message_id=message_id, language=language)


def compose_morning(
    counts: Mapping[str, int],
    sections: Sequence[Section],
    *,
    locale: str,
    to: str,
    message_id: str,
    public_url: str,
) -> Mail:
    """The morning's mail: how many notices of each topic, how each of his bodies stands, and where to
    read them."""
    language = language_of(locale)
    own = [
        f"- {words}: {counts[topic]}"
        for topic, words in OWN_LINES[language].items()
        if counts.get(topic)
    ]
    parts = ["\n".join([OWN_HEADS[language], "", *own])] if own else []
    parts += [_section(section, language) for section in sections]
    subject = MORNING_SUBJECTS if own else BODY_SUBJECTS
    return Mail(
        to=to,
        subject=subject[language].format(count=sum(counts.values())),
        text=MORNING_TEXTS[language].format(
            sections="\n\n".join(parts),
            link=f"{public_url}/notifications" if own else f"{public_url}/",
            choices=f"{public_url}/preferences",
        ),
        message_id=message_id,
        language=language,
    )


def _section(section: Section, language: str) -> str:
    lines = [section.body]
    for word, words in BODY_LINES[language].items():
        if count := section.counts.get(word, 0):
            units = section.units.get(word, ())
            named = ", ".join(f"{name} ({n})" for name, n in units[:MOST_UNITS])
            if len(units) > MOST_UNITS:
                named += ", " + MORE_UNITS[language].format(count=len(units) - MOST_UNITS)
            lines.append(f"- {words}: {count}" + (f" – {named}" if named else ""))
    return "\n".join(lines)
