"""What is told of meetings, and of papers that a meeting decided."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage than the issuer's) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("approve by meeting", None, False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, thông qua bản thứ %(revision)s; %(actor)s xác nhận "
        "biên bản%(details)s."
    ),
    ("approve by meeting", "commitment", False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, thống nhất bản thứ %(revision)s; %(actor)s xác nhận "
        "biên bản%(details)s."
    ),
    ("return by meeting", None, False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, đề nghị sửa bản thứ %(revision)s; %(actor)s xác "
        "nhận biên bản%(details)s."
    ),
    ("sitting_closed", None, False): N_(
        "%(actor)s%(as)s kết thúc cuộc họp ngày %(day)s, %(chair)s chủ trì, đảng viên chính thức có "
        "mặt %(present)s trên %(full)s: thống nhất %(agreed)s, cần sửa %(sent_back)s, để lại "
        "%(later)s%(details)s."
    ),
    ("sitting_reopened", None, False): N_(
        "%(actor)s%(as)s mở lại cuộc họp ngày %(day)s%(details)s."
    ),
    ("sitting_cancelled", None, False): N_("%(actor)s%(as)s hủy cuộc họp ngày %(day)s%(details)s."),
    ("sitting_confirmed", None, False): N_(
        "%(actor)s%(as)s xác nhận biên bản cuộc họp ngày %(day)s: thống nhất %(agreed)s, cần sửa "
        "%(sent_back)s, để lại %(later)s%(details)s."
    ),
}
