"""What the predicted days of a route say: until when each body, and whether in time.

Each coming step is given all the working days that its definition allows, so the real day is
likely earlier; a deadline itself yields to the obligation's (`docs/decisions/0006`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.document import Document
from workflows.journey import StageView


def expected_by(stages: Sequence[StageView]) -> list[date | None]:
    """For each stage the last day on which it is expected to be through; None where it is, and
    where nothing is predicted. Of a draft as if it were handed in at once."""
    return [
        next(
            (step.due for step in reversed(stage.steps) if step.state != "done" and step.due), None
        )
        for stage in stages
    ]


def late_report(document: Document, stages: Sequence[StageView]) -> date | None:
    """The predicted day of the issuer's report, if that is after the obligation's last good day
    and still to come; None otherwise. The report meets the obligation (design §1)."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open" or not stages:
        return None
    for step in stages[0].steps:
        if step.action == "report" and step.state == "next" and step.due is not None:
            return step.due if step.due > obligation.effective_due else None
    return None
