"""A task as one row of a desk: what, for whom, by when, and one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.base import db
from models.document import Document
from models.obligation import Obligation
from models.queries.lines import Body, Line, Owed, Paper
from models.task import Task
from views import present
from views.addresses import address, numbered
from views.frame import signed_in
from views.inspected import inspection_url
from views.names import within
from views.proxies.words import Typed, typed_for
from views.words import gettext
from workflows.authority import applicable
from workflows.copies import ANSWER
from workflows.definition import spec_of
from workflows.dossier.required import CONCLUSION, id_of
from workflows.obligations import REVIEW, live_document


@dataclass(frozen=True)
class Row:
    what: str
    about: list[str]
    url: str
    button: str
    due: present.Due | None
    strong: bool  # late, or due within a working day: the button is filled
    iso: str = ""
    waits: str = ""  # for what, where no day says it


def row(task: Line, today: date, hidden: bool = False) -> Row:
    """One open task; `hidden`: its document is not for the viewer's eyes yet."""
    due = present.due(task.due_at, today, year=False)
    if task.document is not None:
        what, about, button = _of_document(task.action, task.document)
    else:
        assert task.obligation is not None
        what, about, button = _of_obligation(task.action, task.obligation)
        due = present.since_written(due, task.obligation.written)
    if task.climbed:
        about.append(
            gettext(
                "Chuyển đến đây vì %(unit)s không còn người đủ điều kiện.",
                unit=unit_name(task.unit),
            )
        )
    if hidden and task.document is not None and task.document.kind == "inspection":
        return Row(gettext("Việc của đoàn kiểm tra"), [], "", "", due, False)
    if hidden:
        return Row(what, about, "", "", due, False)
    awaits = task.document is None and task.action == "confirm"  # a report back: without a day
    return Row(what, about, _address(task), button, due, awaits or bool(due and due.tone))


def done_row(task: Line, today: date) -> Row:
    """One closed task: when it was done, and where to look."""
    made = row(task, today)
    closed = present.instant(task.closed_at)
    about = [*made.about[:1], gettext("Xong lúc %(at)s.", at=closed)]
    paper = task.document
    target = ""
    if paper is not None:
        inspected = paper.kind == "inspection"
        target = inspection_url(paper.id) if inspected else document_url(paper.id)
    return Row(
        made.what, about, target, gettext("Xem lại"), None, False, present.iso(task.closed_at)
    )


def unit_name(unit: Body) -> str:
    return present.own_name(unit.name, unit.name_en)


def _of_document(action: str, paper: Paper) -> tuple[str, list[str], str]:
    where = unit_name(paper.unit)
    if paper.kind == "inspection":
        return _label(paper, action), [paper.title], gettext("Mở cuộc kiểm tra")
    if paper.kind == "self_report":
        what, about = _self_report_words(action, paper), [where, paper.title]
        button = _commitment_button(action, paper, None)
    elif paper.kind == "commitment":
        typed = _typed(action, paper)
        about = [where, typed.words] if typed is not None else [where]
        what = _commitment_words(action, paper, typed)
        button = _commitment_button(action, paper, typed)
    else:
        what, about = _paper_words(action, paper, where), [paper.title]
        button = _paper_button(action, paper)
    if paper.state == "returned" and action == "submit":
        about.append(gettext("Được trả lại kèm lý do."))
    return what, about, button


def _typed(action: str, paper: Paper) -> Typed | None:
    """By whom the viewer's own commitment was typed, while it waits for his word."""
    if action != "submit" or paper.author_id != getattr(signed_in(), "id", None):
        return None
    typed = typed_for(db.session.get_one(Document, paper.id))
    return typed if typed is not None and typed.waits else None


def paper_name(paper: Paper) -> str:
    """What a paper is called on a desk."""
    return present.paper_name(
        paper.kind,
        paper.state,
        paper.number,
        paper.author,
        recorded=paper.recorded,
        awaits=paper.awaits,
        type=paper.type,
    )


