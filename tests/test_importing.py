"""The organisation from a file: preview and import say the same, all or nothing, twice is once."""

from __future__ import annotations

import base64
import io
import json
import random
import zlib
from datetime import UTC, date, datetime

import openpyxl
import pytest
import sqlalchemy as sa

from commands.say import sentence
from models import db, transaction
from models.account import Account
from models.event import AuditEvent
from models.person import Membership, Person
from models.post import Post
from models.unit import Level, ReportingLine, Unit, UnitPeriod, superior_of, unit_by_code
from workflows.organisation import importing
from workflows.organisation.importing.template import LEVELS
from workflows.refusal import Refused

pytestmark = pytest.mark.databases("sqlite")

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
WINDOW = ("Từ ngày", "Đến hết ngày")
TABLES = {
    "Cấp": ("Mã cấp", "Tên cấp", "Tên tiếng Anh", "Bậc", *WINDOW),
    "Đơn vị": (
        *("Mã đơn vị", "Tên đơn vị", "Cấp", "Mã cấp trên", "Ký hiệu"),
        *(*WINDOW, "Tuyến", "Giúp việc cho"),
    ),
    "Người": (
        *("Tên đăng nhập", "Họ và tên", "Ngày sinh", "Mã đơn vị", "Tư cách", "Miễn sinh hoạt"),
        *(*WINDOW, "Điện thoại"),
    ),
    "Chức vụ": ("Tên đăng nhập", "Mã đơn vị", "Vai trò", "Chức vụ", *WINDOW),
}
HOUSE = {
    "Cấp": LEVELS,
    "Đơn vị": (
        ("TINH", "Tỉnh ủy Thí Dụ", "Tỉnh, thành phố", "", "TU"),
        ("C1", "Chi bộ Một", "Chi bộ", "PHUONG", "CB"),  # its superior stands below it
        ("PHUONG", "Quận ủy Minh Họa", "Quận, huyện", "TINH", "QU", None, "30/06/2025"),
        ("PHUONG", "Đảng bộ phường Minh Họa", "ward", "TINH", "ĐU", date(2025, 7, 1)),
        ("XDD", "Ban Xây dựng Đảng", "ward", "", "BXDĐ", None, None, None, "PHUONG"),
        ("C2", "Chi bộ Hai", "cell", "PHUONG", "CB"),
        ("C2", "", "", "TINH", "", None, None, "công đoàn"),
    ),
    "Người": (
        ("nv01", "Đỗ Thị Ửng", "03/02/1980", "C1", "", "", "01/01/2026", "", 912345678),
        ("NV02", "Lê Văn Ba", "", "C1", "dự bị", "có"),
        ("nv03", "Trần Quần Chúng", "", "", ""),
    ),
    "Chức vụ": (
        ("nv01", "C1", "Bí thư", "", "01/01/2026", "31/12/2030"),
        ("nv02", "C1", "", "Phó Bí thư Chi bộ"),
        ("nv03", "XDD", "advisor", "Cán bộ"),
    ),
}


