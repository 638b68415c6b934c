"""Papers that wait for one and the same meeting stand on the desk as one row: a meeting decides
thirty of them, and thirty rows hide everything else."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from models.base import db
from models.kinds import PERSONAL
from models.person import Person
from models.queries.lines import Body, Line
from models.unit import Unit
from views import present
from views.tasks import Row, unit_name
from views.words import gettext, ngettext
from workflows.edge import edge
from workflows.sittings import awaiting_me, waiting

FEW = 3  # from so many on they stand together


def together(rows: list[tuple[Line, Row]], now: datetime, *, anew: bool) -> list[tuple[Line, Row]]:
    """The rows of a desk, those for one meeting gathered at the place of the first. On a later page
    (`anew` false) they have been told already."""
    units = _gathered(rows)
    told: set[int] = set()
    found = []
    for task, row in rows:
        unit = units.get(_meeting_of(task) or 0)
        if unit is None:
            found.append((task, row))
        elif anew and unit.id not in told:
            told.add(unit.id)
            found.append((task, _row(unit, row, _of(rows, unit), now)))
    return found


def _gathered(rows: list[tuple[Line, Row]]) -> dict[int, Body]:
    """The bodies for whose meeting there are more than a few."""
    found: dict[int, list[Line]] = {}
    for task, _ in rows:
        if (unit_id := _meeting_of(task)) is not None:
            found.setdefault(unit_id, []).append(task)
    return {ident: several[0].unit for ident, several in found.items() if len(several) >= FEW}


def _meeting_of(task: Line) -> int | None:
    """The body whose meeting is to decide this."""
    document = task.document
    if document is None or document.stage or not document.unit.meets:
        return None
    agreed = task.action == "approve" and document.kind in PERSONAL
    return document.unit.id if task.action == "meet" or agreed else None


def _of(rows: list[tuple[Line, Row]], unit: Body) -> list[Line]:
    return [task for task, _ in rows if _meeting_of(task) == unit.id]


def _row(unit: Body, first: Row, tasks: list[Line], now: datetime) -> Row:
    shown = [t.document.author for t in tasks[:3] if t.document is not None]
    total = max(len(tasks), len(waiting(db.session.get_one(Unit, unit.id), now)))
    names = ", ".join(dict.fromkeys(shown))
    if total > len(shown):
        names += " …"
    what = ngettext(
        "%(num)s bản chờ cuộc họp của %(unit)s",
        "%(num)s bản chờ cuộc họp của %(unit)s",
        total,
        unit=unit_name(unit),
    )
    url = url_for("sitting.index", code=unit.code)
    return Row(what, [names], url, gettext("Đưa ra cuộc họp"), first.due, first.strong)


def minutes_rows(person: Person, now: datetime) -> list[Row]:
    """Meetings whose minutes wait for this person's word, as rows of the desk."""
    awaiting = awaiting_me(person) if edge(person, now).minutes else []
    return [
        Row(
            gettext(
                "Xác nhận biên bản họp %(body)s ngày %(day)s",
                body=present.body_name(sitting.unit),
                day=present.day(sitting.held_on),
            ),
            [gettext("Các quyết định của cuộc họp có giá trị khi biên bản được xác nhận.")],
            url_for("sitting.page", sitting_id=sitting.id),
            gettext("Xem, xác nhận"),
            None,
            True,
        )
        for sitting in awaiting
    ]