def _commitment_words(action: str, paper: Paper, typed: Typed | None) -> str:
    match action:
        case "submit" if paper.state == "returned":
            return gettext("Bổ sung bản cam kết theo góp ý")
        case "submit" if typed is not None:
            return gettext("Xác nhận bản cam kết đã được nhập hộ")
        case "submit":
            return gettext("Viết, gửi bản cam kết năm %(year)s", year=paper.year)
        case "review":
            return gettext("Góp ý bản cam kết của %(name)s", name=paper.author)
        case "approve":
            return gettext("Bản cam kết của %(name)s chờ chi bộ thống nhất", name=paper.author)
        case "meet":
            return gettext("Bản cam kết của %(name)s chờ cuộc họp", name=paper.author)
        case "confirm":
            return gettext("Xác nhận %(name)s", name=within(paper_name(paper)))
        case "report":
            return gettext("Đưa bản cam kết của %(name)s vào danh sách báo cáo", name=paper.author)
        case "receive":
            return gettext("Tiếp nhận danh sách cam kết: %(name)s", name=paper.author)
    return paper_name(paper)


def _self_report_words(action: str, paper: Paper) -> str:
    match action:
        case "submit" if paper.state == "returned":
            return gettext("Bổ sung báo cáo cá nhân theo góp ý")
        case "submit":
            return gettext("Viết, gửi báo cáo cá nhân")
        case "review":
            return gettext("Góp ý báo cáo cá nhân của %(name)s", name=paper.author)
        case "approve":
            return gettext("Báo cáo cá nhân của %(name)s chờ chi bộ thông qua", name=paper.author)
        case "meet":
            return gettext("Báo cáo cá nhân của %(name)s chờ cuộc họp", name=paper.author)
        case "confirm":
            return gettext("Xác nhận %(name)s", name=within(paper_name(paper)))
        case "receive":
            return gettext("Nhận, lưu báo cáo cá nhân của %(name)s", name=paper.author)
    return paper_name(paper)


def _commitment_button(action: str, paper: Paper, typed: Typed | None) -> str:
    match action:
        case "submit":
            return gettext("Viết tiếp") if typed is None else gettext("Đọc, xác nhận")
        case "review":
            return gettext("Đọc, góp ý")
        case "approve":
            return (
                gettext("Mở bản cam kết") if paper.kind == "commitment" else gettext("Mở báo cáo")
            )
    return _button(action, paper)


def _paper_words(action: str, paper: Paper, where: str) -> str:
    name = paper_name(paper)
    match action:
        case "submit" if paper.state == "returned":
            return gettext("Bổ sung %(name)s theo yêu cầu", name=within(name))
        case "submit":
            return gettext("Hoàn chỉnh, trình %(name)s", name=within(name))
        case "review" if paper.stage == 0:
            return gettext("Cho ý kiến %(name)s của %(unit)s", name=within(name), unit=where)
        case "review":
            return gettext("Thẩm định %(name)s của %(unit)s", name=within(name), unit=where)
        case "approve" if paper.stage == 0:
            return gettext("Thông qua, ký %(name)s của %(unit)s", name=within(name), unit=where)
        case "approve":
            return gettext("Trả lời %(name)s của %(unit)s", name=within(name), unit=where)
        case "meet":
            return gettext("%(name)s của %(unit)s chờ cuộc họp", name=name, unit=where)
        case "confirm":
            return gettext("Xác nhận %(name)s của %(unit)s", name=within(name), unit=where)
        case "report" if paper.kind == "report":  # not “Báo cáo báo cáo …”
            return gettext("Gửi %(name)s lên cấp trên", name=within(name))
        case "report":
            return gettext("Báo cáo %(name)s lên cấp trên", name=within(name))
        case "receive":
            return gettext("Tiếp nhận %(name)s của %(unit)s", name=within(name), unit=where)
    return name


