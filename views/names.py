"""What units, posts, roles, kinds and what is owed are called, in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.campaign import Requirement
from models.post import Post
from models.queries.seats import Place, Seat
from models.unit import Unit
from views.words import english, gettext
from workflows.prints.words import full_body, issuer_name, joined
from workflows.rules.issuing import NAMES as ISSUED


def unit_name(unit: Unit | Place, on: date | None = None) -> str:
    """The unit's name in the viewer's language; with `on`, the one it bore that day (of another
    name than today's only the Vietnamese one is kept)."""
    if on is not None and isinstance(unit, Unit) and (then := unit.name_on(on)) != unit.name:
        return then
    return own_name(unit.name, unit.name_en)


def own_name(vietnamese: str, other: str | None) -> str:
    """A name in the viewer's language, where it has one."""
    return (english() and other) or vietnamese


def within(name: str) -> str:
    """A name as it stands within a sentence."""
    return name[:1].lower() + name[1:]


def body_name(unit: Unit) -> str:
    """Who acts for the unit: “Đảng ủy Trường THPT Mẫu Đơn”; a cell is its own body."""
    if english() and unit.body_en:
        return unit.body_en
    return full_body(unit.body, unit_name(unit))


def body_word(unit: Unit) -> str:
    """The short word for who acts: “Chi bộ”, “Ban Thường vụ”."""
    return (english() and unit.body_en) or unit.body


def post_title(post: Post | Seat) -> str:
    """“Bí thư”, or “Quyền Bí thư” when acting."""
    title = (english() and post.title_en) or post.title
    return gettext("Phụ trách: %(title)s", title=title) if post.acting else title


def post_name(post: Post | Seat) -> str:
    """“Bí thư Chi bộ Điều trị”: title and unit as one, without saying twice what both say."""
    title = post_title(post)
    if english():
        return f"{title}, {unit_name(post.unit)}"
    return joined(title, issuer_name(post.unit))


def role_words(role: str) -> str:
    """What a role is called when no post's own title is at hand."""
    return {
        "secretary": gettext("Bí thư hoặc chủ tịch"),
        "deputy": gettext("Cấp phó"),
        "committee": gettext("Ủy viên, cán bộ tham mưu"),
        "advisor": gettext("Ban tham mưu"),
        "standing": gettext("Thường vụ, thường trực"),
        "clerk": gettext("Văn thư"),
        "inspector": gettext("Ủy ban Kiểm tra"),
        "author": gettext("Người viết"),
        "system": gettext("Hệ thống"),
    }.get(role, role)


def kind_words(kind: str, type: str = "") -> str:
    """What a paper is called: by its own type where it has one (“Quy chế”), else by its kind."""
    if type:
        words = gettext(ISSUED[type])
        return words[:1].upper() + words[1:]
    match kind:
        case "plan":
            return gettext("Kế hoạch")
        case "commitment":
            return gettext("Bản cam kết")
        case "report":
            return gettext("Báo cáo")
        case "self_report":
            return gettext("Báo cáo cá nhân")
    return kind


def someones_own(kind: str) -> str:
    """A person's own paper, as it is spoken of where nobody is named."""
    if kind == "self_report":
        return gettext("một báo cáo cá nhân")
    return gettext("một bản cam kết")


def label(words: Mapping[str, str]) -> str:
    """A label of a definition in the viewer's language."""
    return words.get("en" if english() else "vi") or words.get("vi", "")


def requirement_words(requirement: Requirement) -> str:
    """What is owed: “Báo cáo quý I”."""
    return requirement.label_en if english() else requirement.label_vi
