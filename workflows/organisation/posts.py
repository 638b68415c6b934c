"""Posts: given for a term, ended at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.post import ROLES, Delegation, Post
from models.unit import Unit
from workflows.organisation.record import (
    Window,
    bad_window,
    cleaned,
    overlapping,
    record,
    refuse_if,
    rehome,
    required,
)
from workflows.refusal import N_, Reason


def give_post(
    session: Session,
    *,
    person: Person,
    unit: Unit,
    role: str,
    title: str,
    title_en: str | None = None,
    acting: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Post:
    """The person holds `role` in `unit` for a term (two days, both inclusive, both optional).

    `acting` (quyền, phụ trách) stands in for a vacant post. Nobody gives himself a post: an
    administrator has no rights over documents, and this is how he would get some.
    """
    title, title_en = cleaned(title, "title"), cleaned(title_en, "title_en")
    refuse_if(
        None
        if role in ROLES
        else Reason("FORM", N_("Chọn vai trò của chức vụ trong danh sách."), place="role"),
        required(title, "title", N_("Chưa có tên chức vụ, ví dụ “Bí thư Chi bộ”.")),
        bad_window(valid_from, valid_to),
        _held_already(session, person, unit, role, (valid_from, valid_to), now),
        _not_to_oneself(person, actor),
    )
    post = Post(
        person=person,
        unit=unit,
        role=role,
        title=title,
        title_en=title_en or None,
        acting=acting,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(post)
    session.flush()
    facts = {"acting": acting, "valid_from": valid_from, "valid_to": valid_to}
    _tell(session, "post_given", post, actor, now, facts)
    return post


def edit_post(
    session: Session,
    *,
    post: Post,
    title: str,
    acting: bool,
    valid_from: date | None,
    valid_to: date | None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Corrects the title or the term of a post that has not ended; its delegations stay.

    Raises `Refused`, also for one's own post and for a term that meets another of the same post.
    """
    title = cleaned(title, "title")
    term = (valid_from, valid_to)
    refuse_if(
        required(title, "title", N_("Chưa có tên chức vụ, ví dụ “Bí thư Chi bộ”.")),
        bad_window(valid_from, valid_to),
        _held_already(session, post.person, post.unit, post.role, term, now, but=post),
        _ended(post),
        _not_to_oneself(post.person, actor),
    )
    new = {"title": title, "acting": acting, "valid_from": valid_from, "valid_to": valid_to}
    changed = sorted(key for key, value in new.items() if getattr(post, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(post, key, new[key])
    facts = {"fields": changed, "valid_from": valid_from, "valid_to": valid_to}
    _tell(session, "post_changed", post, actor, now, facts)


def end_post(session: Session, *, post: Post, actor: Person | None, now: datetime) -> None:
    """Ends the post at this instant, and with it every delegation of it."""
    session.refresh(post, with_for_update={"key_share": True, "of": Post})
    refuse_if(_ended(post))
    post.ended_at = now
    delegations = session.scalars(
        sa.select(Delegation).where(Delegation.post_id == post.id, Delegation.revoked_at.is_(None))
    ).all()
    for delegation in delegations:
        delegation.revoked_at = now
    facts = {"delegations": [delegation.id for delegation in delegations] or None}
    _tell(session, "post_ended", post, actor, now, facts)


def _tell(
    session: Session,
    action: str,
    post: Post,
    actor: Person | None,
    now: datetime,
    facts: dict[str, Any],
) -> None:
    """The event in the log of the post's unit; what waits there finds its holders anew."""
    of = {"post": post.id, "person": post.person_id, "unit": post.unit.code, "role": post.role}
    record(
        session,
        post.unit_id,
        action,
        now=now,
        actor=actor,
        facts=of | facts,
        private={"name": post.person.full_name, "title": post.title},
        about=post.person,
    )
    rehome(session, [post.unit_id], now)


def _held_already(
    session: Session,
    person: Person,
    unit: Unit,
    role: str,
    term: Window,
    now: datetime,
    *,
    but: Post | None = None,
) -> Reason | None:
    """Why a term cannot be: the person holds the same post in it, by another row than `but`."""
    same = session.scalar(
        sa.select(Post)
        .where(
            Post.id != but.id if but is not None else sa.true(),
            Post.person_id == person.id,
            Post.unit_id == unit.id,
            Post.role == role,
            sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
            overlapping(Post, *term),
        )
        .limit(1)
    )
    if same is None:
        return None
    return Reason(
        "POST",
        N_(
            "%(person)s đã giữ chức vụ này ở %(unit)s trong thời gian đó (%(title)s). "
            "Kết thúc chức vụ cũ trước, hoặc chọn ngày khác."
        ),
        {"person": person.full_name, "unit": unit.name, "title": same.title},
        place="person",
    )


def _ended(post: Post) -> Reason | None:
    if post.ended_at is None:
        return None
    return Reason("POST", N_("Chức vụ này đã kết thúc. Tải lại trang để xem."))


def _not_to_oneself(person: Person, actor: Person | None) -> Reason | None:
    if actor is None or actor.id != person.id:
        return None
    return Reason(
        "POST",
        N_("Không ai tự giao chức vụ cho mình. Nhờ một quản trị khác giao."),
        place="person",
    )
