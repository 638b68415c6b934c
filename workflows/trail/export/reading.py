"""The pages of an export that people read: static, in Vietnamese, opened without a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from workflows import calendar
from workflows.definition import spec_of
from workflows.history import Line, unit_sentences
from workflows.prints.words import issuer_name
from workflows.trail.checkpoint import parse as parse_checkpoint
from workflows.trail.export.files import write
from workflows.trail.export.logs import names_of
from workflows.trail.export.papers import print_name
from workflows.trail.export.plan import Log, Plan
from workflows.trail.export.shown import fields_leave
from workflows.trail.export.words import act_words
from workflows.trail.note import parse as parse_note

TOLD = 5_000  # events of one log that its page tells, the newest first
PAGE = 500
KINDS = {"plan": "Kế hoạch", "report": "Báo cáo"}

_FRAME = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body{{font:16px/1.5 system-ui,"Segoe UI",Arial,sans-serif;color:#1d1b19;background:#fff;
max-width:60rem;margin:2rem auto;padding:0 1rem}}
h1{{font-size:1.5rem}}h2{{font-size:1.15rem;margin-top:2rem}}
.wide{{overflow-x:auto}}table{{border-collapse:collapse;width:100%}}
th,td{{border:1px solid #c9c4bd;padding:.35rem .5rem;text-align:left;vertical-align:top}}
td,th{{min-width:5.5rem}}th{{background:#f4f1ec}}code,.root{{font-family:ui-monospace,Consolas,monospace;font-size:.85em;
overflow-wrap:anywhere}}.quiet{{color:#5b564f}}li{{margin:.4rem 0}}blockquote{{margin:.3rem 0;
padding-left:.8rem;border-left:3px solid #c9c4bd;white-space:pre-line}}
pre{{background:#f4f1ec;padding:.7rem;white-space:pre-wrap;overflow-wrap:anywhere}}@media print{{body{{margin:0}}}}
</style></head><body><main>
{body}
</main></body></html>
"""


def write_index(
    path: Path, plan: Plan, about: dict[str, Any], papers: list[tuple[Document, int]]
) -> None:
    """The first page: what this is, its logs with their checkpoints, the papers, how to verify."""
    write(path, _page(about["title"], "\n".join(_index(plan, about, papers))))


def write_log_page(path: Path, log: Log) -> None:
    """One log in sentences, newest first. Of what concerns one person's own papers no name is told,
    and no word."""
    lines = list(_sentences(log))
    body = [
        f"<h1>Nhật ký của {escape(log.name)}</h1>",
        f'<p class="quiet">{log.size} sự kiện, mới nhất đứng đầu. Giờ của tổ chức. '
        '<a href="../index.html">Về trang đầu</a></p>',
        f'<ol reversed start="{log.size - 1}">',
        *lines,
        "</ol>",
    ]
    if log.size > TOLD:
        body.append(
            f"<p>Trang này kể {TOLD} sự kiện mới nhất; toàn bộ ở <code>tables/events.csv</code> và "
            f"<code>{escape(names_of(log)['events'])}</code>.</p>"
        )
    write(path, _page(log.name, "\n".join(body)))


def log_page_name(log: Log) -> str:
    """Where the page of a log lies in the bundle."""
    return f"logs/{Path(names_of(log)['events']).stem}.html"


def state_label(document: Document, state: str, stage: int) -> str:
    """How a state reads in Vietnamese, with the body whose turn it is."""
    spec = spec_of(document.definition).states.get(state)
    if spec is None:
        return state
    bodies = [one.unit.name for one in document.stages]
    body = bodies[stage] if 0 <= stage < len(bodies) else ""
    return spec.label_at(stage)["vi"].replace("{body}", body).strip()


def _page(title: str, body: str) -> str:
    return _FRAME.format(title=escape(title), body=body)


