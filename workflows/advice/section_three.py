"""Advice on section 3 of a commitment: R07 stock phrases, R08 nothing concrete. Never a verdict.

A machine's hint (máy gợi ý, chưa kết luận), first shown to the author; it decides and blocks
nothing, and nothing is computed from it about a person. Source 002 names the five phrases; source
004 asks for "cụ thể, ngắn gọn, dễ nhớ, dễ thực hiện". Domain, section 2.7.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workflows.advice import lexicon
from workflows.advice.lexicon import STOCK_PHRASES
from workflows.refusal import N_

NEAR = 0.8  # of the word 3-grams of a phrase
STRETCH = 1.5  # how much longer than the phrase a near form may be

_WORD = re.compile(r"\d+(?:[.,]\d+)*|%|[^\W\d_]+(?:\d+[^\W_]*)?|\w+")
_DAY_MONTH = re.compile(r"\d{1,2}\s*/\s*\d{1,2}(?:\s*/\s*\d{4})?(?!\d)")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class Hint:
    """What a machine noticed: which rule, where in the text (offsets, end exclusive), what to
    try."""

    rule: str
    start: int
    end: int
    text: str  # a marked sentence with %(name)s places
    params: dict[str, Any] = field(default_factory=dict)
    level: str = "warn"


class Word(NamedTuple):
    """A word as compared, and where it stands in the text."""

    form: str
    start: int
    end: int


def advise(text: str) -> list[Hint]:
    """Hints on one text of section 3, in the order of the text. The text is expected in NFC."""
    words = list(_words(text))
    hits = list(_stock(words))
    hints = [
        Hint(
            "R07",
            words[hit.first].start,
            words[hit.last].end,
            N_("Câu này giống câu mẫu chung chung “%(phrase)s”. Nên thay bằng việc cụ thể."),
            {"phrase": STOCK_PHRASES[hit.phrase], "n": hit.phrase + 1},
        )
        for hit in hits
    ]
    covered = {n for hit in hits for n in range(hit.first, hit.last + 1)}
    rest = _without_cliches([w for n, w in enumerate(words) if n not in covered])
    if not words:
        return hints
    if not _is_concrete(rest, text):
        hints.append(
            Hint(
                "R08",
                words[0].start,
                words[-1].end,
                N_(
                    "Chưa thấy việc cụ thể. Nên ghi làm việc gì, cho ai, ở đâu, bao giờ xong "
                    "hoặc bao nhiêu."
                ),
            )
        )
    elif not any(char.isdigit() for char in text):
        hints.append(
            Hint(
                "FIGURE",
                words[0].start,
                words[-1].end,
                N_("Việc đã cụ thể. Có thể thêm chỉ tiêu, số liệu để dễ theo dõi."),
                level="info",
            )
        )
    return sorted(hints, key=lambda hint: (hint.start, hint.rule))


def advise_items(items: Sequence[str]) -> list[tuple[int | None, Hint]]:
    """Hints on the line items of section 3: (index of the item, hint); None for the section as a
    whole.

    A phrase is a matter of its item; whether anything is concrete, of the section.
    """
    hints: list[tuple[int | None, Hint]] = [
        (n, hint) for n, item in enumerate(items) for hint in advise(item) if hint.rule == "R07"
    ]
    whole = advise("\n".join(items))
    return hints + [(None, hint) for hint in whole if hint.rule != "R07"]


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """The word 3-grams of a text without its stock phrases: by what two texts are compared (R09)."""
    words = list(_words(text))
    covered = {n for hit in _stock(words) for n in range(hit.first, hit.last + 1)}
    return frozenset(_grams([word.form for n, word in enumerate(words) if n not in covered]))


class _Hit(NamedTuple):
    phrase: int  # 0-based, in the order of the source
    first: int
    last: int


def _words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        yield Word(_form(match[0]), match.start(), match.end())


def _form(word: str) -> str:
    """A word for comparing: lower case, its tone at the end, so that uỷ is ủy and hoà is hòa."""
    letters = unicodedata.normalize("NFD", word.casefold())
    tone = "".join(letter for letter in letters if letter in _TONES)
    bare = "".join(letter for letter in letters if letter not in _TONES)
    return unicodedata.normalize("NFC", bare) + tone


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in _words(text))


_PHRASES = [_forms(phrase) for phrase in STOCK_PHRASES]
_CLICHES = sorted((_forms(phrase) for phrase in lexicon.CLICHES), key=len, reverse=True)
_ANCHORS = [
    _forms(phrase)
    for phrase in (
        *lexicon.FREQUENCIES,
        *lexicon.PLACES,
        *lexicon.BENEFICIARIES,
        *lexicon.ACTIONS,
    )
]
_ABSTRACT = {_form(word) for word in lexicon.ABSTRACT}
_FILLERS = {_form(word) for word in lexicon.FILLERS}
_NUMBER_WORDS = {_form(word) for word in lexicon.NUMBER_WORDS}
_COUNTED = {_form(word) for word in lexicon.COUNTED}
_CALENDAR_WORDS = {_form(word) for word in lexicon.CALENDAR_WORDS}


def _stock(words: Sequence[Word]) -> Iterator[_Hit]:
    """Stock phrases, exact first, then near forms by their word 3-grams."""
    forms = [word.form for word in words]
    for number, phrase in enumerate(_PHRASES):
        exact = list(_places(forms, phrase))
        if exact:
            yield from (_Hit(number, at, at + len(phrase) - 1) for at in exact)
        elif near := _near(forms, phrase):
            yield _Hit(number, *near)


def _places(forms: Sequence[str], phrase: Sequence[str]) -> Iterator[int]:
    wanted, size = tuple(phrase), len(phrase)
    for at in range(len(forms) - size + 1):
        if tuple(forms[at : at + size]) == wanted:
            yield at


def _near(forms: Sequence[str], phrase: Sequence[str]) -> tuple[int, int] | None:
    """First and last word of a near form: a short stretch with most of the phrase's 3-grams."""
    grams = set(_grams(phrase))
    found = [n for n, gram in enumerate(_grams(forms)) if gram in grams]
    for i, first in enumerate(found):
        seen = set()
        for n in found[i:]:
            if n + 2 - first >= len(phrase) * STRETCH:
                break
            seen.add(tuple(forms[n : n + 3]))
            if len(seen) >= NEAR * len(grams):
                return first, n + 2
    return None


