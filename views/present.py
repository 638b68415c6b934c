"""How things read on the screen: sentences, figures, and what its neighbours put into words. No
decision is made here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup, escape

from models.person import Person
from models.post import Post
from models.unit import Unit
from views.days import (
    Due,
    clock_words,
    deadline_words,
    due,
    instant,
    iso,
    last_day,
    limit_words,
    local,
    local_day,
    long_day,
    owed_due,
    real_instant,
    short_day,
    short_instant,
    since_written,
    weekday,
)
from views.names import (
    body_name,
    kind_words,
    label,
    own_name,
    post_name,
    post_title,
    requirement_words,
    role_words,
    unit_name,
)
from views.papers import document_name, force_badge, paper_name, state_badge, state_words
from views.words import english, gettext
from workflows.prints.words import SECTION_TITLES, day
from workflows.refusal import Reason
from workflows.rules.reasons import REASON_CODES

__all__ = [
    "RULE",
    "Due",
    "body_name",
    "bounded",
    "clock_words",
    "day",
    "deadline_words",
    "document_name",
    "due",
    "english",
    "figure",
    "fill",
    "fill_markup",
    "force_badge",
    "instant",
    "iso",
    "kind_words",
    "label",
    "last_day",
    "limit_words",
    "local",
    "local_day",
    "long_day",
    "owed_due",
    "own_name",
    "paper_name",
    "post_name",
    "post_title",
    "real_instant",
    "reason_code_words",
    "reason_codes",
    "reason_list",
    "reasons_about",
    "requirement_words",
    "role_words",
    "rule",
    "section_titles",
    "sentence",
    "short_day",
    "short_instant",
    "since_written",
    "state_badge",
    "state_words",
    "story",
    "unit_name",
    "value_words",
    "weekday",
]


def bounded(count: int) -> str:
    return "99+" if count > 99 else str(count)


def value_words(value: Any) -> Any:
    """A parameter of a sentence as words: dates as offices write them, names for what has one."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Unit):
        return unit_name(value)
    if isinstance(value, Person):
        return value.full_name
    if isinstance(value, Post):
        return post_name(value)
    if isinstance(value, Reason):
        return sentence(value)
    if isinstance(value, dict) and {"vi", "en"} <= value.keys():
        return value["en" if english() else "vi"]
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(value_words(item)) for item in value)
    return "" if value is None else value


def fill(text: str, params: Mapping[str, Any] | None = None) -> str:
    """A marked sentence in the viewer's language, its places filled."""
    words = gettext(text)
    if not params:
        return words.replace("%%", "%")
    try:
        filled = words % {name: value_words(value) for name, value in params.items()}
    except (KeyError, ValueError, TypeError):
        return words
    return filled.replace("{body}", str(params.get("body", "")))


def fill_markup(text: str, params: Mapping[str, Any], strong: Iterable[str]) -> Markup:
    """As `fill`, with the named places in bold; everything else escaped."""
    filled = {name: escape(value_words(value)) for name, value in params.items()}
    for name in strong:
        if filled.get(name):
            filled[name] = Markup("<b>{}</b>").format(filled[name])
    words = escape(gettext(text))
    try:
        return Markup(str(words) % filled)
    except (KeyError, ValueError, TypeError):
        return Markup(words)


def sentence(reason: Reason) -> str:
    """A reason as one sentence."""
    return fill(reason.text, reason.params)


RULE = re.compile(r"R\d{2}")


def rule(code: str | None) -> str:
    """Only the field's own rules are named on the screen; STATE, FORM … say nothing to a clerk."""
    return code if code and RULE.fullmatch(code) else ""


def reason_list(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Reasons for a template: text, rule, place. The same sentence is said once."""
    seen: dict[str, dict[str, str]] = {}
    for reason in reasons:
        text = sentence(reason)
        seen.setdefault(
            text, {"text": text, "rule": rule(reason.rule), "place": reason.place or ""}
        )
    return list(seen.values())


def reasons_about(name: str, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """The same at the head of a page of several people: each sentence says whose paper it is
    about ("" for none), and none names a field."""
    return [
        {
            "place": "",
            "text": f"{name}: {item['text']}" if name else item["text"],
            "rule": item["rule"],
        }
        for item in reason_list(reasons)
    ]


def reason_codes(kind: str) -> list[tuple[str, str]]:
    """Why a paper goes back, for the list in the form."""
    return [(code, gettext(words)) for code, words in REASON_CODES.get(kind, {}).items()]


def reason_code_words(kind: str, code: str | None) -> str:
    return dict(reason_codes(kind)).get(code or "", "")


def figure(value: object) -> str:
    """A number as an office writes it: 1.200 and 12,5; in English 1,200 and 12.5."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "" if value is None else str(value)
    text = f"{number:,f}"
    return text if english() else text.translate({ord(","): ".", ord("."): ","})


def section_titles(congress: str) -> dict[str, str]:
    """The six headings in the viewer's language; the sixth names the campaign's Congress."""
    return {
        key: gettext(text) % {"congress": congress} if "%(" in text else gettext(text)
        for key, text in SECTION_TITLES.items()
    }


def story(
    lines: Iterable[Any], receipt: Callable[[Any], str] = lambda _line: ""
) -> list[dict[str, Any]]:
    """History lines for macros/story.html; who acted stands in bold. `receipt`: where the receipt of
    a line is fetched, for who may."""
    return [
        {
            "iso": iso(line.at),
            "when": instant(line.at),
            "text": fill_markup(line.text, line.params, ("name", "actor", "who")),
            "quote": line.quote or "",
            "receipt": receipt(line),
        }
        for line in lines
    ]
