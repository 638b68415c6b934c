"""R27: numbers and symbols, with G1, G5 and G6 of the sources."""

from datetime import date

import pytest

from tests.rules import cast
from tests.rules.cast import NOW, TODAY, act, document, sentence, stored
from workflows.register import enter_document
from workflows.rules.numbers import as_written, number_free, suggest_number
from workflows.symbols import Defect, Symbol, read, read_citation, tidy

FORMAT, TYPE = Defect.SYMBOL_FORMAT, Defect.TYPE_SYMBOL_MISMATCH
UNREADABLE, MISSING = Defect.UNREADABLE, Defect.MISSING_NUMBER


@pytest.mark.parametrize(
    ("written", "canonical", "defects"),
    [
        pytest.param("20/KH-TU", "20-KH/TU", (FORMAT,), id="G1"),
        ("20-KH/TU", "20-KH/TU", ()),
        ("08/KH-LĐLĐ", "08/KH-LĐLĐ", ()),
        ("08 /KH-LĐLĐ", "08/KH-LĐLĐ", ()),
        ("01- CTr/QU", "01-CTr/QU", ()),
        ("08-KH/LĐLĐ", "08/KH-LĐLĐ", (FORMAT,)),
        ("16-HD/BTGHU", "16-HD/BTGHU", ()),
        ("2952-CV/BTCTW", "2952-CV/BTCTW", ()),
        ("08-QĐi/TW", "08-QĐi/TW", ()),
        ("60-KH/BCĐ", "60-KH/BCĐ", ()),
        ("5-KH/ĐU", "05-KH/ĐU", ()),
        ("05–KH/ÐU", "05-KH/ĐU", ()),  # a dash and the Icelandic letter, as typed on old keyboards
        ("Số 05-KH/ĐU", "05-KH/ĐU", ()),
        ("Số: 08/KH-LĐLĐ", "08/KH-LĐLĐ", ()),
        ("05-kh/đu", "05-KH/ĐU", ()),
        ("05/KH/ĐU", "05-KH/ĐU", (FORMAT,)),
        ("00-KH/ĐU", None, (UNREADABLE,)),
        ("05-XX/ĐU", None, (UNREADABLE,)),
        ("kế hoạch số năm", None, (UNREADABLE,)),
        ("", None, (MISSING,)),
        ("  ", None, (MISSING,)),
    ],
)
def test_reading_a_number(written, canonical, defects):
    reading = read(written)
    assert (reading.canonical, reading.defects) == (canonical, defects)


@pytest.mark.parametrize(
    ("cited", "defects"),
    [
        pytest.param("Quy định 101-CT/TW", (TYPE,), id="G5"),
        pytest.param("Quy định số 55-CT/TW", (TYPE,), id="G5, with số"),
        ("Quy định 08-QĐi/TW", ()),
        ("Quy định 101-QĐ/TW", ()),
        ("Quyết định 08-QĐi/TW", (TYPE,)),
        ("Kế hoạch số 249-KH/QU", ()),
        ("Kế hoạch 20/KH-TU", (FORMAT,)),
        ("Chỉ thị 05-CT/TW", ()),
        ("05-CT/TW", ()),
    ],
)
def test_the_word_agrees_with_the_symbol(cited, defects):
    assert read_citation(cited).defects == defects


def test_the_same_number_however_written():
    assert read("5-KH/ĐU").symbol == read("05 - KH / ĐU").symbol == Symbol(5, "KH", "ĐU")
    assert tidy(" 08 /KH-LĐLĐ ") == "08/KH-LĐLĐ"


@pytest.fixture
def register(session):
    """A base that began the year with 03 and used 05, a fresh plan, a fresh report, and
    the union's plan."""
    base, campaign = cast.base(), cast.campaign()
    last_year = cast.campaign(code="CD-2025", year=2025)
    papers = {
        "third": document(issuer=base, campaign=campaign, number="03-KH/ĐU"),
        "fifth": document(issuer=base, campaign=campaign, number="5-KH/ĐU", state="superseded"),
        "old": document(issuer=base, campaign=last_year, number="09-KH/ĐU"),
        "plan": document(issuer=base, campaign=campaign),
        "report": document("report", issuer=base, campaign=campaign),
        "union": document(issuer=cast.union(), campaign=campaign),
        "commitment": document("commitment", issuer=cast.cell(), campaign=campaign),
    }
    stored(session, list(papers.values()))
    for name, year in (("third", 2026), ("fifth", 2026), ("old", 2025)):
        papers[name].dated_on = date(year, 3, 5)
        enter_document(papers[name], actor=None, now=NOW)
    return papers


@pytest.mark.parametrize(
    ("paper", "number", "said"),
    [
        ("plan", "06-KH/ĐU", []),
        ("plan", "6-KH/ĐU", []),
        ("plan", "09-KH/ĐU", ["bỏ trống 06-KH/ĐU … 08-KH/ĐU"]),  # 09 is last year's
        ("plan", "07-KH/ĐU", ["bỏ trống 06-KH/ĐU"]),
        ("plan", "04-KH/ĐU", []),  # left out by papers recorded before
        ("plan", "02-KH/ĐU", ["bắt đầu từ số 03-KH/ĐU"]),
        ("plan", None, ["chưa có số"]),
        ("plan", "sáu", ["chưa đọc được"]),
        ("plan", "06/KH-ĐU", ["thể thức văn bản Đảng"]),
        ("plan", "06-BC/ĐU", ["chưa khớp với loại văn bản"]),
        ("plan", "06-KH/CB", ["Ký hiệu cơ quan CB"]),
        ("plan", "06/BC-TU", ["thể thức", "chưa khớp", "Ký hiệu cơ quan"]),
        ("plan", "03-KH/ĐU", ["đã dùng"]),
        ("plan", "05-KH/ĐU", ["đã dùng"]),
        ("third", "03-KH/ĐU", []),
        ("third", "04-KH/ĐU", ["giữ nguyên số"]),
        ("third", None, []),
        ("report", "03-BC/ĐU", []),
        ("union", "08/KH-CĐCS", []),
        ("union", "08-KH/CĐCS", ["thể thức văn bản hành chính"]),
        ("commitment", None, []),
    ],
)
def test_number_is_free_and_in_form(register, paper, number, said):
    reasons = number_free(act(register[paper], number=number))
    assert len(reasons) == len(said)
    for reason, words in zip(reasons, said, strict=True):
        assert words in sentence(reason)
        assert (reason.rule, reason.place) == ("R27", "number")


@pytest.mark.parametrize(
    ("paper", "suggested"),
    [
        ("plan", "06-KH/ĐU"),
        ("third", "03-KH/ĐU"),
        ("report", "01-BC/ĐU"),
        ("union", "01/KH-CĐCS"),
        ("commitment", None),
    ],
)
def test_suggested_number_is_the_next_free(register, paper, suggested):
    assert suggest_number(register[paper], TODAY) == suggested


def test_the_sentence_says_what_to_write(register):
    [reason] = number_free(act(register["plan"], number="06/KH-ĐU"))
    assert "Cần ghi 06-KH/ĐU." in sentence(reason)
    assert as_written(register["plan"], " 6 - kh/đu") == "06-KH/ĐU"


def test_an_amendment_needs_a_number_of_its_own(register, session):
    amendment = document(
        issuer=register["third"].unit, campaign=register["third"].campaign, amends=register["third"]
    )
    stored(session, [amendment])
    assert number_free(act(amendment, number="03-KH/ĐU"))
    assert number_free(act(amendment, number="06-KH/ĐU")) == []
