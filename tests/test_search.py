"""Finding: with and without diacritics, numbers in any spelling, in Vietnamese order, and nothing
that the viewer may not see."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.document import Document
from tests.cast import COMMITMENT, Office
from tests.support.house import ADMINISTRATOR, House
from tests.support.visitor import Visitor, says, settled
from workflows import search
from workflows.drafting import index_for_search
from workflows.ladder import sweep
from workflows.reach import within_reach
from workflows.scope import visible_documents
from workflows.sorting import name_sort_key, search_fold, sort_key

HEADING = re.compile(r'<h3 class="entry__name"><a [^>]*>(.*?)</a></h3>(?:<p>(.*?)<br>)?', re.DOTALL)


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def plan(house: House, title: str, number: str | None = None, author: str = "Chi") -> int:
    """A plan of the cell with this title and number, as a list has it."""
    with house.inside() as office:
        made = office.begin("plan", author, "CELL", title=title)
        with transaction():
            row = db.session.get_one(Document, made.id)
            row.number = number
            index_for_search(row)
        return made.id


def rename(house: House, name: str, full_name: str) -> None:
    with house.inside() as office, transaction():
        person = office.person(name)
        person.full_name = full_name
        person.search_fold = search_fold(full_name)
        person.sort_key = name_sort_key(full_name)


def found(visitor: Visitor, q: str) -> list[str]:
    """The titles that a search lists, in their order; of a commitment its name."""
    page = visitor.get("/search", query_string={"q": q})
    assert page.status_code == 200
    rows = HEADING.findall(page.text)
    return [html.unescape(re.sub(r"<[^>]+>", "", title or name)) for name, title in rows]


# ---- reading what was typed


@pytest.mark.parametrize(
    ("typed", "number", "type", "issuer", "words"),
    [
        ("07-KH/ĐU", "7", "kh", "du", ()),
        ("07-kh/đu", "7", "kh", "du", ()),
        ("7 KH ĐU", "7", "kh", "du", ()),
        ("kế hoạch số 7-KH/ĐU", "7", "kh", "du", ()),
        ("Số: 08 /KH-LĐLĐ", "8", "kh", "ldld", ()),
        ("7kh", "7", "kh", "", ()),
        ("KH/ĐU", "", "kh", "du", ()),
        ("số 12", "12", "", "", ("12",)),
        ("Đa Minh", "", "", "", ("da", "minh")),
        ("7-kh/đu học tập", "7", "kh", "du", ("hoc", "tap")),
        ("%_\\'\"", "", "", "", ()),
    ],
)
def test_a_question_is_read(
    typed: str, number: str, type: str, issuer: str, words: tuple[str, ...]
) -> None:
    for spelling in (typed, unicodedata.normalize("NFD", typed)):
        read = search.read(spelling)
        assert (read.number, read.type, read.issuer, read.words) == (number, type, issuer, words)


def test_what_was_looked_for_is_marked_in_the_text_as_written() -> None:
    assert list(search.marked("Học tập Bác, Lan và An", ("hoc", "an"))) == [
        (True, "Học"),
        (False, " tập Bác, Lan và "),
        (True, "An"),
    ]
    assert list(search.marked("Đường", ("uo",))) == [(False, "Đ"), (True, "ườ"), (False, "ng")]
    assert list(search.marked("", ("a",))) == []


def test_the_vietnamese_order() -> None:
    """Letters first, a < ă < â, d < đ, o < ô < ơ; then the tones as dictionaries have them."""
    words = ["a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ắ", "â", "ấ", "b", "d", "đ", "e", "ê", "o"]
    words += ["ô", "ơ", "u", "ư", "y"]
    assert sorted({*words}, key=sort_key) == words


# ---- what is found


def test_titles_and_numbers_with_and_without_diacritics(house: House) -> None:
    plan(house, "Đẩy mạnh học tập và làm theo Bác", "07-KH/CB")
    plan(house, "Chăm sóc người có công", "17-KH/CB")
    plan(house, "Tiết kiệm 7% điện_nước", None)
    chi = house("Chi")
    first = "Đẩy mạnh học tập và làm theo Bác"
    for q in ("Đẩy mạnh", "day manh", "ĐẨY", "dẩy", "manh day", "học theo", "đẩ"):
        assert found(chi, q) == [first], q
    for q in ("07-KH/CB", "7 kh cb", "07-kh/cb", "7-KH/CB", "007 KH CB", "số 7-KH", "07-kh/cb đẩy"):
        assert found(chi, q) == [first], q
    assert found(chi, "7")[0] == first, "the number before a figure in a title"
    assert set(found(chi, "kh/cb")) == {first, "Chăm sóc người có công"}
    assert found(chi, "8-KH/CB") == []
    for q in ("%", "_", "' OR 1=1 --", "\\", "7%%"):
        assert first not in found(chi, q) or q == "7%%", q
    assert says(chi.get("/search?q=day+manh"), "<mark>Đẩy</mark> <mark>mạnh</mark>")


def test_the_best_group_first_and_vietnamese_within(house: House) -> None:
    titles = ["Ăn uống", "Ân cần", "Ấm áp", "An toàn", "Đan mạng", "Dân vận", "Án văn"]
    for title in titles:
        plan(house, title)
    chi = house("Chi")
    # Where "an" begins a word stand first, then where it lies within one.
    assert found(chi, "an") == ["An toàn", "Án văn", "Ăn uống", "Ân cần", "Dân vận", "Đan mạng"]


def test_pages_neither_lose_nor_repeat(house: House) -> None:
    with house.inside() as office:
        seed = office.begin("plan", "Chi", "CELL", title="Việc 0")
        with transaction():
            copied = {
                c.name: getattr(seed, c.name) for c in Document.__table__.columns if c.name != "id"
            }
            rows = [Document(**copied) for _ in range(119)]
            for n, row in enumerate(rows):
                row.title = f"Việc {n % 40 + 1}"
                index_for_search(row)
            db.session.add_all(rows)
    chi = house("Chi")
    seen, address = [], "/search?q=viec"
    while address:
        page = chi.get(address)
        assert says(page, '<span class="count">99+</span>')
        seen += re.findall(r'entry__name"><a href="/documents/(\d+)"', page.text)
        after = re.search(r'href="(/search\?[^"]*after=\d+)" rel="next"', page.text)
        address = html.unescape(after[1]) if after else ""
    assert len(seen) == len(set(seen)) == 120
    for after in ("0", "x", "²", "9" * 30, "987654"):
        assert chi.get(f"/search?q=viec&after={after}").status_code == 200


# ---- who finds whom


@pytest.mark.databases("sqlite")
def test_people_are_found_only_by_who_looks_after_them(house: House) -> None:
    rename(house, "An", "Đỗ Thị Ẩn Danh")
    ident = house.commitment("submitted")
    name = "Bản cam kết của Đỗ Thị Ẩn Danh"
    for who in ("An", "Chi", "Dung", "Sau"):
        assert found(house(who), "do thi an danh") == [name], who
    for who in ("Ba", "Bon", "Vy", "Kiem", ADMINISTRATOR):
        assert found(house(who), "Ẩn Danh") == [], who
    line = "đảng viên, Chi bộ Thử"
    for who in ("Chi", "Dung", "Sau"):
        assert says(house(who).get("/search?q=an+danh"), line), who
    for who in ("An", "Ba", "Bon", "Kiem", "Vy"):
        assert not says(house(who).get("/search?q=an+danh"), line), who
    assert "/administrator/people/" in house(ADMINISTRATOR).get("/search?q=an+danh").text
    # Once it is on its list upward, it is found by who sees the list: still by name alone.
    with house.inside() as office:
        row = db.session.get_one(Document, ident)
        office.act(row, "review", "Chi")
        office.approve(row, "Sau")
        office.act(row, "report", "Sau")
    assert found(house("Bon"), "an danh") == [name]
    assert found(house("Bon"), "bản cam kết tu dưỡng") == []
    assert found(house("Vy"), "an danh") == []


@pytest.mark.databases("sqlite")
def test_hidden_and_absent_are_the_same_answer(house: House) -> None:
    """What An may not see, and what is not there: title, number, author, text."""
    plan(house, "Zimbutu kín đáo", "77-KH/CB")
    house.commitment("submitted")
    with house.inside() as office:
        text = COMMITMENT["sections"]["3"][0].split()[3]
        assert text
        visible = visible_documents(office.person("Ba"), office.now)
        assert db.session.scalar(sa.select(sa.func.count(Document.id)).where(visible)) == 0
    asked = ("zimbutu", "77-KH/CB", "chi", "an", "người cao tuổi", "hồ sơ trực tuyến")
    ba = house("Ba")
    empty = blank(ba, "xxxxxxxx")
    for q in asked:
        assert blank(ba, q) == empty, q
    chi = house("Chi")
    assert found(chi, "zimbutu") == ["Zimbutu kín đáo"]
    for q in ("người cao tuổi", "lượt người", "hồ sơ trực tuyến"):
        assert blank(chi, q) == blank(chi, "xxxxxxxx"), "no text is searched, not even one's own"
        assert blank(house("An"), q) == blank(house("An"), "xxxxxxxx")


def blank(visitor: Visitor, q: str) -> str:
    """What a search answers: the page below its field."""
    page = settled(visitor.get("/search", query_string={"q": q}))
    return page.split('<form class="filters')[1].split("</form>")[1].split("</main>")[0]


@pytest.mark.databases("sqlite")
def test_a_search_begins_where_everything_visible_lies(app: Flask) -> None:
    with app.app_context():
        office = Office()
        plan = office.cell_plan_in_force()
        office.act(plan, "report", "Sau")
        office.begin("plan", "Chi", "CELL", title="Kế hoạch khác")
        office.act(office.begin("commitment", "An", "CELL"), "submit", "An")
        office.wait(days=60)
        with transaction():
            sweep(office.now)
        for name in list(office.people):
            person = office.person(name)
            visible = sa.select(Document.id).where(visible_documents(person, office.now))
            reached = set(db.session.scalars(within_reach(person, office.now)))
            assert set(db.session.scalars(visible)) <= reached, name


@pytest.mark.databases("sqlite")
def test_the_list_and_the_api_ask_alike(house: House) -> None:
    ident = plan(house, "Đẩy mạnh học tập", "07-KH/CB")
    plan(house, "Việc khác", "08-KH/CB")
    for q in ("day manh", "7 KH CB"):
        answer = house.app.test_client().get(
            "/api/v1/documents", query_string={"q": q}, headers=house.bearer("Chi")
        )
        assert [item["id"] for item in answer.get_json()["items"]] == [ident]
        page = house("Chi").get("/documents", query_string={"q": q})
        assert says(page, "Đẩy mạnh học tập")
        assert not says(page, "Việc khác")
    answer = house.app.test_client().get("/api/v1/documents?q=%25", headers=house.bearer("Chi"))
    assert answer.get_json()["items"] == []
    assert house("Chi").get("/search?q=%00%ff").status_code == 200


@pytest.mark.databases("sqlite")
def test_nothing_asked_and_nothing_found_say_so(house: House) -> None:
    chi = house("Chi")
    assert says(chi.get("/search"), "Gõ vài chữ để tìm.")
    assert says(chi.get("/search?q=%25"), "Gõ vài chữ để tìm.")
    assert says(chi.get("/search?q=xyzxyz"), "Chưa tìm thấy gì trong phạm vi được xem.")
    with house.inside(), transaction():
        unit = house.office.units["BASE"]
        unit.search_fold = search_fold(unit.name)
    assert says(chi.get("/search?q=truong+thu"), "<mark>Trường</mark> <mark>Thử</mark>")
