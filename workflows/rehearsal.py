"""The rehearsal clock: an installation at another time, moved forward instant by instant.

Real time is a parameter. While `advance` moves, the clock stands still at each instant it visits
(`Rehearsal.frozen_at`), so a periodic sweep meanwhile sees that very instant and finds nothing
left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.base import transaction
from models.event import AuditEvent
from models.rehearsal import Rehearsal, instant, rehearsal
from workflows import calendar, coming, day, ladder
from workflows.refusal import N_, Reason, Refused


@dataclass(frozen=True)
class Journey:
    """What an advance met on its way: instants at which something was due, rungs climbed."""

    instants: int
    climbed: int


def begin(at: datetime, *, real_now: datetime) -> Rehearsal:
    """From now on the organisation lives at `at`. Raises Refused once anything is recorded."""
    with transaction() as session:
        if session.scalar(sa.select(AuditEvent.id).limit(1)) is not None:
            raise Refused(
                Reason(
                    "REHEARSAL",
                    N_(
                        "Chưa bắt đầu diễn tập được: hệ thống đã ghi sự kiện. "
                        "Diễn tập chỉ bắt đầu trên cơ sở dữ liệu còn trống."
                    ),
                )
            )
        row = session.get(Rehearsal, 1) or Rehearsal(id=1)
        row.begun_at = at
        _run_from(row, at, real_now)
        session.add(row)
    return row


def jump(to: datetime, *, real_now: datetime) -> None:
    """The clock runs on from `to`. For who has visited all in between (`advance`, the demo)."""
    with transaction():
        _run_from(_running(), to, real_now)


def advance(to: datetime, *, real_now: Callable[[], datetime]) -> Journey:
    """Move the clock forward to `to`: each day that brings a change begins, and at each instant what
    is due then climbs, in order.

    Each instant is one transaction that holds the rehearsal's row. When it ends, however it ends,
    the clock runs on from the instant reached. Mornings in between send no mail; the next sweep
    gathers all of it once. Raises Refused without a rehearsal, and for going backwards.
    """
    here = _freeze(to, real_now())
    met = climbed = 0
    try:
        day.begin(here)
        climbed += ladder.sweep(here)
        while True:
            with transaction():
                row = _running()
                here = row.frozen_at or instant(real_now())
                following, rings = _following(here)
                if following is None or following > to:
                    break
                row.frozen_at = following
                if rings:
                    climbed += ladder.sweep(following)
                else:
                    day.begin(following)
                here, met = following, met + rings
        here = max(here, to)
    finally:
        jump(here, real_now=real_now())
    return Journey(met, climbed)


def _following(here: datetime) -> tuple[datetime | None, bool]:
    """The next instant at which anything happens by itself, and whether it is a rung (True) or the
    beginning of a day that differs from the one before. Where both are at once the day begins first."""
    changes = coming.next_change(calendar.local_day(here))
    midnight = calendar.start_of_day(changes) if changes is not None else None
    rung = ladder.next_instant(here)
    if midnight is None or (rung is not None and rung < midnight):
        return rung, rung is not None
    return midnight, False


def _freeze(to: datetime, real_now: datetime) -> datetime:
    with transaction():
        row = _running()
        here = instant(real_now)
        if to < here:
            raise Refused(
                Reason(
                    "REHEARSAL",
                    N_("Đồng hồ diễn tập không lùi: đang là %(here)s, không về %(to)s được."),
                    {"here": written(here), "to": written(to)},
                )
            )
        row.frozen_at = here
    return here


def _run_from(row: Rehearsal, at: datetime, real_now: datetime) -> None:
    row.frozen_at = None
    row.offset_seconds = (at - real_now).total_seconds()


def _running() -> Rehearsal:
    """The rehearsal's row, held until the transaction ends."""
    if rehearsal() is None:
        raise Refused(
            Reason(
                "REHEARSAL",
                N_("Chưa có diễn tập nào đang chạy. Bắt đầu bằng “flask rehearsal begin --at …”."),
            )
        )
    with transaction() as session:
        return session.get_one(Rehearsal, 1, with_for_update=True, populate_existing=True)


def written(at: datetime) -> str:
    """An instant as the office reads it, in the organisation's zone."""
    return at.astimezone(calendar.ZONE).strftime("%H:%M:%S %d/%m/%Y")
