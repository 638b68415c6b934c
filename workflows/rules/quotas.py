"""R19 to R21 and the 20 % rule: how many may be awarded or graded excellent. A list that proposes
more is not signed; the 20 % rule is shown only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.unit import ReportingLine, Unit, in_force_on
from workflows.act import Act
from workflows.indicators import AWARDED_PEOPLE, AWARDED_UNITS, given
from workflows.refusal import N_, Reason
from workflows.rules.registry import guard

UNITS_OF, PEOPLE_PER_UNIT = 4, 4  # where the campaign says nothing else
TO_THE_PROVINCE = (1, 3)  # R21: units, persons


def max_units(n: int, units_of: int = UNITS_OF) -> int:
    """R19 (source 003): a quarter of the subordinate units, one where there are four or fewer.

    0 for none: the sentence does not speak of it, so somebody has to be asked.
    """
    if n <= 0:
        return 0
    return 1 if n <= units_of else n // units_of


def max_people(awarded_units: int, per_unit: int = PEOPLE_PER_UNIT) -> int:
    """R20 (source 003): four times the units actually awarded, not the units that exist."""
    return per_unit * max(awarded_units, 0)


def twenty_percent(good: int) -> int:
    """The most who are graded excellent, given those graded good (21-HD/BTCTW), per base
    organisation."""
    return max(good, 0) // 5


def award_reasons(
    subordinates: int,
    units: int,
    people: int,
    *,
    units_of: int = UNITS_OF,
    persons_per_unit: int = PEOPLE_PER_UNIT,
) -> list[Reason]:
    """R19, R20: what a proposal within a base exceeds; one unit in so many, so many persons for
    each, as the campaign says."""
    reasons = []
    if units > (most := max_units(subordinates, units_of)):
        reasons.append(
            Reason(
                "R19",
                N_(
                    "Đề nghị khen %(units)s tập thể, nhiều hơn %(most)s tập thể được phép với "
                    "%(all)s đơn vị trực thuộc."
                ),
                {"units": units, "most": most, "all": subordinates},
                level="warn",
            )
        )
    if people > (most := max_people(units, persons_per_unit)):
        reasons.append(
            Reason(
                "R20",
                N_(
                    "Đề nghị khen %(people)s cá nhân, nhiều hơn %(most)s (%(times)s lần số tập thể "
                    "được khen)."
                ),
                {"people": people, "most": most, "times": persons_per_unit},
                level="warn",
            )
        )
    return reasons


def province_reasons(units: int, people: int) -> list[Reason]:
    """R21 (source 003): to the province go one unit and three persons."""
    most_units, most_people = TO_THE_PROVINCE
    if units <= most_units and people <= most_people:
        return []
    return [
        Reason(
            "R21",
            N_(
                "Đề nghị cấp tỉnh khen %(units)s tập thể và %(people)s cá nhân, "
                "nhiều hơn %(most_units)s tập thể và %(most_people)s cá nhân."
            ),
            {
                "units": units,
                "people": people,
                "most_units": most_units,
                "most_people": most_people,
            },
            level="warn",
        )
    ]


AWARD = "award"  # the variant of a report that proposes whom to commend


@guard("within_quota")
def within_quota(act: Act) -> list[Reason]:
    """R19, R20 within a base, R21 to the province: a list does not propose more than it may."""
    document = act.document
    requirement = document.obligation.requirement if document.obligation else None
    if requirement is None or requirement.variant != AWARD:
        return []
    written, figures = act.revision.content.get("indicators") or {}, document.campaign.figures
    units = _count(given(figures, written, AWARDED_UNITS))
    people = _count(given(figures, written, AWARDED_PEOPLE))
    if document.unit.level.code == "base":
        reasons = award_reasons(
            _subordinates(act), units, people, **(document.campaign.quota or {})
        )
    else:
        reasons = province_reasons(units, people)
    return [replace(r, level="error", place="indicators") for r in reasons]


def _count(figure: Any) -> int:
    return int(float(figure)) if figure is not None else 0


def _subordinates(act: Act) -> int:
    """The units that report to the issuer on the campaign's line on the day of the act."""
    document = act.document
    query = (
        sa.select(sa.func.count(Unit.id))
        .join(ReportingLine, ReportingLine.unit_id == Unit.id)
        .where(
            ReportingLine.superior_id == document.unit_id,
            ReportingLine.line == document.campaign.line,
            in_force_on(ReportingLine, act.today),
            in_force_on(Unit, act.today),
        )
    )
    return db.session.scalar(query) or 0


def excellent_reasons(excellent: int, good: int) -> list[Reason]:
    """The 20 % rule (21-HD/BTCTW 2019), shown only."""
    most = twenty_percent(good)
    if excellent <= most:
        return []
    return [
        Reason(
            "Q20",
            N_(
                "Số hoàn thành xuất sắc là %(excellent)s, nhiều hơn %(most)s (20%% của "
                "%(good)s hoàn thành tốt)."
            ),
            {"excellent": excellent, "most": most, "good": good},
            level="warn",
        )
    ]
