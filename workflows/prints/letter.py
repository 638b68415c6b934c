"""Công văn đôn đốc: a superior's letter to a unit below that is late. It names the unit and what it
owes; never a person of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.post import Post, held_at
from models.unit import ReportingLine, Unit, in_force_on
from workflows.calendar import WorkingCalendar, start_of_day
from workflows.prints import words
from workflows.prints.recipients import lines

ANSWER_IN = 5  # working days that a letter leaves, unless told otherwise
SIGNERS = ("secretary", "standing", "deputy")
COLUMNS = [
    {"title": "TT", "width": 11, "align": "center"},
    {"title": "Nội dung", "width": -3},
    {"title": "Hạn", "width": 28, "align": "center"},
    {"title": "Quá hạn", "width": 36, "align": "center"},
]


def overdue(unit: Unit, superior: Unit, day: date) -> list[Obligation]:
    """What `unit` itself (no person of it) owes on a line on which `superior` is directly above it,
    and has not handed in by the end of the day before `day`; the oldest limit first."""
    held_by = (
        sa.select(ReportingLine.id)
        .where(
            ReportingLine.unit_id == unit.id,
            ReportingLine.superior_id == superior.id,
            ReportingLine.line == Campaign.line,
            in_force_on(ReportingLine, day),
        )
        .exists()
    )
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Campaign, Requirement.campaign_id == Campaign.id)
            .where(
                Obligation.unit_id == unit.id,
                Obligation.person_id.is_(None),
                Obligation.state == "open",
                Obligation.effective_due < day,
                Campaign.closed_at.is_(None),
                held_by,
            )
            .order_by(Obligation.effective_due, Obligation.id)
        )
    )


def signers(superior: Unit, day: date) -> list[Post]:
    """Who may sign for the superior on that day: its own leading posts."""
    return list(
        db.session.scalars(
            sa.select(Post)
            .where(
                Post.unit_id == superior.id,
                Post.role.in_(SIGNERS),
                held_at(day, start_of_day(day)),
            )
            .order_by(Post.id)
        )
    )


def answer_by(day: date) -> date:
    """The day by which a letter of `day` asks for the answer."""
    return WorkingCalendar.of(db.session()).add_working_days(day, ANSWER_IN)


def letter_data(
    superior: Unit,
    unit: Unit,
    owed: Sequence[Obligation],
    *,
    until: date,
    signer: Post | None,
    day: date,
) -> dict[str, Any]:
    """The letter for `pdf("letter", …)` and `docx`, dated `day`, with a blank for its number;
    without a signer his post and name stay blank."""
    party = superior.sector == "party"
    body, to = words.body_of(superior), words.body_of(unit)
    title = owed[0].requirement.campaign.title if owed else ""
    calendar = WorkingCalendar.of(db.session())
    rows = [
        [
            str(n),
            o.requirement.label_vi,
            words.day(o.effective_due),
            f"{calendar.working_days_between(o.effective_due, day)} ngày làm việc",
        ]
        for n, o in enumerate(owed, 1)
    ]
    about = "đôn đốc thực hiện chế độ báo cáo"
    return {
        "sector": superior.sector,
        "superior": words.superior_name(superior, day).upper(),
        "issuer": words.issuer_name(superior).upper(),
        "number": words.number_line(None, "CV", superior),
        "letter_subject": f"về việc {about}" if party else f"V/v {about}",
        "place_date": words.place_date(superior.place, day, year=day.year),
        "to": [to],
        "body": [
            words.text(
                f"Thực hiện đợt “{title}”, {to} có trách nhiệm báo cáo {body}. Tính đến hết ngày "
                f"{words.day(_eve(day))}, {body} chưa nhận được các nội dung sau:"
            ),
            words.table(COLUMNS, rows),
            words.text(
                f"{body} đề nghị {to} khẩn trương hoàn thành, báo cáo chậm nhất ngày "
                f"{words.day(until)}. Nếu có khó khăn, vướng mắc, nêu rõ lý do và thời gian hoàn "
                "thành bằng văn bản."
            ),
        ],
        "signatures": [
            {
                "body": words.sign_for(superior),
                "post": words.sign_post(signer.title, superior.sector) if signer else "",
                "name": signer.person.full_name if signer else "",
            }
        ],
        "recipients": lines([("Như trên", "")], superior),
        "day": day,
    }


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
