"""Two revisions side by side, field by field, in the order of the printed form.

Nothing here asks who may read them: that is `workflows.scope.readable_revisions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.document import Basis, Revision
from workflows.content import SECTIONS, TASK_FIELDS
from workflows.diff import IN, OUT, SAME, Effort, Run, blocks, likeness, lines, runs

CHANGED = "changed"
SAME_ROW = 0.45  # two rows with this share of common words are one row, changed


@dataclass(frozen=True)
class Cell:
    """One named place of a row; the name is empty where a row has only one."""

    name: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Row:
    """A paragraph, a task, an item or a figure: `same`, `in`, `out` or `changed`, with its place
    (from 1) in the old and in the new text."""

    mark: str
    cells: tuple[Cell, ...]
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True)
class Part:
    """One field of the form. `field` is its path in the content: "title", "tasks", "sections.3"."""

    field: str
    rows: tuple[Row, ...]

    @property
    def changed(self) -> bool:
        return any(row.mark != SAME for row in self.rows)


def compare(before: Revision, after: Revision) -> list[Part]:
    """Every field of two revisions of one kind of document that is not empty in both."""
    effort = Effort()
    old, new = before.content or {}, after.content or {}
    parts = [
        _text("title", before.title, after.title, effort),
        _value("dated_on", _day(before.dated_on), _day(after.dated_on)),
        _rows("basis", _lines(map(_cited, before.bases)), _lines(map(_cited, after.bases)), effort),
    ]
    if "sections" in old or "sections" in new:
        parts += _commitment(old.get("sections") or {}, new.get("sections") or {}, effort)
    elif "results" in old or "results" in new:
        parts += _report(old, new, effort)
    else:
        parts += _plan(old, new, effort)
    return [part for part in parts if part.rows]


def _plan(old: dict[str, Any], new: dict[str, Any], effort: Effort) -> list[Part]:
    return [
        _text("text", old.get("text"), new.get("text"), effort),
        _rows("tasks", _tasks(old.get("tasks") or []), _tasks(new.get("tasks") or []), effort),
        _rows("models", _lines(old.get("models") or []), _lines(new.get("models") or []), effort),
    ]


def _commitment(old: dict[str, Any], new: dict[str, Any], effort: Effort) -> list[Part]:
    parts = []
    for key in SECTIONS:
        name = f"sections.{key}"
        if key == "3":
            before, after = _lines(old.get(key) or []), _lines(new.get(key) or [])
            parts.append(_rows(name, before, after, effort))
        else:
            parts.append(_text(name, old.get(key), new.get(key), effort))
    return parts


def _report(old: dict[str, Any], new: dict[str, Any], effort: Effort) -> list[Part]:
    figures = [content.get("indicators") or {} for content in (old, new)]
    return [
        _value("period", old.get("period"), new.get("period")),
        _value("figures_as_of", _iso(old.get("figures_as_of")), _iso(new.get("figures_as_of"))),
        _text("results", old.get("results"), new.get("results"), effort),
        Part("indicators", _figures(*figures)),
        _text("shortcomings", old.get("shortcomings"), new.get("shortcomings"), effort),
        _text("next_tasks", old.get("next_tasks"), new.get("next_tasks"), effort),
    ]


# -- the shapes a field may have


def _value(field: str, old: str | None, new: str | None) -> Part:
    """A field that is one value: the old one, then the new one."""
    if not old and not new:
        return Part(field, ())
    return Part(field, (_single("", old or "", new or ""),))


def _text(field: str, old: str | None, new: str | None, effort: Effort) -> Part:
    """A text by paragraphs, each by words."""
    return _rows(field, _lines(lines(old or "")), _lines(lines(new or "")), effort)


def _figures(old: dict[str, Any], new: dict[str, Any]) -> tuple[Row, ...]:
    """Every indicator that either has: old value, new value. The cell's name is its code."""
    rows = []
    for code in sorted(old.keys() | new.keys()):
        rows.append(_single(code, _written(old.get(code)), _written(new.get(code))))
    return tuple(rows)


