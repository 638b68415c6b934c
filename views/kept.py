"""A form that could not be taken, kept for who wrote it and shown to nobody else.

Every form carries the mark of the account it was made for. Comes it back without a valid token, or
after the session has ended, its fields go on to the login page sealed, and are shown again, to be
sent again, to that account only: a telephone may have gone to another hand meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import SQLAlchemyError

from models.base import forget_transaction
from views.field_words import field_words

WHOSE, SEALED = "whose", "kept"  # the fields' names
NOT_TYPED = ("csrf_token", WHOSE, SEALED)
BUTTONS = ("revision", "version", "next", "save", "seen", "carried")  # carried, never shown
LONG = 80  # letters from which a field is a text
MOST = 1_500_000  # letters of a sealed form that a page carries


@dataclass(frozen=True)
class Kept:
    """The fields of a form, where it was going, and the id of the account it was made for."""

    owner: int | None
    path: str | None
    fields: list[tuple[str, str]]
    with_files: bool = False

    @property
    def rows(self) -> list[dict[str, object]]:
        """The fields for the page: those with words are shown, the rest only goes along."""
        return [
            {"name": name, "value": value, "words": _words(name, value), "long": _is_long(value)}
            for name, value in self.fields
        ]

    @property
    def is_typed(self) -> bool:
        """Whether anything of it was written by hand."""
        return any(row["words"] for row in self.rows)


def install(app: Flask) -> None:
    """Gives the forms the mark of their account: `form_owner()`."""
    app.jinja_env.globals["form_owner"] = form_owner


def form_owner() -> str:
    """The mark of the account that looks; once the database has failed to say, the one that came in."""
    if "form_owner" not in g:
        try:
            known = not g.get("database_failed") and current_user.is_authenticated
            g.form_owner = _marks().dumps(current_user.id) if known else ""
        except SQLAlchemyError:  # the page that says so must not need the database
            forget_transaction()
            g.form_owner = ""
        if g.get("database_failed"):
            g.form_owner = request.form.get(WHOSE, "")
    return str(g.form_owner)


def of_request() -> Kept:
    """What the present request brought: a form, or one that was sealed before."""
    if sealed := request.form.get(SEALED):
        return opened(sealed)
    fields = [
        (name, value)
        for name in request.form
        if name not in NOT_TYPED and "password" not in name
        for value in request.form.getlist(name)
    ]
    path = request.full_path.rstrip("?") if request.url_rule else None
    return Kept(_owner(), path, fields, any(file.filename for file in request.files.values()))


def seal(kept: Kept) -> str:
    """The form as a text that only this installation can open; "" where nothing was typed, or more
    than a page carries."""
    if not kept.is_typed:
        return ""
    plain = json.dumps([kept.owner, kept.path, kept.fields, kept.with_files]).encode()
    sealed = _box().encrypt(zlib.compress(plain)).decode()
    return sealed if len(sealed) <= MOST else ""


def opened(sealed: str) -> Kept:
    """What `seal` closed; an empty form for anything else."""
    try:
        owner, path, fields, files = json.loads(zlib.decompress(_box().decrypt(sealed.encode())))
    except (InvalidToken, ValueError):
        return Kept(None, None, [])
    return Kept(owner, path, [(name, value) for name, value in fields], files)


def page(kept: Kept, title: str, sentence: str) -> str:
    """The form to be sent again, for the account it was made for; for another that it is not his."""
    if current_user.is_authenticated and kept.owner != current_user.id:
        if kept.owner is None:  # it bears no mark that holds: of whom it is, nobody knows
            sealed, sentence = "", gettext("Chưa gửi: phiên làm việc đã đổi từ khi trang này mở.")
        else:
            sealed = seal(kept)
            sentence = gettext("Trang này mở bằng một tài khoản khác. Chưa có gì được gửi.")
        title = gettext("Chưa gửi được")
        return render_template("errors/page.html", title=title, sentence=sentence, sealed=sealed)
    return render_template(
        "errors/page.html",
        title=title,
        sentence=sentence,
        kept=kept.rows,
        again=kept.path,
        with_files=kept.with_files,
    )


def to_send_again(kept: Kept, title: str) -> ResponseReturnValue:
    """After the login, or the change of a password: what was written before it, to be sent now."""
    return page(
        kept,
        title,
        gettext("Nội dung vẫn còn dưới đây, chưa gửi. Xem lại rồi bấm “Gửi lại”."),
    )


def _owner() -> int | None:
    try:
        account_id = _marks().loads(request.form.get(WHOSE, ""))
    except BadData:
        return None
    return account_id if isinstance(account_id, int) else None


def _marks() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="whose form")


def _box() -> Fernet:
    key = hashlib.blake2b(str(current_app.secret_key).encode(), digest_size=32, person=b"kept form")
    return Fernet(base64.urlsafe_b64encode(key.digest()))


def _is_long(value: str) -> bool:
    return len(value) >= LONG or "\n" in value


def _words(name: str, value: str) -> str:
    """What the field is called on the page; "" where it is only carried."""
    if not value or name in BUTTONS:
        return ""
    return field_words(name) or (gettext("Nội dung") if _is_long(value) else "")