def _grams(forms: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(forms[n : n + 3]) for n in range(len(forms) - 2)]


def _without_cliches(words: list[Word]) -> list[Word]:
    """The words that are left, longest cliché first."""
    for phrase in _CLICHES:
        covered: set[int] = set()
        for at in _places([word.form for word in words], phrase):
            if at not in covered:
                covered.update(range(at, at + len(phrase)))
        if covered:
            words = [word for n, word in enumerate(words) if n not in covered]
    return words


def _is_concrete(words: Sequence[Word], text: str) -> bool:
    """One anchor is enough: a day, a frequency, a place, whom it is for, a trade's action, a
    counted object."""
    forms = [word.form for word in words]
    if any(_places_any(forms, anchor) for anchor in _ANCHORS):
        return True
    starts = {word.start for word in words}
    if any(match.start() in starts for match in _DAY_MONTH.finditer(text)):
        return True
    return any(_counts_something(forms, n) for n in range(len(forms)))


def _places_any(forms: Sequence[str], phrase: Sequence[str]) -> bool:
    return next(_places(forms, phrase), None) is not None


def _counts_something(forms: Sequence[str], n: int) -> bool:
    """Whether the word at n is a number with an object: "1.200 hồ sơ" is, "100% nhiệm vụ" is
    not."""
    form = forms[n]
    spoken = form in _NUMBER_WORDS
    if not spoken and not form[0].isdigit():
        return False
    if n and forms[n - 1] in _CALENDAR_WORDS:
        return False  # năm 2026, điều 5
    following = next((f for f in forms[n + 1 : n + 5] if f not in _FILLERS), None)
    if following is None or not following[0].isalpha():
        return False
    return following in _COUNTED if spoken else following not in _ABSTRACT
