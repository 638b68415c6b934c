"""Which book of the register a paper belongs to: the committee's term (Party) or the year."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from models.base import db
from models.register import CommitteeTerm
from models.unit import Unit, in_force_on
from workflows.symbols import STATE


def period_on(unit: Unit, day: date) -> str:
    """The period of a paper of this unit printed on `day`: "2025-2030", or "2026" for a state or
    union body, and for a Party body of whose term nothing is known."""
    term = None if unit.sector == STATE else term_on(unit, day)
    return str(day.year) if term is None else key_of(term.label)


def term_on(unit: Unit, day: date) -> CommitteeTerm | None:
    """The committee's term of office on `day`; an advisory body counts by the committee it
    serves."""
    found = _own_term(unit.id, day)
    if found is None and unit.attached_to_id is not None:
        found = _own_term(unit.attached_to_id, day)
    return found


def key_of(label: str) -> str:
    """A term's label as a key of the register: "2025 - 2030" and "2025–2030" are one."""
    return "".join(label.split()).replace("–", "-").replace("—", "-")


def _own_term(unit_id: int, day: date) -> CommitteeTerm | None:
    return db.session.scalar(
        sa.select(CommitteeTerm)
        .where(CommitteeTerm.unit_id == unit_id, in_force_on(CommitteeTerm, day))
        .order_by(CommitteeTerm.valid_from.desc())
        .limit(1)
    )
