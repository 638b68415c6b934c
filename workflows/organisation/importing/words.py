"""The words of an office's lists, with and without diacritics, as the codes that are stored."""

from __future__ import annotations

from workflows.sheets import key

# The first word of each is what the template offers.
YES = ("có", "x", "1", "đúng", "yes")
NO = ("không", "0", "sai", "no")

STANDINGS = {
    "full": ("Chính thức", "Đảng viên chính thức", "Đảng viên"),
    "probationary": ("Dự bị", "Đảng viên dự bị"),
    "non_member": ("Quần chúng", "Chưa phải là đảng viên", "Ngoài đảng"),
}
SECTORS = {
    "party": ("Đảng", "Khối đảng"),
    "state": ("Nhà nước", "Đoàn thể", "Khối nhà nước, đoàn thể", "Khối nhà nước", "Chính quyền"),
}
LINES = {
    "party": ("Đảng", "Tuyến đảng"),
    "union": ("Công đoàn", "Tuyến công đoàn"),
    "state": ("Chính quyền", "Tuyến chính quyền", "Nhà nước"),
}
ROLES = {
    "secretary": ("Bí thư", "Chủ tịch", "Trưởng", "Người đứng đầu"),
    "deputy": ("Phó bí thư", "Phó chủ tịch", "Phó", "Phó bí thư thường trực", "Phó"),
    "committee": ("Chi ủy viên", "Ủy viên", "Cấp ủy viên", "Đảng ủy viên", "Ủy viên ban chấp hành"),
    "advisor": ("Tham mưu", "Cán bộ tham mưu", "Ban tham mưu"),
    "standing": ("Thường vụ", "Ban thường vụ", "Ủy viên ban thường vụ", "Ủy viên thường vụ"),
    "clerk": ("Văn thư", "Cán bộ văn thư"),
    "inspector": ("Kiểm tra", "Ủy ban kiểm tra", "Cán bộ kiểm tra"),
}


def _keys(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found = {key(word): code for code, words in table.items() for word in words}
    return found | {key(code): code for code in table}


STANDING, SECTOR, LINE, ROLE = map(_keys, (STANDINGS, SECTORS, LINES, ROLES))
YES_NO = {key(word): True for word in YES} | {key(word): False for word in NO}


def role_of(title: str) -> str | None:
    """The role that a title begins with: "Bí thư Chi bộ" → secretary; the longest words win."""
    said = key(title)
    for words in sorted(ROLE, key=len, reverse=True):
        if said.startswith(words):
            return ROLE[words]
    return None


def offered(table: dict[str, tuple[str, ...]]) -> str:
    """The first word of each choice, for a sentence."""
    return ", ".join(words[0] for words in table.values())
