"""Units merge, split and close on a decision: who goes where is told once, and on its day one act
moves everything that waits. What lies ahead is carried out by the start of its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, transaction
from models.change import UnitChange
from models.person import Membership, Person
from models.sitting import Sitting
from models.unit import ReportingLine, Unit
from workflows.calendar import local_day
from workflows.organisation import carrying, holding
from workflows.organisation.record import (
    bad_window,
    cleaned,
    record,
    refuse_if,
    required,
)
from workflows.organisation.tree import subtree_ids
from workflows.refusal import N_, Reason, Refused, WorkflowError

KINDS = ("merge", "split", "close")
ONE_DAY = timedelta(days=1)
NOWHERE = 0


@dataclass(frozen=True)
class Plan:
    """Who goes where. The first successor is the heir: whoever the plan does not name goes there,
    and so do the papers. `NOWHERE` ends a membership; a post that is not named ends."""

    successors: tuple[Unit, ...]
    members: Mapping[int, int] = field(default_factory=dict)  # membership id → unit id
    posts: Mapping[int, int] = field(default_factory=dict)  # post id → unit id
    children: Mapping[int, int] = field(default_factory=dict)  # unit id → unit id

    def as_kept(self) -> dict[str, dict[str, int]]:
        told = {"members": self.members, "posts": self.posts, "children": self.children}
        return {name: {str(k): v for k, v in one.items()} for name, one in told.items()}


def close_unit(
    session: Session,
    *,
    unit: Unit,
    kind: str,
    plan: Plan,
    decision: str,
    effective_on: date,
    actor: Person | None,
    now: datetime,
) -> list[UnitChange]:
    """From `effective_on` on the unit is no more: it merged into one successor, split into several,
    or closed (its superior, or whoever is named, keeps its papers; what it owed is waived).

    Carried out at once when that day has come, else by the start of that day. `decision` is the
    number and date of the paper. Returns the changes, the heir's first. Raises `Refused`.
    """
    decision = cleaned(decision, "decision")
    holding.closing(session, unit, plan.successors, effective_on)
    refuse_if(
        required(decision, "decision", N_("Chưa ghi quyết định, ví dụ “25-QĐ/ĐU, 20/04/2026”.")),
        *against(session, unit, kind, plan, effective_on, now),
    )
    _know(plan)
    changes = [
        UnitChange(
            unit=unit,
            successor=successor,
            kind=kind,
            decision=decision,
            effective_on=effective_on,
            made_at=now,
            made_by_id=actor.id if actor else None,
            plan=plan.as_kept() if place == 0 else {},
        )
        for place, successor in enumerate(plan.successors)
    ]
    session.add_all(changes)
    session.flush()
    if effective_on <= local_day(now):
        carrying.carry_out(session, changes, actor, now)
    else:
        record(
            session,
            unit.id,
            "unit_closing_planned",
            now=now,
            actor=actor,
            facts={"unit": unit.code, "kind": kind, "day": effective_on},
            private={"decision": decision},
        )
    return changes


def against(
    session: Session, unit: Unit, kind: str, plan: Plan, effective_on: date, now: datetime
) -> list[Reason]:
    """Everything that would refuse this closing, whoever goes where; empty when nothing does."""
    window = bad_window(effective_on, None)
    return [
        *([window] if window is not None else []),
        *(
            []
            if kind in KINDS
            else [Reason("FORM", N_("Chọn sáp nhập, chia tách hoặc chấm dứt."), place="kind")]
        ),
        *_wrong_successors(session, unit, kind, plan, effective_on),
        *obstacles(session, unit, effective_on, now),
    ]


def cancel(session: Session, *, unit: Unit, actor: Person | None, now: datetime) -> None:
    """A closing that lies ahead does not happen."""
    holding.issuers(session, [unit.id])  # its day may be beginning
    planned = pending(session, unit)
    refuse_if(
        Reason("FORM", N_("Không có việc sáp nhập, chia tách hay chấm dứt nào đang chờ ngày."))
        if not planned
        else None
    )
    record(
        session,
        unit.id,
        "unit_closing_cancelled",
        now=now,
        actor=actor,
        facts={"unit": unit.code, "day": planned[0].effective_on},
        private={"decision": planned[0].decision},
    )
    for change in planned:
        session.delete(change)
    session.flush()


def pending(session: Session, unit: Unit) -> list[UnitChange]:
    """What is decided of a unit and waits for its day, the heir's first."""
    return list(
        session.scalars(
            sa.select(UnitChange)
            .where(UnitChange.unit_id == unit.id, UnitChange.carried_out_at.is_(None))
            .order_by(UnitChange.id)
        )
    )


def carry_out_due(now: datetime) -> int:
    """Carries out every closing whose day has come; one that meets an obstacle waits for the next
    time and says why on the unit's page. Returns how many were carried out."""
    done = 0
    due = db.session.scalars(
        sa.select(UnitChange.unit_id)
        .where(UnitChange.carried_out_at.is_(None), UnitChange.effective_on <= local_day(now))
        .distinct()
        .order_by(UnitChange.unit_id)
    ).all()
    for unit_id in due:
        try:
            with transaction() as session:
                unit = session.get_one(Unit, unit_id)
                if not (changes := pending(session, unit)):
                    continue
                successors = [change.successor for change in changes if change.successor]
                holding.closing(session, unit, successors, changes[0].effective_on)
                changes = pending(session, unit)  # a second worker finds nothing left
                if not changes:
                    continue
                refuse_if(*obstacles(session, unit, changes[0].effective_on, now, planned=True))
                carrying.carry_out(
                    session, changes, session.get(Person, changes[0].made_by_id or 0), now
                )
                done += 1
        except WorkflowError:
            continue
    return done


