"""A whole inspection at a desk: ordered and announced by the ward's commission, minutes signed by
three, a finding from a question's row, the cell's answer before it, a conclusion that becomes a task
of the cell, its report, the confirmation, the dossier on paper, closed."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from PIL import Image

from models.account import Account
from models.base import db
from models.dossier import DossierPiece
from tests.journeys.conftest import Visitor

pytestmark = [
    pytest.mark.data("demo"),
    pytest.mark.databases("sqlite"),
    pytest.mark.languages(
        "en", "vi"
    ),  # 1280 px and 360 px; what is pressed is found by where it leads
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_dossier.py
]

INSPECTOR, SECRETARY, MEMBER, SUPERIOR = "kiemtra.phuong", "bithu.c4", "s06", "bithu.b2"
FACT = "Tháng 7/2026 chi bộ không có biên bản sinh hoạt nào."
ANSWER = "Tháng 7 học sinh nghỉ hè, chi bộ họp bù vào đầu tháng 8, biên bản gửi kèm."
DO = "Bổ sung biên bản sinh hoạt bù của tháng 7 vào hồ sơ chi bộ."
DONE = "Đã bổ sung biên bản ngày 03/8/2026 vào hồ sơ chi bộ."


@pytest.fixture
def at() -> str:
    return "2026-11-23T10:00+07:00"


def send(visitor: Visitor, ending: str) -> Visitor:
    """Presses the button of the form that goes there."""
    return visitor.press(visitor.on.locator(f'main form[action$="{ending}"] button').last)


def person(app: Flask, login: str) -> str:
    """Whose login this is, as a choice of a form names him."""
    with app.app_context():
        return str(db.session.query(Account).filter_by(login=login).one().person_id)


def to_do(visitor: Visitor) -> Visitor:
    """From the desk to what the conclusion requires."""
    return visitor.press(
        visitor.on.locator('li.task a.btn[href*="/inspection/conclusions/"]').first
    )


def move(visitor: Visitor, case: str, *acts: str, **answers: str) -> None:
    for act in acts:
        visitor.go(case)
        visitor.act(act, **answers)


def printed(visitor: Visitor, path: str) -> str:
    """The text of a PDF of the house."""
    answer = visitor.on.request.get(visitor.url + path)
    assert answer.status == 200, path
    pages = pypdf.PdfReader(BytesIO(answer.body())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def offer_minutes(app: Flask, visitor: Visitor, piece: str) -> None:
    """Minutes are written, their three signers named, and the text is final."""
    ending = piece[piece.index("/dossier/") :]
    visitor.go(piece)
    visitor.fill(dated_on="23/11/2026", texts__work="Công bố quyết định và kế hoạch kiểm tra.")
    send(visitor, ending)
    for role, name in (("chair", INSPECTOR), ("recorder", SECRETARY), ("inspected", MEMBER)):
        visitor.fill(**{f"signers__{role}": person(app, name)})
    send(visitor, ending)
    send(visitor, "/offering")


def minutes_on_paper(app: Flask, visitor: Visitor, piece: str, paper: Path) -> None:
    """The inspector sends a scan of what three signed on paper; the secretary confirms it."""
    offer_minutes(app, visitor, piece)
    form = visitor.on.locator('form[action$="/files"]')
    visitor.on.locator("details", has=form).locator("summary").first.click()
    form.locator('input[value="scan"]').check()
    form.locator('input[type="file"]').set_input_files(paper)
    visitor.press(form.locator("button.btn"))
    visitor.enter(SECRETARY)
    visitor.press(visitor.on.locator('li.task a.btn[href*="/inspection/minutes/"]').first)
    send(visitor, "/confirmation")
    assert not visitor.on.locator('form[action$="/signature"]').count()
    visitor.enter(INSPECTOR).go(piece)


def test_a_whole_inspection(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    paper = tmp_path / "bien-ban-da-ky.jpg"
    Image.new("RGB", (620, 877), "white").save(paper)
    visitor.enter(INSPECTOR).go("/inspection/inspections/new")
    visitor.fill(number="25-QĐ/UBKT", campaign="CD-2026")
    visitor.on.locator('input[name="units.C4"]').check()
    visitor.press(visitor.on.locator("form.sheet--ask button.btn--main").first)
    found = re.search(r"/inspection/inspections/\d+", visitor.on.url)
    assert found is not None, visitor.on.url
    case = found.group()
    move(visitor, case, "announcement")

    offer_minutes(app, visitor, f"{case}/dossier/4")
    with app.app_context():
        minutes = db.session.query(DossierPiece).filter_by(n=4).one()
        address = f"/inspection/minutes/{minutes.id}"
        signers = [one.person_id for one in minutes.signatures]
        rows = db.session.query(Account).filter(Account.person_id.in_(signers))
        logins = [row.login for row in rows]
    assert len(logins) == 3
    for login in logins:
        visitor.enter(login).go(address)
        send(visitor, "/signature")

    visitor.enter(INSPECTOR)
    move(visitor, case, "self-report", dated_on="23/11/2026")
    move(visitor, case, "verification")
    minutes_on_paper(app, visitor, f"{case}/dossier/7", paper)
    ident = case.rsplit("/", 1)[1]
    visitor.go(f"/inspection/questions/9?inspection={ident}")
    visitor.press(visitor.on.locator('a[href*="/findings/new"]').first)
    visitor.fill(text=FACT)
    send(visitor, "/findings")
    move(visitor, case, "draft-conclusion")
    visitor.enter(SECRETARY).go(f"{case}/findings")
    visitor.fill(answer=ANSWER)
    send(visitor, "/answer")
    shown = visitor.on.locator(".finding").first.inner_text()
    assert shown.index(ANSWER) < shown.index(FACT)

    visitor.enter(INSPECTOR).go(f"{case}/conclusions")
    visitor.fill(text=DO, due_on="15/12/2026")
    send(visitor, "/conclusions")
    move(visitor, case, "conclusion", notice="26-TB/UBKT", notice_on="23/11/2026")
    move(visitor, case, "follow-up")
    visitor.enter(SUPERIOR)
    assert visitor.on.request.get(visitor.url + f"{case}/conclusions").status == 404
    to_do(visitor.enter(SECRETARY))
    visitor.fill(text=DONE)
    send(visitor, "/report")
    to_do(visitor.enter(INSPECTOR))
    send(visitor, "/confirmation")
    move(visitor, case, "closing", comment="Tài liệu khác lưu bằng giấy.")

    visitor.go(f"{case}/dossier")
    assert visitor.on.locator("tbody tr").count() == 12
    text = printed(visitor, f"{case}/dossier.pdf")
    assert text.index("MỤC LỤC") > text.index("BIÊN BẢN")
    notice = printed(visitor, f"{case}/dossier/10/print.pdf")
    assert notice.index(ANSWER) < notice.index(FACT)
    assert DO in notice
    visitor.on.emulate_media(media="print")
    visitor.go(f"{case}/findings")
    assert visitor.on.locator("main form:visible").count() == 0