def _single(name: str, old: str, new: str) -> Row:
    if old == new:
        return Row(SAME, (Cell(name, (Run(SAME, old),)),), 1, 1)
    found = [Run(OUT, old)] * bool(old) + [Run(IN, new)] * bool(new)
    mark = CHANGED if old and new else (IN if new else OUT)
    return Row(mark, (Cell(name, tuple(found)),), 1 if old else None, 1 if new else None)


Fields = tuple[tuple[str, str], ...]  # (name, text) of each cell of one row


def _rows(field: str, old: Sequence[Fields], new: Sequence[Fields], effort: Effort) -> Part:
    """Two lists by rows: what stayed, what came, what went, and rows that are the same one
    reworded."""
    rows: list[Row] = []
    a = b = 0
    for taken, put in blocks(_keys(old), _keys(new), effort):
        here, there = old[a : a + len(taken)], new[b : b + len(put)]
        if taken == put:
            rows += [_whole(SAME, row, a + n + 1, b + n + 1) for n, row in enumerate(there)]
        else:
            rows += _replaced(here, there, a, b, effort)
        a, b = a + len(taken), b + len(put)
    return Part(field, tuple(rows))


def _keys(rows: Sequence[Fields]) -> list[str]:
    return ["\0".join(text for _, text in row) for row in rows]


def _replaced(
    old: Sequence[Fields], new: Sequence[Fields], a: int, b: int, effort: Effort
) -> list[Row]:
    """Rows put in the place of others: each new one is set beside the first old one it is like;
    between two such pairs first what went, then what came."""
    pairs = _pairs(old, new, effort)
    found: list[Row] = []
    m = n = 0
    for was, now in [*pairs, (len(old), len(new))]:
        found += [_whole(OUT, old[place], a + place + 1, None) for place in range(m, was)]
        found += [_whole(IN, new[place], None, b + place + 1) for place in range(n, now)]
        if (was, now) != (len(old), len(new)):
            cells = tuple(
                Cell(name, _between(before, after, effort))
                for (name, after), (_, before) in zip(new[now], old[was], strict=True)
                if after or before
            )
            found.append(Row(CHANGED, cells, a + was + 1, b + now + 1))
        m, n = was + 1, now + 1
    return found


def _pairs(old: Sequence[Fields], new: Sequence[Fields], effort: Effort) -> list[tuple[int, int]]:
    """Places of rows that are the same one reworded, in the order of both lists."""
    found: list[tuple[int, int]] = []
    start = 0
    for n, row in enumerate(new):
        for m in range(start, len(old)):
            if _alike(old[m], row, effort):
                found.append((m, n))
                start = m + 1
                break
    return found


def _between(old: str, new: str, effort: Effort) -> tuple[Run, ...]:
    return (Run(SAME, new),) if old == new else runs(old, new, effort)


def _alike(old: Fields, new: Fields, effort: Effort) -> bool:
    before, after = (" ".join(text for _, text in row) for row in (old, new))
    return likeness(before, after, effort) >= SAME_ROW


def _whole(mark: str, row: Fields, old: int | None, new: int | None) -> Row:
    return Row(mark, tuple(Cell(name, (Run(mark, text),)) for name, text in row if text), old, new)


# -- how values are written on paper


def _lines(texts: Iterable[str]) -> list[Fields]:
    return [(("", text),) for text in texts if text]


def _tasks(tasks: Iterable[dict[str, str]]) -> list[Fields]:
    order = ("task", *(name for name in TASK_FIELDS if name != "task"))
    return [
        tuple(
            (name, _iso(task.get(name)) if name == "deadline" else task.get(name) or "")
            for name in order
        )
        for task in tasks
    ]


def _cited(basis: Basis) -> str:
    """“07-KH/ĐU, 10/02/2026, Đảng bộ phường Minh Họa”."""
    other = basis.document
    if other is not None:
        said = (other.number or other.title, _day(other.dated_on), other.unit.name)
    else:
        said = (basis.number or "", _day(basis.dated_on), basis.issuer or "")
    return ", ".join(word for word in said if word)


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value is not None else ""


def _iso(value: str | None) -> str:
    """A stored day as papers write it; what is no day stays as it is."""
    try:
        return _day(date.fromisoformat(value)) if value else ""
    except ValueError:
        return value or ""


def _written(value: object) -> str:
    return "" if value is None else str(value)
