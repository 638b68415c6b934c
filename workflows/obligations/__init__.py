"""What is owed: obligations opened by a campaign or by an event, met by the event their kind names,
waived or extended by somebody above."""

from workflows.obligations.meeting import CLOSED, MIDDAY, begin, fulfil, live_document, reopen
from workflows.obligations.members import follow_plan
from workflows.obligations.owing import (
    AFTER_EVENT,
    open_campaign,
    open_obligation_of,
    owe,
    owing_units,
)

__all__ = [
    "AFTER_EVENT",
    "CLOSED",
    "MIDDAY",
    "begin",
    "follow_plan",
    "fulfil",
    "live_document",
    "open_campaign",
    "open_obligation_of",
    "owe",
    "owing_units",
    "reopen",
]
