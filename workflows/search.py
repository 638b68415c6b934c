"""Finding documents and people by what stands on lists: title, number, name. Never by a text.

Everything is compared folded (`workflows.sorting`): without tones and hats, đ as d. `LIKE` reads
every row it is given, so the rows come from `workflows.reach`
(`docs/decisions/0013-a-search-begins-where-one-may-see.md`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Membership, Person
from models.unit import Level, Unit, in_force_on
from workflows.calendar import local_day
from workflows.sorting import search_fold
from workflows.standing import standing
from workflows.symbols import TYPES

LONGEST = 100  # letters of a question that are read
WORDS = 8
MOST_COUNTED = 100

# Who finds the members of a cell: those who see them on its page of commitments.
FINDS_MEMBERS = ("secretary", "deputy", "committee", "standing")

_TYPES = "|".join(sorted({search_fold(code) for code in TYPES}, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?:\bso\s*:?\s*)?(?:\b(\d{{1,6}})[-/.\s]*|\b)({_TYPES})\b(?:([-/.\s]+)([a-z]{{1,12}})\b)?"
)
_TYPE_NAMES = re.compile(
    "(?:{})\\s*$".format("|".join(search_fold(name) for names in TYPES.values() for name in names))
)
_DIGITS = re.compile(r"(?:so\s*:?\s*)?(\d{1,6})")


@dataclass(frozen=True)
class Question:
    """What somebody typed, read: a number however it is spelt, and words."""

    words: tuple[str, ...]
    number: str = ""  # digits, without leading zeros
    type: str = ""
    issuer: str = ""
    loose: bool = False  # the issuer stood apart by a blank: it may be a word of the title

    @property
    def empty(self) -> bool:
        return not (self.words or self.number or self.type)


def read(typed: str) -> Question:
    """`07-kh/đu`, `7 KH ĐU` and `kế hoạch 7-KH/ĐU` are one number; the rest are words. A number
    alone may be either."""
    text = search_fold(typed[:LONGEST])
    if alone := _DIGITS.fullmatch(text):
        return Question((alone[1],), number=alone[1].lstrip("0"))
    for match in _NUMBER.finditer(text):
        blank = bool(match[4]) and not match[3].strip()
        if not match[1] and (blank or not match[4]):
            continue  # “Đa”, “ct”: a word like any other
        before = _TYPE_NAMES.sub("", text[: match.start()])
        rest = _words(f"{before} {text[match.end() :]}")
        number = (match[1] or "").lstrip("0")
        return Question(rest, number, match[2], match[4] or "", loose=blank)
    return Question(_words(text))


def _words(text: str) -> tuple[str, ...]:
    """The words to look for; punctuation between them says nothing."""
    return tuple(dict.fromkeys(re.findall(r"[^\W_]+", text)))[:WORDS]


# -- documents


@dataclass(frozen=True)
class Match:
    """How a question is asked of `Document` joined with its author: which rows, which group comes
    first (0 is best), and the Vietnamese sort key within a group."""

    condition: sa.ColumnElement[bool]
    group: sa.ColumnElement[int]
    key: sa.ColumnElement[str]


NUMBER, BEGINS, WITHIN, AUTHOR = range(4)


def documents(question: Question) -> Match:
    """What to ask for a question; `Person` is the author and must be joined.

    A commitment is found by its author's name alone: its title is everybody's, its text nobody's to
    search (design §3). What the viewer may see is for `scope.visible_documents`.
    """
    title, author = " " + Document.search_fold, " " + Person.search_fold
    paper = Document.kind.not_in(PERSONAL)
    begins = sa.and_(sa.true(), *(_like(title, f" {word}") for word in question.words))
    within = sa.and_(sa.true(), *(_like(title, word) for word in question.words))
    numbered = _numbered(title, question)
    if question.type:  # the number, and every word beside it
        begins, within = sa.and_(numbered, begins), sa.and_(numbered, within)
        first = within
    else:  # a number alone, or words alone
        first = numbered
    by_author = sa.false() if question.type else _by_author(author, title, question.words)
    group: sa.ColumnElement[int] = sa.case(
        (sa.and_(paper, first), NUMBER),
        (sa.and_(paper, begins), BEGINS),
        (sa.and_(paper, within), WITHIN),
        else_=AUTHOR,
    )
    found = sa.or_(sa.and_(paper, sa.or_(first, within)), by_author)
    key = sa.case((group == AUTHOR, Person.sort_key), else_=Document.sort_key)
    return Match(found, group, key)


def _by_author(
    author: sa.ColumnElement[str], title: sa.ColumnElement[str], words: tuple[str, ...]
) -> sa.ColumnElement[bool]:
    """Some word begins a part of the author's name, the others too or a word of the title."""
    named = [_like(author, f" {word}") for word in words]
    titled = [_like(title, f" {word}") for word in words]
    both = zip(named, titled, strict=True)
    return sa.and_(sa.or_(sa.false(), *named), *(sa.or_(name, word) for name, word in both))


