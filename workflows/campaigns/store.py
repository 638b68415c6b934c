"""A campaign kept as a draft: its rows are there, nobody owes anything yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement, ThemeOverride
from models.person import Person
from models.unit import Level, Unit, unit_by_code
from workflows.campaigns.parse import parse
from workflows.campaigns.seen import not_since
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.indicators import amended
from workflows.organisation.record import record
from workflows.refusal import N_, Reason, Refused
from workflows.tables import FileError


def store(spec: CampaignSpec, *, file: str) -> Campaign:
    """Keep a campaign with its requirements, not yet opened. In the caller's transaction.

    Raises Refused when the code is taken, FileError when unit or levels are not known here.
    """
    if by_code(spec.code) is not None:
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Đợt %(code)s đã có. Chọn mã khác, hoặc mở đợt đã có."),
                {"code": spec.code},
            )
        )
    campaign = Campaign(code=spec.code)
    _put(campaign, spec, file=file)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def replace(draft: Campaign, spec: CampaignSpec, *, file: str) -> None:
    """A draft says what another file says. In the caller's transaction; raises as `store`."""
    draft.requirements.clear()
    draft.themes.clear()
    db.session.flush()
    _put(draft, spec, file=file)
    db.session.flush()


def drop(draft: Campaign) -> None:
    """A draft is gone, as if it had never been kept. In the caller's transaction."""
    draft.requirements.clear()
    draft.themes.clear()
    db.session.flush()
    db.session.delete(draft)
    db.session.flush()


def same_text(campaign: Campaign, source: str) -> bool:
    """Whether the campaign was stored from just this text."""
    return campaign.source == source


def _put(campaign: Campaign, spec: CampaignSpec, *, file: str) -> None:
    unit = unit_by_code(spec.unit)
    if unit is None:
        raise FileError(file, "unit", f"không có đơn vị mã {spec.unit}")
    check_levels(spec, file=file)
    themes = themes_of(spec, file=file)
    campaign.unit = unit
    campaign.figures = []
    fill(campaign, spec)
    campaign.requirements = [Requirement(**columns_of(r)) for r in spec.requirements]
    campaign.themes = themes


def by_code(code: str) -> Campaign | None:
    """The campaign with this code, or None."""
    if "\0" in code:  # which no database takes
        return None
    return db.session.scalar(sa.select(Campaign).where(Campaign.code == code))


def held_by_code(code: str) -> Campaign | None:
    """The same, as it is now, and nobody else opens, replaces or drops it until the transaction
    ends."""
    if "\0" in code:
        return None
    return _held(Campaign.code == code)


