"""Recomputes the whole trail and names what is not as it was written.

Per log: every leaf is hashed again, stands at its place and says what its columns say; names and
texts answer to their commitments unless they were erased by an event; the tree is the one that the
log's head keeps. Per document: its versions are gapless over all logs, it stands where its events
put it, and every revision still is the text that was decided. Per attachment: its bytes are those
that its event states. Rows are streamed, so memory does not grow with them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.document import Decision, Document, Revision
from models.event import AuditEvent, EventPayload, LogHead
from models.read import Reading
from models.unit import Unit
from workflows.refusal import N_
from workflows.trail import merkle
from workflows.trail.attached import check_attached
from workflows.trail.canonical import NotCanonical, stamp
from workflows.trail.content import commitment, content_hash
from workflows.trail.fold import Broken, Standing, after
from workflows.trail.tables import table_of

MOST_FAULTS = 200
CHUNK = 500

EVENT, PAYLOAD, HEAD, UNIT = map(table_of, (AuditEvent, EventPayload, LogHead, Unit))
DOCUMENT, REVISION, DECISION, READING = map(table_of, (Document, Revision, Decision, Reading))

ISSUES = ("approve", "confirm")  # acts that state a number


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written, as a sentence (`text` with `params`)."""

    text: str
    params: dict[str, Any]
    unit: str | None = None  # the code of the unit in whose log it is
    seq: int | None = None
    document: int | None = None

    def __str__(self) -> str:
        return self.text % self.params


@dataclass
class Report:
    """What was looked at, and what was found; the first fault is the one to begin with."""

    logs: int = 0
    events: int = 0
    documents: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults

    @property
    def first(self) -> Fault | None:
        return self.faults[0] if self.faults else None

    def add(
        self,
        text: str,
        *,
        unit: str | None = None,
        seq: int | None = None,
        document: int | None = None,
        **params: Any,
    ) -> None:
        if len(self.faults) < MOST_FAULTS:
            params |= {"unit": unit, "seq": seq, "document": document}
            self.faults.append(Fault(text, params, unit, seq, document))


def verify(session: Session) -> Report:
    """Looks at everything that is committed, in one snapshot, on a connection of its own."""
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    report = Report()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        _logs(connection, report)
        _documents(connection, report)
        _readings(connection, report)
        check_attached(connection, report)
        connection.rollback()
    return report


def _stream(connection: sa.Connection, query: sa.Select) -> Iterator[sa.Row]:
    return iter(
        connection.execute(query, execution_options={"stream_results": True, "yield_per": CHUNK})
    )


# The logs


def _logs(connection: sa.Connection, report: Report) -> None:
    heads = {
        head.id: head
        for head in connection.execute(
            sa.select(
                UNIT.c.id, UNIT.c.code, HEAD.c.size, HEAD.c.frontier, HEAD.c.latest_at
            ).outerjoin_from(UNIT, HEAD, UNIT.c.id == HEAD.c.unit_id)
        )
    }
    rows = _stream(
        connection,
        sa.select(
            EVENT.c.unit_id,
            EVENT.c.seq,
            EVENT.c.at,
            EVENT.c.action,
            EVENT.c.document_id,
            EVENT.c.document_version,
            EVENT.c.leaf,
            EVENT.c.leaf_hash,
            PAYLOAD.c.fields,
            PAYLOAD.c.actor_id,
            PAYLOAD.c.erased_at,
        )
        .outerjoin_from(EVENT, PAYLOAD, EVENT.c.id == PAYLOAD.c.event_id)
        .order_by(EVENT.c.unit_id, EVENT.c.seq),
    )
    erased: Counter[datetime] = Counter()
    logged: Counter[datetime] = Counter()
    seen = set()
    for unit_id, events in groupby(rows, key=attrgetter("unit_id")):
        seen.add(unit_id)
        _log(heads[unit_id], events, erased, logged, report)
    for unit_id, head in heads.items():
        if unit_id not in seen and head.size:
            _lost(head, 0, report)
    report.logs = len(seen)
    for at, count in erased.items():
        if count > logged[at]:
            report.add(
                N_("%(count)s nội dung bị xóa lúc %(at)s mà không có sự kiện xóa nào ghi lại."),
                count=count - logged[at],
                at=stamp(at),
            )


