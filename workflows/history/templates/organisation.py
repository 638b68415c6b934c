"""What is told of units, people, posts and delegations."""

from __future__ import annotations

from workflows.refusal import N_

# (action, kind or any, at a later stage than the issuer's) → the sentence.
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    ("unit_created", None, False): N_("%(actor)s%(as)s lập đơn vị %(name)s%(details)s."),
    ("unit_changed", None, False): N_("%(actor)s%(as)s sửa thông tin của %(unit)s%(details)s."),
    ("unit_renamed", None, False): N_(
        "%(actor)s%(as)s đổi tên đơn vị: từ %(old_name)s thành %(name)s%(details)s."
    ),
    ("unit_attached", None, False): N_(
        "%(actor)s%(as)s đổi cơ quan mà %(unit)s giúp việc%(details)s."
    ),
    ("reporting_line_added", None, False): N_(
        "%(actor)s%(as)s ghi cấp trên của %(unit)s là %(superior)s%(details)s."
    ),
    ("reporting_line_ended", None, False): N_(
        "%(actor)s%(as)s kết thúc quan hệ cấp trên với %(superior)s%(details)s."
    ),
    ("post_given", None, False): N_(
        "%(actor)s%(as)s ghi %(name)s giữ chức vụ %(title)s%(details)s."
    ),
    ("post_ended", None, False): N_(
        "%(actor)s%(as)s ghi %(name)s thôi giữ chức vụ %(title)s%(details)s."
    ),
    ("delegated", None, False): N_(
        "%(actor)s%(as)s ghi %(name)s ủy quyền cho %(to_name)s%(details)s."
    ),
    ("delegation_revoked", None, False): N_(
        "%(actor)s%(as)s thu hồi ủy quyền của %(name)s cho %(to_name)s%(details)s."
    ),
    ("person_created", None, False): N_("%(actor)s%(as)s ghi tên %(name)s%(details)s."),
    ("person_changed", None, False): N_("%(actor)s%(as)s sửa thông tin của %(name)s%(details)s."),
    ("member_joined", None, False): N_("%(actor)s%(as)s ghi %(name)s về %(unit)s%(details)s."),
    ("member_left", None, False): N_("%(actor)s%(as)s ghi %(name)s rời %(unit)s%(details)s."),
    ("member_exempted", None, False): N_(
        "%(actor)s%(as)s ghi %(name)s được miễn công tác, sinh hoạt%(details)s."
    ),
    ("member_resumed", None, False): N_(
        "%(actor)s%(as)s ghi %(name)s trở lại công tác, sinh hoạt%(details)s."
    ),
    ("absence_added", None, False): N_("%(actor)s%(as)s ghi %(name)s vắng mặt%(details)s."),
    ("absence_ended", None, False): N_("%(actor)s%(as)s ghi %(name)s trở lại%(details)s."),
    ("member_changed", None, False): N_(
        "%(actor)s%(as)s sửa tư cách của %(name)s ở %(unit)s%(details)s."
    ),
    ("post_changed", None, False): N_(
        "%(actor)s%(as)s sửa chức vụ %(title)s của %(name)s%(details)s."
    ),
    ("level_changed", None, False): N_("%(actor)s%(as)s sửa một cấp%(details)s."),
    ("unit_closed", "merge", False): N_(
        "%(actor)s%(as)s ghi %(unit)s sáp nhập vào %(to_body)s từ ngày %(day)s%(details)s."
    ),
    ("unit_closed", "split", False): N_(
        "%(actor)s%(as)s ghi %(unit)s chia tách thành %(to_body)s từ ngày %(day)s%(details)s."
    ),
    ("unit_closed", "close", False): N_(
        "%(actor)s%(as)s ghi %(unit)s chấm dứt từ ngày %(day)s, %(to_body)s nhận hồ sơ%(details)s."
    ),
    ("unit_took_over", None, False): N_(
        "%(actor)s%(as)s ghi %(unit)s tiếp nhận việc của %(name)s từ ngày %(day)s%(details)s."
    ),
    ("unit_closing_planned", None, False): N_(
        "%(actor)s%(as)s ghi %(unit)s sẽ sáp nhập, chia tách hoặc chấm dứt "
        "từ ngày %(day)s%(details)s."
    ),
    ("unit_closing_cancelled", None, False): N_(
        "%(actor)s%(as)s hủy việc sáp nhập, chia tách hoặc chấm dứt %(unit)s "
        "ngày %(day)s%(details)s."
    ),
    ("level_created", None, False): N_("%(actor)s%(as)s lập một cấp mới%(details)s."),
}