def _index(plan: Plan, about: dict[str, Any], papers: list[tuple[Document, int]]) -> Iterator[str]:
    yield f"<h1>{escape(about['title'])}</h1>"
    for line in about["lines"]:
        yield f"<p>{escape(line)}</p>"
    if not all(log.notes for log in plan.logs):
        yield (
            "<p><strong>Có sổ chưa được chứng thực (chưa có chữ ký của máy chủ): chương trình kiểm "
            "sẽ trả lời “chưa kết luận được”.</strong></p>"
        )
    yield "<h2>Kiểm bản xuất này</h2>"
    yield (
        "<p>Cần Python 3.9 trở lên và thư viện cryptography; không cần mạng. Chép verify.py và "
        "policy.json ra cạnh tệp ZIP rồi chạy:</p>"
        "<pre>python verify.py TỆP-XUẤT.zip policy.json</pre>"
        "<p>policy.json ghi các khóa được tin, nhưng do chính máy chủ ghi: so với khóa ký sổ in cạnh "
        "mã vuông trên biên bản hoặc khóa cấp trên đang giữ, khóa nào không khớp thì bỏ. Khi nghi "
        "ngờ máy chủ, lấy cả hai tệp từ nơi khác. Có chứng thực hay biên nhận giữ từ trước thì thêm "
        "<code>--held TỆP-ĐANG-GIỮ</code> để so.</p>"
        "<p>0: nguyên vẹn · 1: có sai lệch, nêu sự kiện sai đầu tiên · 2: chưa kết luận được.</p>"
        '<p class="quiet" lang="en">To verify offline: Python 3.9+ with the library cryptography; '
        "exit status 0 verified, 1 altered, 2 cannot judge. Add --en for English.</p>"
    )
    yield "<h2>Các sổ</h2>"
    yield from _table("Các sổ", ("Đơn vị", "Sự kiện", "Chứng thực: sổ, số sự kiện, gốc cây"))
    for log in plan.logs:
        yield f"<tr><td>{_log_name(log)}<td>{_count(log)}<td>{_certified(log)}</tr>"
    yield "</tbody></table></div>"
    yield "<h2>Kế hoạch, báo cáo</h2>"
    if not papers:
        yield "<p>Không có văn bản nào trong phạm vi.</p>"
        return
    standing = {row[0]: row for row in plan.standings}
    heads = ("Số", "Loại", "Đơn vị", "Tên văn bản", "Số, ngày", "Trạng thái")
    yield from _table("Kế hoạch, báo cáo", heads)
    for document, _ in papers:
        row = standing[document.id]
        name = f'<a href="{print_name(document)}">{escape(document.title)}</a>'
        dated = f", {document.dated_on:%d/%m/%Y}" if document.dated_on else ""
        yield (
            f"<tr><td>{document.id}<td>{KINDS[document.kind]}<td>{escape(issuer_name(document.unit))}"
            f"<td>{name}<td>{escape(document.number or '')}{dated}"
            f"<td>{escape(state_label(document, row[2], row[3]))}</tr>"
        )
    yield "</tbody></table></div>"
    yield (
        '<p>Bảng: <a href="tables/documents.xlsx">tables/documents.xlsx</a>, '
        '<a href="tables/documents.csv">tables/documents.csv</a>, '
        '<a href="tables/events.csv">tables/events.csv</a>.</p>'
        "<p>Bản cam kết và báo cáo cá nhân không có ở đây: không kèm nội dung, không kèm tên; chỉ "
        "kèm mã cam kết của sự kiện và trạng thái.</p>"
    )


def _table(name: str, heads: tuple[str, ...]) -> Iterator[str]:
    """The beginning of a table that may be wider than the screen."""
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{name}"><table><thead><tr>'
    yield "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"


def _log_name(log: Log) -> str:
    words = f"{escape(log.name)} <code>{escape(log.code)}</code>"
    return words if log.seqs is not None else f'<a href="{log_page_name(log)}">{words}</a>'


def _count(log: Log) -> str:
    if log.seqs is not None:
        return f"{len(log.seqs)} sự kiện lẻ, mỗi sự kiện kèm chứng minh (sổ có {log.size})"
    return f"{log.size}" + (f"; còn {log.newer} mới hơn chứng thực, không kèm" if log.newer else "")


def _certified(log: Log) -> str:
    if not log.notes:
        return "Chưa có chứng thực"
    said = parse_checkpoint(parse_note(log.notes[0]).text)
    root = b64encode(said.root).decode()
    return f'<span class="root">{escape(said.origin)}<br>{said.size}<br>{root}</span>'


def _sentences(log: Log) -> Iterator[str]:
    before, told = log.size, 0
    while before > 0 and told < TOLD:
        lines = unit_sentences(log.unit_id, before, PAGE)
        if not lines:
            return
        kinds = _kinds(lines)
        for line in lines:
            at = line.at.astimezone(calendar.ZONE).strftime("%H:%M %d/%m/%Y")
            yield f'<li id="s{line.event.seq}"><span class="quiet">{at}</span> {_words(line, kinds)}'
        told += len(lines)
        before = lines[-1].event.seq


def _kinds(lines: list[Line]) -> dict[int, str]:
    ids = {line.event.document_id for line in lines} - {None}
    rows = db.session.execute(sa.select(Document.id, Document.kind).where(Document.id.in_(ids)))
    return {row.id: row.kind for row in rows}


def _words(line: Line, kinds: dict[int, str]) -> str:
    event = line.event
    kind = kinds.get(event.document_id, "") if event.document_id is not None else None
    if not fields_leave(kind, event.action):
        about = f", văn bản số {event.document_id}" if event.document_id is not None else ""
        words = escape(act_words(event.action))
        return f'{words[:1].upper()}{words[1:]}{about}. <span class="quiet">Không kèm tên và lời.</span>'
    quote = f"<blockquote>{escape(line.quote)}</blockquote>" if line.quote else ""
    return f"{escape(str(line))}{quote}"
