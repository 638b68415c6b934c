"""How often a paper came back, why, and whether anything was changed before it was handed in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.unit import Unit
from workflows.calendar import WorkingCalendar, local_day
from workflows.paper_history.facts import Fact
from workflows.paper_history.grid import same_text


@dataclass(frozen=True)
class Return:
    """One return: by which body, of which text, with which code, and where the event stands. The
    new text's number and instant are None while nothing came again; `identical`: it came again with
    the very same words; `days`: working days until it came, or until now. Of one person's own paper
    no days are counted and no words compared: identical is then the very same revision."""

    by: Unit
    revision: int
    code: str | None
    at: datetime
    unit: str
    seq: int
    again: int | None
    again_at: datetime | None
    identical: bool
    days: int | None


def returns(document: Document, facts: list[Fact], now: datetime) -> list[Return]:
    """The returns of a document, oldest first. `facts`: `facts_of(document)`. One statement, for
    the calendar."""
    calendar = WorkingCalendar.of(db.session())
    personal = document.kind in PERSONAL
    found = []
    for n, fact in enumerate(facts):
        if fact.action != "return" or fact.at_stage >= len(document.stages):
            continue
        came = next((later for later in facts[n + 1 :] if later.action == "submit"), None)
        texts = document.revisions
        found.append(
            Return(
                by=document.stages[fact.at_stage].unit,
                revision=fact.revision,
                code=fact.leaf.get("reason_code"),
                at=fact.at,
                unit=fact.unit,
                seq=fact.seq,
                again=came.revision if came else None,
                again_at=came.at if came else None,
                identical=came is not None
                and (
                    came.revision == fact.revision
                    or (
                        not personal
                        and same_text(texts[fact.revision - 1], texts[came.revision - 1])
                    )
                ),
                days=None
                if personal
                else calendar.working_days_between(
                    local_day(fact.at), local_day(came.at if came else now)
                ),
            )
        )
    return found
