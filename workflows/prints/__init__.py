"""What goes onto paper or into a file: PDF, DOCX, XLSX (domain, section 7).

`pdf(kind, data)` and `docx(kind, data)` print one dict, told in `workflows.prints.envelope`;
`…_data` make that dict of what the database holds; `xlsx(columns, rows, title)` writes a list.
"""

from __future__ import annotations

from typing import Any

from workflows.prints.as_pdf import bundle, pdf, png
from workflows.prints.as_xlsx import xlsx
from workflows.prints.document import document_data, file_name
from workflows.prints.envelope import KINDS
from workflows.prints.letter import letter_data
from workflows.prints.listing import list_data
from workflows.prints.minutes import minutes_data
from workflows.prints.register import register_data

__all__ = [
    "KINDS",
    "bundle",
    "document_data",
    "docx",
    "file_name",
    "letter_data",
    "list_data",
    "minutes_data",
    "pdf",
    "png",
    "register_data",
    "xlsx",
]


def docx(kind: str, data: dict[str, Any]) -> bytes:
    """A print as DOCX: see `workflows.prints.as_docx.docx`."""
    from workflows.prints import as_docx  # not before: most processes never write for Word

    return as_docx.docx(kind, data)
