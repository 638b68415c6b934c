"""What an export will hold, fixed in one snapshot: of each log up to its last signed checkpoint. Logs
only grow, so that whoever goes on later reads the same."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import table_of
from models.checkpoint import Checkpoint
from models.document import Document
from models.event import AuditEvent, LogHead
from models.kinds import KINDS
from models.unit import Unit
from models.witness import Cosignature
from workflows.trail.fold import Broken, Standing, after

EVENT, HEAD, UNIT, DOCUMENT, CHECKPOINT, COSIGNATURE = map(
    table_of, (AuditEvent, LogHead, Unit, Document, Checkpoint, Cosignature)
)
OLDER = 200  # checkpoints of one log, besides the last, that the export holds


@dataclass
class Log:
    """One log as it leaves: whole up to `size`, or only the events at `seqs`. `notes`: signed
    checkpoints, the last one first; none: nobody has signed this log yet."""

    unit_id: int
    code: str
    name: str
    size: int
    newer: int  # events that the last checkpoint does not cover yet
    notes: list[str]
    seqs: list[int] | None = None


@dataclass
class Plan:
    """`standings`: of each document its number, version, state, stage, revision, the one in force,
    the printed date, its kind and the code of its unit."""

    made_at: str  # the organisation's instant, ISO
    logs: list[Log] = field(default_factory=list)
    standings: list[list[Any]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(told["made_at"], [Log(**log) for log in told["logs"]], told["standings"])


def make_plan(connection: sa.Connection, unit_ids: Iterable[int], now: datetime) -> Plan:
    """The plan for the logs of these units, and for single events of other logs that moved their
    documents. All of it as `connection` sees it, at the organisation's instant `now`."""
    units = set(unit_ids)
    plan = Plan(
        now.isoformat(),
        [log for one in sorted(units) if (log := _log(connection, one, OLDER)).size],
    )
    cut = {log.unit_id: log.size for log in plan.logs}
    beside: dict[int, list[int]] = defaultdict(list)
    others: dict[int, Log] = {}
    for document, events in groupby(_moves(connection, units), key=itemgetter(0)):
        standing, kind, code = Standing(), "", ""
        gapless = True
        for _, version, unit_id, seq, leaf, kind, code in events:  # noqa: B007
            if unit_id not in cut:
                others[unit_id] = _log(connection, unit_id, 0)
                cut[unit_id] = others[unit_id].size if others[unit_id].notes else 0
            if seq >= cut[unit_id]:
                gapless = False
                continue
            if unit_id in others:
                beside[unit_id].append(seq)
            if gapless and version == standing.version + 1:
                try:
                    standing = after(standing, json.loads(leaf))
                except (Broken, KeyError, ValueError, TypeError):
                    gapless = False  # the verifier finds it at the same event
        if standing.version:
            plan.standings.append([document, *standing, kind, code])
    for unit_id in sorted(others):
        others[unit_id].seqs = sorted(beside[unit_id])
        if beside[unit_id] or not others[unit_id].notes:
            plan.logs.append(others[unit_id])
    return plan


def _log(connection: sa.Connection, unit_id: int, older: int) -> Log:
    row = connection.execute(
        sa.select(UNIT.c.code, UNIT.c.name, HEAD.c.size)
        .outerjoin(HEAD, HEAD.c.unit_id == UNIT.c.id)
        .where(UNIT.c.id == unit_id)
    ).one()
    head = row.size or 0
    signed = _signed(connection, unit_id, older)
    if not signed:
        return Log(unit_id, row.code, row.name, head, 0, [])
    seen = _cosigned(connection, [one.id for one in signed])
    notes = [one.note + seen.get(one.id, "") for one in signed]
    size = signed[0].size
    return Log(unit_id, row.code, row.name, size, max(0, head - size), notes)


def _signed(connection: sa.Connection, unit_id: int, older: int) -> Sequence[sa.Row[Any, Any, Any]]:
    """The last checkpoint of a log, and at most so many older ones, spread over all of its life; the
    newest first. A log has one for each minute in which somebody acted: only these are read."""
    own = CHECKPOINT.c.unit_id == unit_id
    before = (connection.scalar(sa.select(sa.func.count()).where(own)) or 0) - 1
    newest_first = sa.func.row_number().over(
        order_by=(CHECKPOINT.c.size.desc(), CHECKPOINT.c.id.desc())
    )
    listed = sa.select(CHECKPOINT.c.id, newest_first.label("n")).where(own).subquery()
    every = max(1, math.ceil(before / max(1, older)))
    spread = (listed.c.n - 2) % every == 0
    wanted = sa.or_(listed.c.n == 1, sa.and_(listed.c.n > 1, spread))
    query = sa.select(CHECKPOINT.c.id, CHECKPOINT.c.size, CHECKPOINT.c.note)
    query = query.join(listed, listed.c.id == CHECKPOINT.c.id).where(wanted)
    return connection.execute(query.order_by(listed.c.n).limit(1 + older)).all()


def _cosigned(connection: sa.Connection, checkpoint_ids: list[int]) -> dict[int, str]:
    """The lines of witnesses under these checkpoints."""
    rows = connection.execute(
        sa.select(COSIGNATURE.c.checkpoint_id, COSIGNATURE.c.line)
        .where(COSIGNATURE.c.checkpoint_id.in_(checkpoint_ids))
        .order_by(COSIGNATURE.c.id)
    )
    lines: dict[int, str] = {}
    for row in rows:
        lines[row.checkpoint_id] = lines.get(row.checkpoint_id, "") + row.line.rstrip("\n") + "\n"
    return lines


def _moves(connection: sa.Connection, units: set[int]) -> Iterator[tuple[Any, ...]]:
    """Every event that moved a document of these units, by document and version."""
    rows = connection.execute(
        sa.select(
            EVENT.c.document_id,
            EVENT.c.document_version,
            EVENT.c.unit_id,
            EVENT.c.seq,
            EVENT.c.leaf,
            DOCUMENT.c.kind,
            UNIT.c.code,
        )
        .join_from(DOCUMENT, EVENT, EVENT.c.document_id == DOCUMENT.c.id)
        .join(UNIT, UNIT.c.id == DOCUMENT.c.unit_id)
        .where(
            DOCUMENT.c.unit_id.in_(units),
            DOCUMENT.c.kind.in_(KINDS),
            EVENT.c.document_version.is_not(None),
        )
        .order_by(EVENT.c.document_id, EVENT.c.document_version)
        .execution_options(yield_per=500)
    )
    return (tuple(row) for row in rows)