def workbook(tables):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in (TABLES[name], *rows):
            sheet.append([None if cell == "" else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def enter(tables, *, write=True, name="x.xlsx", actor=None):
    data = tables if isinstance(tables, bytes) else workbook(tables)
    return importing.import_file(data, name, write=write, actor=actor, now=NOW, real_now=NOW)


def bad(outcome):
    return [f"{b.sheet} {b.row} {b.column}: {sentence(b.reason)}" for b in outcome.bad]


def size():
    """How many rows there are of everything that an import writes."""
    tables = (Level, Unit, UnitPeriod, ReportingLine, Person, Account, Membership, Post, AuditEvent)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables]


@pytest.fixture
def house(app):
    with app.app_context():
        outcome = enter(HOUSE)
        assert bad(outcome) == []
        assert outcome.written
        yield outcome


def person(login):
    account = sa.select(Account.person_id).where(Account.login == login)
    return db.session.scalar(sa.select(Person).where(Person.id.in_(account)))


@pytest.mark.databases("sqlite", "postgresql")
def test_a_house_comes_in(house):
    assert (house.count("added"), house.count("changed")) == (16, 2)
    ward = unit_by_code("PHUONG")
    assert ward.name_on(date(2025, 6, 30)) == "Quận ủy Minh Họa"
    assert ward.name == "Đảng bộ phường Minh Họa"
    assert [period.level.code for period in ward.periods] == ["district", "ward"]
    assert unit_by_code("XDD").attached_to is ward
    cell = unit_by_code("C2")
    assert (cell.meets, ward.meets, cell.body) == (True, False, "Chi bộ Hai")
    assert superior_of(cell.id, line="union", day=NOW.date()).code == "TINH"
    secretary = person("nv01")
    assert secretary.phone == "0912345678"
    account = db.session.scalar(sa.select(Account).where(Account.person_id == secretary.id))
    assert (account.password_hash, account.must_change_password) == (None, True)
    deputy = person("nv02").memberships[0]
    assert (deputy.standing, deputy.exempt) == ("probationary", True)
    roles = db.session.execute(sa.select(Post.role, Post.title).order_by(Post.id)).all()
    assert roles == [("secretary", "Bí thư"), ("deputy", "Phó Bí thư Chi bộ"), ("advisor", "Cán bộ")]  # fmt: skip


def test_the_same_file_again_changes_nothing(house):
    before = size()
    again = enter(HOUSE)
    assert bad(again) == []
    assert again.changes_nothing
    assert size() == before


def test_a_preview_says_what_the_import_does_and_writes_nothing(house):
    before = size()
    changed = {
        "Đơn vị": (("C1", "Chi bộ Một", "", "TINH", ""), ("C3", "Chi bộ Ba", "Chi bộ", "C1", "CB")),
        "Người": (
            ("nv01", "Đỗ Thị Ửng", "", "C2", "", "", "02/03/2026"),
            ("nv02", "Lê Văn Bốn", "", "C1", "chính thức", "không"),
        ),
        "Chức vụ": (("nv02", "C1", "Phó bí thư", "Phó Bí thư", "", "31/12/2027"),),
    }
    seen = enter(changed, write=False)
    assert bad(seen) == []
    assert size() == before
    done = enter(changed)
    assert done.lines == seen.lines
    told = {(line.sheet, line.row): [sentence(one) for one in line.changes] for line in done.lines}
    assert told["Đơn vị", 2] == ["cấp trên"]
    assert told["Người", 2] == ["đơn vị"]
    assert told["Người", 3] == ["họ tên", "tư cách", "miễn sinh hoạt"]
    assert told["Chức vụ", 2] == ["tên chức vụ", "đến ngày"]
    assert [m.unit.code for m in person("nv01").memberships] == ["C1", "C2"]
    assert person("nv03") is not None  # left out of the file, and there


def test_an_old_file_gives_no_post_back_that_has_ended(house):
    from models import transaction
    from workflows.organisation import end_post

    with transaction() as session:
        post = session.scalars(sa.select(Post).where(Post.role == "deputy")).one()
        end_post(session, post=post, actor=None, now=NOW)
    assert enter(HOUSE).changes_nothing


BAD = (
    ("Đơn vị", ("C91", "Chi bộ", "Chi bộ", "X9", "CB"), "Chưa có đơn vị mang mã “X9”"),
    ("Đơn vị", ("TINH", "Tỉnh ủy Thí Dụ", "", "C1", ""), "đang ở dưới"),
    ("Đơn vị", ("C92", "Chi bộ", "Cấp lạ", "", "CB"), "Chưa có cấp “Cấp lạ”"),
    ("Đơn vị", ("C 9", "Chi bộ", "Chi bộ", "", "CB"), "Mã “C 9” chưa đúng"),
    ("Đơn vị", ("C93", "Chi bộ", "Chi bộ", "", ""), "Chưa có ký hiệu"),
    ("Đơn vị", ("C1", "Tên khác", "Chi bộ", "", ""), "Ghi “Từ ngày” tên mới có hiệu lực"),
    ("Đơn vị", ("C2", "Chi bộ Hai", "", "", "", "", "31/12/2026"), "không kết thúc bằng tệp"),
    ("Đơn vị", ("C94", "C", "Chi bộ", "", "CB", "", "", "lạ"), "“lạ” không có trong danh sách"),
    ("Người", ("nv095", "A", "31/02/1980"), "không có trong lịch"),
    ("Người", ("", "A"), "Chưa có tên đăng nhập"),
    ("Người", ("nv096", ""), "Chưa có họ tên"),
    ("Người", ("tên có dấu", "A"), "chưa đúng: từ 2 đến 63 chữ"),
    ("Người", ("nv01", "Đỗ Thị Ửng", "", "C2"), "Ghi “Từ ngày” chuyển đến đơn vị mới"),
    ("Người", ("nv097", "A", "", "C1", "", "", "05/05/2026", "01/01/2026"), "trước ngày bắt đầu"),
    ("Người", ("nv02", "Lê Văn Ba", "", "C1", "", "", "05/05/2026"), "từ ngày khác"),
    ("Người", ("nv098", "A", "=1+1"), "Ô này là công thức"),
    ("Người", ("nv099", "V¨n A"), "mã TCVN3"),
    ("Người", ("nv0910", "A", "", "C1", "đoàn viên"), "Ghi một trong: Chính thức"),
    ("Chức vụ", ("ma", "C1", "Bí thư"), "Chưa có người mang tên đăng nhập ma"),
    ("Chức vụ", ("nv01", "", "Bí thư"), "Ghi mã đơn vị"),
    ("Chức vụ", ("nv01", "C1", "", "Người lạ"), "Chưa rõ vai trò"),
    ("Cấp", ("x y", "Cấp", "", "0"), "Mã “x y” chưa đúng"),
    ("Cấp", ("x", "Cấp", "", "cao"), "Bậc cần là số"),
)
DOUBLE = {
    "Đơn vị": (
        ("A1", "Một", "Chi bộ", "A2", "CB"),
        ("A2", "Hai", "Chi bộ", "A1", "CB"),  # a cycle
        ("A3", "Ba", "Chi bộ", "", "CB"),
        ("A3", "Ba nữa", "Chi bộ", "", "CB"),
        ("A4", "Bốn", "Chi bộ", "", "CB", "", "01/07/2025"),
        ("A4", "Bốn mới", "Chi bộ", "", "CB", "01/07/2025"),
    ),
    "Người": (
        ("p1", "Một", "", "C1"),
        ("p1", "Hai", "", "C2"),
        ("p2", "Hai", "", "C1", "", "", "", "01/05/2026"),
        ("p2", "Hai", "", "C2", "", "", "01/05/2026"),
    ),
    "Chức vụ": (("nv02", "C2", "Bí thư", "", "", "2026-05-01"), ("nv02", "C2", "Bí thư")),
}


def test_every_bad_row_is_told_with_its_reason_and_nothing_is_written(house):
    tables = {name: [] for name in TABLES}
    expected = []
    for name, row, said in BAD:
        tables[name].append(row)
        expected.append((name, len(tables[name]) + 1, said))
    tables["Người"].append(("tot", "Người Tốt", "", "C1"))
    before = size()
    outcome = enter(tables)
    assert size() == before
    assert not outcome.written
    found = bad(outcome)
    for name, number, said in expected:
        assert any(one.startswith(f"{name} {number} ") and said in one for one in found), said
    assert len(found) == len(expected)


def test_doubles_and_cycles_within_one_file(house):
    found = bad(enter(DOUBLE, write=False))
    told = [
        "Đơn vị 3 Mã cấp trên: Hai chưa thể báo cáo lên Một",
        "Đơn vị 5 Mã đơn vị: Mã “A3” đã có ở dòng 4",
        "Đơn vị 7 Từ ngày: Thời gian trùng với dòng 6",
        "Người 3 Tên đăng nhập: Tên đăng nhập p1 đã ghi cho Một ở dòng 2",
        "Người 5 Tên đăng nhập: Tên đăng nhập p2 đã có ở dòng 4 với thời gian trùng nhau",
        "Chức vụ 3 Tên đăng nhập: Chức vụ này của cùng một người đã có ở dòng 2",
    ]
    assert len(found) == len(told)
    for one, start in zip(found, told, strict=True):
        assert one.startswith(start), one


def test_a_csv_is_told_by_its_header_and_a_strange_table_is_refused(house):
    raw = "mã cán bộ;HO VA TEN;Chi bộ;Ghi chú\nnv77;Ngô Mới;c1;x\n".encode("utf-8-sig")
    assert bad(enter(raw, name="nguoi.csv")) == []
    assert person("nv77").memberships[0].unit.code == "C1"
    assert "không phải Cấp, Đơn vị, Người hay Chức vụ" in bad(enter(b"a,b\n1,2\n"))[0]
    missing = "Họ và tên;Nghề lạ\nA;b\n".encode()
    assert any("thiếu cột “Tên đăng nhập”" in one for one in bad(enter(missing)))
    assert any("Cột này không có trong mẫu" in one for one in bad(enter(missing)))
    with pytest.raises(Refused):
        enter("Họ và tên;Mã\nĐỗ;1".encode("cp1258", "replace"))


def test_the_template_can_be_filled_in(app):
    with app.app_context():
        outcome = enter(importing.template())
        assert bad(outcome) == []
        assert outcome.count("added") == len(LEVELS)
        assert {bool(level.valid_to) for level in db.session.scalars(sa.select(Level))} == {True, False}  # fmt: skip


def test_the_template_of_a_house_at_work_bears_its_own_levels(house):
    """Codes, names and ranks differ from the usual ones; sent back unchanged it changes nothing."""
    with transaction() as session:
        session.add(Level(code="tinh", name_vi="Tỉnh", name_en="Province", rank=5))
    outcome = enter(importing.template(), write=False)
    assert bad(outcome) == []
    assert outcome.changes_nothing


CELLS = (
    "", "", "C1", "C2", "PHUONG", "A1", "nv01", "nv02", "p1", "Chi bộ", "ward", "Bí thư", "đảng",
    "01/01/2026", "31/12/2025", "31/02/2026", "có", "0", "99999999999999999999", "=A1", "\u202eabc",
    "x" * 400, "a\nb", "²", "🙂", "V¨n", "-1", "công đoàn", date(2026, 1, 1), 3.5, True, -7,
)  # fmt: skip


def test_random_rows_never_break_and_never_half_write(house):
    chance = random.Random(20260302)
    for _ in range(30):
        tables = {
            name: [[chance.choice(CELLS) for _ in heads] for _ in range(chance.randint(0, 4))]
            for name, heads in TABLES.items()
        }
        before = size()
        outcome = enter(tables)
        assert outcome.written == (not outcome.bad)
        if outcome.bad:
            assert size() == before
        for one in (*outcome.bad, *outcome.lines):
            assert one.row > 0


def test_the_command(app, tmp_path):
    good, wrong = tmp_path / "t.xlsx", tmp_path / "s.csv"
    good.write_bytes(workbook(HOUSE))
    wrong.write_text("Tên đăng nhập,Họ và tên,Ngày sinh\nnv01,A,31/02/1980\n")
    runner = app.test_cli_runner()
    seen = runner.invoke(args=["org", "import", str(good), "--dry-run", "--json"])
    answer = json.loads(seen.stdout)
    assert (seen.exit_code, answer["written"], answer["added"]) == (0, False, 16)
    assert runner.invoke(args=["org", "import", str(good)]).exit_code == 0
    assert "Không có gì thay đổi" in runner.invoke(args=["org", "import", str(good)]).output
    refused = runner.invoke(args=["org", "import", str(wrong)])
    assert refused.exit_code == 1
    assert "dòng 2, cột Ngày sinh" in refused.output
    assert runner.invoke(args=["org", "import", "nowhere"]).exit_code == 2
    assert runner.invoke(args=["org", "template", str(tmp_path / "m.xlsx")]).exit_code == 0


def test_what_the_page_carries_cannot_be_bent(house):
    packed = base64.b64encode(zlib.compress(b"\0" * 50_000_000)).decode()
    assert len(packed) < 100_000
    from views.administrator import importing as view

    with house_app().test_request_context(method="POST", data={"carried": packed, "name": "../x"}):
        data, name = view._carried()
    assert (len(data), name) == (5_000_001, "x")


def house_app():
    from flask import current_app

    return current_app._get_current_object()
