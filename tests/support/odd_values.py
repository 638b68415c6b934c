"""What nobody expects in a column or in a JSON text."""

from __future__ import annotations

import random
from typing import Any

ODD: list[Any] = [
    None,
    0,
    -1,
    1,
    2,
    7,
    2**53,
    -(2**63),
    2**63 - 1,
    0.5,
    "",
    "x",
    "1",
    "2026-13-45",
    b"",
    b"\xff",
]
ODD += [
    "\x1b[2J\u202e\x00\n",
    "9" * 5000,
    "[1]",
    '{"a": {"b": 1}}',
    "%(x)s %",
    "0001-01-01",
    b"\x00",
]
INSIDE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    10**30,
    0.5,
    "",
    "x",
    "\ud800",
    "\x1b[2J\n",
    [],
    {},
    [[]],
    "ab" * 999,
]
INSIDE += [{"value": 1}, {"salt": "zz", "value": []}, [1, "2", None], {"é": 1}, float("nan"), 2**60]


def encodable(text: str) -> bool:
    """Whether it is made of characters only, and not of half ones."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def fitting(value: Any, kind: str, dice: random.Random) -> Any:
    """A value that PostgreSQL lets into a column of this kind."""
    if kind == "BIGINT":
        return value if type(value) is int else dice.choice([None, 0, -7, 2**63 - 1])
    if kind == "INTEGER":
        return dice.choice([None, 0, -1, 3, 2**31 - 1])
    if kind == "BYTEA":
        return value if type(value) is bytes else dice.choice([None, b"", b"x" * 32])
    if kind == "BOOLEAN":
        return dice.choice([None, True, False])
    if kind in ("TIMESTAMP", "DATE"):
        return dice.choice(
            [None, "infinity", "-infinity", "4713-01-01 BC", "294000-01-01", "2026-01-01"]
        )
    if kind == "JSON":
        return dice.choice(
            [None, "null", "[]", "1", '"\\ud800"', '{"a": 1e400}', "[" * 900 + "]" * 900]
        )
    return value.replace("\x00", "") if type(value) is str else dice.choice([None, "", "x"])
