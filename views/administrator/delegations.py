"""All delegations: entered for a holder who asked for it on paper, ended at once."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.post import Delegation, Post
from views.administrator.base import blueprint, load, page
from views.delegations import candidates, delegation_fields, load_delegation
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import organisation
from workflows.calendar import local_day

LISTED = 100


@blueprint.get("/delegations")
@policy("administrator")
def delegations() -> ResponseReturnValue:
    return _list_page(Sheet())


@blueprint.get("/posts/<id:post_id>/delegation")
@policy("administrator")
def new_delegation(post_id: int) -> ResponseReturnValue:
    return _new_page(load(Post, post_id), Sheet(request.args))


@blueprint.post("/posts/<id:post_id>/delegation")
@policy("administrator")
def create_delegation(post_id: int) -> ResponseReturnValue:
    post, sheet = load(Post, post_id), Sheet(request.form)
    actor, now, values = viewer(), clock.now(), delegation_fields(sheet)
    if sheet.attempt(
        lambda session: organisation.delegate(
            session, post=post, actor=actor, now=now, administrator=True, **values
        )
    ):
        flash(gettext("Đã ghi ủy quyền."), "done")
        return redirect(url_for("administrator.delegations"), 303)
    return _new_page(post, sheet), 422


@blueprint.post("/delegations/<id:delegation_id>/revocation")
@policy("administrator")
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    delegation, sheet = load_delegation(delegation_id), Sheet(request.form)
    actor, now = viewer(), clock.now()
    if sheet.attempt(
        lambda session: organisation.revoke_delegation(
            session, delegation=delegation, actor=actor, now=now, administrator=True
        )
    ):
        flash(gettext("Đã chấm dứt ủy quyền, có hiệu lực ngay."), "done")
        return redirect(url_for("administrator.delegations"), 303)
    return _list_page(sheet), 422


def _list_page(sheet: Sheet) -> str:
    today = local_day(clock.now())
    running = sa.and_(
        Delegation.revoked_at.is_(None), Delegation.valid_to >= today, Post.ended_at.is_(None)
    )
    rows = db.session.execute(
        sa.select(Delegation, running)
        .join(Delegation.post)
        .options(
            joinedload(Delegation.person),
            joinedload(Delegation.post).joinedload(Post.person),
            joinedload(Delegation.post).joinedload(Post.unit),
        )
        .order_by(running.desc(), Delegation.id.desc())
        .limit(LISTED)
    ).all()
    return page("delegations", sheet=sheet, rows=rows)


def _new_page(post: Post, sheet: Sheet) -> str:
    people = candidates(sheet.raw("q"), [post], post.person, clock.now())
    return page("delegation_new", post=post, sheet=sheet, people=people)
