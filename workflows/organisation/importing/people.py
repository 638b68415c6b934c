"""The sheet "Người": who there is, and where each belongs since when.

The login (or staff code) tells one person from every other. Several rows with one login tell of
several cells, one after the other. Accounts are made without a password and without an address.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from models.account import Account
from models.person import Person
from models.unit import Unit
from workflows import accounts
from workflows.organisation.importing import changes
from workflows.organisation.importing.belonging import belong
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.importing.tables import Rows
from workflows.organisation.importing.words import STANDING, STANDINGS, offered
from workflows.organisation.people import create_person, edit_person
from workflows.organisation.record import Window, common
from workflows.refusal import N_, Reason

Seen = list[tuple[Row, str, str, str, Window]]  # row, name, unit, standing, window


def enter(run: Run, tables: list[Rows]) -> None:
    """Creates or corrects every person of the file, with account and membership."""
    seen: dict[str, Seen] = {}
    alone = _without_account(run)
    for row in run.rows(tables):
        login, window = row.key(), row.window()
        name, unit = row.line("full_name"), row.unit("unit")
        standing = row.choice("standing", STANDING, offered(STANDINGS))
        mine = (row, name, row.cells["unit"].upper(), standing or "full", window)
        if login:
            _refuse_double(login, mine, seen.setdefault(login, []))
            seen[login].append(mine)
        values: dict[str, Any] = {
            "full_name": name,
            "born_on": row.day("born_on"),
            "email": row.line("email"),
            "phone": _phone(row.line("phone")),
            "job": row.line("job"),
        }
        exempt = row.yes("exempt")
        if not name and login not in run.people:
            row.fail("full_name", Reason("FORM", N_("Chưa có họ tên. Ghi họ và tên đầy đủ.")))
        _enter_one(run, row, login, values, (unit, standing, exempt, window), alone)


def _enter_one(
    run: Run,
    row: Row,
    login: str,
    values: dict[str, Any],
    place: tuple[Unit | None, str | None, bool | None, Window],
    alone: dict[tuple[str, date], Person],
) -> None:
    told: list[Reason] = []
    made: list[Person] = []
    details: dict[str, Any] = {"actor": run.actor, "now": run.now}

    def act() -> None:
        unit, standing, exempt, window = place
        person = run.people.get(login) or alone.get((values["full_name"], values["born_on"]))
        if person is None:
            person = create_person(
                run.session,
                **values,
                unit=unit,
                standing=standing or "full",
                exempt=bool(exempt),
                valid_from=window[0],
                valid_to=window[1],
                **details,
            )
            made.append(person)
        else:
            new = changes.told(person, values)
            told.extend(changes.differing(person, new))
            edit_person(run.session, person=person, locale=person.locale, **new, **details)
            if unit is not None:
                told.extend(belong(run, row, person, unit, standing, exempt, window))
        if login not in run.people:
            accounts.create_account(
                run.session,
                login=login,
                person=person,
                without_password=True,
                actor=run.actor,
                now=run.real_now,
                at=run.now,
            )
            told.append(changes.phrase("account"))
        made.append(person)

    if run.enter(row, "person", login, act) and not row.bad:
        run.people[login] = made[-1]
        state = "added" if len(made) > 1 else "changed" if told else "unchanged"
        about = f"{login} {made[-1].full_name}"
        row.good(about, state, *([] if state == "added" else told))


def _refuse_double(login: str, mine: tuple[Row, str, str, str, Window], before: Seen) -> None:
    """A second row of a login is another time, or work beside the cell; else it is a double."""
    row, name, unit, standing, window = mine
    for other, its_name, its_unit, its_standing, its_window in before:
        beside = unit != its_unit and "non_member" in (standing, its_standing)
        if name and its_name and name != its_name:
            reason = N_(
                "Tên đăng nhập %(login)s đã ghi cho %(name)s ở dòng %(row)s. Mỗi người một mã."
            )
        elif common(window, its_window) and not beside:
            reason = N_(
                "Tên đăng nhập %(login)s đã có ở dòng %(row)s với thời gian trùng nhau. "
                "Bỏ một dòng, hoặc ghi từ ngày, đến ngày khác nhau."
            )
        else:
            continue
        row.fail(
            "key",
            Reason("FORM", reason, {"login": login[:60], "name": its_name, "row": other.number}),
        )
        return


def _without_account(run: Run) -> dict[tuple[str, date], Person]:
    """People entered by hand without an account: told again by name and birthday."""
    rows = run.session.scalars(
        sa.select(Person).where(
            Person.born_on.is_not(None),
            ~sa.exists().where(Account.person_id == Person.id),
        )
    )
    found: dict[tuple[str, date], Person] = {}
    doubled = set()
    for person in rows:
        assert person.born_on is not None
        name = (person.full_name, person.born_on)
        if name in found:
            doubled.add(name)
        found[name] = person
    return {name: person for name, person in found.items() if name not in doubled}


def _phone(typed: str) -> str:
    """Excel drops the nought in front of a number of ten digits."""
    return f"0{typed}" if len(typed) == 9 and typed.isascii() and typed.isdigit() else typed
