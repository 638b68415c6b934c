"""What goes onto paper: every letter of Vietnamese, nothing read as markup, PDF/A with its fonts in it,
sizes from one table; and to whom."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx as word
import openpyxl
import pytest
import sqlalchemy as sa
from docx.oxml.ns import qn
from flask import Flask
from pypdf import PdfReader

from models.base import db, transaction
from models.document import Document
from models.kinds import KINDS
from tests.support.house import House
from tests.support.visitor import says
from workflows import prints, sittings
from workflows.lists import report_list
from workflows.prints import layout, words
from workflows.prints.as_csv import csv_bytes
from workflows.prints.glyphs import COVERED, LETTERS, MISSING, printable
from workflows.refusal import Refused

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS_OF_VIETNAMESE = (
    "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES)
    + "đbcdghklmnpqrstvx"
)
ALPHABET = LETTERS_OF_VIETNAMESE + LETTERS_OF_VIETNAMESE.upper()
HOSTILE = (
    r"""#import "x": * #eval("1+1") $x^2$ *đậm* _nghiêng_ \ \n @ref <nhãn> `mã` // hết /* hết */ """
    r"""~ ' "" -- ... [a] {b}"""
)
LONG = "Trung tâm Phục vụ hành chính công và Hợp tác quốc tế phường Minh Họa mở rộng"


def paper(**more: Any) -> dict[str, Any]:
    return {
        "sector": "party",
        "superior": f"ĐẢNG BỘ {LONG}".upper(),
        "issuer": f"CHI BỘ {LONG}".upper(),
        "number": "Số 05-KH/CB",
        "place_date": "Minh Họa, ngày 05 tháng 02 năm 2026",
        "title": "KẾ HOẠCH",
        "subject": f"Thực hiện chuyên đề năm 2026 của {LONG}",
        "body": [
            {"type": "basis", "text": "Căn cứ Kế hoạch 03-KH/ĐU;"},
            {"type": "heading", "text": "I. Nhiệm vụ"},
            {"type": "text", "text": "Việc thứ nhất."},
            {"type": "table", "columns": ["Việc", "Người"], "rows": [["Số hóa", "Chứng"]]},
            {"type": "text", "text": "Báo cáo trước ngày 30/3;"},
        ],
        "signatures": [{"body": "T/M CHI BỘ", "post": "BÍ THƯ", "name": "Lại Thị Một Cửa"}],
        "recipients": ["Đảng ủy (để b/c),", "Lưu Chi bộ."],
        "day": "2026-02-05",
        **more,
    }


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def said(content: bytes) -> str:
    """All words of a PDF, one blank between them: lines are broken where the paper ends."""
    return " ".join(" ".join(pages_of(content)).split())


