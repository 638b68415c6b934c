"""Contradictions within a campaign's file. Needs no database; `against` asks the organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.kinds import PERSONAL
from workflows import ladder
from workflows.calendar import PUBLIC, Due, WorkingCalendar
from workflows.campaigns.figures import sound
from workflows.campaigns.findings import Finding, finding, in_order
from workflows.campaigns.order import order_of_deadlines
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.obligations import AFTER_EVENT
from workflows.obligations.reach import by_unit
from workflows.refusal import N_, Reason, Refused

# Tiers as most organisations call them, where the file names none and no organisation is asked.
USUAL = {
    "cell": 0,
    "section": 1,
    "base": 2,
    "commune": 3,
    "district": 3,
    "province": 4,
    "union-base": 2,
    "union-commune": 3,
    "union-district": 3,
    "union-province": 4,
}


IN_ORDER = N_(
    "Xếp [[ladder]] theo ngày tăng dần: owner trước hạn, rồi secretary, superior, next_superior, "
    "standing_list; hoặc bỏ hết để dùng thang có sẵn."
)


@dataclass(frozen=True)
class Draft:
    """A campaign to be looked at: its file, the days of its requirements, which tier is higher."""

    spec: CampaignSpec
    calendar: WorkingCalendar
    dues: Mapping[str, Due]  # by code of the requirement; those counted from an event are not here
    ranks: Mapping[str, int]  # level → rank, 0 the lowest
    known: bool  # whether a level that is not ranked does not exist


def draft_of(
    spec: CampaignSpec,
    *,
    calendar: WorkingCalendar = PUBLIC,
    ranks: Mapping[str, int] | None = None,
) -> Draft:
    """The file with its days; `ranks` of the organisation where it is known."""
    dues = {
        requirement.code: calendar.effective_due(requirement.due, roll=spec.roll_days_off)
        for requirement in spec.requirements
        if requirement.due.get("kind") != AFTER_EVENT
    }
    known = ranks is not None or bool(spec.levels)
    if ranks is None:
        named = {level: rank for rank, level in enumerate(spec.levels)}
        ranks = named or USUAL
    return Draft(spec, calendar, dues, ranks, known)


def check(draft: Draft) -> list[Finding]:
    """Everything found in the file, errors first."""
    return in_order(one for rule in RULES for one in rule(draft))


def _ladder(draft: Draft) -> Iterator[Finding]:
    """A ladder goes up and forward, and never round in circles (domain §3.5)."""
    try:
        ladder.parse_steps(draft.spec.ladder)
    except Refused as refusal:
        for reason in refusal.reasons:
            change = Reason("LADDER", IN_ORDER, level="error")
            yield Finding("LADDER", "error", f"ladder[{reason.params['n']}]", reason, change)


def _levels(draft: Draft) -> Iterator[Finding]:
    for requirement in draft.spec.requirements:
        for level in requirement.levels:
            if level not in draft.ranks:
                yield finding(
                    "LEVEL",
                    "error" if draft.known else "warn",
                    f"{requirement.key}.levels",
                    N_("%(code)s giao cho cấp “%(level)s”, chưa có trong danh mục cấp."),
                    N_("Sửa mã cấp; các cấp đã biết: %(known)s."),
                    code=requirement.code,
                    level=level,
                    known=", ".join(draft.ranks),
                )


def _pilots(draft: Draft) -> Iterator[Finding]:
    """As many pilot units as the directive asks for (R23)."""
    spec = draft.spec
    if spec.pilot_count is not None and spec.pilot_count != len(spec.pilots):
        yield finding(
            "R23",
            "warn",
            "pilots",
            N_("Chỉ đạo %(count)s đơn vị điểm, nhưng đã nêu tên %(named)s."),
            N_("Sửa count, hoặc ghi đủ units."),
            count=spec.pilot_count,
            named=len(spec.pilots),
        )
    if twice := sorted({code for code in spec.pilots if spec.pilots.count(code) > 1}):
        yield finding(
            "R23",
            "error",
            "pilots.units",
            N_("Đơn vị điểm %(unit)s được nêu hai lần."),
            N_("Giữ lại một."),
            unit=twice[0],
        )
    for requirement in spec.requirements:
        if requirement.pilots and not spec.pilots:
            yield _of_one(
                "R23",
                requirement,
                "pilots",
                N_("%(code)s phân biệt đơn vị điểm, nhưng đợt chưa nêu đơn vị điểm nào."),
                N_("Ghi [pilots] units, hoặc bỏ khóa pilots ở yêu cầu này."),
            )


def _of_one(
    rule: str, requirement: RequirementSpec, field: str, sentence: str, mend: str
) -> Finding:
    """What is wrong with one key of a requirement."""
    place = f"{requirement.key}.{field}"
    return finding(rule, "error", place, sentence, mend, code=requirement.code)


def _basis(draft: Draft) -> Iterator[Finding]:
    """A study plan follows the plan of the advisory board, so it names one (R03)."""
    for requirement in draft.spec.requirements:
        if requirement.kind == "plan" and requirement.variant == "study" and not requirement.basis:
            yield _of_one(
                "R03",
                requirement,
                "basis",
                N_("%(code)s là kế hoạch học tập, quán triệt mà chưa có căn cứ."),
                N_("Ghi basis: mã ban tham mưu đã ban hành kế hoạch học tập của cấp trên."),
            )


def _events(draft: Draft) -> Iterator[Finding]:
    """What is counted from a plan is asked where a plan is."""
    planning = {
        level
        for requirement in draft.spec.requirements
        if requirement.kind == "plan"
        for level in requirement.levels
    }
    for requirement in draft.spec.requirements:
        if requirement.due.get("kind") != AFTER_EVENT:
            continue
        if without := [level for level in requirement.levels if level not in planning]:
            yield finding(
                "EVENT",
                "warn",
                f"{requirement.key}.levels",
                N_(
                    "%(code)s tính từ kế hoạch của cấp “%(level)s”, mà đợt không yêu cầu cấp đó có kế hoạch."
                ),
                N_(
                    "Thêm yêu cầu kế hoạch cho cấp đó; nếu không, việc này có thể không bao giờ phát sinh."
                ),
                code=requirement.code,
                level=without[0],
            )


def _personal(draft: Draft) -> Iterator[Finding]:
    """A person owes papers of his own: a commitment, a report of himself."""
    for requirement in draft.spec.requirements:
        if not by_unit(requirement.owes) and requirement.kind not in PERSONAL:
            yield finding(
                "PERSONAL",
                "warn",
                f"{requirement.key}.owes",
                N_(
                    "%(code)s giao cho từng người, mà loại văn bản này của đơn vị: việc còn mở cho "
                    "đến khi được miễn."
                ),
                N_('Báo cáo của từng người: kind = "self_report". Của đơn vị: owes = "unit".'),
                code=requirement.code,
            )


def _accepted(draft: Draft) -> Iterator[Finding]:
    """What a superior must accept comes before one."""
    for requirement in draft.spec.requirements:
        if requirement.superior_must_accept and requirement.deciding < 2:
            yield finding(
                "ACCEPT",
                "error",
                f"{requirement.key}.superior_must_accept",
                N_("%(code)s cần cấp trên phê duyệt, mà chỉ có một cấp quyết định."),
                N_("Ghi deciding = 2 (cấp ban hành, rồi cấp trên), hoặc bỏ khóa này."),
                code=requirement.code,
            )


def _days_off(draft: Draft) -> Iterator[Finding]:
    """A last good day that is a day off, and where it rolls."""
    for requirement, due in _with_due(draft):
        if draft.calendar.is_working_day(due.nominal):
            continue
        rolled = due.effective != due.nominal
        yield finding(
            "DAY_OFF",
            "info" if rolled else "warn",
            f"{requirement.key}.due",
            N_("Hạn của %(code)s, %(nominal)s, rơi vào ngày nghỉ; dời sang %(effective)s.")
            if rolled
            else N_("Hạn của %(code)s, %(nominal)s, rơi vào ngày nghỉ và không được dời."),
            N_("Không phải sửa, nếu đúng ý.")
            if rolled
            else N_("Đổi ngày; hoặc bật roll_days_off, nếu kiểu thời hạn này được dời."),
            code=requirement.code,
            nominal=due.nominal,
            effective=due.effective,
        )


def _years(draft: Draft) -> Iterator[Finding]:
    year = draft.spec.year
    for requirement, due in _with_due(draft):
        if due.nominal.year not in (year, year + 1):
            yield finding(
                "YEAR",
                "warn",
                f"{requirement.key}.due",
                N_("Hạn của %(code)s, %(nominal)s, không thuộc năm %(year)s của đợt."),
                N_("Xem lại năm của hạn, hoặc năm của đợt."),
                code=requirement.code,
                nominal=due.nominal,
                year=year,
            )


def _with_due(draft: Draft) -> Iterator[tuple[RequirementSpec, Due]]:
    for requirement in draft.spec.requirements:
        if requirement.code in draft.dues:
            yield requirement, draft.dues[requirement.code]


RULES: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    _ladder,
    _levels,
    _pilots,
    _basis,
    _events,
    _personal,
    _accepted,
    sound,
    order_of_deadlines,
    _days_off,
    _years,
)
