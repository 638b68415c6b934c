"""The sheet "Chức vụ": who holds what where, from when to when."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.person import Person
from models.post import Post
from models.unit import Unit
from workflows.organisation.importing import changes
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.importing.tables import Rows
from workflows.organisation.importing.words import ROLE, ROLES, offered, role_of
from workflows.organisation.posts import edit_post, give_post
from workflows.organisation.record import Window, common, overlapping
from workflows.refusal import N_, Reason


def enter(run: Run, tables: list[Rows]) -> None:
    """Gives or corrects every post of the file. A post ended before stays ended."""
    seen: dict[tuple[str, str, str], list[tuple[Row, Window]]] = {}
    for row in run.rows(tables):
        login, window = row.key(), row.window()
        unit = row.unit("unit", required=N_("Ghi mã đơn vị."))
        title = row.line("title")
        role = _role(row, title)
        person = _person(run, row, login)
        acting = row.yes("acting")
        mine = seen.setdefault((login, row.cells["unit"].upper(), role or ""), [])
        other = next((one for one, its in mine if common(its, window)), None)
        if other is not None and not row.bad:
            row.fail("valid_from" if any(window) else "key", _double(other))
        mine.append((row, window))
        title = title or (ROLES[role][0] if role else "")
        _enter_one(run, row, (person, unit, role, title), acting, window)


def _role(row: Row, title: str) -> str | None:
    """The role as told, else as the title says."""
    role = row.choice("role", ROLE, offered(ROLES))
    if role is not None or row.cells["role"]:
        return role
    role = role_of(title) if title else None
    if role is None:
        row.fail(
            "role",
            Reason(
                "FORM",
                N_("Chưa rõ vai trò của chức vụ này. Ghi một trong: %(offered)s."),
                {"offered": offered(ROLES)},
            ),
        )
    return role


def _person(run: Run, row: Row, login: str) -> Person | None:
    person = run.people.get(login)
    if person is not None or not login:
        return person
    if ("person", login) in run.broken:
        row.bad = True
        return None
    row.fail(
        "key",
        Reason(
            "FORM",
            N_("Chưa có người mang tên đăng nhập %(login)s. Thêm vào bảng Người, hoặc xem lại mã."),
            {"login": login[:60]},
        ),
    )
    return None


def _enter_one(
    run: Run,
    row: Row,
    told: tuple[Person | None, Unit | None, str | None, str],
    acting: bool | None,
    window: Window,
) -> None:
    person, unit, role, title = told
    details: dict[str, Any] = {"actor": run.actor, "now": run.now}

    def act() -> None:
        assert person is not None
        assert unit is not None
        assert role is not None
        about = f"{person.full_name}: {title}, {unit.code}"
        kept = _kept(run, person, unit, role, window)
        if kept is None:
            give_post(
                run.session,
                person=person,
                unit=unit,
                role=role,
                title=title,
                acting=bool(acting),
                valid_from=window[0],
                valid_to=window[1],
                **details,
            )
            row.good(about, "added")
            return
        if kept.ended_at is not None:
            row.good(about, "unchanged")
            return
        new = changes.told(
            kept,
            {
                "title": row.cells["title"] and title,
                "acting": acting,
                "valid_from": window[0],
                "valid_to": window[1],
            },
        )
        different = changes.differing(kept, new)
        if different:
            edit_post(run.session, post=kept, **new, **details)
        row.good(about, "changed" if different else "unchanged", *different)

    run.enter(row, "post", "", act)


def _kept(run: Run, person: Person, unit: Unit, role: str, window: Window) -> Post | None:
    """The post that the row speaks of: one in force in these days, or the same one ended since."""
    posts = run.session.scalars(
        sa.select(Post)
        .where(
            Post.person_id == person.id,
            Post.unit_id == unit.id,
            Post.role == role,
            overlapping(Post, *window),
        )
        .order_by(Post.id)
    ).all()
    held = [post for post in posts if post.ended_at is None]
    same = [post for post in posts if (post.valid_from, post.valid_to) == window]
    return next(iter([*(post for post in held if post in same), *held, *same]), None)


def _double(other: Row) -> Reason:
    return Reason(
        "FORM",
        N_(
            "Chức vụ này của cùng một người đã có ở dòng %(row)s với thời gian trùng nhau. "
            "Bỏ một dòng, hoặc ghi từ ngày, đến ngày khác nhau."
        ),
        {"row": other.number},
    )
