"""Who signed, and what the register of posts says of him on that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Decision, Document
from models.kinds import PERSONAL
from models.person import Person
from models.post import Delegation, Post
from models.recorded import RecordedPaper
from models.unit import Unit
from workflows.calendar import local_day, start_of_day
from workflows.questions.answer import Value
from workflows.questions.days import local_day_of
from workflows.questions.scope import Keys, Scope
from workflows.refusal import N_, Reason
from workflows.sorting import search_fold

SIGNED = ("approve", "confirm")


def signed_on(scope: Scope) -> Any:
    """The day of a decision: of a paper signed outside the printed one."""
    return sa.case(
        (Decision.action == "confirm", Decision.dated_on),
        else_=local_day_of(Decision.at, scope.today),
    )


def approvals(scope: Scope) -> Keys:
    """Every approval, at any stage, and every signed paper entered: one decision each, by its day."""
    return (
        sa.select(
            Decision.id.label("key"),
            Document.unit_id.label("unit_id"),
            Document.kind.in_(PERSONAL).label("personal"),
        )
        .join(Document, Decision.document_id == Document.id)
        .where(scope.documents(), Decision.action.in_(SIGNED), scope.period(signed_on(scope)))
    )


@dataclass(frozen=True)
class Signing:
    """A decision with the name under it, the day on which it was signed, and the posts and
    delegations that the register has for that name at that body, whenever they were in force."""

    decision: Decision
    name: str
    signed_as: Value  # the post under the name
    day: date
    posts: tuple[Post, ...]
    delegations: tuple[Delegation, ...]

    def register(self) -> tuple[Value, ...]:
        """What the register says, in a line each."""
        lines: list[Value] = [
            Reason(
                "",
                N_("%(post)s từ %(begins)s đến %(ends)s"),
                {
                    "post": post,
                    "begins": post.valid_from or "…",
                    "ends": _end(post),
                },
            )
            for post in self.posts
        ]
        lines += [
            Reason(
                "",
                N_("ủy quyền của %(holder)s (%(post)s) từ %(begins)s đến %(ends)s"),
                {
                    "holder": one.post.person,
                    "post": one.post,
                    "begins": _given(one),
                    "ends": one.revoked_at or one.valid_to,
                },
            )
            for one in self.delegations
        ]
        return tuple(lines) or (Reason("", N_("chưa thấy chức vụ hoặc ủy quyền nào")),)


def _given(delegation: Delegation) -> date | datetime:
    """Its first day, or the instant at which it was given in the course of that day or later."""
    first, given = delegation.valid_from, delegation.created_at
    return first if given <= start_of_day(first) else given


def _end(post: Post) -> Value:
    return post.ended_at or post.valid_to or Reason("", N_("nay"))


def signings(ids: Sequence[int]) -> dict[int, Signing]:
    """The decisions with these ids; at the issuer's body for a paper signed outside, else at the
    body whose post acted. Four statements whatever their number."""
    rows = db.session.execute(
        sa.select(Decision, RecordedPaper)
        .join(Document, Decision.document_id == Document.id)
        .outerjoin(
            RecordedPaper,
            sa.and_(
                RecordedPaper.document_id == Decision.document_id, Decision.action == "confirm"
            ),
        )
        .options(
            joinedload(Decision.person),
            joinedload(Decision.post).joinedload(Post.unit),
            joinedload(Decision.document).options(
                joinedload(Document.unit).joinedload(Unit.level), joinedload(Document.author)
            ),
        )
        .where(Decision.id.in_(ids))
    ).all()
    bodies = {_body(decision, paper) for decision, paper in rows}
    names = {_name(decision, paper) for decision, paper in rows}
    posts, delegations = _posts(bodies, names), _delegations(bodies, names)
    found = {}
    for decision, paper in rows:
        key = (_body(decision, paper), search_fold(_name(decision, paper)))
        found[decision.id] = Signing(
            decision,
            _name(decision, paper),
            paper.signed_as if paper is not None else decision.post,
            paper.dated_on
            if paper is not None and paper.dated_on is not None
            else local_day(decision.at),
            tuple(posts.get(key, ())),
            tuple(delegations.get(key, ())),
        )
    return found


def _body(decision: Decision, paper: RecordedPaper | None) -> int:
    if paper is None and decision.post is not None:
        return decision.post.unit_id
    return decision.document.unit_id


def _name(decision: Decision, paper: RecordedPaper | None) -> str:
    return paper.signed_by if paper is not None else decision.person.full_name


def _posts(bodies: Iterable[int], names: Iterable[str]) -> dict[tuple[int, str], list[Post]]:
    rows = db.session.scalars(
        sa.select(Post)
        .join(Person, Post.person_id == Person.id)
        .options(joinedload(Post.person), joinedload(Post.unit))
        .where(Post.unit_id.in_(sorted(bodies)), Person.search_fold.in_(_folds(names)))
        .order_by(Post.valid_from, Post.id)
    )
    found: dict[tuple[int, str], list[Post]] = {}
    for post in rows:
        found.setdefault((post.unit_id, post.person.search_fold), []).append(post)
    return found


def _delegations(
    bodies: Iterable[int], names: Iterable[str]
) -> dict[tuple[int, str], list[Delegation]]:
    rows = db.session.scalars(
        sa.select(Delegation)
        .join(Delegation.post)
        .join(Person, Delegation.person_id == Person.id)
        .options(
            joinedload(Delegation.person),
            joinedload(Delegation.post).options(joinedload(Post.person), joinedload(Post.unit)),
        )
        .where(Post.unit_id.in_(sorted(bodies)), Person.search_fold.in_(_folds(names)))
        .order_by(Delegation.valid_from, Delegation.id)
    )
    found: dict[tuple[int, str], list[Delegation]] = {}
    for one in rows:
        found.setdefault((one.post.unit_id, one.person.search_fold), []).append(one)
    return found


def _folds(names: Iterable[str]) -> list[str]:
    return sorted({search_fold(name) for name in names})
