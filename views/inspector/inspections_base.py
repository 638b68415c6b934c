"""What the pages of an inspection share: fetching it through the viewer's reach, its words."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from flask_babel import gettext, ngettext

import clock
from models.inspection import Inspection
from views import present
from views.loaders import viewer
from workflows.inspections import reaching


def load(inspection_id: int) -> Inspection:
    """The inspection, if this viewer may know of it; otherwise 404."""
    found = reaching.find(inspection_id, viewer(), clock.now())
    if found is None:
        abort(404)
    return found


def load_own(inspection_id: int) -> Inspection:
    """As `load`, of a commission whose inspector the viewer is: the inspected see no such page."""
    inspection = load(inspection_id)
    if not reaching.is_inspector_of(inspection, viewer(), clock.now()):
        abort(404)
    return inspection


def title(inspection: Inspection) -> str:
    """“Kiểm tra Chi bộ Điều trị”, with how many more there are."""
    units = [present.unit_name(row.unit) for row in inspection.units]
    first, more = units[0], len(units) - 1
    if inspection.kind == "supervision":
        words = gettext("Giám sát %(unit)s", unit=first)
    else:
        words = gettext("Kiểm tra %(unit)s", unit=first)
    if more:
        words += " " + ngettext("và %(num)s đơn vị khác", "và %(num)s đơn vị khác", more)
    return words


def facts(inspection: Inspection) -> list[tuple[str, Any]]:
    """What the decision says, and what became of its limit."""
    start, end = present.day(inspection.period_from), present.day(inspection.period_to)
    rows: list[tuple[str, Any]] = [
        (
            gettext("Quyết định"),
            gettext(
                "số %(number)s ngày %(day)s",
                number=inspection.decision_number,
                day=present.day(inspection.decided_on),
            ),
        ),
        (gettext("Cơ quan kiểm tra"), present.unit_name(inspection.commission)),
        (
            gettext("Đơn vị được kiểm tra"),
            ", ".join(present.unit_name(row.unit) for row in inspection.units),
        ),
        (gettext("Đợt"), inspection.campaign.code),
        (
            gettext("Loại văn bản"),
            ", ".join(present.kind_words(kind) for kind in inspection.document_kinds),
        ),
        (gettext("Văn bản từ ngày"), start),
        (gettext("Văn bản đến ngày"), end),
        (gettext("Bắt đầu"), present.day(inspection.opens_on)),
        (gettext("Kết thúc"), present.day(inspection.closes_on)),
        (gettext("Nhận báo cáo tự kiểm tra"), present.day(inspection.received_on)),
        (gettext("Thời hạn"), _limit(inspection)),
    ]
    if inspection.ended_at is not None:
        rows.append((gettext("Quyền đọc đã hết từ"), present.instant(inspection.ended_at)))
    return rows


def team(inspection: Inspection) -> list[tuple[str, bool]]:
    """(name, whether he leads), the head first."""
    members = sorted(inspection.members, key=lambda member: (not member.head, member.id))
    return [(member.person.full_name, member.head) for member in members]


def _limit(inspection: Inspection) -> str:
    words = ngettext(
        "%(num)s ngày làm việc từ khi nhận báo cáo",
        "%(num)s ngày làm việc từ khi nhận báo cáo",
        inspection.limit_days,
    )
    if inspection.extended_days:
        words += ", " + gettext("gia hạn %(n)s ngày", n=inspection.extended_days)
    if inspection.limit_on is not None:
        words += ", " + gettext("đến hết %(day)s", day=present.day(inspection.limit_on))
    return words


def address_of(inspection: Inspection) -> str:
    """The address of its page."""
    return url_for("inspector.inspection", inspection_id=inspection.id)


def line(inspection: Inspection) -> dict[str, Any]:
    """An inspection as one line of a list."""
    return {
        "url": url_for("inspector.inspection", inspection_id=inspection.id),
        "title": title(inspection),
        "decision": gettext(
            "Quyết định số %(number)s, từ %(opens)s đến %(closes)s",
            number=inspection.decision_number,
            opens=present.day(inspection.opens_on),
            closes=present.day(inspection.closes_on),
        ),
        "state": present.state_badge(inspection.document),
        "frozen": inspection.frozen,
    }
