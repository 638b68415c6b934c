"""How things read on paper: always in Vietnamese, whatever the viewer's language (domain §7)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.queries.seats import Place
from models.unit import ReportingLine, Unit, in_force_on
from workflows.refusal import N_

# The headings of the form of 2952-CV/BTCTW (domain §2.3).
OWN_HEADINGS = {  # of a member's own report (domain §3.3)
    "results": "1. Kết quả thực hiện những việc đã cam kết",
    "shortcomings": "2. Hạn chế, khuyết điểm; nguyên nhân",
    "next_tasks": "3. Việc làm tiếp, hướng khắc phục",
}
SECTION_TITLES = {
    "1": N_("Về tư tưởng chính trị"),
    "2": N_("Về phẩm chất đạo đức, lối sống"),
    "3": N_("Về thực hiện chức trách, nhiệm vụ được giao"),
    "4": N_("Về tổ chức kỷ luật"),
    "5": N_(
        "Về khắc phục, sửa chữa những hạn chế, khuyết điểm thời gian qua và qua kiểm điểm, "
        "đánh giá chất lượng cán bộ, đảng viên cuối năm (nếu có)"
    ),
    "6": N_("Về kế hoạch hành động thực hiện Nghị quyết Đại hội %(congress)s của Đảng"),
}

_HEADING = re.compile(r"(?:[IVX]{1,5}|[A-Z])\.\s+\S.{0,120}")
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))
# “Bí thư Đảng ủy” signs as BÍ THƯ below T/M ĐẢNG ỦY.
_BODY = re.compile(r"\s+(?:Đảng ủy|Chi bộ|Tỉnh ủy|Thành ủy|Ban Chấp hành|Công đoàn)\b.*")


def day(value: date | None) -> str:
    """17/03/2026."""
    return "" if value is None else f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def iso_day(text: object) -> str:
    """An ISO day of stored content as 17/03/2026; what is no day, as it is."""
    try:
        return day(date.fromisoformat(str(text))) if text else ""
    except ValueError:
        return str(text)


def paper_day(value: date) -> str:
    """ngày 05 tháng 02 năm 2026: a zero before days under 10 and months 1 and 2 (domain §7.2)."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def place_date(place: str | None, dated: date | None, *, year: int) -> str:
    """“Minh Họa, ngày 05 tháng 02 năm 2026”; dots where the day is not known yet."""
    words = paper_day(dated) if dated else f"ngày …… tháng …… năm {year}"
    return f"{place}, {words}" if place else words


def figure(value: object) -> str:
    """1.200 and 12,5, as papers are written."""
    try:
        text = f"{Decimal(str(value)):,f}"
    except InvalidOperation:
        return str(value)
    return text.translate({ord(","): ".", ord("."): ","})


def paragraphs(text: str) -> list[tuple[str, str]]:
    """A text as (tag, words) pairs: lines such as “II. Nhiệm vụ” are headings (h3), others p."""
    found = []
    for line in (text or "").split("\n"):
        if line.strip():
            heading = _HEADING.fullmatch(line.strip()) and not line.strip().endswith(
                (".", ";", ",")
            )
            found.append(("h3" if heading else "p", line.strip()))
    return found


# -- names


def full_body(body: str, name: str) -> str:
    """The body's word and the unit's name as one: “Đảng ủy” of “Đảng bộ X” is “Đảng ủy X”."""
    if name.casefold().startswith(body.casefold()):
        return name
    if len(body.split()) > 4:  # “Ban Thường vụ Đảng ủy phường” says whose it is
        return body
    return joined(body, name.removeprefix("Đảng bộ "), exact=True)


def joined(title: str, name: str, *, exact: bool = False) -> str:
    """“Bí thư Chi bộ” and “Chi bộ Điều trị” overlap: “Bí thư Chi bộ Điều trị”. `exact`: only in
    the same capitals, for “Đảng ủy” and “Ủy ban nhân dân” share no word."""
    said, rest = title.split(), name.split()
    for length in range(min(len(said), len(rest)), 0, -1):
        last, first = " ".join(said[-length:]), " ".join(rest[:length])
        if last == first or (not exact and last.casefold() == first.casefold()):
            return " ".join([*said, *rest[length:]])
    return f"{title} {name}"


