"""What is told of the log itself: its keys, what was erased at the end of its term, and what was seen
of the logs below (`workflows.history`)."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("erased", None, False): N_("%(actor)s%(as)s xóa thông tin cá nhân theo yêu cầu%(details)s."),
    **dict.fromkeys(
        (("erased", "commitment", False), ("erased at its term", None, False)),
        N_("Hết thời hạn giữ, hệ thống xóa nội dung văn bản cá nhân của năm %(year)s%(details)s."),
    ),
    ("key_rotated", None, False): N_(
        "%(actor)s%(as)s thay khóa ký sổ sự kiện, khóa cũ và khóa mới cùng ký%(details)s."
    ),
    ("key_begun_anew", None, False): N_(
        "%(actor)s%(as)s bắt đầu khóa ký sổ mới vì khóa cũ không còn hoặc đã khôi phục từ bản sao "
        "cũ%(details)s."
    ),
    ("logs_seen", None, False): N_(
        "%(unit)s chứng kiến sổ của các đơn vị trực tiếp cấp dưới, ghi một mã gốc chung%(details)s."
    ),
}
