"""The ladder: what is overdue climbs by itself, on working days, exactly once per rung (domain §3.5,
design §1). Its public face.

A deadline row says when its next rung fires. `steps` knows when and how far up, `times` sets a
deadline's ladder, `hearing` finds who hears, `climbing` is the sweep.
"""

from workflows.ladder.carrying import left_behind, take_up
from workflows.ladder.climbing import due, next_instant, sweep
from workflows.ladder.hearing import HEARERS, Climb
from workflows.ladder.steps import DEFAULT_STEPS, Step, fires, parse_steps
from workflows.ladder.times import begin, hold, move, pause, restart, resume

__all__ = [
    "DEFAULT_STEPS",
    "HEARERS",
    "Climb",
    "Step",
    "begin",
    "due",
    "fires",
    "hold",
    "left_behind",
    "move",
    "next_instant",
    "parse_steps",
    "pause",
    "restart",
    "resume",
    "sweep",
    "take_up",
]
