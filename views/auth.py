"""Logging in and out, one's own account, and in demo mode the way in without a password.

Who is logged in is asked of the database at every request (`workflows.accounts`): the cookie only
holds a random token, so that a session can be ended here and a suspended account is out at once.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Request,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import LoginManager, current_user

import clock
from models.account import Account, ApiToken, LoginSession
from models.base import db, transaction
from views import demo_roles, kept
from views.forms import Form
from views.policy import policy, policy_of
from views.preferences import AT_LOGIN, keep_language
from workflows import accounts
from workflows.refusal import Reason, WorkflowError
from workflows.throttle import TooManyAttempts

blueprint = Blueprint("auth", __name__)

KEPT = ("language",)  # a browser's own choice outlives a session
# Where somebody with a first password may still go.
BEFORE_CHANGE = {"auth.account", "auth.change_password", "auth.logout"}
OPEN_BLUEPRINTS = ("health", "preferences")


def init_login(app: Flask) -> None:
    """Tells Flask-Login whose a request is, and guards every view by its policy."""
    manager = LoginManager()
    manager.session_protection = None  # the database says which sessions hold
    manager.request_loader(account_of)
    manager.unauthorized_handler(_to_login)
    manager.init_app(app)
    app.before_request(guard)


def account_of(request: Request) -> Account | None:
    """The account behind a request: under /api/ by bearer token, elsewhere by the session. Nobody's,
    once the database has failed to say."""
    if g.get("database_failed"):
        return None
    if request.path.startswith("/api/"):
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not bearer.strip():
            return None
        return accounts.account_of_token(bearer.strip())
    token: object = session.get("token")
    if not isinstance(token, str):
        return None
    now = clock.real_now()
    row = accounts.find_session(token, now=now)
    if row is None:
        session.pop("token", None)
        return None
    accounts.touch(row, now=now)
    g.login_session = row
    return row.account


def guard() -> ResponseReturnValue | None:
    """Deny by default: a page opens to whom its policy names. The API answers for itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or request.path.startswith("/api/"):
        return None
    declared = policy_of(view)
    if declared == "public" or (request.blueprint in OPEN_BLUEPRINTS and declared is None):
        return None
    if not current_user.is_authenticated:
        return not_taken() if kept.of_request().is_typed else _to_login()
    if declared == "administrator" and not current_user.is_administrator:
        abort(404)
    if current_user.must_change_password and request.endpoint not in BEFORE_CHANGE:
        typed = kept.of_request()
        if typed.is_typed:
            return _account_page(Form({}), sealed=kept.seal(typed)), 400
        return redirect(url_for("auth.account"), 303)
    return None


@blueprint.get("/login")
@policy("public")
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")), 303)
    return _login_page(Form({}), request.args.get("next", ""))


@blueprint.post("/login")
@policy("public")
def log_in() -> ResponseReturnValue:
    form = Form(request.form)
    target = request.form.get("next", "")
    try:
        entry = accounts.log_in(
            request.form.get("login", ""),
            request.form.get("password", ""),
            request.remote_addr or "",
            now=clock.real_now(),
            agent=request.user_agent.string,
        )
    except TooManyAttempts as refusal:
        response = current_app.make_response(_login_page(form, target, refusal.reason))
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.seconds)
        return response
    except WorkflowError as refusal:
        return _login_page(form, target, *refusal.reasons), 422
    let_in(entry)
    return _where_he_was(target)


@blueprint.post("/logout")
@policy("signed_in")
def logout() -> ResponseReturnValue:
    row_id = g.login_session.id
    with transaction() as writing:
        accounts.end_session(writing, writing.get_one(LoginSession, row_id), now=clock.real_now())
    _forget()
    if kept.SEALED in request.form:  # of another account, who now may come back to it
        return _login_page(Form({}), "")
    return redirect(url_for("auth.login"), 303)


@blueprint.post("/enter")
@policy("public")
def enter() -> ResponseReturnValue:
    """Demo mode only: in with a role, without a password."""
    if not _is_demo():
        abort(404)
    try:
        entry = accounts.enter_as(
            request.form.get("as", ""), now=clock.real_now(), agent=request.user_agent.string
        )
    except WorkflowError as refusal:
        return _login_page(Form({}), "", *refusal.reasons), 422
    _end_present_session()
    let_in(entry)
    return _where_he_was(request.form.get("next"))


@blueprint.get("/account")
@policy("signed_in")
def account() -> ResponseReturnValue:
    return _account_page(Form({}))


