"""Text and dates as people give them, and Vietnamese searching and sorting."""

import unicodedata
from datetime import date, datetime

import pytest

from workflows.periods import Period, parse_period
from workflows.refusal import Refused
from workflows.sorting import name_sort_key, search_fold, sort_key
from workflows.text import clean, clean_line, parse_date


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Kế hoạch  ", "Kế hoạch"),
        (None, ""),
        ("", ""),
        ("hai  chữ cách", "hai  chữ cách"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Ủy"), "Nguyễn Văn Ủy"),
        ("Nguyễn\u200b Văn\ufeff A", "Nguyễn Văn A"),
        ("hợp\u00adtác", "hợptác"),
        ("chữ 👩‍🌾 và ₫", "chữ 👩‍🌾 và ₫"),
        ("Ă" * 300, "Ă" * 300),
        ("  " + "x" * 300 + "\n", "x" * 300),
    ],
)
def test_a_line_is_kept(given, kept):
    assert clean_line(given) == kept


def test_twins_in_nfc_and_nfd_become_one():
    name = "Đặng Thị Tưởng Tượng"
    assert clean_line(unicodedata.normalize("NFD", name)) == clean_line(name)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("x" * 301, "dài 301 chữ"),
        ("x" * 100_000, "dài 100000 chữ"),
        ("a\x00b", "ký tự điều khiển"),
        ("a\x1bb", "ký tự điều khiển"),
        ("a\x85b", "ký tự điều khiển"),
        ("a\tb", "ký tự điều khiển"),
        ("a\nb", "một dòng"),
        ("a\u2028b", "một dòng"),
        ("a\ud800b", "chữ hỏng"),
        ("a\uffffb", "chữ hỏng"),
        ("Nguyễn \u202eAnăV", "đổi chiều"),
        ("a\u2066b\u2069", "đổi chiều"),
        (12, "cần là chữ"),
        (["a"], "cần là chữ"),
    ],
)
def test_a_line_is_refused(given, said):
    with pytest.raises(Refused) as refusal:
        clean_line(given, place="title")
    [reason] = refusal.value.reasons
    assert (reason.rule, reason.place) == ("FORM", "title")
    assert said in reason.text % reason.params


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("một\r\nhai\rba\nbốn", "một\nhai\nba\nbốn"),
        ("một\n\n\thai", "một\n\n\thai"),
        ("một\u2029hai", "một\nhai"),
    ],
)
def test_paragraphs_are_kept(given, kept):
    assert clean(given, multiline=True) == kept


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("1/4/2026", date(2026, 4, 1)),
        (" 31/3/2026 ", date(2026, 3, 31)),
        ("31.3.2026", date(2026, 3, 31)),
        ("29/02/2024", date(2024, 2, 29)),
        (date(2026, 3, 31), date(2026, 3, 31)),
    ],
)
def test_a_date_is_read(given, read):
    assert parse_date(given) == read


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("30/02/2026", "không có trong lịch"),
        ("29/02/2026", "không có trong lịch"),
        ("2026-13-01", "không có trong lịch"),
        ("31/03/9999", "Năm 9999"),
        ("9999-01-01", "Năm 9999"),
        ("0001-01-01", "Năm 1"),
        ("", "chưa đọc được"),
        ("hôm nay", "chưa đọc được"),
        ("31/03/26", "chưa đọc được"),
        ("٣١/٠٣/٢٠٢٦", "chưa đọc được"),
        (None, "chưa đọc được"),
        (20260331, "chưa đọc được"),
        (datetime(2026, 3, 31), "chưa đọc được"),  # noqa: DTZ001
        ("31/03/2026\x00", "ký tự điều khiển"),
        ("9" * 400, "dài"),
    ],
)
def test_a_date_is_refused(given, said):
    with pytest.raises(Refused) as refusal:
        parse_date(given, place="dated_on")
    [reason] = refusal.value.reasons
    assert reason.place == "dated_on"
    assert said in reason.text % reason.params


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Quý I/2026", "2026-01-01", "2026-03-31"),
        ("quý 2 năm 2026", "2026-04-01", "2026-06-30"),
        ("Quý III năm 2026", "2026-07-01", "2026-09-30"),
        ("Q4/2026", "2026-10-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("6 tháng đầu năm 2026", "2026-01-01", "2026-06-30"),
        ("sáu tháng cuối năm 2026", "2026-07-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("Năm 2026", "2026-01-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("tháng 2/2024", "2024-02-01", "2024-02-29"),
        ("Tháng 11 năm 2026", "2026-11-01", "2026-11-30"),
        ("2026-03", "2026-03-01", "2026-03-31"),
        ("01/11/2025 - 15/05/2026", "2025-11-01", "2026-05-15"),
        ("từ 01/11/2025 đến 15/05/2026", "2025-11-01", "2026-05-15"),
        ("2026-01-01/2026-03-31", "2026-01-01", "2026-03-31"),
    ],
)
def test_a_period_is_read(text, start, end):
    assert parse_period(text) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đợt 1",
        "quý V/2026",
        "tháng 13/2026",
        "31/03/2026 - 01/01/2026",
        "30/02/2026 - 01/03/2026",
        "26",
    ],
)
def test_a_period_in_loose_words_is_none(text):
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đảng ủy xã đẩy mạnh", "dang uy xa day manh"),
        ("Đảng uỷ", "dang uy"),
        (unicodedata.normalize("NFD", "Ủy ban  Kiểm tra"), "uy ban kiem tra"),
        ("05-KH/ĐU", "05-kh/du"),
        ("", ""),
    ],
)
def test_folding_for_search(text, folded):
    assert search_fold(text) == folded


@pytest.mark.parametrize(
    "ordered",
    [
        ["An Giang", "Ăn", "Ấp Bắc", "Bá Thước", "Bắc Ninh", "Dĩ An", "Đà Nẵng", "Eakar"],
        ["Oanh", "Ô Môn", "Ơ", "Ung", "Ưng", "Ứng Hòa"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Chi bộ 2", "Chi bộ 10", "Chi bộ Văn phòng"],
        ["an", "an giang", "anh"],
        ["", "a"],
    ],
)
def test_vietnamese_order(ordered):
    assert sorted(ordered, key=sort_key) == ordered
    assert sorted(sorted(ordered), key=sort_key) == ordered


def test_a_key_is_of_digits_so_that_no_locale_bends_it():
    key = sort_key("Đảng bộ phường 1: “Minh Họa” ß 京 👩" * 40)
    assert key.isascii()
    assert key.isdigit()
    assert len(key) < 1500


def test_people_are_listed_by_given_name():
    names = ["Võ Thị Bản Sao", "Trần Thị Ví Dụ", "Hồ Văn Minh Chứng", "Lê An"]
    assert sorted(names, key=name_sort_key) == [
        "Lê An",
        "Hồ Văn Minh Chứng",
        "Trần Thị Ví Dụ",
        "Võ Thị Bản Sao",
    ]
    assert name_sort_key("") == sort_key("")