def body_of(unit: Unit) -> str:
    """Who acts for the unit, in Vietnamese: “Đảng ủy Trường THPT Mẫu Đơn”."""
    return full_body(unit.body, unit.name)


def issuer_name(unit: Unit | Place) -> str:
    """The letterhead's second line: an organisation's committee, a cell or a union itself."""
    name: str = unit.name
    return f"Đảng ủy {name.removeprefix('Đảng bộ ')}" if name.startswith("Đảng bộ ") else name


def without_type(subject: str, type_name: str) -> str:
    """A trích yếu without the name of the type, where that stands beside it: “Kế hoạch thực hiện …”
    below KẾ HOẠCH is “Thực hiện …”."""
    first, rest = subject[: len(type_name)], subject[len(type_name) :].lstrip(" :-")
    if first.upper() == type_name.upper() and rest:
        return rest[0].upper() + rest[1:]
    return subject


def safe_name(name: str) -> str:
    """Words as a file may be called on every system: “Kế hoạch 05-KH-ĐU”."""
    plain = "".join(c for c in name.translate(_NOT_IN_NAMES) if c.isprintable())
    return " ".join(plain.split())[:120].strip(". ") or "van-ban"


def superior_name(unit: Unit, day: date) -> str:
    """The letterhead's first line: the body directly above on that day, on whichever line, by the
    name it bore then; "" at the top."""
    above = db.session.scalar(
        sa.select(Unit)
        .join(ReportingLine, ReportingLine.superior_id == Unit.id)
        .where(ReportingLine.unit_id == unit.id, in_force_on(ReportingLine, day))
        .order_by(ReportingLine.id)
        .limit(1)
    )
    return above.name_on(day) if above is not None else ""


def sign_for(unit: Unit) -> str:
    """T/M ĐẢNG ỦY for the Party, TM. BAN CHẤP HÀNH for state and unions (domain §7.2)."""
    body = unit.body
    body = next((b for b in ("Ban Thường vụ", "Ban Chấp hành") if body.startswith(b)), body).upper()
    return f"T/M {body}" if unit.sector == "party" else f"TM. {body}"


def sign_post(title: str | None, sector: str) -> str:
    """The post below it: “Bí thư Đảng ủy” signs as BÍ THƯ; the head's where nobody has signed yet
    (None)."""
    if title is None:
        return "BÍ THƯ" if sector == "party" else "CHỦ TỊCH"
    return _BODY.sub("", title).upper()


def number_line(number: str | None, type: str, unit: Unit) -> str:
    """“Số 05-KH/ĐU”, “Số: 08/KH-LĐLĐ”; dots for a number not given yet."""
    party = unit.sector == "party"
    blank = f"……-{type}/{unit.symbol}" if party else f"……/{type}-{unit.symbol}"
    return f"Số {number or blank}" if party else f"Số: {number or blank}"


def archive_line(unit: Unit) -> str:
    """The last of the recipients: the file."""
    if unit.sector != "party":
        return "Lưu: VT."
    own = next((body for body in ("Chi bộ", "Đảng ủy") if unit.body.startswith(body)), None)
    # A standing committee's papers lie with the committee's office.
    return f"Lưu {own or 'Văn phòng'}."


def table(columns: list[Any], rows: list[list[str]]) -> dict[str, Any]:
    """A block of the print."""
    return {"type": "table", "columns": columns, "rows": rows}


def text(words: str, kind: str = "text") -> dict[str, Any]:
    """A paragraph (or heading, or basis) of the print."""
    return {"type": kind, "text": words}


def prose(words: str) -> list[dict[str, Any]]:
    """A text with its paragraphs and headings as blocks."""
    return [
        text(line, "heading" if tag == "h3" else "text") for tag, line in paragraphs(words or "")
    ]
