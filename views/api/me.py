"""GET /me: who the token speaks for, and by which posts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.person import Membership
from models.unit import in_force_on
from views import present
from views.api.door import blueprint
from views.api.represent import day, instant, logins
from views.loaders import viewer
from views.policy import policy
from workflows.standing import standing


@blueprint.get("/me")
@policy("signed_in")
def me() -> dict[str, Any]:
    person, now = viewer(), clock.now()
    here = standing(person, now)
    delegated = here.delegations
    owners = logins(delegation.post.person_id for delegation in delegated)
    held = [(post, None, None) for post in here.own]
    lent = [(d.post, owners.get(d.post.person_id), d.valid_to) for d in delegated]
    return {
        "login": current_user.login,
        "name": person.full_name,
        "now": instant(now),
        "posts": [
            {
                "unit": post.unit.code,
                "role": post.role,
                "title": present.post_title(post),
                "valid_to": day(until if post.valid_to is None else post.valid_to),
                "delegated": post.person_id != person.id,
                "delegated_by": owner,
            }
            for post, owner, until in [*held, *lent]
        ],
        "memberships": [
            {"unit": membership.unit.code, "standing": membership.standing}
            for membership in _memberships(person.id)
        ],
    }


def _memberships(person_id: int) -> list[Membership]:
    return list(
        db.session.scalars(
            sa.select(Membership)
            .options(joinedload(Membership.unit))
            .where(
                Membership.person_id == person_id,
                in_force_on(Membership, present.local_day(clock.now())),
            )
            .order_by(Membership.id)
        )
    )
