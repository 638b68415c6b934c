"""Waiving and extending: by somebody above, with a reason and a basis; each is a row and an event.

The day first written stays; an extension adds another, from which the ladder begins anew.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.obligation import Obligation
from models.person import Person
from models.queries.locking import hold_units
from models.relief import Relief
from workflows import notices, trail
from workflows.act import Capacity
from workflows.calendar import WorkingCalendar, local_day
from workflows.keeping import keep
from workflows.obligations import clocks
from workflows.obligations.granting import holding, right_to_grant
from workflows.obligations.grounds import Basis, read_grounds
from workflows.obligations.putting_down import let_go
from workflows.refusal import N_, Reason, Refused, Stale

LONGEST = timedelta(days=366)  # an extension reaches at most so far ahead
TOLD = ("secretary", "deputy", "committee", "advisor")  # of the unit that owes


def waive(
    obligation: Obligation, *, reason: str, basis: Basis, actor: Person, now: datetime
) -> Relief:
    """Nothing is owed any more. Its tasks close, its ladder stops, who owed it is told.

    In the caller's transaction. Raises Forbidden for who is not above, Stale for what is no longer
    open, Refused for a reason or a basis that will not do.
    """
    reason, basis, wrong = read_grounds(reason, basis, now)
    if wrong:
        raise Refused(*wrong)
    held = _hold(obligation, actor, now)
    relief = _relief("waiver", obligation, held, reason, basis, now)
    _record(relief, held, basis, now)
    let_go(obligation, by=actor, now=now)
    return relief


def extend(
    obligation: Obligation,
    *,
    new_due: date,
    reason: str,
    basis: Basis,
    actor: Person,
    now: datetime,
) -> Relief:
    """The last good day becomes `new_due` (rolled over days off where the campaign rolls); the day
    first written stays. The ladder begins anew from there, who owes it is told.

    In the caller's transaction. Raises as `waive` does, and Refused for a day that is not later: with
    everything that is wrong, the day and the grounds.
    """
    reason, basis, wrong = read_grounds(reason, basis, now)
    if wrong := wrong_day(obligation, new_due, now) + wrong:
        raise Refused(*wrong)
    held = _hold(obligation, actor, now)
    if wrong := wrong_day(obligation, new_due, now):  # another day was granted meanwhile
        raise Refused(*wrong)
    effective = _counted(obligation, new_due)
    calendar = WorkingCalendar.of(db.session())
    relief = _relief("extension", obligation, held, reason, basis, now)
    relief.new_due = effective
    obligation.extended_to, obligation.effective_due = new_due, effective
    _record(relief, held, basis, now)
    clocks.restart(obligation, relief.old_due, now, calendar)
    return relief


def reliefs_of(obligation: Obligation) -> list[Relief]:
    """Its waivers and extensions, the oldest first."""
    found = sa.select(Relief).where(Relief.obligation_id == obligation.id).order_by(Relief.id)
    return list(db.session.scalars(found))


def _hold(obligation: Obligation, actor: Person, now: datetime) -> Capacity:
    """The right to grant, kept until the transaction ends; the obligation as it is now, held after
    the logs as whoever meets it does."""
    hold_units([obligation.unit_id])
    held = right_to_grant(obligation, actor, now)
    assert held.post is not None
    keep(held.post.id, held.delegation.id if held.delegation else None, now)
    trail.lock_logs(db.session(), [held.unit.id])
    db.session.refresh(obligation, with_for_update=True)
    if obligation.state != "open":
        raise Stale(
            Reason("STALE", N_("Việc này đã xong hoặc đã được miễn. Tải lại trang để xem."))
        )
    return held


def _relief(
    kind: str, obligation: Obligation, held: Capacity, reason: str, basis: Basis, now: datetime
) -> Relief:
    relief = Relief(
        obligation=obligation,
        kind=kind,
        at=now,
        by=held.person,
        unit=held.unit,
        post=held.post,
        delegation=held.delegation,
        reason=reason,
        basis_document=basis.document,
        basis_number=basis.number or None,
        basis_dated_on=basis.dated_on,
        basis_issuer=basis.issuer or None,
        old_due=obligation.effective_due,
    )
    db.session.add(relief)
    return relief


def _record(relief: Relief, held: Capacity, basis: Basis, now: datetime) -> None:
    """One event in the log of the body that granted it; a notice to who owes. Of a person neither
    his name nor the reason is told: others read that log."""
    obligation = relief.obligation
    personal = obligation.person_id is not None
    assert held.person is not None
    private = {
        **held.named,
        "reason": None if personal else relief.reason,
        "ground": relief.reason if personal else None,
        "basis": basis.words,
    }
    db.session.flush()
    event = trail.append(
        db.session(),
        unit_id=held.unit.id,
        action="obligation_waived" if relief.kind == "waiver" else "obligation_extended",
        at=now,
        facts={
            "obligation": obligation.id,
            "requirement": obligation.requirement.code,
            "of_unit": obligation.unit.code,
            "person": obligation.person_id,
            "old_due": relief.old_due,
            "new_due": relief.new_due,
            "basis_document": relief.basis_document_id,
            "basis_dated_on": relief.basis_dated_on,
        },
        private=private,
        actor_id=held.person.id,
        about_id=obligation.person_id,
    )
    notices.notify(
        event,
        [person for person in _told(obligation, now) if person.id != held.person.id],
        topic="decided",
        action="waive" if relief.kind == "waiver" else "extend",
        document=None,
        now=now,
    )


def _told(obligation: Obligation, now: datetime) -> list[Person]:
    if obligation.person is not None:
        return [obligation.person]
    held = holding(obligation.unit_id, TOLD, now)
    return list(
        db.session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.id))
    )


def wrong_day(obligation: Obligation, new_due: date, now: datetime) -> list[Reason]:
    """Why this day will not do as the new one; empty when it will."""
    effective, today = _counted(obligation, new_due), local_day(now)
    if effective <= obligation.effective_due or effective < today:
        sentence = N_("Hạn mới phải sau hạn đang tính (%(due)s) và chưa qua. Chọn ngày muộn hơn.")
        return [Reason("FORM", sentence, {"due": obligation.effective_due}, place="new_due")]
    if effective > today + LONGEST:
        sentence = N_("Hạn mới xa quá một năm. Xem lại năm của hạn mới.")
        return [Reason("FORM", sentence, place="new_due")]
    return []


def _counted(obligation: Obligation, new_due: date) -> date:
    """The last good day that a new day stands for: rolled over days off where the campaign rolls."""
    if not obligation.requirement.campaign.roll_days_off:
        return new_due
    return WorkingCalendar.of(db.session()).roll_forward(new_due)
