"""flask user: accounts from the terminal, above all the first administrator's."""

from __future__ import annotations

import sys

import click
import sqlalchemy as sa
from flask.cli import AppGroup

import clock
from commands.say import fail, sentences
from models.account import Account
from models.base import db, transaction
from workflows import accounts, organisation
from workflows.refusal import WorkflowError

group = AppGroup("user", help="Tài khoản. / Accounts.")


@group.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Họ và tên. / Full name.")
@click.option("--admin", is_flag=True, help="Quản trị. / An administrator.")
@click.option("--email", default="", help="Thư điện tử. / Mail address.")
@click.option(
    "--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào. / Read the password."
)
def add(login: str, name: str, admin: bool, email: str, password_stdin: bool) -> None:
    """Tạo người và tài khoản. / Make a person and an account.

    Không đưa mật khẩu thì in ra một mật khẩu dùng lần đầu. / Without a password one is made up and
    printed as the last word; it has to be changed at the first login.
    """
    given = _read_password() if password_stdin else None
    with sentences(), transaction() as session:
        now = clock.now()
        person = organisation.create_person(
            session, full_name=name, email=email, actor=None, now=now
        )
        account, password = accounts.create_account(
            session,
            login=login,
            person=person,
            password=given,
            is_administrator=admin,
            actor=None,
            now=clock.real_now(),
            at=now,
        )
        made = account.login
    if given is None:
        click.echo(
            f"Đã tạo tài khoản {made}; đổi mật khẩu khi vào lần đầu. / "
            f"Made the account {made}; first password: {password}"
        )
    else:
        click.echo(f"Đã tạo tài khoản {made}. / Made the account {made}.")


@group.command("password")
@click.argument("login")
@click.option(
    "--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào. / Read the password."
)
def password(login: str, password_stdin: bool) -> None:
    """Cấp lại mật khẩu; các phiên đang mở kết thúc. / A new password; open sessions end."""
    given = _read_password() if password_stdin else None
    with sentences(), transaction() as session:
        account = _account(login)
        words = accounts.reset_password(
            session, account=account, actor=None, now=clock.real_now(), at=clock.now()
        )
        if given is not None:
            if bad := accounts.bad_password(given, account.login, account.person.full_name):
                raise WorkflowError(bad)
            account.password_hash = accounts.hash_password(given)
            account.must_change_password = False
        name = account.login
    if given is None:
        click.echo(
            f"Mật khẩu mới của {name}, đổi khi vào lần đầu. / "
            f"New password of {name}, to be changed at the next login: {words}"
        )
    else:
        click.echo(f"Đã đổi mật khẩu của {name}. / Changed the password of {name}.")


@group.command("token")
@click.argument("login")
def token(login: str) -> None:
    """Cấp mã truy cập API, in ở từ cuối. / A token for the API, printed as the last word."""
    with sentences(), transaction() as session:
        account = _account(login)
        if account.suspended_at is not None:
            fail(
                f"Tài khoản {account.login} đang tạm khóa. / "
                f"The account {account.login} is suspended."
            )
        made, name = accounts.make_token(session, account, now=clock.real_now()), account.login
    click.echo(f"Mã truy cập của {name} (chỉ hiện lần này) / Token of {name}, shown once: {made}")


def _account(login: str) -> Account:
    found = db.session.scalar(
        sa.select(Account).where(Account.login == accounts.normal_login(login))
    )
    if found is None:
        fail(f"Chưa có tài khoản {login}. / There is no account {login}.")
    return found


def _read_password() -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError("Chưa có mật khẩu ở đầu vào. / No password on the input.")
    return line


commands = [group]