def fonts(content: bytes) -> dict[str, bool]:
    """Each font of a PDF, and whether its letters are in the file."""
    found = {}
    for page in PdfReader(BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            for below in font.get_object()["/DescendantFonts"]:
                about = below.get_object()["/FontDescriptor"].get_object()
                found[str(about["/FontName"])] = "/FontFile2" in about or "/FontFile3" in about
    return found


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("sector", ["party", "state"])
def test_every_letter_of_vietnamese_is_there(form: str, sector: str) -> None:
    spaced = " ".join(ALPHABET[at : at + 12] for at in range(0, len(ALPHABET), 12))
    given = unicodedata.normalize(form, spaced)
    content = prints.pdf("plan", paper(sector=sector, body=[{"type": "text", "text": given}]))
    assert spaced in said(content)
    made = word.Document(
        BytesIO(prints.docx("plan", paper(body=[{"type": "text", "text": given}])))
    )
    assert any(spaced in paragraph.text for paragraph in made.paragraphs)


def test_a_pdf_is_pdf_a_with_its_fonts_and_repeats_byte_by_byte() -> None:
    content = prints.pdf("plan", paper())
    about = PdfReader(BytesIO(content)).xmp_metadata
    raw = about.rdf_root.toxml() if about is not None else ""
    assert re.search(r'pdfaid:part(="|>)2', raw), raw
    assert re.search(r'pdfaid:conformance(="|>)B', raw), raw
    assert fonts(content)
    assert all(fonts(content).values()), fonts(content)
    assert all("Tinos" in name for name in fonts(content))
    assert content == prints.pdf("plan", paper())
    assert b"20260205" in content, "the paper's own day, not today"
    assert prints.docx("plan", paper()) == prints.docx("plan", paper())


def test_signers_stand_level_and_leave_no_room_where_all_have_signed() -> None:
    """Posts and notes in one line each, however many lines the head of one takes; and what lies
    under the signatures stays on the page."""
    heads = ("ĐẢNG VIÊN ĐƯỢC KIỂM TRA", "GHI BIÊN BẢN", "CHỦ TRÌ")
    signers = [{"body": head, "note": "Note", "name": "Name"} for head in heads]
    minutes = paper(title="BIÊN BẢN", signatures=signers, stamp={"code": "x" * 200, "words": "Sổ"})

    def heights(content: bytes) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {"Note": [], "Name": [], "Sổ": []}

        def visit(text: str, matrix: list[float], *_: Any) -> None:
            if text.strip() in found:
                found[text.strip()].append(round(matrix[5]))

        PdfReader(BytesIO(content)).pages[0].extract_text(visitor_text=visit)
        return found

    signed = heights(prints.pdf("minutes", minutes))
    signers[0]["note"] = ""
    by_hand = heights(prints.pdf("minutes", minutes))
    for found, notes in ((signed, 3), (by_hand, 2)):
        assert (len(found["Note"]), len(set(found["Note"]))) == (notes, 1)
        assert (len(found["Name"]), len(set(found["Name"]))) == (3, 1)
    assert signed["Sổ"][0] - by_hand["Sổ"][0] > 40  # points: 22 mm less than 6
    rooms = word.Document(BytesIO(prints.docx("minutes", minutes))).tables[-1].rows[1].cells
    assert [cell.text.strip() for cell in rooms] == ["", "Note", "Note"]


def test_what_people_type_is_never_markup() -> None:
    places = paper(
        title=HOSTILE, subject=HOSTILE, number=HOSTILE, recipients=[HOSTILE], marks=[HOSTILE],
        signatures=[{"body": HOSTILE, "post": HOSTILE, "name": HOSTILE}], to=[HOSTILE, HOSTILE],
        foot=[HOSTILE], letter_subject=HOSTILE,
        body=[
            {"type": "text", "text": HOSTILE},
            {"type": "heading", "text": HOSTILE},
            {"type": "table", "columns": [HOSTILE, "b"], "rows": [[HOSTILE, "1"]]},
            {"type": "text", "text": "hết"},
        ],
    )  # fmt: skip
    squeezed = "".join(said(prints.pdf("plan", places)).split())
    assert squeezed.count("".join(HOSTILE.split())) >= 12


def test_what_has_no_shape_leaves_a_box_and_no_failure() -> None:
    odd = "Chào 😀 中文 \x00\x07 \u200b\u202e xong ✓ \ud7ff\ue000"
    content = prints.pdf("plan", paper(body=[{"type": "text", "text": odd}]))
    assert f"Chào {MISSING} {MISSING}{MISSING}" in said(content)
    prints.docx("plan", paper(body=[{"type": "text", "text": odd}]))
    assert printable("a\u0301\u0323") == "ạ\u0301"


def test_the_fonts_hold_all_that_is_said_to_be_covered() -> None:
    everything = "".join(chr(code) for code in sorted(LETTERS))
    for look in ("text", "basis", "heading"):
        block = {"type": look, "text": " ".join(everything)}
        prints.pdf("plan", paper(sector="state", body=[block, {"type": "text", "text": "."}]))
    assert COVERED


def test_a_long_word_and_long_names_stay_on_the_sheet() -> None:
    endless = "x" * 400
    table = {"type": "table", "columns": ["a", "b", "c"], "rows": [[endless, LONG * 3, "1"]]}
    content = prints.pdf("list", paper(body=[table], signatures=[{"body": LONG, "name": LONG * 2}]))
    assert "".join(said(content).split()).replace("\u200b", "").count(endless) == 1


@pytest.mark.parametrize("sector", ["party", "state"])
def test_the_end_mark_and_the_number_of_the_page(sector: str) -> None:
    many = [{"type": "text", "text": "Một đoạn văn dài. " * 60}] * 6
    content = prints.pdf("plan", paper(sector=sector, body=[*many, paper()["body"][-1]]))
    mark = "." if sector == "party" else "./."
    assert f"Báo cáo trước ngày 30/3{mark} T/M CHI BỘ" in said(content)
    first, *later = pages_of(content)
    assert later
    assert not first.startswith("1")
    assert all(page.lstrip().startswith(str(n)) for n, page in enumerate(later, 2))


def test_a_table_of_a_hundred_pages() -> None:
    rows = [[str(n), f"Nguyễn Thị Thí Dụ {n}", "10/03/2026"] for n in range(1, 2801)]
    content = prints.pdf("register", {"columns": ["TT", "Tên", "Ngày"], "rows": rows})
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) > 100
    assert all("Tên" in pages[n].extract_text() for n in (0, 1, -1)), "the head repeats"
    assert "Nguyễn Thị Thí Dụ 2800" in pages[-1].extract_text()


