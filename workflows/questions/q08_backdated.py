"""Question 8: which paper is dated back, or bears a number out of the order of dates?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.kinds import PERSONAL
from models.register import NumberEntry
from workflows.calendar import local_day
from workflows.questions.answer import Beside, Row, Side
from workflows.questions.days import local_day_of
from workflows.questions.evidence import as_evidence, events, papers
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason

GRACE = 5  # days between the printed day and the first record that ask nothing [domain §5]
FIRST = ("create", "record", "amend", "request_amendment")
# Two kinds of keys in one order: papers have the even ones, lines of the register the odd ones.
PAPER, LINE = 0, 1
BETWEEN = N_("%(days)s ngày")


def dated(scope: Scope) -> Keys:
    """Every paper with its final day."""
    return sa.select(
        (Document.id * 2 + PAPER).label("key"),
        Document.unit_id.label("unit_id"),
        Document.kind.in_(PERSONAL).label("personal"),
    ).where(
        scope.documents(),
        Document.dated_on.is_not(None),
        scope.period(Document.dated_on),
    )


def _back(scope: Scope) -> Keys:
    first = local_day_of(Document.created_at, scope.today, plus=-GRACE)
    return dated(scope).where(Document.dated_on < first)


def _series(scope: Scope) -> sa.Subquery:
    """The register of the units: each number that stands, with the one before it in its series."""
    before: dict[str, Any] = {
        "partition_by": (NumberEntry.unit_id, NumberEntry.type, NumberEntry.period),
        "order_by": (NumberEntry.n, NumberEntry.again),
    }
    return (
        sa.select(
            NumberEntry.id,
            NumberEntry.unit_id,
            NumberEntry.document_id,
            NumberEntry.dated_on,
            sa.func.lag(NumberEntry.dated_on).over(**before).label("before"),
            sa.func.lag(NumberEntry.id).over(**before).label("before_id"),
        )
        .where(
            scope.units(NumberEntry.unit_id),
            NumberEntry.voided_at.is_(None),
            NumberEntry.n > 0,
            NumberEntry.dated_on.is_not(None),
        )
        .subquery()
    )


def _out_of_order(scope: Scope) -> Keys:
    """Numbers dated before the number ahead of them."""
    line = _series(scope)
    return (
        sa.select(
            (line.c.id * 2 + LINE).label("key"),
            line.c.unit_id.label("unit_id"),
            sa.false().label("personal"),
        )
        .outerjoin(Document, Document.id == line.c.document_id)
        .where(
            line.c.dated_on < line.c.before,
            scope.period(line.c.dated_on),
            sa.or_(
                Document.id.is_(None),  # of a paper outside the system: it belongs to no campaign
                sa.and_(
                    Document.kind.in_(sorted(scope.kinds)), scope.campaign(Document.campaign_id)
                ),
            ),
        )
    )


def found(scope: Scope) -> Keys:
    """Papers dated more than five days before their first record; numbers out of order."""
    both = sa.union_all(_back(scope), _out_of_order(scope)).subquery()
    return sa.select(both.c.key, both.c.unit_id, both.c.personal)


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    lines = _lines(scope, [key // 2 for key in keys if key % 2 == LINE])
    ids = [key // 2 for key in keys if key % 2 == PAPER]
    ids += [entry.document_id for pair in lines.values() for entry in pair if entry.document_id]
    documents = papers(ids)
    told = events(documents, FIRST)
    rows = []
    for key in keys:
        if key % 2 == PAPER and (document := documents.get(key // 2)) is not None:
            rows.append(_dated_back(key, document, told.get(document.id, [])))
        elif key // 2 in lines and key % 2 == LINE:
            rows.append(_numbered(key, *lines[key // 2], documents, told))
    return rows


def _lines(scope: Scope, ids: Sequence[int]) -> dict[int, tuple[NumberEntry, NumberEntry]]:
    """By line: itself and the one ahead of it."""
    if not ids:
        return {}
    line, one, ahead = _series(scope), aliased(NumberEntry), aliased(NumberEntry)
    rows = db.session.execute(
        sa.select(one, ahead)
        .join(line, line.c.id == one.id)
        .join(ahead, ahead.id == line.c.before_id)
        .options(joinedload(one.unit))
        .where(one.id.in_(ids))
    )
    return {entry.id: (entry, before) for entry, before in rows}


def _dated_back(key: int, document: Document, told: list[AuditEvent]) -> Row:
    seen = local_day(document.created_at)
    assert document.dated_on is not None
    days = (seen - document.dated_on).days
    gap = Reason("", N_("ghi trước ngày lên hệ thống %(days)s ngày"), {"days": days})
    return Row(
        key,
        document.unit,
        gap,
        {
            "document": document,
            "number": document.number,
            "dated_on": document.dated_on,
            "compared": seen,
            "days": days,
        },
        document,
        document.author if document.kind in PERSONAL else None,
        as_evidence(told[:1]),
        Beside(
            Side(
                Reason("", N_("Ngày ghi trên văn bản")),
                document.dated_on,
                None,
                (document, document.unit),
                off=True,
            ),
            Side(
                Reason("", N_("Lần đầu có trong hệ thống")),
                seen,
                None,
                (Reason("", N_("Lên hệ thống %(at)s"), {"at": document.created_at}),),
            ),
            Reason("", BETWEEN, {"days": days}),
        ),
    )


def _numbered(
    key: int,
    entry: NumberEntry,
    ahead: NumberEntry,
    documents: dict[int, Document],
    told: dict[int, list[AuditEvent]],
) -> Row:
    assert entry.dated_on is not None
    assert ahead.dated_on is not None
    days = (ahead.dated_on - entry.dated_on).days
    gap = Reason("R27", N_("số sau ghi ngày trước %(days)s ngày"), {"days": days})
    document = documents.get(entry.document_id or 0)
    other = documents.get(ahead.document_id or 0)
    return Row(
        key,
        entry.unit,
        gap,
        {
            "document": document,
            "number": entry.symbol,
            "dated_on": entry.dated_on,
            "compared": ahead.dated_on,
            "days": days,
        },
        document,
        None,
        as_evidence(told.get(entry.document_id or 0, [])[:1], rule="R27"),
        Beside(
            Side(
                Reason("", N_("Số sau")),
                entry.dated_on,
                None,
                (entry.symbol, document, entry.subject),
                off=True,
            ),
            Side(
                Reason("", N_("Số trước")),
                ahead.dated_on,
                None,
                (ahead.symbol, other, ahead.subject),
            ),
            Reason("", BETWEEN, {"days": days}),
        ),
    )


QUESTION = Question(
    8,
    N_("Văn bản nào ghi lùi ngày, số nào sai thứ tự ngày?"),
    N_("Ghi lùi ngày, số sai thứ tự"),
    N_(
        "Văn bản có ngày ghi sớm hơn quá 5 ngày so với ngày đầu tiên có trong hệ thống; hoặc trong "
        "sổ của một đơn vị, cùng loại, cùng nhiệm kỳ (năm), số sau ghi ngày trước số liền trước. "
        "Số đã hủy không tính. Thời kỳ: theo ngày ghi."
    ),
    ("R27",),
    (
        Column("document", N_("Văn bản")),
        Column("number", N_("Số")),
        Column("dated_on", N_("Ngày ghi")),
        Column("compared", N_("Ngày so với")),
        Column("days", N_("Chênh, ngày")),
    ),
    **keyed(found, shown, looked_at=dated),
)
