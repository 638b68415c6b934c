"""Where a person of the file belongs: joined, moved, left, or as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from models.person import Membership, Person
from models.unit import Unit
from workflows.organisation.importing import changes
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.memberships import join, leave, set_exempt, set_standing
from workflows.organisation.moving import transfer
from workflows.organisation.record import Window, overlapping
from workflows.refusal import N_, Reason


def belong(
    run: Run,
    row: Row,
    person: Person,
    unit: Unit,
    standing: str | None,
    exempt: bool | None,
    window: Window,
) -> list[Reason]:
    """The person belongs to `unit` in this window; phrases of what that changes. A member of
    another cell moves, with his open work, on the row's first day."""
    details: dict[str, Any] = {"actor": run.actor, "now": run.now}
    held = _held(run, person, window)
    here = [membership for membership in held if membership.unit_id == unit.id]
    if here:
        exact = [one for one in here if one.valid_from == window[0]]
        return _as_told(run, row, (exact or here)[-1], standing, exempt, window)
    other = [one for one in held if one.standing != "non_member"]
    if standing != "non_member" and other:
        return _moved(run, row, other[-1], unit, window)
    join(
        run.session,
        person=person,
        unit=unit,
        standing=standing or "full",
        exempt=bool(exempt),
        valid_from=window[0],
        valid_to=window[1],
        **details,
    )
    return [changes.phrase("unit")]


def _held(run: Run, person: Person, window: Window) -> list[Membership]:
    return list(
        run.session.scalars(
            sa.select(Membership)
            .where(Membership.person_id == person.id, overlapping(Membership, *window))
            .order_by(Membership.valid_from.nulls_first(), Membership.id)
        )
    )


def _as_told(
    run: Run,
    row: Row,
    membership: Membership,
    standing: str | None,
    exempt: bool | None,
    window: Window,
) -> list[Reason]:
    """Corrects a membership that is there. Its first day is history: another one is refused."""
    details: dict[str, Any] = {"actor": run.actor, "now": run.now}
    told = []
    if changes.dates_differ(membership.valid_from, window[0]):
        row.fail("valid_from", _other_days(membership))
        return []
    if standing is not None and standing != membership.standing:
        set_standing(run.session, membership=membership, standing=standing, **details)
        told.append(changes.phrase("standing"))
    if exempt is not None and exempt != membership.exempt:
        set_exempt(run.session, membership=membership, exempt=exempt, **details)
        told.append(changes.phrase("exempt"))
    if changes.dates_differ(membership.valid_to, window[1]):
        assert window[1] is not None
        leave(run.session, membership=membership, last_day=window[1], **details)
        told.append(changes.phrase("valid_to"))
    return told


def _moved(run: Run, row: Row, membership: Membership, unit: Unit, window: Window) -> list[Reason]:
    begins = membership.valid_from or date.min
    if window[0] is None or window[0] <= begins or membership.valid_to is not None:
        row.fail(
            "valid_from",
            Reason(
                "FORM",
                N_(
                    "%(person)s đang thuộc %(unit)s. Ghi “Từ ngày” chuyển đến đơn vị mới, "
                    "sau ngày về đơn vị đó."
                ),
                {"person": membership.person.full_name, "unit": membership.unit.name},
            ),
        )
        return []
    new = transfer(
        run.session,
        membership=membership,
        to=unit,
        day=window[0],
        actor=run.actor,
        now=run.now,
    )
    if window[1] is not None:
        leave(run.session, membership=new, last_day=window[1], actor=run.actor, now=run.now)
    return [changes.phrase("unit")]


def _other_days(membership: Membership) -> Reason:
    return Reason(
        "FORM",
        N_(
            "%(person)s đã được ghi về %(unit)s từ ngày khác. Để trống ô này, "
            "hoặc ghi đúng ngày đã ghi."
        ),
        {"person": membership.person.full_name, "unit": membership.unit.name},
    )
