"""Where a paper stands, in words, and what it is called."""

from __future__ import annotations

from models.document import Document
from models.kinds import PERSONAL
from views.days import local_day
from views.names import body_name, body_word, kind_words, label
from views.words import gettext
from workflows.conditions import awaits_confirmation
from workflows.definition import state_of
from workflows.prints.words import day

GLYPHS = {
    "drafted": ("", "g-draft"),
    "submitted": ("wait", "g-sent"),
    "reviewed": ("wait", "g-half"),
    "approved": ("done", "g-ok"),
    "reported": ("done", "g-ok"),
    "returned": ("late", "g-back"),
    "withdrawn": ("", "g-waive"),
    "superseded": ("", "g-waive"),
    "revoked": ("late", "g-waive"),
    "archived": ("paper", "g-hold"),
    "planned": ("", "g-draft"),
    "announced": ("wait", "g-sent"),
    "self_report_received": ("wait", "g-in"),
    "verifying": ("wait", "g-half"),
    "draft_conclusion": ("wait", "g-now"),
    "concluded": ("done", "g-ok"),
    "follow_up": ("done", "g-now"),
    "closed": ("paper", "g-hold"),
    "cancelled": ("", "g-waive"),
}


def state_words(document: Document) -> str:
    """The state in the words of its stage: “Đã ban hành, chờ Ban Thường vụ … cho ý kiến”."""
    spec = state_of(document)
    unit = document.current_stage.unit if document.stages else document.unit
    body = body_word(unit) if document.stage == 0 else body_name(unit)
    return label(spec.label_at(document.stage)).replace("{body}", body)


def state_badge(document: Document) -> tuple[str, str, str]:
    """(words, tone, glyph) for macros/badge.html."""
    tone, glyph = GLYPHS.get(document.state, ("", "g-open"))
    later = document.stage > 0 and bool(document.stages)
    filed = document.kind == "self_report" and document.state == "approved"
    if filed and document.current_stage.received_at is not None:
        return gettext("Chi bộ đã nhận, lưu"), tone, "g-in"
    if later and document.state in ("submitted", "reviewed"):
        glyph = "g-now"
    elif later and document.state == "approved":
        glyph = "g-ok2"
    elif document.state == "reported" and later and document.current_stage.received_at:
        glyph = "g-in"
        if document.kind not in PERSONAL:
            words = gettext("%(body)s đã nhận", body=body_name(document.current_stage.unit))
            return words, tone, glyph
    return state_words(document), tone, glyph


def force_badge(document: Document) -> tuple[str, str, str] | None:
    """In force or not, as a badge; None where the question does not arise yet."""
    if document.state == "superseded":
        return gettext("Hết hiệu lực, đã có bản thay thế"), "", "g-waive"
    if document.state == "revoked":
        return gettext("Hết hiệu lực, đã bãi bỏ"), "late", "g-waive"
    if document.in_force_revision is None:
        return None
    # A paper signed outside was in force before the system heard of it.
    began = document.in_force_from and local_day(document.in_force_from)
    since = (document.recorded and document.dated_on) or began
    if document.in_force_revision != document.revision:
        return (
            gettext("Bản lần %(n)s còn hiệu lực trong lúc sửa", n=document.in_force_revision),
            "done",
            "g-ok",
        )
    return gettext("Có hiệu lực từ %(day)s", day=day(since)), "done", "g-ok"


def document_name(document: Document) -> str:
    """“Kế hoạch 03-KH/ĐU”, “Dự thảo kế hoạch”, “Bản cam kết của Hồ Văn Minh Chứng”; of what was
    signed outside the system it says so: “Kế hoạch 02-KH/ĐU (bản giấy)”."""
    return paper_name(
        document.kind,
        document.state,
        document.number,
        document.author.full_name if document.kind in PERSONAL else "",
        recorded=document.recorded,
        awaits=awaits_confirmation(document),
        type=document.type,
    )


def paper_name(
    kind: str,
    state: str,
    number: str | None,
    author: str,
    *,
    recorded: bool,
    awaits: bool,
    type: str = "",
) -> str:
    """As `document_name`, of what is known of a document; `awaits`: recorded, not yet confirmed."""
    if kind == "commitment":
        name = gettext("Bản cam kết của %(name)s", name=author)
    elif kind == "self_report":
        name = gettext("Báo cáo cá nhân của %(name)s", name=author)
    elif kind == "inspection":
        return gettext("Cuộc kiểm tra")
    elif number:
        name = f"{kind_words(kind, type)} {number}"
    elif awaits:
        name = kind_words(kind, type)
    elif state in ("drafted", "returned"):
        name = gettext("Dự thảo %(kind)s", kind=kind_words(kind, type).lower())
    else:
        name = gettext("%(kind)s chưa có số", kind=kind_words(kind, type))
    return gettext("%(name)s (bản giấy)", name=name) if recorded else name
