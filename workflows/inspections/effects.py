"""What each act of an inspection changes besides its state. The engine calls them inside the act."""

from __future__ import annotations

from collections.abc import Callable

from models.base import db
from workflows import trail
from workflows.act import Act
from workflows.calendar import WorkingCalendar
from workflows.dossier import conclusions
from workflows.inspections import limits, pausing
from workflows.inspections.asking import inspection_of


def received(act: Act) -> None:
    """The self report came: the limit counts from that day."""
    inspection = inspection_of(act.document)
    inspection.received_on = act.inputs.dated_on
    inspection.limit_on = limits.last_day(inspection, WorkingCalendar.of(db.session()))


def extended(act: Act) -> None:
    """Limit and closing day both move by so many working days, and what is waited for with them."""
    inspection, days = inspection_of(act.document), act.inputs.days or 0
    calendar = WorkingCalendar.of(db.session())
    inspection.extended_days += days
    inspection.limit_on = limits.last_day(inspection, calendar)
    inspection.closes_on = calendar.add_working_days(inspection.closes_on, days)
    trail.lock_logs(db.session(), [act.capacity.unit.id])
    pausing.wait_longer(act.document, inspection, act.now, calendar)


def frozen(act: Act) -> None:
    """Withdrawals and deletions in scope are blocked, and their ladders stand still."""
    inspection = inspection_of(act.document)
    inspection.frozen = True
    trail.lock_logs(db.session(), [act.capacity.unit.id])
    db.session.flush()
    pausing.hold(inspection, act.now)


def let_go(act: Act) -> None:
    """The freeze is over: ladders go on, but what another inspection holds."""
    inspection = inspection_of(act.document)
    inspection.frozen = False
    trail.lock_logs(db.session(), [act.capacity.unit.id])
    db.session.flush()
    pausing.release(inspection, act.now)


def concluded(act: Act) -> None:
    """All rights end, and what the conclusion requires is owed from now on."""
    ended(act)
    conclusions.begin(inspection_of(act.document), actor=act.person, now=act.now)


def ended(act: Act) -> None:
    """With the conclusion, or when it is cancelled, all rights end."""
    inspection = inspection_of(act.document)
    inspection.ended_at = act.now
    if inspection.frozen:
        let_go(act)


EFFECTS: dict[str, Callable[[Act], None]] = {
    "take_self_report": received,
    "extend": extended,
    "freeze": frozen,
    "unfreeze": let_go,
    "conclude": concluded,
    "cancel": ended,
}
