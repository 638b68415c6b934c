"""The end of the term for which a campaign keeps what is one person's own (`keep_personal_days`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Campaign
from models.document import Document
from models.queries.locking import hold_units
from workflows import trail
from workflows.calendar import local_day
from workflows.erasing.texts import Erased, count, erase, facts_of, with_texts
from workflows.inspections.lookups import freezing_document

AT_ONCE = 200  # papers of one unit in one transaction


def last_day(campaign: Campaign) -> date:
    """The last day on which a campaign's personal papers are kept: so many days after its year."""
    return date(campaign.year, 12, 31) + timedelta(days=campaign.keep_personal_days)


def erase_due(
    now: datetime, *, dry_run: bool = False, enough: Callable[[], bool] = lambda: False
) -> Erased:
    """Erases what has come to the end of its term, unit by unit, each in a transaction of its own
    with one event; what a freeze holds stays until it ends. Stops between two units when it is
    `enough`; doing it again goes on. `dry_run`: only counts."""
    done, today = Erased(), local_day(now)
    for campaign in db.session.scalars(sa.select(Campaign).order_by(Campaign.id)).all():
        if last_day(campaign) >= today:
            continue
        key, year = campaign.id, campaign.year
        for unit_id in _units_with(key):
            if enough():
                return done
            done.add(_of_unit(key, year, unit_id, now, dry_run=dry_run))
    return done


def _units_with(campaign_id: int) -> list[int]:
    query = sa.select(Document.unit_id).where(Document.campaign_id == campaign_id, with_texts())
    return list(db.session.scalars(query.distinct().order_by(Document.unit_id)))


def _of_unit(campaign_id: int, year: int, unit_id: int, now: datetime, *, dry_run: bool) -> Erased:
    done, after = Erased(), 0
    while True:
        with transaction() as session:
            hold_units([unit_id])
            found = session.scalars(
                sa.select(Document)
                .where(Document.campaign_id == campaign_id, Document.unit_id == unit_id)
                .where(with_texts(), Document.id > after)
                .order_by(Document.id)
                .limit(AT_ONCE)
            ).all()
            if not found:
                return done
            after = found[-1].id
            free = [document for document in found if freezing_document(document, now) is None]
            done.held += len(found) - len(free)
            if dry_run:
                done.add(count(session, free))
                continue
            if not free:
                continue
            trail.lock_logs(session, [unit_id])
            erased = erase(session, free, at=now)
            trail.append(
                session,
                unit_id=unit_id,
                action="erased",
                at=now,
                facts={"kind": "commitment", "year": year, **facts_of(erased)},
                private={},
                actor_id=None,
            )
            done.add(erased)
