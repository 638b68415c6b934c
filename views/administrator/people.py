"""People: found by name with or without diacritics; where they belong; when they are away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import clock
from models.account import Account
from models.base import db
from models.person import Absence, Membership, Person
from models.post import Delegation, Post
from models.unit import in_force_on
from views import present
from views.administrator.base import blueprint, load, load_person, page
from views.administrator.units import unit_codes
from views.loaders import viewer
from views.policy import policy
from views.sheet import FOUND, Sheet, find_people
from workflows import accounts, organisation
from workflows.calendar import local_day
from workflows.organisation import moving


@blueprint.get("/people")
@policy("administrator")
def people() -> ResponseReturnValue:
    query = request.args.get("q", "").strip()
    found = find_people(query, after=request.args.get("after", ""), limit=FOUND + 1)
    shown = found[:FOUND]
    following = None
    if len(found) > FOUND:
        after = f"{shown[-1].sort_key}.{shown[-1].id}"
        following = url_for("administrator.people", q=query or None, after=after)
    return page(
        "people",
        query=query,
        people=shown,
        seats=_seats(shown),
        next_url=following,
        first_url=url_for("administrator.people", q=query or None)
        if request.args.get("after")
        else "",
    )


@blueprint.get("/people/new")
@policy("administrator")
def new_person() -> ResponseReturnValue:
    return _new_page(Sheet(request.args))


@blueprint.post("/people")
@policy("administrator")
def create_person() -> ResponseReturnValue:
    sheet, actor, now = Sheet(request.form), viewer(), clock.now()
    values: dict[str, Any] = {
        **_contact(sheet),
        "unit": sheet.unit("unit"),
        "standing": sheet.line("standing") or "full",
        "exempt": sheet.ticked("exempt"),
        "valid_from": sheet.day("valid_from"),
    }
    made: list[int] = []
    if sheet.attempt(
        lambda session: made.append(
            organisation.create_person(session, **values, actor=actor, now=now).id
        )
    ):
        flash(gettext("Đã ghi %(name)s.", name=values["full_name"]), "done")
        return redirect(url_for("administrator.person", person_id=made[0]), 303)
    return _new_page(sheet), 422


@blueprint.get("/people/<id:person_id>")
@policy("administrator")
def person(person_id: int) -> ResponseReturnValue:
    return person_page(load_person(person_id))


@blueprint.post("/people/<id:person_id>")
@policy("administrator")
def edit_person(person_id: int) -> ResponseReturnValue:
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, now, values = viewer(), clock.now(), _contact(sheet)
    if sheet.attempt(
        lambda session: organisation.edit_person(
            session, person=person, **values, actor=actor, now=now
        )
    ):
        return saved(person)
    return person_page(person, edit=sheet), 422


@blueprint.post("/people/<id:person_id>/memberships")
@policy("administrator")
def join(person_id: int) -> ResponseReturnValue:
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, now = viewer(), clock.now()
    values: dict[str, Any] = {
        "unit": sheet.unit("unit", required=gettext("Ghi mã đơn vị.")),
        "standing": sheet.line("standing") or "full",
        "exempt": sheet.ticked("exempt"),
        "valid_from": sheet.day("valid_from"),
    }
    if sheet.attempt(
        lambda session: organisation.join(session, person=person, **values, actor=actor, now=now)
    ):
        return saved(person)
    return person_page(person, join=sheet), 422


@blueprint.post("/people/<id:person_id>/memberships/<id:membership_id>")
@policy("administrator")
def change_membership(person_id: int, membership_id: int) -> ResponseReturnValue:
    """Leaves the unit, moves to another, or becomes exempt: `do` says which."""
    person, sheet = load_person(person_id), Sheet(request.form)
    membership = load(Membership, membership_id)
    if membership.person_id != person.id:
        abort(404)
    actor, now = viewer(), clock.now()
    asked = sheet.raw("do")
    if asked == "leave":
        day = sheet.day("day", required=gettext("Ghi ngày cuối cùng ở đơn vị."))
        done = sheet.attempt(
            lambda session: organisation.leave(
                session, membership=membership, last_day=day, actor=actor, now=now
            )
        )
    elif asked == "move":
        to = sheet.unit("unit", required=gettext("Ghi mã đơn vị chuyển đến."))
        day = sheet.day("day", required=gettext("Ghi ngày chuyển đến đơn vị mới."))
        done = sheet.attempt(
            lambda session: moving.transfer(
                session,
                membership=membership,
                to=to,
                day=day,
                decision=sheet.line("decision"),
                actor=actor,
                now=now,
            )
        )
    elif asked in ("exempt", "resume"):
        done = sheet.attempt(
            lambda session: organisation.set_exempt(
                session, membership=membership, exempt=asked == "exempt", actor=actor, now=now
            )
        )
    else:
        abort(400)
    if done:
        return saved(person)
    return person_page(person, membership=sheet, changing=membership.id), 422


@blueprint.post("/people/<id:person_id>/departure")
@policy("administrator")
def depart(person_id: int) -> ResponseReturnValue:
    """Leaves for good: every membership, post and delegation ends, what is owed is waived."""
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, now = viewer(), clock.now()
    values: dict[str, Any] = {
        "last_day": sheet.day("last_day", required=gettext("Ghi ngày cuối cùng còn công tác.")),
        "decision": sheet.line("decision"),
    }
    if sheet.attempt(
        lambda session: moving.depart(session, person=person, **values, actor=actor, now=now)
    ):
        return saved(person)
    return person_page(person, departure=sheet), 422


@blueprint.post("/people/<id:person_id>/absences")
@policy("administrator")
def add_absence(person_id: int) -> ResponseReturnValue:
    person, sheet = load_person(person_id), Sheet(request.form)
    actor, now = viewer(), clock.now()
    values: dict[str, Any] = {
        "valid_from": sheet.day("valid_from", required=gettext("Ghi ngày bắt đầu vắng.")),
        "valid_to": sheet.day("valid_to", required=gettext("Ghi ngày cuối cùng vắng.")),
        "reason": sheet.line("reason"),
    }
    if sheet.attempt(
        lambda session: organisation.add_absence(
            session, person=person, **values, actor=actor, now=now
        )
    ):
        return saved(person)
    return person_page(person, absence=sheet), 422


@blueprint.post("/people/<id:person_id>/absences/<id:absence_id>/end")
@policy("administrator")
def end_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Back today: yesterday was the last day away."""
    person, sheet = load_person(person_id), Sheet(request.form)
    absence = load(Absence, absence_id)
    if absence.person_id != person.id:
        abort(404)
    actor, now = viewer(), clock.now()
    yesterday = local_day(now) - timedelta(days=1)
    if sheet.attempt(
        lambda session: organisation.end_absence(
            session, absence=absence, last_day=yesterday, actor=actor, now=now
        )
    ):
        return saved(person)
    return person_page(person, absence=sheet), 422


