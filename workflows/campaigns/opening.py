"""Opening a campaign: then all owe what is asked. In batches, each of them kept, so that whoever
takes over after a death goes on where it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.event import AuditEvent, EventPayload
from models.obligation import Obligation
from models.person import Person
from workflows.campaigns.against import examine
from workflows.campaigns.findings import refuse
from workflows.campaigns.parse import parse
from workflows.campaigns.seen import not_since
from workflows.campaigns.store import held_by_code, replace, same_text, store, told
from workflows.obligations import many, reach
from workflows.refusal import N_, Reason, Refused

BATCH = 4000  # obligations of one transaction, or those of one unit where it has more


class Progress(NamedTuple):
    """How far an opening has come."""

    done: int
    total: int
    finished: bool

    @property
    def percent(self) -> int:
        """0 to 99 while it runs, 100 when everybody owes."""
        if self.finished:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


def open_from(
    source: str, *, file: str, actor: Person | None, now: datetime
) -> tuple[Campaign, int]:
    """Store a campaign and open it: one event in its unit's log, and every fixed-date obligation;
    the campaign and how many.

    In the caller's transaction. Raises FileError; Refused when the campaign is there already, or
    with every error of the check.
    """
    spec = parse(source, file=file)
    campaign = store(spec, file=file)
    refuse(examine(spec, now)[1])
    created = many.open_campaign(campaign, now)
    _opened(campaign, created, actor.id if actor else None, now)
    return campaign, created


def begin(
    source: str, *, file: str, actor: Person | None, now: datetime, seen: str | None = None
) -> Campaign:
    """A campaign begins to open, or goes on opening when it had begun. In the caller's transaction;
    `go_on` does the rest.

    Raises FileError; Refused with every error of the check, when it is open already, or when it is
    opening from another text; Stale when the draft is not what the page showed (`seen`).
    """
    spec = parse(source, file=file)
    known = held_by_code(spec.code)
    if known is not None:
        not_since(known, seen)
    refuse(examine(spec, now)[1])
    if known is None:
        known = store(spec, file=file)
    elif known.opened_at is not None:
        raise _refused(N_("Đợt %(code)s đã có và đã mở. Muốn đổi thì sửa đợt."), known)
    elif known.opening_since is not None and not same_text(known, source):
        raise _refused(
            N_("Đợt %(code)s đang mở dở theo một tệp khác. Mở tiếp bằng tệp cũ, xong rồi sửa đợt."),
            known,
        )
    elif known.opening_since is None:
        replace(known, spec, file=file)
    begin_stored(known, actor=actor, now=now)
    return known


def begin_stored(campaign: Campaign, *, actor: Person | None, now: datetime) -> None:
    """A draft begins to open: its event, and how much there is to do. Harmless when it had begun.

    In the caller's transaction."""
    campaign = _locked(campaign.id)
    if campaign.opening_since is not None or campaign.opened_at is not None:
        return
    campaign.opening_since = now
    campaign.opening_done = 0
    campaign.opening_total = sum(_weights(campaign, reach.places(campaign.unit_id, now), now))
    told(campaign, "campaign_opening", actor, now, obligations=campaign.opening_total)


def go_on(
    campaign_id: int,
    now: Callable[[], datetime],
    *,
    tell: Callable[[Progress], None] | None = None,
    enough: Callable[[], bool] | None = None,
) -> Progress:
    """Opens what is still missing, batch by batch with a commit each, until all is there or it is
    `enough`; then writes that the campaign is open. Twice at once does no harm."""
    where = _plan(campaign_id, now())
    if where is None:
        return progress_of(campaign_id)
    seen: set[int] = set()
    for batch in where:
        if enough is not None and enough():
            return progress_of(campaign_id)
        with transaction():
            campaign = _locked(campaign_id)
            there = reach.still_there([place.id for place in batch], now())
            campaign.opening_done += many.owe_many(
                campaign, many.missing(campaign, there, now()), now()
            )
        seen |= {place.id for place in batch}
        if tell is not None:
            tell(progress_of(campaign_id))
    return _finish(campaign_id, seen, now())


