"""Text as the embedded font can set it: composed letters, no controls, nothing without a shape."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

# What the four font files hold (all of Vietnamese, Latin, Greek, Cyrillic, the usual signs).
COVERED = (
    "20-7E A0-259 2B0-377 37A-37F 384-38A 38C 38E-3A1 3A3-45F 1E00-1EFF 2000-200A 2010-2027 "
    "202F-205F 2070-2071 2074-208E 2090-209C 20A0-20BE 2100-214F 2153-2154 215B-215E 2184 "
    "2190-2195 21A8 2202 2206 220F 2211-2212 2215 2219-221A 221E-221F 2229 222B 2248 2260-2261 "
    "2264-2265 25A0-25A1 25AA-25AC 25B2 25BA 25BC 25C4 25CA-25CC 25CF 25D8-25D9 25E6"
)
MISSING = "□"
LIKE = {"\t": " ", "‑": "-", "✓": "√", "✔": "√", "☐": "□", "☑": "√", "☒": "×"}
LONGEST_WORD = 30  # letters that must fit a line; a longer word may be broken
BREAK = "\u200b"


def _letters() -> frozenset[int]:
    found: set[int] = set()
    for part in COVERED.split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


LETTERS = _letters()


def printable(value: Any) -> Any:
    """The same value with every text in it fit to be set; lists and dicts are walked."""
    return _walked(value, _fit)


def writable(value: Any) -> Any:
    """The same value with every text in it fit for an XML file that is edited further: composed
    letters, no controls."""
    return _walked(value, _plain)


def _walked(value: Any, fit: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        return {key: _walked(item, fit) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, fit) for item in value]
    return value


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _fit(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    shaped = "".join(_shape(letter) for letter in text)
    if len(shaped) <= LONGEST_WORD:
        return shaped
    return " ".join(_breakable(word) for word in shaped.split(" "))


def _shape(letter: str) -> str:
    letter = LIKE.get(letter, letter)
    if letter == "\n" or ord(letter) in LETTERS:
        return letter
    # Marks, zero-width joiners and controls leave no box behind.
    return "" if unicodedata.category(letter)[0] in "CM" and letter != "\ufffd" else MISSING


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    parts = [word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)]
    return BREAK.join(parts)