def _held(which: sa.ColumnElement[bool]) -> Campaign | None:
    return db.session.scalar(
        sa.select(Campaign)
        .where(which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def check_levels(spec: CampaignSpec, *, file: str) -> None:
    """Raises FileError for a level that is not known here."""
    known = set(db.session.scalars(sa.select(Level.code)))
    for requirement in spec.requirements:
        if strange := [level for level in requirement.levels if level not in known]:
            key = f"{requirement.key}.levels"
            raise FileError(file, key, f"không có cấp mã {strange[0]}")


def fill(campaign: Campaign, spec: CampaignSpec) -> None:
    """What the file says of the campaign itself, written to its row; unit and code stay, and so do
    figures that reports may carry already."""
    campaign.title = spec.title
    campaign.directive = spec.directive
    campaign.directive_dated_on = spec.directive_dated_on
    campaign.year = spec.year
    campaign.theme = spec.theme
    campaign.congress = spec.congress
    campaign.line = spec.line
    campaign.roll_days_off = spec.roll_days_off
    campaign.superior_must_accept = spec.superior_must_accept
    campaign.min_days_after_basis = spec.min_days_after_basis
    campaign.keep_personal_days = spec.keep_personal_days
    campaign.ladder = [dict(rung) for rung in spec.ladder]
    campaign.pilots = list(spec.pilots)
    campaign.pilot_count = spec.pilot_count
    campaign.quota = dict(spec.quota)
    campaign.figures = amended(campaign.figures, spec.figures)
    campaign.source = spec.source


def columns_of(requirement: RequirementSpec) -> dict[str, Any]:
    """The columns of a requirement's row, as its file says them."""
    return {
        "code": requirement.code,
        "kind": requirement.kind,
        "variant": requirement.variant,
        "label_vi": requirement.label_vi,
        "label_en": requirement.label_en,
        "levels": list(requirement.levels),
        "deciding": requirement.deciding,
        "due": requirement.due,
        "owes": requirement.owes,
        "pilots": requirement.pilots,
        "via": requirement.via,
        "type": requirement.type,
        "superior_must_accept": requirement.superior_must_accept,
        "also_to": list(requirement.also_to),
        "figures": list(requirement.figures),
        "basis": list(requirement.basis),
        "after": requirement.after,
        "period_from": requirement.period_from,
        "period_to": requirement.period_to,
    }


def themes_of(spec: CampaignSpec, *, file: str) -> list[ThemeOverride]:
    """Rows for the units' own themes (R28). Raises FileError for a unit that is not known here."""
    rows = []
    for n, theme in enumerate(spec.themes, 1):
        unit: Unit | None = unit_by_code(theme.unit)
        if unit is None:
            raise FileError(file, f"themes[{n}].unit", f"không có đơn vị mã {theme.unit}")
        rows.append(ThemeOverride(unit_id=unit.id, theme=theme.theme, reason=theme.reason))
    return rows


def keep_draft(
    source: str, *, file: str, actor: Person | None, now: datetime, seen: str | None = None
) -> Campaign:
    """The file kept as a draft, with an event; a draft of the same code says what this file says. In
    the caller's transaction. Raises FileError; Refused when the code is one that is opening or
    open; Stale when a draft is not what the page showed (`seen`)."""
    spec = parse(source, file=file)
    draft = held_by_code(spec.code)
    if draft is not None:
        not_since(draft, seen)
    if draft is None:
        draft = store(spec, file=file)
    elif state_of(draft) != "draft":
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Đợt %(code)s đã mở. Vào trang của đợt để sửa, hoặc chọn mã khác."),
                {"code": spec.code},
            )
        )
    elif same_text(draft, source):
        return draft
    else:
        replace(draft, spec, file=file)
    told(draft, "campaign_drafted", actor, now)
    return draft


def drop_draft(
    draft: Campaign, *, actor: Person | None, now: datetime, seen: str | None = None
) -> None:
    """A draft is gone, with an event; harmless when it was gone. In the caller's transaction. Raises
    Refused when it is no draft any more."""
    known = sa.inspect(draft).identity
    if known is None or _held(Campaign.id == known[0]) is None:
        return
    not_since(draft, seen)
    if state_of(draft) != "draft":
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Chưa bỏ được: đợt %(code)s đã mở hoặc đang mở."),
                {"code": draft.code},
            )
        )
    told(draft, "campaign_dropped", actor, now)
    drop(draft)


def told(
    campaign: Campaign, action: str, actor: Person | None, now: datetime, **facts: Any
) -> None:
    """One event of a campaign in the log of its unit."""
    record(
        db.session(),
        campaign.unit_id,
        action,
        now=now,
        actor=actor,
        facts={"campaign": campaign.code, "year": campaign.year, **facts},
        private={"title": campaign.title},
    )


def all_campaigns() -> list[Campaign]:
    """Every campaign, the newest year first, drafts before those that are open."""
    return list(
        db.session.scalars(
            sa.select(Campaign).order_by(
                Campaign.closed_at.is_not(None), Campaign.year.desc(), Campaign.code
            )
        )
    )


def state_of(campaign: Campaign) -> str:
    """draft | opening | open | closed."""
    if campaign.closed_at is not None:
        return "closed"
    if campaign.opened_at is not None:
        return "open"
    return "draft" if campaign.opening_since is None else "opening"
