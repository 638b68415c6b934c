"""What everybody tries first: runs of keys, words that many choose, years, one's own name and login."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflows.sorting import search_fold

ENOUGH = 6  # different parts that a password needs
# As they lie on the keyboard, and the alphabet; read in both directions, three keys or more.
ROWS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "!@#$%^&*()"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "abcdefghijklmnopqrstuvwxyz"),
)
RUN = 3
# From lists of passwords that leaked, here and abroad; and what stands on every page of this house.
WORDS = (
    *("password", "matkhau", "admin", "administrator", "quantri", "welcome", "letmein", "changeme"),
    *("login", "secret", "default", "master", "monkey", "dragon", "football", "baseball"),
    *("iloveyou", "sunshine", "princess", "superman", "batman", "pokemon", "starwars", "hello"),
    *("anhyeuem", "emyeuanh", "yeuem", "yeuanh", "khongco", "khongbiet", "congchua", "tinhyeu"),
    *("vietnam", "hanoi", "saigon", "hochiminh", "bacho", "gmail", "facebook", "zalo"),
    *("duyet", "dangvien", "dangbo", "dangcongsan", "chibo", "bithu", "kehoach", "camket"),
)
LOOK_ALIKE = str.maketrans("013457@$", "oieastas")
YEAR = re.compile(r"(?:19|20)\d\d")
BETWEEN = re.compile(r"[\s._\-]+")


def is_easy(password: str, own: Iterable[str]) -> bool:
    """Whether a password consists of too few different parts, where a run of keys, a word that many
    choose, a year, or a word of `own` (login and name) counts as one letter."""
    text = BETWEEN.sub("", search_fold(password))
    words = {*WORDS, *_own(own)}
    parts = set()
    while text:
        length = _easy(text, words)
        parts.add(text[:length])
        text = text[length:]
    return len(parts) < ENOUGH


def _own(own: Iterable[str]) -> set[str]:
    """The words of a login and a name, each alone and all together."""
    found = set()
    for words in map(search_fold, own):
        found |= {*BETWEEN.split(words), BETWEEN.sub("", words)}
    return {word for word in found if len(word) > 1}


def _easy(text: str, words: set[str]) -> int:
    """How many letters at the beginning of a text make one part of it."""
    plain, year = text.translate(LOOK_ALIKE), YEAR.match(text)
    known = [len(word) for word in words if text.startswith(word) or plain.startswith(word)]
    return max(1, _run(text), *known, *([4] if year else []))


def _run(text: str) -> int:
    """The length of the run of neighbouring keys with which a text begins; 0 of fewer than RUN."""
    longest = 0
    for row in ROWS:
        for keys in (row, row[::-1]):
            length = RUN
            while length <= len(text) and text[:length] in keys:
                longest, length = max(longest, length), length + 1
    return longest
