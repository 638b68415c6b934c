"""What stands around every page: navigation by the posts one holds, who one is, the clock's banner,
the foot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

import clock
from models.base import asked, db, forget_transaction
from models.event import LogHead
from models.notification import Notification
from models.person import Person
from models.queries.seats import Seat
from models.rehearsal import offset
from models.unit import ReportingLine, Unit
from views import present
from views.words import english, gettext
from workflows.prints.words import paragraphs
from workflows.scope import member_unit_ids
from workflows.sittings import awaiting_me
from workflows.sittings.who import OFFICERS as KEEPERS
from workflows.standing import standing

THEMES = ("light", "dark")
THEME_COOKIE = "duyet_theme"
MANY = 100


@dataclass(frozen=True)
class Item:
    """One entry of the navigation."""

    words: str
    short: str
    icon: str
    url: str
    current: bool = False


@dataclass
class Frame:
    locale: str = "vi"
    theme: str | None = None
    home: str = "/"
    here: str = "/"
    rehearsal: str | None = None
    nav: list[Item] = field(default_factory=list)
    tabbar: list[Item] = field(default_factory=list)
    post: str = ""
    name: str = ""
    me: str = ""
    notices: str = ""
    unread: int = 0
    log_state: str = ""
    theme_url: str = ""
    language_url: str = ""
    logout: str | None = None
    known: frozenset[str] = frozenset()  # the views this installation has


def install(app: Flask) -> None:
    """Gives every template `frame`, and the helpers of `views.present` as filters."""
    app.context_processor(lambda: {"frame": frame()})
    for name in (
        "day", "long_day", "short_day", "instant", "short_instant", "bounded",
        "kind_words", "unit_name", "body_name", "post_name", "document_name", "state_words", "iso",
    ):  # fmt: skip
        app.add_template_filter(getattr(present, name), name)
    app.add_template_filter(paragraphs, "paragraphs")


def url(endpoint: str, **values: Any) -> str:
    """The address of a view, or "" where this installation has none of that name."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def signed_in() -> Person | None:
    return current_user.person if current_user and current_user.is_authenticated else None


def frame() -> Frame:
    """The frame of the present request; computed once."""
    if "frame" not in g:
        try:
            g.frame = _frame()
        except SQLAlchemyError:  # the page that says so must not need the database
            forget_transaction()
            g.frame = Frame()
    return g.frame


def _frame() -> Frame:
    locale = "en" if english() else "vi"
    made = Frame(
        locale=locale,
        theme=chosen_theme(),
        here=request.full_path.rstrip("?") if request.method == "GET" else "/",
        rehearsal=present.clock_words(clock.now()) if offset() else None,
        theme_url=url("preferences.theme"),
        language_url=url("preferences.language"),
        log_state=gettext("đang ghi"),
        known=frozenset(current_app.view_functions),
    )
    person = signed_in()
    if person is None:
        return made
    posts = held_posts(person)
    made.nav = navigation(person, posts)
    made.tabbar = tab_bar(made.nav)
    made.name = person.full_name
    made.post = who(person, posts)
    made.me = url("member.index")
    made.notices = url("notices.index")
    made.logout = url("auth.logout")
    made.unread, made.log_state = at_the_edge(person, posts)
    return made


def chosen_theme() -> str | None:
    """The account's choice, or this browser's; None follows the system."""
    chosen = getattr(current_user, "theme", None) or request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None


def held_posts(person: Person) -> list[Seat]:
    """Posts held now, then those delegated."""
    return standing(person, clock.now()).posts


def who(person: Person, posts: list[Seat]) -> str:
    """In what capacity somebody sits here: the first post, or membership, or the administrator."""
    if posts:
        return present.post_name(posts[0])
    if getattr(current_user, "is_administrator", False):
        return gettext("Quản trị")
    for membership in person.memberships:
        if membership.unit_id in member_unit_ids(person, clock.now()):
            name = present.unit_name(membership.unit)
            if membership.standing == "non_member":
                return name
            return gettext("Đảng viên %(unit)s", unit=name)
    return ""


_UNREAD = (
    sa.select(Notification.id)
    .where(Notification.person_id == sa.bindparam("person"), Notification.read_at.is_(None))
    .limit(MANY)
    .subquery()
)
_AT_THE_EDGE = sa.select(
    sa.select(sa.func.count()).select_from(_UNREAD).scalar_subquery(),
    sa.select(LogHead.size).where(LogHead.unit_id == sa.bindparam("unit")).scalar_subquery(),
)


