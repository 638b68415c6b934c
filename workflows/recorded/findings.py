"""Findings as they are kept and read: the sentence of a rule, with its explanation once given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import asked, db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.recorded import Finding
from workflows.recorded.signed_words import as_signed
from workflows.refusal import Reason
from workflows.standing import standing

KEEPERS = ("clerk", "secretary", "deputy")  # the posts of the role `recorder`
DAY = "$day"  # a date among the kept params, so that it is shown as a day again
WORDS = "$words"  # a piece of a sentence with a translation of its own


def keep(document: Document, reasons: Iterable[Reason], now: datetime) -> list[Finding]:
    """Keep what the rules have against the present revision. In the act that confirms it."""
    found = [
        Finding(
            document_id=document.id,
            revision=document.revision,
            rule=reason.rule,
            level=reason.level,
            text=reason.text,
            params={name: _kept(value) for name, value in reason.params.items()},
            place=reason.place,
            found_at=now,
        )
        for reason in reasons
    ]
    db.session.add_all(found)
    return found


def of(document: Document) -> Sequence[Finding]:
    """What is kept against a document, in the order it was found. Show it to who may read the
    revision it speaks of."""
    if not document.recorded:
        return []
    return db.session.scalars(
        sa.select(Finding)
        .options(joinedload(Finding.explained_by))
        .where(Finding.document_id == document.id)
        .order_by(Finding.id)
    ).all()


# Ids of the findings that `person`, who keeps the papers of the units `kept`, is to explain.
WAITING = (
    sa.select(Finding.id)
    .join(Document, Document.id == Finding.document_id)
    .where(
        Finding.explained_at.is_(None),
        sa.or_(
            sa.and_(
                Document.unit_id.in_(sa.bindparam("kept", expanding=True)),
                Document.kind.not_in(PERSONAL),
            ),
            sa.and_(
                Document.kind.in_(PERSONAL),
                Document.author_id == sa.bindparam("person", type_=sa.BigInteger),
            ),
        ),
    )
)
_OLDEST = WAITING.order_by(Finding.id).limit(sa.bindparam("limit", type_=sa.Integer))


def kept_units(person: Person, now: datetime) -> list[int]:
    """Ids of the bodies whose papers this person keeps, by his posts and those delegated to him."""
    posts = standing(person, now).posts
    return sorted({post.unit_id for post in posts if post.role in KEEPERS})


def waiting_for(person: Person, now: datetime, limit: int) -> Sequence[Finding]:
    """Findings that this person is to explain: against papers of bodies whose papers he keeps, and
    against his own commitment; the oldest first."""
    given = {"person": person.id, "kept": kept_units(person, now), "limit": limit}
    ids = asked(_OLDEST, given).scalars().all()
    if not ids:  # as on nearly every page
        return []
    rows = sa.select(Finding).options(joinedload(Finding.document)).where(Finding.id.in_(ids))
    return db.session.scalars(rows.order_by(Finding.id)).all()


def as_reason(finding: Finding) -> Reason:
    """The sentence of a finding as it may be said of a signed paper, its days as days again."""
    params = {name: _told(value) for name, value in finding.params.items()}
    return Reason(finding.rule, as_signed(finding.text), params, finding.level, finding.place)


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Reason):
        return {WORDS: value.text}
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _told(value: Any) -> Any:
    if isinstance(value, dict) and DAY in value:
        return date.fromisoformat(value[DAY])
    if isinstance(value, dict) and WORDS in value:
        return Reason("", value[WORDS])
    return value
