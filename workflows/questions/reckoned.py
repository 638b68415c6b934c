"""Questions whose answer is reckoned from contents, which no statement can compare: so many texts or
figures are read, and more is said to be too much at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.unit import Unit
from workflows.questions.answer import UNITS_COUNTED, Answer, Row, Tally, Window
from workflows.questions.scope import Scope
from workflows.refusal import Reason

APART = 100  # shown of what stands apart


@dataclass(frozen=True)
class Hit:
    """One thing found: its key (a whole number, each once), the unit it concerns, whether it
    concerns one person, and what was reckoned."""

    key: int
    unit_id: int
    personal: bool
    what: Any


@dataclass(frozen=True)
class Reckoning:
    """Everything found among `looked_at` contents; `more` where not all could be read. `apart` is
    shown beside and not counted."""

    hits: Sequence[Hit]
    looked_at: int
    more: bool = False
    note: Reason | None = None
    apart: Sequence[Hit] = field(default_factory=tuple)


def reckoned(
    reckon: Callable[[Scope], Reckoning], shown: Callable[[Scope, Sequence[Hit]], list[Row]]
) -> dict[str, Any]:
    """How such a question is answered: everything is reckoned, one page of it is read. What concerns
    persons is counted by unit unless they may be named."""

    def count(scope: Scope) -> Tally:
        found = reckon(scope)
        return Tally(len(found.hits), found.more)

    def answer(scope: Scope, window: Window) -> Answer:
        found = reckon(scope)
        listed = sorted(
            (hit for hit in found.hits if scope.persons or not hit.personal),
            key=lambda hit: hit.key,
        )
        rest = [hit for hit in listed if hit.key > window.after]
        page = rest[: window.limit]
        beside = [hit for hit in found.apart if scope.persons or not hit.personal][:APART]
        wanted = [*page, *beside]
        rows = shown(scope, wanted) if wanted else []
        return Answer(
            Tally(len(found.hits), found.more),
            rows[: len(page)],
            page[-1].key if len(rest) > len(page) else None,
            [] if scope.persons else _by_unit(found.hits),
            found.looked_at,
            found.note,
            rows[len(page) :],
            Tally(len(found.apart)),
        )

    return {"count": count, "answer": answer}


def _by_unit(hits: Sequence[Hit]) -> list[tuple[Unit, int]]:
    """What concerns persons, as counts."""
    counted = Counter(hit.unit_id for hit in hits if hit.personal)
    if not counted:
        return []
    query = sa.select(Unit).where(Unit.id.in_(sorted(counted))).order_by(Unit.sort_key, Unit.id)
    return [(unit, counted[unit.id]) for unit in db.session.scalars(query.limit(UNITS_COUNTED))]
