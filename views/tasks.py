"""A task as one row of a desk: what, for whom, by when, and one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from models.deadline import Escalation
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from views import present
from views.frame import signed_in
from views.proxies.words import typed_for
from workflows.authority import applicable
from workflows.definition import spec_of


@dataclass(frozen=True)
class Row:
    what: str
    about: list[str]
    url: str
    button: str
    due: present.Due | None
    strong: bool  # late, or due within a working day: the button is filled
    iso: str = ""


def row(task: Task, today: date, hidden: bool = False) -> Row:
    """One open task; `hidden`: its document is not for the viewer's eyes yet."""
    due = present.due(task.due_at, today, year=False)
    what, about, url, button = (
        _of_document(task, task.document) if task.document else _of_obligation(task)
    )
    if task.climbed:
        about.append(
            gettext(
                "Chuyển đến đây vì %(unit)s không còn người đủ điều kiện.",
                unit=present.unit_name(task.unit),
            )
        )
    if hidden:
        return Row(what, about, "", "", due, False)
    return Row(what, about, url, button, due, bool(due and due.tone))


def done_row(task: Task, today: date) -> Row:
    """One closed task: when it was done, and where to look."""
    made = row(task, today)
    closed = present.instant(task.closed_at)
    about = [*made.about[:1], gettext("Xong lúc %(at)s.", at=closed)]
    target = url_for("document.page", document_id=task.document_id) if task.document_id else ""
    return Row(
        made.what, about, target, gettext("Xem lại"), None, False, present.iso(task.closed_at)
    )


def _of_document(task: Task, document: Document) -> tuple[str, list[str], str, str]:
    name = present.document_name(document)
    verb = _label(document, task.action)
    about = [document.title] if document.kind != "commitment" else []
    where = present.unit_name(document.unit)
    if document.kind == "commitment":
        what = {
            "submit": gettext("Viết, gửi bản cam kết năm %(year)s", year=document.campaign.year),
            "review": gettext("Góp ý bản cam kết của %(name)s", name=document.author.full_name),
            "approve": gettext(
                "Bản cam kết của %(name)s chờ chi bộ thống nhất", name=document.author.full_name
            ),
            "meet": gettext(
                "Bản cam kết của %(name)s chờ cuộc họp", name=document.author.full_name
            ),
            "confirm": gettext("Xác nhận %(name)s", name=name[:1].lower() + name[1:]),
            "report": gettext(
                "Đưa bản cam kết của %(name)s vào danh sách báo cáo", name=document.author.full_name
            ),
            "receive": gettext(
                "Tiếp nhận danh sách cam kết: %(name)s", name=document.author.full_name
            ),
        }.get(task.action, name)
        about.append(where)
        write = gettext("Viết tiếp")
        if task.action == "submit" and document.author_id == getattr(signed_in(), "id", None):
            typed = typed_for(document)
            if typed is not None and typed.waits:
                what = gettext("Xác nhận bản cam kết đã được nhập hộ")
                about.append(typed.words)
                write = gettext("Đọc, xác nhận")
        button = {
            "submit": write,
            "review": gettext("Đọc, góp ý"),
            "approve": gettext("Mở bản cam kết"),
            "confirm": gettext("Đối chiếu, xác nhận"),
            "meet": gettext("Đưa ra cuộc họp"),
            "report": gettext("Báo cáo"),
            "receive": gettext("Tiếp nhận"),
        }.get(task.action, verb)
    else:
        lower = name[:1].lower() + name[1:]
        what = {
            "submit": gettext("Hoàn chỉnh, trình %(name)s", name=lower),
            "review": gettext("Cho ý kiến %(name)s của %(unit)s", name=lower, unit=where)
            if document.stage == 0
            else gettext("Thẩm định %(name)s của %(unit)s", name=lower, unit=where),
            "approve": gettext("Thông qua, ký %(name)s của %(unit)s", name=lower, unit=where)
            if document.stage == 0
            else gettext("Trả lời %(name)s của %(unit)s", name=lower, unit=where),
            "meet": gettext("%(name)s của %(unit)s chờ cuộc họp", name=name, unit=where),
            "confirm": gettext("Xác nhận %(name)s của %(unit)s", name=lower, unit=where),
            "report": gettext("Gửi %(name)s lên cấp trên", name=lower)
            if document.kind == "report"  # not “Báo cáo báo cáo …”
            else gettext("Báo cáo %(name)s lên cấp trên", name=lower),
            "receive": gettext("Tiếp nhận %(name)s của %(unit)s", name=lower, unit=where),
        }.get(task.action, name)
        button = {
            "submit": gettext("Mở dự thảo"),
            "review": gettext("Đọc, cho ý kiến"),
            "approve": gettext("Đọc, quyết định"),
            "confirm": gettext("Đối chiếu, xác nhận"),
            "meet": gettext("Đưa ra cuộc họp"),
            "report": gettext("Báo cáo"),
            "receive": gettext("Tiếp nhận"),
        }.get(task.action, verb)
    if document.state == "returned" and task.action == "submit":
        what = (
            gettext("Bổ sung bản cam kết theo góp ý")
            if document.kind == "commitment"
            else gettext("Bổ sung %(name)s theo yêu cầu", name=name[:1].lower() + name[1:])
        )
        about.append(gettext("Được trả lại kèm lý do."))
    if task.action == "meet":
        return what, about, url_for("sitting.index", code=document.unit.code), button
    return what, about, url_for("document.page", document_id=document.id), button


