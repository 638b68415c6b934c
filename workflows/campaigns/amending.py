"""Amending a campaign that is open: what another file would change, then only what is open changes.
What is met or waived stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.person import Person
from workflows.calendar import Due, WorkingCalendar
from workflows.campaigns import amended
from workflows.campaigns.against import examine
from workflows.campaigns.figures import renamed
from workflows.campaigns.findings import Finding, in_order, refuse
from workflows.campaigns.parse import parse
from workflows.campaigns.seen import not_since
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.campaigns.store import (
    by_code,
    columns_of,
    fill,
    state_of,
    themes_of,
    told,
)
from workflows.indicators import current
from workflows.obligations import AFTER_EVENT, reach
from workflows.refusal import N_, Reason, Refused

# What of a campaign may change under way, with the words for it.
OF_CAMPAIGN = {
    "title": N_("tên đợt"),
    "directive": N_("văn bản gốc"),
    "directive_dated_on": N_("ngày văn bản gốc"),
    "theme": N_("chủ đề"),
    "congress": N_("Đại hội"),
    "roll_days_off": N_("dời hạn qua ngày nghỉ"),
    "superior_must_accept": N_("cấp trên phải đồng ý"),
    "min_days_after_basis": N_("số ngày làm việc sau căn cứ"),
    "keep_personal_days": N_("thời hạn giữ văn bản cá nhân"),
    "ladder": N_("thang đôn đốc"),
    "pilots": N_("đơn vị điểm"),
    "pilot_count": N_("số đơn vị điểm"),
    "quota": N_("tỷ lệ khen thưởng"),
    "figures": N_("chỉ tiêu của báo cáo"),
}


@dataclass(frozen=True)
class Moved:
    """A requirement with another day: so many open obligations get it."""

    code: str
    old: Due | None
    new: Due | None
    number: int


@dataclass(frozen=True)
class Amendment:
    """What a file would change in a campaign that is open."""

    spec: CampaignSpec
    findings: list[Finding]
    fields: list[str]  # words of what changes in the campaign itself
    themes: bool
    added: list[tuple[str, int]]  # code, how many will owe it
    ended: list[tuple[str, int]]  # code, how many open obligations fall away
    moved: list[Moved]
    changed: list[str]  # codes of requirements that are asked otherwise

    @property
    def nothing(self) -> bool:
        return not (
            self.fields or self.themes or self.added or self.ended or self.moved or self.changed
        )


def look(source: str, *, file: str, now: datetime) -> Amendment:
    """What this file would change in the open campaign of its code. Reads only. Raises FileError;
    Refused when there is no such campaign, it is not open, or what changes cannot change."""
    spec = parse(source, file=file)
    return _compare(spec, _open(spec), now)


def amend(
    source: str, *, file: str, actor: Person | None, now: datetime, seen: str | None = None
) -> Amendment:
    """Changes what `look` says, with one event, in the caller's transaction. Raises as `look`, and
    Refused with every error of the check; Stale when the page showed another text (`seen`)."""
    spec = parse(source, file=file)
    campaign = _open(spec, lock=True)
    not_since(campaign, seen)
    found = _compare(spec, campaign, now)
    refuse(found.findings)
    if found.nothing and campaign.source == source:
        return found
    if found.ended or found.moved or found.changed or found.fields:
        amended.hold_logs(campaign)
    told(
        campaign,
        "campaign_amended",
        actor,
        now,
        added=len(found.added),
        ended=len(found.ended),
        moved=len(found.moved),
        changed=len(found.changed) + len(found.fields) + found.themes,
    )
    climbs = _list(campaign.ladder) != _list(spec.ladder)
    fill(campaign, spec)
    if found.themes:
        campaign.themes.clear()
        db.session.flush()
        campaign.themes = themes_of(spec, file=file)
    _write(campaign, spec, found, now)
    db.session.flush()
    amended.settle(
        campaign,
        added=[code for code, _ in found.added],
        ended=[code for code, _ in found.ended],
        moved=[moved.code for moved in found.moved],
        climbs=climbs,
        actor=actor,
        now=now,
    )
    return found


def _write(campaign: Campaign, spec: CampaignSpec, found: Amendment, now: datetime) -> None:
    rows = {row.code: row for row in campaign.requirements}
    gone = {code for code, _ in found.ended}
    for row in campaign.requirements:
        if row.code in gone:
            row.ended_at = now
    for asked in spec.requirements:
        if asked.code in rows:
            for name, value in columns_of(asked).items():
                setattr(rows[asked.code], name, value)
        else:
            campaign.requirements.append(Requirement(**columns_of(asked)))


def _open(spec: CampaignSpec, *, lock: bool = False) -> Campaign:
    campaign = by_code(spec.code)
    if campaign is None:
        raise _refused(N_("Chưa có đợt %(code)s để sửa. Xem lại mã, hoặc mở đợt mới."), spec)
    if lock:
        db.session.refresh(campaign, with_for_update={"key_share": True})
    if state_of(campaign) != "open":
        raise _refused(N_("Chỉ sửa được đợt đang chạy; đợt %(code)s thì không."), spec)
    if campaign.unit.code != spec.unit or campaign.line != spec.line or campaign.year != spec.year:
        raise _refused(
            N_("Không đổi được đơn vị mở, tuyến báo cáo và năm của đợt %(code)s. Mở đợt khác."),
            spec,
        )
    for row in campaign.requirements:
        asked = next((one for one in spec.requirements if one.code == row.code), None)
        if asked is not None and (row.ended_at is not None or row.kind != asked.kind):
            raise _refused(
                N_(
                    "Yêu cầu %(requirement)s đã bỏ, hoặc là loại khác: mã đã dùng không dùng lại. "
                    "Ghi mã khác."
                ),
                spec,
                requirement=row.code,
            )
    return campaign


def _compare(spec: CampaignSpec, campaign: Campaign, now: datetime) -> Amendment:
    draft, findings = examine(spec, now)
    findings = in_order([*findings, *renamed(campaign, spec)])
    rows = {row.code: row for row in campaign.requirements if row.ended_at is None}
    asked = {one.code: one for one in spec.requirements}
    calendar = WorkingCalendar.of(db.session())
    themes = {(t.unit.code, t.theme, t.reason) for t in campaign.themes}
    places = reach.places(campaign.unit_id, now)
    numbers = reach.heads([place.id for place in places], now)
    moved, changed = [], []
    for code in rows.keys() & asked.keys():
        old, new = _day(rows[code], campaign.roll_days_off, calendar), draft.dues.get(code)
        if old != new or rows[code].due != asked[code].due:
            moved.append(Moved(code, old, new, _still_open(rows[code])))
        if _asked_otherwise(rows[code], asked[code]):
            changed.append(code)
    added = [code for code in asked if code not in rows]
    fresh = {*added, *(one.code for one in moved)}
    return Amendment(
        spec=spec,
        # What runs already opens no more: only a day that is new can be over from the first.
        findings=[f for f in findings if f.code != "PAST" or f.wrong.params["code"] in fresh],
        fields=[
            words
            for name, words in OF_CAMPAIGN.items()
            if _says(campaign, name) != _list(getattr(spec, name))
        ],
        themes=themes != {(t.unit, t.theme, t.reason) for t in spec.themes},
        added=[
            (code, sum(reach.count(asked[code], spec.pilots, places, numbers).values()))
            for code in added
        ],
        ended=[(code, _still_open(row)) for code, row in rows.items() if code not in asked],
        moved=sorted(moved, key=lambda one: list(asked).index(one.code)),
        changed=sorted(changed, key=list(asked).index),
    )


def _day(row: Requirement, roll: bool, calendar: WorkingCalendar) -> Due | None:
    if row.due.get("kind") == AFTER_EVENT:
        return None
    return calendar.effective_due(row.due, roll=roll)


def _still_open(row: Requirement) -> int:
    statement = sa.select(sa.func.count(Obligation.id)).where(
        Obligation.requirement_id == row.id, Obligation.state == "open"
    )
    return db.session.scalar(statement) or 0


def _asked_otherwise(row: Requirement, asked: RequirementSpec) -> bool:
    """Otherwise than by its day, which `moved` tells."""
    return any(
        _list(getattr(row, name)) != _list(value)
        for name, value in columns_of(asked).items()
        if name != "due"
    )


def _says(campaign: Campaign, name: str) -> Any:
    """What the file of a campaign said of itself: without figures that it no longer names."""
    value = getattr(campaign, name)
    return current(value) if name == "figures" else _list(value)


def _list(value: Any) -> Any:
    """A list from the database and a tuple from a file are alike."""
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _refused(text: str, spec: CampaignSpec, **values: Any) -> Refused:
    return Refused(Reason("CAMPAIGN", text, {"code": spec.code, **values}))
