"""Nơi nhận: to whom a paper goes and what for, read off its route (domain §2.2, §7.2).

The bodies above get it to report ("để b/c"), the advisory body it passes through to gather it
("để t/h"), the units below a plan to carry it out ("để th/hiện"); the last line is the file.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.unit import ReportingLine, Unit, in_force_on
from workflows.prints.words import archive_line, body_of

# The blank within does not break.
REPORT, GATHER, CARRY_OUT = "để\u00a0b/c", "để\u00a0t/h", "để\u00a0th/hiện"


def recipients(document: Document, day: date) -> list[str]:
    """The lines below “Nơi nhận:”, ready to print; `day`: as the units stood then."""
    found: list[tuple[str, str]] = []
    for stage in document.stages[1:]:
        found.append((body_of(stage.unit), REPORT))
        if stage.via is not None:
            found.append((stage.via.name, GATHER))
    if document.kind == "plan":
        below = _below(document.unit, document.campaign.line, day)
        if below:
            found.append((below, CARRY_OUT))
    return lines(list(dict.fromkeys(found)), document.unit)


def lines(found: list[tuple[str, str]], issuer: Unit) -> list[str]:
    """(who, what for) pairs as lines in the manner of the issuer's sector, the file last."""
    if issuer.sector == "party":
        written = [f"{who} ({purpose})," if purpose else f"{who}," for who, purpose in found]
    else:
        written = [f"{who} “{purpose}”;" if purpose else f"{who};" for who, purpose in found]
    return [*written, archive_line(issuer)]


def _below(unit: Unit, line: str, day: date) -> str:
    """The units below in one word, "" where there are none."""
    names = db.session.scalars(
        sa.select(Unit.name)
        .join(ReportingLine, ReportingLine.unit_id == Unit.id)
        .where(
            ReportingLine.superior_id == unit.id,
            ReportingLine.line == line,
            in_force_on(ReportingLine, day),
        )
    ).all()
    if not names:
        return ""
    words = {"Chi bộ": "chi bộ", "Đảng bộ": "đảng bộ", "Công đoàn": "công đoàn"}
    kinds = sorted(
        {next((w for n, w in words.items() if name.startswith(n)), "") for name in names}
    )
    return "Các đơn vị trực thuộc" if "" in kinds else f"Các {', '.join(kinds)} trực thuộc"