def _label(document: Document, action: str) -> str:
    for spec in spec_of(document.definition).actions_named(action):
        if applicable(document, spec):
            return present.label(spec.label)
    return gettext("Mở")


def _of_obligation(task: Task) -> tuple[str, list[str], str, str]:
    obligation = task.obligation
    assert obligation is not None
    words = present.requirement_words(obligation.requirement)
    url = url_for("writing.new", **new_arguments(obligation))
    if obligation.person_id is not None:
        what = gettext("Viết bản cam kết năm %(year)s", year=obligation.requirement.campaign.year)
        return what, [present.unit_name(obligation.unit)], url, gettext("Viết")
    what = gettext("Lập %(what)s", what=words[:1].lower() + words[1:])
    return what, [present.unit_name(obligation.unit)], url, gettext("Lập dự thảo")


def new_arguments(obligation: Obligation) -> dict[str, Any]:
    """What the address of a new document says to answer this obligation."""
    requirement = obligation.requirement
    return {
        "kind": requirement.kind,
        "unit": obligation.unit.code,
        "campaign": requirement.campaign.code,
        "requirement": requirement.code,
    }


def escalation_row(escalation: Escalation, today: date, visible: set[int]) -> Row:
    """What climbed here, from whom, since when. `visible`: documents that the viewer may open.

    Of commitments above their cell only that they are late: no person is named upward.
    """
    task = escalation.task
    made = row(task, today)
    where = present.unit_name(escalation.from_unit)
    what, about = made.what, []
    commitment = task.document is not None and task.document.kind == "commitment"
    personal = task.document is None and task.person_id is not None
    if (commitment or personal) and escalation.from_unit_id != escalation.to_unit_id:
        what = gettext("Bản cam kết ở %(unit)s chậm", unit=where)
    elif task.person is not None:
        about.append(task.person.full_name)
    about.append(
        gettext(
            "%(unit)s chậm, hạn %(due)s; báo lên đây lúc %(at)s.",
            unit=where,
            due=present.day(escalation.effective_due),
            at=present.instant(escalation.at),
        )
    )
    if task.document_id in visible:
        url = url_for("document.page", document_id=task.document_id)
        return Row(what, about, url, gettext("Xem"), made.due, False)
    url = url_for("units.page", code=escalation.from_unit.code)
    return Row(what, about, url, gettext("Xem đơn vị"), made.due, False)
