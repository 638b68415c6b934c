"""Campaigns as the administrator's pages show them. Persons are only counted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from models.base import db
from models.campaign import Campaign
from models.unit import Level, Unit
from views import present
from workflows import campaigns as acts
from workflows.calendar import Due, WorkingCalendar
from workflows.campaigns import Finding, Preview
from workflows.obligations import AFTER_EVENT
from workflows.obligations.reach import by_unit
from workflows.tables import UNREADABLE, FileError

LINE = re.compile(r"at line (\d+)")

DESKS = 5  # bodies named in one week
BODIES = 3  # bodies named of one rung
WEEKS = 60
TONES = {"error": ("late", "g-late"), "warn": ("wait", "g-ask"), "info": ("", "info")}


def listed(campaign: Campaign) -> dict[str, Any]:
    """A line of the list."""
    state, progress = acts.state_of(campaign), acts.progress_of(campaign.id)
    return {
        "code": campaign.code,
        "title": campaign.title,
        "year": campaign.year,
        "unit": present.unit_name(campaign.unit),
        "state": state,
        "badge": badge(state, progress.percent),
        "opened": present.instant(campaign.opened_at),
    }


def badge(state: str, percent: int) -> tuple[str, str, str]:
    """Words, tone and glyph of a campaign's state."""
    return {
        "draft": (gettext("Bản nháp"), "paper", "g-draft"),
        "opening": (gettext("Đang mở, %(percent)s %%", percent=percent), "wait", "g-now"),
        "open": (gettext("Đang chạy"), "done", "g-ok"),
        "closed": (gettext("Đã kết thúc"), "", "g-in"),
    }[state]


def findings(found: Iterable[Finding]) -> list[dict[str, str]]:
    """What the check says, as lines: the worst first."""
    return [
        {
            "tone": TONES[one.level][0],
            "glyph": TONES[one.level][1],
            "level": one.level,
            "key": one.key,
            "code": one.code,
            "wrong": present.sentence(one.wrong),
            "change": present.sentence(one.change),
        }
        for one in found
    ]


def foretold(seen: Preview) -> dict[str, Any]:
    """A preview for the page."""
    levels = levelnames()
    asked = [
        {
            "code": row.requirement.code,
            "label": label(row.requirement),
            "owners": owners(row.requirement.owes, row.levels, levels),
            "number": row.number,
            **days(row.due),
        }
        for row in seen.asked
    ]
    return {
        "findings": findings(seen.findings),
        "ready": seen.ready,
        "total": seen.total,
        "asked": asked,
        "weeks": _weeks(seen),
        "climbs": _climbs(seen),
    }


def asked(campaign: Campaign) -> list[dict[str, Any]]:
    """The requirements of a campaign that is stored, with their days by today's calendar."""
    levels = levelnames()
    calendar = WorkingCalendar.of(db.session())
    return [
        {
            "code": row.code,
            "label": label(row),
            "owners": "; ".join(levels.get(level, level) for level in row.levels),
            "whose": whose(row.owes),
            "pilots": row.pilots,
            "ended": present.day(present.local_day(row.ended_at)) if row.ended_at else "",
            **days(
                None
                if row.due.get("kind") == AFTER_EVENT
                else calendar.effective_due(row.due, roll=campaign.roll_days_off)
            ),
            "after": row.due.get("days"),
        }
        for row in campaign.requirements
    ]


def label(requirement: Any) -> str:
    """What is owed, of a row or of what a file says."""
    return present.requirement_words(requirement)


def levelnames() -> dict[str, str]:
    """Code → name of every tier, in the viewer's language."""
    return {
        level.code: present.own_name(level.name_vi, level.name_en)
        for level in db.session.scalars(sa.select(Level))
    }


def days(due: Due | None) -> dict[str, str]:
    """Nominal and effective day; what is counted from an event has none yet."""
    if due is None:
        return {"nominal": "", "effective": "", "rolled": ""}
    return {
        "nominal": present.long_day(due.nominal),
        "effective": present.long_day(due.effective),
        "rolled": "1" if due.nominal != due.effective else "",
    }


