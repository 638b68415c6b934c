"""What conclusions require, read: of an inspection, of a unit, behind an obligation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.dossier import ConclusionRequirement
from models.inspection import Inspection
from models.obligation import Obligation

CONCLUSION = "conclusion"  # the kind of a requirement that a report back meets


def requirements_of(
    inspection: Inspection, unit_ids: set[int] | None = None
) -> list[ConclusionRequirement]:
    """What a conclusion requires, in order; of these units only where they are named."""
    query = (
        sa.select(ConclusionRequirement)
        .options(
            joinedload(ConclusionRequirement.unit), joinedload(ConclusionRequirement.obligation)
        )
        .where(ConclusionRequirement.inspection_id == inspection.id)
        .order_by(ConclusionRequirement.n)
    )
    if unit_ids is not None:
        query = query.where(ConclusionRequirement.unit_id.in_(unit_ids))
    return list(db.session.scalars(query))


def unmet(inspection: Inspection) -> list[ConclusionRequirement]:
    """Requirements that are neither confirmed as carried out nor waived."""
    return [
        made
        for made in requirements_of(inspection)
        if made.obligation is None or made.obligation.state == "open"
    ]


def of_obligation(obligation: Obligation) -> ConclusionRequirement | None:
    """The requirement that an obligation stands for; None of any other obligation."""
    return db.session.scalar(
        sa.select(ConclusionRequirement).where(ConclusionRequirement.obligation_id == obligation.id)
    )


def code_of(made: ConclusionRequirement) -> str:
    """The code under which the requirement stands among those of the campaign: “KL-17”."""
    return f"KL-{made.id}"


def id_of(code: str) -> int:
    """The requirement behind a code that `code_of` made; 0 for another."""
    number = code.removeprefix("KL-")
    return int(number) if number.isascii() and number.isdigit() else 0
