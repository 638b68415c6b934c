"""The live route of a document in words: every stage, who acted when, who is expected next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from models.document import CLOSED, Document
from models.kinds import PERSONAL
from models.task import Task
from views.present import (
    body_name,
    label,
    last_day,
    local_day,
    short_day,
    short_instant,
    state_badge,
    unit_name,
    value_words,
)
from workflows.forecast import late_report


def route(stages: Iterable[Any], document: Document) -> list[dict[str, Any]]:
    """The stages of `workflows.routing.route_view` in the words of macros/route.html."""
    return [_stage(view, index, document) for index, view in enumerate(stages)]


def _stage(view: Any, index: int, document: Document) -> dict[str, Any]:
    if index == 0:
        note = (
            gettext("Chi bộ của người viết")
            if document.kind in PERSONAL
            else gettext("Cơ quan ban hành")
        )
    elif view.decides:
        note = (
            gettext("Cho ý kiến, qua %(via)s", via=unit_name(view.via))
            if view.via
            else gettext("Cho ý kiến")
        )
    elif document.stages[index].copy:
        note = gettext("Nhận bản sao; cho ý kiến, không quyết định")
    elif document.kind in PERSONAL:
        note = gettext("Nhận danh sách, không nhận nội dung")
    else:
        note = (
            gettext("Nơi nhận, qua %(via)s", via=unit_name(view.via))
            if view.via
            else gettext("Nơi nhận, không quyết định")
        )
    return {
        "name": unit_name(view.unit),
        "note": note,
        "state": _stage_badge(view, index, document),
        "now": view.now,
        "steps": _steps(view.steps),
    }


def _steps(steps: list[Any]) -> list[dict[str, Any]]:
    """In the order of the way. A step before the one where the paper is now is not still to come: it
    may yet be recorded beside (a receipt)."""
    taken = _taken(steps)
    here = next((n for n, step in enumerate(taken) if step.state == "now"), 0)
    return [_step(step, beside=step.state == "next" and n < here) for n, step in enumerate(taken)]


def _taken(steps: list[Any]) -> list[Any]:
    """Without the steps that were passed over: coming ones before a step already done."""
    last = max((n for n, step in enumerate(steps) if step.state == "done"), default=-1)
    return [step for n, step in enumerate(steps) if step.state != "next" or n > last]


def _stage_badge(view: Any, index: int, document: Document) -> tuple[str, str, str] | None:
    commitment = document.kind in PERSONAL
    if view.state == "returned" or (view.now and document.state == "returned" and index == 0):
        words = gettext("Được trả lại") if index == 0 else gettext("Đã yêu cầu bổ sung")
        return words, "late", "g-back"
    if document.state in CLOSED and view.now:
        return state_badge(document)
    if index == 0:
        if any(step.action == "confirm" and step.state == "now" for step in view.steps):
            return gettext("Chờ xác nhận"), "wait", "g-ask"
        if document.state in ("drafted",):
            return gettext("Đang soạn"), "", "g-draft"
        if view.state in ("approved", "reported", "received"):
            words = gettext("Đã thống nhất") if commitment else gettext("Đã ban hành")
            return words, "done", "g-ok"
        return gettext("Đang chờ"), "wait", "g-now"
    if not view.state:
        return None
    if view.decides:
        if view.state in ("approved", "reported"):
            return gettext("Đã đồng ý"), "done", "g-ok2"
        return gettext("Đang chờ"), "wait", "g-now"
    stage = document.stages[index]
    if stage.received_at is not None:
        return gettext("Đã nhận"), "done", "g-in"
    return gettext("Chờ tiếp nhận"), "wait", "g-now"


def _step(step: Any, *, beside: bool) -> dict[str, Any]:
    when = ""
    if beside:
        when = gettext("chưa ghi; không giữ bước sau lại")
    elif step.state == "done":
        when = short_instant(step.at)
    elif step.state == "now" and step.due:
        when = gettext("hạn %(day)s", day=short_day(_as_day(step.due)))
    elif step.due and step.handed_in:
        when = gettext(
            "trình %(handed_in)s thì chậm nhất %(day)s",
            handed_in=short_day(step.handed_in),
            day=short_day(_as_day(step.due)),
        )
    elif step.due:
        when = gettext("dự kiến chậm nhất %(day)s", day=short_day(_as_day(step.due)))
    who = step.by if step.state == "done" else step.expected
    return {
        "label": label(step.label) if isinstance(step.label, Mapping) else str(step.label),
        "state": step.state,
        "beside": beside,
        "who": str(value_words(who) or ""),
        "when": when,
    }


def prediction(document: Document, stages: Sequence[Any]) -> tuple[str, bool]:
    """What the predicted days are counted from, and whether they pass the day the issuer's report
    is due: a sentence, and whether it warns. Nothing where nothing is predicted."""
    if not any(step.state == "next" and step.due for stage in stages for step in stage.steps):
        return "", False
    late = late_report(document, stages)
    if late is None or document.obligation is None:
        return gettext("Ngày dự kiến tính theo số ngày làm việc mỗi bước được có."), False
    limit = short_day(document.obligation.effective_due)
    return gettext(
        "Nếu mỗi bước dùng hết số ngày được có thì báo cáo vào %(day)s, sau hạn %(limit)s.",
        day=short_day(late),
        limit=limit,
    ), True


def _as_day(value: date | datetime) -> date:
    return last_day(value) if isinstance(value, datetime) else value


def next_sentence(
    document: Document, task: Task | None, stages: Iterable[Any], now: datetime
) -> str:
    """What is expected of whom next, and what happens if it does not come."""
    step = next((step for stage in stages for step in stage.steps if step.state == "now"), None)
    if task is None or step is None:
        return ""
    who = str(value_words(step.expected) or body_name(document.current_stage.unit))
    if task.action == "meet":
        said = gettext("Đưa ra cuộc họp của %(body)s.", body=body_name(document.unit))
    elif document.stage > 0 and task.action == "approve":
        said = gettext("%(who)s trả lời “Đồng ý” hoặc “Yêu cầu bổ sung”.", who=who)
    else:
        said = gettext("%(who)s: %(act)s.", who=who, act=label(step.label).lower())
    if task.due_at is None:
        return said
    limit = last_day(task.due_at)
    if limit >= local_day(now):
        more = gettext("Quá %(day)s chưa xong thì báo lên cấp trên.", day=short_day(limit))
    else:
        more = gettext("Đã quá hạn %(day)s.", day=short_day(limit))
    return f"{said} {more}"
