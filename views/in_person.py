"""Whom to tell in person: people without mail, and what waits for each; a list to be printed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.unit import Unit
from views import present
from views.loaders import load_unit, viewer
from views.notice_words import words
from views.policy import policy
from workflows import in_person
from workflows.in_person import Waiting

blueprint = Blueprint("in_person", __name__, url_prefix="/units/<code>/in-person")


def _load(code: str) -> Unit:
    """The unit, for those whose office it is to tell its people."""
    unit = load_unit(code)
    if not in_person.may_tell(unit, viewer(), clock.now()):
        abort(404)
    return unit


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    return _page(_load(code))


def _page(unit: Unit, problems: list[dict[str, str]] | None = None) -> str:
    found = in_person.waiting(unit, viewer(), clock.now())
    return render_template(
        "in_person/index.html",
        unit=unit,
        people=[
            {
                "name": person.full_name,
                "phone": person.phone or "",
                "mail": bool(person.email),
                "rows": [_row(one) for one in rows],
            }
            for person, rows in groupby(found, key=lambda one: one.person)
        ],
        today=present.local_day(clock.now()),
        problems=problems or [],
    )


@blueprint.post("")
@policy("unit")
def tell(code: str) -> Response | tuple[str, int]:
    """Ticked: told in person. Each is an event."""
    unit = _load(code)
    keys = set(request.form.getlist("told")[: in_person.MOST])
    if not keys:
        sentence = gettext("Chưa chọn việc nào. Chọn việc đã báo rồi bấm lại.")
        return _page(unit, [{"place": "", "text": sentence, "rule": ""}]), 422
    with transaction():
        count = in_person.tell(
            unit, keys, actor=viewer(), now=clock.now(), real_now=clock.real_now()
        )
    flash(
        ngettext(
            "Đã ghi: báo trực tiếp %(num)s việc.", "Đã ghi: báo trực tiếp %(num)s việc.", count
        )
        if count
        else gettext("Các việc này đã được ghi, hoặc không còn chờ."),
        "done",
    )
    return redirect(url_for("in_person.index", code=unit.code), 303)


def _row(one: Waiting) -> dict[str, Any]:
    what = words(one.notice) if one.notice is not None else _owed_words(one)
    return {
        "key": one.key,
        "what": what,
        "due": present.day(present.last_day(one.due_at)) if one.due_at else "",
    }


def _owed_words(one: Waiting) -> str:
    assert one.task is not None
    assert one.task.obligation is not None
    requirement = one.task.obligation.requirement
    if requirement.kind == "commitment":
        return gettext("Viết bản cam kết năm %(year)s.", year=requirement.campaign.year)
    if requirement.kind == "self_report":
        return gettext("Viết: %(what)s.", what=present.requirement_words(requirement))
    if requirement.kind == "review":
        return gettext("Ghi sổ họp: %(what)s.", what=present.requirement_words(requirement))
    return gettext("Lập văn bản: %(what)s.", what=present.requirement_words(requirement))
