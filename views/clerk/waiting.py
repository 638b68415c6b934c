"""What waits for the clerk of a unit: to be numbered, printed, filed, sent, received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.listing import CommitmentList, ListEntry
from models.queries.lines import lines
from models.task import Task
from models.unit import Unit
from views import listed, present, tasks
from views.acts import buttons
from views.clerk.papers import filing, printing, unconfirmed, unfiled, unprinted
from views.clerk.piles import FEW, MOST, Section, Waiting
from views.loaders import viewer
from workflows import available_actions
from workflows.rules.numbers import suggest_number


def sections(unit: Unit, now: datetime, *, whole: str) -> list[Section]:
    """The five piles of the desk; the one named `whole` with all its rows."""
    return [
        _pile(name, title, words, rows, make, whole)
        for name, title, words, rows, make in (
            (
                "number",
                gettext("Chờ cấp số"),
                gettext("Số được ghi khi ký. Số dự kiến là số tiếp theo trong sổ."),
                _tasks(unit, "approve"),
                lambda task: _numbering(task, now),
            ),
            (
                "print",
                gettext("Chờ in"),
                gettext("In, trình ký, đóng dấu. In xong thì đánh dấu."),
                unprinted(unit),
                printing,
            ),
            (
                "file",
                gettext("Chờ vào sổ bản giấy"),
                gettext("Đính bản quét có chữ ký, hoặc lưu bản giấy tại văn phòng."),
                [*unconfirmed(unit), *unfiled(unit)],
                filing,
            ),
            (
                "send",
                gettext("Chờ gửi đi"),
                gettext("Đã ký, chưa báo cáo cấp trên."),
                _tasks(unit, "report"),
                lambda task: _acting(task, now),
            ),
            (
                "receive",
                gettext("Chờ tiếp nhận"),
                gettext("Cấp dưới đã gửi đến."),
                [*_lists(unit), *_tasks(unit, "receive")],
                lambda waits: (
                    _acting(waits, now) if isinstance(waits, Task) else _listed(waits, now)
                ),
            ),
        )
    ]


def _pile(
    name: str, title: str, words: str, found: Sequence[Any], make: Any, whole: str
) -> Section:
    shown = found if name == whole else found[:FEW]
    return Section(
        name, title, words, len(found), [make(item) for item in shown], len(shown) < len(found)
    )


# -- tasks: numbers, reports, receipts


def _tasks(unit: Unit, action: str) -> list[Task]:
    """Open acts of this unit on papers that bear a number; a signature only at the issuer."""
    query = (
        sa.select(Task)
        .join(Document, Task.document_id == Document.id)
        .options(joinedload(Task.document), joinedload(Task.unit))
        .where(
            Task.unit_id == unit.id,
            Task.closed_at.is_(None),
            Task.action == action,
            Document.kind.not_in(PERSONAL),
        )
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    if action == "approve":
        query = query.where(Document.stage == 0, Document.unit_id == unit.id)
    return list(db.session.scalars(query))


def _lists(unit: Unit) -> list[tuple[CommitmentList, datetime | None]]:
    """The lists of commitments that this unit has yet to receive, each with its first deadline."""
    first = sa.func.min(Task.due_at)
    query = (
        sa.select(ListEntry.list_id, first)
        .join(Task, Task.document_id == ListEntry.document_id)
        .join(CommitmentList, CommitmentList.id == ListEntry.list_id)
        .where(
            Task.unit_id == unit.id,
            Task.closed_at.is_(None),
            Task.action == "receive",
            CommitmentList.received_at.is_(None),
        )
        .group_by(ListEntry.list_id)
        .order_by(first, ListEntry.list_id)
        .limit(MOST)
    )
    due = db.session.execute(query).all()
    found = db.session.scalars(
        sa.select(CommitmentList)
        .where(CommitmentList.id.in_([list_id for list_id, _ in due]))
        .options(joinedload(CommitmentList.unit), selectinload(CommitmentList.entries))
    )
    lists = {one.id: one for one in found}
    return [(lists[list_id], at) for list_id, at in due]


def _listed(waits: tuple[CommitmentList, datetime | None], now: datetime) -> Waiting:
    made, due = waits
    what, about, url, link = listed.list_words(made)
    return Waiting(what, about, url, link, present.due(due, present.local_day(now), year=False))


def _numbering(task: Task, now: datetime) -> Waiting:
    made = _acting(task, now)
    document = task.document
    assert document is not None
    day = document.current.dated_on or present.local_day(now)
    number = document.number or suggest_number(document, day)
    made.about.append(gettext("Số dự kiến %(number)s.", number=number))
    return made


def _acting(task: Task, now: datetime) -> Waiting:
    """The row of a task, with its act where the viewer may do it now."""
    document = task.document
    assert document is not None
    row = tasks.row(lines([task.id])[task.id], present.local_day(now))
    offered = available_actions(document, person=viewer(), now=now)
    allowed, _ = buttons(document, [item for item in offered if item.name == task.action])
    return Waiting(
        row.what,
        row.about,
        row.url,
        gettext("Xem"),
        row.due,
        act=allowed[0] if allowed else None,
        seen=(document.revision, document.version),
    )
