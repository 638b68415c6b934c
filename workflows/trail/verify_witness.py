"""Whether what each superior stated of the logs below it is what it saw, and what witnesses signed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from models.base import table_of
from models.checkpoint import Checkpoint
from models.event import AuditEvent
from models.unit import Unit
from models.witness import Cosignature, WitnessedTree, WitnessRound
from workflows.refusal import N_
from workflows.trail.note import NotANote, parse, parse_key, parse_line
from workflows.trail.report import Report
from workflows.trail.witness.committing import ACTION, after, leaf, root_of
from workflows.trail.witness.cosignature import cosigners, with_lines

EVENT, UNIT, ROUND, TREE, LINE, CHECKPOINT = map(
    table_of, (AuditEvent, Unit, WitnessRound, WitnessedTree, Cosignature, Checkpoint)
)
_SEEN = (
    sa.select(EVENT.c.id, EVENT.c.seq, EVENT.c.leaf, UNIT.c.code, TREE.c.origin, TREE.c.note)
    .join_from(EVENT, UNIT, EVENT.c.unit_id == UNIT.c.id)
    .join(ROUND, ROUND.c.event_id == EVENT.c.id, isouter=True)
    .join(TREE, TREE.c.round_id == ROUND.c.id, isouter=True)
    .where(EVENT.c.action == ACTION)
    .order_by(EVENT.c.unit_id, EVENT.c.seq)
    .execution_options(yield_per=500)
)
_LINES = (
    sa.select(LINE.c.witness, LINE.c.line, CHECKPOINT.c.note, CHECKPOINT.c.size, UNIT.c.code)
    .join_from(LINE, CHECKPOINT, LINE.c.checkpoint_id == CHECKPOINT.c.id)
    .join(UNIT, UNIT.c.id == CHECKPOINT.c.unit_id)
    .order_by(LINE.c.id)
    .execution_options(yield_per=500)
)
OTHER = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: danh sách sổ cấp dưới đã thấy không khớp với mã gốc "
    "mà sự kiện ghi."
)
UNSIGNED = N_(
    "Chữ ký chứng kiến của sổ %(unit)s khi có %(kept)s sự kiện không phải của nơi chứng kiến."
)


def check_witness(connection: sa.Connection, report: Report) -> None:
    """Adds to `report` each statement of a superior whose list is another one, and each cosignature
    that is not its witness's."""
    of: str | None = None
    before: dict[str, bytes] = {}  # the list of the last statement in this log
    for rows in _statements(connection):
        of, before = rows[0].code, before if rows[0].code == of else {}
        found = _stated(rows, before)
        if found is None:
            report.add(OTHER, unit=rows[0].code, seq=rows[0].seq)
        before = found or {}
    for row in connection.execute(_LINES):
        if not _is_cosigned(row):
            report.add(UNSIGNED, unit=row.code, kept=row.size)


def _statements(connection: sa.Connection) -> Iterator[list[Any]]:
    rows: Iterable[Any] = connection.execute(_SEEN)
    for _, group in groupby(rows, key=attrgetter("id")):
        yield list(group)


def _stated(rows: list[Any], before: dict[str, bytes]) -> dict[str, bytes] | None:
    """The list that a statement is about, as {origin: leaf}; None where it is not what was stated."""
    try:
        stated = json.loads(rows[0].leaf)
        said = {
            row.origin: leaf(row.note) if row.note else None
            for row in rows
            if row.origin is not None
        }
        whole = after(before, said, stated["logs"])
        same = stated["root"] == root_of(whole).hex() and stated["logs"] == len(whole)
        return whole if same else None
    except (NotANote, ValueError, KeyError, TypeError):
        return None


def _is_cosigned(row: Any) -> bool:
    try:
        line = parse_line(row.line.removesuffix("\n"))
        return bool(cosigners(with_lines(parse(row.note), [line]), [parse_key(row.witness)]))
    except (NotANote, ValueError):
        return False
