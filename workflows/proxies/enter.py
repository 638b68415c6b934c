"""Typing a member's commitment for him: a draft of his that waits for his word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import OVER, Document
from models.person import Person
from models.recorded import ProxyEntry
from models.unit import Unit
from workflows import beginning, engine
from workflows.refusal import N_, Reason, Refused
from workflows.transcribing import entry_of, is_typed

EMPTY = N_("Chưa có nội dung nào. Chép bản viết tay của %(name)s vào các mục rồi lưu.")


def enter(
    member: Person,
    unit: Unit,
    campaign: Campaign,
    content: dict[str, Any],
    *,
    dated_on: date | None = None,
    seen: tuple[int, int] | None = None,
    actor: Person,
    now: datetime,
) -> Document:
    """Keep what `actor` typed from the member's sheet; returns the member's draft, new or retyped.
    In the caller's transaction.

    The author, and the only hand in the text, is the member (design §1). Typing the same again
    changes nothing; who types his own row of a table simply writes. `seen`: the revision and version
    that the page showed, (0, 0) for none. Raises Stale when there is another by now, Forbidden
    without the right to type for this cell, Refused when nothing was typed, and when the member writes
    himself or has handed in his commitment already.
    """
    if not any(content["sections"].values()):
        raise Refused(Reason("FORM", EMPTY, {"name": member.full_name}, place="sections.1"))
    known = live_commitment(member, unit, campaign)
    if known is None:
        return _begin(member, unit, campaign, content, dated_on, actor, now)
    engine.hold([known])
    db.session.refresh(known)
    entry = entry_of(known)
    if entry is None or not is_typed(known, entry):
        raise Refused(_his_own(known, entry))
    if seen is None:
        seen = (known.revision, known.version)
    if (
        seen == (known.revision, known.version)
        and known.current.content == content
        and known.current.dated_on == dated_on
    ):
        return known
    document = engine.perform(
        known,
        "revise",
        content=content,
        dated_on=dated_on,
        on_behalf=member.id != actor.id,
        actor=actor,
        now=now,
        revision=seen[0],
        version=seen[1],
    )
    if member.id == actor.id:
        return document
    entry.entered_by, entry.entered_at, entry.revision = actor, now, document.revision
    entry.confirmed_at = entry.confirmed_by_id = entry.confirmed_how = None
    db.session.flush()
    return document


def _begin(
    member: Person,
    unit: Unit,
    campaign: Campaign,
    content: dict[str, Any],
    dated_on: date | None,
    actor: Person,
    now: datetime,
) -> Document:
    document = beginning.create(
        "commitment",
        unit=unit,
        campaign=campaign,
        title="",
        content=content,
        dated_on=dated_on,
        author=member,
        actor=actor,
        now=now,
    )
    if member.id != actor.id:
        db.session.add(
            ProxyEntry(
                document=document, entered_by=actor, entered_at=now, revision=document.revision
            )
        )
        db.session.flush()
    return document


def live_commitment(member: Person, unit: Unit, campaign: Campaign) -> Document | None:
    """The member's commitment in this cell and campaign that is not over; the newest."""
    return db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "commitment",
            Document.unit_id == unit.id,
            Document.campaign_id == campaign.id,
            Document.author_id == member.id,
            Document.state.not_in(OVER),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _his_own(document: Document, entry: ProxyEntry | None) -> Reason:
    """Why nobody types over what is there."""
    if document.state not in ("drafted", "returned"):
        text = N_("Chưa nhập hộ được: bản cam kết của %(name)s đã gửi chi bộ.")
    elif entry is None:
        text = N_("Chưa nhập hộ được: %(name)s đang tự viết bản cam kết.")
    else:
        text = N_("Chưa nhập hộ được: %(name)s đã tự sửa bản nhập hộ; để người đó gửi.")
    return Reason("STATE", text, {"name": document.author.full_name}, place="member")