def _numbered(stored: sa.ColumnElement[str], question: Question) -> sa.ColumnElement[bool]:
    """The number stands at the end of the folded title and number. `_` is any one letter, so that
    `07-kh/du` and `07/kh-du` are both met."""
    if not (question.number or question.type):
        return sa.false()
    if not question.type:
        begun = [f"% {digits}{sign}%" for digits in _spellings(question.number) for sign in "-/"]
        return sa.or_(*(stored.like(pattern) for pattern in begun))
    ways = [_any_digits(stored, question.number, f"{question.type}_{question.issuer}%")]
    if question.loose:
        short = _any_digits(stored, question.number, f"{question.type}_%")
        ways.append(sa.and_(short, _like(stored, f" {question.issuer}")))
    return sa.or_(*ways)


def _any_digits(stored: sa.ColumnElement[str], number: str, rest: str) -> sa.ColumnElement[bool]:
    if not number:
        return stored.like(f"%_{rest}")
    return sa.or_(*(stored.like(f"% {digits}_{rest}") for digits in _spellings(number)))


def _spellings(number: str) -> list[str]:
    """7 is kept as 07; as 7 or 007 where a paper was recorded as it was written."""
    return list(dict.fromkeys([number.zfill(2), number, number.zfill(3)]))


def _like(column: Any, words: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = column.contains(words, autoescape=True)
    return found


# -- people


def members(
    question: Question, person: Person, now: datetime
) -> sa.Select[Person, Membership, Unit]:
    """The members of the cells whose commitments this person looks after, by name: (Person,
    Membership, Unit) in Vietnamese order of names. No rows for anybody else."""
    posts = standing(person, now).posts
    units = {post.unit_id for post in posts if post.role in FINDS_MEMBERS}
    found = (
        sa.select(Person, Membership, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Membership.unit_id == Unit.id)
        .join(Level, Unit.level_id == Level.id)
        .where(
            Unit.id.in_(units),
            Level.rank == 0,
            in_force_on(Membership, local_day(now)),
            _called(Person, question),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return found


def anybody(question: Question) -> sa.Select[Any]:
    """People of the whole organisation by name, for the administrator, who keeps their accounts."""
    return sa.select(Person).where(_called(Person, question)).order_by(Person.sort_key, Person.id)


def units(question: Question) -> sa.Select[Any]:
    """Units by name or code: the tree is known to everybody signed in."""
    return sa.select(Unit).where(_called(Unit, question)).order_by(Unit.sort_key, Unit.id)


def _called(table: type[Person] | type[Unit], question: Question) -> sa.ColumnElement[bool]:
    """Every word begins a word of the name; a number of a paper names nobody."""
    if question.type or not question.words:
        return sa.false()
    return sa.and_(*(_like(" " + table.search_fold, f" {word}") for word in question.words))


def bounded_count(query: sa.Select[Any]) -> int:
    """How many rows a query has, counted up to `MOST_COUNTED`."""
    rows = query.order_by(None).limit(MOST_COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


# -- showing why something was found


def marked(text: str, words: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
    """The text in stretches, each with whether one of the words stands there; where a word begins a
    word of the text, its other places stay unmarked."""
    text = unicodedata.normalize("NFC", text)
    folded, places = _folded(text)
    hit = [False] * len(text)
    for word in words:
        found = [m.start() for m in re.finditer(re.escape(word), folded)]
        begins = [n for n in found if n == 0 or not folded[n - 1].isalnum()]
        for start in begins or found:
            for place in places[start : start + len(word)]:
                hit[place] = True
    start = 0
    for n in range(1, len(text) + 1):
        if n == len(text) or hit[n] != hit[start]:
            yield hit[start], text[start:n]
            start = n


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded letters of a text and, for each, the place it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = search_fold(letter) or (" " if letter.isspace() else "")
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), places
