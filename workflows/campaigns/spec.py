"""A campaign as its file says it, before anything of it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.document import KINDS
from workflows.routing import DIRECT

REVIEW = "review"  # owed by a cell, met by the approved minutes of that month's sitting
ASKED = (*KINDS, REVIEW)
OWES = ("unit", "unit_with_non_members", "member", "non_member")
PILOTS = ("only", "not")
ADVISORY = "advisory"  # through the addressee's advisory body (R18)
VIAS = (ADVISORY, DIRECT)  # or the code of one of its advisory bodies
TARGETS = ("owner", "secretary", "superior", "next_superior", "standing_list")


@dataclass(frozen=True)
class RequirementSpec:
    """One thing that is asked for: the same names as models.campaign.Requirement."""

    code: str
    kind: str
    variant: str
    label_vi: str
    label_en: str
    levels: tuple[str, ...]
    deciding: int
    due: dict[str, Any]
    owes: str = "unit"
    pilots: str = ""
    via: str = ""
    type: str = ""
    superior_must_accept: bool = False
    also_to: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()  # codes that its report offers; none: all of the campaign
    basis: tuple[str, ...] = ()
    after: str = ""
    period_from: date | None = None
    period_to: date | None = None
    key: str = field(default="", compare=False)  # where in the file: requirements[3]


@dataclass(frozen=True)
class ThemeSpec:
    """A unit's own theme, with the reason (R28)."""

    unit: str
    theme: str
    reason: str


@dataclass(frozen=True)
class CampaignSpec:
    """A campaign: the same names as models.campaign.Campaign."""

    code: str
    title: str
    directive: str
    directive_dated_on: date | None
    year: int
    theme: str
    congress: str
    line: str
    unit: str
    roll_days_off: bool
    superior_must_accept: bool
    min_days_after_basis: int
    keep_personal_days: int
    ladder: tuple[dict[str, Any], ...]
    pilots: tuple[str, ...]
    pilot_count: int | None
    quota: dict[str, int]
    figures: tuple[dict[str, Any], ...]
    themes: tuple[ThemeSpec, ...]
    levels: tuple[str, ...]  # lowest first, where the file names them
    requirements: tuple[RequirementSpec, ...]
    source: str