@pytest.mark.parametrize("sector", ["party", "state"])
@pytest.mark.parametrize("kind", ["plan", "minutes", "list", "letter", "register"])
def test_a_docx_has_the_sizes_of_the_table(kind: str, sector: str) -> None:
    made = word.Document(BytesIO(prints.docx(kind, paper(sector=sector))))
    size = layout.sizes(sector)
    page = made.sections[0]
    assert round(page.left_margin.mm) == size["margin_left"]
    assert round(page.top_margin.mm) == size["margin_top"]
    assert (page.page_width > page.page_height) == (kind == "register")
    assert page.different_first_page_header_footer
    text = next(p for p in made.paragraphs if p.text == "Việc thứ nhất.")
    assert text.runs[0].font.size.pt == size["body"]
    assert text.paragraph_format.line_spacing.pt == size["leading"]
    assert round(text.paragraph_format.first_line_indent.mm) == size["first_line"]
    nation = made.tables[0].rows[0].cells[1].paragraphs[0].runs[0]
    assert nation.font.size.pt == size["nation"]
    assert nation.bold
    for run in (nation, text.runs[0]):
        slots = run._r.rPr.find(qn("w:rFonts"))
        names = {slots.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "cs", "eastAsia")}
        assert names == {"Times New Roman"}


def test_slips_are_ten_to_a_sheet_and_there_is_no_docx_of_them() -> None:
    slips = [
        {"name": f"Trần Thị Ví Dụ {n}", "unit": LONG, "login": f"vidu{n}", "password": "k7-0Ol-1I"}
        for n in range(13)
    ]
    pages = pages_of(prints.pdf("slips", {"issuer": "CÔNG ĐOÀN", "slips": slips}))
    assert [page.count("Trần Thị Ví Dụ") for page in pages] == [10, 3]
    with pytest.raises(ValueError):
        prints.docx("slips", {})
    with pytest.raises(ValueError):
        prints.pdf("poem", {})


# -- the table of sizes


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("body = { party = 13 }", None),
        ("body = { party = 99 }", "body"),
        ("body = { party = true }", "body"),
        ("body = 13", "body"),
        ("margin_left = { state = 4 }", "margin_left"),
        ("end_mark = { party = 3 }", "end_mark"),
        ("colour = { party = 3 }", "colour"),
        ("body = {", "print-layout.toml"),
    ],
)
def test_an_office_changes_a_size_and_a_wrong_one_is_named(
    tmp_path: Path, typed: str, named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "_found", lambda: tmp_path)
    (tmp_path / layout.OWN).write_text(typed, encoding="utf-8")
    if named is None:
        assert layout.sizes("party")["body"] == 13
        assert layout.sizes("state")["body"] == 14
        made = word.Document(BytesIO(prints.docx("plan", paper())))
        assert (
            next(p for p in made.paragraphs if p.text == "Việc thứ nhất.").runs[0].font.size.pt
            == 13
        )
        return
    with pytest.raises(Refused) as refusal:
        prints.pdf("plan", paper())
    reason = refusal.value.reasons[0]
    assert named in (reason.text % reason.params)


