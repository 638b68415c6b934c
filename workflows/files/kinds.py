"""The kinds of file that are taken, and how they are called."""

from __future__ import annotations

from workflows.refusal import N_

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# The first ending is given to a name that has none of them.
SUFFIXES = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
}
WORDS = {
    PDF: N_("PDF"),
    JPEG: N_("Ảnh JPEG"),
    PNG: N_("Ảnh PNG"),
    DOCX: N_("Word (DOCX)"),
    XLSX: N_("Excel (XLSX)"),
}
# A scan shows the signed paper: pages or pictures, not something to be typed on.
SCANS = frozenset({PDF, JPEG, PNG})
