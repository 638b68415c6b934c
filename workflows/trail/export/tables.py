"""The same as tables, for a spreadsheet: no cell of them is ever a formula."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import db, table_of
from models.document import Document
from models.event import AuditEvent
from workflows import calendar
from workflows.history.templates import TEMPLATES
from workflows.prints.as_csv import csv_bytes, csv_lines
from workflows.prints.as_xlsx import xlsx
from workflows.prints.words import issuer_name
from workflows.trail.export.files import whole, write_bytes
from workflows.trail.export.papers import print_name
from workflows.trail.export.plan import Log, Plan
from workflows.trail.export.reading import KINDS, state_label

EVENT = table_of(AuditEvent)
OFTEN = 20_000
DOCUMENTS = [
    "Số trong hệ thống", "Loại", "Đơn vị", "Mã đơn vị", "Tên văn bản", "Số văn bản",
    "Ngày văn bản", "Trạng thái", "Bản", "Bản đang có hiệu lực", "Phiên bản", "Tệp",
]  # fmt: skip
EVENTS = [
    "Sổ", "Số sự kiện", "Lúc", "Mã việc", "Việc", "Văn bản", "Phiên bản", "Mã trạng thái trước",
    "Từ trạng thái", "Mã trạng thái sau", "Sang trạng thái", "Bản", "Mã băm",
]  # fmt: skip
STATES = {
    "drafted": "dự thảo",
    "submitted": "đã trình",
    "reviewed": "đã cho ý kiến",
    "approved": "đã thông qua",
    "reported": "đã báo cáo",
    "returned": "trả lại",
    "withdrawn": "đã rút",
    "superseded": "được thay thế",
    "revoked": "đã bãi bỏ",
    "archived": "đã lưu",
}
PLACES = re.compile(r"(?:%\(\w+\)s)+")  # of what stands in the sentence of one event only


def write_documents(
    folder: Path, plan: Plan, papers: list[tuple[Document, int]], now: datetime
) -> None:
    """Plans and reports, one a line, as CSV and XLSX. One person's own papers are in neither."""
    standing = {row[0]: row for row in plan.standings}
    rows = [_document(document, standing[document.id]) for document, _ in papers]
    write_bytes(folder / "documents.csv", csv_bytes(DOCUMENTS, rows))
    made = xlsx(DOCUMENTS, rows, "Kế hoạch, báo cáo", day=calendar.local_day(now))
    write_bytes(folder / "documents.xlsx", made)


def write_events(path: Path, logs: list[Log], goes_on: Callable[[], None]) -> None:
    """Every event of the whole logs, one a line: what the leaf states, its codes in words beside
    them; no name, and no word of anybody's."""
    with whole(path) as draft, draft.open("wb") as file:
        for piece in csv_lines(EVENTS, _events([log for log in logs if log.seqs is None], goes_on)):
            file.write(piece)


def _document(document: Document, row: list[Any]) -> list[Any]:
    _, version, state, stage, revision, in_force, dated_on, *_ = row
    return [
        document.id,
        KINDS[document.kind],
        issuer_name(document.unit),
        document.unit.code,
        document.title,
        document.number,
        dated_on,
        state_label(document, state, stage),
        revision,
        in_force,
        version,
        print_name(document),
    ]


def _events(logs: list[Log], goes_on: Callable[[], None]) -> Iterator[list[Any]]:
    with db.engine.connect() as connection, connection.begin():
        for log in logs:
            rows = connection.execute(
                sa.select(EVENT.c.seq, EVENT.c.at, EVENT.c.leaf, EVENT.c.leaf_hash)
                .where(EVENT.c.unit_id == log.unit_id, EVENT.c.seq < log.size)
                .order_by(EVENT.c.seq)
                .execution_options(yield_per=500)
            )
            for number, row in enumerate(rows):
                stated = _stated(row.leaf)
                at = row.at.astimezone(calendar.ZONE).isoformat(timespec="seconds")
                yield [log.code, row.seq, at, *_facts(stated), row.leaf_hash.hex()]
                if number % OFTEN == OFTEN - 1:
                    goes_on()


def _facts(stated: dict[str, Any]) -> list[Any]:
    action, before, after = (stated.get(name) for name in ("action", "from", "to"))
    return [
        action,
        act_words(str(action)),
        stated.get("document"),
        stated.get("document_version"),
        before,
        STATES.get(str(before)),
        after,
        STATES.get(str(after)),
        stated.get("revision"),
    ]


@cache
def act_words(action: str) -> str:
    """What was done, from the sentence that tells of it, without who, whom and what; "" for an act
    that no sentence tells of."""
    told = (sentence for (name, *_), sentence in TEMPLATES.items() if name == action)
    sentence = TEMPLATES.get((action, None, False)) or next(told, "")
    return PLACES.sub("…", sentence).strip("… .:,")


def _stated(leaf: bytes) -> dict[str, Any]:
    """What the leaf says; nothing where somebody made it unreadable, which the verifier tells."""
    try:
        read = json.loads(leaf)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
