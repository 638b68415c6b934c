"""What people must not be able to bring in: each refused on the page with a sentence of its own, and
nothing of it left behind. What an office does bring is taken, without what it should not tell."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject
from werkzeug.test import TestResponse

from models import db
from models.stored_file import Attachment, StoredFile
from tests import hostile
from tests.hostile import MB, OLE, pdf, picture, sheet, word
from tests.support.house import House
from tests.support.visitor import Visitor, says
from workflows.files.kinds import DOCX, JPEG, PDF, PNG, XLSX
from workflows.files.sentences import SENTENCES

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def send(
    visitor: Visitor, document: int, content: bytes, name: str, purpose: str = "attachment"
) -> TestResponse:
    """Sends the form of the document's sheet of files."""
    form = {"csrf_token": visitor.token, "revision": "1", "purpose": purpose}
    return visitor.client.post(
        f"/documents/{document}/files", data={**form, "file": (io.BytesIO(content), name)}
    )


def left_behind(app: Flask) -> list[Path]:
    folder = app.config["SETTINGS"].files_dir
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


Make = Callable[[], bytes]

# What is sent, under which name, and the beginning of the answer (a key of SENTENCES, or words).
REFUSED: dict[str, tuple[Make, str, str]] = {
    "nothing in it": (lambda: b"", "rong.pdf", "empty"),
    "a program of Windows": (lambda: b"MZ\x90\0" + bytes(400), "ke-hoach.pdf", "program"),
    "a program of Linux": (lambda: b"\x7fELF\2\1\1" + bytes(400), "anh.png", "program"),
    "a script": (lambda: b"#!/bin/sh\nrm -rf ~\n", "bieu.docx", "program"),
    "a web page": (lambda: b"<html><script>alert(1)</script>", "quet.pdf", "unknown"),
    "a drawing with a script": (lambda: b"<svg onload='alert(1)'/>", "anh.png", "unknown"),
    "an old Office file": (lambda: OLE + bytes(600), "danh-sach.xlsx", "old_office"),
    "an archive of something": (
        lambda: hostile.zip_of({"a.txt": b"a"}),
        "tai-lieu.docx",
        "unknown",
    ),
    "a path upwards": (pdf, "../../etc/passwd.pdf", "chứa đường dẫn"),
    "a path of Windows": (pdf, "C:\\Windows\\x.pdf", "chứa đường dẫn"),
    "a turned ending": (pdf, "bien-ban\u202efdp.exe", "đổi chiều chữ"),
    "a name with control letters": (pdf, "bien\x07ban.pdf", "ký tự điều khiển"),
    "a cut PDF": (lambda: pdf()[:-60], "cut.pdf", "damaged"),
    "a PDF of nothing": (lambda: b"%PDF-1.7\n%%EOF\n", "rong.pdf", "damaged"),
    "a PDF without pages": (lambda: pdf(pages=0), "khong-trang.pdf", "no_pages"),
    "a PDF with a password": (hostile.encrypted, "mat.pdf", "encrypted"),
    "a PDF with a script": (lambda: pdf(hostile.named_script), "js.pdf", "script"),
    "a PDF with a script in an action": (
        lambda: pdf(hostile.action("/JavaScript", JS="app.alert(1)")),
        "js.pdf",
        "script",
    ),
    "a PDF that starts a program": (
        lambda: pdf(hostile.action("/Launch", F="cmd.exe")),
        "mo.pdf",
        "launch",
    ),
    "a PDF that sends what is typed": (
        lambda: pdf(hostile.action("/SubmitForm", F="http://x.example")),
        "gui.pdf",
        "launch",
    ),
    "a PDF with a script that no table names": (
        lambda: pdf().replace(b"xref\n", b"9 0 obj<</S/JavaScript>>endobj\nxref\n", 1),
        "js.pdf",
        "script",
    ),
    "a PDF with a script spelt otherwise": (
        lambda: pdf(hostile.action("/JavaScript", JS="a")).replace(
            b"/JavaScript", b"/J#61vaScript"
        ),
        "js.pdf",
        "script",
    ),
    "a PDF with a file inside": (
        lambda: pdf(lambda w: w.add_attachment("a.exe", b"MZ")),
        "goi.pdf",
        "inside",
    ),
    "a PDF whose form changes": (
        lambda: pdf(
            lambda w: w.root_object.update(
                {NameObject("/AcroForm"): DictionaryObject({NameObject("/XFA"): NameObject("/x")})}
            )
        ),
        "xfa.pdf",
        "form",
    ),
    "a PDF bomb": (hostile.pdf_bomb, "bom.pdf", "bomb"),
    "a PDF packed twice": (hostile.packed_twice, "bom.pdf", "bomb"),
    "a PDF whose table is a bomb": (hostile.object_stream_bomb, "bom.pdf", "bomb"),
    "a PDF with a huge picture": (hostile.huge_picture_in_pdf, "to.pdf", "pixels"),
    "a PDF that is an archive too": (
        lambda: pdf() + hostile.zip_of({"a": b"a"}),
        "hai.pdf",
        "polyglot",
    ),
    "a PDF behind something else": (lambda: b"GIF89a\n" + pdf(), "hai.pdf", "polyglot"),
    "a JPEG with an archive behind it": (
        lambda: picture() + hostile.zip_of({"a": b"a"}),
        "anh.jpg",
        "polyglot",
    ),
    "a JPEG with a page behind it": (
        lambda: picture() + b"<script>alert(1)</script>",
        "anh.jpg",
        "polyglot",
    ),
    "a cut JPEG": (lambda: picture()[:-80], "anh.jpg", "damaged"),
    "a JPEG of 3.6 billion pixels": (hostile.huge_jpeg, "anh.jpg", "pixels"),
    "a PNG of 3.6 billion pixels": (
        lambda: hostile.png(60_000, 60_000, hostile.packed(MB)),
        "anh.png",
        "pixels",
    ),
    "a PNG bomb": (lambda: hostile.png(40, 40, hostile.packed(MB)), "anh.png", "bomb"),
    "a cut PNG": (lambda: picture("PNG")[:-20], "anh.png", "damaged"),
    "a PNG with a wrong sum": (
        lambda: picture("PNG").replace(b"IEND\xaeB`\x82", b"IEND\0\0\0\0"),
        "anh.png",
        "damaged",
    ),
    "a Word bomb": (lambda: hostile.swelling_word(20 * MB), "bom.docx", "bomb"),
    "too many parts": (hostile.many_entries, "nhieu.docx", "entries"),
    "parts over each other": (hostile.overlapping, "chong.docx", "bomb"),
    "a link out of the archive": (hostile.symlink, "noi.docx", "link"),
    "a path in the archive": (lambda: word(**{"word__..__..__x.xml": b"<a/>"}), "d.docx", "paths"),
    "an absolute path in it": (lambda: word(**{"__etc__passwd": b"<a/>"}), "d.docx", "paths"),
    "a macro": (lambda: word(**{"word__vbaProject.bin": OLE}), "macro.docx", "macro"),
    "a DOCM under another name": (lambda: hostile.macro_enabled(word()), "macro.docx", "macro"),
    "an XLSM under another name": (lambda: hostile.macro_enabled(sheet()), "macro.xlsx", "macro"),
    "an old macro sheet": (
        lambda: sheet({"xl/macrosheets/sheet1.xml": b"<a/>"}),
        "macro.xlsx",
        "macro",
    ),
    "an embedded object": (
        lambda: word(**{"word__embeddings__oleObject1.bin": OLE}),
        "nhung.docx",
        "embedded",
    ),
    "an object under another name": (lambda: word(word__media__a=OLE), "nhung.docx", "embedded"),
    "a program in the archive": (lambda: word(word__media__a=b"MZ\x90"), "nhung.docx", "program"),
    "an outside entity": (
        lambda: word(**{"word__document.xml": hostile.ENTITY}),
        "xxe.docx",
        "entity",
    ),
    "entities in entities": (
        lambda: sheet({"xl/workbook.xml": hostile.LAUGHS}),
        "a.xlsx",
        "entity",
    ),
    "a template from the web": (
        lambda: word(
            **{
                "word___rels__settings.xml.rels": hostile.relation(
                    "attachedTemplate", "http://x.example/t.dotm"
                )
            }
        ),
        "mau.docx",
        "external",
    ),
    "a picture from a share": (
        lambda: word(
            **{
                "word___rels__document.xml.rels": hostile.relation(
                    "image", "file://may/chung/a.png"
                )
            }
        ),
        "anh.docx",
        "external",
    ),
    "a link to a file": (
        lambda: word(
            **{"word___rels__document.xml.rels": hostile.relation("hyperlink", "\\\\may\\chung")}
        ),
        "noi.docx",
        "external",
    ),
    "another workbook": (
        lambda: sheet({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "noi.xlsx",
        "external",
    ),
    "a field that calls a program": (
        lambda: hostile.field("DDEAUTO c:\\windows\\cmd.exe"),
        "dde.docx",
        "dde",
    ),
    "a field that leads to a share": (
        lambda: hostile.field('HYPERLINK "\\\\\\\\may\\\\chung"'),
        "noi.docx",
        "external",
    ),
    "a picture bomb in a document": (
        lambda: word(**{"word__media__a.png": hostile.png(60_000, 60_000, b"")}),
        "anh.docx",
        "pixels",
    ),
    "a cut archive": (lambda: word()[:-200], "cut.docx", "damaged"),
    "an archive with a changed byte": (lambda: _changed(word()), "hong.docx", "damaged"),
}


def _changed(content: bytes) -> bytes:
    """The archive with one byte of its main part turned."""
    at = content.index(b"word/document.xml") + 20
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def test_each_hostile_file_has_its_sentence(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    wrong = []
    for what, (make, name, key) in REFUSED.items():
        answer = send(chi, plan, make(), name)
        words = SENTENCES.get(key, key).split("%(name)s”: ")[-1].split("%(")[0]
        if answer.status_code != 422 or not says(answer, words.strip()):
            found = [line for line in answer.text.splitlines() if "error" in line][:2]
            wrong.append((what, answer.status_code, found))
    assert wrong == []
    assert len(REFUSED) >= 30
    assert left_behind(house.app) == []
    with house.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    assert house.events("attach") == 0


GOOD: dict[str, tuple[Make, str, str, str]] = {
    "a PDF": (lambda: pdf(pages=3), "Kế hoạch số 03.pdf", PDF, "Kế hoạch số 03.pdf"),
    "a JPEG": (picture, "anh.JPG", JPEG, "anh.JPG"),
    "a JPEG for print": (lambda: picture(mode="CMYK"), "in.jpeg", JPEG, "in.jpeg"),
    "a grey JPEG": (lambda: picture(mode="L", progressive=True), "xam.jpg", JPEG, "xam.jpg"),
    "a JPEG of two pictures": (
        lambda: hostile.picture("MPO", save_all=True, quality=60),
        "doi.jpg",
        JPEG,
        "doi.jpg",
    ),
    "a JPEG with damaged metadata": (
        lambda: (
            hostile.photograph()
            .replace(b"Exif\0\0MM", b"Exif\0\0XX")
            .replace(b"Exif\0\0II", b"Exif\0\0XX")
        ),
        "meta.jpg",
        JPEG,
        "meta.jpg",
    ),
    "a PNG with holes": (lambda: picture("PNG", "RGBA"), "trong.png", PNG, "trong.png"),
    "a PNG with a palette": (lambda: picture("PNG", "P"), "bang.png", PNG, "bang.png"),
    "a PNG in black and white": (lambda: picture("PNG", "1"), "den.png", PNG, "den.png"),
    "a PNG of 16 bits": (lambda: picture("PNG", "I;16"), "16.png", PNG, "16.png"),
    "a PNG that moves": (
        lambda: picture("PNG", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
        "dong.png",
        PNG,
        "dong.png",
    ),
    "a Word file": (hostile.real_word, "Danh sách.docx", DOCX, "Danh sách.docx"),
    "a Word file with a link to a page": (
        lambda: word(
            **{"word___rels__x.xml.rels": hostile.relation("hyperlink", "https://duyet.example")}
        ),
        "noi.docx",
        DOCX,
        "noi.docx",
    ),
    "a sheet": (sheet, "Biểu.xlsx", XLSX, "Biểu.xlsx"),
    "a PDF called otherwise": (lambda: pdf(pages=5), "quet.exe", PDF, "quet.exe.pdf"),
    "a PDF without a name": (lambda: pdf(pages=2), ".pdf", PDF, "pdf.pdf"),
    "a long name": (lambda: pdf(pages=4), "Kế hoạch " * 40 + ".pdf", PDF, "Kế hoạch"),
}


def test_what_an_office_brings_is_taken(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    for what, (make, name, media_type, kept_as) in GOOD.items():
        answer = send(chi, plan, make(), name)
        assert answer.status_code == 303, (what, answer.text)
        with house.app.app_context():
            newest = db.session.scalars(sa.select(Attachment).order_by(-Attachment.id)).first()
            assert newest is not None
            assert newest.file.media_type == media_type, what
            assert newest.name.startswith(kept_as), what
            assert len(newest.name) <= 120, what
            ident = newest.id
        back = chi.get(f"/documents/{plan}/files/{ident}")
        assert back.status_code == 200, what
        if media_type in (JPEG, PNG):
            with Image.open(io.BytesIO(back.data)) as shown:
                shown.load()
                assert shown.size == (64, 48), what
        else:
            assert back.data == make() or media_type != PDF, what
    page = chi.get(f"/documents/{plan}")
    assert says(page, "Kế hoạch số 03.pdf")
    assert says(page, "PDF, 3 trang")
    assert len([p for p in left_behind(house.app) if p.parent.name == "incoming"]) == 0


def test_a_photograph_tells_nothing_but_what_it_shows(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    for content in (hostile.photograph(), hostile.photograph(6)):
        assert b"Exif" in content
        assert send(chi, plan, content, "anh.jpg").status_code == 303
    text = hostile.chunk(b"tEXt", b"Author\0Nguyen Van A")
    plain = picture("PNG")
    assert send(chi, plan, plain[:33] + text + plain[33:], "anh.png").status_code == 303
    straight, turned, png = (chi.get(f"/documents/{plan}/files/{n}").data for n in (1, 2, 3))
    for content in (straight, turned):
        for secret in (b"chup tai nha", "Máy ảnh".encode(), b"2026:03:02", b"GPS"):
            assert secret not in content
        with Image.open(io.BytesIO(content)) as shown:
            exif = shown.getexif()
            assert not exif.get_ifd(hostile.GPS)
            assert set(exif) <= {0x0112}  # which side is up
    assert b"Exif" not in straight
    with Image.open(io.BytesIO(turned)) as shown:
        assert shown.getexif()[0x0112] == 6
    assert png == plain


def test_too_large_is_said_before_it_is_read(house: House) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    over_the_file = send(chi, plan, pdf() + bytes(20 * MB), "lon.pdf")
    assert over_the_file.status_code == 422
    assert says(over_the_file, "lớn hơn 20 MB")
    over_the_request = send(chi, plan, bytes(26 * MB), "lon.pdf")
    assert over_the_request.status_code == 413
    assert says(over_the_request, "lớn hơn 20 MB")
    # Elsewhere, and for whoever is not logged in, the limits are those of a form.
    elsewhere = chi.client.post(
        f"/documents/{plan}/submission",
        data={"csrf_token": chi.token, "file": (io.BytesIO(bytes(3 * MB)), "a.pdf")},
    )
    assert elsewhere.status_code == 413
    assert send(Visitor(house.app), plan, bytes(3 * MB), "a.pdf").status_code == 413
    assert left_behind(house.app) == []


MEASURE = """
import io, json, pathlib, resource, sys
sys.path.insert(0, sys.argv[1])
from workflows import files
from workflows.refusal import Refused
files.use_place(lambda: files.Place(pathlib.Path(sys.argv[2])))
rise = {}
for path in sorted(pathlib.Path(sys.argv[2]).glob("*.bomb")):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with path.open("rb") as file:
            files.accept(file, path.stem)
    except Refused as refused:
        rise[path.stem] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(json.dumps({"rise": rise, "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024}))
"""


def test_memory_stays_flat(tmp_path: Path) -> None:
    """The process that serves grows by next to nothing, the one that looks by little."""
    bombs = {
        "a.pdf": hostile.pdf_bomb(),
        "b.pdf": hostile.object_stream_bomb(),
        "c.png": hostile.png(40, 40, hostile.packed(100 * MB)),
        "d.docx": hostile.swelling_word(90 * MB),
        "e.pdf": pdf() + bytes(21 * MB),
        "f.jpg": hostile.huge_jpeg(),
    }
    for name, content in bombs.items():
        (tmp_path / f"{name}.bomb").write_bytes(content)
    root = Path(__file__).parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, root, tmp_path], capture_output=True, check=True
    )
    found = json.loads(ran.stdout)
    assert set(found["rise"]) == set(bombs)
    assert max(found["rise"].values()) <= 4, found
    assert found["child"] < 200, found
