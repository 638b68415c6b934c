"""The inspected hear of what concerns them: that it begins and ends, and what is held meanwhile."""

from __future__ import annotations

from workflows.act import Act
from workflows.dossier.told import leaders
from workflows.inspections.asking import inspection_of
from workflows.notices import Told

HEARD = ("announce", "extend", "freeze", "unfreeze", "draft_conclusion", "conclude", "close")


def those_inspected(act: Act) -> list[Told]:
    """Secretaries and deputies of the inspected units, of an act that concerns them."""
    if act.document.kind != "inspection" or act.spec.name not in HEARD:
        return []
    led = leaders(inspection_of(act.document).unit_ids, act.now)
    return [Told(person, "decided", act.spec.name) for person in led]
