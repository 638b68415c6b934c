"""The office's own calendar: bridge days off and Saturdays worked, one by one or a year's list.

What a change would count again is shown before it is made; nothing is counted that nobody has seen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

import clock
from models.base import db
from models.day_off import CalendarDay
from views import present
from views.administrator.base import blueprint, page
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from views.uploads import chosen, receives_files
from workflows.obligations import Foreseen
from workflows.organisation import calendar_days, calendar_years
from workflows.organisation.calendar_days import Day, Edit
from workflows.refusal import WorkflowError

LISTED = 200
LARGEST_LIST = 200_000  # bytes of a year's list
HEAD = ("Ngày", "Nghỉ hay làm", "Căn cứ")


@blueprint.get("/calendar")
@policy("administrator")
def calendar() -> ResponseReturnValue:
    return _page(Sheet())


@blueprint.post("/calendar")
@policy("administrator")
def set_day() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    day = sheet.day("day", required=gettext("Ghi ngày."))
    note = sheet.line("note", required=gettext("Ghi căn cứ của ngày này."))
    if sheet.raw("working") not in ("0", "1"):
        sheet.fail("working", gettext("Chọn nghỉ hay làm việc."))
    working = sheet.raw("working") == "1"
    return _settle(
        sheet,
        {day: Day(working, note)} if day else {},
        lambda session: calendar_days.set_calendar_day(
            session, day=day, working=working, note=note, actor=actor, now=now
        ),
        again={
            "url": url_for("administrator.set_day"),
            "hidden": {name: sheet.raw(name) for name in ("day", "note", "working")},
            "words": gettext("Ghi vào lịch"),
        },
        done=gettext("Đã ghi vào lịch."),
    )


@blueprint.post("/calendar/<day>/removal")
@policy("administrator")
def clear_day(day: str) -> ResponseReturnValue:
    sheet, actor, now = Sheet({**request.form, "day": day}), viewer(), clock.now()
    asked = sheet.day("day", required=gettext("Ghi ngày."))
    return _settle(
        sheet,
        {asked: None} if asked else {},
        lambda session: calendar_days.clear_calendar_day(session, day=asked, actor=actor, now=now),
        again={
            "url": url_for("administrator.clear_day", day=day),
            "hidden": {},
            "words": gettext("Bỏ khỏi lịch"),
        },
        done=gettext("Đã bỏ khỏi lịch; ngày đó theo lịch chung."),
    )


@blueprint.post("/calendar/year")
@policy("administrator")
@receives_files(LARGEST_LIST + 50_000)
def set_year() -> ResponseReturnValue:
    """A year's list from a file, or carried by the preview. Two lists for one year are compared, and
    the old one gives way only when that is chosen."""
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    try:
        days = _sent()
    except WorkflowError as refusal:
        sheet.reasons = refusal.reasons
        sheet.refuse(refusal.reasons)
        return _page(sheet), 422
    if not days:
        sheet.fail("file", gettext("Chọn tệp XLSX hoặc CSV."))
        return _page(sheet), 422
    found = calendar_years.compare(db.session(), days)
    if not found.edit:
        flash(
            gettext("Không có gì thay đổi: bảng năm %(year)s đã được ghi.", year=found.year), "done"
        )
        return redirect(url_for("administrator.calendar"), 303)
    replace = sheet.ticked("replace")
    again = {
        "url": url_for("administrator.set_year"),
        "hidden": {"carried": _carry(days), "replace": "1" if found.contradicts else ""},
        "words": gettext("Thay bảng cũ") if found.contradicts else gettext("Ghi bảng năm này"),
    }
    if found.contradicts and not replace:
        foreseen = calendar_days.foresee(db.session(), found.edit, now)
        return _page(sheet, foreseen=foreseen, again=again, against=_against(found)), 422
    return _settle(
        sheet,
        found.edit,
        lambda session: calendar_years.set_calendar_year(
            session, days=days, replace=replace, actor=actor, now=now
        ),
        again=again,
        done=gettext("Đã ghi bảng năm %(year)s.", year=found.year),
    )


def _settle(
    sheet: Sheet,
    edit: Edit,
    act: Callable[[Session], Foreseen],
    *,
    again: dict[str, Any],
    done: str,
) -> ResponseReturnValue:
    """Does it when its consequences are none or have been seen (`seen`), else shows them."""
    if not sheet.ok:
        return _page(sheet), 422
    foreseen = calendar_days.foresee(db.session(), edit, clock.now())
    if foreseen.clocks and foreseen.mark != sheet.raw("seen"):
        return _page(sheet, foreseen=foreseen, again=again)
    counted: list[Foreseen] = []
    if not sheet.attempt(lambda session: counted.append(act(session))):
        return _page(sheet), 422
    number = counted[0].obligations
    words = ngettext("%(num)s hạn đang mở đã tính lại.", "%(num)s hạn đang mở đã tính lại.", number)
    flash(f"{done} {words}", "done")
    return redirect(url_for("administrator.calendar"), 303)


def _sent() -> dict[date, Day]:
    """The days of the list that was sent, or that the preview carried; none where there is no
    list."""
    carried = request.form.get("carried", "")
    if carried:
        return calendar_years.read_year(carried.encode(), "carried.csv")
    file = chosen("file")
    if file is None:
        return {}
    return calendar_years.read_year(file.stream.read(LARGEST_LIST + 1), file.filename or "")


def _carry(days: dict[date, Day]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEAD)
    for day, one in sorted(days.items()):
        writer.writerow((day.isoformat(), "làm" if one.working else "nghỉ", one.note))
    return out.getvalue()


def _against(found: calendar_years.Difference) -> dict[str, Any]:
    """Two lists for one year, side by side."""
    return {
        "words": present.sentence(calendar_years.contradiction(found)),
        "rows": [
            (gettext("Chỉ có trong bảng mới"), found.added),
            (gettext("Chỉ có trong bảng đang dùng"), found.removed),
            (gettext("Bảng này nghỉ, bảng kia làm"), found.turned),
        ],
    }


def _page(sheet: Sheet, foreseen: Foreseen | None = None, **more: Any) -> str:
    days = db.session.scalars(
        sa.select(CalendarDay).order_by(CalendarDay.day.desc()).limit(LISTED)
    ).all()
    shifts = [
        (present.requirement_words(requirement), before, after, number)
        for requirement, before, after, number in (foreseen.by_requirement() if foreseen else ())
    ]
    return page("calendar", sheet=sheet, days=days, foreseen=foreseen, shifts=shifts, **more)
