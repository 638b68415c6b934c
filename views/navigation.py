"""Navigation by the posts one holds."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from flask import request
from flask_login import current_user

import clock
from models.base import db
from models.person import Person
from models.queries.seats import Seat
from models.unit import ReportingLine, Unit
from views.addresses import address
from views.words import gettext
from workflows.edge import edge
from workflows.sittings.who import OFFICERS as KEEPERS


class Item(NamedTuple):
    """One entry of the navigation."""

    words: str
    short: str
    icon: str
    url: str
    current: bool = False


def navigation(person: Person, posts: list[Seat]) -> list[Item]:
    """What this person's posts open: everybody the desk and the documents, the rest by office."""
    items: list[tuple[str, str, str, str]] = [
        (gettext("Việc cần làm"), gettext("Việc"), "list", address("desk.index")),
    ]
    if posts or person.memberships:
        items.append((gettext("Văn bản"), gettext("Văn bản"), "doc", address("documents.index")))
    officers = [post for post in posts if post.role != "inspector"]
    if meetings := meetings_url(person, officers):
        items.append((gettext("Sinh hoạt"), gettext("Sinh hoạt"), "people", meetings))
    cell = next((p.unit for p in officers if p.unit.is_cell), None)
    if cell is not None:
        url = address("cell.index", code=cell.code)
        items.append((gettext("Cam kết"), gettext("Cam kết"), "pencil", url))
    elif not officers and person.memberships:
        url = address("member.commitment")
        items.append((gettext("Cam kết của tôi"), gettext("Cam kết"), "pencil", url))
    lists = next((p.unit for p in officers if p.unit.has_cells), None)
    if cell is None and lists is not None:
        url = address("cell.index", code=lists.body_code)
        items.append((gettext("Cam kết"), gettext("Cam kết"), "people", url))
    above = next((p.unit for p in officers if p.unit.leads), None)
    if above is not None:
        url = address("committee.index", code=above.body_code)
        items.append((gettext("Theo dõi hạn"), gettext("Hạn"), "g-clock", url))
    clerk = next((p.unit for p in officers if p.role == "clerk"), None)
    if clerk is not None:
        url = address("clerk.index", code=clerk.code)
        items.append((gettext("Sổ văn bản"), gettext("Sổ"), "book", url))
    if any(post.role == "inspector" for post in posts):
        items.append((gettext("Kiểm tra"), gettext("Kiểm tra"), "eye", address("inspector.index")))
    if getattr(current_user, "is_administrator", False):
        items.append(
            (gettext("Quản trị"), gettext("Quản trị"), "people", address("administrator.index"))
        )
    items.append((gettext("Tổ chức"), gettext("Tổ chức"), "tree", address("units.index")))
    current = _current([item[3] for item in items])
    return [Item(*item, current=item[3] == current) for item in items]


def _current(urls: list[str]) -> str:
    """The entry under which the present page lies; "" where there is none."""
    longest = max((url for url in urls if reached(url)), key=len, default="")
    if not longest and request.path.startswith("/sittings/"):
        return next((url for url in urls if url.endswith("/sittings")), "")
    return longest


def meetings_url(person: Person, posts: list[Seat]) -> str:
    """Where the meetings are that one keeps the papers of, or is to confirm; "" where there are
    none."""
    kept = [post for post in posts if post.role in KEEPERS]
    own = {post.unit_id: post.unit for post in kept if post.unit.meets}
    serves = any(post.role == "clerk" and not post.unit.meets for post in kept)
    if len(own) == 1 and not serves:
        return address("sitting.index", code=next(iter(own.values())).code)
    if own or (serves and any(meets_below(post.unit_id) for post in kept)):
        return address("sitting.mine")
    return address("sitting.mine") if edge(person, clock.now()).minutes else ""


def meets_below(unit_id: int) -> bool:
    """Whether a body that decides by meeting reports to this one."""
    below = (
        sa.select(ReportingLine.id)
        .join(Unit, ReportingLine.unit_id == Unit.id)
        .where(ReportingLine.superior_id == unit_id, Unit.meets)
        .limit(1)
    )
    return db.session.scalar(below) is not None


def reached(url: str) -> bool:
    """Whether the present page lies at or under this address."""
    if url == "/":
        return request.path == "/"
    return request.path == url or request.path.startswith(url.rstrip("/") + "/")


def tab_bar(nav: list[Item]) -> list[Item]:
    """Three places and the rest, for a phone's lower edge."""
    more = address("menu.index")
    rest = Item(gettext("Thêm"), gettext("Thêm"), "menu", more, current=request.path == more)
    return [*nav[:3], rest]