def _paper_button(action: str, paper: Paper) -> str:
    match action:
        case "submit":
            return gettext("Mở dự thảo")
        case "review":
            return gettext("Đọc, cho ý kiến")
        case "approve":
            return gettext("Đọc, quyết định")
    return _button(action, paper)


def _button(action: str, paper: Paper) -> str:
    match action:
        case "confirm":
            return gettext("Đối chiếu, xác nhận")
        case "meet":
            return gettext("Đưa ra cuộc họp")
        case "report":
            return gettext("Báo cáo")
        case "receive":
            return gettext("Tiếp nhận")
    return _label(paper, action)


def _label(paper: Paper, action: str) -> str:
    """What the definition calls an act that this desk has no words for."""
    document = db.session.get_one(Document, paper.id)
    for spec in spec_of(document.definition).actions_named(action):
        if applicable(document, spec):
            return present.label(spec.label)
    return gettext("Mở")


def _of_obligation(action: str, owed: Owed) -> tuple[str, list[str], str]:
    about = [unit_name(owed.unit)]
    words = owed_name(owed)
    if action == ANSWER:
        what = gettext("Trả lời ý kiến của cấp trên khác: %(what)s", what=within(words))
        return what, about, gettext("Xem, trả lời")
    if owed.kind == CONCLUSION and action == "confirm":
        return gettext("Xác nhận: %(what)s", what=within(words)), about, gettext("Đọc, xác nhận")
    if owed.kind in (REVIEW, CONCLUSION):
        what = words
    elif owed.person_id is not None and owed.kind == "commitment":
        what = gettext("Viết bản cam kết năm %(year)s", year=owed.year)
    elif owed.kind == "self_report":
        what = gettext("Viết %(what)s", what=within(words))
    else:
        what = gettext("Lập %(what)s", what=within(words))
    return what, about, begin_words(owed.kind)


def begin_words(kind: str) -> str:
    """What the button says that begins what is owed."""
    return {
        REVIEW: gettext("Mở sổ họp"),
        CONCLUSION: gettext("Báo cáo kết quả"),
        "commitment": gettext("Viết"),
        "self_report": gettext("Viết"),
    }.get(kind) or gettext("Lập dự thảo")


def owed_name(owed: Owed) -> str:
    """What is owed, as its campaign calls it."""
    return owed.label_en if present.english() else owed.label_vi


def _address(task: Line) -> str:
    """Where the task is done."""
    if task.document is None:
        assert task.obligation is not None
        owed = task.obligation
        if task.action == ANSWER:
            return _answered_at(task)
        return begun_at(owed.kind, owed.unit.code, owed.campaign, owed.requirement)
    if task.action == "meet":
        return address("sitting.index", code=task.document.unit.code)
    if task.document.kind == "inspection":
        return inspection_url(task.document.id)
    return document_url(task.document.id)


def begun_at(kind: str, unit: str, campaign: str, requirement: str) -> str:
    """Where what is owed is begun; unit, campaign and requirement by their codes."""
    if kind == REVIEW:
        return address("sitting.index", code=unit)
    if kind == CONCLUSION:
        return numbered("inspector.conclusion", "conclusion_id", id_of(requirement))
    return address("writing.new", kind=kind, unit=unit, campaign=campaign, requirement=requirement)


def _answered_at(task: Line) -> str:
    """The paper over whose copy something is asked."""
    asked = db.session.get_one(Task, task.id)
    assert asked.obligation is not None
    paper = live_document(asked.obligation)
    return f"{document_url(paper.id)}#copy" if paper is not None else ""


def document_url(document_id: int) -> str:
    """The address of a document's page."""
    return numbered("document.page", "document_id", document_id)


def owed_at(owed: Obligation) -> str:
    """Where this is begun."""
    asked = owed.requirement
    return begun_at(asked.kind, owed.unit.code, asked.campaign.code, asked.code)
