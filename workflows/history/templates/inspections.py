"""What is told of an inspection in the log of its commission (`workflows.history`)."""

from __future__ import annotations

from workflows.refusal import N_

KIND = "inspection"
NOUN = N_("quyết định kiểm tra")
NOTICE = N_("theo thông báo kết luận %(decision)s")

# (action, kind or any, at a later stage) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("create", KIND, False): N_("%(actor)s%(as)s ghi quyết định: %(title)s%(details)s."),
    ("announce", KIND, False): N_("%(actor)s%(as)s triển khai cuộc kiểm tra%(details)s."),
    ("take_self_report", KIND, False): N_(
        "%(actor)s%(as)s ghi đã nhận báo cáo tự kiểm tra%(details)s."
    ),
    ("verify", KIND, False): N_("%(actor)s%(as)s bắt đầu thẩm tra, xác minh%(details)s."),
    ("draft_conclusion", KIND, False): N_(
        "%(actor)s%(as)s chuyển cuộc kiểm tra sang dự thảo kết luận%(details)s."
    ),
    ("verify_again", KIND, False): N_("%(actor)s%(as)s quay lại thẩm tra thêm%(details)s."),
    ("conclude", KIND, False): N_("%(actor)s%(as)s thông báo kết luận kiểm tra%(details)s."),
    ("follow_up", KIND, False): N_(
        "%(actor)s%(as)s bắt đầu theo dõi thực hiện kết luận%(details)s."
    ),
    ("close", KIND, False): N_("%(actor)s%(as)s kết thúc cuộc kiểm tra, lưu hồ sơ%(details)s."),
    ("cancel", KIND, False): N_("%(actor)s%(as)s hủy cuộc kiểm tra chưa triển khai%(details)s."),
    ("extend", KIND, False): N_("%(actor)s%(as)s gia hạn cuộc kiểm tra%(details)s."),
    ("freeze", KIND, False): N_("%(actor)s%(as)s niêm giữ hồ sơ trong phạm vi%(details)s."),
    ("unfreeze", KIND, False): N_("%(actor)s%(as)s thôi niêm giữ hồ sơ%(details)s."),
    ("freeze_lapsed", None, False): N_(
        "Hết ngày kiểm tra %(day)s, việc niêm giữ hồ sơ tự chấm dứt%(details)s."
    ),
    ("team_changed", None, False): N_(
        "%(actor)s%(as)s đổi đoàn kiểm tra, trưởng đoàn %(name)s%(details)s."
    ),
}
