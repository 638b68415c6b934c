"""Pieces of a DOCX that python-docx has no word for: all four font slots, rules, page numbers,
tables without borders, heads that repeat."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SLOTS = ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia")
SIDES = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
# Word reads the properties of a paragraph and of a run in one order only.
AFTER_LEVEL = ("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")
AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:jc", "w:textDirection", "w:textAlignment", "w:outlineLvl", *AFTER_LEVEL,
)  # fmt: skip
AFTER_LANGUAGE = ("w:eastAsianLayout", "w:specVanish", "w:oMath")
AFTER_SIZE = (
    "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs",
    "w:em", "w:lang", *AFTER_LANGUAGE,
)  # fmt: skip
AUTO = 22  # mm of a column that is as wide as its words need


class Pen:
    """Writes centred (or left) lines one below another into a cell or the document itself."""

    def __init__(self, place: Any, *, center: bool = True):
        self.place, self.center = place, center
        # A cell comes with one empty paragraph; the first line takes it.
        self.fresh = hasattr(place, "_tc")

    def _paragraph(self) -> Any:
        if self.fresh:
            self.fresh = False
            paragraph = self.place.paragraphs[0]
        else:
            paragraph = self.place.add_paragraph()
        paragraph.alignment = SIDES["center" if self.center else "left"]
        return paragraph

    def line(self, words: str, size: float, **look: bool) -> None:
        """One paragraph of one look; line breaks are kept."""
        write(self._paragraph(), words, size, **look)

    def mixed(self, pieces: list[tuple[str, bool]], size: float, *, left: float = 0) -> None:
        """One paragraph of pieces, each italic or not; `left`: indented so many mm, not centred."""
        paragraph = self._paragraph()
        if left:
            paragraph.alignment = SIDES["left"]
            paragraph.paragraph_format.left_indent = Mm(left)
        for words, italic in pieces:
            write(paragraph, words, size, italic=italic)

    def rule(self, indent: float) -> None:
        """A thin line, `indent` mm in from both sides."""
        paragraph = self._paragraph()
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = Mm(indent)
        write(paragraph, "", 4)
        borders = OxmlElement("w:pBdr")
        top = OxmlElement("w:top")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
            top.set(qn(f"w:{name}"), value)
        borders.append(top)
        paragraph._p.get_or_add_pPr().insert_element_before(borders, *AFTER_BORDERS)

    def gap(self, height: float) -> None:
        """Empty room, in mm."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.space_before = Mm(height)
        write(paragraph, "", 2)


def write(
    paragraph: Any,
    words: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> None:
    """Adds words to a paragraph, in our font at `size` points."""
    run = paragraph.add_run(words)
    run.bold, run.italic, run.underline = bold, italic, underline
    run.font.size = Pt(size)
    set_fonts(run._r, size)


def set_fonts(element: Any, size: float) -> None:
    """All four font slots, the size for complex scripts, and the language: or Word mixes fonts
    within one Vietnamese word."""
    properties = element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for slot in SLOTS:
        fonts.set(qn(slot), FONT)
    for tag, value, after in (
        ("w:szCs", str(round(size * 2)), AFTER_SIZE),
        ("w:lang", "vi-VN", AFTER_LANGUAGE),
    ):
        found = properties.find(qn(tag))
        if found is None:
            found = OxmlElement(tag)
            properties.insert_element_before(found, *after)
        found.set(qn("w:val"), value)


def outline(paragraph: Any) -> None:
    """Makes the paragraph a heading for whoever walks through the document."""
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(level, *AFTER_LEVEL)


def page_number(paragraph: Any, size: float) -> None:
    """The number of the page, centred."""
    paragraph.alignment = SIDES["center"]
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        set_fonts(run._r, size)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = words
        run._r.append(mark)


def bare_table(document: Any, rows: int, widths: list[float]) -> Any:
    """A table without borders whose rows stay whole; widths in mm."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _fixed(table, widths)
    for row in table.rows:
        _flag(row, "w:cantSplit")
    return table


def grid(document: Any, block: dict[str, Any], size: float, width: float) -> None:
    """A table of data with a head that repeats on every page."""
    columns = block["columns"]
    table = document.add_table(rows=1, cols=len(columns))
    table.style = "Table Grid"
    widths = _widths(columns, width)
    _fixed(table, widths)
    _flag(table.rows[0], "w:tblHeader")
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        Pen(cell).line(column["title"], size, bold=True)
    for row in block["rows"]:
        # Not table.add_row(): it copies widths cell by cell, and a register has thousands.
        added = table._tbl.add_tr()
        for words, column, cell_width in zip(row, columns, widths, strict=True):
            cell = added.add_tc()
            cell.width = Mm(cell_width)
            paragraph = Paragraph(cell.p_lst[0], table)
            paragraph.alignment = SIDES[column["align"]]
            write(paragraph, words, size)
    Pen(document).line("", 6)


def _widths(columns: list[dict[str, Any]], width: float) -> list[float]:
    """Fixed widths as they are, the rest by shares; in mm."""
    fixed = [AUTO if c["width"] is None else max(c["width"], 0) for c in columns]
    shares = [-min(c["width"] or 0, 0) for c in columns]
    rest = max(width - sum(fixed), 10.0 * len(columns))
    whole = sum(shares) or 1
    return [f or rest * s / whole for f, s in zip(fixed, shares, strict=True)]


def _fixed(table: Any, widths: list[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _flag(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
