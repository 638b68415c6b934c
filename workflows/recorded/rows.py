"""One row of a table of signed papers: what each column means, and what is wrong in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.account import Account
from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document, in_force
from models.person import Membership, Person
from models.recorded import RecordedPaper
from models.unit import Unit, in_force_on, unit_by_code
from workflows import sheets
from workflows.act import Printed, Votes
from workflows.calendar import local_day
from workflows.content import clean_content
from workflows.recorded.columns import KINDS, Cells, Wrong
from workflows.recorded.enter import form_reasons, may_record, requirement_by_period
from workflows.refusal import N_, Refused
from workflows.scope import above
from workflows.sorting import search_fold
from workflows.text import LINE, clean_line


@dataclass(frozen=True)
class Row:
    """One signed paper of a table."""

    number: int  # of the row in the file
    kind: str
    unit: Unit
    campaign: Campaign
    requirement: Requirement | None
    author: Person | None
    title: str
    content: dict[str, Any]
    basis: list[dict[str, Any]]
    printed: Printed
    scan: str  # name of its scan


def file_key(name: str) -> str:
    """A file's name as it is compared: without case, composed letters."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def interpret(
    number: int,
    cells: Cells,
    scans: Mapping[str, object],
    *,
    unit: Unit | None,
    actor: Person,
    now: datetime,
) -> Row:
    """What a row means. Raises Refused with everything that is wrong in it, Forbidden where the
    actor keeps no papers of that unit."""
    wrong = Wrong(cells)
    kind = KINDS.get(sheets.key(cells["kind"]))
    if kind is None:
        wrong.add("kind", N_("cần là Kế hoạch, Báo cáo hoặc Bản cam kết."))
    whose = unit_by_code(cells["unit"]) if cells["unit"] else unit
    if whose is None:
        wrong.add("unit", N_("chưa có đơn vị mang mã này."))
    campaign = _campaign(whose, cells["campaign"], now) if whose else None
    if whose is not None and campaign is None:
        wrong.add("campaign", N_("chưa có đợt này đang mở cho đơn vị."))
    printed = _printed(wrong)
    scan = _scan(wrong, scans)
    if kind != "commitment" and not cells["title"]:
        wrong.add("title", N_("còn trống."))
    if wrong.reasons or kind is None or whose is None or campaign is None or printed is None:
        raise Refused(*wrong.reasons)
    may_record(kind, whose, campaign, actor, now)
    author = _author(wrong, whose, local_day(now)) if kind == "commitment" else None
    content = _content(kind, wrong)
    requirement = _requirement(kind, campaign, content, wrong)
    wrong.reasons += form_reasons(printed, local_day(now))
    basis = _basis(wrong, whose, campaign, now) if kind != "commitment" else []
    if wrong.reasons:
        raise Refused(*wrong.reasons)
    title = wrong.attempt("title", lambda: clean_line(cells["title"], limit=LINE, place="title"))
    if wrong.reasons:
        raise Refused(*wrong.reasons)
    return Row(
        number,
        kind,
        whose,
        campaign,
        requirement,
        author,
        title or "",
        content,
        basis,
        printed,
        scan,
    )


def twice(one: Row, other: Row) -> bool:
    """Whether two rows are the same paper."""
    if (one.kind, one.unit.id, one.campaign.id) != (other.kind, other.unit.id, other.campaign.id):
        return False
    if one.kind == "commitment":
        return one.author == other.author
    return (one.printed.number, one.printed.dated_on, one.title) == (
        other.printed.number,
        other.printed.dated_on,
        other.title,
    )


def known(row: Row) -> Document | None:
    """The paper of this row, where it has been entered before."""
    query = (
        sa.select(Document)
        .join(RecordedPaper, RecordedPaper.document_id == Document.id)
        .where(
            Document.kind == row.kind,
            Document.unit_id == row.unit.id,
            Document.campaign_id == row.campaign.id,
            Document.state != "withdrawn",
        )
        .limit(1)
    )
    if row.kind == "commitment":
        assert row.author is not None
        return db.session.scalar(query.where(Document.author_id == row.author.id))
    same = query.where(RecordedPaper.dated_on == row.printed.dated_on)
    if row.printed.number:
        return db.session.scalar(same.where(RecordedPaper.number == row.printed.number))
    return db.session.scalar(same.where(Document.title == row.title))