@blueprint.post("/account/password")
@policy("signed_in")
def change_password() -> ResponseReturnValue:
    form = Form(request.form)
    new = request.form.get("new_password", "")
    if new != request.form.get("new_password_again", ""):
        form.fail(
            "new_password_again", gettext("Hai lần nhập mật khẩu mới chưa giống nhau. Nhập lại.")
        )
        return _account_page(form), 422
    try:
        accounts.change_password(
            current_user._get_current_object(),
            request.form.get("old_password", ""),
            new,
            keep=g.login_session,
            now=clock.real_now(),
        )
    except TooManyAttempts as refusal:
        return _account_page(form, refusal.reason), 429
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        return _account_page(form, *refusal.reasons), 422
    if kept.SEALED in request.form:
        return kept.to_send_again(kept.of_request(), gettext("Đã đổi mật khẩu"))
    flash(gettext("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "done")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/sessions/<id:session_id>/end")
@policy("signed_in")
def end_session(session_id: int) -> ResponseReturnValue:
    account_id, present_id = current_user.id, g.login_session.id
    with transaction() as writing:
        row = writing.get(LoginSession, session_id)
        if row is None or row.account_id != account_id:
            abort(404)
        accounts.end_session(writing, row, now=clock.real_now())
    if session_id == present_id:
        _forget()
        return redirect(url_for("auth.login"), 303)
    flash(gettext("Đã kết thúc phiên đăng nhập đó."), "done")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/sessions/end-others")
@policy("signed_in")
def end_other_sessions() -> ResponseReturnValue:
    with transaction() as writing:
        accounts.end_sessions(
            writing,
            current_user._get_current_object(),
            now=clock.real_now(),
            keep=g.login_session,
        )
    flash(gettext("Đã kết thúc mọi phiên đăng nhập khác."), "done")
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/account/tokens/<id:token_id>/end")
@policy("signed_in")
def end_token(token_id: int) -> ResponseReturnValue:
    account_id = current_user.id
    with transaction() as writing:
        row = writing.get(ApiToken, token_id)
        if row is None or row.account_id != account_id:
            abort(404)
        row.ended_at = row.ended_at or clock.real_now()
    flash(gettext("Mã truy cập đó không dùng được nữa."), "done")
    return redirect(url_for("auth.account"), 303)


@blueprint.app_template_filter()
def browser(agent: str | None) -> str:
    """A browser and its system in a few words, from what it says of itself."""
    said = agent or ""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
               ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    name = next((words for mark, words in names if mark in said), gettext("Trình duyệt khác"))
    system = next((words for mark, words in systems if mark in said), "")
    return gettext("%(name)s trên %(system)s", name=name, system=system) if system else name


def not_taken() -> ResponseReturnValue:
    """A form whose login has ended, or that bears no valid token: nothing was done, and what was
    typed is kept. Nobody logged in: the login page carries it on, unseen."""
    typed = kept.of_request()
    view = current_app.view_functions.get(request.endpoint or "")
    if current_user.is_authenticated or view is None or policy_of(view) == "public":
        sentence = gettext(
            "Chưa gửi: phiên làm việc đã đổi từ khi trang này mở. Nội dung vẫn còn dưới đây."
        )
        return kept.page(typed, gettext("Trang này mở đã lâu"), sentence), 400
    return _login_page(Form({}), "", sealed=kept.seal(typed)), 400


def _where_he_was(target: str | None) -> ResponseReturnValue:
    """After the login: the form that it interrupted, or the page that was asked for."""
    if kept.SEALED in request.form:
        return kept.to_send_again(kept.of_request(), gettext("Đã đăng nhập lại"))
    return redirect(local_path(target), 303)


def let_in(entry: accounts.Entry) -> None:
    """Puts the session's token into a fresh cookie; of the visitor before only KEPT stays. The
    language just chosen on the login page becomes the account's."""
    asked = session.get(AT_LOGIN)
    _forget()
    session["token"] = entry.token
    if asked:
        keep_language(entry.session.account.person_id, asked)


def local_path(target: str | None, otherwise: str = "/") -> str:
    """`target` if it is a path within this house, else `otherwise`: no open redirect."""
    if not target or not target.startswith("/") or not target.isprintable():
        return otherwise
    if target.startswith(("//", "/\\")) or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def _to_login() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("auth.login", next=target if target not in ("", "/") else None), 303)


def _is_demo() -> bool:
    return bool(current_app.config["SETTINGS"].demo)


def _forget() -> None:
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    g.pop("_login_user", None)
    g.pop("login_session", None)


def _end_present_session() -> None:
    """Changing the role in the demo leaves no open session behind."""
    if current_user.is_authenticated and "login_session" in g:
        row_id = g.login_session.id
        with transaction() as writing:
            accounts.end_session(
                writing, writing.get_one(LoginSession, row_id), now=clock.real_now()
            )


def _login_page(form: Form, target: str, *reasons: Reason, sealed: str = "") -> str:
    """The way in; `sealed` is a form to go on with after it."""
    sealed = sealed or request.form.get(kept.SEALED, "")
    every = request.args.get("all") == "1" or bool(sealed)
    roles = demo_roles.groups(clock.now(), every=every) if _is_demo() else []
    return render_template(
        "auth/login.html",
        form=form,
        problems=form.problems(reasons),
        next=local_path(target, ""),
        roles=roles,
        role_count=demo_roles.count() if roles else 0,
        every=every,
        sealed=sealed,
    )


def _account_page(form: Form, *reasons: Reason, sealed: str = "") -> str:
    """One's own account; `sealed` is a form to go on with after the password is changed."""
    now = clock.real_now()
    account: Account = db.session.get_one(Account, current_user.id)
    return render_template(
        "auth/account.html",
        form=form,
        problems=form.problems(reasons),
        account=account,
        sessions=accounts.open_sessions(account, now=now),
        present=g.login_session.id,
        tokens=accounts.open_tokens(account),
        shortest=accounts.SHORTEST,
        sealed=sealed or request.form.get(kept.SEALED, ""),
    )
