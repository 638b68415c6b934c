"""The end of the term for which a campaign keeps what is one person's own (`keep_personal_days`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.document import Document
from models.obligation import Obligation
from models.queries.locking import hold_units
from workflows import trail
from workflows.calendar import local_day
from workflows.erasing.texts import Erased, count, erase, only_words, with_texts
from workflows.inspections.lookups import freezing_document, is_frozen

AT_ONCE = 200  # papers, or obligations, of one unit in one transaction


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
        for unit_id in _units_with(campaign):
            if enough():
                return done
            done.add(_of_unit(campaign, unit_id, now, dry_run=dry_run))
    return done


def _units_with(campaign: Campaign) -> list[int]:
    wrote = sa.select(Document.unit_id).where(Document.campaign_id == campaign.id, with_texts())
    owes = sa.select(Obligation.unit_id).join(Requirement)
    owes = owes.where(Requirement.campaign_id == campaign.id, only_words())
    return sorted(db.session.scalars(wrote.union(owes)))


def _of_unit(campaign: Campaign, unit_id: int, now: datetime, *, dry_run: bool) -> Erased:
    done = Erased()
    for find, is_free in ((_papers, _paper_is_free), (_owed, _owed_is_free)):
        after = 0
        while True:
            with transaction() as session:
                hold_units([unit_id])
                found = find(campaign, unit_id, after)
                if not found:
                    break
                after = found[-1].id
                free = [one for one in found if is_free(one, now)]
                done.held += len(found) - len(free)
                papers = [one for one in free if isinstance(one, Document)]
                owed = [one for one in free if isinstance(one, Obligation)]
                if dry_run:
                    done.add(count(session, papers, owed))
                elif free:
                    trail.lock_logs(session, [unit_id])
                    done.add(erase(session, unit_id, papers, owed, at=now, year=campaign.year))
    return done


def _papers(campaign: Campaign, unit_id: int, after: int) -> Sequence[Document]:
    return db.session.scalars(
        sa.select(Document)
        .where(Document.campaign_id == campaign.id, Document.unit_id == unit_id)
        .where(with_texts(), Document.id > after)
        .order_by(Document.id)
        .limit(AT_ONCE)
    ).all()


def _owed(campaign: Campaign, unit_id: int, after: int) -> Sequence[Obligation]:
    return db.session.scalars(
        sa.select(Obligation)
        .join(Requirement)
        .where(Requirement.campaign_id == campaign.id, Obligation.unit_id == unit_id)
        .where(only_words(), Obligation.id > after)
        .order_by(Obligation.id)
        .limit(AT_ONCE)
    ).all()


def _paper_is_free(document: Any, now: datetime) -> bool:
    return freezing_document(document, now) is None


def _owed_is_free(obligation: Any, now: datetime) -> bool:
    return not is_frozen(obligation.unit_id, obligation.requirement.kind, now)
