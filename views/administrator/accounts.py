"""Accounts: a first password shown once, suspended at once, sessions ended on the server."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session, contains_eager

import clock
from models.account import Account
from models.base import db
from models.person import Person
from views.administrator.base import blueprint, load, load_person, page
from views.administrator.people import person_page
from views.loaders import viewer
from views.policy import policy
from views.sheet import FOUND, Sheet, search_words
from workflows import accounts as acts


@blueprint.get("/accounts")
@policy("administrator")
def accounts() -> ResponseReturnValue:
    query, after = request.args.get("q", "").strip(), request.args.get("after", "")
    rows = (
        sa.select(Account)
        .join(Account.person)
        .options(contains_eager(Account.person))
        .order_by(Account.login)
        .limit(FOUND + 1)
    )
    for word in search_words(query):
        rows = rows.where(
            sa.or_(
                Person.search_fold.contains(word, autoescape=True),
                Account.login.contains(word, autoescape=True),
            )
        )
    if after:
        rows = rows.where(Account.login > acts.normal_login(after))
    found = list(db.session.scalars(rows))
    shown = found[:FOUND]
    return page(
        "accounts",
        query=query,
        accounts=shown,
        next_url=url_for("administrator.accounts", q=query or None, after=shown[-1].login)
        if len(found) > FOUND
        else None,
        first_url=url_for("administrator.accounts", q=query or None) if after else "",
    )


@blueprint.post("/people/<id:person_id>/account")
@policy("administrator")
def create_account(person_id: int) -> ResponseReturnValue:
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, login = viewer(), sheet.line("login", required=gettext("Ghi tên đăng nhập."))
    said: list[str] = []

    def act(session: Session) -> None:
        _, password = acts.create_account(
            session,
            login=login,
            person=person,
            is_administrator=sheet.ticked("administrator"),
            actor=actor,
            now=clock.real_now(),
            at=clock.now(),
        )
        said.append(password)

    if sheet.attempt(act):
        return person_page(person, password=said[0])
    return person_page(person, account=sheet), 422


@blueprint.post("/accounts/<id:account_id>/password")
@policy("administrator")
def reset_password(account_id: int) -> ResponseReturnValue:
    account: Account = load(Account, account_id)
    sheet, actor, person = Sheet(request.form), viewer(), account.person
    said: list[str] = []
    if sheet.attempt(
        lambda session: said.append(
            acts.reset_password(
                session, account=account, actor=actor, now=clock.real_now(), at=clock.now()
            )
        )
    ):
        # Not by redirect: a cookie is no place for a password.
        return person_page(person, password=said[0])
    return person_page(person, account=sheet), 422


@blueprint.post("/accounts/<id:account_id>/suspension")
@policy("administrator")
def suspend(account_id: int) -> ResponseReturnValue:
    actor = viewer()
    return _act(
        account_id,
        lambda session, account: acts.suspend(
            session, account=account, actor=actor, now=clock.real_now(), at=clock.now()
        ),
        gettext("Đã khóa tài khoản; người đó ra khỏi hệ thống ngay."),
    )


@blueprint.post("/accounts/<id:account_id>/resumption")
@policy("administrator")
def resume(account_id: int) -> ResponseReturnValue:
    actor = viewer()
    return _act(
        account_id,
        lambda session, account: acts.resume(
            session, account=account, actor=actor, now=clock.real_now(), at=clock.now()
        ),
        gettext("Đã mở lại tài khoản."),
    )


@blueprint.post("/accounts/<id:account_id>/sessions/end")
@policy("administrator")
def end_sessions(account_id: int) -> ResponseReturnValue:
    return _act(
        account_id,
        lambda session, account: acts.end_sessions(session, account, now=clock.real_now()),
        gettext("Đã kết thúc mọi phiên đăng nhập của tài khoản này."),
    )


@blueprint.post("/accounts/<id:account_id>/administrator")
@policy("administrator")
def set_administrator(account_id: int) -> ResponseReturnValue:
    actor, value = viewer(), request.form.get("value") == "1"
    return _act(
        account_id,
        lambda session, account: acts.set_administrator(
            session, account=account, value=value, actor=actor, at=clock.now()
        ),
        gettext("Đã cử làm quản trị.") if value else gettext("Đã thôi làm quản trị."),
    )


def _act(
    account_id: int, act: Callable[[Session, Account], object], done: str
) -> ResponseReturnValue:
    account: Account = load(Account, account_id)
    sheet, person = Sheet(request.form), account.person
    if sheet.attempt(lambda session: act(session, account)):
        flash(done, "done")
        return redirect(url_for("administrator.person", person_id=person.id), 303)
    return person_page(person, account=sheet), 422
