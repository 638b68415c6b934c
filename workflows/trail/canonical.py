"""One value, one sequence of bytes: the subset of RFC 8785 that leaves and hashes are made of.

Objects with ASCII keys (sorted), lists, strings (made NFC), integers below 2^53, booleans, null.
No fractions: they have no one spelling, so figures with a fraction are decimal strings.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from json.encoder import encode_basestring
from typing import Any
from unicodedata import is_normalized, normalize

LARGEST = 2**53 - 1

# What would go in circles is found before it is encoded.
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


class NotCanonical(ValueError):
    """The value has no canonical form: a float, a huge integer, a foreign key or type."""


def canonical(value: Any) -> bytes:
    """The canonical JSON of `value`, UTF-8. Raises `NotCanonical`."""
    try:
        # Most of what is committed to is one string or one number: the same bytes, made at once.
        if type(value) is str:
            text = value if value.isascii() else normalize("NFC", value)
            return encode_basestring(text).encode()
        _check(value)
        if type(value) is int:
            return b"%d" % value
        text = _encode(value)
        # No sign of JSON's own composes with a letter, so that strings are NFC if all of it is.
        if not text.isascii() and not is_normalized("NFC", text):
            text = _encode(plain(value))
        return text.encode()
    except UnicodeEncodeError:
        raise NotCanonical("a lone surrogate is no character") from None


def stamp(at: datetime) -> str:
    """An instant as leaves spell it: UTC, always six decimals, Z."""
    if at.tzinfo is None:
        raise NotCanonical("an instant needs a zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def plain(value: Any) -> Any:
    """`value` with dates, instants and bytes spelt as strings, and every string NFC."""
    if value is None or type(value) is int or type(value) is bool:
        return value
    match value:
        case str():
            return _composed(value)
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    return value


def _composed(text: str) -> str:
    return text if text.isascii() else normalize("NFC", text)


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise NotCanonical("an integer must be below 2^53")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"a key must be ASCII text, not {key!r}")
            if type(item) is not str and item is not None:
                _check(item)
    elif kind is list or kind is tuple:
        for item in value:
            if type(item) is not str:
                _check(item)
    else:
        raise NotCanonical(f"{kind.__name__} has no canonical form")
