"""The administrator's pages of campaigns by real requests: what is typed is kept, what is wrong is
said, and nobody else is let in."""

from __future__ import annotations

import hashlib
import io

import pytest
from flask import Flask

from config import ROOT
from tests.support.visitor import Visitor, form_in, says
from workers import jobs
from workflows import campaigns
from workflows.demo.load import PASSWORD

HOME = "/administrator/campaigns"
SOURCE = (ROOT / "campaigns" / "cd-2026.toml").read_text("utf-8").replace('"CD-2026"', '"DOT"')

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]


@pytest.fixture
def office(app: Flask) -> Visitor:
    return Visitor(app, "quantri", PASSWORD)


def file(data: bytes, name: str = "dot.toml") -> dict[str, object]:
    return {"file": (io.BytesIO(data), name)}


def send(office: Visitor, data: dict[str, object], path: str = HOME):  # type: ignore[no-untyped-def]
    """A form with a file, as a browser sends it."""
    return office.client.post(
        path, data={"csrf_token": office.token, **data}, content_type="multipart/form-data"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Chọn tệp, hoặc dán nội dung"),
        (b"code = ", "Tệp viết chưa đúng hoặc còn dở."),
        (b'code = "X"\nyear = = 2026\n', "Dòng 2 viết chưa đúng. Mỗi dòng một mục"),
        ("ngày".encode("utf-16"), "không phải chữ UTF-8"),
        (SOURCE.replace("2026-03-31", "2026-02-31").encode(), "2026-02-31 không có trong lịch"),
        (SOURCE.replace('"TINH"', '"KHONG"').encode(), "không có đơn vị mã KHONG"),
        (SOURCE.replace('"DOT"', '"CD-2026"').encode(), "Đợt CD-2026 đã mở."),
        (b"# " + b"x" * 200_001, "dài hơn 200 KB"),
        (b'code = "A\\u0000"', "code"),
    ],
)
def test_what_cannot_be_kept_is_said(office: Visitor, app: Flask, data: bytes, said: str) -> None:
    answer = send(office, file(data))
    assert answer.status_code == 422
    assert says(answer, said)
    with app.app_context():
        assert campaigns.by_code("DOT") is None


def test_what_was_typed_is_kept(office: Visitor) -> None:
    answer = office.post(HOME, {"source": SOURCE.replace("2026-03-31", "2026-02-31")})
    assert answer.status_code == 422
    assert says(answer, 'O-PLAN"')


def test_from_the_file_to_the_running_campaign(office: Visitor, app: Flask) -> None:
    assert send(office, file(SOURCE.encode())).headers["Location"] == f"{HOME}/DOT"
    draft = office.get(f"{HOME}/DOT")
    assert says(draft, "118 việc sẽ được giao ngay khi mở.")
    member = Visitor(app, "bithu.b1", PASSWORD)
    assert member.get("/campaigns/DOT").status_code == 404  # nobody's business yet
    assert office.post(f"{HOME}/DOT/opening").status_code == 409  # no page showed it
    assert office.send(form_in(draft, f"{HOME}/DOT/opening")).status_code == 303
    opening = office.get(f"{HOME}/DOT")
    assert opening.headers["Refresh"] == "2"
    assert says(opening, "Đã giao 0 trên 118 việc.")
    assert says(office.get(HOME), "Đang mở, 0 %")
    assert office.send(form_in(draft, f"{HOME}/DOT/removal")).status_code == 422
    with app.app_context():
        assert jobs.open_campaign(campaigns.due()[0])
    running = office.get(f"{HOME}/DOT")
    assert "Refresh" not in running.headers
    assert says(running, "Đang chạy")
    page = member.get("/campaigns/DOT")
    assert says(page, "Chi bộ Trung tâm Phục vụ hành chính công")  # a pilot
    assert office.send(form_in(draft, f"{HOME}/DOT/opening")).status_code == 422


def test_a_draft_that_contradicts_itself_cannot_open(office: Visitor, app: Flask) -> None:
    bad = SOURCE.replace('variant  = "implementation"', 'variant  = "study"')
    office.post(HOME, {"source": bad})
    draft = office.get(f"{HOME}/DOT")
    assert says(draft, "O-PLAN là kế hoạch học tập, quán triệt mà chưa có căn cứ.")
    assert not says(draft, "Ai phải làm gì")
    seen = {"seen": hashlib.sha256(bad.encode()).hexdigest()}
    refused = office.post(f"{HOME}/DOT/opening", seen)
    assert refused.status_code == 422
    assert says(refused, "chưa có căn cứ")
    with app.app_context():
        assert campaigns.due() == []
    assert office.submit(f"{HOME}/DOT", f"{HOME}/DOT/removal").status_code == 303
    assert office.get(f"{HOME}/DOT").status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"DOT"', '"CD-2026-CD"', "Tệp này là của đợt khác."),
        ('"TINH"', '"PHUONG"', "Không đổi được đơn vị mở"),
        ("2026-03-31", "2026-02-31", "2026-02-31"),
        ('congress = "XIV"', 'congress = "14"', "La Mã"),
        ("deciding = 2", 'deciding = 2\nafter = "KHONG"', "không có yêu cầu mã đó"),
    ],
)
def test_an_amendment_that_cannot_be(
    office: Visitor, app: Flask, old: str, new: str, said: str
) -> None:
    path = f"{HOME}/CD-2026/amendment"
    source = SOURCE.replace('"DOT"', '"CD-2026"')
    changed = (SOURCE if old == '"DOT"' else source).replace(old, new, 1)
    for do in ("preview", "write"):
        answer = office.submit(path, path, source=changed, do=do)
        assert answer.status_code == 422, do
        assert says(answer, said)
        assert "autofocus" in answer.text
    with app.app_context():
        known = campaigns.by_code("CD-2026")
        assert known is not None
        assert known.source == source


