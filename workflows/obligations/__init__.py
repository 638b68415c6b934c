"""What is owed: obligations opened by a campaign or by an event, met by the event their kind names,
waived or extended by somebody above."""

from workflows.obligations.condition import CONDITIONS, condition, in_condition, soon_until
from workflows.obligations.fulfilling import (
    CLOSED,
    MIDDAY,
    REVIEW,
    begin,
    fulfil,
    fulfil_by_minutes,
    live_document,
    reopen,
)
from workflows.obligations.many import missing, open_campaign, owe_many
from workflows.obligations.members import follow_plan
from workflows.obligations.owing import (
    AFTER_EVENT,
    open_obligation_of,
    owe,
)

__all__ = [
    "AFTER_EVENT",
    "CLOSED",
    "CONDITIONS",
    "MIDDAY",
    "REVIEW",
    "begin",
    "condition",
    "follow_plan",
    "fulfil",
    "fulfil_by_minutes",
    "in_condition",
    "live_document",
    "missing",
    "open_campaign",
    "open_obligation_of",
    "owe",
    "owe_many",
    "reopen",
    "soon_until",
]