def due() -> list[int]:
    """Campaigns that began to open and are not open yet."""
    return list(
        db.session.scalars(
            sa.select(Campaign.id)
            .where(Campaign.opening_since.is_not(None), Campaign.opened_at.is_(None))
            .order_by(Campaign.id)
        )
    )


def progress_of(campaign_id: int) -> Progress:
    """How far a campaign's opening has come."""
    row = db.session.execute(
        sa.select(Campaign.opening_done, Campaign.opening_total, Campaign.opened_at).where(
            Campaign.id == campaign_id
        )
    ).one()
    return Progress(row.opening_done, row.opening_total, row.opened_at is not None)


def _plan(campaign_id: int, now: datetime) -> list[list[reach.Place]] | None:
    """The units in batches of about so many obligations; None when there is nothing to open."""
    campaign = db.session.get(Campaign, campaign_id, populate_existing=True)
    if campaign is None or campaign.opening_since is None or campaign.opened_at is not None:
        return None
    where = reach.places(campaign.unit_id, now)
    return list(_batches(where, _weights(campaign, where, now)))


def _batches(where: Sequence[reach.Place], weights: Sequence[int]) -> Iterator[list[reach.Place]]:
    batch: list[reach.Place] = []
    load = 0
    for place, weight in zip(where, weights, strict=True):
        if batch and load + weight > BATCH:
            yield batch
            batch, load = [], 0
        batch.append(place)
        load += weight
    if batch:
        yield batch


def _weights(campaign: Campaign, where: Sequence[reach.Place], now: datetime) -> list[int]:
    """How many obligations by fixed dates each of these units, with its persons, has."""
    asked = [requirement for requirement in campaign.requirements if many.fixed(requirement)]
    numbers = reach.heads([place.id for place in where], now)
    return [
        sum(
            sum(reach.count(requirement, campaign.pilots, [place], numbers).values())
            for requirement in asked
        )
        for place in where
    ]


def _finish(campaign_id: int, seen: set[int], now: datetime) -> Progress:
    """Units that came meanwhile owe too; then the campaign is open, told once."""
    with transaction():
        campaign = _locked(campaign_id)
        if campaign.opened_at is None:
            new = [p for p in reach.places(campaign.unit_id, now) if p.id not in seen]
            campaign.opening_done += many.owe_many(campaign, many.missing(campaign, new, now), now)
            campaign.opened_at = now
            _opened(campaign, _written(campaign), _who_began(campaign), now)
    return progress_of(campaign_id)


def _written(campaign: Campaign) -> int:
    statement = (
        sa.select(sa.func.count(Obligation.id))
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign.id)
    )
    return db.session.scalar(statement) or 0


def _who_began(campaign: Campaign) -> int | None:
    """Who gave the order to open: the one of the last beginning in the unit's log."""
    return db.session.scalar(
        sa.select(EventPayload.actor_id)
        .join(AuditEvent, EventPayload.event_id == AuditEvent.id)
        .where(
            AuditEvent.unit_id == campaign.unit_id,
            AuditEvent.action == "campaign_opening",
            AuditEvent.at == campaign.opening_since,
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def _opened(campaign: Campaign, number: int, actor_id: int | None, now: datetime) -> None:
    actor = db.session.get(Person, actor_id) if actor_id else None
    told(campaign, "campaign_opened", actor, now, obligations=number)


def _locked(campaign_id: int) -> Campaign:
    """The campaign's row, nobody else opening it until the transaction ends."""
    return db.session.execute(
        sa.select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _refused(text: str, campaign: Campaign) -> Refused:
    return Refused(Reason("CAMPAIGN", text, {"code": campaign.code}))
