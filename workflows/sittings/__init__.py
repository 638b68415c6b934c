"""The meeting of a body that decides by meeting: its agenda, attendance, votes and minutes, and the
carrying out of what it decided (design §1)."""

from workflows.sittings.agenda import awaits_meeting, not_ready, refresh, waiting
from workflows.sittings.carrying import Progress, carry_out, to_carry_out
from workflows.sittings.closing import cancel, close, confirm, may_confirm, reopen
from workflows.sittings.holding import attend, mark, review
from workflows.sittings.notes import note_for, write_note
from workflows.sittings.obstacles import cautions, missing, obstacles
from workflows.sittings.opening import open_sitting
from workflows.sittings.seeing import awaiting_me, visible_sittings
from workflows.sittings.voting import vote, voters
from workflows.sittings.who import may_hold

__all__ = [
    "Progress",
    "attend",
    "awaiting_me",
    "awaits_meeting",
    "cancel",
    "carry_out",
    "cautions",
    "close",
    "confirm",
    "mark",
    "may_confirm",
    "may_hold",
    "missing",
    "not_ready",
    "note_for",
    "obstacles",
    "open_sitting",
    "refresh",
    "reopen",
    "review",
    "to_carry_out",
    "visible_sittings",
    "vote",
    "voters",
    "waiting",
    "write_note",
]
