"""Language and light: small choices, kept with the account, or with the browser before login."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from models.account import Account
from models.base import db, transaction
from models.person import Person
from views.frame import THEMES
from views.policy import policy

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")

LANGUAGES = ("vi", "en")


def locale() -> str:
    """The language of this request, for Babel: the person's, else this browser's, else Vietnamese.

    A program asks for its language with every request (`Accept-Language`).
    """
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or "vi"
    chosen = session.get("language")
    if current_user and current_user.is_authenticated:
        chosen = current_user.person.locale
    return chosen if chosen in LANGUAGES else "vi"


@blueprint.post("/language")
@policy("public")
def language() -> Response:
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            person_id = current_user.person_id
            with transaction():
                db.session.get_one(Person, person_id).locale = chosen
    return back()


@blueprint.post("/theme")
@policy("public")
def theme() -> Response:
    chosen = request.form.get("theme")
    if chosen in THEMES:
        session["theme"] = chosen
        if current_user.is_authenticated:
            account_id = current_user.id
            with transaction():
                db.session.get_one(Account, account_id).theme = chosen
    return back()


def back() -> Response:
    """To the page one came from, and never out of this house."""
    target = request.form.get("next", "")
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return redirect(target if safe and target.isprintable() else "/", 303)
