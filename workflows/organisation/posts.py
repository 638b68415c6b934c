"""Posts: given for a term, ended at once."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.post import ROLES, Delegation, Post
from models.unit import Unit
from workflows.organisation.record import (
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
    same = session.scalar(
        sa.select(Post)
        .where(
            Post.person_id == person.id,
            Post.unit_id == unit.id,
            Post.role == role,
            sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
            overlapping(Post, valid_from, valid_to),
        )
        .limit(1)
    )
    refuse_if(
        None
        if role in ROLES
        else Reason("FORM", N_("Chọn vai trò của chức vụ trong danh sách."), place="role"),
        required(title, "title", N_("Chưa có tên chức vụ, ví dụ “Bí thư Chi bộ”.")),
        bad_window(valid_from, valid_to),
        None if same is None else _held_already(person, unit, same),
        _not_to_oneself() if actor is not None and actor.id == person.id else None,
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
    record(
        session,
        unit.id,
        "post_given",
        now=now,
        actor=actor,
        facts={
            "post": post.id,
            "person": person.id,
            "unit": unit.code,
            "role": role,
            "acting": acting,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
        private={"name": person.full_name, "title": title},
        about=person,
    )
    rehome(session, [unit.id], now)
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
    same = session.scalar(
        sa.select(Post)
        .where(
            Post.id != post.id,
            Post.person_id == post.person_id,
            Post.unit_id == post.unit_id,
            Post.role == post.role,
            sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
            overlapping(Post, valid_from, valid_to),
        )
        .limit(1)
    )
    refuse_if(
        required(title, "title", N_("Chưa có tên chức vụ, ví dụ “Bí thư Chi bộ”.")),
        bad_window(valid_from, valid_to),
        None if same is None else _held_already(post.person, post.unit, same),
        Reason("POST", N_("Chức vụ này đã kết thúc. Tải lại trang để xem."))
        if post.ended_at is not None
        else None,
        _not_to_oneself() if actor is not None and actor.id == post.person_id else None,
    )
    new = {"title": title, "acting": acting, "valid_from": valid_from, "valid_to": valid_to}
    changed = sorted(key for key, value in new.items() if getattr(post, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(post, key, new[key])
    record(
        session,
        post.unit_id,
        "post_changed",
        now=now,
        actor=actor,
        facts={
            "post": post.id,
            "person": post.person_id,
            "unit": post.unit.code,
            "role": post.role,
            "fields": changed,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
        private={"name": post.person.full_name, "title": title},
        about=post.person,
    )
    rehome(session, [post.unit_id], now)


def end_post(session: Session, *, post: Post, actor: Person | None, now: datetime) -> None:
    """Ends the post at this instant, and with it every delegation of it."""
    session.refresh(post, with_for_update={"key_share": True, "of": Post})
    refuse_if(
        Reason(
            "POST",
            N_("Chức vụ này đã kết thúc. Tải lại trang để xem."),
        )
        if post.ended_at is not None
        else None
    )
    post.ended_at = now
    delegations = session.scalars(
        sa.select(Delegation).where(Delegation.post_id == post.id, Delegation.revoked_at.is_(None))
    ).all()
    for delegation in delegations:
        delegation.revoked_at = now
    record(
        session,
        post.unit_id,
        "post_ended",
        now=now,
        actor=actor,
        facts={
            "post": post.id,
            "person": post.person_id,
            "unit": post.unit.code,
            "role": post.role,
            "delegations": [delegation.id for delegation in delegations] or None,
        },
        private={"name": post.person.full_name, "title": post.title},
        about=post.person,
    )
    rehome(session, [post.unit_id], now)


def _held_already(person: Person, unit: Unit, same: Post) -> Reason:
    return Reason(
        "POST",
        N_(
            "%(person)s đã giữ chức vụ này ở %(unit)s trong thời gian đó (%(title)s). "
            "Kết thúc chức vụ cũ trước, hoặc chọn ngày khác."
        ),
        {"person": person.full_name, "unit": unit.name, "title": same.title},
        place="person",
    )


def _not_to_oneself() -> Reason:
    return Reason(
        "POST",
        N_("Không ai tự giao chức vụ cho mình. Nhờ một quản trị khác giao."),
        place="person",
    )
