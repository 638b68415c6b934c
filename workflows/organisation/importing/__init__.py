"""The organisation from a file: levels, units, people and posts, by XLSX or CSV.

Every row is entered by the same acts as on the administrator's pages, so that every rule and every
event of theirs holds. All or nothing: one bad row and nothing is written; all bad rows are told at
once. What the file leaves out stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import transaction
from models.event import LogHead
from models.person import Membership, Person
from models.post import Delegation, Post
from models.queries.locking import hold_all, hold_tree
from models.unit import Unit
from workflows import sheets
from workflows.organisation.importing import levels, people, posts, tables, units
from workflows.organisation.importing.outcome import BadRow, Line, Outcome
from workflows.organisation.importing.run import Run
from workflows.organisation.importing.template import template
from workflows.organisation.record import rehoming_once

__all__ = ["BadRow", "Line", "Outcome", "import_file", "template"]


def _hold_the_house(session: Session) -> None:
    """Anything may be written to, in the order of the file: so the tree, all issuers, everybody's
    posts, names and memberships, then all logs, are held first, in the one order of everybody else."""
    hold_tree()
    for table in (Unit, Post, Delegation, Person, Membership):
        hold_all(table)
    session.execute(sa.select(LogHead.unit_id).order_by(LogHead.unit_id).with_for_update())


class _NotWritten(Exception):
    """Takes everything back."""


def import_file(
    data: bytes | BinaryIO,
    name: str,
    *,
    write: bool,
    actor: Person | None,
    now: datetime,
    real_now: datetime,
) -> Outcome:
    """Enters the file in one transaction, or with `write` False only says what it would do.

    Either way the rows are really entered and then taken back unless they are to be written and
    every one is good: a preview cannot say anything else than the import does. Raises `Refused`
    for a file that cannot be read as a whole.
    """
    found = tables.recognise(sheets.read_all(data, name))
    outcome = Outcome(bad=list(found.bad))
    with transaction() as session:
        _hold_the_house(session)
        whole = session.begin_nested()
        try:
            with rehoming_once(session, now):
                run = Run(session, outcome, actor, now, real_now)
                levels.enter(run, found.of("levels"))
                units.enter(run, found.of("units"))
                people.enter(run, found.of("people"))
                posts.enter(run, found.of("posts"))
                if not write or outcome.bad:
                    raise _NotWritten
            whole.commit()
            outcome.written = True
        except _NotWritten:
            whole.rollback()
    outcome.in_order()
    return outcome