def test_days_are_written_as_offices_write_them() -> None:
    assert words.paper_day(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert words.paper_day(date(2026, 3, 15)) == "ngày 15 tháng 3 năm 2026"


@pytest.mark.parametrize(
    ("body", "name", "whole"),
    [
        ("Chi bộ", "Chi bộ Điều trị", "Chi bộ Điều trị"),
        ("Đảng ủy", "Đảng bộ Trường Thử", "Đảng ủy Trường Thử"),
        ("Đảng ủy", "Đảng bộ Ủy ban nhân dân phường", "Đảng ủy Ủy ban nhân dân phường"),
        ("Đảng ủy phường", "Đảng bộ phường Thử", "Đảng ủy phường Thử"),
        ("Ban Chấp hành", "Công đoàn phường", "Ban Chấp hành Công đoàn phường"),
        ("Ban Thường vụ Tỉnh ủy", "Tỉnh ủy Thí Dụ", "Ban Thường vụ Tỉnh ủy"),
    ],
)
def test_a_body_and_its_unit_say_no_word_twice(body: str, name: str, whole: str) -> None:
    assert words.full_body(body, name) == whole


# -- spreadsheets


def test_a_cell_is_never_a_formula() -> None:
    typed = ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.example", "\t=1"]
    content = prints.xlsx(
        ["TT", "Nội dung"], [[n, t] for n, t in enumerate(typed)], "Sổ: [thử]/2026"
    )
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    cells = [sheet.cell(row, 2) for row in range(4, 4 + len(typed))]
    assert [(c.value, c.data_type) for c in cells] == [(t, "s") for t in typed]
    with zipfile.ZipFile(BytesIO(content)) as parts:
        inside = b"".join(parts.read(name) for name in parts.namelist() if "sheet1" in name)
    assert b"<f>" not in inside
    assert b"hyperlink" not in inside
    assert content == prints.xlsx(
        ["TT", "Nội dung"], [[n, t] for n, t in enumerate(typed)], "Sổ: [thử]/2026"
    )


def test_a_cell_of_a_csv_is_never_a_formula_whatever_parts_its_cells() -> None:
    typed = ["=1+1", "x;=1+1", "x\n@SUM(A1)", "x\t+84", "5 = 5; 6-1"]
    lines = csv_bytes(["Nội dung"], [[text] for text in typed]).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(lines))] == [
        "Nội dung", "'=1+1", "x;'=1+1", "x\n'@SUM(A1)", "x\t'+84", "5 = 5; 6-1",
    ]  # fmt: skip


# -- to whom


@pytest.mark.databases("sqlite")
def test_the_print_goes_to_whoever_reads_the_text(app: Flask) -> None:
    house = House(app)
    mine = house.commitment("drafted")
    with house.inside() as office:
        plan = office.begin("plan", "Chi", "CELL", title="Kế hoạch thử việc mới").id
    answer = house("Chi").get(f"/documents/{plan}/revisions/1/print.pdf")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    printed = said(answer.data).replace("\u00a0", " ")
    assert "DỰ THẢO" in printed
    assert "KẾ HOẠCH Thử việc mới" in printed, "the type stands once"
    assert "Đảng ủy Trường Thử (để b/c)," in printed
    assert "Căn cứ Chỉ thị 05-CT/TW ngày 15/05/2016 của Bộ Chính trị;" in printed

    address = f"/documents/{mine}/revisions/1/print"
    assert house("An").get(f"{address}.pdf").status_code == 200
    assert house("Sau").get(f"{address}.pdf").status_code == 404, "not handed in yet"
    with house.inside() as office:
        office.act(db.session.get_one(Document, mine), "submit", "An")
    before = house.events("read", mine)
    for name, status in (("Binh", 404), ("Bon", 404), ("Kiem", 404), ("Sau", 200)):
        assert house(name).get(f"{address}.docx").status_code == status, name
    assert house("Sau").get(f"{address}.pdf").status_code == 200
    assert house.events("read", mine) == before + 1, "once a person, revision and day"
    assert house("Sau").get(f"{address}.exe").status_code == 404
    assert house("Sau").get(f"/documents/{mine}/revisions/2/print.pdf").status_code == 404
    page = house("Chi").get(f"/documents/{plan}")
    assert says(page, "In, tải về")


