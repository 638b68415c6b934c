"""Whether an event says what its columns and its payload say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from workflows.refusal import N_
from workflows.trail.content import commitments
from workflows.trail.parse import TOGETHER, parse_all

Wrong = tuple[str, dict[str, Any]]  # a sentence and its parameters
NUMBERED = ("approve", "confirm")  # the acts that state a number

COLUMNS = ("unit", "seq", "at", "action", "document", "document_version")
_stated = itemgetter(*COLUMNS)

IN_COLUMNS, IN_TIME, IN_PAYLOAD = range(3)


class Bad(NamedTuple):
    """An event that is not as it was written. Of two such the smaller is told: by place, and of one
    event first what is wrong with its columns, then with its order in time, then with its payload.
    """

    seq: int
    rank: int
    wrong: Wrong


class Moved(NamedTuple):
    """An event that moved a document. `unit`: the code of the unit in whose log it is; `fields` only
    of an act that states a number."""

    document: int
    unit: str | None
    seq: int
    at: str
    leaf: dict[str, Any]
    fields: Any


class FileEvent(NamedTuple):
    """An event that put an attachment beside a paper or took one away, as its leaf states it."""

    unit_id: int
    seq: int
    document_id: int | None
    action: str
    attachment: Any
    sha256: Any


class Contents:
    """The contents of all logs, of units with these `codes`, in whichever order they come.

    `first` holds the first bad event of each log, by unit. Instants at which payloads were emptied,
    and events that say so, are counted into `erased` and `logged`; `reads` counts the events that
    somebody has read, `files` keeps those of attachments.
    """

    def __init__(self, codes: dict[int, str]) -> None:
        self.codes = codes
        self.first: dict[int, Bad] = {}
        self.erased: Counter[str] = Counter()
        self.logged: Counter[str] = Counter()
        self.reads = 0
        self.files: list[FileEvent] = []

    def of(self, pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[Moved]:
        """Looks at these events (`models.queries.trail.Event`) and gives those that moved a
        document."""
        code_of = self.codes.get
        for page in pages:
            for start in range(0, len(page), TOGETHER):
                some = page[start : start + TOGETHER]
                leaves = parse_all([row[6] for row in some])
                payloads = parse_all([row[7] or b"null" for row in some])
                for row, leaf, fields in zip(some, leaves, payloads, strict=True):
                    self._look_at(row, leaf, fields)
                    which, version, unit_id, seq, at, action, *_ = row
                    if which is not None and version is not None:
                        numbered = fields if action in NUMBERED else None
                        yield Moved(which, code_of(unit_id), seq, at, leaf, numbered)

    def _look_at(self, row: tuple[Any, ...], leaf: Any, fields: Any) -> None:
        which, version, unit_id, seq, at, action, _, _, actor_id, erased_at = row
        if action == "read":
            self.reads += 1
        elif action in ("attach", "detach") and type(leaf) is dict:
            stated = leaf.get("attachment"), leaf.get("sha256")
            self.files.append(FileEvent(unit_id, seq, which, action, *stated))
        columns = (self.codes.get(unit_id), seq, at, action, which, version)
        if wrong := _wrong_with_columns(leaf, columns):
            self._note(unit_id, Bad(seq, IN_COLUMNS, wrong))
        elif wrong := _wrong_with_payload(leaf["private"], fields, actor_id, erased_at):
            self._note(unit_id, Bad(seq, IN_PAYLOAD, wrong))
        else:
            if erased_at is not None:
                self.erased[erased_at] += 1
            if action == "erased":
                payloads = leaf.get("payloads")
                self.logged[at] += payloads if type(payloads) is int else 0

    def _note(self, unit_id: int, bad: Bad) -> None:
        known = self.first.get(unit_id)
        if known is None or bad.seq < known.seq:
            self.first[unit_id] = bad


def _wrong_with_columns(leaf: Any, columns: tuple[Any, ...]) -> Wrong | None:
    try:
        if _stated(leaf) == columns and type(leaf["private"]) is dict:
            return None
    except (KeyError, TypeError):
        pass  # said below
    if type(leaf) is not dict or type(leaf.get("private")) is not dict:
        return N_("Sự kiện số %(seq)s trong sổ của %(unit)s: nội dung không đọc được."), {}
    for name, value in zip(COLUMNS, columns, strict=True):
        if leaf.get(name) != value:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: cột %(column)s ghi %(found)s, "
                "nội dung đã băm ghi %(stated)s."
            ), {"column": name, "found": value, "stated": leaf.get(name)}
    return None


def _wrong_with_payload(
    promised: dict[str, str], kept_fields: Any, actor_id: int | None, erased_at: str | None
) -> Wrong | None:
    fields = kept_fields if type(kept_fields) is dict else {}
    if _is_kept(promised, fields) and _actor_of(fields) == actor_id:
        return None
    for name, one in promised.items():
        kept = fields.get(name)
        if kept is None:
            if erased_at is None:
                return N_(
                    "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” đã mất mà không "
                    "được xóa theo thủ tục."
                ), {"field": name}
        elif not _is_kept({name: one}, {name: kept}):
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” không còn như khi ghi."
            ), {"field": name}
    for name in fields:
        if name not in promised:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: mục “%(field)s” được thêm vào sau."
            ), {"field": name}
    if _actor_of(fields) != actor_id:
        return N_(
            "Sự kiện số %(seq)s trong sổ của %(unit)s: người thực hiện không còn như khi ghi."
        ), {}
    return None


def _is_kept(promised: dict[str, str], fields: dict[str, Any]) -> bool:
    """Whether these are the fields that were promised, all of them and no others."""
    try:
        return commitments(fields) == promised
    except (KeyError, TypeError, ValueError):
        return False


def _actor_of(fields: dict[str, Any]) -> Any:
    actor = fields.get("actor_id")
    return actor and actor["value"]
