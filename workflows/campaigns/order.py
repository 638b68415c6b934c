"""Which deadline may not come before which: what depends on another, and who gathers from whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from workflows.calendar import Due, WorkingCalendar
from workflows.campaigns.findings import Finding, finding
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.refusal import N_


class Draft(Protocol):
    """What of a draft is looked at here."""

    @property
    def spec(self) -> CampaignSpec: ...
    @property
    def calendar(self) -> WorkingCalendar: ...
    @property
    def dues(self) -> Mapping[str, Due]: ...
    @property
    def ranks(self) -> Mapping[str, int]: ...


def order_of_deadlines(draft: Draft) -> Iterator[Finding]:
    """All that is wrong with the order of a campaign's deadlines."""
    yield from _after(draft)
    yield from _reports(draft)
    yield from _plans(draft)


def _after(draft: Draft) -> Iterator[Finding]:
    """What comes after another must leave time for it (R22; ZERO_SLACK: the same day)."""
    asked = {requirement.code: requirement for requirement in draft.spec.requirements}
    for requirement in draft.spec.requirements:
        if not requirement.after:
            continue
        key, first = f"{requirement.key}.after", asked.get(requirement.after)
        if first is None:
            yield finding(
                "AFTER",
                "error",
                key,
                N_("%(code)s phải sau %(after)s, nhưng đợt không có yêu cầu mã đó."),
                N_("Ghi đúng mã của một yêu cầu trong tệp (kể cả số kỳ), hoặc bỏ khóa after."),
                code=requirement.code,
                after=requirement.after,
            )
        elif _circles(requirement, asked):
            yield finding(
                "AFTER",
                "error",
                key,
                N_("%(code)s và các việc nó phải chờ đi thành vòng: việc này chờ việc kia."),
                N_("Bỏ một khóa after trong vòng."),
                code=requirement.code,
            )
        else:
            yield from _slack(draft, first, requirement)


def _circles(requirement: RequirementSpec, asked: Mapping[str, RequirementSpec]) -> bool:
    seen: set[str] = set()
    here: RequirementSpec | None = requirement
    while here is not None and here.after:
        if here.code in seen:
            return True
        seen.add(here.code)
        here = asked.get(here.after)
    return False


def _slack(draft: Draft, first: RequirementSpec, then: RequirementSpec) -> Iterator[Finding]:
    if first.code not in draft.dues or then.code not in draft.dues:
        return
    before, after = draft.dues[first.code].nominal, draft.dues[then.code].nominal
    if after > before:
        return
    same = after == before
    yield _too_early(
        "ZERO_SLACK" if same else "R22",
        then,
        N_(
            "%(then)s hết hạn đúng ngày %(day)s của %(first)s mà nó dựa vào: không còn ngày nào để làm."
        )
        if same
        else N_("%(then)s hết hạn ngày %(day)s, trước %(first)s mà nó dựa vào (%(first_day)s)."),
        N_("Dời hạn của %(then)s ra sau, hoặc đưa hạn của %(first)s lên trước."),
        same=same,
        then=then.code,
        first=first.code,
        day=after,
        first_day=before,
    )


def _too_early(
    rule: str, asked: RequirementSpec, sentence: str, mend: str, *, same: bool, **values: object
) -> Finding:
    """Something is due before what it rests on, or on the `same` day, which leaves it no time."""
    level = "warn" if same else "error"
    return finding(rule, level, f"{asked.key}.due", sentence, mend, **values)


def _reports(draft: Draft) -> Iterator[Finding]:
    """A superior gathers from its subordinates: its report may not be due before theirs."""
    reports = [r for r in draft.spec.requirements if r.kind == "report" and r.owes == "unit"]
    for upper, lower in _pairs(draft, reports):
        if upper.code == lower.code:
            continue
        above, below = draft.dues[upper.code].nominal, draft.dues[lower.code].nominal
        if above > below:
            continue
        same = above == below
        yield _too_early(
            "SUPERIOR_FIRST",
            upper,
            N_(
                "Cấp trên (%(upper)s) hết hạn đúng ngày %(day)s của cấp dưới (%(lower)s): không kịp tổng hợp."
            )
            if same
            else N_(
                "Cấp trên (%(upper)s) hết hạn ngày %(day)s, trước cấp dưới (%(lower)s, %(lower_day)s)."
            ),
            N_("Dời hạn của %(upper)s ra sau hạn của %(lower)s."),
            same=same,
            upper=upper.code,
            lower=lower.code,
            day=above,
            lower_day=below,
        )


def _plans(draft: Draft) -> Iterator[Finding]:
    """A subordinate's plan rests on its superior's: it may not be due before it, nor with fewer
    working days between than the campaign promises (R01)."""
    plans = [r for r in draft.spec.requirements if r.kind == "plan" and r.owes == "unit"]
    least = draft.spec.min_days_after_basis
    for upper, lower in _pairs(draft, plans):
        above, below = draft.dues[upper.code], draft.dues[lower.code]
        days = draft.calendar.working_days_between(above.effective, below.effective)
        if days >= least:
            continue
        yield finding(
            "BASIS_LATE",
            "warn",
            f"{lower.key}.due",
            N_(
                "Kế hoạch cấp dưới (%(lower)s) chỉ có %(days)s ngày làm việc sau hạn kế hoạch cấp "
                "trên (%(upper)s), cần ít nhất %(least)s."
            ),
            N_("Dời hạn của %(lower)s ra sau, hoặc đưa hạn của %(upper)s lên trước."),
            lower=lower.code,
            upper=upper.code,
            days=days,
            least=least,
        )


def _pairs(
    draft: Draft, asked: list[RequirementSpec]
) -> Iterator[tuple[RequirementSpec, RequirementSpec]]:
    """(a superior's, its subordinate's) of the same variant: by their order where there are as many
    of both, else each with the nearest."""
    groups: dict[str, dict[int, list[RequirementSpec]]] = {}
    for requirement in asked:
        ranks = {draft.ranks[level] for level in requirement.levels if level in draft.ranks}
        if requirement.code in draft.dues:
            for rank in ranks:
                of_variant = groups.setdefault(requirement.variant, {})
                of_variant.setdefault(rank, []).append(requirement)
    seen = set()
    for by_rank in groups.values():
        for low, high in zip(sorted(by_rank), sorted(by_rank)[1:], strict=False):
            for pair in _matched(draft, by_rank[high], by_rank[low]):
                if (pair[0].code, pair[1].code) not in seen:
                    seen.add((pair[0].code, pair[1].code))
                    yield pair


def _matched(
    draft: Draft, upper: list[RequirementSpec], lower: list[RequirementSpec]
) -> Iterator[tuple[RequirementSpec, RequirementSpec]]:
    def day(requirement: RequirementSpec) -> int:
        return draft.dues[requirement.code].nominal.toordinal()

    for pilots in ("only", "not", ""):  # what pilots alone owe is not gathered from the others
        theirs = sorted((one for one in upper if one.pilots == pilots), key=day)
        below = sorted((one for one in lower if not _apart(pilots, one.pilots)), key=day)
        if len(theirs) == len(below):
            yield from zip(theirs, below, strict=True)
        elif below:
            for one in theirs:
                yield one, min(below, key=lambda other: abs(day(other) - day(one)))


def _apart(one: str, other: str) -> bool:
    """Whether one is asked of the pilot units alone, and the other of all but them."""
    return {one, other} == {"only", "not"}
