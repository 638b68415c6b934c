"""The paper itself, as it is printed and signed (domain §7): always in Vietnamese."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.document import Decision, Document, Revision
from models.person import Membership
from models.unit import superior_of
from views import present
from views.drafts import show_day
from workflows.content import SECTIONS
from workflows.indicators import INDICATORS
from workflows.symbols import TYPE_OF_KIND, TYPES, read

TITLES = {
    "plan": "KẾ HOẠCH",
    "report": "BÁO CÁO",
    "commitment": "BẢN CAM KẾT TU DƯỠNG, RÈN LUYỆN, PHẤN ĐẤU",
}


@dataclass
class Paper:
    """Everything the print template needs, already in words."""

    kind: str
    party: bool
    superior: str
    issuer: str
    number: str
    place_date: str
    title: str
    year: int
    subject: str
    basis: list[dict[str, Any]]
    content: dict[str, Any]
    sign_for: str
    sign_post: str
    sign_name: str
    signed: bool
    recipients: list[str]
    erased: bool = False
    person: list[tuple[str, str]] = field(default_factory=list)
    sections: list[tuple[str, str, Any]] = field(default_factory=list)
    indicators: list[tuple[str, str, str]] = field(default_factory=list)


def of(document: Document, revision: Revision) -> Paper:
    unit = document.unit
    party = unit.sector == "party"
    signed = revision.n in (document.revision, document.in_force_revision)
    dated = (document.dated_on if signed else None) or revision.dated_on
    signing = _signature(document, revision)
    superior = _superior_name(document)
    content = _content(document, revision)
    made = Paper(
        kind=document.kind,
        party=party,
        superior=superior,
        issuer=_issuer(unit),
        number=_number(document, party),
        place_date=_place_date(document, dated),
        title=TITLES[document.kind],
        year=document.campaign.year,
        subject=revision.title,
        basis=[_basis(b) for b in revision.bases],
        content=content,
        sign_for=_sign_for(document, party),
        sign_post=_sign_post(signing),
        sign_name=signing.person.full_name if signing else "",
        signed=signing is not None,
        recipients=_recipients(document),
        erased=revision.erased_at is not None,
    )
    if document.kind == "commitment":
        made.person = _person(document)
        titles = present.section_titles(document.campaign.congress, paper=True)
        made.sections = [(key, titles[key], content["sections"].get(key)) for key in SECTIONS]
    if document.kind == "report":
        made.indicators = [
            (code, INDICATORS.get(code) or INDICATORS.get(code[:3]) or code, _figure(value))
            for code, value in sorted((content.get("indicators") or {}).items())
        ]
    return made


def _content(document: Document, revision: Revision) -> dict[str, Any]:
    content = dict(revision.content or {})
    if document.kind == "plan":
        content["tasks"] = [
            {**task, "deadline": show_day(task.get("deadline"))}
            for task in content.get("tasks", [])
        ]
    elif document.kind == "report":
        content["figures_as_of"] = show_day(content.get("figures_as_of"))
    else:
        content.setdefault("sections", {})
    return content


def _figure(value: object) -> str:
    """1.200 and 12,5, as papers are written."""
    try:
        text = f"{Decimal(str(value)):,f}"
    except InvalidOperation:
        return str(value)
    return text.translate({ord(","): ".", ord("."): ","})


def _superior_name(document: Document) -> str:
    day = document.dated_on or present.local_day(document.created_at)
    above = superior_of(document.unit_id, line=document.campaign.line, day=day)
    return above.name_on(day) if above is not None else ""


def _number(document: Document, party: bool) -> str:
    if document.kind == "commitment":
        return ""
    kind, symbol = TYPE_OF_KIND[document.kind], document.unit.symbol
    blank = f"……-{kind}/{symbol}" if party else f"……/{kind}-{symbol}"
    return f"Số {document.number or blank}" if party else f"Số: {document.number or blank}"


def _place_date(document: Document, dated: date | None) -> str:
    place = document.unit.place
    words = present.paper_day(dated) if dated else f"ngày …… tháng …… năm {document.campaign.year}"
    return f"{place}, {words}" if place else words


def _basis(basis: Any) -> dict[str, Any]:
    other = basis.document
    if other is not None:
        kind = {"plan": "Kế hoạch", "report": "Báo cáo"}.get(other.kind, "")
        return {
            "id": other.id,
            "kind": kind,
            "number": other.number or other.title,
            "day": present.day(other.dated_on),
            "issuer": present.full_body(
                other.unit.body,
                other.unit.name_on(other.dated_on) if other.dated_on else other.unit.name,
            ),
            "replaced": other.state in ("superseded", "revoked"),
        }
    symbol = read(basis.number or "").symbol
    return {
        "id": None,
        "kind": TYPES[symbol.type][0].capitalize() if symbol is not None else "",
        "number": basis.number,
        "day": present.day(basis.dated_on),
        "issuer": basis.issuer,
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


def _sign_for(document: Document, party: bool) -> str:
    body = document.unit.body
    body = next((b for b in ("Ban Thường vụ", "Ban Chấp hành") if body.startswith(b)), body).upper()
    return f"T/M {body}" if party else f"TM. {body}"


# “Bí thư Đảng ủy” signs as BÍ THƯ below T/M ĐẢNG ỦY.
_BODY = re.compile(r"\s+(?:Đảng ủy|Chi bộ|Tỉnh ủy|Thành ủy|Ban Chấp hành|Công đoàn)\b.*")


def _sign_post(signing: Decision | None) -> str:
    if signing is None or signing.post is None:
        return ""
    return _BODY.sub("", signing.post.title).upper()


def _recipients(document: Document) -> list[str]:
    """Whom the paper goes to: the bodies above on its route, those below, the file."""
    found = []
    for stage in document.stages[1:]:
        found.append(f"{present_body(stage.unit)} (để báo cáo),")
        if stage.via is not None:
            found.append(f"{stage.via.name},")
    archive = document.unit.body if document.unit.sector == "party" else "VT"
    prefix = "Lưu" if document.unit.sector == "party" else "Lưu:"
    return [*dict.fromkeys(found), f"{prefix} {archive}."]


def present_body(unit: Any) -> str:
    """The body's Vietnamese name, whatever the viewer's language."""
    return present.full_body(unit.body, unit.name)


def _issuer(unit: Any) -> str:
    """The second line of the letterhead: an organisation's committee, a cell or a union itself."""
    name: str = unit.name
    return f"Đảng ủy {name.removeprefix('Đảng bộ ')}" if name.startswith("Đảng bộ ") else name


def _person(document: Document) -> list[tuple[str, str]]:
    person = document.author
    standing = {"full": "chính thức", "probationary": "dự bị"}
    home: Membership | None = next(
        (m for m in reversed(person.memberships) if m.unit_id == document.unit_id), None
    )
    rows = [
        ("Họ và tên", person.full_name),
        ("Ngày sinh", present.day(person.born_on)),
        ("Chức vụ, công việc", person.job or ""),
        ("Đảng viên", standing.get(home.standing, "") if home else ""),
        ("Sinh hoạt tại", document.unit.name),
    ]
    return [(term, value) for term, value in rows if value]
