"""What an act is called where neither a name nor a word of it leaves: in the exported pages, which are
in Vietnamese."""

from __future__ import annotations

_ACTS = {
    "create": "lập dự thảo",
    "revise": "sửa nội dung",
    "submit": "gửi, trình",
    "review": "cho ý kiến",
    "return": "đề nghị bổ sung",
    "approve": "thống nhất, thông qua",
    "report": "báo cáo lên cấp trên",
    "receive": "tiếp nhận",
    "withdraw": "rút",
    "amend": "mở bản sửa đổi",
    "request_amendment": "yêu cầu sửa đổi bản đã ban hành",
    "supersede": "được thay thế",
    "revoke": "bãi bỏ",
    "archive": "lưu hồ sơ",
    "record": "vào sổ bản giấy",
    "correct": "sửa bản giấy đã vào sổ",
    "confirm": "xác nhận bản giấy",
    "explain": "giải trình",
    "migrate": "chuyển sang quy trình mới",
    "read": "đọc nội dung",
    "attach": "thêm tệp kèm theo",
    "detach": "gỡ tệp kèm theo",
    "remind": "nhắc việc",
    "urge": "đôn đốc",
    "escalate": "báo việc quá hạn lên cấp trên",
    "reason_stated": "nêu lý do chậm",
    "escalation_noted": "trả lời việc quá hạn: đã biết",
    "escalation_settled": "trả lời việc quá hạn: đã xử lý",
    "escalation_extended": "trả lời việc quá hạn: gia hạn",
    "escalation_chased": "trả lời việc quá hạn: đôn đốc",
    "obligation_waived": "miễn nhiệm vụ",
    "obligation_resumed": "nhiệm vụ thực hiện lại",
    "obligation_extended": "gia hạn nhiệm vụ",
    "list_reported": "báo cáo danh sách cam kết",
    "list_received": "tiếp nhận danh sách cam kết",
    "told_in_person": "báo trực tiếp",
    "erased": "xóa dữ liệu cá nhân theo thủ tục",
    "handed_over": "bàn giao",
    "person_created": "thêm người",
    "person_changed": "sửa thông tin của một người",
    "member_joined": "đảng viên chuyển đến",
    "member_left": "đảng viên chuyển đi",
    "member_changed": "sửa tư cách đảng viên",
    "member_exempted": "miễn công tác, sinh hoạt",
    "member_resumed": "sinh hoạt trở lại",
    "absence_added": "ghi vắng mặt",
    "absence_ended": "hết vắng mặt",
    "account_created": "cấp tài khoản",
    "account_suspended": "khóa tài khoản",
    "account_resumed": "mở lại tài khoản",
    "password_reset": "đặt lại mật khẩu",
    "first_password_printed": "in mật khẩu lần đầu",
}


def act_words(action: str) -> str:
    """The words for an act; its own name where nobody thought of it."""
    return _ACTS.get(action, action)
