"""Whom a unit of the file serves, and to whom it reports since when."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from models.unit import ReportingLine, Unit
from workflows.calendar import local_day
from workflows.organisation.importing import changes
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.importing.words import LINE, LINES, offered
from workflows.organisation.lines import add_reporting_line, attach, end_reporting_line
from workflows.organisation.record import Window, overlapping
from workflows.organisation.renaming import ONE_DAY
from workflows.refusal import Reason


def place(run: Run, row: Row, code: str, window: Window, told: list[Reason]) -> None:
    """Attaches and connects the unit of one row; what that changes is added to `told`."""
    unit = run.units.get(code)
    if row.bad or unit is None:
        row.bad = True
        return
    line = row.choice("line", LINE, offered(LINES)) or "party"
    attached, superior = row.unit("attached_to"), row.unit("superior")

    def act() -> None:
        if attached is not None and unit.attached_to is not attached:
            attach(run.session, unit=unit, to=attached, actor=run.actor, now=run.now)
            told.append(changes.phrase("attached_to"))
        if superior is not None and _connect(run, unit, superior, line, window):
            told.append(changes.phrase("superior"))

    run.enter(row, "unit", code, act)


def _connect(run: Run, unit: Unit, superior: Unit, line: str, window: Window) -> bool:
    """Whether anything had to change for `unit` to report to `superior` in this window.

    Another superior gives way on the row's first day, or today where the row names none.
    """
    start, end = window
    details: dict[str, Any] = {"actor": run.actor, "now": run.now}
    kept = run.session.scalars(
        sa.select(ReportingLine)
        .where(
            ReportingLine.unit_id == unit.id,
            ReportingLine.line == line,
            overlapping(ReportingLine, start, end),
        )
        .order_by(ReportingLine.valid_from.nulls_first())
    ).all()
    if not kept:
        add_reporting_line(
            run.session,
            unit=unit,
            superior=superior,
            line=line,
            valid_from=start,
            valid_to=end,
            **details,
        )
        return True
    old = kept[-1]
    if old.superior_id == superior.id:
        if end is None or old.valid_to is not None:
            return False
        end_reporting_line(run.session, row=old, last_day=end, **details)
        return True
    begins = old.valid_from or date.min
    day = start if start is not None and start > begins else local_day(run.now)
    end_reporting_line(run.session, row=old, last_day=day - ONE_DAY, **details)
    run.session.flush()
    add_reporting_line(
        run.session,
        unit=unit,
        superior=superior,
        line=line,
        valid_from=day,
        valid_to=end,
        **details,
    )
    return True
