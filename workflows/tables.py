"""Reading a data file (TOML) key by key: what is missing, wrong or left over is named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

UNREADABLE = "không đọc được như TOML"  # begins what is wrong with a file that is no TOML


class FileError(ValueError):
    """A data file does not hold what it should. Names the file, the key, and what is wrong."""

    def __init__(self, file: str, key: str, wrong: str):
        super().__init__(f"{file}: {key}: {wrong}" if key else f"{file}: {wrong}")
        self.file, self.key, self.wrong = file, key, wrong


class Table:
    """One table of a file. Values are taken out one by one; `done` complains about the rest."""

    def __init__(self, file: str, values: Any, where: str = ""):
        self.file, self.where = file, where
        if not isinstance(values, dict):
            raise FileError(file, where, "phải là một bảng")
        self.values = dict(values)

    def take(self, name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of a key, of this kind. Raises FileError when there is none and no default."""
        if name not in self.values:
            if default is ...:
                raise self.wrong(name, "chưa có")
            return default
        value = self.values.pop(name)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if type(value) not in kinds:
            wanted = " hoặc ".join(KIND_NAMES.get(k, k.__name__) for k in kinds)
            raise self.wrong(name, f"phải là {wanted}")
        return value

    def words(self, name: str) -> str:
        """A text that is not empty."""
        value: str = self.take(name, str)
        if not value.strip():
            raise self.wrong(name, "còn trống")
        return value

    def instant(self, name: str) -> datetime:
        """An instant with its zone."""
        at: datetime = self.take(name, datetime)
        if at.tzinfo is None:
            raise self.wrong(name, "cần có múi giờ, ví dụ 2026-01-05T08:00:00+07:00")
        return at

    def tables(self, name: str) -> Iterator[Table]:
        """The tables of an array of tables, none when the key is absent."""
        for n, values in enumerate(self.take(name, list, [])):
            yield Table(self.file, values, f"{self._key(name)}[{n + 1}]")

    def wrong(self, name: str, what: str) -> FileError:
        return FileError(self.file, self._key(name), what)

    def done(self) -> None:
        """Raises FileError for a key that nobody has asked for."""
        if self.values:
            raise self.wrong(sorted(self.values)[0], "không phải khóa được biết ở đây")

    def _key(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name


KIND_NAMES: dict[type, str] = {
    str: "chữ trong ngoặc kép",
    int: "số nguyên",
    bool: "true hoặc false",
    list: "danh sách",
    dict: "bảng",
}


def read(source: str, *, file: str) -> Table:
    """The file's top table. Raises FileError when it is not TOML, is nested too deep, or holds the
    character NUL, which no database takes."""
    try:
        values = tomllib.loads(source)
        nul = [key for key, value in values.items() if _holds_nul([key, value])]
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        raise FileError(file, "", f"{UNREADABLE}: {error}") from None
    if nul:
        key = nul[0].replace("\0", "")
        raise FileError(file, key, f"{UNREADABLE}: \\u0000")
    return Table(file, values)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return any(_holds_nul(one) for one in value)
    return isinstance(value, str) and "\0" in value