def test_nothing_to_change(office: Visitor) -> None:
    source = SOURCE.replace('"DOT"', '"CD-2026"')
    path = f"{HOME}/CD-2026/amendment"
    answer = office.submit(path, path, source=source)
    assert says(answer, "Không có gì thay đổi.")


def test_its_log_tells_it(office: Visitor, app: Flask) -> None:
    """Whoever inspects the province reads the draft, the order, the opening and the amendment."""
    office.post(HOME, {"source": SOURCE})
    office.submit(f"{HOME}/DOT", f"{HOME}/DOT/opening")
    with app.app_context():
        assert jobs.open_campaign(campaigns.due()[0])
    changed = SOURCE.replace("date = 2026-10-15", "date = 2026-10-20")
    path = f"{HOME}/DOT/amendment"
    assert office.submit(path, path, source=changed, do="write").status_code == 303
    log = Visitor(app, "kiemtra.tinh", PASSWORD).get("/inspection/TINH/log")
    assert "%(" not in log.text
    for said in (
        "ghi bản nháp của đợt Học tập và làm theo",
        "giao 118 việc",
        "mở đợt Học tập và làm theo",
        "thêm 0, bỏ 0, đổi hạn 1, đổi khác 0",
    ):
        assert says(log, said), said


def test_a_page_that_was_overtaken_writes_nothing(office: Visitor, app: Flask) -> None:
    """Two change the same campaign: the second sees what the first wrote, with his own text kept."""
    path, source = f"{HOME}/CD-2026/amendment", SOURCE.replace('"DOT"', '"CD-2026"')
    first, second = (form_in(office.get(path), path) for _ in range(2))
    theirs = source.replace("date = 2026-10-15", "date = 2026-10-20")
    mine = source.replace("date = 2026-11-30", "date = 2026-11-27")
    assert office.send(first, source=theirs, do="write").status_code == 303
    for do in ("preview", "write"):
        overtaken = office.send(second, source=mine, do=do)
        assert overtaken.status_code == 409, do
        assert says(overtaken, "đã được sửa sau khi trang này mở")
        assert form_in(overtaken, path).fields["source"] == mine
        assert says(overtaken, "Nội dung hiện nay của đợt")
    with app.app_context():
        known = campaigns.by_code("CD-2026")
        assert known is not None
        assert known.source == theirs
    again = office.send(form_in(overtaken, path), source=mine, do="write")
    assert again.status_code == 303  # seen now, and written knowingly


def test_a_draft_that_was_replaced_does_not_open(office: Visitor, app: Flask) -> None:
    office.post(HOME, {"source": SOURCE})
    old = office.get(f"{HOME}/DOT")
    office.post(HOME, {"source": SOURCE.replace("date = 2026-11-30", "date = 2026-11-27")})
    refused = office.send(form_in(old, f"{HOME}/DOT/opening"))
    assert refused.status_code == 409
    with app.app_context():
        assert campaigns.due() == []
    assert office.send(form_in(old, HOME), source=SOURCE).status_code == 409
    assert office.send(form_in(old, f"{HOME}/DOT/removal")).status_code == 409
    assert office.submit(f"{HOME}/DOT", f"{HOME}/DOT/opening").status_code == 303


def test_nobody_else(app: Flask) -> None:
    member = Visitor(app, "bithu.b1", PASSWORD)
    for path in ("", "/new", "/CD-2026", "/CD-2026/amendment"):
        assert member.get(HOME + path).status_code == 404, path
    assert member.post(HOME, {"source": SOURCE}).status_code == 404
    assert member.get("/campaigns/KHONG%00").status_code == 404


def test_a_report_asks_the_figures_of_its_own_campaign(app: Flask) -> None:
    """A base of the Party its own words; a union branch those of the union, and of them only what its
    requirement names. One that the campaign does not have is refused and what was typed stays."""
    party, union = "Tổng số đảng viên", "Tổng số đoàn viên công đoàn"
    base = Visitor(app, "thammuu.b1", PASSWORD)
    form = base.get("/documents/new?kind=report&unit=B1&campaign=CD-2026&requirement=O-QUARTER-1")
    assert says(form, party)
    assert not says(form, union)
    branch = Visitor(app, "bch.cdcs", PASSWORD)
    page = "/documents/new?kind=report&unit=CDCS&campaign=CD-2026-CD&requirement=O-UNION-1"
    form = branch.get(page)
    assert says(form, union)
    assert not says(form, "đảng viên")
    assert not says(form, "Số công đoàn cơ sở có kế hoạch")  # the ward's to say
    assert says(branch.get("/campaigns/CD-2026-CD"), "Số công đoàn cơ sở có kế hoạch")
    sent = {**form_in(form, "/documents").fields, "title": "Báo cáo lần 1", "indicators.I05": "38"}
    refused = branch.post("/documents", {**sent, "indicators.I04": "12"})
    assert refused.status_code == 422
    assert says(refused, "không có chỉ tiêu mang mã “I04”")
    assert 'value="12"' in refused.text
    saved = branch.post("/documents", sent)
    shown = branch.get(saved.headers["Location"])
    assert says(shown, "Số công nhân, viên chức, lao động đăng ký làm theo")
