"""Commitments that go upward, or are received, by one list stand on the desk as one row."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload

from models.base import db
from models.listing import CommitmentList, ListEntry
from models.queries.lines import Line
from views import present, tasks
from views.words import gettext, ngettext

if TYPE_CHECKING:  # `views.tasks` leads here by way of the clerk's pages
    from views.tasks import Row

    Rows = list[tuple[Line, Row]]


def together(rows: Rows) -> Rows:
    """The rows of a desk: those of one list as one, where the first of them stood."""
    lists = _lists(rows)

    def key(task: Line) -> Hashable | None:
        document = task.document
        if document is None or document.kind != "commitment":
            return None
        if task.action == "report":
            return ("report", document.unit.id)
        return ("receive", lists[document.id].id) if _received(task, lists) else None

    return _gathered(rows, key, lambda several: _row(several, lists))


def _received(task: Line, lists: dict[int, CommitmentList]) -> bool:
    return task.action == "receive" and task.document is not None and task.document.id in lists


def _lists(rows: Rows) -> dict[int, CommitmentList]:
    """By document: the list on which it waits to be received."""
    ids = [t.document.id for t, _ in rows if t.action == "receive" and t.document is not None]
    if not ids:
        return {}
    entries = db.session.scalars(
        sa.select(ListEntry)
        .options(
            joinedload(ListEntry.list).joinedload(CommitmentList.unit),
            joinedload(ListEntry.list).selectinload(CommitmentList.entries),
        )
        .where(ListEntry.document_id.in_(ids))
        .order_by(ListEntry.id)
    )
    return {entry.document_id: entry.list for entry in entries}


def _gathered(
    rows: Rows, key: Callable[[Line], Hashable | None], make: Callable[[Rows], Row]
) -> Rows:
    groups: dict[Hashable, Rows] = {}
    for task, row in rows:
        if (name := key(task)) is not None:
            groups.setdefault(name, []).append((task, row))
    found: Rows = []
    for task, row in rows:
        group = groups.get(key(task))
        if group is None:
            found.append((task, row))
        elif group[0][0] is task:
            found.append((task, make(group)))
    return found


def _row(several: Rows, lists: dict[int, CommitmentList]) -> Row:
    task, first = several[0]
    document = task.document
    assert document is not None
    if not _received(task, lists):
        if len(several) == 1:
            return first
        what = ngettext(
            "Báo cáo danh sách %(num)s bản cam kết",
            "Báo cáo danh sách %(num)s bản cam kết",
            len(several),
        )
        url = url_for("cell.index", code=document.unit.code)
        where = [tasks.unit_name(document.unit)]
        return tasks.Row(what, where, url, gettext("Lập danh sách"), first.due, first.strong)
    return tasks.Row(*list_words(lists[document.id]), first.due, first.strong)


def list_words(made: CommitmentList) -> tuple[str, list[str], str, str]:
    """A list that waits to be received: what it is, about it, its page, the words of the button."""
    what = ngettext(
        "Tiếp nhận danh sách cam kết của %(unit)s: %(num)s người",
        "Tiếp nhận danh sách cam kết của %(unit)s: %(num)s người",
        len(made.entries),
        unit=present.unit_name(made.unit),
    )
    return what, [], url_for("lists.page", list_id=made.id), gettext("Xem, tiếp nhận")
