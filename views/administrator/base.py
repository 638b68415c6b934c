"""What the administrator's pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.person import Person
from views import health, office
from workflows.calendar import local_day

blueprint = Blueprint("administrator", __name__, url_prefix="/administrator")


def page(template: str, **values: Any) -> str:
    """A page of the administrator, under the tabs of his office."""
    return render_template(
        f"administrator/{template}.html",
        areas=_areas(),
        alarms=health.alarms(),
        office=office,
        today=local_day(clock.now()),
        **values,
    )


def load(table: type, row_id: int) -> Any:
    """The row with this id, or 404."""
    row = db.session.get(table, row_id)
    if row is None:
        abort(404)
    return row


def load_person(person_id: int) -> Person:
    person: Person = load(Person, person_id)
    return person


def _areas() -> list[dict[str, Any]]:
    areas = (
        (gettext("Đơn vị"), "administrator.index", ("units", "levels", "import")),
        (gettext("Người"), "administrator.people", ("people", "posts")),
        (gettext("Tài khoản"), "administrator.accounts", ("accounts",)),
        (gettext("Ủy quyền"), "administrator.delegations", ("delegations",)),
        (gettext("Đợt"), "administrator.campaigns", ("campaigns",)),
        (gettext("Ngày nghỉ, ngày làm bù"), "administrator.calendar", ("calendar",)),
        (gettext("Hệ thống"), "administrator.system", ("system", "deliveries")),
    )
    here = request.path.removeprefix(url_for("administrator.index")).strip("/").split("/")[0]
    return [
        {
            "words": words,
            "url": url_for(endpoint),
            "current": here in parts or (not here and "units" in parts),
            "count": None,
            "late": False,
        }
        for words, endpoint, parts in areas
    ]
