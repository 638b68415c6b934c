"""One's own delegations: given from the posts one holds, and received. Ended at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.person import Membership, Person
from models.post import Delegation, Post
from models.unit import in_force_on
from views import office
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet, find_people
from workflows import organisation
from workflows.calendar import local_day
from workflows.scope import posts_held

blueprint = Blueprint("delegations", __name__, url_prefix="/delegations")

NEAR = 200  # colleagues offered without searching
PAST = 20  # ended delegations still shown


@blueprint.get("")
@policy("signed_in")
def index() -> ResponseReturnValue:
    return page(Sheet(request.args))


@blueprint.post("")
@policy("signed_in")
def create() -> ResponseReturnValue:
    now, actor = clock.now(), viewer()
    sheet = Sheet(request.form)
    post: Any = next(
        (post for post in posts_held(actor, now) if str(post.id) == sheet.raw("post")), None
    )
    if post is None:
        sheet.fail("post", gettext("Chọn chức vụ của mình để ủy quyền."))
    values = delegation_fields(sheet)
    if sheet.attempt(
        lambda session: organisation.delegate(session, post=post, actor=actor, now=now, **values)
    ):
        flash(gettext("Đã ủy quyền. Người được ủy quyền thấy việc ngay từ ngày bắt đầu."), "done")
        return redirect(url_for("delegations.index"), 303)
    return page(sheet), 422


@blueprint.post("/<id:delegation_id>/revocation")
@policy("signed_in")
def revoke(delegation_id: int) -> ResponseReturnValue:
    now, actor = clock.now(), viewer()
    delegation = load_delegation(delegation_id)
    if actor.id not in (delegation.person_id, delegation.post.person_id):
        abort(404)
    sheet = Sheet(request.form)
    if sheet.attempt(
        lambda session: organisation.revoke_delegation(
            session, delegation=delegation, actor=actor, now=now
        )
    ):
        flash(gettext("Đã chấm dứt ủy quyền, có hiệu lực ngay."), "done")
        return redirect(url_for("delegations.index"), 303)
    return page(sheet), 422


def page(sheet: Sheet) -> str:
    now, me = clock.now(), viewer()
    posts = posts_held(me, now)
    given = _list(now, Post.person_id == me.id)
    received = _list(now, Delegation.person_id == me.id)
    return render_template(
        "auth/delegations.html",
        sheet=sheet,
        posts=[(post.id, post) for post in posts],
        people=candidates(sheet.raw("q"), posts, me, now),
        given=given,
        received=received,
        today=local_day(now),
        office=office,
    )


def load_delegation(delegation_id: int) -> Delegation:
    """The delegation, or 404."""
    found = db.session.get(Delegation, delegation_id)
    if found is None:
        abort(404)
    return found


def delegation_fields(sheet: Sheet) -> dict:
    """What the delegation form asks, as `organisation.delegate` takes it."""
    return {
        "to": sheet.person("to", required=gettext("Chọn người được ủy quyền.")),
        "valid_from": sheet.day("valid_from", required=gettext("Ghi ngày bắt đầu.")),
        "valid_to": sheet.day("valid_to", required=gettext("Ghi ngày kết thúc.")),
        "kinds": sheet.chosen("kinds"),
        "actions": sheet.chosen("actions"),
        "reason": sheet.line("reason", limit=300),
    }


def candidates(query: str, posts: list[Post], holder: Person, now: datetime) -> list[Person]:
    """Whom one may mean: those found by name, or without a name those of the same units."""
    if query.strip():
        return [person for person in find_people(query) if person.id != holder.id]
    day = local_day(now)
    units = {post.unit_id for post in posts} | {
        post.unit.attached_to_id for post in posts if post.unit.attached_to_id
    }
    near = sa.union(
        sa.select(Post.person_id).where(
            Post.unit_id.in_(units), in_force_on(Post, day), Post.ended_at.is_(None)
        ),
        sa.select(Membership.person_id).where(
            Membership.unit_id.in_(units), in_force_on(Membership, day)
        ),
    )
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(near), Person.id != holder.id)
            .order_by(Person.sort_key, Person.id)
            .limit(NEAR)
        )
    )


def _list(now: datetime, whose: sa.ColumnElement[bool]) -> list[tuple[Delegation, bool]]:
    """Delegations, those still running or to come first, with whether they are."""
    day = local_day(now)
    running = sa.and_(
        Delegation.revoked_at.is_(None), Delegation.valid_to >= day, Post.ended_at.is_(None)
    )
    rows = db.session.execute(
        sa.select(Delegation, running)
        .join(Delegation.post)
        .where(whose)
        .options(
            joinedload(Delegation.person),
            joinedload(Delegation.post).joinedload(Post.person),
            joinedload(Delegation.post).joinedload(Post.unit),
        )
        .order_by(running.desc(), Delegation.valid_from.desc(), Delegation.id.desc())
        .limit(PAST)
    )
    return [(delegation, bool(runs)) for delegation, runs in rows]
