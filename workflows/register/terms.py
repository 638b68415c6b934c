"""A committee's term of office, set by the administrator: it decides in which book a number
stands."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.person import Person
from models.queries.locking import hold_units
from models.register import CommitteeTerm, NumberEntry
from models.unit import Unit
from workflows.calendar import local_day
from workflows.organisation.record import (
    bad_window,
    cleaned,
    overlapping,
    record,
    refuse_if,
    required,
)
from workflows.organisation.tree import subtree_ids
from workflows.refusal import N_, Reason
from workflows.register.periods import key_of, period_on
from workflows.symbols import STATE
from workflows.trail import lock_logs

LONGEST_LABEL = 40


def set_term(
    unit: Unit,
    *,
    label: str,
    valid_from: date | None,
    valid_to: date | None = None,
    term: CommitteeTerm | None = None,
    actor: Person | None,
    now: datetime,
) -> tuple[CommitteeTerm, int]:
    """Sets a new term of the unit's committee, or changes `term`. Both days inclusive.

    Numbers already given in these days move into the term's books, and in those of the advisory
    bodies; a book whose numbers are there already stays under its year. Returns the term and how
    many lines stayed. Raises `Refused`: no label, days that are no window or overlap another term,
    a body that numbers by year.
    """
    label = cleaned(label, "label", longest=LONGEST_LABEL)
    hold_units(_with_advisory_bodies({unit.id}))
    refuse_if(
        required(label, "label", N_("Chưa có tên nhiệm kỳ. Ghi như 2025 - 2030.")),
        None
        if valid_from
        else Reason("FORM", N_("Chưa có ngày bắt đầu nhiệm kỳ."), place="valid_from"),
        bad_window(valid_from, valid_to),
        _by_year(unit),
    )
    assert valid_from is not None
    refuse_if(*_taken(unit, label, valid_from, valid_to, term))
    old = key_of(term.label) if term is not None else None
    if term is None:
        term = CommitteeTerm(unit_id=unit.id)
        db.session.add(term)
    term.label, term.valid_from, term.valid_to = label, valid_from, valid_to
    db.session.flush()
    stayed = _move_books(unit, {key_of(label), *([old] if old else [])})
    record(
        db.session(),
        unit.id,
        "term_set",
        now=now,
        actor=actor,
        facts={"term": term.id, "valid_from": valid_from, "valid_to": valid_to},
        private={"name": label},
    )
    return term, stayed


def hold_below(unit: Unit, now: datetime) -> None:
    """Before a term is set for the unit and those below it: all their issuers, then all their logs,
    in the order of everybody else."""
    ids = subtree_ids([unit.id], "party", local_day(now)) | {unit.id}
    hold_units(_with_advisory_bodies(ids))
    lock_logs(db.session(), ids)


def _with_advisory_bodies(unit_ids: set[int]) -> set[int]:
    """These units and who serves them: their numbers move with the term, so nobody takes one
    meanwhile."""
    attached = sa.select(Unit.id).where(Unit.attached_to_id.in_(unit_ids))
    return unit_ids | set(db.session.scalars(attached))


def terms_of(unit: Unit) -> list[CommitteeTerm]:
    """The terms of this unit's committee, the newest first."""
    return list(
        db.session.scalars(
            sa.select(CommitteeTerm)
            .where(CommitteeTerm.unit_id == unit.id)
            .order_by(CommitteeTerm.valid_from.desc())
        )
    )


def set_term_below(
    unit: Unit,
    *,
    label: str,
    valid_from: date | None,
    valid_to: date | None,
    actor: Person | None,
    now: datetime,
) -> tuple[int, int]:
    """The same term for every Party committee below that has none on these days. Returns how many
    units got it, and how many lines of theirs stayed under their year."""
    below = subtree_ids([unit.id], "party", local_day(now)) - {unit.id}
    with_one = sa.select(CommitteeTerm.unit_id).where(
        overlapping(CommitteeTerm, valid_from, valid_to)
    )
    found = db.session.scalars(
        sa.select(Unit)
        .where(
            Unit.id.in_(below),
            Unit.sector != STATE,
            Unit.attached_to_id.is_(None),
            Unit.id.not_in(with_one),
        )
        .order_by(Unit.id)
    ).all()
    stayed = 0
    for lower in found:
        _, left = set_term(
            lower, label=label, valid_from=valid_from, valid_to=valid_to, actor=actor, now=now
        )
        stayed += left
    return len(found), stayed


def _by_year(unit: Unit) -> Reason | None:
    if unit.sector != STATE:
        return None
    return Reason(
        "FORM",
        N_("%(unit)s đánh số theo năm nên không khai nhiệm kỳ."),
        {"unit": unit.name},
    )


def _taken(
    unit: Unit, label: str, start: date, end: date | None, term: CommitteeTerm | None
) -> list[Reason]:
    """Another term of this unit with the same label, or on the same days."""
    others = db.session.scalars(
        sa.select(CommitteeTerm).where(
            CommitteeTerm.unit_id == unit.id,
            CommitteeTerm.id != (term.id if term is not None else 0),
        )
    ).all()
    reasons = [
        Reason(
            "FORM",
            N_("Nhiệm kỳ %(label)s đã được khai. Sửa nhiệm kỳ ấy, hoặc ghi tên khác."),
            {"label": other.label},
            place="label",
        )
        for other in others
        if key_of(other.label) == key_of(label)
    ]
    crossing = db.session.scalars(
        sa.select(CommitteeTerm).where(
            CommitteeTerm.id.in_([other.id for other in others]),
            overlapping(CommitteeTerm, start, end),
        )
    )
    return reasons + [
        Reason(
            "FORM",
            N_("Các ngày này trùng với nhiệm kỳ %(label)s. Hai nhiệm kỳ phải nối nhau."),
            {"label": other.label},
            place="valid_from",
        )
        for other in crossing
        if key_of(other.label) != key_of(label)
    ]


def _move_books(unit: Unit, keys: set[str]) -> int:
    """Moves lines to or from the term's books, whole (type, period) books at a time. Returns how
    many lines could not move because their numbers are taken there."""
    bodies = [unit, *(body for body in unit.advisory_bodies if body.sector != STATE)]
    stayed = 0
    for body in bodies:
        moves: dict[tuple[str, str, str], list[NumberEntry]] = {}
        for entry in db.session.scalars(
            sa.select(NumberEntry)
            .where(NumberEntry.unit_id == body.id)
            .order_by(NumberEntry.id)
            .execution_options(populate_existing=True)
        ):
            wanted = period_on(body, entry.dated_on or local_day(entry.given_at))
            if wanted != entry.period and keys & {wanted, entry.period}:
                moves.setdefault((entry.type, entry.period, wanted), []).append(entry)
        for (type, _, wanted), lines in moves.items():
            if _there_already(body, type, wanted, lines):
                stayed += len(lines)
                continue
            for entry in lines:
                entry.period = wanted
            db.session.flush()
    return stayed


def _there_already(body: Unit, type: str, period: str, lines: list[NumberEntry]) -> bool:
    taken = db.session.scalars(
        sa.select(NumberEntry.n).where(
            NumberEntry.unit_id == body.id,
            NumberEntry.type == type,
            NumberEntry.period == period,
        )
    )
    return not {line.n for line in lines}.isdisjoint(taken)