def _log(
    head: sa.Row,
    events: Iterable[sa.Row],
    erased: Counter[datetime],
    logged: Counter[datetime],
    report: Report,
) -> None:
    """One log. Stops at its first bad event: what follows a gap is bad because of it."""
    expected, frontier, latest = 0, b"", None
    for event in events:
        report.events += 1
        fault = _wrong_with(event, head.code, expected, latest)
        if fault:
            text, params = fault
            at = expected if event.seq > expected else event.seq
            report.add(text, unit=head.code, seq=at, document=event.document_id, **params)
            return
        if event.erased_at is not None:
            erased[event.erased_at] += 1
        if event.action == "erased":
            logged[event.at] += json.loads(event.leaf).get("payloads", 0)
        frontier = merkle.grown(frontier, expected, event.leaf_hash)
        latest = event.at if latest is None else max(latest, event.at)
        expected += 1
    if head.size is None or head.size < expected:
        report.add(
            N_(
                "Sổ của %(unit)s có %(found)s sự kiện, nhưng đầu sổ chỉ ghi %(kept)s: "
                "đầu sổ bị lùi hoặc sự kiện số %(seq)s bị chèn thêm."
            ),
            unit=head.code,
            seq=head.size or 0,
            found=expected,
            kept=head.size or 0,
        )
    elif head.size > expected:
        _lost(head, expected, report)
    elif head.frontier != frontier:
        start, end = _first_difference(head.frontier, frontier, expected)
        report.add(
            N_(
                "Sổ của %(unit)s không khớp với đầu sổ: nội dung đã bị viết lại trong khoảng "
                "từ sự kiện số %(seq)s đến số %(end)s."
            ),
            unit=head.code,
            seq=start,
            end=end - 1,
        )
    elif head.latest_at != latest:
        report.add(
            N_("Đầu sổ của %(unit)s ghi sai thời điểm của sự kiện muộn nhất."), unit=head.code
        )


def _lost(head: sa.Row, first: int, report: Report) -> None:
    report.add(
        N_(
            "Sổ của %(unit)s thiếu sự kiện từ số %(seq)s: đầu sổ ghi %(kept)s sự kiện, "
            "chỉ còn %(found)s."
        ),
        unit=head.code,
        seq=first,
        kept=head.size,
        found=first,
    )


def _first_difference(kept: bytes, found: bytes, size: int) -> tuple[int, int]:
    """The range of the first perfect subtree whose root is another one."""
    for i, (start, end) in enumerate(merkle.subtrees(size)):
        place = slice(i * merkle.HASH, (i + 1) * merkle.HASH)
        if kept[place] != found[place]:
            return start, end
    return 0, size


