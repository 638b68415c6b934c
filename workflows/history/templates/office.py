"""What is told of an office's day: campaigns, lists, the register of numbers, the calendar, accounts."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage than the issuer's) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("account_created", None, False): N_("%(actor)s%(as)s lập tài khoản cho %(name)s%(details)s."),
    ("account_suspended", None, False): N_(
        "%(actor)s%(as)s khóa tài khoản của %(name)s%(details)s."
    ),
    ("account_resumed", None, False): N_(
        "%(actor)s%(as)s mở lại tài khoản của %(name)s%(details)s."
    ),
    ("password_reset", None, False): N_(
        "%(actor)s%(as)s đặt lại mật khẩu cho %(name)s%(details)s."
    ),
    ("calendar_day_set", None, False): N_(
        "%(actor)s%(as)s ghi lịch riêng cho ngày %(day)s%(details)s."
    ),
    ("calendar_day_cleared", None, False): N_(
        "%(actor)s%(as)s bỏ lịch riêng của ngày %(day)s%(details)s."
    ),
    ("calendar_year_set", None, False): N_(
        "%(actor)s%(as)s nhập bảng ngày nghỉ, ngày làm bù của năm %(year)s%(details)s."
    ),
    ("list_reported", None, False): N_(
        "%(actor)s%(as)s báo cáo danh sách cam kết số %(number)s của %(of_unit)s, %(lines)s người, "
        "lên %(to_body)s%(details)s."
    ),
    ("list_received", None, False): N_(
        "%(actor)s%(as)s tiếp nhận danh sách cam kết số %(number)s của %(of_unit)s, "
        "%(lines)s người%(details)s."
    ),
    ("told_in_person", None, False): N_(
        "%(actor)s%(as)s đã báo trực tiếp cho %(name)s một việc đang chờ%(details)s."
    ),
    ("first_password_printed", None, False): N_(
        "%(actor)s%(as)s in phiếu mật khẩu lần đầu cho %(name)s%(details)s."
    ),
    ("number_given", None, False): N_(
        "%(actor)s%(as)s vào sổ văn bản “%(title)s” của %(unit)s%(details)s."
    ),
    ("number_voided", None, False): N_(
        "%(actor)s%(as)s hủy một số trong sổ văn bản của %(unit)s%(details)s."
    ),
    ("term_set", None, False): N_("%(actor)s%(as)s ghi nhiệm kỳ %(name)s của %(unit)s%(details)s."),
    ("campaign_drafted", None, False): N_(
        "%(actor)s%(as)s ghi bản nháp của đợt %(title)s%(details)s."
    ),
    ("campaign_dropped", None, False): N_(
        "%(actor)s%(as)s bỏ bản nháp của đợt %(title)s%(details)s."
    ),
    ("campaign_opening", None, False): N_(
        "%(actor)s%(as)s cho mở đợt %(title)s, giao %(obligations)s việc%(details)s."
    ),
    ("campaign_opened", None, False): N_("%(actor)s%(as)s mở đợt %(title)s%(details)s."),
    ("campaign_amended", None, False): N_(
        "%(actor)s%(as)s sửa đợt %(title)s: thêm %(added)s, bỏ %(ended)s, đổi hạn %(moved)s, đổi "
        "khác %(changed)s%(details)s."
    ),
}
