"""Whether an inspection still is what its decision and its events make of it: whom it inspects, who is on
its team, until when, frozen or not."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from models.base import as_texts, table_of
from models.campaign import Campaign
from models.document import Document, Revision
from models.event import AuditEvent, EventPayload
from models.inspection import Inspection, InspectionMember, InspectionUnit
from models.unit import Unit
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE
from workflows.trail.verify_findings import UNKNOWN, Told, check_findings
from workflows.trail.verify_reports import check_reports

DOCUMENT, REVISION, EVENT, PAYLOAD, UNIT, CAMPAIGN = map(
    table_of, (Document, Revision, AuditEvent, EventPayload, Unit, Campaign)
)
INSPECTION, MEMBER, INSPECTED = map(table_of, (Inspection, InspectionMember, InspectionUnit))

LOST = N_("Cuộc kiểm tra (văn bản %(document)s) đã mất khỏi cơ sở dữ liệu mà sổ vẫn ghi.")
DIFFERS = N_(
    "Cuộc kiểm tra theo Quyết định số %(number)s: %(column)s đang ghi %(kept)s, theo quyết định và "
    "sổ phải là %(stated)s."
)
COLUMNS = {
    "number": N_("số quyết định"),
    "kind": N_("hình thức"),
    "campaign": N_("đợt"),
    "decided_on": N_("ngày quyết định"),
    "units": N_("đơn vị được kiểm tra"),
    "kinds": N_("loại văn bản"),
    "period": N_("kỳ kiểm tra"),
    "opens_on": N_("ngày bắt đầu"),
    "closes_on": N_("ngày kết thúc"),
    "limit_days": N_("thời hạn"),
    "extended_days": N_("số ngày gia hạn"),
    "received_on": N_("ngày nhận báo cáo tự kiểm tra"),
    "limit_on": N_("ngày hết thời hạn"),
    "head": N_("trưởng đoàn"),
    "team": N_("thành viên đoàn"),
    "frozen": N_("niêm giữ hồ sơ"),
}
DAYS = ("decided_on", "opens_on", "closes_on", "received_on", "limit_on")
DATED = ("take_self_report", "extend")
_EVENTS = (
    sa.select(
        EVENT.c.document_id,
        UNIT.c.code,
        EVENT.c.seq,
        EVENT.c.action,
        sa.cast(EVENT.c.leaf, sa.LargeBinary).label("leaf"),
        sa.cast(PAYLOAD.c.fields, sa.Text).label("fields"),
    )
    .join_from(EVENT, UNIT, UNIT.c.id == EVENT.c.unit_id)
    .join(DOCUMENT, DOCUMENT.c.id == EVENT.c.document_id)
    .outerjoin(PAYLOAD, PAYLOAD.c.event_id == EVENT.c.id)
    .where(DOCUMENT.c.kind == "inspection")
    .order_by(EVENT.c.document_id, EVENT.c.id)  # as written, whatever the clock said
)


_ROWS = (
    sa.select(
        DOCUMENT.c.id.label("document"),
        INSPECTION.c.id,
        INSPECTION.c.decision_number,
        INSPECTION.c.kind,
        INSPECTION.c.limit_days,
        INSPECTION.c.extended_days,
        INSPECTION.c.frozen,
        CAMPAIGN.c.code.label("campaign"),
        REVISION.c.title,
        REVISION.c.erased_at,
        sa.cast(REVISION.c.content, sa.Text).label("content"),
        sa.cast(INSPECTION.c.document_kinds, sa.Text).label("kinds"),
        *as_texts(*(INSPECTION.c[name] for name in (*DAYS, "period_from", "period_to"))),
    )
    .join_from(DOCUMENT, INSPECTION, INSPECTION.c.document_id == DOCUMENT.c.id, isouter=True)
    .outerjoin(CAMPAIGN, CAMPAIGN.c.id == INSPECTION.c.campaign_id)
    .outerjoin(REVISION, sa.and_(REVISION.c.document_id == DOCUMENT.c.id, REVISION.c.n == 1))
    .where(sa.or_(DOCUMENT.c.kind == "inspection", INSPECTION.c.id.is_not(None)))
    .order_by(DOCUMENT.c.id)
)


def check_inspections(connection: sa.Connection, report: Report) -> None:
    """Adds to `report` each inspection, finding, requirement and report back that is not as it was
    written."""
    told: dict[int, list[Told]] = defaultdict(list)
    for row in connection.execute(_EVENTS):
        try:
            leaf = json.loads(row.leaf)
            fields = json.loads(row.fields) if row.fields else {}
            said = {name: one["value"] for name, one in fields.items() if type(one) is dict}
            told[row.document_id].append(Told(row.code, row.seq, row.action, leaf, said))
        except UNREADABLE:
            continue  # the log's own check names it
    units, team = _lists(connection)
    for row in connection.execute(_ROWS):
        events = told[row.document]
        if row.id is None:
            report.add(LOST, document=row.document)
            continue
        _hold_against(row, units[row.id], team[row.id], events, report)
    check_findings(connection, told, report)
    check_reports(connection, told, report)


def _lists(connection: sa.Connection) -> tuple[dict[int, list[str]], dict[int, list[Any]]]:
    units: dict[int, list[str]] = defaultdict(list)
    rows = sa.select(INSPECTED.c.inspection_id, UNIT.c.code).join_from(INSPECTED, UNIT)
    for ident, code in connection.execute(rows):
        units[ident].append(code)
    team: dict[int, list[Any]] = defaultdict(list)
    members = sa.select(MEMBER.c.inspection_id, MEMBER.c.person_id, MEMBER.c.head)
    for ident, person, head in connection.execute(members):
        team[ident].append((person, bool(head)))
    return units, team


def _hold_against(
    row: Any, units: list[str], team: list[Any], events: list[Told], report: Report
) -> None:
    try:
        content = {} if row.erased_at else json.loads(row.content)
        stated = _stated(content, row.title, row.decision_number, events)
        kept = {
            "number": row.decision_number,
            "kind": row.kind,
            "campaign": row.campaign,
            "units": sorted(units),
            "kinds": sorted(json.loads(row.kinds)),
            "period": [row.period_from, row.period_to],
            "limit_days": row.limit_days,
            "extended_days": row.extended_days,
            "head": next((person for person, head in team if head), None),
            "team": sorted(person for person, _ in team),
            "frozen": bool(row.frozen),
            **{name: getattr(row, name) for name in DAYS},
        }
    except UNREADABLE:
        report.add(LOST, document=row.document)
        return
    for name, words in COLUMNS.items():
        if stated.get(name, UNKNOWN) not in (UNKNOWN, kept[name]):
            report.add(
                DIFFERS,
                document=row.document,
                number=row.decision_number,
                column=words,
                kept=_shown(kept[name]),
                stated=_shown(stated[name]),
            )


def _stated(content: dict[str, Any], title: Any, number: str, events: list[Told]) -> dict[str, Any]:
    """What the decision says and the events made of it, by name; UNKNOWN where none states it."""
    stated: dict[str, Any] = {"extended_days": 0, "received_on": None, "limit_on": None}
    stated |= {name: value for name, value in content.items() if name in COLUMNS}
    if content and title is not None and not title.endswith(f" số {number}"):
        stated["number"] = title.rpartition(" số ")[2]
    stated["frozen"] = False
    for event in events:
        leaf = event.leaf
        if event.action in DATED:
            for name in ("received_on", "limit_on", "closes_on"):
                stated[name] = leaf.get(name, UNKNOWN)
        if event.action == "extend":
            known = "days" in leaf and stated["extended_days"] is not UNKNOWN
            stated["extended_days"] = stated["extended_days"] + leaf["days"] if known else UNKNOWN
        elif event.action == "team_changed":
            stated |= {"head": leaf["head"], "team": leaf["team"]}
        elif event.action in ("freeze", "unfreeze", "freeze_lapsed", "conclude", "cancel"):
            stated["frozen"] = event.action == "freeze"
    return stated


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