def saved(person: Person) -> ResponseReturnValue:
    flash(gettext("Đã ghi thay đổi của %(name)s.", name=person.full_name), "done")
    return redirect(url_for("administrator.person", person_id=person.id), 303)


def _contact(sheet: Sheet) -> dict:
    return {
        "full_name": sheet.line("full_name"),
        "born_on": sheet.day("born_on"),
        "email": sheet.line("email"),
        "phone": sheet.line("phone"),
        "job": sheet.line("job"),
        "locale": sheet.line("locale") or "vi",
    }


def _new_page(sheet: Sheet) -> str:
    return page("person_new", sheet=sheet, codes=unit_codes())


def _seats(people: list[Person]) -> dict[int, str]:
    """Where each of these people sits now, in a line."""
    now = clock.now()
    day, ids = local_day(now), [person.id for person in people]
    seats: dict[int, list[str]] = {person_id: [] for person_id in ids}
    for post in db.session.scalars(
        sa.select(Post)
        .where(Post.person_id.in_(ids), in_force_on(Post, day), Post.ended_at.is_(None))
        .options(joinedload(Post.unit))
        .order_by(Post.id)
    ):
        seats[post.person_id].append(present.post_name(post))
    for membership in db.session.scalars(
        sa.select(Membership)
        .where(Membership.person_id.in_(ids), in_force_on(Membership, day))
        .options(joinedload(Membership.unit))
        .order_by(Membership.id)
    ):
        if not seats[membership.person_id]:
            seats[membership.person_id].append(present.unit_name(membership.unit))
    return {person_id: "; ".join(words) for person_id, words in seats.items()}


def person_page(person: Person, *, password: str = "", changing: int = 0, **sheets: Sheet) -> str:
    """Everything the administrator keeps of one person. `password` is shown this once; `changing`: of
    which membership the refused form tells."""
    now = clock.now()
    kept = {
        "full_name": person.full_name,
        "born_on": present.day(person.born_on),
        "email": person.email or "",
        "phone": person.phone or "",
        "job": person.job or "",
        "locale": person.locale,
    }
    account = db.session.scalar(sa.select(Account).where(Account.person_id == person.id))
    return page(
        "person",
        person=person,
        memberships=db.session.scalars(
            sa.select(Membership)
            .where(Membership.person_id == person.id)
            .options(joinedload(Membership.unit))
            .order_by(Membership.valid_to.is_not(None), Membership.id.desc())
        ).all(),
        posts=db.session.scalars(
            sa.select(Post)
            .where(Post.person_id == person.id)
            .options(joinedload(Post.unit))
            .order_by(Post.ended_at.is_not(None), Post.id.desc())
        ).all(),
        delegations=db.session.scalars(
            sa.select(Delegation)
            .join(Delegation.post)
            .where(
                sa.or_(Delegation.person_id == person.id, Post.person_id == person.id),
                Delegation.revoked_at.is_(None),
                Delegation.valid_to >= local_day(now),
            )
            .order_by(Delegation.id.desc())
        ).all(),
        absences=db.session.scalars(
            sa.select(Absence)
            .where(Absence.person_id == person.id, Absence.valid_to >= local_day(now))
            .order_by(Absence.valid_from)
        ).all(),
        account=account,
        sessions=len(accounts.open_sessions(account, now=clock.real_now())) if account else 0,
        password=password,
        edit=sheets.get("edit") or Sheet(kept),
        post=sheets.get("post") or Sheet({"unit": request.args.get("unit", "")}),
        join=sheets.get("join") or Sheet({"unit": request.args.get("unit", "")}),
        membership=sheets.get("membership") or Sheet(),
        changing=changing,
        blank=Sheet(),
        absence=sheets.get("absence") or Sheet(),
        departure=sheets.get("departure") or Sheet(),
        account_sheet=sheets.get("account") or Sheet(),
        opened=next(iter(sheets), ""),
        codes=unit_codes(),
    )
