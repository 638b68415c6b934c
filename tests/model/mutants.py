"""Bugs that an engine could have, each put in by replacing one function: the histories must find
them, or they prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from importlib import import_module
from typing import Any
from unittest import mock

import sqlalchemy as sa

from models import db
from models.deadline import Deadline
from models.document import Decision, Document
from models.sitting import AgendaItem
from workflows import traces
from workflows.conditions import CONDITIONS
from workflows.rules import GUARDS
from workflows.rules.separation import SEPARATIONS

Mutant = Callable[[], AbstractContextManager[None]]
LONG_AGO, NEVER = date(2000, 1, 1), date(2099, 12, 31)


def instead(name: str, make: Callable[[Any], Any]) -> Mutant:
    """The function of this dotted name, replaced by what `make` makes of the real one."""

    @contextmanager
    def mutant() -> Iterator[None]:
        owner, _, function = name.rpartition(".")
        try:
            target = import_module(owner)
        except ModuleNotFoundError:  # a method
            module, _, cls = owner.rpartition(".")
            target = getattr(import_module(module), cls)
        with mock.patch.object(target, function, make(getattr(target, function))):
            yield

    return mutant


def entry(table: dict[str, Any], name: str, value: Any) -> Mutant:
    """One entry of a table of functions, replaced."""
    assert name in table

    @contextmanager
    def mutant() -> Iterator[None]:
        with mock.patch.dict(table, {name: value}):
            yield

    return mutant


def always(value: Any) -> Callable[[Any], Any]:
    return lambda real: lambda *args, **kwargs: value


def afterwards(undo: Callable[..., None]) -> Callable[[Any], Any]:
    """The real function, and then `undo(result, arguments)` in the same transaction."""

    def make(real: Any) -> Any:
        def mutated(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            undo(result, args, kwargs)
            db.session.flush()
            return result

        return mutated

    return make


def value(row: str | None, **fields: Any) -> Callable[[Any], Any]:
    """Afterwards the row (a keyword argument, or the result) holds these values."""

    def undo(result: Any, args: Any, kwargs: Any) -> None:
        for field, what in fields.items():
            setattr(kwargs[row] if row else result, field, what)

    return afterwards(undo)


def _own_decisions(document: Document) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(Decision.person_id).where(
                Decision.document_id == document.id, Decision.revision == document.revision
            )
        )
    )


def _fresh_page(real: Any) -> Any:
    def perform(document: Document, action: str, **kwargs: Any) -> Any:
        db.session.refresh(document)
        seen = {"revision": document.revision, "version": document.version}
        return real(document, action, **{**kwargs, **seen})

    return perform


def _twice(real: Any) -> Any:
    def append(*args: Any, **kwargs: Any) -> Any:
        if kwargs["action"] == "review":
            real(*args, **{**kwargs, "document_version": None})
        return real(*args, **kwargs)

    return append


def _untold(real: Any) -> Any:
    def append(*args: Any, **kwargs: Any) -> Any:
        lost = {"document_version": None} if kwargs["action"] == "receive" else {}
        return real(*args, **{**kwargs, **lost})

    return append


def _stop_nothing(result: Any, args: Any, kwargs: Any) -> None:
    running = sa.update(Deadline).values(closed_at=None)
    db.session.execute(running.execution_options(synchronize_session=False))


def _ring_again(real: Any) -> Any:
    def sweep(now: Any) -> Any:
        climbed = real(now)
        db.session.execute(
            sa.update(Deadline).where(Deadline.rung > 0).values(fires_at=now - timedelta(days=1))
        )
        db.session.commit()
        return climbed

    return sweep


def _not_ticked(real: Any) -> Any:
    def one(item_id: int, now: Any) -> None:
        real(item_id, now)
        db.session.execute(
            sa.update(AgendaItem).where(AgendaItem.id == item_id).values(carried_out_at=None)
        )
        db.session.commit()

    return one


def _newest_text(real: Any) -> Any:
    def carry_out(item: AgendaItem, *args: Any, **kwargs: Any) -> Any:
        item.revision = item.document.revision
        return real(item, *args, **kwargs)

    return carry_out


def _still_open(real: Any) -> Any:
    return lambda sitting, states: real(sitting, ("open", "awaiting", "confirmed", "done"))


def _stays(real: Any) -> Any:
    return lambda document, spec: None if spec.name == "revise" else real(document, spec)


def _half(result: Any, args: Any, kwargs: Any) -> None:
    db.session.commit()


def _silent(real: Any) -> Any:
    def tell(event: Any, told: Any, **kwargs: Any) -> None:
        real(event, [one for one in told if one.topic != "waits"], **kwargs)

    return tell


def _forgets(real: Any) -> Any:
    def settle(delivery_id: int, *, state: str, **values: Any) -> None:
        if state != "done":
            real(delivery_id, state=state, **values)

    return settle


def _later(real: Any) -> Any:
    def begin(*given: Any) -> Any:
        began = real(*given)
        return began._replace(fires_at=began.fires_at + timedelta(days=60))

    return begin


NO_HANDS = tuple(name for name in traces.HANDS if name != "revise")

MUTANTS: dict[str, Mutant] = {
    "a stale page decides": instead("workflows.engine.perform", _fresh_page),
    "who wrote may decide": entry(SEPARATIONS, "not_a_contributor", lambda document: set()),
    "who decided may decide again": entry(SEPARATIONS, "decides_once", lambda document: set()),
    "the delegator's second vote counts": entry(SEPARATIONS, "decides_once", _own_decisions),
    "an edit is no hand in the text": instead("workflows.traces.HANDS", lambda real: NO_HANDS),
    "an edit leaves the review standing": instead("workflows.engine.move", _stays),
    "a delegation never ends": instead(
        "workflows.organisation.delegations.delegate", value(None, valid_to=NEVER)
    ),
    "a revoked delegation still holds": instead(
        "workflows.organisation.delegations.revoke_delegation", value("delegation", revoked_at=None)
    ),
    "an ended post still acts": instead(
        "workflows.organisation.posts.end_post", value("post", ended_at=None)
    ),
    "an absence is not seen": instead(
        "workflows.organisation.absences.add_absence",
        value(None, valid_from=LONG_AGO, valid_to=LONG_AGO),
    ),
    "a locked account still acts": instead(
        "workflows.accounts.suspend", value("account", suspended_at=None)
    ),
    "nothing climbs to the superior": instead("workflows.authority.CLIMBS", lambda real: ()),
    "a task is not closed": instead("workflows.tasks.close", always(None)),
    "a deadline runs on": instead("workflows.tasks.close", afterwards(_stop_nothing)),
    "every act gives time anew": instead("workflows.traces._waits_anew", always(True)),
    "days off count as working days": instead(
        "workflows.calendar.WorkingCalendar.is_working_day", always(True)
    ),
    "a change in the office moves no task": instead("workflows.tasks.rehome", always(0)),
    "a new day moves no task": instead("workflows.tasks.rehome_of_day", always(0)),
    "an event is doubled": instead("workflows.trail.append", _twice),
    "an event is lost to its paper": instead("workflows.trail.append", _untold),
    "half an act is kept": instead("workflows.traces.record", afterwards(_half)),
    "a rung is climbed twice": instead("workflows.ladder.sweep", _ring_again),
    "the ladder is not set anew": instead("workflows.ladder.begin", _later),
    "a return stays where it was": instead("workflows.routing.back_to_issuer", always(None)),
    "in force before the superior accepts": instead(
        "workflows.routing.enters_force", lambda real: lambda document: document.stage == 0
    ),
    "the old paper stays beside the new": instead("workflows.routing.replaced_by", always(None)),
    "a report meets nothing that is owed": instead("workflows.obligations.fulfil", always(None)),
    "two amendments at once": entry(GUARDS, "no_open_amendment", lambda act: []),
    "a receipt is given twice": entry(CONDITIONS, "not_received", lambda document: True),
    "a paper is dated before its basis": entry(GUARDS, "dated_after_basis", lambda act: []),
    "those waited for are not told": instead("workflows.notices.tell", _silent),
    "a letter is not written down as sent": instead("workflows.delivery._settle", _forgets),
    "the meeting's paper climbs": instead("workflows.authority.waits_for_meeting", always(False)),
    "a vote on an old text counts": instead("workflows.engine.carry_out", _newest_text),
    "what was carried out is not ticked": instead("workflows.sittings.carrying._one", _not_ticked),
    "anybody confirms the minutes": instead(
        "workflows.sittings.closing._right_to_confirm", always("meeting")
    ),
    "a meeting without a quorum closes": instead(
        "workflows.sittings.obstacles.missing", always([])
    ),
    "a lost vote adopts": entry(GUARDS, "vote_carried", lambda act: []),
    "a closed meeting is written on": instead("workflows.sittings.holding.held", _still_open),
    "the meeting passes over its committee": entry(GUARDS, "reviewed_before", lambda act: []),
}