@pytest.mark.databases("sqlite")
def test_minutes_say_who_sat_and_what_was_decided_and_no_text(app: Flask) -> None:
    house = House(app)
    mine = house.commitment("reviewed")
    with house.inside() as office:
        office.units["CELL"].meets = True
        db.session.commit()
        people = office.people
        with transaction():
            sitting = sittings.open_sitting(
                office.units["CELL"], held_on=office.now.date(), actor=people["Sau"], now=office.now
            )
        with transaction():
            item = next(i for i in sitting.items if i.document_id == mine)
            sittings.mark(item, decision="agree", actor=people["Sau"], now=office.now)
            sittings.attend(
                sitting,
                present={people["Dung"].id: False},
                reasons={people["Dung"].id: "đi công tác"},
                minute_taker_id=people["Chi"].id,
                notes="Chi bộ nhắc việc tiết kiệm điện.",
                actor=people["Sau"],
                now=office.now,
            )
            sittings.review(
                sitting, people["An"].id, reviewed=True, actor=people["Sau"], now=office.now
            )
        ident = sitting.id
    answer = house("Sau").get(f"/sittings/{ident}/minutes.pdf")
    printed = said(answer.data)
    for words_ in (
        "BIÊN BẢN",
        "DỰ THẢO",
        "Đảng viên chính thức có mặt 3 trên 4",
        "Vắng mặt: Dung (đi công tác).",
        "Bản cam kết của An",
        "Thống nhất",
        "Tán thành 2/2",
        "đã kiểm điểm 1 đảng viên: An.",
        "Chi bộ nhắc việc tiết kiệm điện.",
        "NGƯỜI GHI BIÊN BẢN",
        "CHỦ TRÌ",
    ):
        assert words_ in printed, words_
    assert "người cao tuổi" not in printed, "a text of a commitment"
    assert house("Sau").get(f"/sittings/{ident}/minutes.docx").status_code == 200
    assert house("Bon").get(f"/sittings/{ident}/minutes.pdf").status_code == 404


@pytest.mark.databases("sqlite")
def test_a_list_goes_out_without_texts(app: Flask) -> None:
    house = House(app)
    mine = house.commitment("reviewed")
    with house.inside() as office:
        office.approve(db.session.get_one(Document, mine), "Sau")
        document = db.session.get_one(Document, mine)
        with transaction():
            made = report_list(
                office.units["CELL"],
                office.campaign,
                [(document, document.revision, document.version)],
                actor=office.people["Sau"],
                now=office.now,
            )
        ident = made.id
    for name in ("Sau", "Bon", "Binh", "An"):
        printed = said(house(name).get(f"/commitment-lists/{ident}/print.pdf").data)
        assert "DANH SÁCH TỔNG HỢP" in printed
        assert "05-BB/CB" in printed
        assert "Tổng số: 1 người" in printed
        assert printed.rstrip().endswith("Sau"), "the signer's name stands under the post"
        assert "người cao tuổi" not in printed
    sheet = openpyxl.load_workbook(
        BytesIO(house("Bon").get(f"/commitment-lists/{ident}/list.xlsx").data)
    ).active
    assert sheet.cell(4, 2).value == "An"
    assert house("Chi").get(f"/commitment-lists/{ident}/print.docx").status_code == 200
    assert house("Vy").get(f"/commitment-lists/{ident}/print.pdf").status_code == 404


