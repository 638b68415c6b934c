"""Logs as files: every leaf a line, byte for byte as it was hashed; beside them the hashes, the salted
fields that may leave, and the signed checkpoints."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from models.base import db, table_of
from models.document import Document
from models.event import AuditEvent, EventPayload
from models.queries.chunks import CHUNK, cut
from workflows.trail.export.files import whole, write
from workflows.trail.export.plan import Log
from workflows.trail.export.shown import fields_leave
from workflows.trail.tiles import tree

EVENT, PAYLOAD, DOCUMENT = map(table_of, (AuditEvent, EventPayload, Document))
OFTEN = 20_000  # events after which somebody is told that it goes on

_EVENTS = (
    sa.select(
        EVENT.c.seq,
        EVENT.c.leaf,
        EVENT.c.leaf_hash,
        EVENT.c.action,
        DOCUMENT.c.kind,
        EVENT.c.document_id,
        PAYLOAD.c.fields,
    )
    .outerjoin(PAYLOAD, PAYLOAD.c.event_id == EVENT.c.id)
    .outerjoin(DOCUMENT, DOCUMENT.c.id == EVENT.c.document_id)
    .where(EVENT.c.unit_id == sa.bindparam("unit"))
    .order_by(EVENT.c.seq)
    .execution_options(yield_per=500)
)
_WHOLE = _EVENTS.where(EVENT.c.seq < sa.bindparam("size"))
_SOME = _EVENTS.where(EVENT.c.seq.in_(sa.bindparam("seqs", expanding=True)))


def names_of(log: Log) -> dict[str, Any]:
    """Where the files of a log lie in the bundle, as the manifest says it."""
    code = _file_name(log)
    kind = "beside" if log.seqs is not None else "whole"
    folder = "beside" if log.seqs is not None else "events"
    last = "paths" if log.seqs is not None else "hashes"
    return {
        "unit": log.code,
        "kind": kind,
        "size": log.size,
        "newer": log.newer,
        "events": f"{folder}/{code}.jsonl",
        last: f"{folder}/{code}.{'paths.jsonl' if last == 'paths' else last}",
        "payloads": f"payloads/{code}.jsonl",
        "checkpoints": [
            f"checkpoints/{code}.txt" if n == 0 else f"checkpoints/{code}/{n}.txt"
            for n in range(len(log.notes))
        ],
    }


def write_log(bundle: Path, log: Log, goes_on: Callable[[], None]) -> None:
    """Writes one log into the bundle. `goes_on` is called now and then."""
    names = names_of(log)
    for name, note in zip(names["checkpoints"], log.notes, strict=True):
        write(bundle / name, note)
    with ExitStack() as stack:
        last = "hashes" if log.seqs is None else "paths"
        drafts = [
            stack.enter_context(whole(bundle / names[part]))
            for part in ("events", "payloads", last)
        ]
        events, payloads, proofs = (stack.enter_context(draft.open("wb")) for draft in drafts)
        connection = stack.enter_context(db.engine.connect())
        stack.enter_context(connection.begin())
        if log.seqs is None:
            _whole(connection, log, (events, payloads, proofs), goes_on)
        else:
            _beside(connection, log, (events, payloads, proofs))


Files = tuple[IO[bytes], IO[bytes], IO[bytes]]


def _whole(connection: sa.Connection, log: Log, files: Files, goes_on: Callable[[], None]) -> None:
    events, payloads, hashes = files
    rows = connection.execute(_WHOLE, {"unit": log.unit_id, "size": log.size})
    for number, row in enumerate(rows):
        events.write(row.leaf + b"\n")
        hashes.write(row.leaf_hash)
        _fields(payloads, row)
        if number % OFTEN == OFTEN - 1:
            goes_on()


def _beside(connection: sa.Connection, log: Log, files: Files) -> None:
    """Single events, each with what proves that it stands in the log."""
    events, payloads, paths = files
    proofs = tree(db.session(), log.unit_id, log.size)
    assert log.seqs is not None
    for row in _some(connection, log.unit_id, log.seqs):
        events.write(row.leaf + b"\n")
        path = [b64encode(one).decode() for one in proofs.inclusion(row.seq)]
        paths.write(_line({"seq": row.seq, "path": path}))
        _fields(payloads, row)


def _some(connection: sa.Connection, unit_id: int, seqs: list[int]) -> Iterator[Any]:
    for some in cut(seqs, CHUNK):
        yield from connection.execute(_SOME, {"unit": unit_id, "seqs": some})


def _fields(payloads: IO[bytes], row: Any) -> None:
    about_a_paper = row.document_id is not None
    kind = (row.kind or "") if about_a_paper else None
    if row.fields and fields_leave(kind, row.action):
        payloads.write(_line({"seq": row.seq, "fields": row.fields}))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _file_name(log: Log) -> str:
    """The code of the unit where it can be a file's name everywhere, else the unit's number."""
    plain = log.code.isascii() and log.code.replace("-", "").replace("_", "").isalnum()
    return log.code if plain and len(log.code) <= 60 else f"so-{log.unit_id}"
