"""The vote on one paper: full members who were there, and not on one's own paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.kinds import PERSONAL
from models.person import Person
from models.sitting import AgendaItem, Attendance, Sitting
from workflows import engine
from workflows.act import Act, Capacity, Inputs, Votes
from workflows.calendar import local_day
from workflows.definition import spec_of
from workflows.refusal import N_, Reason
from workflows.rules.numbers import suggest_number
from workflows.rules.sitting import sent_after
from workflows.sittings.who import VOTING

ACTIONS = {"agree": "approve", "revise": "return"}


def voters(item: AgendaItem) -> list[Attendance]:
    """Who votes on this paper: full members present; on his own commitment a person does not."""
    own = item.document.author_id if item.document.kind in PERSONAL else None
    return [
        attendance
        for attendance in item.sitting.attendances
        if attendance.present and attendance.standing == VOTING and attendance.person_id != own
    ]


def vote(item: AgendaItem) -> Votes:
    """The vote as recorded; without figures every voter was for it."""
    present = len(voters(item))
    against = item.votes_against or 0
    in_favour = present - against if item.votes_for is None else item.votes_for
    return Votes(present, in_favour, against)


def given(item: AgendaItem) -> dict[str, Any]:
    """What the vote gives the act along: fields of `Inputs`."""
    sitting, document = item.sitting, item.document
    inputs: dict[str, Any] = {"minutes": reference(sitting)}
    if item.decision == "revise":
        return inputs | {"reason_code": item.reason_code, "reason": item.reason}
    inputs |= {"votes": vote(item), "dated_on": item.dated_on or sitting.held_on}
    if document.kind not in PERSONAL:
        inputs["number"] = item.number or suggest_number(document, inputs["dated_on"])
    return inputs


def reference(sitting: Sitting) -> str:
    """The minutes as a paper cites them: "05-BB/CB, 10/04/2026"."""
    day = sitting.held_on.strftime("%d/%m/%Y")
    return f"{sitting.number}, {day}" if sitting.number else day


def foresee(item: AgendaItem, by: Person, now: datetime) -> list[Reason]:
    """What would stand in the way of carrying this item out, before the minutes are confirmed.

    That a commitment waits for its cell's plan is not said when the same sitting adopts that plan.
    """
    document = item.document
    if document.revision != item.revision:
        return [MOVED_ON]
    action = ACTIONS.get(item.decision)
    if action is None:
        return []
    if document.stage or document.current_stage.unit_id != item.sitting.unit_id:
        return [MOVED_ON]
    specs = spec_of(document.definition).actions_named(action)
    spec = next((s for s in specs if s.by_meeting and document.state in s.sources), None)
    if spec is None:
        return [MOVED_ON]
    held = Capacity(by, item.sitting.unit, "meeting")
    inputs = Inputs(**{k: v for k, v in given(item).items() if k in spec.asks})
    act = Act(document, spec, held, now, local_day(now), inputs, item)
    ignored = {"minutes_confirmed"}
    if _plan_adopted_here(item):
        ignored.add("dated_after_cell_plan")
    return [*sent_after(item), *engine.failing(act, without=ignored)]


def _plan_adopted_here(item: AgendaItem) -> bool:
    return any(
        other.document.kind == "plan"
        and other.decision == "agree"
        and other.document.campaign_id == item.document.campaign_id
        for other in item.sitting.items
    )


MOVED_ON = Reason(
    "STALE",
    N_("Văn bản đã có bản mới sau khi đưa ra họp. Cập nhật chương trình họp rồi quyết lại."),
)
