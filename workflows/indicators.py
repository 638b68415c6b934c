"""The figures that a report may carry: which, and what they are called, is said by its campaign.

`Campaign.figures` lists them as its file does: {"code", "label": {"vi", "en"}}, with "means" where a
rule reads one, "sum": False where adding up says nothing. One that the file no longer names stays
with "ended": reports that carry it are read by it, new ones do not get it. A part (I11a) that has no
line of its own is called as the whole is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from models.campaign import Campaign, Requirement
from workflows.refusal import N_, Reason, Refused

CODE = re.compile(r"I\d{2}[a-z]?")
WHOLE = 3  # letters of the code of a whole one; its part has one more
AWARDED_UNITS, AWARDED_PEOPLE = "awarded_units", "awarded_people"  # R19 to R21
EXCELLENT, GOOD, GRADED = "excellent", "good", "graded"  # the 20 % rule; R26, any grade
MEANS = (AWARDED_UNITS, AWARDED_PEOPLE, EXCELLENT, GOOD, GRADED)
GRADES = (EXCELLENT, GOOD, GRADED)

Figure = Mapping[str, Any]
Figures = Sequence[Figure]


def named(figures: Figures, code: str) -> Figure | None:
    """The figure of this code; of a part without a line of its own the whole; None where neither is
    known."""
    by_code = {figure["code"]: figure for figure in figures}
    return by_code.get(code) or by_code.get(code[:WHOLE])


def words(figures: Figures, code: str) -> dict[str, str]:
    """What a figure is called, by language; one that no campaign names by its code."""
    figure = named(figures, code)
    return dict(figure["label"]) if figure is not None else {"vi": code, "en": code}


def current(figures: Figures) -> list[Figure]:
    """Those that new reports may carry, as the file has them."""
    return [figure for figure in figures if not figure.get("ended")]


def offered(
    campaign: Campaign, requirement: Requirement | None, written: Collection[str] = ()
) -> list[tuple[str, dict[str, str]]]:
    """(code, words) of the figures on the form of a report, by code: those of its requirement, or of
    the campaign where it names none, and whatever its text has already (`written`)."""
    asked = requirement.figures if requirement is not None else []
    codes = asked or [figure["code"] for figure in current(campaign.figures)]
    return [(code, words(campaign.figures, code)) for code in sorted({*codes, *written})]


def refuse_unknown(
    content: Mapping[str, Any], campaign: Campaign, before: Mapping[str, Any] | None = None
) -> None:
    """Raises Refused (FORM), each at its place, for figures that the campaign does not have, unless
    the text had them `before`. Content without figures passes."""
    had = (before or {}).get("indicators") or {}
    new = [code for code in content.get("indicators") or {} if code not in had]
    if not new:
        return
    known = current(campaign.figures)
    codes = ", ".join(figure["code"] for figure in known)
    if strange := [code for code in new if named(known, code) is None]:
        text = (
            N_(
                "Đợt %(campaign)s không có chỉ tiêu mang mã “%(code)s”. Các mã dùng được: %(codes)s."
            )
            if known
            else N_("Đợt %(campaign)s không có chỉ tiêu nào. Cần bỏ số liệu “%(code)s”.")
        )
        raise Refused(
            *(
                Reason(
                    "FORM",
                    text,
                    {"campaign": campaign.code, "code": code, "codes": codes},
                    place=f"indicators.{code}",
                )
                for code in strange
            )
        )


def given(figures: Figures, written: Mapping[str, Any], means: str) -> Any:
    """The number that a report gives for what a rule reads; None where it gives none."""
    codes = (figure["code"] for figure in figures if figure.get("means") == means)
    return next((written[code] for code in codes if code in written), None)


def speaks_of(figures: Figures, codes: Collection[str], means: Collection[str] = MEANS) -> bool:
    """Whether any of these figures is one that a rule reads so; a part counts as its whole."""
    found = (named(figures, code) for code in codes)
    return any(figure is not None and figure.get("means") in means for figure in found)


def adds_up(figures: Figures, code: str) -> bool:
    """Whether a superior's figure is the sum of its subordinates' (question 12); a ratio is not."""
    figure = named(figures, code)
    return figure is None or figure.get("sum", True)


def amended(old: Figures, new: Figures) -> list[Figure]:
    """The list of a campaign whose file now names `new`: what it no longer names stays, ended."""
    codes = {figure["code"] for figure in new}
    return [*new, *({**figure, "ended": True} for figure in old if figure["code"] not in codes)]
