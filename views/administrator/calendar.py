"""The office's own calendar: bridge days off and Saturdays worked."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db
from models.day_off import CalendarDay
from views.administrator.base import blueprint, page
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows.organisation import calendar_days

LISTED = 200


@blueprint.get("/calendar")
@policy("administrator")
def calendar() -> ResponseReturnValue:
    return _page(Sheet())


@blueprint.post("/calendar")
@policy("administrator")
def set_day() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    day = sheet.day("day", required=gettext("Ghi ngày."))
    note = sheet.line("note")
    if sheet.raw("working") not in ("0", "1"):
        sheet.fail("working", gettext("Chọn nghỉ hay làm việc."))
    working = sheet.raw("working") == "1"
    if sheet.attempt(
        lambda session: calendar_days.set_calendar_day(
            session, day=day, working=working, note=note, actor=actor, now=now
        )
    ):
        flash(gettext("Đã ghi vào lịch. Hạn đã tính từ trước không đổi."), "done")
        return redirect(url_for("administrator.calendar"), 303)
    return _page(sheet), 422


@blueprint.post("/calendar/<day>/removal")
@policy("administrator")
def clear_day(day: str) -> ResponseReturnValue:
    sheet, actor, now = Sheet({"day": day}), viewer(), clock.now()
    asked = sheet.day("day", required=gettext("Ghi ngày."))
    if sheet.attempt(
        lambda session: calendar_days.clear_calendar_day(session, day=asked, actor=actor, now=now)
    ):
        flash(gettext("Đã bỏ khỏi lịch; ngày đó theo lịch chung."), "done")
        return redirect(url_for("administrator.calendar"), 303)
    return _page(sheet), 422


def _page(sheet: Sheet) -> str:
    days = db.session.scalars(
        sa.select(CalendarDay).order_by(CalendarDay.day.desc()).limit(LISTED)
    ).all()
    return page("calendar", sheet=sheet, days=days)
