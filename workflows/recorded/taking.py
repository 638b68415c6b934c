"""Taking over a running year: many signed papers from one table, all or nothing.

`read` says what each row means and which rows are wrong, `foresee` what each would be found to
lack, `take` enters them. A row whose paper is in the books already is left alone, so that the same
table may come again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.base import db, transaction
from models.document import Document
from models.person import Person
from models.stored_file import StoredFile
from models.unit import Unit
from workflows import obligations
from workflows.act import Act, Capacity
from workflows.calendar import local_day
from workflows.definition import spec_of
from workflows.recorded import enter, findings, settle
from workflows.recorded.columns import Cells
from workflows.recorded.many import in_order
from workflows.recorded.rows import Row, interpret, known, twice
from workflows.refusal import N_, Reason, Refused, WorkflowError

MOST = 500  # rows of one table


@dataclass(frozen=True)
class Reading:
    """What a table says: its rows in their order, and what is wrong by row number."""

    rows: list[Row]
    wrong: list[tuple[int, Reason]]


@dataclass(frozen=True)
class Foreseen:
    """What would become of one row: entered as new, or there already; with what would be found."""

    row: Row
    new: bool
    found: list[Reason]


def read(
    table: Sequence[tuple[int, Cells]],
    scans: Mapping[str, object],
    *,
    unit: Unit | None,
    actor: Person,
    now: datetime,
) -> Reading:
    """What the rows mean; `scans` are the names of the files at hand, `unit` whose papers they are
    where a row does not say. Every wrong row is told, each with all its reasons."""
    if not table:
        raise Refused(
            Reason("FORM", N_("Bảng chưa có dòng nào. Điền bảng rồi nhập lại."), place="file")
        )
    if len(table) > MOST:
        raise Refused(
            Reason(
                "FORM",
                N_("Bảng có %(count)s dòng, nhiều nhất là %(most)s. Chia thành nhiều bảng."),
                {"count": len(table), "most": MOST},
                place="file",
            )
        )
    rows: list[Row] = []
    wrong: list[tuple[int, Reason]] = []
    for number, cells in table:
        try:
            row = interpret(number, cells, scans, unit=unit, actor=actor, now=now)
        except WorkflowError as no:
            wrong += [(number, reason) for reason in no.reasons]
            continue
        again = next((other for other in rows if twice(row, other)), None)
        if again is not None:
            text = N_("Dòng này trùng với dòng %(row)s. Bỏ bớt một dòng.")
            wrong.append((number, Reason("FORM", text, {"row": again.number})))
            continue
        rows.append(row)
    return Reading(rows, wrong)


class _Undone(Exception):
    """Nothing of a look ahead stays."""


def foresee(
    rows: list[Row], *, actor: Person, now: datetime
) -> tuple[list[Foreseen], list[tuple[int, Reason]]]:
    """What entering and confirming these rows would do, found by doing it and taking it back; and
    the rows that would be refused. Not inside another transaction."""
    seen: dict[int, Foreseen] = {}
    wrong: list[tuple[int, Reason]] = []
    try:
        with transaction():
            made: dict[int, tuple[Row, Document]] = {}
            for row in rows:
                if known(row) is not None:
                    seen[row.number] = Foreseen(row, False, [])
                    continue
                try:
                    document = _enter(row, None, actor=actor, now=now)
                except WorkflowError as no:
                    wrong += [(row.number, reason) for reason in no.reasons]
                    continue
                made[document.id] = (row, document)
            for ident in in_order(set(made)):
                row, document = made[ident]
                seen[row.number] = Foreseen(row, True, _found(document, actor, now))
            raise _Undone
    except _Undone:
        pass
    return [seen[row.number] for row in rows if row.number in seen], wrong


def _found(document: Document, actor: Person, now: datetime) -> list[Reason]:
    """What its confirmation would find, after those of the papers before it."""
    [confirm] = spec_of(document.definition).actions_named("confirm")
    held = Capacity(actor, document.unit, "system")
    settle.confirmed(Act(document, confirm, held, now, local_day(now)))
    db.session.flush()
    if document.kind == "plan" and document.in_force_revision is not None:
        obligations.follow_plan(document, now)
    return [findings.as_reason(one) for one in findings.of(document)]


def take(
    rows: list[Row], scans: Mapping[str, StoredFile], *, actor: Person, now: datetime
) -> list[Document]:
    """Enter every row that is not in the books yet; returns the documents, awaiting their second
    person. In the caller's transaction, so that one refused row enters none."""
    return [
        _enter(row, scans.get(row.scan), actor=actor, now=now) for row in rows if known(row) is None
    ]


def _enter(row: Row, scan: StoredFile | None, *, actor: Person, now: datetime) -> Document:
    return enter.record(
        row.kind,
        unit=row.unit,
        campaign=row.campaign,
        requirement=row.requirement,
        title=row.title,
        content=row.content,
        basis=row.basis,
        printed=row.printed,
        author=row.author,
        scan=scan,
        scan_name=row.scan,
        actor=actor,
        now=now,
    )
