"""The words of the organisation for lists to choose from: roles, standings, lines, scopes."""

from __future__ import annotations

from flask_babel import gettext

from models.document import KINDS
from models.post import ROLES, Delegation
from models.unit import Level
from views import present
from workflows.organisation.delegations import ACTIONS


def roles() -> list[tuple[str, str]]:
    return [(role, present.role_words(role)) for role in ROLES]


def role_words(role: str) -> str:
    return present.role_words(role)


def standings() -> list[tuple[str, str]]:
    return [
        ("full", gettext("Đảng viên chính thức")),
        ("probationary", gettext("Đảng viên dự bị")),
        ("non_member", gettext("Chưa phải là đảng viên")),
    ]


def standing_words(standing: str) -> str:
    return dict(standings()).get(standing, standing)


def sectors() -> list[tuple[str, str]]:
    return [
        ("party", gettext("Khối đảng (số-loại/ký hiệu)")),
        ("state", gettext("Khối nhà nước, đoàn thể (số/loại-ký hiệu)")),
    ]


def line_words(line: str) -> str:
    """A reporting line's name."""
    return {
        "party": gettext("Tuyến đảng"),
        "union": gettext("Tuyến công đoàn"),
        "state": gettext("Tuyến chính quyền"),
    }.get(line, line)


def lines() -> list[tuple[str, str]]:
    return [(line, line_words(line)) for line in ("party", "union", "state")]


def level_words(level: Level) -> str:
    return present.label({"vi": level.name_vi, "en": level.name_en})


def kinds() -> list[tuple[str, str]]:
    return [(kind, present.kind_words(kind)) for kind in KINDS]


def actions() -> list[tuple[str, str]]:
    words = {
        "create": gettext("Lập dự thảo"),
        "revise": gettext("Sửa dự thảo"),
        "submit": gettext("Trình"),
        "review": gettext("Xem xét"),
        "return": gettext("Trả lại, yêu cầu bổ sung"),
        "approve": gettext("Thông qua, ký; cho ý kiến đồng ý"),
        "report": gettext("Báo cáo lên trên"),
        "receive": gettext("Tiếp nhận"),
        "request_amendment": gettext("Yêu cầu sửa đổi"),
        "withdraw": gettext("Rút lại"),
        "amend": gettext("Lập bản sửa đổi"),
        "revoke": gettext("Bãi bỏ"),
        "archive": gettext("Lưu hồ sơ"),
    }
    return [(action, words.get(action, action)) for action in ACTIONS]


def scope_words(delegation: Delegation) -> str:
    """What a delegation covers, in one line."""
    of_kinds = [words for kind, words in kinds() if kind in delegation.kinds]
    of_actions = [words for action, words in actions() if action in delegation.actions]
    papers = ", ".join(of_kinds) if of_kinds else gettext("mọi loại văn bản")
    acts = "; ".join(of_actions) if of_actions else gettext("mọi việc")
    return gettext("%(acts)s: %(papers)s", acts=acts, papers=papers)


def term_words(valid_from: object, valid_to: object) -> str:
    """From when to when, in words that leave out what is open."""
    start, end = present.day(valid_from), present.day(valid_to)  # type: ignore[arg-type]
    if start and end:
        return gettext("từ %(start)s đến %(end)s", start=start, end=end)
    if start:
        return gettext("từ %(start)s", start=start)
    if end:
        return gettext("đến %(end)s", end=end)
    return gettext("không ghi thời hạn")
