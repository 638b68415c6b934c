"""Who is meant by a login on the command line."""

from __future__ import annotations

import sqlalchemy as sa

from commands.say import fail
from models.account import Account
from models.base import db
from models.person import Person


def person_with(login: str) -> Person:
    """The person with this login; says so and ends with status 1 when there is none."""
    query = sa.select(Person).join(Account, Account.person_id == Person.id)
    found = db.session.scalar(query.where(Account.login == login))
    if found is None:
        fail(f"Không có tài khoản {login}. / There is no account {login}.")
    return found
