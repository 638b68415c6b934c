"""What a field of a form is called, from its name alone: for a page that shows forms of any kind."""

from __future__ import annotations

from flask_babel import gettext

from views import present
from views.forms import is_digits
from workflows.indicators import CODE


def field_words(name: str) -> str:
    """`sections.3.0` → “3. Về thực hiện chức trách…, việc 1”; "" where no person writes in it."""
    place, *rest = name.split(".")
    number = int(rest[0]) + 1 if rest and is_digits(rest[0]) else 0
    if place == "sections":
        return _section(rest)
    if place == "indicators" and rest:
        return gettext("Chỉ tiêu %(code)s", code=rest[0]) if CODE.fullmatch(rest[0]) else ""
    if place == "models" and number:
        return gettext("Mô hình %(n)s", n=number)
    last = _words().get(rest[-1] if rest else place, "")
    if place == "tasks" and number and last:
        return gettext("Việc %(n)s: %(what)s", n=number, what=last)
    if place == "paper" and number and last:
        return gettext("Văn bản ngoài hệ thống, số %(n)s: %(what)s", n=number, what=last)
    return last


def _section(rest: list[str]) -> str:
    title = present.section_titles("").get(rest[0], "") if rest else ""
    if not title:
        return ""
    words = f"{rest[0]}. {' '.join(title.split())}"
    if len(rest) > 1 and is_digits(rest[1]):
        return gettext("%(section)s, việc %(n)s", section=words, n=int(rest[1]) + 1)
    return words


def _words() -> dict[str, str]:
    return {
        "title": gettext("Trích yếu"),
        "dated_on": gettext("Ngày ghi trên văn bản"),
        "basis_number": gettext("Số văn bản"),
        "basis_dated_on": gettext("Ngày văn bản"),
        "basis_issuer": gettext("Nơi ban hành"),
        "number": gettext("Số văn bản"),
        "issuer": gettext("Cơ quan ban hành"),
        "text": gettext("Nội dung"),
        "task": gettext("Việc"),
        "person": gettext("Người làm"),
        "deadline": gettext("Ngày xong"),
        "result": gettext("Kết quả cần có"),
        "period": gettext("Kỳ báo cáo"),
        "figures_as_of": gettext("Số liệu tính đến ngày"),
        "results": gettext("Kết quả"),
        "shortcomings": gettext("Hạn chế, khuyết điểm; nguyên nhân"),
        "next_tasks": gettext("Nhiệm vụ thời gian tới; kiến nghị"),
        "comment": gettext("Ý kiến"),
        "reason": gettext("Lý do"),
        "note": gettext("Ghi chú"),
        "notes": gettext("Ghi chú"),
        "minutes": gettext("Biên bản"),
        "present": gettext("Được biểu quyết"),
        "for": gettext("Tán thành"),
        "against": gettext("Không tán thành"),
        "new_due": gettext("Hạn mới"),
        "received_on": gettext("Ngày cấp trên nhận"),
        "reported_on": gettext("Ngày báo cáo"),
        "signed_by": gettext("Người ký"),
        "signed_as": gettext("Chức vụ ký"),
        "full_name": gettext("Họ và tên"),
        "login": gettext("Tên đăng nhập"),
        "decision": gettext("Theo quyết định số, ngày"),
    }
