"""A revision as a print: the paper's words as blocks (plan, report, commitment)."""

from __future__ import annotations

from typing import Any

from models.document import Document, Revision
from models.kinds import PERSONAL
from workflows.prints import paper
from workflows.prints.words import (
    issuer_name,
    paragraphs,
    prose,
    safe_name,
    table,
    text,
    without_type,
)

TASK_COLUMNS = [
    {"title": "Việc", "width": -3},
    {"title": "Người làm", "width": -2},
    {"title": "Ngày xong", "width": 24, "align": "center"},
    {"title": "Kết quả cần có", "width": -2},
]
FIGURE_COLUMNS = [
    {"title": "Chỉ tiêu", "width": -1},
    {"title": "Số liệu", "width": 30, "align": "right"},
]
ERASED = "Nội dung đã xóa theo thời hạn lưu."
DOTS = "……"


def document_data(document: Document, revision: Revision) -> dict[str, Any]:
    """The print of one revision, for `pdf(document.kind, …)` and `docx(…)`.

    Whoever asks has to have made sure that it may be read.
    """
    p = paper.of(document, revision)
    own = p.kind in PERSONAL
    if p.erased:
        body = [text(ERASED)]
    else:
        body = BODIES[p.kind](p)
    return {
        "sector": "party" if p.party else "state",
        "superior": p.superior.upper(),
        "issuer": p.issuer.upper(),
        "number": p.number,
        "marks": marks(p),
        "place_date": p.place_date,
        "title": f"{p.title}\nNĂM {p.year}" if p.kind == "commitment" else p.title,
        "subject": "" if own else without_type(p.subject, p.title),
        "body": body,
        "signatures": _confirmation(p) if own else [_signature(p)],
        "recipients": p.recipients,
        "day": p.dated or revision.created_at,
    }


def file_name(document: Document, revision: Revision) -> str:
    """What the file of a revision is called, without its ending: “Kế hoạch 05-KH-ĐU”."""
    if document.kind == "commitment":
        return safe_name(f"Bản cam kết {document.author.full_name}")
    if document.kind == "self_report":
        return safe_name(f"{document.title} {document.author.full_name}")
    noun = paper.noun(document)
    if document.number:
        return safe_name(f"{noun} {document.number}")
    return safe_name(f"{noun} dự thảo {revision.n} {issuer_name(document.unit)}")


def marks(p: paper.Paper) -> list[str]:
    """What a reader has to know at once of the sheet in his hand."""
    found = []
    if p.recorded:
        found.append("BẢN GIẤY")
    elif not p.signed:
        found.append("DỰ THẢO")
    if p.over:
        found.append("HẾT HIỆU LỰC")
    return found


def _plan(p: paper.Paper) -> list[dict[str, Any]]:
    body = [text(_basis(b), "basis") for b in p.basis]
    body += prose(p.content.get("text", ""))
    tasks = p.content.get("tasks") or []
    if tasks:
        body.append(text("Nhiệm vụ cụ thể", "heading"))
        rows = [
            [f"{n}. {t['task']}", t["person"], t["deadline"], t["result"]]
            for n, t in enumerate(tasks, 1)
        ]
        body.append(table(TASK_COLUMNS, rows))
    models = p.content.get("models") or []
    if models:
        body.append(text("Mô hình tập thể", "heading"))
        body += [text(model) for model in models]
    return body


def _report(p: paper.Paper) -> list[dict[str, Any]]:
    period = p.content.get("period") or DOTS
    as_of = p.content.get("figures_as_of") or DOTS
    body = [text(f"Kỳ báo cáo: {period}. Số liệu tính đến ngày {as_of}.")]
    body.append(text("I. Kết quả", "heading"))
    body += prose(p.content.get("results", ""))
    if p.indicators:
        rows = [[name, figure] for _, name, figure in p.indicators]
        body.append(table(FIGURE_COLUMNS, rows))
    body.append(text("II. Hạn chế, khuyết điểm; nguyên nhân", "heading"))
    body += prose(p.content.get("shortcomings", ""))
    body.append(text("III. Nhiệm vụ thời gian tới; kiến nghị", "heading"))
    return body + prose(p.content.get("next_tasks", ""))


def _self_report(p: paper.Paper) -> list[dict[str, Any]]:
    body = [text(f"{term}: {value}", "fact") for term, value in p.person]
    body.append(text(f"Kỳ báo cáo: {p.content.get('period') or DOTS}.", "fact"))
    for key, heading in p.own_headings:
        body.append(text(heading, "heading"))
        body += prose(p.content.get(key, ""))
    return body


def _commitment(p: paper.Paper) -> list[dict[str, Any]]:
    body = [text(f"{term}: {value}", "fact") for term, value in p.person]
    for key, title, content in p.sections:
        body.append(text(f"{key}. {title}", "heading"))
        if isinstance(content, list):
            # The number by which the monthly review speaks of each of them.
            body += [text(f"{key}.{n}. {item}") for n, item in enumerate(content, 1)]
        elif content:
            body += [text(line) for _, line in paragraphs(content)]
        elif key == "5":
            body.append(text("Không có."))
    return body


BODIES = {
    "plan": _plan,
    "report": _report,
    "commitment": _commitment,
    "self_report": _self_report,
}


def _basis(basis: dict[str, Any]) -> str:
    day = f" ngày {basis['day']}" if basis["day"] else ""
    issuer = f" của {basis['issuer']}" if basis["issuer"] else ""
    return f"Căn cứ {basis['kind']} {basis['number']}{day}{issuer};".replace("  ", " ")


def _signature(p: paper.Paper) -> dict[str, str]:
    return {"body": p.sign_for, "post": p.sign_post, "name": p.sign_name}


def _confirmation(p: paper.Paper) -> list[dict[str, str]]:
    """Left the body's confirmation, right the person's own hand (domain §7.3)."""
    confirmed = {
        "body": f"XÁC NHẬN CỦA {p.confirmed_by.upper()}",
        "post": f"{p.sign_for}\n{p.sign_post}",
        "name": p.sign_name,
    }
    return [confirmed, {"body": p.own_hand, "name": p.person[0][1] if p.person else ""}]
