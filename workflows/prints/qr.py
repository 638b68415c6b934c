"""A text as a QR code, to be printed: as SVG for PDF, as PNG for DOCX."""

from __future__ import annotations

from io import BytesIO

import segno


def svg(text: str) -> str:
    """The code as an SVG, black on nothing."""
    return str(_code(text).svg_inline(omitsize=True))


def png(text: str) -> bytes:
    """The code as a PNG, black on white."""
    file = BytesIO()
    _code(text).save(file, kind="png", scale=4)
    return file.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
