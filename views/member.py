"""A member's own page: his commitment, everything that is held on him, and who read it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db
from models.campaign import Requirement
from models.document import OVER, Document
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.person import Absence
from models.post import Delegation, Post
from models.read import Reading
from views import present
from views.loaders import viewer
from views.places import member_units, open_campaigns
from views.policy import policy
from views.proxies.words import typed_for
from views.sitting.months import own_months
from views.tasks import owed_at
from workflows.inspections.readings import reasons_of
from workflows.obligations import live_document

blueprint = Blueprint("member", __name__, url_prefix="/me")

RECENT = 30


@blueprint.get("")
@policy("signed_in")
def index() -> str:
    person = viewer()
    today = present.local_day(clock.now())
    mine = _papers("commitment")
    posts = list(
        db.session.scalars(
            sa.select(Post)
            .options(joinedload(Post.unit))
            .where(Post.person_id == person.id)
            .order_by(Post.valid_from.desc(), Post.id.desc())
        )
    )
    delegations = list(
        db.session.scalars(
            sa.select(Delegation)
            .join(Post, Delegation.post_id == Post.id)
            .where(sa.or_(Delegation.person_id == person.id, Post.person_id == person.id))
            .order_by(Delegation.id.desc())
        )
    )
    absences = list(
        db.session.scalars(
            sa.select(Absence).where(Absence.person_id == person.id).order_by(Absence.id.desc())
        )
    )
    return render_template(
        "member/index.html",
        person=person,
        today=today,
        commitments=[
            (document, present.state_badge(document), typed_for(document)) for document in mine
        ],
        owed=owed_by_me("commitment"),
        reports=[(document, present.state_badge(document)) for document in _papers("self_report")],
        reports_owed=owed_by_me("self_report"),
        standing=_standing(),
        posts=posts,
        delegations=[_delegation(d, person.id) for d in delegations],
        absences=absences,
        readings=_readings(person.id),
        acted=_acted(person.id),
        months=own_months(person),
    )


@blueprint.get("/commitment")
@policy("signed_in")
def commitment() -> Response | str:
    """To one's commitment of the running campaign, or to begin it."""
    owing = next(iter(owed_by_me("commitment")), None)
    running = [campaign.id for campaign in open_campaigns()]
    document = db.session.scalar(
        sa.select(Document)
        .where(
            Document.author_id == viewer().id,
            Document.kind == "commitment",
            Document.campaign_id.in_(running),
            Document.state.not_in(OVER),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
    if document is not None:
        return redirect(url_for("document.page", document_id=document.id), 302)
    if owing is not None:
        return redirect(owing["url"], 302)
    for campaign in open_campaigns():
        for requirement in campaign.requirements:
            if requirement.kind == "commitment" and any(
                unit.level.code in requirement.levels for unit in member_units()
            ):
                return redirect(
                    url_for(
                        "writing.new",
                        kind="commitment",
                        campaign=campaign.code,
                        requirement=requirement.code,
                    ),
                    302,
                )
    return redirect(url_for("member.index"), 302)


def _papers(kind: str) -> list[Document]:
    """What the viewer wrote for himself, newest first."""
    return list(
        db.session.scalars(
            sa.select(Document)
            .where(Document.author_id == viewer().id, Document.kind == kind)
            .order_by(Document.id.desc())
            .limit(20)
        )
    )


def owed_by_me(kind: str) -> list[dict[str, Any]]:
    """What the viewer owes of one kind and has not begun, the earliest due first."""
    today = present.local_day(clock.now())
    rows = db.session.scalars(
        sa.select(Obligation)
        .join(Obligation.requirement)
        .where(
            Obligation.person_id == viewer().id,
            Obligation.state == "open",
            Requirement.kind == kind,
        )
        .order_by(Obligation.effective_due)
        .limit(20)
    )
    return [
        {
            "words": present.requirement_words(obligation.requirement),
            "due": present.owed_due(obligation, today),
            "url": owed_at(obligation),
        }
        for obligation in rows
        if live_document(obligation) is None
    ]


def _standing() -> list[tuple[str, str]]:
    words = {
        "full": gettext("đảng viên chính thức"),
        "probationary": gettext("đảng viên dự bị"),
        "non_member": gettext("quần chúng"),
    }
    found = []
    for membership in viewer().memberships:
        said = words.get(membership.standing, membership.standing)
        if membership.exempt:
            said = gettext("%(standing)s, được miễn công tác, sinh hoạt", standing=said)
        span = _span(membership.valid_from, membership.valid_to)
        found.append((present.unit_name(membership.unit), f"{said}{span}"))
    return found


def _span(start: object, end: object) -> str:
    said = ""
    if start:
        said += ", " + gettext("từ %(day)s", day=present.day(start))  # type: ignore[arg-type]
    if end:
        said += " " + gettext("đến %(day)s", day=present.day(end))  # type: ignore[arg-type]
    return said


def _delegation(delegation: Delegation, me: int) -> dict[str, str]:
    to_me = delegation.person_id == me
    words = (
        gettext(
            "Được %(name)s ủy quyền: %(post)s",
            name=delegation.post.person.full_name,
            post=present.post_name(delegation.post),
        )
        if to_me
        else gettext(
            "Ủy quyền cho %(name)s: %(post)s",
            name=delegation.person.full_name,
            post=present.post_name(delegation.post),
        )
    )
    when = f"{present.day(delegation.valid_from)} – {present.day(delegation.valid_to)}"
    if delegation.revoked_at:
        when += ", " + gettext("thu hồi lúc %(at)s", at=present.instant(delegation.revoked_at))
    return {"words": words, "when": when}


def _readings(person_id: int) -> list[dict[str, object]]:
    """The latest readings of what this person wrote as his own, and why, where it was said."""
    found = list(
        db.session.scalars(
            sa.select(Reading)
            .join(Document, Reading.document_id == Document.id)
            .options(joinedload(Reading.person))
            .where(Document.author_id == person_id, Document.kind.in_(PERSONAL))
            .order_by(Reading.id.desc())
            .limit(RECENT)
        )
    )
    why = reasons_of(found)
    return [
        {
            "who": reading.person.full_name,
            "when": present.instant(reading.at),
            "url": url_for("document.page", document_id=reading.document_id),
            "n": reading.revision,
            "why": why.get(reading.id, ""),
        }
        for reading in found
    ]


def _acted(person_id: int) -> list[dict[str, object]]:
    """The latest events in which this person's name is kept."""
    rows = db.session.execute(
        sa.select(
            AuditEvent.at, AuditEvent.action, AuditEvent.document_id, AuditEvent.seq, Document.kind
        )
        .join(EventPayload, EventPayload.event_id == AuditEvent.id)
        .outerjoin(Document, AuditEvent.document_id == Document.id)
        .where(EventPayload.actor_id == person_id)
        .order_by(AuditEvent.id.desc())
        .limit(RECENT)
    )
    return [
        {
            "when": present.instant(at),
            "what": action_words(action, kind),
            "url": url_for("document.page", document_id=document_id) if document_id else "",
            "seq": seq,
        }
        for at, action, document_id, seq, kind in rows
    ]


def action_words(action: str, kind: str | None) -> str:
    """What was done, in a few words; with a person's own paper in those of domain §00.2."""
    own = {
        "submit": gettext("Gửi chi bộ"),
        "review": gettext("Góp ý"),
        "return": gettext("Đề nghị bổ sung"),
    }
    if kind in PERSONAL and action in own:
        return own[action]
    return {
        "create": gettext("Lập dự thảo"),
        "revise": gettext("Sửa nội dung"),
        "submit": gettext("Trình"),
        "review": gettext("Cho ý kiến"),
        "return": gettext("Trả lại"),
        "approve": gettext("Ra quyết định"),
        "record": gettext("Vào sổ bản giấy"),
        "correct": gettext("Sửa bản vào sổ"),
        "confirm": gettext("Xác nhận bản giấy"),
        "explain": gettext("Giải trình"),
        "report": gettext("Báo cáo"),
        "receive": gettext("Tiếp nhận"),
        "request_amendment": gettext("Yêu cầu sửa đổi"),
        "withdraw": gettext("Rút"),
        "amend": gettext("Sửa đổi, bổ sung"),
        "revoke": gettext("Bãi bỏ"),
        "archive": gettext("Lưu hồ sơ"),
        "read": gettext("Đọc"),
        "list_reported": gettext("Báo cáo danh sách"),
        "list_received": gettext("Tiếp nhận danh sách"),
        "told_in_person": gettext("Báo trực tiếp"),
        "first_password_printed": gettext("In phiếu mật khẩu"),
    }.get(action, gettext("Việc khác"))
