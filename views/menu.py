"""Everything one may open, as one list: what a phone's “Thêm” leads to."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template

import clock
from models.person import Person
from views.addresses import address
from views.frame import held_posts
from views.loaders import viewer
from views.policy import policy
from workflows import proxies
from workflows.in_person import TELLERS

blueprint = Blueprint("menu", __name__)


@blueprint.get("/menu")
@policy("signed_in")
def index() -> str:
    person, now = viewer(), clock.now()
    return render_template(
        "menu/index.html",
        account=address("auth.account"),
        me=address("member.index"),
        proxies=_proxies(person, now),
        in_person=_in_person(person),
    )


def _proxies(person: Person, now: datetime) -> str:
    """Where he types for members: his cell, or from above the page that lists the cells; "" where for
    nobody."""
    cells = proxies.served(person, now)
    clerk = next((post.unit for post in held_posts(person) if post.role == "clerk"), None)
    if clerk is not None and len(cells) > 1:
        return address("proxies.index", code=clerk.code)
    mine = next((cell for cell in cells if proxies.may_type(cell, person, now)), None)
    return address("proxies.index", code=mine.code) if mine is not None else ""


def _in_person(person: Person) -> str:
    """Whom to tell in person, of the first body whose office that is his; "" where there is none."""
    unit = next((post.unit for post in held_posts(person) if post.role in TELLERS), None)
    return address("in_person.index", code=unit.code) if unit is not None else ""
