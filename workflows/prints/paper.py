"""The paper itself, as it is printed and signed (domain §7): always in Vietnamese. One reading of
a revision for the screen, the PDF and the DOCX."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import REPLACED, Basis, Decision, Document, Revision
from models.kinds import PERSONAL
from models.person import Membership
from models.post import Post, held_at
from models.recorded import RecordedPaper
from models.sitting import AgendaItem
from models.unit import superior_of
from workflows import indicators
from workflows.calendar import local_day
from workflows.content import SECTIONS
from workflows.prints import words
from workflows.prints.recipients import recipients
from workflows.symbols import TYPES, read, type_of

LEADING = ("secretary", "deputy", "standing", "committee")
TITLES = {
    "plan": "KẾ HOẠCH",
    "report": "BÁO CÁO",
    "commitment": "BẢN CAM KẾT TU DƯỠNG, RÈN LUYỆN, PHẤN ĐẤU",
}
OWN_HANDS = {"commitment": "NGƯỜI CAM KẾT", "self_report": "NGƯỜI BÁO CÁO"}


@dataclass
class Paper:
    """Everything a template needs, already in words."""

    kind: str
    party: bool
    superior: str
    issuer: str
    number: str
    dated: date | None
    place_date: str
    title: str
    year: int
    subject: str
    basis: list[dict[str, Any]]
    content: dict[str, Any]
    confirmed_by: str  # whose confirmation a commitment bears: XÁC NHẬN CỦA CHI BỘ
    sign_for: str
    sign_post: str
    sign_name: str
    signed: bool
    recorded: bool
    recipients: list[str]
    erased: bool = False
    over: bool = False  # superseded or revoked
    person: list[tuple[str, str]] = field(default_factory=list)
    sections: list[tuple[str, str, Any]] = field(default_factory=list)
    indicators: list[tuple[str, str, str]] = field(default_factory=list)
    own_headings: list[tuple[str, str]] = field(default_factory=list)
    own_hand: str = ""  # what stands over the name of a person who wrote for himself


def of(document: Document, revision: Revision) -> Paper:
    """What stands on the paper of one revision."""
    unit = document.unit
    counts = revision.n in (document.revision, document.in_force_revision)
    dated = (document.dated_on if counts else None) or revision.dated_on
    day = dated or local_day(document.created_at)
    signing = _signature(document, revision)
    recorded = db.session.get(RecordedPaper, document.id) if document.recorded else None
    above = superior_of(document.unit_id, line=document.campaign.line, day=day)
    content = _content(document, revision)
    name, title = _signer(signing, document, day) if signing is not None else ("", None)
    if recorded is not None:
        name, title = recorded.signed_by, recorded.signed_as
    made = Paper(
        kind=document.kind,
        party=unit.sector == "party",
        superior=above.name_on(day) if above is not None else "",
        issuer=words.issuer_name(unit),
        number=_number(document),
        dated=dated,
        place_date=words.place_date(unit.place, dated, year=document.campaign.year),
        title=_title(document),
        year=document.campaign.year,
        subject=revision.title,
        basis=[_basis(b) for b in revision.bases],
        content=content,
        confirmed_by=unit.body,
        sign_for=words.sign_for(unit),
        sign_post=words.sign_post(title, unit.sector),
        sign_name=name,
        signed=signing is not None or recorded is not None,
        recorded=document.recorded,
        recipients=[] if document.kind in PERSONAL else recipients(document, day),
        erased=revision.erased_at is not None,
        over=document.state in REPLACED,
    )
    if document.kind in PERSONAL:
        made.person, made.own_hand = _person(document), OWN_HANDS[document.kind]
    if document.kind == "self_report":
        made.own_headings = list(words.OWN_HEADINGS.items())
    if document.kind == "commitment":
        titles = _titles(document.campaign.congress)
        made.sections = [(key, titles[key], content["sections"].get(key)) for key in SECTIONS]
    if document.kind == "report":
        made.indicators = [
            (code, indicators.words(document.campaign.figures, code)["vi"], words.figure(value))
            for code, value in sorted((content.get("indicators") or {}).items())
        ]
    return made


def _content(document: Document, revision: Revision) -> dict[str, Any]:
    content = dict(revision.content or {})
    if document.kind == "plan":
        content["tasks"] = [
            {**task, "deadline": words.iso_day(task.get("deadline"))}
            for task in content.get("tasks", [])
        ]
    elif document.kind == "report":
        content["figures_as_of"] = words.iso_day(content.get("figures_as_of"))
    elif document.kind == "commitment":
        content.setdefault("sections", {})
    return content


def noun(document: Document) -> str:
    """What a paper of a body is called within a line: Kế hoạch, Báo cáo, Quy chế."""
    if document.type:
        return TYPES[document.type][0].capitalize()
    return {"plan": "Kế hoạch", "report": "Báo cáo"}[document.kind]


def _title(document: Document) -> str:
    """The name of the type over the text: KẾ HOẠCH, QUY CHẾ; of a person's own report its title."""
    if document.type:
        return TYPES[document.type][0].upper()
    return TITLES.get(document.kind) or document.title.upper()


