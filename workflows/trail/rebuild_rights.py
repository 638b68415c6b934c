"""Who holds which post, and who stands in for whom: built again from the events and compared. On these
rows every right over documents rests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.queries import trail as rows
from workflows.refusal import N_
from workflows.trail.report import Report
from workflows.trail.verify_event import UNREADABLE

POST, DELEGATION = N_("Chức vụ"), N_("Ủy quyền")
DIFFERENT = N_(
    "%(what)s số %(id)s: theo sự kiện số %(seq)s trong sổ của %(unit)s, %(column)s phải là "
    "%(stated)s, cơ sở dữ liệu ghi %(kept)s."
)
LOST = N_(
    "%(what)s số %(id)s: có sự kiện số %(seq)s trong sổ của %(unit)s nhưng cơ sở dữ liệu không có."
)
UNTOLD = N_("%(what)s số %(id)s: cơ sở dữ liệu có nhưng không có sự kiện nào ghi việc giao.")
COLUMNS = {
    "person": N_("người"),
    "unit": N_("đơn vị"),
    "post": N_("chức vụ"),
    "role": N_("vai trò"),
    "title": N_("tên chức vụ"),
    "acting": N_("quyền hoặc phụ trách"),
    "kinds": N_("loại văn bản"),
    "actions": N_("việc được làm"),
    "valid_from": N_("ngày bắt đầu"),
    "valid_to": N_("ngày kết thúc"),
    "ended_at": N_("thời điểm chấm dứt"),
}
UNKNOWN = object()  # what was erased

_EVENTS = """SELECT u.code, e.seq, e.action, {bytes:e.leaf} AS leaf, {json:p.fields} AS fields
    FROM audit_event e JOIN unit u ON u.id = e.unit_id
    LEFT JOIN event_payload p ON p.event_id = e.id
    WHERE e.action IN ('post_given', 'post_changed', 'post_ended', 'delegated', 'delegation_revoked')
    ORDER BY e.id"""
_ROWS = {
    POST: """SELECT p.id, p.person_id AS person, u.code AS unit, p.role, p.title, p.acting,
        {text:p.valid_from} AS valid_from, {text:p.valid_to} AS valid_to,
        {instant:p.ended_at} AS ended_at
        FROM post p LEFT JOIN unit u ON u.id = p.unit_id ORDER BY p.id""",
    DELEGATION: """SELECT id, post_id AS post, person_id AS person, {text:kinds} AS kinds,
        {text:actions} AS actions, {text:valid_from} AS valid_from, {text:valid_to} AS valid_to,
        {instant:revoked_at} AS ended_at FROM delegation ORDER BY id""",
}
_READ: dict[str, Callable[[Any], Any]] = {
    "acting": bool,
    "kinds": json.loads,
    "actions": json.loads,
}


class Told(NamedTuple):
    """What an event makes of a column, and where that event stands."""

    value: Any
    unit: str
    seq: int


Stated = dict[tuple[str, int], dict[str, Told]]


def check_rights(connection: sa.Connection, report: Report) -> dict[str, int]:
    """Adds to `report` every post and delegation that is not what its events make of it. Returns how
    many were compared, by what they are."""
    stated: Stated = {}
    for row in rows.read(connection, _EVENTS):
        try:
            _fold(stated, row.code, row.seq, json.loads(row.leaf), json.loads(row.fields or "{}"))
        except UNREADABLE:
            continue  # the log's own check names it
    looked_at = {}
    for what, words in _ROWS.items():
        kept = {row.id: row for row in rows.read(connection, words)}
        looked_at[what] = len(kept)
        for ident in sorted(kept.keys() | {ident for one, ident in stated if one == what}, key=str):
            _compare(what, ident, kept.get(ident), stated.get((what, ident)), report)
    return looked_at


def _fold(
    stated: Stated, unit: str, seq: int, leaf: dict[str, Any], fields: dict[str, Any]
) -> None:
    action, at = leaf["action"], leaf["at"]

    def put(what: str, ident: int, **values: Any) -> None:
        row = stated.setdefault((what, ident), {})
        row.update({name: Told(value, unit, seq) for name, value in values.items()})

    term = {name: leaf.get(name) for name in ("valid_from", "valid_to")}
    title = fields["title"]["value"] if "title" in fields else UNKNOWN
    if action == "post_given":
        held = {"person": leaf["person"], "unit": unit, "role": leaf["role"], "ended_at": None}
        put(POST, leaf["post"], **held, acting=leaf["acting"], title=title, **term)
    elif action == "post_changed":
        put(POST, leaf["post"], title=title, **term)
        if "acting" in leaf["fields"]:
            put(POST, leaf["post"], acting=not stated[POST, leaf["post"]]["acting"].value)
    elif action == "post_ended":
        put(POST, leaf["post"], ended_at=at)
        for ident in leaf.get("delegations") or ():
            put(DELEGATION, ident, ended_at=at)
    elif action == "delegated":
        scope = {name: leaf.get(name) or [] for name in ("kinds", "actions")}
        held = {"post": leaf["post"], "person": leaf["to"], "ended_at": None}
        put(DELEGATION, leaf["delegation"], **held, **scope, **term)
    else:
        put(DELEGATION, leaf["delegation"], ended_at=at)


def _compare(
    what: str, ident: int, row: Any, stated: dict[str, Told] | None, report: Report
) -> None:
    if stated is None:
        report.add(UNTOLD, what=what, id=ident)
        return
    if row is None:
        _, unit, seq = next(iter(stated.values()))
        report.add(LOST, unit=unit, seq=seq, what=what, id=ident)
        return
    for name, (value, unit, seq) in stated.items():
        kept = _kept(row, name)
        if value is not UNKNOWN and kept != value:
            report.add(
                DIFFERENT,
                unit=unit,
                seq=seq,
                what=what,
                id=ident,
                column=COLUMNS[name],
                stated=value,
                kept=kept,
            )
            return


def _kept(row: Any, name: str) -> Any:
    value = getattr(row, name)
    try:
        return _READ[name](value) if name in _READ else value
    except UNREADABLE:
        return value
