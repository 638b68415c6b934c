"""The ladder: what is overdue climbs by itself, exactly once per rung. Its public face."""

from workflows.ladder.climbing import (
    HEARERS,
    RUNGS,
    Climb,
    due,
    first_rung_at,
    next_instant,
    sweep,
)
from workflows.ladder.steps import DEFAULT_STEPS, Step, fires, parse_steps

__all__ = [
    "DEFAULT_STEPS",
    "HEARERS",
    "RUNGS",
    "Climb",
    "Step",
    "due",
    "fires",
    "first_rung_at",
    "next_instant",
    "parse_steps",
    "sweep",
]