def _wrong_with(
    event: sa.Row, code: str, expected: int, latest: datetime | None
) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with one event at the place `expected` of its log, or None."""
    if event.seq != expected:
        return N_("Sổ của %(unit)s thiếu sự kiện số %(seq)s, sau đó là số %(found)s."), {
            "found": event.seq
        }
    if merkle.leaf_hash(event.leaf) != event.leaf_hash:
        return N_(
            "Sự kiện số %(seq)s trong sổ của %(unit)s: nội dung không khớp với mã băm đã ghi."
        ), {}
    try:
        leaf = json.loads(event.leaf)
    except ValueError:
        return N_("Sự kiện số %(seq)s trong sổ của %(unit)s: nội dung không đọc được."), {}
    columns = {
        "unit": code,
        "seq": event.seq,
        "at": stamp(event.at),
        "action": event.action,
        "document": event.document_id,
        "document_version": event.document_version,
    }
    for name, value in columns.items():
        if leaf.get(name) != value:
            return N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: cột %(column)s ghi %(found)s, "
                "nội dung đã băm ghi %(stated)s."
            ), {"column": name, "found": value, "stated": leaf.get(name)}
    behind = stamp(latest) if latest is not None and event.at < latest else None
    if leaf.get("behind") != behind:
        return N_(
            "Sự kiện số %(seq)s trong sổ của %(unit)s: thời điểm không theo thứ tự mà không được "
            "ghi nhận."
        ), {}
    return _wrong_with_payload(event, leaf["private"])


def _wrong_with_payload(
    event: sa.Row, commitments: dict[str, str]
) -> tuple[str, dict[str, Any]] | None:
    fields = event.fields or {}
    for name, promised in commitments.items():
        kept = fields.get(name)
        if kept is None:
            if event.erased_at is None:
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
    if (actor and actor["value"]) != event.actor_id:
        return N_(
            "Sự kiện số %(seq)s trong sổ của %(unit)s: người thực hiện không còn như khi ghi."
        ), {}
    return None


# The documents


class _ByDocument:
    """A stream ordered by document, to be walked beside the documents themselves."""

    def __init__(self, rows: Iterator[sa.Row]):
        self.groups = groupby(rows, key=attrgetter("document_id"))
        self.ahead: tuple[int, list[sa.Row]] | None = None
        self.strangers: list[sa.Row] = []  # the first row of each document that does not exist

    def of(self, document_id: int | None) -> list[sa.Row]:
        """The rows of this document (None: there is none left)."""
        while True:
            if self.ahead is None:
                found = next(self.groups, None)
                if found is None:
                    return []
                self.ahead = found[0], list(found[1])
            key, rows = self.ahead
            if document_id is not None and key > document_id:
                return []
            self.ahead = None
            if key == document_id:
                return rows
            self.strangers.append(rows[0])


def _documents(connection: sa.Connection, report: Report) -> None:
    events = _ByDocument(
        _stream(
            connection,
            sa.select(
                EVENT.c.document_id,
                EVENT.c.seq,
                EVENT.c.at,
                EVENT.c.leaf,
                UNIT.c.code,
                sa.case((EVENT.c.action.in_(ISSUES), PAYLOAD.c.fields)).label("fields"),
            )
            .join_from(EVENT, UNIT, EVENT.c.unit_id == UNIT.c.id)
            .outerjoin(PAYLOAD, EVENT.c.id == PAYLOAD.c.event_id)
            .where(EVENT.c.document_id.is_not(None), EVENT.c.document_version.is_not(None))
            .order_by(EVENT.c.document_id, EVENT.c.document_version),
        )
    )
    revisions = _ByDocument(
        _stream(
            connection,
            sa.select(
                REVISION.c.document_id,
                REVISION.c.n,
                REVISION.c.title,
                REVISION.c.content,
                REVISION.c.basis,
                REVISION.c.dated_on,
                REVISION.c.salt,
                REVISION.c.content_hash,
                REVISION.c.erased_at,
            ).order_by(REVISION.c.document_id, REVISION.c.n),
        )
    )
    decisions = _ByDocument(
        _stream(
            connection,
            sa.select(
                DECISION.c.document_id,
                DECISION.c.revision,
                DECISION.c.action,
                DECISION.c.at,
                DECISION.c.content_hash,
            ).order_by(DECISION.c.document_id, DECISION.c.id),
        )
    )
    documents = sa.select(
        DOCUMENT.c.id,
        DOCUMENT.c.version,
        DOCUMENT.c.state,
        DOCUMENT.c.stage,
        DOCUMENT.c.revision,
        DOCUMENT.c.in_force_revision,
        DOCUMENT.c.dated_on,
        DOCUMENT.c.number,
        DOCUMENT.c.title,
    ).order_by(DOCUMENT.c.id)
    for document in _stream(connection, documents):
        report.documents += 1
        leaves = _standing(document, events.of(document.id), report)
        hashes = _revisions(document, revisions.of(document.id), leaves, report)
        _decisions(document, decisions.of(document.id), leaves, hashes, report)
    events.of(None)
    for event in events.strangers:
        report.add(
            N_("Văn bản %(document)s có trong sổ của %(unit)s (sự kiện số %(seq)s) nhưng đã mất."),
            unit=event.code,
            seq=event.seq,
            document=event.document_id,
        )


@dataclass(frozen=True)
class _Told:
    """One event of a document: where it stands, when it was, what it says."""

    unit: str
    seq: int
    at: datetime
    leaf: dict[str, Any]


def _standing(document: sa.Row, events: list[sa.Row], report: Report) -> list[_Told]:
    """Folds the events and compares with the row. Returns the events, read."""
    told: list[_Told] = []
    standing = Standing()
    number = document.number  # held against the last approval that names one; it may be erased
    for event in events:
        try:
            leaf = json.loads(event.leaf)
            standing = after(standing, leaf)
        except Broken as broken:
            report.add(
                N_("Văn bản %(document)s, sự kiện số %(seq)s trong sổ của %(unit)s: ")
                + broken.text
                + ".",
                unit=event.code,
                seq=event.seq,
                document=document.id,
                **broken.params,
            )
            return told
        except (ValueError, KeyError, TypeError):
            return told  # the log's own check names it
        told.append(_Told(event.code, event.seq, event.at, leaf))
        if event.fields and "number" in event.fields:
            number = event.fields["number"]["value"]
    if not told:
        report.add(N_("Văn bản %(document)s không có sự kiện nào trong sổ."), document=document.id)
        return told
    last = told[-1]
    if standing.version != document.version:
        report.add(
            N_(
                "Văn bản %(document)s ở phiên bản %(kept)s, nhưng sổ chỉ có đến phiên bản "
                "%(found)s (sự kiện số %(seq)s trong sổ của %(unit)s): sự kiện sau đó đã mất."
            ),
            unit=last.unit,
            seq=last.seq,
            document=document.id,
            kept=document.version,
            found=standing.version,
        )
        return told
    for name, kept, stated in (
        (N_("trạng thái"), document.state, standing.state),
        (N_("cấp đang giữ"), document.stage, standing.stage),
        (N_("số bản thảo"), document.revision, standing.revision),
        (N_("bản đang có hiệu lực"), document.in_force_revision, standing.in_force),
        (N_("ngày văn bản"), _iso(document.dated_on), standing.dated_on),
        (N_("số văn bản"), document.number, number),
    ):
        if kept != stated:
            report.add(
                N_(
                    "Văn bản %(document)s: %(column)s đang ghi %(kept)s, theo sổ phải là "
                    "%(stated)s (sự kiện số %(seq)s trong sổ của %(unit)s)."
                ),
                unit=last.unit,
                seq=last.seq,
                document=document.id,
                column=name,
                kept=kept,
                stated=stated,
            )
    return told


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _revisions(
    document: sa.Row, revisions: list[sa.Row], told: list[_Told], report: Report
) -> dict[int, bytes]:
    """Hashes every text again and compares with what each event saw. Returns the kept hashes."""
    hashes: dict[int, bytes] = {}
    for revision in revisions:
        hashes[revision.n] = revision.content_hash
        if revision.n == document.revision and revision.title != document.title:
            report.add(
                N_("Văn bản %(document)s: tên gọi khác với tên gọi trong bản thứ %(n)s."),
                document=document.id,
                n=revision.n,
            )
        if revision.erased_at is None and not _is_unchanged(revision):
            event = next((e for e in told if e.leaf.get("revision") == revision.n), None)
            report.add(
                N_(
                    "Văn bản %(document)s: nội dung bản thứ %(n)s không còn như khi ghi "
                    "(sự kiện số %(seq)s trong sổ của %(unit)s)."
                ),
                unit=event.unit if event else None,
                seq=event.seq if event else None,
                document=document.id,
                n=revision.n,
            )
    for n in range(1, document.revision + 1):
        if n not in hashes:
            report.add(N_("Văn bản %(document)s: bản thứ %(n)s đã mất."), document=document.id, n=n)
    for event in told:
        named, stated = event.leaf.get("revision"), event.leaf.get("revision_hash")
        if stated is not None and named in hashes and hashes[named].hex() != stated:
            report.add(
                N_(
                    "Văn bản %(document)s: sự kiện số %(seq)s trong sổ của %(unit)s nói về một "
                    "nội dung khác với bản thứ %(n)s đang giữ."
                ),
                unit=event.unit,
                seq=event.seq,
                document=document.id,
                n=named,
            )
            break
    return hashes


def _is_unchanged(revision: sa.Row) -> bool:
    try:
        now = content_hash(
            revision.title, revision.content, revision.basis, revision.dated_on, revision.salt
        )
    except (NotCanonical, TypeError):
        return False
    return now == revision.content_hash


def _decisions(
    document: sa.Row,
    decisions: list[sa.Row],
    told: list[_Told],
    hashes: dict[int, bytes],
    report: Report,
) -> None:
    """Every decision is on the text that its event names, and has such an event."""
    if not decisions:
        return
    events = {(e.leaf["action"], e.leaf.get("revision"), e.at): e for e in told}
    for decision in decisions:
        event = events.get((decision.action, decision.revision, decision.at))
        if event is None:
            report.add(
                N_(
                    "Văn bản %(document)s: quyết định “%(action)s” lúc %(at)s không có trong "
                    "sổ nào."
                ),
                document=document.id,
                action=decision.action,
                at=stamp(decision.at),
            )
        elif decision.content_hash != hashes.get(decision.revision):
            report.add(
                N_(
                    "Văn bản %(document)s: quyết định “%(action)s” (sự kiện số %(seq)s trong sổ "
                    "của %(unit)s) không phải về nội dung đang giữ của bản thứ %(n)s."
                ),
                unit=event.unit,
                seq=event.seq,
                document=document.id,
                action=decision.action,
                n=decision.revision,
            )


def _readings(connection: sa.Connection, report: Report) -> None:
    """Whoever read a commitment stays known to its author: every `read` event has its row."""
    missing = (
        sa.select(UNIT.c.code, EVENT.c.seq, EVENT.c.document_id)
        .join_from(EVENT, UNIT, EVENT.c.unit_id == UNIT.c.id)
        .where(
            EVENT.c.action == "read",
            ~sa.exists().where(READING.c.event_id == EVENT.c.id),
        )
        .order_by(EVENT.c.unit_id, EVENT.c.seq)
    )
    for event in _stream(connection, missing):
        report.add(
            N_(
                "Sự kiện số %(seq)s trong sổ của %(unit)s: lượt đọc văn bản %(document)s đã bị gỡ "
                "khỏi danh sách người đọc."
            ),
            unit=event.code,
            seq=event.seq,
            document=event.document_id,
        )
