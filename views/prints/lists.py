"""Lists to take away as XLSX: documents, a book of the register, a cell's commitments, the matrix.
The same rows as on the page, to the same eyes; never a text of a commitment, never a formula."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext

import clock
from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from views import present
from views.clerk.base import TYPE_NAMES
from views.clerk.base import load as load_register
from views.clerk.lines import notes_of
from views.clerk.register import book_asked_for
from views.committee.matrix import load as load_matrix
from views.committee.matrix import table
from views.documents import chosen_filters, found_by
from views.loaders import load_list, viewer
from views.policy import policy
from views.prints.base import blueprint, printed, sheet
from workflows.lists import shown_lines
from workflows.prints import register_data
from workflows.prints.listing import rows as list_rows

MOST = 5_000  # lines of one file
UNITS = 1_000  # direct subordinates in one file


@blueprint.get("/documents.xlsx")
@policy("signed_in")
def documents_xlsx() -> Response:
    """The list of documents under the filters of its page."""
    found = db.session.scalars(found_by(chosen_filters()).limit(MOST))
    rows = [_document_row(n, document) for n, document in enumerate(found, 1)]
    columns = [
        gettext("TT"), gettext("Loại"), gettext("Số"), gettext("Ngày ghi"), gettext("Trích yếu"),
        gettext("Đơn vị"), gettext("Tình trạng"), gettext("Đợt"),
    ]  # fmt: skip
    return sheet(columns, rows, gettext("Danh sách văn bản"), "Danh sách văn bản", _today())


def _document_row(n: int, document: Document) -> list[Any]:
    """What the line of the page says; a commitment by whose it is."""
    own = document.kind in PERSONAL
    return [
        n,
        present.kind_words(document.kind, document.type),
        document.number or "",
        document.dated_on,
        document.author.full_name if own else document.title,
        present.unit_name(document.unit),
        present.state_badge(document)[0],
        document.campaign.code,
    ]


@blueprint.get("/units/<code>/register/book.<any(xlsx,pdf,docx):form>")
@policy("unit")
def book(code: str, form: str) -> Response:
    """One book of the register: as a spreadsheet, or as the sheets that are bound."""
    unit = load_register(code)
    opened = book_asked_for(unit)
    name = f"Sổ {TYPE_NAMES[opened.type].lower()} {opened.period} {unit.name}"
    if form != "xlsx":
        data = register_data(unit, opened.type, opened.period, opened.lines, _today())
        return printed("register", data, form, name)
    columns = [
        gettext("Số"), gettext("Ngày"), gettext("Trích yếu"), gettext("Gửi"), gettext("Ghi chú"),
    ]  # fmt: skip
    rows = []
    for line in opened.lines:
        entry = line.entry
        stages = entry.document.stages if entry.document is not None else []
        voided = gettext("Số đã hủy: %(why)s", why=entry.void_reason) if entry.voided_at else ""
        rows.append(
            [
                entry.symbol,
                entry.dated_on,
                entry.subject,
                present.body_name(stages[1].unit) if len(stages) > 1 else "",
                " ".join(part for part in (voided, *notes_of(line)) if part),
            ]
        )
    title = gettext("Sổ %(type)s %(period)s", type=opened.type, period=opened.period)
    return sheet(columns, rows, title, name, _today())


@blueprint.get("/commitment-lists/<id:list_id>/list.xlsx")
@policy("signed_in")
def commitment_list_xlsx(list_id: int) -> Response:
    """A reported list with the lines that the viewer may see: names, days, minutes, no texts."""
    made = load_list(list_id)
    columns = [
        gettext("TT"), gettext("Họ và tên"), gettext("Ngày cam kết"), gettext("Biên bản họp"),
        gettext("Ghi chú"),
    ]  # fmt: skip
    entries = shown_lines(made, viewer(), clock.now())
    rows = list_rows([entry.document for entry in entries])
    title = gettext("Danh sách cam kết %(year)s", year=made.campaign.year)
    return sheet(columns, rows, title, f"Danh sách cam kết {made.unit.name}", _today())


@blueprint.get("/units/<code>/obligations.xlsx")
@policy("unit")
def matrix_xlsx(code: str) -> Response:
    """What the units below owe and where it stands, as the page shows it: members are counted, not
    named."""
    unit = load_matrix(code)
    shown = table(unit, most=UNITS)
    lines = [
        [
            ("   " * row["depth"]) + present.unit_name(row["unit"]),
            *(_cell_words(cell) for cell in row["cells"]),
        ]
        for row in shown.rows
    ]
    heads = [gettext("Đơn vị"), *(f"{c['label']} ({c['limit']})" for c in shown.heads)]
    title = gettext("Theo dõi hạn")
    return sheet(heads, lines, title, f"Theo dõi hạn {unit.name}", _today())


def _cell_words(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return gettext("Không yêu cầu")
    return f"{cell['word']}, {cell['second']}" if cell["second"] else str(cell["word"])


def _today() -> Any:
    return present.local_day(clock.now())
