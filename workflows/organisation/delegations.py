"""Delegations: the holder of a post lets another act in it for a time, within a scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.account import Account
from models.document import KINDS
from models.person import Membership, Person
from models.post import Delegation, Post
from models.queries.locking import hold_right
from models.unit import in_force_on
from workflows.calendar import local_day
from workflows.organisation.record import (
    Window,
    bad_window,
    cleaned,
    overlapping,
    reaches,
    record,
    refuse_if,
    rehome,
)
from workflows.refusal import N_, Forbidden, Reason

# What can be handed to another; the rest belongs to the author or to nobody.
ACTIONS = (
    "create",
    "revise",
    "submit",
    "review",
    "return",
    "approve",
    "report",
    "receive",
    "request_amendment",
    "withdraw",
    "amend",
    "revoke",
    "archive",
)


def delegate(
    session: Session,
    *,
    post: Post,
    to: Person,
    valid_from: date,
    valid_to: date,
    kinds: Iterable[str] = (),
    actions: Iterable[str] = (),
    reason: str | None = None,
    actor: Person | None,
    now: datetime,
    administrator: bool = False,
) -> Delegation:
    """The holder of `post` lets `to` act in it between two days; empty kinds or actions mean all.

    Only the holder delegates, and only his own post: what he holds by delegation is not his to
    give. `administrator` lets an administrator enter it for the holder, never to himself. Raises
    `Forbidden` or `Refused`; takes effect at the instant of this act at the earliest.
    """
    kinds, actions, reason = sorted(set(kinds)), sorted(set(actions)), cleaned(reason, "reason")
    holder, today = post.person, local_day(now)
    if actor is not None and actor.id != holder.id and not administrator:
        raise Forbidden(_not_his_own(session, post, actor, now))
    refuse_if(
        bad_window(valid_from, valid_to),
        _not_in_scope(kinds, actions),
        _too_early(valid_from, today),
        _not_held(post, valid_from, valid_to, now),
        _to_himself(holder, to, actor),
        _not_active(session, to, valid_from),
        _double(session, post, to, (valid_from, valid_to)),
        _cycle(session, holder, to, (valid_from, valid_to)),
    )
    delegation = Delegation(
        post=post,
        person=to,
        kinds=kinds,
        actions=actions,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason or None,
        created_at=now,
    )
    session.add(delegation)
    session.flush()
    scope = {"kinds": kinds or None, "actions": actions or None}
    facts = {"role": post.role, **scope, "valid_from": valid_from, "valid_to": valid_to}
    said = {"title": post.title, "reason": reason or None}
    _tell(session, "delegated", delegation, actor, now, facts, said)
    return delegation


def revoke_delegation(
    session: Session,
    *,
    delegation: Delegation,
    actor: Person | None,
    now: datetime,
    administrator: bool = False,
) -> None:
    """Ends a delegation at this instant. The holder may, the delegate may give it back."""
    post = delegation.post
    if (
        actor is not None
        and not administrator
        and actor.id not in (post.person_id, delegation.person_id)
    ):
        raise Forbidden(
            Reason(
                "POST",
                N_("Chỉ người ủy quyền hoặc người được ủy quyền mới chấm dứt được ủy quyền này."),
            )
        )
    hold_right(post.id, delegation.id)
    session.refresh(delegation)
    refuse_if(
        Reason("POST", N_("Ủy quyền này đã chấm dứt. Tải lại trang để xem."))
        if delegation.revoked_at is not None
        else None
    )
    delegation.revoked_at = now
    _tell(session, "delegation_revoked", delegation, actor, now, {}, {})


def _tell(
    session: Session,
    action: str,
    delegation: Delegation,
    actor: Person | None,
    now: datetime,
    facts: dict[str, Any],
    said: dict[str, str | None],
) -> None:
    """The event in the log of the post's unit; what waits there finds its holders anew."""
    post, to = delegation.post, delegation.person
    of = {"delegation": delegation.id, "post": post.id, "person": post.person_id, "to": to.id}
    record(
        session,
        post.unit_id,
        action,
        now=now,
        actor=actor,
        facts={**of, "unit": post.unit.code, **facts},
        private={"name": post.person.full_name, "to_name": to.full_name, **said},
        about=to,
    )
    rehome(session, [post.unit_id], now)


def _too_early(valid_from: date, today: date) -> Reason | None:
    if valid_from >= today:
        return None
    return Reason(
        "POST",
        N_("Ủy quyền bắt đầu sớm nhất từ hôm nay, %(today)s. Sửa ngày bắt đầu."),
        {"today": today},
        place="valid_from",
    )


