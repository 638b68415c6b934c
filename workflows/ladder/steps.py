"""The steps of a ladder, without a database: when each rung fires, and how far up it is heard.

Times of days are the organisation's: a rung fires at 07:00 of a working day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from workflows.calendar import WorkingCalendar, at_seven
from workflows.refusal import N_, Reason, Refused

TO = ("owner", "secretary", "superior", "next_superior", "standing_list")
MOST, EARLIEST, LATEST = 12, -60, 250  # steps of one ladder; working days from the last good one


class Step(NamedTuple):
    """One rung: how many working days from the last good day it fires, and who hears of it.

    `rung` is its name: reminders end with 0, what is told once it is late begins with 1. `height` is
    how many bodies above the late one it is heard: 0 is its own secretary.
    """

    rung: int
    after: int
    to: str
    height: int


def parse_steps(given: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of [{"after": 1, "to": "secretary"}, …], in order; those of the house for an empty
    list.

    Raises Refused (LADDER) with everything that is wrong: what cannot be read, steps out of order,
    and a ladder that goes down, stands still or skips a level.
    """
    if not given:
        return DEFAULT_STEPS
    problems = [_problem(n, given) for n in range(len(given))]
    found = [problem for problem in problems if problem is not None]
    if len(given) > MOST:
        found.append(_reason(N_("Thang đôn đốc có nhiều nhất %(most)s bậc."), 0, most=MOST))
    if found:
        raise Refused(*found)
    return _numbered([(step["after"], step["to"]) for step in given])


def fires(
    steps: Sequence[Step], effective_due: date, calendar: WorkingCalendar
) -> list[tuple[Step, datetime]]:
    """Each step with the instant at which it fires when nothing happens meanwhile, in order."""
    return [(step, fires_at(step, effective_due, calendar)) for step in steps]


def fires_at(step: Step, counted_from: date, calendar: WorkingCalendar) -> datetime:
    """07:00 of the working day on which a step fires, as aware UTC."""
    return at_seven(calendar.add_working_days(counted_from, step.after))


class Counted(Protocol):
    """What a ladder's rungs are counted from."""

    @property
    def counted_from(self) -> date | None: ...
    @property
    def effective_due(self) -> date: ...


def rings_at(step: Step, clock: Counted, calendar: WorkingCalendar) -> datetime:
    """When a step of this deadline fires: from its last good day, or the later day it counts from."""
    return fires_at(step, clock.counted_from or clock.effective_due, calendar)


def start(steps: Sequence[Step]) -> int:
    """The rung of a deadline of which nothing has been told yet."""
    return steps[0].rung - 1


def following(steps: Sequence[Step], rung: int) -> Step | None:
    """The step after the rung that was climbed last; None at the end."""
    return next((step for step in steps if step.rung > rung), None)


def _numbered(pairs: Sequence[tuple[int, str]]) -> tuple[Step, ...]:
    """The steps with their rungs and heights."""
    reminders = sum(after < 0 for after, _ in pairs)
    steps: list[Step] = []
    height = 0
    for place, (after, to) in enumerate(pairs):
        height += to in ("superior", "next_superior")
        steps.append(Step(place + 1 - reminders, after, to, height))
    return tuple(steps)


# The house's own (domain §3.5), where a campaign says nothing else.
DEFAULT_STEPS = _numbered(
    [
        (-5, "owner"),
        (-1, "owner"),
        (1, "secretary"),
        (3, "superior"),
        (7, "next_superior"),
        (15, "standing_list"),
    ]
)


def _problem(n: int, given: Sequence[Mapping[str, Any]]) -> Reason | None:
    """What is wrong with the n-th step, seen after those before it."""
    after, to = _read(given[n])
    before = [_read(step) for step in given[:n]]
    if after is None:
        return _reason(
            N_("Bậc %(n)s chưa ghi số ngày làm việc (từ %(first)s đến %(last)s)."),
            n,
            first=EARLIEST,
            last=LATEST,
        )
    if to not in TO:
        return _reason(N_("Bậc %(n)s: nơi nhận “%(to)s” chưa có trong danh mục."), n, to=to)
    if after == 0 or (after < 0) != (to == "owner"):
        return _reason(
            N_("Bậc %(n)s: trước hạn chỉ nhắc người làm; từ ngày đầu quá hạn mới báo lên."), n
        )
    if before and before[-1][0] is not None and after <= before[-1][0]:
        return _reason(N_("Bậc %(n)s phải sau bậc trước ít nhất một ngày làm việc."), n)
    return _wrong_way(n, to, [name for _, name in before])


def _wrong_way(n: int, to: str, before: list[str]) -> Reason | None:
    """A ladder climbs: a body is told once, and none is skipped."""
    if to in before and to not in ("owner", "next_superior"):
        return _reason(N_("Bậc %(n)s quay lại nơi đã báo: thang đôn đốc không đi vòng."), n)
    if to == "secretary" and any(name not in ("owner",) for name in before):
        return _reason(N_("Bậc %(n)s đi xuống: thang đôn đốc chỉ đi lên."), n)
    if to == "next_superior" and "superior" not in before:
        return _reason(N_("Bậc %(n)s vượt cấp: phải báo cấp trên trực tiếp trước."), n)
    if to == "standing_list" and "superior" not in before:
        return _reason(N_("Bậc %(n)s: danh sách chỉ lập sau khi đã báo cấp trên."), n)
    if "standing_list" in before:
        return _reason(N_("Bậc %(n)s: sau danh sách của ban thường vụ không còn bậc nào."), n)
    if to == "superior" and "next_superior" in before:
        return _reason(N_("Bậc %(n)s đi xuống: thang đôn đốc chỉ đi lên."), n)
    return None


def _read(step: Any) -> tuple[int | None, str]:
    """(working days, who hears) of one step as given; None for days that are no such number."""
    if not isinstance(step, Mapping):
        return None, ""
    after, to = step.get("after"), step.get("to")
    if isinstance(after, bool) or not isinstance(after, int) or not EARLIEST <= after <= LATEST:
        after = None
    return after, to if isinstance(to, str) else ""


def _reason(text: str, n: int, **values: Any) -> Reason:
    return Reason("LADDER", text, {"n": n + 1, **values}, place=f"ladder.{n + 1}")