def obstacles(
    session: Session, unit: Unit, effective_on: date, now: datetime, *, planned: bool = False
) -> list[Reason]:
    """What stands in the way of closing a unit from this day on."""
    found = []
    if unit.valid_to is not None and unit.valid_to < effective_on:
        found.append(
            Reason(
                "FORM",
                N_("%(unit)s đã kết thúc ngày %(day)s."),
                {"unit": unit.name, "day": unit.valid_to},
                place="effective_on",
            )
        )
    if unit.valid_from is not None and effective_on <= unit.valid_from:
        found.append(
            Reason(
                "FORM",
                N_("%(unit)s chỉ có từ ngày %(day)s. Chọn ngày hiệu lực sau đó."),
                {"unit": unit.name, "day": unit.valid_from},
                place="effective_on",
            )
        )
    if not planned and pending(session, unit):
        found.append(
            Reason(
                "FORM",
                N_("%(unit)s đã có quyết định đang chờ ngày. Hủy việc đó trước."),
                {"unit": unit.name},
            )
        )
    found += _later_than(session, unit, effective_on)
    sitting = session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.state.in_(("open", "awaiting", "confirmed")))
        .limit(1)
    )
    if sitting is not None and effective_on <= local_day(now):
        found.append(
            Reason(
                "STATE",
                N_(
                    "Cuộc họp của %(unit)s ngày %(day)s chưa xong. "
                    "Xác nhận biên bản hoặc hủy cuộc họp trước."
                ),
                {"unit": unit.name, "day": sitting.held_on},
            )
        )
    return found


def _later_than(session: Session, unit: Unit, day: date) -> Iterable[Reason]:
    """Somebody joins, or a reporting line begins, only after the unit has gone."""
    member = session.scalar(
        sa.select(Membership)
        .where(Membership.unit_id == unit.id, Membership.valid_from >= day)
        .limit(1)
    )
    if member is not None:
        yield Reason(
            "FORM",
            N_(
                "%(person)s được ghi về %(unit)s từ ngày %(day)s, khi đơn vị không còn. "
                "Chuyển người đó sang đơn vị khác trước."
            ),
            {"person": member.person.full_name, "unit": unit.name, "day": member.valid_from},
            place="effective_on",
        )
    line = session.scalar(
        sa.select(ReportingLine)
        .where(
            sa.or_(ReportingLine.unit_id == unit.id, ReportingLine.superior_id == unit.id),
            ReportingLine.valid_from >= day,
        )
        .limit(1)
    )
    if line is not None:
        yield Reason(
            "FORM",
            N_(
                "Tuyến báo cáo từ %(unit)s lên %(superior)s bắt đầu ngày %(day)s, khi đơn vị không "
                "còn. Kết thúc tuyến đó trước."
            ),
            {"unit": line.unit.name, "superior": line.superior.name, "day": line.valid_from},
            place="effective_on",
        )


def _wrong_successors(
    session: Session, unit: Unit, kind: str, plan: Plan, day: date
) -> Iterable[Reason]:
    number = len(plan.successors)
    if number == 0:
        yield Reason(
            "FORM",
            N_("Chưa có đơn vị tiếp nhận. Ghi mã đơn vị nhận hồ sơ và việc đang dở."),
            place="successors",
        )
    if len({one.id for one in plan.successors}) < number:
        yield Reason("FORM", N_("Một đơn vị ghi hai lần. Bỏ một lần."), place="successors")
    if (kind == "split" and number == 1) or (kind in ("merge", "close") and number > 1):
        yield Reason(
            "FORM",
            N_(
                "Chia tách cần ít nhất hai đơn vị tiếp nhận; sáp nhập và chấm dứt thì chỉ một. "
                "Xem lại danh sách đơn vị."
            ),
            place="successors",
        )
    below = subtree_ids([unit.id], None, day) - {unit.id} if number else set()
    for successor in plan.successors:
        params = {"unit": unit.name, "successor": successor.name, "day": day}
        if successor.id == unit.id:
            sentence = N_("%(unit)s không thể tiếp nhận chính nó. Chọn đơn vị khác.")
        elif successor.id in below:
            sentence = N_(
                "%(successor)s đang ở dưới %(unit)s. Chuyển %(successor)s lên cấp trên khác trước, "
                "hoặc chọn đơn vị khác."
            )
        elif not _is_there(successor, day):
            sentence = N_(
                "%(successor)s không có vào ngày %(day)s. Chọn đơn vị khác hoặc ngày khác."
            )
        elif successor.is_advisory != unit.is_advisory:
            sentence = N_(
                "Cơ quan giúp việc thì sáp nhập với cơ quan giúp việc; %(successor)s và %(unit)s "
                "khác loại. Chọn đơn vị khác."
            )
        elif pending(session, successor):
            sentence = N_("%(successor)s cũng đang chờ sáp nhập hoặc chấm dứt. Chọn đơn vị khác.")
        else:
            continue
        yield Reason("FORM", sentence, params, place="successors")


def _is_there(unit: Unit, day: date) -> bool:
    return (unit.valid_from or day) <= day and (unit.valid_to is None or day <= unit.valid_to)


def _know(plan: Plan) -> None:
    """Everybody and everything goes to a successor, or nowhere."""
    allowed = {unit.id for unit in plan.successors}
    for told in (plan.members, plan.posts, plan.children):
        for goal in told.values():
            if goal not in allowed and not (told is not plan.children and goal == NOWHERE):
                raise Refused(
                    Reason("FORM", N_("Chọn một trong các đơn vị tiếp nhận."), place="successors")
                )
