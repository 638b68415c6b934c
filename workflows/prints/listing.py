"""Danh sách tổng hợp: the list by which a cell reports its commitments. Names, days and minutes;
never a text (domain §00.3)."""

from __future__ import annotations

from typing import Any

from models.document import Document
from models.listing import CommitmentList, ListEntry
from workflows.calendar import local_day
from workflows.prints import words
from workflows.prints.letter import SIGNERS, signers
from workflows.prints.recipients import REPORT, lines

COLUMNS = [
    {"title": "TT", "width": 11, "align": "center"},
    {"title": "Họ và tên", "width": -4},
    {"title": "Ngày cam kết", "width": 28, "align": "center"},
    {"title": "Biên bản họp", "width": -3},
    {"title": "Ghi chú", "width": -2},
]


def list_data(made: CommitmentList, shown: list[ListEntry]) -> dict[str, Any]:
    """One reported list, for `pdf("list", …)` and `docx`; a later one says it is supplementary.

    `shown`: the lines that the reader may see (`workflows.lists.shown_lines`).
    """
    unit, day = made.unit, local_day(made.reported_at)
    supplement = f" (bổ sung lần {made.n - 1})" if made.n > 1 else ""
    return {
        "sector": unit.sector,
        "superior": made.to_unit.name_on(day).upper(),
        "issuer": words.issuer_name(unit).upper(),
        "place_date": words.place_date(unit.place, day, year=day.year),
        "title": "DANH SÁCH TỔNG HỢP",
        "subject": (
            f"Đảng viên đã cam kết tu dưỡng, rèn luyện, phấn đấu năm {made.campaign.year}"
            f"{supplement}"
        ),
        "body": [
            words.table(COLUMNS, rows([entry.document for entry in shown])),
            words.text(f"Tổng số: {len(shown)} người. Danh sách không kèm nội dung cam kết."),
        ],
        "signatures": [_signature(made)],
        "recipients": lines([(words.body_of(made.to_unit), REPORT)], unit),
        "day": day,
    }


def rows(documents: list[Document]) -> list[list[str]]:
    """Number, name, day, minutes, remark of each."""
    found = []
    for n, document in enumerate(documents, 1):
        decision = next(
            (
                d
                for d in reversed(document.decisions)
                if d.action in ("approve", "confirm") and d.stage == 0
            ),
            None,
        )
        found.append(
            [
                str(n),
                document.author.full_name,
                words.day(document.dated_on),
                (decision.minutes if decision is not None else "") or "",
                "Bản giấy" if document.recorded else "",
            ]
        )
    return found


def _signature(made: CommitmentList) -> dict[str, str]:
    """Who of the leading posts reported it; else, as when the clerk did, their first that day."""
    unit = made.unit
    posts = sorted(
        signers(unit, local_day(made.reported_at)),
        key=lambda post: (post.person_id != made.reported_by_id, SIGNERS.index(post.role)),
    )
    signer = posts[0] if posts else None
    return {
        "body": words.sign_for(unit),
        "post": words.sign_post(signer.title if signer else None, unit.sector),
        "name": signer.person.full_name if signer else "",
    }
