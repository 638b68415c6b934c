"""DOCX of the same dict, by the same table of sizes: for an office that goes on working in Word."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx as word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt

from workflows.prints import docx_parts as parts
from workflows.prints import qr
from workflows.prints.envelope import PAPERS, complete, created_at
from workflows.prints.glyphs import writable

A4 = (210, 297)
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every part in the file, so that bytes repeat

PARTY_NATION = "ĐẢNG CỘNG SẢN VIỆT NAM"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def docx(kind: str, data: dict[str, Any]) -> bytes:
    """A print as DOCX; the shape of `data` is told in `workflows.prints.envelope`.

    Raises ValueError for a kind there is none of (slips are for cutting and exist as PDF only),
    Refused for a wrong table of sizes.
    """
    if kind not in PAPERS:
        raise ValueError(f"no DOCX of kind {kind!r}")
    made = writable(complete(kind, data))
    document = word.Document()
    _page(document, made)
    if made["issuer"]:
        _head(document, made)
    _title(document, made)
    _body(document, made)
    _end(document, made)
    return _bytes(document, made)


def _page(document: Any, made: dict[str, Any]) -> None:
    sizes = made["sizes"]
    section = document.sections[0]
    width, height = reversed(A4) if made["landscape"] else A4
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if made["landscape"] else WD_ORIENT.PORTRAIT
    for side in ("top", "bottom", "left", "right"):
        setattr(section, f"{side}_margin", Mm(sizes[f"margin_{side}"]))
    section.header_distance = Mm(min(10, sizes["margin_top"]))
    made["width"] = width - sizes["margin_left"] - sizes["margin_right"]
    normal = document.styles["Normal"]
    parts.set_fonts(normal.element, sizes["body"])
    normal.font.size = Pt(sizes["body"])
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    # The number stands on top from the second page on.
    section.different_first_page_header_footer = True
    parts.page_number(section.header.paragraphs[0], sizes["page_number"])


def _head(document: Any, made: dict[str, Any]) -> None:
    sizes, party = made["sizes"], made["sector"] == "party"
    left = made["width"] / (2.1 if party else 2.5)
    table = parts.bare_table(document, 2, [left, made["width"] - left])
    issuer, nation = table.rows[0].cells
    pen = parts.Pen(issuer)
    if made["superior"]:
        pen.line(made["superior"], sizes["superior"])
    pen.line(made["issuer"], sizes["issuer"], bold=True)
    if party and made["star"]:
        pen.line("*", sizes["issuer"])
    elif not party:
        pen.rule(left * 0.3)
    pen = parts.Pen(nation)
    if party:
        pen.line(PARTY_NATION, sizes["nation"], bold=True)
        pen.rule((made["width"] - left) * 0.14)
    else:
        pen.line(NATION, sizes["nation"], bold=True)
        pen.line(MOTTO, sizes["motto"], bold=True)
        pen.rule((made["width"] - left) * 0.2)
    under, place = table.rows[1].cells
    pen = parts.Pen(under)
    if made["number"]:
        pen.line(made["number"], sizes["number"])
    if made["letter_subject"]:
        pen.line(made["letter_subject"], sizes["letter_subject"], italic=party)
    for mark in made["marks"]:
        pen.line(f"[{mark}]", sizes["mark"], bold=True)
    pen = parts.Pen(place)
    pen.line(made["place_date"], sizes["place"], italic=True)


def _title(document: Any, made: dict[str, Any]) -> None:
    sizes, party = made["sizes"], made["sector"] == "party"
    pen = parts.Pen(document)
    pen.line("", sizes["subject"])
    if made["title"]:
        pen.line(made["title"], sizes["title"], bold=True)
        if made["subject"]:
            pen.line(made["subject"], sizes["subject"], bold=True)
        if made["ruled_title"]:
            pen.line("-----", sizes["subject"])
        elif made["subject"] and not party and made["kind"] not in ("list", "register"):
            pen.rule(made["width"] * 0.38)
        pen.line("", sizes["subject"])
    if len(made["to"]) == 1:
        pen.mixed([("Kính gửi: ", True), (made["to"][0], False)], sizes["body"])
    elif made["to"]:
        pen.mixed([("Kính gửi:", True)], sizes["body"], left=40)
        for name in made["to"]:
            pen.mixed([(f"- {name}", False)], sizes["body"], left=60)
    if made["to"]:
        pen.line("", sizes["body"])


def _body(document: Any, made: dict[str, Any]) -> None:
    sizes, party = made["sizes"], made["sector"] == "party"
    for block in made["body"]:
        if block["type"] == "table":
            parts.grid(document, block, sizes["table"], made["width"])
            continue
        paragraph = document.add_paragraph()
        form = paragraph.paragraph_format
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(sizes["leading"])
        form.space_after = Pt(0 if block["type"] == "fact" else sizes["paragraph_gap"])
        if block["type"] == "end":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        else:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            form.first_line_indent = Mm(sizes["first_line"])
        heading = block["type"] == "heading"
        form.keep_with_next = heading
        if heading:
            parts.outline(paragraph)
        italic = block["type"] == "basis" and not party
        parts.write(paragraph, block["text"], sizes["body"], bold=heading, italic=italic)


def _end(document: Any, made: dict[str, Any]) -> None:
    sizes, signatures = made["sizes"], made["signatures"]
    if signatures:
        parts.Pen(document).line("", sizes["recipients"])
        one = len(signatures) == 1
        columns = len(signatures) + one
        # Heads, rooms to sign in, names: each a row, so that those of all signers stand level.
        table = parts.bare_table(document, 3, [made["width"] / columns] * columns)
        heads, rooms, names = (row.cells for row in table.rows)
        by_hand = any(not it["note"] for it in signatures)
        if one:
            _recipients(parts.Pen(heads[0].merge(names[0]), center=False), made)
        for n, it in enumerate(signatures, int(one)):
            _sign(parts.Pen(heads[n]), it, sizes)
            _room(parts.Pen(rooms[n]), it, made, by_hand)
            parts.Pen(names[n]).line(it["name"], sizes["signature"], bold=True)
    if made["stamp"]["code"]:
        document.add_picture(BytesIO(qr.png(made["stamp"]["code"])), width=Mm(26))
    pen = parts.Pen(document, center=False)
    if made["stamp"]["code"]:
        pen.line(made["stamp"]["words"], sizes["recipients"], italic=True)
        pen.line(made["stamp"]["key"], sizes["recipients"])
    for line in made["foot"]:
        pen.line(line, sizes["recipients"], italic=True)


def _recipients(pen: parts.Pen, made: dict[str, Any]) -> None:
    sizes = made["sizes"]
    if not made["recipients"]:
        return
    look = {"underline": True} if made["sector"] == "party" else {"bold": True, "italic": True}
    pen.line("Nơi nhận:", sizes["recipients_title"], **look)
    for line in made["recipients"]:
        pen.line(f"- {line}", sizes["recipients"])


def _sign(pen: parts.Pen, it: dict[str, str], sizes: dict[str, Any]) -> None:
    if it["above"]:
        pen.line(it["above"], sizes["place"], italic=True)
    pen.line(it["body"], sizes["signature"], bold=True)


def _room(pen: parts.Pen, it: dict[str, str], made: dict[str, Any], by_hand: bool) -> None:
    """Under a head; hardly any room where all have signed otherwise."""
    sizes = made["sizes"]
    if it["post"]:
        pen.line(it["post"], sizes["signature"], bold=made["sector"] != "party")
    if it["note"]:
        pen.line(it["note"], sizes["recipients"], italic=True)
    pen.gap(sizes["signature_gap"] if by_hand else 6)


def _bytes(document: Any, made: dict[str, Any]) -> bytes:
    about = document.core_properties
    about.title, about.author = made["meta"]["title"][:255], made["meta"]["author"][:255]
    about.language, about.comments = "vi-VN", ""
    about.created = about.modified = created_at(made).replace(tzinfo=None)
    about.last_modified_by, about.revision = "", 1
    draft, out = BytesIO(), BytesIO()
    document.save(draft)
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            new.writestr(zipfile.ZipInfo(name, FIXED), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
