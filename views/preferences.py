"""What one chooses for oneself: language, light, how to hear of what. Kept with the account, and
before login with the browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from models.account import Account
from models.base import db, transaction
from models.person import Person
from views.forms import Form
from views.frame import THEME_COOKIE, THEMES
from views.loaders import viewer
from views.policy import policy
from workflows import feed, preferences
from workflows.refusal import Refused

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")

LANGUAGES = ("vi", "en")
AT_LOGIN = "language_at_login"  # chosen before logging in: whoever then logs in reads it
AUTO = "auto"  # as the system has it
A_YEAR = 365 * 24 * 3600


def locale() -> str:
    """The language of this request, for Babel: the person's, else this browser's, else Vietnamese.

    A program asks for its language with every request (`Accept-Language`).
    """
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or "vi"
    chosen = session.get("language")
    try:
        if current_user and current_user.is_authenticated:
            chosen = current_user.person.locale
    except SQLAlchemyError:  # the page that says so must not need the database
        db.session.rollback()
    return chosen if chosen in LANGUAGES else "vi"


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    return _page(Form(preferences.chosen(viewer())))


@blueprint.post("/notices")
@policy("signed_in")
def notices() -> ResponseReturnValue:
    """How to hear of what; nothing is kept unless all of it can be."""
    form = Form(request.form)
    choices = {topic: form.raw(topic) for topic in preferences.TOPICS}
    person_id = viewer().id
    try:
        with transaction():
            preferences.choose(db.session.get_one(Person, person_id), choices)
    except Refused as refusal:
        form.refuse(refusal.reasons)
        return _page(form), 422
    flash(gettext("Đã lưu cách nhận thông báo."), "done")
    return redirect(url_for("preferences.index"), 303)


@blueprint.post("/language")
@policy("public")
def language() -> Response:
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            keep_language(current_user.person_id, chosen)
        else:
            session[AT_LOGIN] = chosen
    return back()


def keep_language(person_id: int, chosen: str) -> None:
    """The person's language from now on, in every browser."""
    with transaction():
        db.session.get_one(Person, person_id).locale = chosen


@blueprint.post("/theme")
@policy("public")
def theme() -> Response:
    """Light, dark, or as the system has it: for this browser, and for the account."""
    chosen = request.form.get("theme")
    answer = back()
    if chosen not in (*THEMES, AUTO):
        return answer
    if chosen == AUTO:
        answer.delete_cookie(THEME_COOKIE)
    else:
        answer.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    if current_user.is_authenticated:
        account_id = current_user.id
        with transaction():
            db.session.get_one(Account, account_id).theme = None if chosen == AUTO else chosen
    return answer


def back() -> Response:
    """To the page one came from, and never out of this house."""
    target = request.form.get("next", "")
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return redirect(target if safe and target.isprintable() else "/", 303)


def page_with_address(address: str) -> str:
    """The page, with the calendar address that was just given out and is not shown again."""
    return _page(Form(preferences.chosen(viewer())), address)


def _page(form: Form, address: str = "") -> str:
    return render_template(
        "preferences/index.html",
        feed=feed.working(viewer()),
        address=address,
        form=form,
        problems=form.problems(),
        topics=[_topic(topic) for topic in preferences.TOPICS],
        has_mail=bool(viewer().email),
    )


def _topic(topic: str) -> dict[str, object]:
    words = how_words()
    label, example = topic_words(topic)
    default = words[preferences.DEFAULTS[topic]]
    return {
        "name": topic,
        "label": label,
        "help": gettext(
            "%(example)s Chưa chọn thì: %(how)s.", example=example, how=default.lower()
        ),
        "options": [(how, words[how]) for how in preferences.allowed(topic)],
    }


def how_words() -> dict[str, str]:
    return {
        preferences.AT_ONCE: gettext("Gửi thư ngay"),
        preferences.DIGEST: gettext("Gộp trong thư buổi sáng"),
        preferences.APP: gettext("Chỉ xem ở đây"),
    }


def topic_words(topic: str) -> tuple[str, str]:
    """What a topic is called, and when it is told."""
    return {
        "waits": (
            gettext("Có việc chờ"),
            gettext("Khi văn bản đến lượt cần soạn, cho ý kiến, ký, báo cáo hoặc tiếp nhận."),
        ),
        "returned": (
            gettext("Văn bản được trả lại"),
            gettext("Khi cấp cho ý kiến hoặc cấp trên trả lại để bổ sung."),
        ),
        "due_soon": (
            gettext("Việc sắp đến hạn"),
            gettext("Khi hạn gần đến mà việc chưa xong."),
        ),
        "escalated": (
            gettext("Việc quá hạn báo lên"),
            gettext("Khi việc quá hạn được báo đến đây; việc này luôn kèm thư."),
        ),
        "decided": (
            gettext("Văn bản đã có quyết định"),
            gettext("Khi văn bản do mình soạn được cho ý kiến, thông qua hoặc bãi bỏ."),
        ),
        "received": (
            gettext("Cấp trên đã tiếp nhận"),
            gettext("Khi cấp trên ghi đã nhận văn bản do mình soạn hoặc báo cáo."),
        ),
        "read": (
            gettext("Có người đọc bản cam kết"),
            gettext("Khi người có trách nhiệm mở đọc bản cam kết của mình."),
        ),
        "body": (
            gettext("Tình hình đơn vị mỗi sáng"),
            gettext(
                "Số việc chờ, sắp đến hạn, quá hạn của đơn vị đang giữ chức vụ; không nêu tên ai."
            ),
        ),
    }[topic]
