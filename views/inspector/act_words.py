"""The acts by which events are searched, in words."""

from __future__ import annotations

from flask_babel import gettext


def acts() -> list[tuple[str, str]]:
    """(action, words), in the order in which a paper meets them; then what concerns units, posts
    and late work."""
    return [
        ("create", gettext("Lập dự thảo")),
        ("revise", gettext("Sửa nội dung")),
        ("submit", gettext("Trình, gửi")),
        ("review", gettext("Cho ý kiến, thẩm định")),
        ("return", gettext("Trả lại, yêu cầu bổ sung")),
        ("approve", gettext("Thông qua, đồng ý")),
        ("report", gettext("Báo cáo cấp trên")),
        ("receive", gettext("Tiếp nhận")),
        ("request_amendment", gettext("Yêu cầu sửa đổi bản đã ban hành")),
        ("amend", gettext("Mở bản sửa đổi")),
        ("supersede", gettext("Được thay thế")),
        ("withdraw", gettext("Rút")),
        ("revoke", gettext("Bãi bỏ")),
        ("archive", gettext("Lưu hồ sơ")),
        ("record", gettext("Vào sổ bản giấy")),
        ("confirm", gettext("Xác nhận bản giấy")),
        ("explain", gettext("Giải trình")),
        ("sitting_closed", gettext("Kết thúc cuộc họp")),
        ("sitting_confirmed", gettext("Xác nhận biên bản")),
        ("list_reported", gettext("Báo cáo danh sách cam kết")),
        ("list_received", gettext("Tiếp nhận danh sách cam kết")),
        ("number_given", gettext("Vào sổ văn bản")),
        ("number_voided", gettext("Hủy số văn bản")),
        ("remind", gettext("Nhắc việc")),
        ("urge", gettext("Đôn đốc")),
        ("escalate", gettext("Báo việc quá hạn lên cấp trên")),
        ("escalation_noted", gettext("Trả lời: đã biết việc quá hạn")),
        ("escalation_settled", gettext("Trả lời: đã xử lý việc quá hạn")),
        ("escalation_extended", gettext("Trả lời: gia hạn việc quá hạn")),
        ("escalation_chased", gettext("Trả lời: đôn đốc việc quá hạn")),
        ("obligation_extended", gettext("Gia hạn")),
        ("obligation_waived", gettext("Miễn")),
        ("post_given", gettext("Giao chức vụ")),
        ("post_ended", gettext("Thôi chức vụ")),
        ("delegated", gettext("Ủy quyền")),
        ("delegation_revoked", gettext("Thu hồi ủy quyền")),
        ("campaign_opened", gettext("Mở đợt")),
        ("campaign_amended", gettext("Sửa đợt")),
    ]
