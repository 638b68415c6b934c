"""An office takes over its signed papers from one table and a ZIP of scans; a second person
compares and confirms them; the one that was signed too early is explained. And one paper by hand."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.conftest import Visitor
from workflows import prints
from workflows.recorded.columns import COLUMNS, HEADER

pytestmark = [
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_takeover.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
    pytest.mark.languages("vi", only=True),
]

PAPERS = int(os.environ.get("PAPERS", "15"))  # PAPERS=60: a year of an office
SECRETARY = "Trịnh Văn Phương Án"


def table(folder: Path) -> Path:
    """So many plans of one office in the order of their numbers; the third rests on a later paper."""
    rows = []
    for n in range(1, PAPERS + 1):
        cells = {
            "kind": "Kế hoạch",
            "number": f"{n:02}-KH/ĐU",
            "dated_on": date(2026, 1, 5) + timedelta(days=n),
            "title": f"Kế hoạch công tác số {n} của Đảng ủy",
            "basis_number": "07-KH/ĐU" if n == 3 else "05-CT/TW",
            "basis_dated_on": date(2026, 2, 10) if n == 3 else date(2016, 5, 15),
            "basis_issuer": "Đảng ủy phường" if n == 3 else "Bộ Chính trị",
            "signed_by": SECRETARY,
            "signed_as": "Bí thư",
            "minutes": f"{n:02}-BB/ĐU",
            **dict.fromkeys(("present", "for"), 7),
            "against": 0,
            "scan": f"{n:02}.png",
        }
        rows.append([cells.get(key, "") for key in COLUMNS])
    path = folder / "ban-giay.xlsx"
    path.write_bytes(prints.xlsx(list(HEADER), rows, "Bản giấy"))
    return path


def scans(folder: Path) -> Path:
    picture = io.BytesIO()
    Image.new("L", (62, 88), 255).save(picture, "PNG")
    path = folder / "ban-quet.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for n in range(1, PAPERS + 1):
            packed.writestr(f"bản quét/{n:02}.png", picture.getvalue())
    return path


def test_an_office_takes_over_its_papers(visitor: Visitor, tmp_path: Path) -> None:
    visitor.enter("vanthu.b1").go("/units/B1/recorded")
    visitor.press(visitor.on.locator('main a[href$="/recorded/takeover"]'))
    visitor.on.locator("#file").set_input_files(table(tmp_path))
    visitor.on.locator("#scans").set_input_files(scans(tmp_path))
    visitor.press(visitor.on.locator('main form[action$="/takeover"] button'))
    visitor.sees(f"{PAPERS} văn bản mới")
    visitor.sees("R01")
    visitor.press(visitor.on.locator('main form[action$="/kept"] button'))
    boxes = visitor.on.locator('main input[name="paper"]')
    assert boxes.count() == 0  # who typed them does not confirm them

    visitor.enter("phobithu.b1").go("/units/B1/recorded")
    boxes = visitor.on.locator('main input[name="paper"]')
    assert boxes.count() == PAPERS
    visitor.press(visitor.on.locator('main table a[href$="/confirmation/new"]').first)
    visitor.sees(SECRETARY)
    visitor.go("/units/B1/recorded")
    visitor.on.evaluate("document.querySelectorAll('[name=paper]').forEach(b => b.click())")
    visitor.press(visitor.on.locator('main form[action$="/confirmations"] button.btn--main'))
    assert boxes.count() == 0
    visitor.sees(f"Đã xác nhận {PAPERS} bản giấy.")

    visitor.press(visitor.on.locator(".finding a.btn").first)
    visitor.fill(reason="Ký theo dự thảo kế hoạch của phường đã gửi trước.")
    visitor.press(visitor.on.locator("main form.sheet--ask button.btn--main"))
    visitor.sees("Kế hoạch 03-KH/ĐU")
    visitor.sees("Ký theo dự thảo kế hoạch của phường đã gửi trước.")
    visitor.go("/documents")
    visitor.sees("(bản giấy)")


def test_one_paper_by_hand_is_put_right_and_confirmed(visitor: Visitor, tmp_path: Path) -> None:
    visitor.enter("vanthu.b2").go("/units/B2/recorded/new")
    visitor.press(visitor.on.locator('main a[href*="requirement=O-PLAN"]'))
    visitor.fill(
        number="02-KH/ĐU",
        dated_on="10/02/2026",
        signed_by="Quách Văn Giáo Án",
        signed_as="Bí thư",
        title="Kế hoạch thực hiện chuyên đề",
        text="Phụ đạo học sinh yếu.",
    )
    picture = tmp_path / "ban-quet.png"
    Image.new("L", (62, 88), 255).save(picture)
    visitor.on.locator("#file").set_input_files(picture)
    visitor.save()
    document = visitor.document
    visitor.press(visitor.on.locator('main a[href$="/correction/new"]').first)
    visitor.fill(minutes="02-BB/ĐU, 09/02/2026", votes__present="7", votes__for="7")
    visitor.fill(votes__against="0")
    visitor.save()
    visitor.enter("phobithu.b2").go(document)
    visitor.press(visitor.on.locator('main a[href$="/confirmation/new"]').first)
    visitor.press(visitor.on.locator('main form[action$="/confirmation"] button'))
    visitor.sees("Kế hoạch 02-KH/ĐU")
    visitor.sees("xác nhận bản giấy khớp với bản quét")
