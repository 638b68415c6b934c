"""Entering a signed paper (vào sổ bản giấy đã ký): who may, and what a paper must at least say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.kinds import PERSONAL
from models.person import Membership, Person
from models.stored_file import StoredFile
from models.unit import Unit, in_force_on
from workflows import authority, beginning, drafting, engine, files
from workflows.act import Capacity, Printed
from workflows.calendar import local_day
from workflows.periods import parse_period
from workflows.refusal import N_, Forbidden, Reason, Refused
from workflows.rules.minutes import vote_reasons


def record(
    kind: str,
    *,
    unit: Unit,
    campaign: Campaign,
    title: str,
    content: dict[str, Any],
    printed: Printed,
    basis: Sequence[dict[str, Any]] = (),
    requirement: Requirement | None = None,
    author: Person | None = None,
    scan: StoredFile | None = None,
    scan_name: str = "",
    actor: Person,
    now: datetime,
) -> Document:
    """Enter a paper signed outside the system; returns it, drafted, awaiting a second person.

    In the caller's transaction. `content` has the shape of design §5 and may be empty: the scan is
    the text then. `author` is the member whose commitment it is. Its scan may follow, but must be
    there before anybody can confirm it. Raises Forbidden when the actor keeps no papers of this
    unit, Refused for what cannot be written down at all; what the rules have against the paper is
    found at its confirmation.
    """
    held = may_record(kind, unit, campaign, actor, now)
    _refuse(form_reasons(printed, local_day(now)))
    whose = _author(kind, unit, author, actor, local_day(now))
    if requirement is None:
        requirement = (
            requirement_by_period(campaign, content)
            if kind == "report"
            else drafting.requirement_for(kind, unit, campaign, whose)
        )
        if requirement is not None and unit.level.code not in requirement.levels:
            requirement = None
    draft = drafting.Draft(
        kind,
        drafting.title_of(kind, title, campaign, requirement),
        content,
        list(basis),
        printed.dated_on,
    )
    document = beginning.record(
        draft,
        printed,
        unit=unit,
        campaign=campaign,
        requirement=requirement,
        author=whose,
        held=held,
        now=now,
    )
    if scan is not None:
        files.attach(document, scan, purpose="scan", name=scan_name, actor=actor, now=now)
    return document


def may_record(kind: str, unit: Unit, campaign: Campaign, actor: Person, now: datetime) -> Capacity:
    """In what right the actor enters this unit's papers: its clerk, secretary or deputy, or the
    clerk of its superior where it has none. Raises Refused when the campaign is not open."""
    if campaign.opened_at is None or campaign.closed_at is not None:
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Chưa vào sổ được: đợt %(code)s chưa mở hoặc đã kết thúc."),
                {"code": campaign.code},
            )
        )
    held = authority.recording_capacity(unit, campaign.line, actor, kind=kind, now=now)
    if held is None:
        raise Forbidden(
            Reason(
                "POST",
                N_(
                    "Chưa vào sổ được: bản giấy của %(unit)s do văn thư, bí thư hoặc phó bí thư "
                    "đơn vị nhập."
                ),
                {"unit": unit.name},
            )
        )
    return held


def requirement_by_period(campaign: Campaign, content: dict[str, Any]) -> Requirement | None:
    """What a report answers, told by the period it speaks of: a quarter, half a year, a year."""
    period = parse_period(content.get("period") or "")
    if period is None:
        return None
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    variant = {3: "quarter", 6: "half", 12: "year"}.get(months)
    for requirement in campaign.requirements:
        ends = str((requirement.due or {}).get("date", ""))
        same = variant == "year" or ends == period.end.isoformat()
        if requirement.kind == "report" and requirement.variant == variant and same:
            return requirement
    return None


def form_reasons(printed: Printed, today: date) -> list[Reason]:
    """What no paper can say: nobody signed, or it went up on a day that has not come."""
    reasons = []
    if not printed.signed_by.strip():
        reasons.append(
            _wrong(N_("Chưa ghi người ký. Cần ghi họ và tên người ký trên văn bản."), "signed_by")
        )
    for place in ("reported_on", "received_on"):
        day = getattr(printed, place)
        if day is not None and day > today:
            reasons.append(
                _wrong(
                    N_("Ngày %(day)s chưa tới. Cần ghi ngày đã có thật, chậm nhất hôm nay."),
                    place,
                    day=day,
                )
            )
    if printed.received_on is not None and printed.reported_on is None:
        reasons.append(
            _wrong(
                N_("Có ngày cấp trên nhận mà chưa có ngày báo cáo. Cần ghi ngày báo cáo."),
                "reported_on",
            )
        )
    if (
        printed.votes is not None
        and min(printed.votes.present, printed.votes.in_favour, printed.votes.against) < 0
    ):
        reasons += vote_reasons(printed.votes)
    return reasons


def _author(kind: str, unit: Unit, author: Person | None, actor: Person, day: date) -> Person:
    if kind not in PERSONAL:
        return actor
    if author is None:
        raise Refused(
            _wrong(N_("Chưa chọn người cam kết. Cần chọn đảng viên của đơn vị."), "author")
        )
    member = db.session.scalar(
        sa.select(Membership.id)
        .where(
            Membership.person_id == author.id,
            Membership.unit_id == unit.id,
            in_force_on(Membership, day),
        )
        .limit(1)
    )
    if member is None:
        raise Refused(
            _wrong(
                N_("%(name)s không sinh hoạt tại %(unit)s. Cần chọn người của đơn vị."),
                "author",
                name=author.full_name,
                unit=unit.name,
            )
        )
    return author


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)


def _wrong(text: str, place: str, **params: object) -> Reason:
    return Reason("FORM", text, params, place=place)


def correct(
    document: Document,
    printed: Printed,
    *,
    title: str,
    content: dict[str, Any],
    basis: Sequence[dict[str, Any]] | None = None,
    actor: Person,
    now: datetime,
    revision: int,
    version: int,
) -> Document:
    """Put right what was typed, before anybody confirms it; the scans stay beside the new revision.
    In the caller's transaction. Whoever corrects does not confirm either (R30)."""
    _refuse(form_reasons(printed, local_day(now)))
    scans = [a for a in files.attachments_of(document, document.revision) if a.purpose == "scan"]
    engine.perform(
        document,
        "correct",
        actor=actor,
        now=now,
        revision=revision,
        version=version,
        title=title,
        content=content,
        basis=list(basis) if basis is not None else None,
        dated_on=printed.dated_on,
        paper=printed,
    )
    for scan in scans:
        files.attach(document, scan.file, purpose="scan", name=scan.name, actor=actor, now=now)
    return document
