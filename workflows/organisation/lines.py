"""To whom a unit reports on each line, and which body an advisory one serves."""

from __future__ import annotations

import re
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.queries.locking import hold_tree
from models.unit import ReportingLine, Unit
from workflows.organisation.record import (
    Window,
    bad_window,
    cleaned,
    overlapping,
    reaches,
    record,
    refuse_if,
    rehome,
)
from workflows.refusal import N_, Reason

LINE_CODE = re.compile(r"[a-z][a-z0-9\-]{0,31}")


def add_reporting_line(
    session: Session,
    *,
    unit: Unit,
    superior: Unit,
    line: str = "party",
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> ReportingLine:
    """`unit` reports to `superior` on this line between two days. One superior per line and day.
    What running campaigns above it ask, and is still to come, it owes from then."""
    from workflows.obligations import joining  # the engine's side imports ours

    line = cleaned(line, "line").lower()
    hold_tree()
    refuse_if(
        Reason(
            "FORM",
            N_("Chưa có tên tuyến báo cáo, hoặc tên có dấu. Ghi ví dụ “party” hoặc “union”."),
            place="line",
        )
        if not LINE_CODE.fullmatch(line)
        else None,
        bad_window(valid_from, valid_to),
        _cycle(session, unit, superior, line, (valid_from, valid_to)),
        _reports_already(session, unit, line, (valid_from, valid_to)),
    )
    row = ReportingLine(
        unit=unit, superior=superior, line=line, valid_from=valid_from, valid_to=valid_to
    )
    session.add(row)
    record(
        session,
        unit.id,
        "reporting_line_added",
        now=now,
        actor=actor,
        facts={
            "unit": unit.code,
            "superior": superior.code,
            "line": line,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    rehome(session, [unit.id], now)
    joining.join_unit(unit, now=now)
    return row


def _reports_already(session: Session, unit: Unit, line: str, window: Window) -> Reason | None:
    other = session.scalar(
        sa.select(ReportingLine)
        .where(
            ReportingLine.unit_id == unit.id,
            ReportingLine.line == line,
            overlapping(ReportingLine, *window),
        )
        .limit(1)
    )
    if other is None:
        return None
    return Reason(
        "FORM",
        N_(
            "%(unit)s đã báo cáo lên %(superior)s trên tuyến này trong thời gian đó. "
            "Kết thúc tuyến cũ trước."
        ),
        {"unit": unit.name, "superior": other.superior.name},
        place="superior",
    )


def end_reporting_line(
    session: Session, *, row: ReportingLine, last_day: date, actor: Person | None, now: datetime
) -> None:
    """The line holds for the last time on `last_day`."""
    hold_tree()
    session.flush()
    session.refresh(row)  # somebody else may have ended it a moment ago
    refuse_if(
        bad_window(row.valid_from, last_day),
        Reason(
            "FORM",
            N_("Tuyến này đã kết thúc ngày %(day)s."),
            {"day": row.valid_to},
            place="last_day",
        )
        if row.valid_to is not None and row.valid_to <= last_day
        else None,
    )
    row.valid_to = last_day
    record(
        session,
        row.unit_id,
        "reporting_line_ended",
        now=now,
        actor=actor,
        facts={
            "unit": row.unit.code,
            "superior": row.superior.code,
            "line": row.line,
            "valid_to": last_day,
        },
    )
    rehome(session, [row.unit_id], now)


def attach(
    session: Session, *, unit: Unit, to: Unit | None, actor: Person | None, now: datetime
) -> None:
    """Makes `unit` the advisory body of `to`, or with None a body of its own again."""
    refuse_if(
        badly_attached(to),
        Reason(
            "FORM",
            N_("%(unit)s không thể giúp việc cho chính nó. Chọn cấp ủy mà cơ quan này giúp việc."),
            {"unit": unit.name},
            place="attached_to",
        )
        if to is unit
        else None,
        Reason(
            "FORM",
            N_(
                "%(unit)s đang có cơ quan giúp việc riêng là %(other)s, nên chưa thể giúp việc "
                "cho đơn vị khác. Chuyển %(other)s đi trước."
            ),
            {"unit": unit.name, "other": unit.advisory_bodies[0].name},
            place="attached_to",
        )
        if to is not None and unit.advisory_bodies
        else None,
    )
    if unit.attached_to is to:
        return
    unit.attached_to = to
    record(
        session,
        unit.id,
        "unit_attached",
        now=now,
        actor=actor,
        facts={"unit": unit.code, "attached_to": to.code if to else "-"},
    )
    rehome(session, [unit.id, *([to.id] if to else [])], now)


def badly_attached(to: Unit | None) -> Reason | None:
    """Why no advisory body can serve this one."""
    if to is None or to.attached_to_id is None:
        return None
    return Reason(
        "FORM",
        N_(
            "%(unit)s là cơ quan giúp việc, không có cơ quan giúp việc riêng. "
            "Chọn cấp ủy mà %(unit)s giúp việc."
        ),
        {"unit": to.name},
        place="attached_to",
    )


def _cycle(
    session: Session, unit: Unit, superior: Unit, line: str, window: Window
) -> Reason | None:
    """Why this edge would make somebody his own superior on some day."""
    if unit.id == superior.id:
        return Reason(
            "FORM",
            N_("%(unit)s không thể báo cáo lên chính nó. Chọn cấp trên khác."),
            {"unit": unit.name},
            place="superior",
        )

    def above(unit_id: int) -> list[tuple[int, Window]]:
        rows = session.execute(
            sa.select(
                ReportingLine.superior_id, ReportingLine.valid_from, ReportingLine.valid_to
            ).where(ReportingLine.unit_id == unit_id, ReportingLine.line == line)
        )
        return [(row[0], (row[1], row[2])) for row in rows]

    if not reaches(superior.id, unit.id, window, above):
        return None
    return Reason(
        "FORM",
        N_(
            "%(unit)s chưa thể báo cáo lên %(superior)s, vì trên tuyến này %(superior)s "
            "đang ở dưới %(unit)s. Chọn cấp trên khác, hoặc kết thúc tuyến của %(superior)s trước."
        ),
        {"unit": unit.name, "superior": superior.name},
        place="superior",
    )
