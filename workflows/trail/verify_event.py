"""Whether an event is what was hashed, and says what its columns and its payload say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from models.document import DECISIONS
from workflows.refusal import N_
from workflows.trail.beside_events import BESIDE, FileEvent, MinutesEvent
from workflows.trail.content import commitments
from workflows.trail.merkle import leaf_hash
from workflows.trail.parse import parse

Wrong = tuple[str, dict[str, Any]]  # a sentence and its parameters
MINUTES = frozenset(("minutes_offered", "minutes_reopened", "minutes_signed", "minutes_confirmed"))
# Acts of which more is remembered.
COUNTED = MINUTES | {"read", "attach", "detach", "erased"}
# What looking at JSON may raise that is not as it was written.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)

COLUMNS = ("unit", "seq", "at", "action", "document", "document_version")
_stated = itemgetter(*COLUMNS)

IN_HASH, IN_COLUMNS, IN_TIME, IN_PAYLOAD = range(4)
UNHASHED: Wrong = (
    N_("Sự kiện số %(seq)s trong sổ của %(unit)s: nội dung không khớp với mã băm đã ghi."),
    {},
)


class Bad(NamedTuple):
    """An event that is not as it was written. Of two such the smaller is told: by place, and of one
    event first that it is not what was hashed, then what is wrong with its columns, with its order
    in time, with its payload.
    """

    seq: int
    rank: int
    wrong: Wrong


class Leaves:
    """Whether the leaves of one log are what was hashed, where nothing else beside them is looked
    at."""

    def first_in(self, page: list[tuple[Any, ...]]) -> Bad | None:
        """The first event of these (`models.queries.trail.hashes`) that is not."""
        hashes = [leaf_hash(row[3]) for row in page]
        if [row[2] for row in page] == hashes:
            return None
        odd = next(row for row, now in zip(page, hashes, strict=True) if row[2] != now)
        return Bad(odd[1], IN_HASH, UNHASHED)

    def ends_at(self, latest: str | None) -> bool:
        """Instants are not looked at."""
        return True


class Moved(NamedTuple):
    """An event that moved a document. `unit`: the code of the unit in whose log it is; `fields` only
    of an act by which a body decides."""

    document: int
    unit: str | None
    seq: int
    at: str
    leaf: dict[str, Any]
    fields: Any


class Contents:
    """The contents of all logs, of units with these `codes`, in whichever order they come.

    `first` holds the first bad event of each log, by unit; `behind` the units in whose logs some
    event says that it is older than one before it. Instants at which payloads were emptied, and
    events that say so, are counted into `erased` and `logged`, those at which the texts of revisions
    were into `erased_texts` and `logged_texts`; `reads` counts the events that somebody has read,
    `files` keeps those of attachments, `minutes` those of minutes.
    """

    def __init__(self, codes: dict[int, str]) -> None:
        self.codes = codes
        self.first: dict[int, Bad] = {}
        self.behind: set[int] = set()
        self.erased: Counter[str] = Counter()
        self.logged: Counter[str] = Counter()
        self.erased_texts: Counter[str] = Counter()
        self.logged_texts: Counter[str] = Counter()
        self.reads = 0
        self.files: list[FileEvent] = []
        self.minutes: list[MinutesEvent] = []

    def of(self, pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[Moved]:
        """Looks at these events (`models.queries.trail.Event`) and gives those that moved a
        document."""
        code_of = self.codes.get
        for page in pages:
            for row in page:
                which, version, unit_id, seq, at, action, text, _, said, _, erased_at = row
                leaf, fields = parse(text), parse(said) if said else None
                code = code_of(unit_id)
                wrong = _wrong_with(row, code, leaf, fields)
                if wrong:
                    self._note(unit_id, Bad(seq, *wrong))
                if wrong or action in COUNTED or erased_at or "behind" in leaf:
                    self._count(row, leaf, fields, not wrong)
                if version is not None and which is not None:
                    decided = fields if action in DECISIONS else None
                    yield Moved(which, code, seq, at, leaf, decided)

    def _count(self, row: tuple[Any, ...], leaf: Any, fields: Any, whole: bool) -> None:
        which, _, unit_id, seq, at, action, *_, erased_at = row
        if action == "read":
            self.reads += 1
        if type(leaf) is not dict:
            return
        if "behind" in leaf:
            self.behind.add(unit_id)
        if action in ("attach", "detach"):
            number, digest, *beside = map(leaf.get, ("attachment", "sha256", *BESIDE))
            at_place = unit_id, seq, which, action
            self.files.append(FileEvent(*at_place, number, digest, tuple(beside)))
        if action in MINUTES:
            said = fields.get("remark", {"value": ""})["value"] if whole and fields else None
            piece, content, role, scan = map(leaf.get, ("piece", "content", "role", "attachment"))
            place = (at, unit_id, seq, which, action)
            self.minutes.append(MinutesEvent(*place, piece, content, role, scan, said))
        if whole and erased_at is not None:
            self.erased[erased_at] += 1
        if whole and action == "erased":
            for name, counted in (("payloads", self.logged), ("texts", self.logged_texts)):
                count = leaf.get(name)
                counted[at] += count if type(count) is int else 0

    def _note(self, unit_id: int, bad: Bad) -> None:
        if type(bad.seq) is not int:
            return  # it stands at no place, which is told when the places are looked at
        known = self.first.get(unit_id)
        if known is None or bad.seq < known.seq:
            self.first[unit_id] = bad


def _wrong_with(
    row: tuple[Any, ...], code: str | None, leaf: Any, fields: Any
) -> tuple[int, Wrong] | None:
    """What is wrong with an event of the unit with this code, and where; mostly nothing, which is
    seen at once."""
    which, version, _, seq, at, action, text, hashed, _, actor_id, erased_at = row
    columns = (code, seq, at, action, which, version)
    if leaf_hash(text) != hashed:
        return IN_HASH, UNHASHED
    try:
        if (
            _stated(leaf) == columns
            and commitments(fields or {}) == leaf["private"]
            and _actor_of(fields) == actor_id
        ):
            return None
    except UNREADABLE:
        pass  # said below
    if wrong := _wrong_with_columns(leaf, columns):
        return IN_COLUMNS, wrong
    if wrong := _wrong_with_payload(leaf["private"], fields, actor_id, erased_at):
        return IN_PAYLOAD, wrong
    return None


def _wrong_with_columns(leaf: Any, columns: tuple[Any, ...]) -> Wrong | None:
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
    except UNREADABLE:
        return False


def _actor_of(fields: dict[str, Any] | None) -> Any:
    """Who acted, by the payload (None: there is none)."""
    actor = fields.get("actor_id") if fields else None
    return actor and actor["value"]
