"""What is told of the acts on papers, their files, and who read them."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage than the issuer's) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("create", None, False): N_("%(actor)s%(as)s lập dự thảo %(kind)s%(details)s."),
    ("create by proxy", None, False): N_(
        "%(actor)s%(as)s nhập hộ %(kind)s từ bản viết tay%(details)s."
    ),
    ("revise by proxy", None, False): N_(
        "%(actor)s%(as)s nhập hộ lại, thành bản thứ %(revision)s%(details)s."
    ),
    ("submit by proxy", None, False): N_(
        "%(actor)s%(as)s gửi %(body)s bản thứ %(revision)s theo bản giấy người viết đã ký%(details)s."
    ),
    ("record", None, False): N_("%(actor)s%(as)s vào sổ %(kind)s đã ký trên giấy%(details)s."),
    ("correct", None, False): N_("%(actor)s%(as)s sửa bản giấy đã vào sổ%(details)s."),
    ("confirm", None, False): N_("%(actor)s%(as)s xác nhận bản giấy khớp với bản quét%(details)s."),
    ("explain", None, False): N_("%(actor)s%(as)s giải trình%(details)s."),
    ("revise", None, False): N_(
        "%(actor)s%(as)s sửa nội dung, thành bản thứ %(revision)s%(details)s."
    ),
    ("submit", None, False): N_("%(actor)s%(as)s trình %(body)s bản thứ %(revision)s%(details)s."),
    ("submit", "commitment", False): N_(
        "%(actor)s%(as)s gửi %(body)s bản thứ %(revision)s%(details)s."
    ),
    ("review", None, False): N_("%(actor)s%(as)s cho ý kiến bản thứ %(revision)s%(details)s."),
    ("review", None, True): N_(
        "%(actor)s%(as)s thẩm định bản thứ %(revision)s để %(body)s trả lời%(details)s."
    ),
    ("review", "commitment", False): N_("%(actor)s%(as)s góp ý bản thứ %(revision)s%(details)s."),
    ("return", None, False): N_(
        "%(actor)s%(as)s trả lại bản thứ %(revision)s để bổ sung%(details)s."
    ),
    ("return", None, True): N_(
        "%(actor)s%(as)s yêu cầu bổ sung bản thứ %(revision)s, ý kiến của %(body)s%(details)s."
    ),
    ("return", "commitment", False): N_(
        "%(actor)s%(as)s đề nghị bổ sung bản thứ %(revision)s%(details)s."
    ),
    ("approve", None, False): N_(
        "%(actor)s%(as)s thông qua, ký ban hành bản thứ %(revision)s%(details)s."
    ),
    ("approve", None, True): N_(
        "%(actor)s%(as)s trả lời: %(body)s đồng ý với bản thứ %(revision)s%(details)s."
    ),
    ("approve", "commitment", False): N_(
        "%(actor)s%(as)s ghi nhận %(body)s đã thống nhất bản thứ %(revision)s%(details)s."
    ),
    ("report", None, False): N_("%(actor)s%(as)s báo cáo lên %(to_body)s%(details)s."),
    ("report", "commitment", False): N_(
        "%(actor)s%(as)s đưa vào danh sách báo cáo %(to_body)s%(details)s."
    ),
    ("receive", None, False): N_("%(actor)s%(as)s tiếp nhận tại %(body)s%(details)s."),
    ("request_amendment", None, False): N_(
        "%(actor)s%(as)s yêu cầu sửa đổi, bổ sung; một bản sửa đổi được mở%(details)s."
    ),
    ("withdraw", None, False): N_("%(actor)s%(as)s rút %(kind)s%(details)s."),
    ("amend", None, False): N_("%(actor)s%(as)s mở bản sửa đổi, bổ sung%(details)s."),
    ("revoke", None, False): N_("%(actor)s%(as)s bãi bỏ %(kind)s%(details)s."),
    ("archive", None, False): N_("%(actor)s%(as)s lưu hồ sơ%(details)s."),
    ("supersede", None, False): N_(
        "%(actor)s ghi: %(kind)s được thay thế bằng bản sửa đổi đã có hiệu lực%(details)s."
    ),
    ("migrate", None, False): N_(
        "%(actor)s chuyển %(kind)s sang bản quy trình số %(to_version)s, hạn giữ nguyên%(details)s."
    ),
    ("attach", None, False): N_("%(actor)s%(as)s thêm một tệp kèm theo%(details)s."),
    ("detach", None, False): N_("%(actor)s%(as)s gỡ một tệp kèm theo%(details)s."),
    ("read", None, False): N_("%(actor)s%(as)s đọc bản thứ %(revision)s%(details)s."),
    ("handed_over", None, False): N_("%(actor)s%(as)s chuyển %(kind)s về %(unit)s%(details)s."),
}
