"""Vietnamese searching and sorting, kept in two stored columns.

Databases differ in what they know of Vietnamese (SQLite knows nothing, PostgreSQL depends on the
machine's locale), so both keys are computed here and compared as plain text.
"""

from __future__ import annotations

import re
import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANK = {letter: 20 + place for place, letter in enumerate(LETTERS)}
# The order of dictionaries: level, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
LONGEST = 120  # letters that take part in the order; keeps the key below the limits of an index

_PARTS = re.compile(r"\d+|\s+|.", re.DOTALL)


def search_fold(text: str) -> str:
    """The text as people type it into a search box: no tones, no hats, đ as d, lower case."""
    plain = text.replace("đ", "d").replace("Đ", "D").replace("\0", " ")  # which no database takes
    decomposed = unicodedata.normalize("NFD", plain)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def sort_key(text: str) -> str:
    """A key of digits only, so that every database and locale sorts it alike.

    Letters by the Vietnamese alphabet first (a < ă < â, d < đ), then tones; numbers by value, so
    that "Chi bộ 2" comes before "Chi bộ 10".
    """
    letters: list[str] = []
    tones: list[str] = []
    for part in _PARTS.findall(unicodedata.normalize("NFC", text.strip().casefold())[:LONGEST]):
        if part.isdecimal():
            digits = str(int(part))
            letters.append(f"11{len(digits):02d}{digits}")
        elif part.isspace():
            letters.append("10")
        else:
            code, tone = _letter(part)
            letters.append(code)
            tones.append(tone)
    return "".join(letters) + "00" + "".join(tones)


def name_sort_key(full_name: str) -> str:
    """The key of a person's name as office lists order it: given name first, then the rest."""
    *family, given = full_name.split() or [""]
    return sort_key(f"{given} {' '.join(family)}")


def _letter(letter: str) -> tuple[str, str]:
    """Two digits for the place in the alphabet (more for foreign letters), one for the tone."""
    base, *marks = unicodedata.normalize("NFD", letter)
    tone = 0
    for mark in marks:
        if mark in TONES:
            tone = TONES[mark]
        elif (hatted := unicodedata.normalize("NFC", base + mark)) in RANK:
            base = hatted
    if base in RANK:
        return str(RANK[base]), str(tone)
    return (f"90{ord(base):07d}" if base.isalpha() else f"12{ord(base):07d}"), "0"
