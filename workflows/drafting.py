"""Beginning and writing: who may begin what, and the immutable revisions of a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Basis, Decision, Document, Revision
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import Unit, in_force_on
from workflows import authority, indicators, obligations
from workflows.act import Act, Capacity
from workflows.calendar import local_day
from workflows.refusal import N_, Forbidden, Reason, Refused
from workflows.sorting import search_fold, sort_key
from workflows.trail import content_hash, new_salt

OWN_WORDS = {
    "commitment": N_("Chưa lập được: bản cam kết do người đang sinh hoạt tại %(unit)s tự viết."),
    "self_report": N_(
        "Chưa lập được: báo cáo cá nhân do người đang sinh hoạt tại %(unit)s tự viết."
    ),
}
NOT_ASKED = {
    "commitment": N_("Chưa lập được: đợt này chưa yêu cầu bản cam kết ở đơn vị này."),
    "self_report": N_("Chưa lập được: đợt này chưa yêu cầu báo cáo cá nhân ở đơn vị này."),
}


@dataclass(frozen=True)
class Draft:
    """A text to be kept as a revision. `basis`: [{"document": id} | {"number", "dated_on",
    "issuer"}]."""

    kind: str
    title: str
    content: dict[str, Any]
    basis: list[dict[str, Any]]
    dated_on: date | None

    @classmethod
    def again(cls, document: Document, revision: int | None = None) -> Draft:
        """The text of a revision (the newest unless told) once more."""
        old = document.revisions[(revision or document.revision) - 1]
        return cls(document.kind, old.title, old.content, old.basis, old.dated_on)

    @classmethod
    def revised(cls, act: Act) -> Draft:
        """The newest text with what the act changes. Raises Refused for a figure that the campaign
        does not have."""
        old, new = act.revision, act.inputs
        if new.content is not None:
            indicators.refuse_unknown(new.content, act.document.campaign, old.content)
        return cls(
            act.document.kind,
            old.title if new.title is None or act.document.kind in PERSONAL else new.title,
            old.content if new.content is None else new.content,
            old.basis if new.basis is None else new.basis,
            old.dated_on if new.dated_on is None else new.dated_on,
        )


def title_of(kind: str, given: str, campaign: Campaign, requirement: Requirement | None) -> str:
    """The title of a new document. That of a person's own is fixed: it stands on lists that carry no
    text."""
    if kind == "commitment":
        return f"Bản cam kết tu dưỡng, rèn luyện, phấn đấu năm {campaign.year}"
    if kind == "self_report" and requirement is not None:
        return f"{requirement.label_vi}, năm {campaign.year}"
    return given


def add_revision(document: Document, draft: Draft, *, author: Person, now: datetime) -> Revision:
    """Keep a text as the next revision of a document, hashed with fresh salt. The old ones stay."""
    salt = new_salt()
    revision = Revision(
        document=document,
        n=document.revision + 1,
        author=author,
        title=draft.title,
        content=draft.content,
        basis=draft.basis,
        dated_on=draft.dated_on,
        salt=salt,
        content_hash=content_hash(draft.title, draft.content, draft.basis, draft.dated_on, salt),
        created_at=now,
    )
    revision.bases = [_basis(entry) for entry in draft.basis]
    document.revision = revision.n
    document.title = draft.title
    index_for_search(document)
    db.session.add(revision)
    db.session.flush()
    return revision


def index_for_search(document: Document) -> None:
    """Keep the folded text and the Vietnamese sort key in step with title and number."""
    document.search_fold = search_fold(f"{document.title} {document.number or ''}")
    document.sort_key = sort_key(document.title)


def _basis(entry: dict[str, Any]) -> Basis:
    dated_on = entry.get("dated_on")
    return Basis(
        document_id=entry.get("document"),
        number=entry.get("number"),
        dated_on=date.fromisoformat(dated_on) if dated_on else None,
        issuer=entry.get("issuer"),
    )


def was_decided(document: Document) -> bool:
    """Whether anybody has decided on the present revision."""
    return bool(
        db.session.scalar(
            sa.select(Decision.id)
            .where(Decision.document_id == document.id, Decision.revision == document.revision)
            .limit(1)
        )
    )


def may_begin(kind: str, unit: Unit, campaign: Campaign, actor: Person, now: datetime) -> Capacity:
    """In what right the actor begins a document of this kind and unit.

    Raises Refused when the campaign is not open, Forbidden without a drafting post there; a
    paper of a person's own is begun by a member of the cell, for himself.
    """
    if campaign.opened_at is None or campaign.closed_at is not None:
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Chưa lập được: đợt %(code)s chưa mở hoặc đã kết thúc."),
                {"code": campaign.code},
            )
        )
    if kind in PERSONAL:
        member = db.session.scalar(
            sa.select(Membership.id).where(
                Membership.person_id == actor.id,
                Membership.unit_id == unit.id,
                in_force_on(Membership, local_day(now)),
            )
        )
        if member is not None:
            return Capacity(actor, unit, "author")
        raise Forbidden(
            Reason(
                "POST",
                OWN_WORDS[kind],
                {"unit": unit.name},
            )
        )
    held = authority.drafting_capacity(unit, actor, kind=kind, now=now)
    if held is None:
        raise Forbidden(
            Reason(
                "POST",
                N_("Chưa lập được: cần giữ chức vụ soạn thảo của %(unit)s."),
                {"unit": unit.name},
            )
        )
    return held


def requirement_for(kind: str, unit: Unit, campaign: Campaign, actor: Person) -> Requirement | None:
    """The requirement that a document answers when none is named: the first of its kind that the
    unit (or member) owes and has nothing for yet."""
    person = actor if kind in PERSONAL else None
    met = None
    for requirement in campaign.requirements:
        if requirement.kind != kind or unit.level.code not in requirement.levels:
            continue
        obligation = obligations.open_obligation_of(requirement, unit, person)
        if obligation is None and kind == "commitment":
            return requirement
        if (
            obligation is not None
            and obligation.state == "open"
            and obligations.live_document(obligation) is None
        ):
            return requirement
        met = met or requirement
    # What a person writes for himself is never without one: whether he may write another,
    # `_only_one` says.
    return met if kind in PERSONAL else None


def obligation_for(
    kind: str, requirement: Requirement | None, unit: Unit, actor: Person
) -> Obligation | None:
    """The obligation that a new document answers. Raises Refused when another document answers it
    already (R10: one commitment per person and campaign; one plan, one report per requirement)."""
    if requirement is None:
        if kind in PERSONAL:
            raise Refused(Reason("R10", NOT_ASKED[kind]))
        return None
    if requirement.kind != kind:
        raise Refused(
            Reason(
                "FORM",
                N_("Chưa lập được: yêu cầu %(code)s cần loại văn bản khác."),
                {"code": requirement.code},
                place="requirement",
            )
        )
    if unit.level.code not in requirement.levels:
        raise Refused(
            Reason(
                "FORM",
                N_("Chưa lập được: yêu cầu %(code)s không dành cho cấp của %(unit)s."),
                {"code": requirement.code, "unit": unit.name},
                place="requirement",
            )
        )
    person = actor if kind in PERSONAL else None
    _only_one(kind, requirement, unit, person)
    return obligations.open_obligation_of(requirement, unit, person)


def _only_one(kind: str, requirement: Requirement, unit: Unit, person: Person | None) -> None:
    query = sa.select(Document).where(
        Document.kind == kind,
        Document.unit_id == unit.id,
        Document.campaign_id == requirement.campaign_id,
        Document.state.not_in(("withdrawn", "revoked", "superseded")),
    )
    if person is not None:
        query = query.where(Document.author_id == person.id)
    if kind != "commitment":  # of which there is one a year, whatever it answers
        query = query.join(Obligation, Document.obligation_id == Obligation.id).where(
            Obligation.requirement_id == requirement.id
        )
    known = db.session.scalar(query.limit(1))
    if known is not None:
        raise Refused(
            Reason(
                "R10",
                N_(
                    "Chưa lập được: đã có văn bản cho việc này (“%(title)s”). "
                    "Mở văn bản đó để viết tiếp, hoặc sửa đổi, bổ sung."
                ),
                {"title": known.title, "document": known.id},
            )
        )
