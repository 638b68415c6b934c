"""The checkpoint on a cell's minutes: on paper in somebody's hands, held against the log later."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

import clock
from models.base import db
from models.sitting import Sitting
from tests.support.visitor import Visitor, says
from tests.test_checkpoints import rewritten
from tests.test_receipts import signed
from tests.test_witness import LOG, OTHER, _note, _request
from workflows import prints
from workflows.demo.load import PASSWORD
from workflows.prints import qr
from workflows.trail import keys
from workflows.trail.witness.adding import add
from workflows.trail.witness.store import opened

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
        assert "(giờ thật)" in made["stamp"]["words"], "around it are a rehearsal's days"
        assert "Kiểm tra giấy xác nhận" in _words(prints.pdf("minutes", made))
        [key] = keys.known(db.session())
        assert key.text in _words(prints.pdf("minutes", made)), "what a policy file has to hold"
        with zipfile.ZipFile(BytesIO(prints.docx("minutes", made))) as word:
            [picture] = [name for name in word.namelist() if name.endswith(".png")]
            assert word.read(picture) == qr.png(code)
            assert key.text in word.read("word/document.xml").decode()

    visitor = Visitor(app, "bithu.c1", PASSWORD)
    assert "(giờ thật)" in visitor.get("/account").text
    assert says(_handed_in(visitor, code.replace("\n", "\r\n")), "nối tiếp đúng sổ đã ký")
    typed = (
        f"  {code.replace(chr(10) * 2, chr(10)).replace('—', '-')}"  # no empty line, no long dash
    )
    assert says(_handed_in(visitor, typed), "nối tiếp đúng sổ đã ký")
    wrong = _handed_in(visitor, code.replace("duyet/", "duyet/x"))
    assert wrong.status_code == 422
    assert "duyet/x" in wrong.text  # what was pasted stays
    with app.app_context():
        rewritten(unit_id, 3)
    assert says(_handed_in(visitor, code), "Có sai lệch")


def test_a_superior_takes_a_code_of_an_installation_elsewhere(app: Flask) -> None:
    """It is remembered, held against what was sent, and what contradicts it turns every page red."""
    settings = app.config["SETTINGS"]
    inspector, office = (Visitor(app, who, PASSWORD) for who in ("kiemtra.phuong", "quantri"))
    assert _handed_in(inspector, _note(9)).status_code == 422
    with opened(settings.witness_dir) as store:
        store.watch(LOG.key, unit="PHUONG", label="Trường ở máy khác")
        add(store, _request(0, 12), at=int(clock.real_now().timestamp()))
    assert _standing(inspector.get("/inspection")) == "Nguyên vẹn"
    assert says(
        _handed_in(inspector, _note(12).replace("\n", "\r\n")), "Nguyên vẹn: sổ ở máy chủ ấy"
    )
    assert says(_handed_in(inspector, _note(9)), "Chưa biết. Điểm kiểm tra đã được ghi lại")
    assert _standing(inspector.get("/inspection")) == "Chờ chứng minh"
    with opened(settings.witness_dir) as store:
        add(store, _request(9, 12), at=int(clock.real_now().timestamp()))
    assert says(_handed_in(inspector, _note(9)), "Nguyên vẹn: sổ ở máy chủ ấy")
    assert office.get("/healthz").json["parts"]["witness"] == "ok"
    assert says(_handed_in(inspector, _note(9, OTHER)), "Có sai lệch: cùng một khóa đã ký hai sổ")
    health = office.get("/healthz")
    assert (health.status_code, health.json["ailing"][-1]) == (503, "trail")
    for page in (inspector.get("/inspection"), office.get("/administrator/system")):
        assert _standing(page) == "Có sai lệch"
    assert says(office.get("/administrator/people"), "cùng một khóa đã ký hai sổ khác nhau")


def test_an_installation_below_that_fell_silent_turns_pages_red(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, now = app.config["SETTINGS"], clock.real_now()
    with opened(settings.witness_dir) as store:
        store.watch(LOG.key, unit="PHUONG", label="Trường ở máy khác")
        add(store, _request(0, 12), at=int(now.timestamp()))
    for hours, silent in ((23, False), (25, True)):
        then = now + timedelta(hours=hours)
        monkeypatch.setattr(clock, "real_now", lambda then=then: then)
        inspector, office = (Visitor(app, who, PASSWORD) for who in ("kiemtra.phuong", "quantri"))
        for page in (inspector.get("/inspection"), office.get("/administrator/system")):
            assert (_standing(page) == "Im quá 24 giờ") is silent
        assert says(office.get("/administrator/people"), "Trường ở máy khác im từ") is silent
        told = office.get("/healthz").json
        assert (told["parts"]["witness"] != "ok", "witness" in told["ailing"]) == (silent, False)
    (settings.witness_dir / "seen.db").write_bytes(b"x" * 9000)
    assert says(office.get("/administrator/system"), "Không đọc được nơi chứng kiến")
    assert _handed_in(inspector, _note(9)).status_code == 503


def _standing(page: TestResponse) -> str:
    """What a page says of the installation elsewhere."""
    [found] = re.findall("<p>Trường ở máy khác</p>(.*?)</li>", page.text)
    return re.sub("<span class=.quiet.*|<[^>]+>", "", found).strip()


def _handed_in(visitor: Visitor, code: str):
    return visitor.submit("/receipts", "/receipts", code=code)


def _words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.split())
