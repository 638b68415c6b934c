"""The address at which a person's own programs read his deadlines, and the page that gives it out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

import clock
from config import Settings
from models.base import db, transaction
from models.person import Person
from models.queries.lines import Body
from views import preferences, present
from views.loaders import viewer
from views.policy import policy
from workflows import feed, throttle

blueprint = Blueprint("feed", __name__)

LONGEST = 100  # characters of a token


@blueprint.get("/calendar/<token>.ics")
@policy("public")
def calendar(token: str) -> ResponseReturnValue:
    """Whoever knows the address reads; unknown and revoked are the same 404."""
    real = clock.real_now()
    try:
        with transaction():
            person = feed.open_by(token, now=real) if len(token) <= LONGEST else None
        if person is None:
            place = throttle.network_of(request.remote_addr or "")
            throttle.take_a_try({"address": throttle.key_of("feed", place)}, real)
            abort(404)
    except (feed.TooOften, throttle.TooManyAttempts) as often:
        answer = current_app.response_class(status=429)
        answer.headers["Retry-After"] = str(often.seconds)
        return answer
    return _file(person)


@blueprint.post("/preferences/calendar")
@policy("signed_in")
def give() -> ResponseReturnValue:
    """A new address, shown this once; the one before ends."""
    person_id = viewer().id
    with transaction():
        token = feed.give(db.session.get_one(Person, person_id), now=clock.real_now())
    address = f"{_settings().public_url}{url_for('feed.calendar', token=token)}"
    return preferences.page_with_address(address)


@blueprint.post("/preferences/calendar/revocation")
@policy("signed_in")
def revoke() -> ResponseReturnValue:
    person_id = viewer().id
    with transaction():
        feed.revoke(db.session.get_one(Person, person_id), now=clock.real_now())
    flash(gettext("Đã thu hồi địa chỉ lịch; chương trình lịch không lấy được nữa."), "done")
    return redirect(url_for("preferences.index", _anchor="calendar"), 303)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _file(person: Person) -> ResponseReturnValue:
    base = _settings().public_url
    with force_locale(person.locale if person.locale in preferences.LANGUAGES else "vi"):
        body = feed.render(
            feed.entries_for(person, clock.now()),
            name=gettext("Duyệt: hạn việc"),
            host=urlsplit(base).hostname or "localhost",
            stamp=clock.real_now(),
            words=lambda entry: (summary(entry), _page_of(entry, base)),
        )
    answer = current_app.response_class(body, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Content-Disposition"] = 'inline; filename="duyet.ics"'
    return answer


def _page_of(entry: feed.Entry, base: str) -> str:
    paper = entry.line.document if entry.line else None
    return f"{base}/documents/{paper.id}" if paper else f"{base}/"


def summary(entry: feed.Entry) -> str:
    """What is due, of which unit: “Cho ý kiến: Kế hoạch – Chi bộ Dự phòng”."""
    if entry.owed is not None:
        owed = entry.owed
        what = present.label({"vi": owed.requirement.label_vi, "en": owed.requirement.label_en})
        where = present.unit_name(owed.unit)
        done = owed.state in ("fulfilled", "fulfilled_late")
        head = gettext("Đã xong") if done else gettext("Đến hạn")
    else:
        assert entry.line is not None
        what, unit = _of_task(entry)
        where = present.own_name(unit.name, unit.name_en)
        head = _act_words(entry.line.action)
    return f"{head}: {what} – {where}"


def _of_task(entry: feed.Entry) -> tuple[str, Body]:
    line = entry.line
    assert line is not None
    if line.document is not None:
        return present.kind_words(line.document.kind, line.document.type), line.document.unit
    assert line.obligation is not None
    owed = line.obligation
    return present.label({"vi": owed.label_vi, "en": owed.label_en}), owed.unit


def _act_words(action: str) -> str:
    return {
        "create": gettext("Lập"),
        "submit": gettext("Hoàn chỉnh và trình"),
        "review": gettext("Cho ý kiến"),
        "approve": gettext("Ra quyết định"),
        "meet": gettext("Đưa ra cuộc họp"),
        "report": gettext("Báo cáo cấp trên"),
        "receive": gettext("Tiếp nhận"),
        "confirm": gettext("Đối chiếu, xác nhận"),
    }.get(action, gettext("Việc chờ"))
