"""Who keeps a unit's register: its clerk, else its secretary (design §1), else whoever drafts.

Not in the package's face: it asks the table of rights, whose guards ask the register.
"""

from __future__ import annotations

from datetime import datetime

from models.person import Person
from models.unit import Unit
from workflows.act import Capacity
from workflows.authority import capacities_at
from workflows.calendar import local_day
from workflows.refusal import N_, Forbidden, Reason

ROLES = ("reporter", "drafter")  # an advisory body has no clerk of its own, only its officers


def keeper(unit: Unit, person: Person, now: datetime) -> Capacity | None:
    """In what right the person keeps the register of this unit now, or None. Everybody who could
    stand in counts: a secretary may enter a paper while the clerk is there."""
    for role in ROLES:
        somebody = False
        for _, found in capacities_at(
            unit, role, kind="plan", action="report", later=False, day=local_day(now), now=now
        ):
            somebody = somebody or bool(found)
            for held in found:
                if held.person == person:
                    return held
        if somebody:
            return None
    return None


def must_keep(unit: Unit, person: Person, now: datetime) -> Capacity:
    """The same, raising `Forbidden` with a sentence."""
    held = keeper(unit, person, now)
    if held is None:
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa làm được: sổ văn bản của %(unit)s do văn thư hoặc bí thư đơn vị ghi."),
                {"unit": unit.name},
            )
        )
    return held
