"""Taking over a running year from one table: what it would do, every wrong row, all or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from models import db, transaction
from models.document import Document
from tests.cast import Office
from workflows.recorded import findings, many, scans, taking
from workflows.recorded.columns import COLUMNS, Cells
from workflows.refusal import Refused
from workflows.trail import verify

PLAN = {
    "kind": "Kế hoạch",
    "unit": "CELL",
    "number": "02-KH/CB",
    "dated_on": "2026-02-20",
    "title": "Kế hoạch năm",
    "basis_number": "05-CT/TW",
    "basis_dated_on": "2016-05-15",
    "basis_issuer": "Bộ Chính trị",
    "signed_by": "Sau",
    "signed_as": "Bí thư",
    "minutes": "03-BB/CB",
    "present": "4",
    "for": "4",
    "against": "0",
    "reported_on": "2026-02-27",
    "scan": "KH.PNG",
}
SHEET = {
    **dict.fromkeys(("number", "title", "basis_number", "basis_dated_on", "basis_issuer"), ""),
    "kind": "Bản cam kết",
    "author": "An",
    "dated_on": "2026-02-18",
    "signed_by": "An",
    "scan": "an.png",
}


def rows(*given: dict[str, str]) -> list[tuple[int, Cells]]:
    blank = dict.fromkeys(COLUMNS, "")
    return [(n, {**blank, **row}) for n, row in enumerate(given, 2)]


def zipped(*names: str) -> io.BytesIO:
    picture, packed = io.BytesIO(), io.BytesIO()
    Image.new("L", (40, 60), 255).save(picture, "PNG")
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, picture.getvalue())
    packed.seek(0)
    return packed


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        office = Office()
        office.now = datetime(2026, 3, 10, 2, tzinfo=UTC)
        yield office
        assert verify(db.session()).whole


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Document.id))) or 0


def test_a_table_is_looked_at_then_entered_then_confirmed_by_another(office: Office) -> None:
    binh, cell = office.person("Binh"), office.units["CELL"]
    folder = scans.Folder(zipped("quét/kh.png", "quét/an.png", "__MACOSX/quét/._kh.png"))
    given = rows(SHEET, PLAN)
    reading = taking.read(given, folder.names, unit=cell, actor=binh, now=office.now)
    assert reading.wrong == []
    foreseen, refused = taking.foresee(reading.rows, actor=binh, now=office.now)
    assert refused == []
    # The member's sheet is older than the plan of the same table; the plan itself is in order.
    assert [(f.row.number, {r.rule for r in f.found}) for f in foreseen] == [
        (2, {"R02", "MINUTES"}),
        (3, set()),
    ]
    assert count() == 0

    kept, spoilt = scans.keep(folder, ["kh.png", "an.png"], office.now)
    assert (set(kept), spoilt) == ({"kh.png", "an.png"}, {})
    with transaction():
        reading = taking.read(given, kept, unit=cell, actor=binh, now=office.now)
        made = taking.take(reading.rows, kept, actor=binh, now=office.now)
    seen = {d.id: (d.revision, d.version) for d in made}
    done, left = many.confirm(seen, actor=office.person("Dung"), now=lambda: office.now)
    assert (len(done), left) == (2, {})
    sheet, plan = made
    assert (plan.state, plan.stage, sheet.state) == ("submitted", 1, "approved")
    assert {f.rule for f in findings.of(sheet)} == {"R02", "MINUTES"}
    assert sheet.obligation == office.obligation("O-COMMIT", "CELL", "An")

    with transaction():
        again = taking.read(given, kept, unit=cell, actor=binh, now=office.now)
        assert taking.take(again.rows, kept, actor=binh, now=office.now) == []
    assert count() == 2


@pytest.mark.databases("sqlite")
def test_every_wrong_row_is_told_with_its_number_and_nothing_is_entered(office: Office) -> None:
    wrong = [
        {**PLAN, "kind": "Công văn"},
        {**PLAN, "dated_on": "31/02/2026"},
        {**PLAN, "scan": "khong-co.pdf"},
        {**PLAN, "unit": "KHONG"},
        {**PLAN, "unit": "WARD"},
        {**PLAN, "for": "bốn"},
        {**PLAN, "reported_on": "2026-12-01"},
        {**SHEET, "author": "Vy"},
        PLAN,
        PLAN,
    ]
    binh = office.person("Binh")
    folder = scans.Folder(zipped("kh.png", "an.png"))
    reading = taking.read(
        rows(*wrong), folder.names, unit=office.units["CELL"], actor=binh, now=office.now
    )
    assert [number for number, _ in reading.wrong] == [2, 3, 4, 5, 6, 7, 8, 9, 11]
    assert [row.number for row in reading.rows] == [10]
    assert count() == 0


@pytest.mark.databases("sqlite")
def test_folders_that_are_none(office: Office) -> None:
    with pytest.raises(Refused):
        scans.Folder(io.BytesIO(b"PK nothing"))
    with pytest.raises(Refused):
        scans.Folder(zipped("a/x.png", "b/X.png"))
    long = io.BytesIO()
    with zipfile.ZipFile(long, "w") as archive:
        for n in range(6_000):
            archive.writestr(f"{n:0200}", b"")
    with pytest.raises(Refused):
        scans.Folder(long)
    bad = io.BytesIO()
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("x.png", b"MZ this is a program")
    kept, spoilt = scans.keep(scans.Folder(bad), ["x.png"], office.now)
    assert (kept, set(spoilt)) == ({}, {"x.png"})
