"""Whether an event says what its columns and its payload say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workflows.refusal import N_
from workflows.trail.canonical import NotCanonical
from workflows.trail.content import commitment
from workflows.trail.parse import TOGETHER, parse_all

Wrong = tuple[str, dict[str, Any]]  # a sentence and its parameters


class Contents:
    """The contents of one log, event after event.

    `latest` is the latest instant so far, as leaves spell it. Instants at which payloads were
    emptied, and events that say so, are counted into `erased` and `logged`.
    """

    def __init__(self, code: str, erased: Counter[str], logged: Counter[str]) -> None:
        self.code = code
        self.latest: str | None = None
        self.erased = erased
        self.logged = logged

    def of(self, page: list[tuple[Any, ...]]) -> tuple[int, Wrong | None]:
        """How many of these rows (`models.queries.trail.Event`) are as they were written, and what
        is wrong with the next one."""
        for start in range(0, len(page), TOGETHER):
            some = page[start : start + TOGETHER]
            leaves = parse_all([row[2] for row in some])
            payloads = parse_all([row[8] or b"null" for row in some])
            for good, (row, leaf, fields) in enumerate(zip(some, leaves, payloads, strict=True)):
                if wrong := self._wrong_with(row, leaf, fields):
                    return start + good, wrong
        return len(page), None

    def _wrong_with(self, row: tuple[Any, ...], leaf: Any, fields: Any) -> Wrong | None:
        _, seq, _, _, at, action, document_id, document_version, _, actor_id, erased_at = row
        if type(leaf) is not dict or type(leaf.get("private")) is not dict:
            return N_("Sự kiện số %(seq)s trong sổ của %(unit)s: nội dung không đọc được."), {}
        stated = leaf.get
        columns = (self.code, seq, at, action, document_id, document_version)
        if (
            stated("unit"),
            stated("seq"),
            stated("at"),
            stated("action"),
            stated("document"),
            stated("document_version"),
        ) != columns:
            return _other_column(leaf, columns)
        latest = self.latest
        behind = latest is not None and at < latest
        if stated("behind") != (latest if behind else None):
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: thời điểm không theo thứ tự mà không "
                "được ghi nhận."
            ), {}
        if wrong := _wrong_with_payload(leaf["private"], fields, actor_id, erased_at):
            return wrong
        if not behind:
            self.latest = at
        if erased_at is not None:
            self.erased[erased_at] += 1
        if action == "erased":
            payloads = stated("payloads")
            self.logged[at] += payloads if type(payloads) is int else 0
        return None


def _other_column(leaf: dict[str, Any], columns: tuple[Any, ...]) -> Wrong:
    names = ("unit", "seq", "at", "action", "document", "document_version")
    for name, value in zip(names, columns, strict=True):
        if leaf.get(name) != value:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: cột %(column)s ghi %(found)s, "
                "nội dung đã băm ghi %(stated)s."
            ), {"column": name, "found": value, "stated": leaf.get(name)}
    raise AssertionError("one of them differs")


def _wrong_with_payload(
    commitments: dict[str, str], kept_fields: Any, actor_id: int | None, erased_at: str | None
) -> Wrong | None:
    fields = kept_fields if type(kept_fields) is dict else {}
    for name, promised in commitments.items():
        kept = fields.get(name)
        if kept is None:
            if erased_at is None:
                return N_(
                    "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” đã mất mà không "
                    "được xóa theo thủ tục."
                ), {"field": name}
            continue
        try:
            same = commitment(kept["value"], bytes.fromhex(kept["salt"])).hex() == promised
        except (NotCanonical, KeyError, TypeError, ValueError):
            same = False
        if not same:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” không còn như khi ghi."
            ), {"field": name}
    for name in fields:
        if name not in commitments:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” được thêm vào sau."
            ), {"field": name}
    actor = fields.get("actor_id")
    if (actor and actor["value"]) != actor_id:
        return N_(
            "Sự kiện số %(seq)s trong sổ của %(unit)s: người thực hiện không còn như khi ghi."
        ), {}
    return None