@pytest.mark.databases("sqlite")
def test_a_late_unit_is_written_to_and_nobody_is_named(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        office.wait(days=45)
    assert says(house("Binh").get("/units/BASE/obligations"), "Đôn đốc")
    form = house("Binh").form("/units/CELL/reminder", "/units/CELL/reminder/letter.pdf")
    assert [name for name in form.names if name == "owed"], "what is overdue is ticked"
    answer = house("Binh").get("/units/CELL/reminder/letter.pdf", query_string=form.fields)
    printed = said(answer.data)
    for words_ in (
        "Số ……-CV/ĐU",
        "về việc đôn đốc thực hiện chế độ báo cáo",
        "Kính gửi: Chi bộ Thử",
        "Kế hoạch năm 31/03/2026",
        "Như trên,",
        "T/M ĐẢNG ỦY TRƯỜNG THỬ",
    ):
        assert words_ in printed, words_
    assert not {"An", "Chi", "Dung", "Sau"} & set(printed.replace(",", " ").split()) - {"Chi"}
    fields = form.fields.copy()
    fields["until"] = "01/01/2020"
    refused = house("Binh").get("/units/CELL/reminder/letter.pdf", query_string=fields)
    assert refused.status_code == 422
    assert says(refused, "01/01/2020")
    assert house("Binh").get("/units/CELL/reminder/letter.pdf").status_code == 422
    for name in ("Sau", "Van", "Kiem"):
        assert house(name).get("/units/CELL/reminder").status_code == 404, name


@pytest.mark.databases("sqlite")
def test_lists_as_spreadsheets_hold_what_their_pages_hold(app: Flask) -> None:
    house = House(app)
    house.commitment("submitted")

    def cells(name: str, address: str) -> list[str]:
        book = openpyxl.load_workbook(BytesIO(house(name).get(address).data))
        return [str(cell) for row in book.active.values for cell in row if cell is not None]

    everything = cells("Sau", "/documents.xlsx")
    assert {"An", "02-KH/CB"} <= set(everything)
    assert not any("người cao tuổi" in cell for cell in everything)
    assert "02-KH/CB" not in cells("Sau", "/documents.xlsx?kind=commitment")
    assert "An" not in cells("Bon", "/documents.xlsx"), "not handed up to the base"
    matrix = cells("Binh", "/units/BASE/obligations.xlsx")
    assert "Chi bộ Thử" in matrix
    assert "An" not in matrix
    assert "02-KH/CB" in cells("Sau", "/units/CELL/register/book.xlsx?type=KH&period=2026")
    printed = said(house("Sau").get("/units/CELL/register/book.pdf").data)
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐI" in printed
    assert house("Sau").get("/units/CELL/register/book.pdf?type=XX").status_code == 404
    assert house("An").get("/units/CELL/register/book.pdf").status_code == 404


@pytest.mark.databases("sqlite")
@pytest.mark.data("demo")
def test_every_paper_of_the_demo_prints_under_the_right_name(app: Flask) -> None:
    with app.app_context():
        own = {}
        for document in db.session.scalars(sa.select(Document).where(Document.kind.in_(KINDS))):
            data = prints.document_data(document, document.current)
            assert prints.pdf(document.kind, data).startswith(b"%PDF")
            signed = data["signatures"][0]
            assert bool(signed["name"]) != ("DỰ THẢO" in data["marks"]), document.id
            if document.unit.code == "C7" and document.state == "reported":
                own[document.kind, document.author.full_name] = signed
    presided = {"Sầm Thị Khu Phố": "Đàm Văn Tổ Dân"}  # over the secretary's own paper
    for (kind, author), signed in own.items():
        if kind == "commitment":
            expected = presided.get(author, "Sầm Thị Khu Phố")
            assert signed["name"] == expected, (author, signed)
            assert ("BÍ THƯ" in signed["post"]) == (expected == "Sầm Thị Khu Phố")
        else:
            assert (signed["name"], signed["post"]) == ("Sầm Thị Khu Phố", "BÍ THƯ")
    assert {kind for kind, _ in own} == {"plan", "commitment", "report"}
