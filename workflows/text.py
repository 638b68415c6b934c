"""What people type, made safe to keep: one spelling (NFC), nothing invisible, nothing endless."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from workflows.refusal import N_, Reason, Refused

LINE = 300  # letters of a name, a title, one field
TEXT = 20_000  # letters of a text with paragraphs

FIRST_YEAR, LAST_YEAR = 1900, 2100

# They turn the direction of what follows, so that a text reads otherwise than it is stored.
DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# Pasted along from web pages and word processors; they print nothing and make false twins of names.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")

ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
VIETNAMESE_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def clean(
    text: object, *, limit: int = TEXT, place: str | None = None, multiline: bool = False
) -> str:
    """The text in NFC with its ends stripped; "" for None. Line ends become newlines when
    `multiline`.

    Raises Refused (FORM) for what is not a text, is too long, or holds control characters, broken
    letters (lone surrogates) or marks that turn the direction of writing.
    """
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _refused(N_("Ô này cần là chữ. Hãy nhập lại bằng chữ."), place)
    if len(text) > 4 * limit + 100:
        raise _too_long(len(text), limit, place)
    if multiline:
        text = LINE_ENDS.sub("\n", text)
    text = text.strip()
    for letter in text:
        problem = _problem(letter, multiline=multiline)
        if problem:
            raise _refused(problem, place)
    text = unicodedata.normalize("NFC", text.translate(INVISIBLE)).strip()
    if len(text) > limit:
        raise _too_long(len(text), limit, place)
    return text


def clean_line(text: object, *, limit: int = LINE, place: str | None = None) -> str:
    """One line of text; see `clean`."""
    return clean(text, limit=limit, place=place)


def parse_date(text: object, *, place: str | None = None) -> date:
    """A day written 2026-03-31 or 31/03/2026. Raises Refused (FORM), also for 30/02 and year
    9999."""
    if isinstance(text, date) and type(text) is date:
        return text
    written = clean_line(text, place=place) if isinstance(text, str) else ""
    if match := ISO_DATE.fullmatch(written):
        year, month, day = map(int, match.groups())
    elif match := VIETNAMESE_DATE.fullmatch(written):
        day, month, year = map(int, match.groups())
    else:
        raise Refused(
            Reason(
                "FORM",
                N_("Ngày “%(given)s” chưa đọc được. Cần ghi ngày/tháng/năm, ví dụ 31/03/2026."),
                {"given": _shown(text)},
                place=place,
            )
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            Reason(
                "FORM",
                N_("Năm %(year)s nằm ngoài khoảng %(first)s–%(last)s. Cần kiểm tra lại năm."),
                {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR},
                place=place,
            )
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(
            Reason(
                "FORM",
                N_("Ngày “%(given)s” không có trong lịch. Cần kiểm tra lại ngày và tháng."),
                {"given": _shown(text)},
                place=place,
            )
        ) from None


def _problem(letter: str, *, multiline: bool) -> str | None:
    if multiline and letter in "\n\t":
        return None
    if letter in "\n\r\u2028\u2029":
        return N_("Ô này chỉ nhận một dòng. Cần bỏ chỗ xuống dòng.")
    category = unicodedata.category(letter)
    if category == "Cs" or ord(letter) & 0xFFFE == 0xFFFE:
        return N_("Văn bản có chữ hỏng, không đọc được. Cần gõ lại đoạn ấy rồi gửi lại.")
    if category == "Cc":
        return N_(
            "Văn bản có ký tự điều khiển không in được. Cần gõ lại hoặc dán lại dạng chữ thường."
        )
    if letter in DIRECTION:
        return N_(
            "Văn bản có ký tự đổi chiều chữ, dễ gây đọc nhầm. Cần gõ lại đoạn ấy rồi gửi lại."
        )
    return None


def _refused(text: str, place: str | None) -> Refused:
    return Refused(Reason("FORM", text, place=place))


def _too_long(length: int, limit: int, place: str | None) -> Refused:
    return Refused(
        Reason(
            "FORM",
            N_("Nội dung dài %(length)s chữ, ô này nhận nhiều nhất %(limit)s. Cần viết gọn lại."),
            {"length": length, "limit": limit},
            place=place,
        )
    )


def _shown(value: object) -> str:
    """A value as it may be repeated in a sentence: short and printable."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(value))
    return text if len(text) <= 40 else text[:39] + "…"