def _printed(wrong: Wrong) -> Printed | None:
    cells = wrong.cells
    if not cells["signed_by"]:
        wrong.add("signed_by", N_("còn trống."))
    if not cells["dated_on"]:
        wrong.add("dated_on", N_("còn trống."))
    counts = [wrong.count(column) for column in ("present", "for", "against")]
    votes = None
    given = [bool(cells[column]) for column in ("present", "for", "against")]
    if any(given) and not all(given):
        wrong.add("present", N_("cần đủ ba số: được biểu quyết, tán thành, không tán thành."))
    elif all(count is not None for count in counts):
        votes = Votes(*(count or 0 for count in counts))
    return Printed(
        signed_by=wrong.line("signed_by") or "",
        signed_as=wrong.line("signed_as"),
        number=wrong.line("number"),
        dated_on=wrong.day("dated_on"),
        minutes=wrong.line("minutes"),
        votes=votes,
        reported_on=wrong.day("reported_on"),
        via=wrong.line("via"),
        received_on=wrong.day("received_on"),
    )


def _scan(wrong: Wrong, scans: Mapping[str, object]) -> str:
    name = file_key(wrong.cells["scan"])
    if not name:
        wrong.add("scan", N_("còn trống."))
    elif name not in scans:
        wrong.add("scan", N_("không có tệp này trong thư mục bản quét."))
    return name


def _campaign(unit: Unit, code: str, now: datetime) -> Campaign | None:
    """The open campaign of this code; without a code the only one, or the newest."""
    query = (
        sa.select(Campaign)
        .where(
            Campaign.opened_at.is_not(None),
            Campaign.closed_at.is_(None),
            Campaign.unit_id.in_(above({unit.id}, now)),
        )
        .order_by(Campaign.year.desc(), Campaign.id)
        .limit(1)
    )
    return db.session.scalar(query.where(Campaign.code == code) if code else query)


def _author(wrong: Wrong, unit: Unit, day: date) -> Person | None:
    """A member of the unit by login, else by name where only one bears it."""
    named = wrong.cells["author"]
    people = list(
        db.session.execute(
            sa.select(Person, Account.login)
            .join(Membership, Membership.person_id == Person.id)
            .outerjoin(Account, Account.person_id == Person.id)
            .where(Membership.unit_id == unit.id, in_force_on(Membership, day))
        )
    )
    found = [p for p, login in people if login == named and named]
    found = found or [p for p, _ in people if p.search_fold == search_fold(named)]
    if len(found) == 1:
        return found[0]
    if found:
        wrong.add("author", N_("có nhiều người cùng tên; ghi tên đăng nhập."))
    else:
        wrong.add("author", N_("không có người này sinh hoạt tại đơn vị."))
    return None


def _content(kind: str, wrong: Wrong) -> dict[str, Any]:
    cells = wrong.cells
    raw: dict[str, Any] = {}
    if kind == "plan":
        raw = {"text": cells["text"], "models": [m for m in cells["models"].split("\n") if m]}
    elif kind == "report":
        raw = {"period": cells["period"], "results": cells["text"]}
    return wrong.attempt("text", lambda: clean_content(kind, raw)) or {}


def _requirement(
    kind: str, campaign: Campaign, content: dict[str, Any], wrong: Wrong
) -> Requirement | None:
    code = wrong.cells["requirement"]
    if not code:
        return requirement_by_period(campaign, content) if kind == "report" else None
    found = next((r for r in campaign.requirements if r.code == code and r.kind == kind), None)
    if found is None:
        wrong.add("requirement", N_("đợt không có yêu cầu mang mã này cho loại văn bản này."))
    return found


def _basis(wrong: Wrong, unit: Unit, campaign: Campaign, now: datetime) -> list[dict[str, Any]]:
    """The paper it rests on: a plan of the system by its number, else one outside it."""
    number = wrong.line("basis_number")
    if number is None:
        return []
    day = wrong.day("basis_dated_on")
    superiors = above({unit.id}, now) - {unit.id}
    plan = db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "plan",
            Document.unit_id.in_(superiors),
            Document.campaign_id == campaign.id,
            Document.number == number,
            in_force(),
        )
        .limit(1)
    )
    if plan is not None and (day is None or day == plan.dated_on):
        return [{"document": plan.id}]
    issuer = wrong.line("basis_issuer")
    return [{"number": number, "dated_on": day.isoformat() if day else "", "issuer": issuer or ""}]
