"""Carrying out what a meeting decided: each paper its own act in its own transaction, each once,
however often it is begun again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.queries.locking import hold_units
from models.sitting import AgendaItem, Sitting
from workflows import engine
from workflows.refusal import Reason, Stale, WorkflowError
from workflows.sittings.voting import ACTIONS, given
from workflows.trail.canonical import plain

OUTCOMES = {"agree": "approved", "revise": "returned"}


@dataclass(frozen=True)
class Progress:
    """How far a sitting's decisions have been carried out."""

    done: int
    total: int

    @property
    def finished(self) -> bool:
        return self.done == self.total


def to_carry_out(limit: int = 100) -> list[int]:
    """Ids of sittings whose decisions count and are not all carried out yet, oldest first."""
    ids = db.session.scalars(
        sa.select(Sitting.id)
        .where(Sitting.state == "confirmed")
        .order_by(Sitting.confirmed_at, Sitting.id)
        .limit(limit)
    ).all()
    db.session.rollback()  # end the read, so that the next look sees what has come since
    return list(ids)


def carry_out(sitting_id: int, *, now: datetime, limit: int | None = None) -> Progress:
    """Do at most `limit` of what a confirmed sitting decided, in the order of its agenda.

    Each paper is one transaction of its own, together with its tick on the agenda: killed half-way,
    the next call goes on with the next paper. What a rule refuses is kept with its reasons beside
    the item, and the paper waits on. Something unforeseen with one paper leaves it for the next
    call, does the others, and is raised at the end.
    """
    failure: Exception | None = None
    for item_id in _pending(sitting_id)[:limit]:
        try:
            _one(item_id, now)
        except Exception as error:
            failure = failure or error
    progress = _settle(sitting_id, now)
    if failure is not None:
        raise failure
    return progress


def _pending(sitting_id: int) -> list[int]:
    with transaction():
        return list(
            db.session.scalars(
                sa.select(AgendaItem.id)
                .join(Sitting, AgendaItem.sitting_id == Sitting.id)
                .where(
                    Sitting.id == sitting_id,
                    Sitting.state == "confirmed",
                    AgendaItem.carried_out_at.is_(None),
                )
                .order_by(AgendaItem.position, AgendaItem.id)
            )
        )


def _one(item_id: int, now: datetime) -> None:
    with transaction():
        item = db.session.get_one(AgendaItem, item_id)
        # Two at the same sitting take turns; a paper may have passed to another body meanwhile.
        hold_units((item.sitting.unit_id, item.document.unit_id))
        db.session.refresh(item)
        if item.carried_out_at is not None:
            return
        confirmer = item.sitting.confirmed_by
        assert confirmer is not None
        try:
            with db.session.begin_nested():
                engine.carry_out(
                    item, ACTIONS[item.decision], confirmed_by=confirmer, now=now, **given(item)
                )
            outcome, refusal = OUTCOMES[item.decision], None
        except WorkflowError as refused:
            outcome = "moved_on" if isinstance(refused, Stale) else "refused"
            refusal = [_kept(reason) for reason in refused.reasons]
        item.outcome, item.refusal, item.carried_out_at = outcome, refusal, now


def _kept(reason: Reason) -> dict[str, object]:
    return {"rule": reason.rule, "text": reason.text, "params": plain(reason.params)}


def _settle(sitting_id: int, now: datetime) -> Progress:
    """Count, and with the last paper the sitting is done."""
    with transaction():
        total, done = db.session.execute(
            sa.select(sa.func.count(), sa.func.count(AgendaItem.carried_out_at)).where(
                AgendaItem.sitting_id == sitting_id
            )
        ).one()
        if total == done:
            db.session.execute(
                sa.update(Sitting)
                .where(Sitting.id == sitting_id, Sitting.state == "confirmed")
                .values(state="done", done_at=now)
            )
    return Progress(done, total)
