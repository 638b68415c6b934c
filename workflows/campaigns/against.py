"""A campaign's file against the organisation: its units, their superiors, its advisory bodies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from models.base import db
from models.queries.hearers import Body
from models.unit import Level, ReportingLine, Unit, in_force_on
from workflows.calendar import WorkingCalendar, local_day
from workflows.campaigns.check import Draft, check, draft_of
from workflows.campaigns.findings import Finding, finding, in_order
from workflows.campaigns.spec import REVIEW, VIAS, CampaignSpec, RequirementSpec
from workflows.ladder.above import HIGHEST, Lines
from workflows.obligations import reach
from workflows.refusal import N_
from workflows.routing import DIRECT

NAMED = 5  # units named in one finding; the rest is counted


def examine(spec: CampaignSpec, now: datetime) -> tuple[Draft, list[Finding]]:
    """The file with its days by this organisation's calendar, and everything found in it and against
    the organisation, errors first."""
    calendar = WorkingCalendar.of(db.session())
    ranks = {code: rank for code, rank in db.session.execute(sa.select(Level.code, Level.rank))}  # noqa: C416
    draft = draft_of(spec, calendar=calendar, ranks=ranks)
    return draft, in_order([*check(draft), *against(draft, now)])


def against(draft: Draft, now: datetime) -> list[Finding]:
    """Everything that does not fit the organisation of `now`."""
    spec = draft.spec
    unit = db.session.scalar(sa.select(Unit).where(Unit.code == spec.unit))
    if unit is None:
        return [
            finding(
                "UNIT",
                "error",
                "unit",
                N_("Không có đơn vị mã %(unit)s."),
                N_("Ghi mã của đơn vị mở đợt, như trong danh sách đơn vị."),
                unit=spec.unit,
            )
        ]
    places = reach.places(unit.id, now)
    return [
        *_named(draft, places),
        *_nobody(draft, places, now),
        *_routes(draft, places, unit.id, now),
        *_orphans(draft, places, now),
        *_past(draft, now),
    ]


def _named(draft: Draft, places: list[reach.Place]) -> Iterator[Finding]:
    """Units that the file names: pilots, bases, and those with a theme of their own."""
    spec = draft.spec
    here = {place.code for place in places}
    known = set(db.session.scalars(sa.select(Unit.code)))
    advisory = set(db.session.scalars(sa.select(Unit.code).where(Unit.attached_to_id.is_not(None))))
    asked = {requirement.code for requirement in spec.requirements}
    for key, code in [
        *(("pilots.units", code) for code in spec.pilots),
        *((f"themes[{n}].unit", theme.unit) for n, theme in enumerate(spec.themes, 1)),
    ]:
        if code not in here:
            yield finding(
                "UNIT",
                "error" if code not in known else "warn",
                key,
                N_("Đơn vị %(unit)s không thuộc phạm vi của đợt."),
                N_("Ghi mã của một đơn vị đang hoạt động ở dưới đơn vị mở đợt."),
                unit=code,
            )
    for requirement in spec.requirements:
        for code in requirement.also_to:
            if code not in known:
                yield finding(
                    "UNIT",
                    "error",
                    f"{requirement.key}.also_to",
                    N_("Không có đơn vị mã %(unit)s."),
                    N_("Ghi mã của đơn vị nhận bản sao, như trong danh sách đơn vị."),
                    unit=code,
                )
        if requirement.via not in ("", *VIAS) and requirement.via not in advisory:
            yield finding(
                "R18",
                "error",
                f"{requirement.key}.via",
                N_("%(via)s không phải cơ quan tham mưu nào."),
                N_('Ghi via = "advisory", "direct", hoặc mã một cơ quan tham mưu.'),
                via=requirement.via,
            )
        for code in requirement.basis:
            study = requirement.kind == "plan" and requirement.variant == "study"
            if code in asked or (code in known and (code in advisory or not study)):
                continue
            yield finding(
                "R03",
                "warn" if code in known else "error",
                f"{requirement.key}.basis",
                N_("Căn cứ %(basis)s của %(code)s không phải ban tham mưu.")
                if code in known
                else N_(
                    "Căn cứ %(basis)s của %(code)s không phải đơn vị, cũng không phải yêu cầu nào."
                ),
                N_("Ghi mã ban tham mưu của cấp trên, hoặc mã một yêu cầu trong tệp."),
                code=requirement.code,
                basis=code,
            )


def _nobody(draft: Draft, places: list[reach.Place], now: datetime) -> Iterator[Finding]:
    """A requirement that nobody would owe; a monthly review where no sitting is held."""
    spec = draft.spec
    numbers = reach.heads([place.id for place in places], now)
    meets = set(db.session.scalars(sa.select(Unit.id).where(Unit.meets)))
    for requirement in spec.requirements:
        if not sum(reach.count(requirement, spec.pilots, places, numbers).values()):
            yield finding(
                "NOBODY",
                "warn",
                f"{requirement.key}.levels",
                N_("Không ai phải làm %(code)s: không có đơn vị hay người nào thuộc diện này."),
                N_("Xem lại levels, owes, pilots."),
                code=requirement.code,
            )
        if requirement.kind == REVIEW:
            silent = [p for p in _asked(draft, requirement, places) if p.id not in meets]
            if silent:
                yield finding(
                    "R11",
                    "error",
                    f"{requirement.key}.levels",
                    N_("%(code)s giao cho đơn vị không họp quyết định: %(units)s."),
                    N_("Chỉ giao cho cấp có họp (chi bộ), hoặc ghi các đơn vị đó là có họp."),
                    code=requirement.code,
                    units=_codes([place.code for place in silent]),
                )


def _routes(
    draft: Draft, places: list[reach.Place], root_id: int, now: datetime
) -> Iterator[Finding]:
    """A paper that needs a superior's decision, from a unit without one; and a line that runs in a
    circle."""
    spec = draft.spec
    day = local_day(now)
    lines = Lines(day)
    here = [Body(place.id, place.code) for place in places]
    above = dict(
        zip((b.id for b in here), lines.climb([(b, spec.line, 1) for b in here]), strict=True)
    )
    advised = set(
        db.session.scalars(
            sa.select(Unit.attached_to_id).where(Unit.attached_to_id.is_not(None)).distinct()
        )
    )
    for requirement in spec.requirements:
        if not reach.by_unit(requirement.owes) or requirement.kind == REVIEW:
            continue
        reached = _asked(draft, requirement, places)
        alone = [p.code for p in reached if above[p.id] is None and p.id != root_id]
        if requirement.deciding > 1 and alone:
            yield finding(
                "ROUTE",
                "error",
                f"{requirement.key}.deciding",
                N_(
                    "%(code)s cần cấp trên quyết định, mà chưa có cấp trên trên tuyến “%(line)s”: %(units)s."
                ),
                N_("Ghi tuyến báo cáo của các đơn vị đó, hoặc bỏ cấp của chúng khỏi levels."),
                code=requirement.code,
                line=spec.line,
                units=_codes(alone),
            )
        if requirement.via not in ("", DIRECT):
            direct = {up.code for p in reached if (up := above[p.id]) and up.id not in advised}
            if direct:
                yield finding(
                    "R18",
                    "warn",
                    f"{requirement.key}.via",
                    N_(
                        "%(code)s gửi qua ban tham mưu, mà cấp nhận chưa có ban tham mưu: %(units)s."
                    ),
                    N_("Lập ban tham mưu của cấp đó, nếu không văn bản đi thẳng."),
                    code=requirement.code,
                    units=_codes(sorted(direct)),
                )
    if circle := _circle(lines, here, spec.line):
        yield finding(
            "ROUTE",
            "error",
            "line",
            N_("Tuyến “%(line)s” đi thành vòng ở %(units)s."),
            N_("Sửa tuyến báo cáo của các đơn vị đó."),
            line=spec.line,
            units=_codes(sorted(circle)),
        )


def _circle(lines: Lines, here: list[Body], line: str) -> list[str]:
    """The units whose way up comes back to them."""
    found = []
    lines.climb([(body, line, HIGHEST) for body in here])
    for body in here:
        seen: set[int] = set()
        at: Body | None = body
        while at is not None and at.id not in seen:
            seen.add(at.id)
            lines.learn([at.id])
            at = lines.above(at.id, line)
        if at is not None and at.id == body.id:
            found.append(body.code)
    return found


def _orphans(draft: Draft, places: list[reach.Place], now: datetime) -> Iterator[Finding]:
    """Units of a level that is asked, which report to nobody and so are reached by nothing."""
    day = local_day(now)
    asked = {level for requirement in draft.spec.requirements for level in requirement.levels}
    alone = db.session.scalars(
        sa.select(Unit.code)
        .join(Level, Unit.level_id == Level.id)
        .where(
            Level.code.in_(asked),
            Unit.attached_to_id.is_(None),
            in_force_on(Unit, day),
            ~sa.exists().where(ReportingLine.unit_id == Unit.id, in_force_on(ReportingLine, day)),
        )
        .order_by(Unit.code)
    )
    here = {place.code for place in places}
    if missed := [code for code in alone if code not in here]:
        yield finding(
            "ORPHAN",
            "warn",
            "unit",
            N_(
                "Có đơn vị thuộc cấp được giao mà chưa báo cáo ai, nên không có việc nào: %(units)s."
            ),
            N_("Ghi tuyến báo cáo của các đơn vị đó trước khi mở đợt."),
            units=_codes(missed),
        )


def _past(draft: Draft, now: datetime) -> Iterator[Finding]:
    """A last good day that is over when the campaign opens."""
    today = local_day(now)
    for requirement in draft.spec.requirements:
        due = draft.dues.get(requirement.code)
        if due is not None and due.effective < today:
            yield finding(
                "PAST",
                "warn",
                f"{requirement.key}.due",
                N_("Hạn của %(code)s, %(day)s, đã qua: mở hôm nay là quá hạn ngay."),
                N_("Đổi hạn, hoặc bỏ yêu cầu này."),
                code=requirement.code,
                day=due.effective,
            )


def _asked(
    draft: Draft, requirement: RequirementSpec, places: list[reach.Place]
) -> list[reach.Place]:
    return [place for place in places if reach.asks(requirement, place, draft.spec.pilots)]


def _codes(codes: list[str]) -> str:
    more = len(codes) - NAMED
    return ", ".join(islice(codes, NAMED)) + (f" (+{more})" if more > 0 else "")