def whose(owes: str) -> str:
    """Who owes, in words."""
    return {
        "unit": gettext("đơn vị"),
        "unit_with_non_members": gettext("đơn vị có người chưa phải đảng viên"),
        "member": gettext("từng đảng viên"),
        "non_member": gettext("từng người chưa phải đảng viên"),
    }[owes]


def owners(owes: str, numbers: dict[str, int], levels: dict[str, str]) -> str:
    """How many owe, by level: “7 Chi bộ, 3 Cơ sở”; persons with the level they belong to."""
    if by_unit(owes):
        return "; ".join(f"{present.figure(n)} {levels.get(c, c)}" for c, n in numbers.items())
    people = {
        "member": gettext("%(count)s đảng viên", count=present.figure(sum(numbers.values()))),
        "non_member": gettext(
            "%(count)s người chưa phải đảng viên", count=present.figure(sum(numbers.values()))
        ),
    }
    return f"{people[owes]} ({'; '.join(levels.get(code, code) for code in numbers)})"


def _weeks(seen: Preview) -> list[dict[str, Any]]:
    """A line a week, the busiest bodies named."""
    by_week: dict[Any, list[Any]] = defaultdict(list)
    for week in seen.weeks:
        by_week[week.monday].append(week)
    shown = list(by_week.items())[:WEEKS]
    called = names({w.unit for _, weeks in shown for w in weeks[:DESKS]})
    return [
        {
            "monday": present.day(monday),
            "decide": sum(w.decide for w in weeks),
            "receive": sum(w.receive for w in weeks),
            "desks": [(called.get(w.unit, w.unit), w.decide + w.receive) for w in weeks[:DESKS]],
            "more": max(0, len(weeks) - DESKS),
        }
        for monday, weeks in shown
    ]


def _climbs(seen: Preview) -> list[dict[str, Any]]:
    """For each requirement its rungs: when, how many, where to."""
    groups: dict[str, dict[tuple[int, Any], Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for climb in seen.climbs:
        groups[climb.requirement][climb.rung, climb.at][climb.to] += climb.number
    nearest = {code for rungs in groups.values() for to in rungs.values() for code in _most(to)}
    called = names(nearest)
    return [
        {
            "label": label(row.requirement),
            "effective": present.day(row.due.effective) if row.due else "",
            "rungs": [
                {
                    "at": present.instant(at),
                    "rung": rung_words(rung),
                    "number": sum(to.values()),
                    "to": [(called.get(code, code), to[code]) for code in _most(to)],
                    "more": max(0, len(to) - BODIES),
                }
                for (rung, at), to in sorted(groups[row.requirement.code].items())
            ],
        }
        for row in seen.asked
        if row.requirement.code in groups
    ]


def _most(to: Counter[str]) -> list[str]:
    """The bodies that most of it comes to."""
    return [code for code, _ in to.most_common(BODIES)]


def rung_words(rung: int) -> str:
    """“Nhắc việc” before the last good day, “Bậc 2” after it."""
    return gettext("Nhắc việc") if rung <= 0 else gettext("Bậc %(n)s", n=rung)


def wrong_words(error: FileError) -> str:
    """What is wrong with a file, for somebody who has it before him: where, and how it is written."""
    if not error.wrong.startswith(UNREADABLE):
        return f"{error.key}: {error.wrong}." if error.key else f"{error.wrong}."
    if line := LINE.search(error.wrong):
        return gettext(
            "Dòng %(line)s viết chưa đúng. Mỗi dòng một mục “tên = giá trị”: chữ trong ngoặc kép, "
            "ngày như 2026-03-31.",
            line=line[1],
        )
    return gettext(
        "Tệp viết chưa đúng hoặc còn dở. Mỗi dòng một mục “tên = giá trị”: chữ trong ngoặc kép, "
        "ngày như 2026-03-31."
    )


def names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name of these units, in the viewer's language."""
    wanted = sorted(codes)
    return {
        unit.code: present.unit_name(unit)
        for unit in db.session.scalars(sa.select(Unit).where(Unit.code.in_(wanted)))
    }
