"""The checkpoint on a cell's minutes: on paper in somebody's hands, held against the log later."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

import clock
from models.base import db
from models.sitting import Sitting
from tests.support.visitor import Visitor, says
from tests.test_checkpoints import rewritten
from tests.test_receipts import signed
from workflows import prints
from workflows.demo.load import PASSWORD
from workflows.prints import qr

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.data("demo")]


def test_minutes_carry_what_the_log_was(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        sitting = db.session.scalars(sa.select(Sitting).order_by(Sitting.id)).first()
        assert sitting is not None
        bare = prints.minutes_data(sitting, clock.now())
        assert bare["stamp"] == {}
        assert "Kiểm tra giấy xác nhận" not in _words(prints.pdf("minutes", bare))
    signed(app, tmp_path)
    with app.app_context():
        sitting = db.session.get_one(Sitting, sitting.id)
        unit_id = sitting.unit_id
        made = prints.minutes_data(sitting, clock.now())
        code = made["stamp"]["code"]
        assert "Kiểm tra giấy xác nhận" in _words(prints.pdf("minutes", made))
        with zipfile.ZipFile(BytesIO(prints.docx("minutes", made))) as word:
            [picture] = [name for name in word.namelist() if name.endswith(".png")]
            assert word.read(picture) == qr.png(code)

    visitor = Visitor(app, "bithu.c1", PASSWORD)
    assert says(_handed_in(visitor, code.replace("\n", "\r\n")), "nối tiếp đúng sổ đã ký")
    wrong = _handed_in(visitor, code.replace("duyet/", "duyet/x"))
    assert wrong.status_code == 422
    assert "duyet/x" in wrong.text  # what was pasted stays
    with app.app_context():
        rewritten(unit_id, 3)
    assert says(_handed_in(visitor, code), "Có sai lệch")


def _handed_in(visitor: Visitor, code: str):
    return visitor.submit("/receipts", "/receipts", code=code)


def _words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.split())
