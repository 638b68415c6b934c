"""Files as an attacker makes them, and as an office does; each made in code, each small."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import docx
import openpyxl
import pypdf
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

MB = 1024 * 1024
GPS = 0x8825
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


# ---- as an office makes them


def pdf(change: Callable[[pypdf.PdfWriter], object] = lambda _: None, pages: int = 1) -> bytes:
    """A PDF of blank pages, changed before it is written."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def picture(kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    file = io.BytesIO()
    colours = {"RGB": (200, 30, 30), "CMYK": (0, 200, 200, 40), "RGBA": (200, 30, 30, 90)}
    Image.new(mode, (64, 48), colours.get(mode, 1)).save(file, kind, **more)
    return file.getvalue()


def photograph(orientation: int | None = None) -> bytes:
    """A JPEG as a telephone takes it: where, when, with what, and a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Máy ảnh", "2026:03:02 08:00:00"
    exif.get_ifd(GPS)[2] = (10.0, 46.0, 30.0)
    if orientation:
        exif[0x0112] = orientation
    return picture(exif=exif, comment=b"chup tai nha rieng", dpi=(300, 300))


def word(**parts: bytes) -> bytes:
    """The smallest DOCX; `parts` are added or replaced by name, with `__` for the slash."""
    return archive(_smallest(), {k.replace("__", "/"): v for k, v in parts.items()})


@cache
def _smallest() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    parts = {"[Content_Types].xml": types, "_rels/.rels": "<a/>", "word/document.xml": "<a>chữ</a>"}
    return archive(zip_end(), {name: text.encode() for name, text in parts.items()})


def real_word() -> bytes:
    """A DOCX as a word processor writes it."""
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Chi bộ Thử, ngày 02 tháng 3 năm 2026")
    document.save(file)
    return file.getvalue()


def sheet(parts: dict[str, bytes] | None = None) -> bytes:
    """An XLSX as a library writes it, with parts added or replaced."""
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Danh sách"
    book.save(file)
    return archive(file.getvalue(), parts or {})


def archive(
    base: bytes,
    parts: dict[str, bytes],
    edit: Callable[[str, bytes], bytes] = lambda _, content: content,
) -> bytes:
    """The archive with parts added or replaced, and each part passed through `edit`."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, edit(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


# ---- as an attacker does


def named_script(writer: pypdf.PdfWriter) -> None:
    """A script among the names of the document, as one that runs when it is opened."""
    script = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
    names = DictionaryObject(
        {NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(script)])}
    )
    tree = DictionaryObject({NameObject("/JavaScript"): writer._add_object(names)})
    writer.root_object[NameObject("/Names")] = tree


def action(kind: str, **more: str) -> Callable[[pypdf.PdfWriter], object]:
    def change(writer: pypdf.PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(kind)})
        for key, value in more.items():
            action[NameObject("/" + key)] = TextStringObject(value)
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)

    return change


def _stream(writer: pypdf.PdfWriter, content: bytes, **more: object) -> None:
    stream = DecodedStreamObject()
    stream.set_data(content)
    for key, value in more.items():
        stream[NameObject("/" + key)] = value
    writer.root_object[NameObject("/Kept")] = writer._add_object(stream)


@cache
def packed(size: int) -> bytes:
    """So many zeros, deflated without ever holding them."""
    packer, made = zlib.compressobj(1), []
    for _ in range(size // MB):
        made.append(packer.compress(bytes(MB)))
    return b"".join([*made, packer.flush()])


def pdf_bomb() -> bytes:
    flate = NameObject("/FlateDecode")
    return pdf(lambda w: _stream(w, packed(300 * MB), Filter=flate))


def packed_twice() -> bytes:
    filters = ArrayObject([NameObject("/FlateDecode"), NameObject("/FlateDecode")])
    return pdf(lambda w: _stream(w, zlib.compress(packed(MB)), Filter=filters))


def object_stream_bomb() -> bytes:
    """The table of objects itself is the bomb: whoever opens the file must unpack it."""
    body = packed(100 * MB)
    head = (
        b"%%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 3/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>stream\n"
        % len(body)
    )
    return head + body + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def huge_picture_in_pdf() -> bytes:
    return pdf(
        lambda w: _stream(
            w,
            b"\0" * 16,
            Subtype=NameObject("/Image"),
            Width=NumberObject(60_000),
            Height=NumberObject(60_000),
            Filter=NameObject("/JBIG2Decode"),
        )
    )


def encrypted() -> bytes:
    return pdf(lambda w: w.encrypt("mật khẩu", algorithm="AES-256"))


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">L", len(content))
        + name
        + content
        + struct.pack(">L", zlib.crc32(name + content))
    )


def png(width: int, height: int, data: bytes, *before: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(before) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def huge_jpeg() -> bytes:
    """A small picture that says it is 60,000 pixels wide and high."""
    small = picture()
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", 60_000, 60_000) + small[at + 4 :]


def zip_of(parts: dict[str, bytes]) -> bytes:
    return archive(zip_end(), parts)


def zip_end() -> bytes:
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    return file.getvalue()


def swelling_word(size: int) -> bytes:
    """A DOCX with one part of so many zeros."""
    return word(word__media__a=bytes(size))


def symlink() -> bytes:
    made = io.BytesIO(word())
    with zipfile.ZipFile(made, "a") as z:
        info = zipfile.ZipInfo("word/link.xml")
        info.external_attr = 0o120777 << 16
        z.writestr(info, "/etc/passwd")
    return made.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that lie over each other, as in a bomb without a large file."""
    content = bytearray(word())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as z:
        infos = z.infolist()
    central = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", central + 4)
    content[second + 42 : second + 46] = struct.pack("<L", infos[0].header_offset)
    return bytes(content)


def many_entries() -> bytes:
    return word(**{f"word__p{n}.xml": b"<a/>" for n in range(5100)})


def with_type(base: bytes, extra: bytes) -> bytes:
    """The document with one more content type."""

    def edit(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            return content.replace(b"</Types>", extra + b"</Types>")
        return content

    return archive(base, {}, edit)


def macro_enabled(base: bytes) -> bytes:
    """A DOCM or XLSM that was given the other name."""

    def edit(name: str, content: bytes) -> bytes:
        content = content.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
        return content.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    return archive(base, {}, edit)


def relation(kind: str, target: str) -> bytes:
    """The relations of a Word document, with one that lies outside."""
    head = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{head}{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()


def field(code: str) -> bytes:
    """A Word document whose text is one field, its code cut into two runs."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:3], code[3:]))
    return word(
        **{
            "word__document.xml": f"<w:document {space}><w:body><w:p>{runs}</w:p></w:body></w:document>".encode()
        }
    )


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
