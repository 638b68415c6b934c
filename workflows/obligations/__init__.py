"""What is owed: obligations opened by a campaign or by an event, met by the event their kind names,
waived or extended by somebody above."""

from workflows.obligations.condition import CONDITIONS, condition, in_condition, soon_until
from workflows.obligations.fulfilling import (
    HANDED_IN,
    MIDDAY,
    REVIEW,
    begin,
    fulfil,
    fulfil_by_minutes,
    live_document,
    meet,
    reopen,
)
from workflows.obligations.granting import granter, may_grant, right_to_grant
from workflows.obligations.grounds import Basis, read_grounds
from workflows.obligations.many import missing, open_campaign, owe_many
from workflows.obligations.members import follow_plan
from workflows.obligations.owing import (
    AFTER_EVENT,
    open_obligation_of,
    owe,
)
from workflows.obligations.recomputing import Foreseen, apply, foresee, retime
from workflows.obligations.relief import extend, reliefs_of, waive, wrong_day

__all__ = [
    "AFTER_EVENT",
    "CONDITIONS",
    "HANDED_IN",
    "MIDDAY",
    "REVIEW",
    "Basis",
    "Foreseen",
    "apply",
    "begin",
    "condition",
    "extend",
    "follow_plan",
    "foresee",
    "fulfil",
    "fulfil_by_minutes",
    "granter",
    "in_condition",
    "live_document",
    "may_grant",
    "meet",
    "missing",
    "open_campaign",
    "open_obligation_of",
    "owe",
    "owe_many",
    "read_grounds",
    "reliefs_of",
    "reopen",
    "retime",
    "right_to_grant",
    "soon_until",
    "waive",
    "wrong_day",
]