def _titles(congress: str) -> dict[str, str]:
    return {
        key: text % {"congress": congress} if "%(" in text else text
        for key, text in words.SECTION_TITLES.items()
    }


def _number(document: Document) -> str:
    if document.kind in PERSONAL:
        return ""
    return words.number_line(document.number, type_of(document) or "", document.unit)


def _basis(basis: Basis) -> dict[str, Any]:
    other = basis.document
    if other is not None:
        kind = {"plan": "Kế hoạch", "report": "Báo cáo"}.get(other.kind, "")
        return {
            "id": other.id,
            "kind": kind,
            "number": other.number or other.title,
            "day": words.day(other.dated_on),
            "issuer": words.full_body(
                other.unit.body,
                other.unit.name_on(other.dated_on) if other.dated_on else other.unit.name,
            ),
            "replaced": other.state in REPLACED,
        }
    symbol = read(basis.number or "").symbol
    return {
        "id": None,
        "kind": TYPES[symbol.type][0].capitalize() if symbol is not None else "",
        "number": basis.number or "",
        "day": words.day(basis.dated_on),
        "issuer": basis.issuer or "",
        "replaced": False,
    }


def _signature(document: Document, revision: Revision) -> Decision | None:
    """Who signed this revision for the issuer."""
    return next(
        (
            d
            for d in reversed(document.decisions)
            if d.action == "approve" and d.stage == 0 and d.revision == revision.n
        ),
        None,
    )


def _signer(signing: Decision, document: Document, day: date) -> tuple[str, str]:
    """Whose name stands under the paper, and his title there ("" for a member without a post).

    Whoever decided by his post signs. What a meeting decided is signed by who presided over it, not
    by who confirmed its minutes.
    """
    if signing.post is not None:
        return signing.person.full_name, signing.post.title
    person = signing.person
    item = db.session.scalar(
        sa.select(AgendaItem)
        .where(
            AgendaItem.document_id == document.id,
            AgendaItem.revision == signing.revision,
            AgendaItem.decision == "agree",
            AgendaItem.carried_out_at.is_not(None),
        )
        .order_by(AgendaItem.id.desc())
        .limit(1)
    )
    if item is not None:
        person = item.chair or item.sitting.chair
    held = db.session.scalar(
        sa.select(Post)
        .where(
            Post.person_id == person.id,
            Post.unit_id == document.unit_id,
            Post.role.in_(LEADING),
            held_at(day, signing.at),
        )
        .order_by(Post.id)
        .limit(1)
    )
    return person.full_name, held.title if held is not None else ""


def _person(document: Document) -> list[tuple[str, str]]:
    person = document.author
    standing = {"full": "chính thức", "probationary": "dự bị"}
    home: Membership | None = next(
        (m for m in reversed(person.memberships) if m.unit_id == document.unit_id), None
    )
    rows = [
        ("Họ và tên", person.full_name),
        ("Ngày sinh", words.day(person.born_on)),
        ("Chức vụ, công việc", person.job or ""),
        ("Đảng viên", standing.get(home.standing, "") if home else ""),
        ("Sinh hoạt tại", document.unit.name),
    ]
    return [(term, value) for term, value in rows if value]