def at_the_edge(person: Person, posts: list[Seat]) -> tuple[int, str]:
    """Notices not yet read, counted up to a hundred; and how far the log of one's own body has
    grown: whether it holds is for `verify` to say."""
    given = {"person": person.id, "unit": posts[0].unit_id if posts else None}
    unread, size = asked(_AT_THE_EDGE, given).one()
    if not posts:
        return unread, gettext("đang ghi")
    return unread, gettext("đang ghi, %(size)s việc", size=size or 0)


def navigation(person: Person, posts: list[Seat]) -> list[Item]:
    """What this person's posts open: everybody the desk and the documents, the rest by office."""
    items: list[tuple[str, str, str, str]] = [
        (gettext("Việc cần làm"), gettext("Việc"), "list", url("desk.index")),
    ]
    if posts or person.memberships:
        items.append((gettext("Văn bản"), gettext("Văn bản"), "doc", url("documents.index")))
    officers = [post for post in posts if post.role != "inspector"]
    if meetings := meetings_url(person, officers):
        items.append((gettext("Sinh hoạt"), gettext("Sinh hoạt"), "people", meetings))
    cell = next((p.unit for p in officers if p.unit.is_cell), None)
    if cell is not None:
        address = url("cell.index", code=cell.code)
        items.append((gettext("Cam kết"), gettext("Cam kết"), "pencil", address))
    elif not officers and person.memberships:
        address = url("member.commitment")
        items.append((gettext("Cam kết của tôi"), gettext("Cam kết"), "pencil", address))
    lists = next((p.unit for p in officers if p.unit.has_cells), None)
    if cell is None and lists is not None:
        address = url("cell.index", code=lists.body_code)
        items.append((gettext("Cam kết"), gettext("Cam kết"), "people", address))
    above = next((p.unit for p in officers if p.unit.leads), None)
    if above is not None:
        address = url("committee.index", code=above.body_code)
        items.append((gettext("Theo dõi hạn"), gettext("Hạn"), "g-clock", address))
    clerk = next((p.unit for p in officers if p.role == "clerk"), None)
    if clerk is not None:
        address = url("clerk.index", code=clerk.code)
        items.append((gettext("Sổ văn bản"), gettext("Sổ"), "book", address))
    if any(post.role == "inspector" for post in posts):
        items.append((gettext("Kiểm tra"), gettext("Kiểm tra"), "eye", url("inspector.index")))
    if getattr(current_user, "is_administrator", False):
        items.append(
            (gettext("Quản trị"), gettext("Quản trị"), "people", url("administrator.index"))
        )
    items.append((gettext("Tổ chức"), gettext("Tổ chức"), "tree", url("units.index")))
    made = [Item(*item) for item in items if item[3]]
    current = max(
        (item for item in made if reached(item.url)), key=lambda item: len(item.url), default=None
    )
    if current is None and request.path.startswith("/sittings/"):
        current = next((item for item in made if item.url.endswith("/sittings")), None)
    return [
        Item(i.words, i.short, i.icon, i.url, current=current is not None and i.url == current.url)
        for i in made
    ]


def meetings_url(person: Person, posts: list[Seat]) -> str:
    """Where the meetings are that one keeps the papers of, or is to confirm; "" where there are
    none."""
    kept = [post for post in posts if post.role in KEEPERS]
    own = {post.unit_id: post.unit for post in kept if post.unit.meets}
    serves = any(post.role == "clerk" and not post.unit.meets for post in kept)
    if len(own) == 1 and not serves:
        return url("sitting.index", code=next(iter(own.values())).code)
    if own or (serves and any(meets_below(post.unit_id) for post in kept)) or awaiting_me(person):
        return url("sitting.mine")
    return ""


def meets_below(unit_id: int) -> bool:
    """Whether a body that decides by meeting reports to this one."""
    below = (
        sa.select(ReportingLine.id)
        .join(Unit, ReportingLine.unit_id == Unit.id)
        .where(ReportingLine.superior_id == unit_id, Unit.meets)
        .limit(1)
    )
    return db.session.scalar(below) is not None


def reached(address: str) -> bool:
    """Whether the present page lies at or under this address."""
    if address == "/":
        return request.path == "/"
    return request.path == address or request.path.startswith(address.rstrip("/") + "/")


def tab_bar(nav: list[Item]) -> list[Item]:
    """Three places and the rest, for a phone's lower edge."""
    more = url("menu.index")
    if not more:
        return nav[:4]
    rest = Item(gettext("Thêm"), gettext("Thêm"), "menu", more, current=request.path == more)
    return [*nav[:3], rest]
