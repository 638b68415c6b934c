"""What stands around every page: navigation by the posts one holds, who one is, the clock's banner,
the foot."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

import clock
from models.base import forget_transaction
from models.kinds import PERSONAL
from models.person import Person
from models.queries.seats import Seat
from models.rehearsal import offset
from views import present
from views.addresses import address
from views.navigation import Item, navigation, tab_bar
from views.words import english, gettext
from workflows.edge import edge
from workflows.prints.words import paragraphs
from workflows.scope import member_unit_ids
from workflows.standing import standing

THEMES = ("light", "dark")
THEME_COOKIE = "duyet_theme"


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


def install(app: Flask) -> None:
    """Gives every template `frame`, and the helpers of `views.present` as filters."""
    app.context_processor(lambda: {"frame": frame()})
    for name in (
        "day", "long_day", "short_day", "instant", "short_instant", "real_instant", "bounded",
        "kind_words", "unit_name", "body_name", "post_name", "document_name", "state_words", "iso",
    ):  # fmt: skip
        app.add_template_filter(getattr(present, name), name)
    app.add_template_filter(paragraphs, "paragraphs")
    app.add_template_test(PERSONAL.__contains__, "personal")


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
        theme_url=address("preferences.theme"),
        language_url=address("preferences.language"),
        log_state=gettext("đang ghi"),
    )
    person = signed_in()
    if person is None:
        return made
    posts = held_posts(person)
    made.nav = navigation(person, posts)
    made.tabbar = tab_bar(made.nav)
    made.name = person.full_name
    made.post = who(person, posts)
    made.me = address("member.index")
    made.notices = address("notices.index")
    made.logout = address("auth.logout")
    waits = edge(person, clock.now())
    made.unread = waits.unread
    if posts:
        made.log_state = gettext("đang ghi, %(size)s việc", size=waits.log_size)
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
