"""The inspected hear of what concerns them: that it begins and ends, and what is held meanwhile; and what
the log states of its days."""

from __future__ import annotations

from typing import Any

from workflows.act import Act
from workflows.dossier.told import leaders
from workflows.inspections.asking import inspection_of
from workflows.notices import Told

DATED = ("take_self_report", "extend")  # the acts that move the days of its rights
HEARD = ("announce", "extend", "freeze", "unfreeze", "draft_conclusion", "conclude", "close")


def those_inspected(act: Act) -> list[Told]:
    """Secretaries and deputies of the inspected units, of an act that concerns them."""
    if act.document.kind != "inspection" or act.spec.name not in HEARD:
        return []
    led = leaders(inspection_of(act.document).unit_ids, act.now)
    return [Told(person, "decided", act.spec.name) for person in led]


def days_of(act: Act) -> dict[str, Any]:
    """What the event of an act states of the days that it set, so that they can be held against the
    log; nothing for an act that sets none."""
    if act.document.kind != "inspection" or act.spec.name not in DATED:
        return {}
    inspection = inspection_of(act.document)
    return {
        "days": act.inputs.days,
        "received_on": inspection.received_on,
        "limit_on": inspection.limit_on,
        "closes_on": inspection.closes_on,
    }
