"""The table of contents of a dossier: number, piece, date, pages, files; and the dossier as one PDF."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any, NamedTuple

from models.dossier import DossierPiece
from models.inspection import Inspection
from models.stored_file import Attachment
from workflows import prints
from workflows.dossier.pieces import ALL, Piece, code
from workflows.dossier.printing import piece_data, printed_as
from workflows.dossier.standing import pieces_of, standing
from workflows.files import attachments_of
from workflows.prints.words import day, table

LAST = len(ALL)
COLUMNS = [
    {"title": "Số", "width": 17, "align": "center"},
    {"title": "Tên tài liệu", "width": -4},
    {"title": "Ngày", "width": 28, "align": "center"},
    {"title": "Số trang", "width": 18, "align": "center"},
    {"title": "Từ trang", "width": 18, "align": "center"},
    {"title": "Tệp kèm theo", "width": -3},
]


class Entry(NamedTuple):
    """One line of the index; `piece` is None where nobody has begun to write. `pages` and `first`
    (the page in the whole) are 0 where they were not counted."""

    spec: Piece
    part: int
    piece: DossierPiece | None
    dated_on: date | None
    pages: int
    first: int
    files: tuple[Attachment, ...]
    standing: str  # missing | written | drafted | offered | signed | scanned


def entries(inspection: Inspection, now: datetime, *, counted: bool = True) -> list[Entry]:
    """The twelve in order, of those of several parts each; with `counted` also their pages: each is
    set once for that, some milliseconds."""
    written: dict[int, list[DossierPiece]] = {}
    for piece in pieces_of(inspection):
        written.setdefault(piece.n, []).append(piece)
    found = []
    page = 1
    for spec in ALL:
        for piece in written.get(spec.n) or [None]:  # type: ignore[list-item]
            pages = _pages(inspection, spec.n, piece, now) if counted else 0
            found.append(_entry(spec, piece, pages, page if counted else 0))
            page += pages
    return found


def index_blocks(inspection: Inspection, now: datetime) -> list[dict[str, Any]]:
    """The index as a table of the last piece."""
    listed = entries(inspection, now)
    rows = [_row(inspection, entry) for entry in listed]
    return [table(COLUMNS, rows)]


def data_of(
    inspection: Inspection, n: int, piece: DossierPiece | None, now: datetime
) -> dict[str, Any]:
    """A piece as it is printed, the last one with the index."""
    index = index_blocks(inspection, now) if n == LAST else None
    return piece_data(inspection, n, piece, now, index)


def whole(inspection: Inspection, now: datetime) -> bytes:
    """The dossier as one PDF: every piece that is written, and the index at its place."""
    papers = [
        (printed_as(entry.spec.n), data_of(inspection, entry.spec.n, entry.piece, now))
        for entry in entries(inspection, now, counted=False)
        if entry.piece is not None or entry.spec.n == LAST
    ]
    title = f"Hồ sơ {code(1, inspection.kind)[:2]} theo Quyết định {inspection.decision_number}"
    return prints.bundle(papers, title, inspection.commission.name)


def _entry(spec: Piece, piece: DossierPiece | None, pages: int, first: int) -> Entry:
    if piece is None:
        return Entry(spec, 1, None, None, pages, first if pages else 0, (), "missing")
    stands = standing(piece) if spec.minutes else "written"
    files = tuple(attachments_of(piece))
    return Entry(spec, piece.part, piece, piece.dated_on, pages, first, files, stands)


def _row(inspection: Inspection, entry: Entry) -> list[str]:
    number = code(entry.spec.n, inspection.kind)
    if entry.part > 1:
        number += f".{entry.part}"
    name = f"{entry.spec.title.capitalize()}: {entry.spec.subject[number.startswith('GS')].lower()}"
    missing = entry.piece is None and entry.spec.n != LAST
    return [
        number,
        name,
        day(entry.dated_on),
        "" if missing else str(entry.pages),
        "" if missing else str(entry.first),
        "; ".join(file.name for file in entry.files),
    ]


def _pages(inspection: Inspection, n: int, piece: DossierPiece | None, now: datetime) -> int:
    """How many pages a piece has in print; of the index itself as many as it would have without page
    numbers in it, which are as wide."""
    import pypdf  # not before: few processes ever count pages

    if piece is None and n != LAST:
        return 0
    if n == LAST:
        blank = [
            table(COLUMNS, [["KT12", spec.name[0], "00/00/0000", "0", "00", ""] for spec in ALL])
        ]
        data = piece_data(inspection, n, piece, now, blank)
    else:
        data = piece_data(inspection, n, piece, now)
    return len(pypdf.PdfReader(BytesIO(prints.pdf(printed_as(n), data))).pages)