def _to_himself(holder: Person, to: Person, actor: Person | None) -> Reason | None:
    """Nobody gives himself a right: neither its holder, nor who enters it for him."""
    if to.id == holder.id:
        text = N_("Không ai ủy quyền cho chính mình. Chọn người khác.")
    elif actor is not None and actor.id == to.id:
        text = N_("Quản trị không nhận ủy quyền do mình ghi. Nhờ người giữ chức vụ tự ủy quyền.")
    else:
        return None
    return Reason("POST", text, place="to")


def _not_his_own(session: Session, post: Post, actor: Person, now: datetime) -> Reason:
    today = local_day(now)
    by_delegation = session.scalar(
        sa.select(Delegation.id)
        .where(
            Delegation.post_id == post.id,
            Delegation.person_id == actor.id,
            Delegation.revoked_at.is_(None),
            in_force_on(Delegation, today),
        )
        .limit(1)
    )
    if by_delegation is not None:
        return Reason(
            "POST",
            N_(
                "Quyền được %(holder)s ủy quyền thì không ủy quyền tiếp được. "
                "Đề nghị %(holder)s ủy quyền thẳng cho người đó."
            ),
            {"holder": post.person.full_name},
        )
    return Reason(
        "POST", N_("Chỉ người giữ chức vụ mới ủy quyền được chức vụ đó. Chọn chức vụ của mình.")
    )


def _not_in_scope(kinds: list[str], actions: list[str]) -> Reason | None:
    if set(kinds) <= set(KINDS) and set(actions) <= set(ACTIONS):
        return None
    return Reason("FORM", N_("Chọn loại văn bản và việc trong danh sách."), place="kinds")


def _not_held(post: Post, valid_from: date, valid_to: date, now: datetime) -> Reason | None:
    if post.ended_at is not None and post.ended_at <= now:
        return Reason("POST", N_("Chức vụ này đã kết thúc, không ủy quyền được nữa."), place="post")
    if (post.valid_from is not None and valid_from < post.valid_from) or (
        post.valid_to is not None and valid_to > post.valid_to
    ):
        return Reason(
            "POST",
            N_(
                "Thời gian ủy quyền vượt ra ngoài nhiệm kỳ của %(title)s. Chọn ngày trong nhiệm kỳ."
            ),
            {"title": post.title},
            place="valid_to",
        )
    return None


def _not_active(session: Session, person: Person, day: date) -> Reason | None:
    """A delegate must belong somewhere on the first day, and not be shut out."""
    belongs = session.scalar(
        sa.select(
            sa.or_(
                sa.exists().where(Membership.person_id == person.id, in_force_on(Membership, day)),
                sa.exists().where(
                    Post.person_id == person.id, Post.ended_at.is_(None), in_force_on(Post, day)
                ),
            )
        )
    )
    shut_out = session.scalar(
        sa.select(
            sa.exists().where(Account.person_id == person.id, Account.suspended_at.is_not(None))
        )
    )
    if belongs and not shut_out:
        return None
    return Reason(
        "POST",
        N_("%(person)s không còn hoạt động trong đơn vị nào vào ngày %(day)s. Chọn người khác."),
        {"person": person.full_name, "day": day},
        place="to",
    )


def _double(session: Session, post: Post, to: Person, window: Window) -> Reason | None:
    same = session.scalar(
        sa.select(Delegation)
        .where(
            Delegation.post_id == post.id,
            Delegation.person_id == to.id,
            Delegation.revoked_at.is_(None),
            overlapping(Delegation, *window),
        )
        .limit(1)
    )
    if same is None:
        return None
    return Reason(
        "POST",
        N_(
            "%(person)s đã được ủy quyền chức vụ này từ %(start)s đến %(end)s. "
            "Chấm dứt ủy quyền đó trước, hoặc chọn ngày khác."
        ),
        {"person": to.full_name, "start": same.valid_from, "end": same.valid_to},
        place="to",
    )


def _cycle(session: Session, holder: Person, to: Person, window: Window) -> Reason | None:
    """Why this would close a ring of persons who stand in for one another on the same day."""

    def delegates(person_id: int) -> list[tuple[int, Window]]:
        rows = session.execute(
            sa.select(Delegation.person_id, Delegation.valid_from, Delegation.valid_to)
            .join(Post, Post.id == Delegation.post_id)
            .where(
                Post.person_id == person_id,
                Post.ended_at.is_(None),
                Delegation.revoked_at.is_(None),
            )
        )
        return [(row[0], (row[1], row[2])) for row in rows]

    if to.id == holder.id or not reaches(to.id, holder.id, window, delegates):
        return None
    return Reason(
        "POST",
        N_(
            "Trong thời gian đó %(to)s đang ủy quyền, trực tiếp hoặc qua người khác, "
            "cho %(holder)s. Ủy quyền vòng quanh thì không còn ai chịu trách nhiệm; "
            "chọn người khác hoặc ngày khác."
        ),
        {"to": to.full_name, "holder": holder.full_name},
        place="to",
    )
