"""How things read on the screen: dates, distances, states, sentences. No decision is made here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from models.base import db
from models.campaign import Requirement
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.post import Post
from models.queries.seats import Place, Seat
from models.unit import Unit
from views.words import english, gettext, ngettext
from workflows import calendar
from workflows.conditions import awaits_confirmation
from workflows.definition import state_of
from workflows.indicators import INDICATORS
from workflows.prints.words import SECTION_TITLES, day, full_body, issuer_name, joined
from workflows.refusal import N_, Reason
from workflows.rules.reasons import REASON_CODES

FAR = 15  # working days; beyond, the distance is told in weeks


# -- names -------------------------------------------------------------------------------


def unit_name(unit: Unit | Place, on: date | None = None) -> str:
    """The unit's name in the viewer's language; with `on`, the one it bore that day (of another
    name than today's only the Vietnamese one is kept)."""
    if on is not None and isinstance(unit, Unit) and (then := unit.name_on(on)) != unit.name:
        return then
    return own_name(unit.name, unit.name_en)


def own_name(vietnamese: str, other: str | None) -> str:
    """A name in the viewer's language, where it has one."""
    return (english() and other) or vietnamese


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


def kind_words(kind: str) -> str:
    match kind:
        case "plan":
            return gettext("Kế hoạch")
        case "commitment":
            return gettext("Bản cam kết")
        case "report":
            return gettext("Báo cáo")
    return kind


def kind_icon(kind: str) -> str:
    return {"plan": "doc", "commitment": "pencil", "report": "list"}.get(kind, "doc")


# -- days and instants -------------------------------------------------------------------


def local(at: datetime) -> datetime:
    """The instant on the organisation's clock."""
    return at.astimezone(calendar.ZONE)


def local_day(at: datetime) -> date:
    return local(at).date()


def last_day(end: datetime) -> date:
    """The last good day of a limit that is kept as the instant at which that day ends (24:00)."""
    return local_day(end - timedelta(seconds=1))


def short_day(value: date | None) -> str:
    """17/03, for lists."""
    return "" if value is None else f"{value.day:02d}/{value.month:02d}"


WEEKDAYS = (
    N_("Thứ Hai"),
    N_("Thứ Ba"),
    N_("Thứ Tư"),
    N_("Thứ Năm"),
    N_("Thứ Sáu"),
    N_("Thứ Bảy"),
    N_("Chủ Nhật"),
)


def weekday(value: date) -> str:
    return gettext(WEEKDAYS[value.weekday()])


def long_day(value: date | None) -> str:
    """Thứ Ba 17/03/2026."""
    return "" if value is None else f"{weekday(value)} {day(value)}"


def instant(at: datetime | None) -> str:
    """10/03/2026 10:15."""
    if at is None:
        return ""
    here = local(at)
    return f"{day(here.date())} {here:%H:%M}"


def short_instant(at: datetime | None) -> str:
    """10/03 10:15."""
    if at is None:
        return ""
    here = local(at)
    return f"{short_day(here.date())} {here:%H:%M}"


def clock_words(at: datetime) -> str:
    """08:00 Thứ Hai, 06/04/2026."""
    here = local(at)
    return f"{here:%H:%M} {weekday(here.date())}, {day(here.date())}"


def iso(at: datetime | None) -> str:
    return "" if at is None else local(at).isoformat(timespec="minutes")


@dataclass(frozen=True)
class Due:
    """A limit: the date first, then how far away it is."""

    day: str
    distance: str
    tone: str  # "" | soon | late
    iso: str
    written: str = ""  # the day first written, where another one counts


def due(limit: date | datetime | None, today: date, *, year: bool = True) -> Due | None:
    """The last good day `limit` seen from `today`; None where there is no limit."""
    if limit is None:
        return None
    if isinstance(limit, datetime):
        limit = last_day(limit)
    office = calendar.WorkingCalendar.of(db.session())
    return _due(limit, today, office, year=year, english=english())


@lru_cache(10_000)
def _due(
    limit: date, today: date, office: calendar.WorkingCalendar, *, year: bool, english: bool
) -> Due:
    """`due`. Every list has many rows, and all lists of an office the same few days: each is put
    into words once, in the language in which `gettext` speaks."""
    words = long_day(limit) if year else f"{weekday(limit)} {short_day(limit)}"
    if limit < today:
        if (today - limit).days > 60:
            distance = ngettext("quá %(num)s tuần", "quá %(num)s tuần", (today - limit).days // 7)
        elif late := office.working_days_between(limit, today):
            distance = ngettext("quá %(num)s ngày làm việc", "quá %(num)s ngày làm việc", late)
        else:
            distance = gettext("đã qua hạn")
        return Due(words, distance, "late", limit.isoformat())
    if limit == today:
        return Due(words, gettext("đến hạn hôm nay"), "soon", limit.isoformat())
    left = office.working_days_between(today, limit) if (limit - today).days < 60 else FAR + 1
    if left > FAR:
        weeks = (limit - today).days // 7
        distance = ngettext("còn %(num)s tuần", "còn %(num)s tuần", weeks)
    else:
        distance = ngettext("còn %(num)s ngày làm việc", "còn %(num)s ngày làm việc", left)
    return Due(words, distance, "soon" if left <= 1 else "", limit.isoformat())


def owed_due(obligation: Obligation, today: date, *, year: bool = True) -> Due:
    """The last good day of what is owed, with the day first written where another one counts."""
    limit = due(obligation.effective_due, today, year=year)
    assert limit is not None
    return replace(limit, written=_written(obligation))


def since_written(limit: Due | None, written: date) -> Due | None:
    """A limit with the day first written, where that is another."""
    if limit is None or limit.iso == written.isoformat():
        return limit
    words = gettext("hạn ghi %(day)s (%(weekday)s)", day=day(written), weekday=weekday(written))
    return replace(limit, written=words)


def _written(obligation: Obligation) -> str:
    first = obligation.nominal_due
    if first == obligation.effective_due:
        return ""
    if obligation.extended_to is not None:
        return gettext("hạn đầu %(day)s, đã gia hạn", day=day(first))
    return gettext("hạn ghi %(day)s (%(weekday)s)", day=day(first), weekday=weekday(first))


def deadline_words(obligation: Obligation) -> str:
    """Both days of what is owed where they differ: “31/03/2012 (Thứ Bảy), tính đến 03/04/2012”."""
    first, last = obligation.nominal_due, obligation.effective_due
    if obligation.extended_to is not None:
        return gettext("%(first)s, gia hạn đến %(last)s", first=day(first), last=day(last))
    if first != last:
        return gettext(
            "%(first)s (%(weekday)s), tính đến %(last)s",
            first=day(first),
            weekday=weekday(first),
            last=day(last),
        )
    if (obligation.requirement.due or {}).get("kind") == "before":
        return limit_words(obligation.requirement, last)
    return day(last)


def bounded(count: int) -> str:
    return "99+" if count > 99 else str(count)


# -- sentences ---------------------------------------------------------------------------


def value_words(value: Any) -> Any:
    """A parameter of a sentence as words: dates as offices write them, names for what has one."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Unit):
        return unit_name(value)
    if isinstance(value, Person):
        return value.full_name
    if isinstance(value, Post):
        return post_name(value)
    if isinstance(value, Reason):
        return sentence(value)
    if isinstance(value, dict) and {"vi", "en"} <= value.keys():
        return value["en" if english() else "vi"]
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(value_words(item)) for item in value)
    return "" if value is None else value


def fill(text: str, params: Mapping[str, Any] | None = None) -> str:
    """A marked sentence in the viewer's language, its places filled."""
    words = gettext(text)
    if not params:
        return words.replace("%%", "%")
    try:
        filled = words % {name: value_words(value) for name, value in params.items()}
    except (KeyError, ValueError, TypeError):
        return words
    return filled.replace("{body}", str(params.get("body", "")))


def fill_markup(text: str, params: Mapping[str, Any], strong: Iterable[str]) -> Markup:
    """As `fill`, with the named places in bold; everything else escaped."""
    filled = {name: escape(value_words(value)) for name, value in params.items()}
    for name in strong:
        if filled.get(name):
            filled[name] = Markup("<b>{}</b>").format(filled[name])
    words = escape(gettext(text))
    try:
        return Markup(str(words) % filled)
    except (KeyError, ValueError, TypeError):
        return Markup(words)


def sentence(reason: Reason) -> str:
    """A reason as one sentence."""
    return fill(reason.text, reason.params)


RULE = re.compile(r"R\d{2}")


def rule(code: str | None) -> str:
    """Only the field's own rules are named on the screen; STATE, FORM … say nothing to a clerk."""
    return code if code and RULE.fullmatch(code) else ""


def reason_list(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Reasons for a template: text, rule, place. The same sentence is said once."""
    seen: dict[str, dict[str, str]] = {}
    for reason in reasons:
        text = sentence(reason)
        seen.setdefault(
            text, {"text": text, "rule": rule(reason.rule), "place": reason.place or ""}
        )
    return list(seen.values())


def reasons_about(name: str, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """The same at the head of a page of several people: each sentence says whose paper it is
    about ("" for none), and none names a field."""
    return [
        {
            "place": "",
            "text": f"{name}: {item['text']}" if name else item["text"],
            "rule": item["rule"],
        }
        for item in reason_list(reasons)
    ]


# -- where a paper stands ----------------------------------------------------------------

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
}


def label(words: Mapping[str, str]) -> str:
    """A label of a definition in the viewer's language."""
    return words.get("en" if english() else "vi") or words.get("vi", "")


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
    if later and document.state in ("submitted", "reviewed"):
        glyph = "g-now"
    elif later and document.state == "approved":
        glyph = "g-ok2"
    elif document.state == "reported" and later and document.current_stage.received_at:
        glyph = "g-in"
        if document.kind != "commitment":
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
    since = document.dated_on or (document.in_force_from and local_day(document.in_force_from))
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
        document.author.full_name if document.kind == "commitment" else "",
        recorded=document.recorded,
        awaits=awaits_confirmation(document),
    )


def paper_name(
    kind: str, state: str, number: str | None, author: str, *, recorded: bool, awaits: bool
) -> str:
    """As `document_name`, of what is known of a document; `awaits`: recorded, not yet confirmed."""
    if kind == "commitment":
        name = gettext("Bản cam kết của %(name)s", name=author)
    elif number:
        name = f"{kind_words(kind)} {number}"
    elif awaits:
        name = kind_words(kind)
    elif state in ("drafted", "returned"):
        name = gettext("Dự thảo %(kind)s", kind=kind_words(kind).lower())
    else:
        name = gettext("%(kind)s chưa có số", kind=kind_words(kind))
    return gettext("%(name)s (bản giấy)", name=name) if recorded else name


def reason_codes(kind: str) -> list[tuple[str, str]]:
    """Why a paper goes back, for the list in the form."""
    return [(code, gettext(words)) for code, words in REASON_CODES.get(kind, {}).items()]


def reason_code_words(kind: str, code: str | None) -> str:
    return dict(reason_codes(kind)).get(code or "", "")


def indicator_words(code: str) -> str:
    """What an indicator counts; parts of one (I11a) carry its words."""
    words = INDICATORS.get(code) or INDICATORS.get(code[:3])
    return gettext(words) if words else code


def figure(value: object) -> str:
    """A number as an office writes it: 1.200 and 12,5; in English 1,200 and 12.5."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "" if value is None else str(value)
    text = f"{number:,f}"
    return text if english() else text.translate({ord(","): ".", ord("."): ","})


def section_titles(congress: str) -> dict[str, str]:
    """The six headings in the viewer's language; the sixth names the campaign's Congress."""
    return {
        key: gettext(text) % {"congress": congress} if "%(" in text else gettext(text)
        for key, text in SECTION_TITLES.items()
    }


def requirement_words(requirement: Requirement) -> str:
    """What is owed: “Báo cáo quý I”."""
    return requirement.label_en if english() else requirement.label_vi


def limit_words(requirement: Requirement, last: date) -> str:
    """An exclusive limit shows its last good day: “chậm nhất 19/05 (trước ngày 20/5)”."""
    if (requirement.due or {}).get("kind") == "before":
        bound = last + timedelta(days=1)
        return gettext(
            "chậm nhất %(last)s (trước ngày %(bound)s)",
            last=short_day(last),
            bound=f"{bound.day}/{bound.month}",
        )
    return gettext("hạn %(last)s", last=short_day(last))


def story(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """History lines for macros/story.html; who acted stands in bold."""
    return [
        {
            "iso": iso(line.at),
            "when": instant(line.at),
            "text": fill_markup(line.text, line.params, ("name", "actor", "who")),
            "quote": line.quote or "",
        }
        for line in lines
    ]
