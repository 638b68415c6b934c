"""The trail in sentences: one per event, names taken from the payload (*đã xóa* once erased)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.person import Person
from models.unit import Unit
from workflows import history_inspections, history_trail
from workflows.act import PROXY
from workflows.calendar import local_day
from workflows.history_copies import OF_COPIES
from workflows.history_dossier import SENTENCES as OF_DOSSIERS
from workflows.refusal import N_, Reason
from workflows.rules.reasons import REASON_CODES
from workflows.scope import can_read_text, takes_part

MEETING = "meeting"  # the role in which a confirmed vote acts
ERASED = N_("đã xóa")
SYSTEM = N_("Hệ thống")
AUTHOR = N_("Người viết")
# What everybody who may know of a paper hears of it: what became of it, without anybody's words.
LISTED = ("approve", "confirm", "report", "receive", "supersede", "revoke", "archive")
NOUNS = {
    "plan": N_("kế hoạch"),
    "commitment": N_("bản cam kết"),
    "report": N_("báo cáo"),
    "self_report": N_("báo cáo cá nhân"),
    "inspection": history_inspections.NOUN,
}


@dataclass(frozen=True)
class Line:
    """One event as a sentence: `text` (to be translated) with `params`, and the words it quotes.

    A parameter may be a unit, a date, a phrase (`Reason`), or a list of them. `str()`: Vietnamese.
    """

    at: datetime
    event: AuditEvent
    text: str
    params: dict[str, Any]
    quote: str | None = None

    def __str__(self) -> str:
        return _in_vietnamese(Reason("", self.text, self.params))


def heard_by(
    document: Document, person: Person, now: datetime, *, since: int = 0, readings: bool = False
) -> list[Line]:
    """What happened to a document after its version `since`, as this person may hear it.

    All of it with its quotes for who takes part in it and may read its text; anybody else hears
    what is `LISTED`, without a word of anybody's.
    """
    inside = hears_all(document, person, now)
    lines = [
        line
        for line in sentences(document, readings=readings, quotes=inside)
        if not since or (line.event.document_version or 0) > since
    ]
    if inside:
        return lines
    return [replace(line, quote=None) for line in lines if line.event.action in LISTED]


def hears_all(document: Document, person: Person, now: datetime) -> bool:
    """Whether the person hears everything that happened to a document, and what was said."""
    return takes_part(document, person, now) and can_read_text(document, person, now)


def sentences(document: Document, *, readings: bool = False, quotes: bool = True) -> list[Line]:
    """What happened to a document, oldest first; who only read it is told too if `readings`.
    Without `quotes` nothing is told of what was said about a commitment, nor that it was late."""
    query = _events().where(AuditEvent.document_id == document.id)
    if not readings:
        query = query.where(AuditEvent.action != "read")
    # Acts on one document exclude each other, so that ids grow with its versions.
    events = db.session.scalars(query.order_by(AuditEvent.id)).all()
    return _lines(events, quotes=quotes)


def unit_sentences(
    unit_id: int,
    before_seq: int | None = None,
    limit: int = 50,
    *,
    without: sa.Select[int] | None = None,
) -> list[Line]:
    """The log of a unit, newest first, from below `before_seq`; `without` what concerns these
    documents.

    What was said about a commitment is left to those who may read the commitment.
    """
    query = _events().where(AuditEvent.unit_id == unit_id)
    if without is not None:
        about = AuditEvent.document_id
        query = query.where(sa.or_(about.is_(None), about.not_in(without)))
    if before_seq is not None:
        query = query.where(AuditEvent.seq < before_seq)
    events = db.session.scalars(query.order_by(AuditEvent.seq.desc()).limit(limit)).all()
    return _lines(events, quotes=False)


def told_of(events: Iterable[AuditEvent]) -> list[Line]:
    """These events as sentences, without what was said about a commitment. They come with their
    units and payloads."""
    return _lines(events, quotes=False)


def _events() -> sa.Select[AuditEvent]:
    return sa.select(AuditEvent).options(
        joinedload(AuditEvent.payload), joinedload(AuditEvent.unit)
    )


def _lines(events: Iterable[AuditEvent], *, quotes: bool) -> list[Line]:
    told = [_Told(event) for event in events]
    codes = {code for one in told for code in one.unit_codes()}
    units = {
        unit.code: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.code.in_(codes)))
    }
    ids = {one.payload.actor_id for one in told if one.payload and "actor" not in one.sealed}
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(ids - {None})))
    names: dict[int | None, str] = {person.id: person.full_name for person in people}
    return [one.line(units, names, quotes=quotes) for one in told]


# How much a campaign's opening, or an amendment of it, comes to.
OF_CAMPAIGNS = ("obligations", "added", "ended", "moved", "changed")


class _Told:
    """One event with its leaf read and its payload at hand."""

    def __init__(self, event: AuditEvent):
        self.event = event
        self.payload: EventPayload | None = event.payload
        self.leaf: dict[str, Any] = json.loads(event.leaf)
        self.sealed: dict[str, str] = self.leaf["private"]
        self.kind: str | None = self.leaf.get("kind")

    def unit_codes(self) -> set[str]:
        codes = {self.leaf.get("body"), self.leaf.get("to_unit"), self.leaf.get("superior")}
        codes |= {self.leaf.get("attached_to"), self.private("via"), self.leaf.get("of_unit")}
        return {code for code in codes if isinstance(code, str)}

    def private(self, name: str) -> Any:
        """A field of the payload; a phrase once erased; None where the act gave none."""
        if name not in self.sealed:
            return None
        fields = self.payload.fields if self.payload else {}
        return fields[name]["value"] if name in fields else phrase(ERASED)

    def post(self) -> Any:
        """The title in which somebody acted, in both languages where the payload keeps both."""
        vi, en = self.private("post"), self.private("post_en")
        return {"vi": vi, "en": en} if isinstance(vi, str) and isinstance(en, str) else vi

    def line(self, units: dict[str, Unit], names: dict[int | None, str], *, quotes: bool) -> Line:
        params: dict[str, Any] = {
            "actor": self.actor(names) if quotes or not self.own_lateness() else phrase(AUTHOR),
            "as": self.capacity(),
            "post": self.post() or "",
            "delegated_by": self.private("delegated_by") or "",
            "unit": self.event.unit,
            "body": units.get(self.leaf.get("body") or "", self.event.unit),
            "kind": phrase(NOUNS[self.kind]) if self.kind in NOUNS else "",
            "revision": self.leaf.get("revision"),
            "to_body": self.private("to_body") or units.get(self.leaf.get("to_unit") or "", ""),
            "superior": units.get(self.leaf.get("superior") or "", ""),
            "name": self.private("name") or "",
            "to_name": self.private("to_name") or "",
            "old_name": self.private("old_name") or "",
            "title": self.private("title") or "",
            "chair": self.private("chair") or "",
            "agreed": self.leaf.get("agreed", ""),
            "sent_back": self.leaf.get("sent_back", ""),
            "later": self.leaf.get("later", ""),
            "present": self.leaf.get("present", ""),
            "full": self.leaf.get("full", ""),
            "day": _day(self.leaf.get("day")),
            "action": self.event.action,
            "of_unit": units.get(self.leaf.get("of_unit") or "", self.event.unit),
            "number": self.leaf.get("number") or "",
            "lines": self.leaf.get("lines") or "",
            "to_version": self.leaf.get("to_version", ""),
            "requirement": self.leaf.get("requirement") or "",
            "old_due": _day(self.leaf.get("old_due")),
            "new_due": _day(self.leaf.get("new_due")),
            "until": _day(self.leaf.get("until")),
            "year": self.leaf.get("year", ""),
            **{name: self.leaf.get(name, "") for name in OF_CAMPAIGNS},
            "details": ["", *self.details(units, personal=quotes or self.kind not in PERSONAL)],
        }
        quote = self.quote() if quotes or self.kind not in PERSONAL else None
        return Line(self.event.at, self.event, self.template(), params, quote)

    def actor(self, names: dict[int | None, str]) -> Any:
        if "actor" in self.sealed:
            return self.private("actor")
        if "actor_id" not in self.sealed:
            return phrase(SYSTEM)
        return names.get(self.payload.actor_id if self.payload else None) or phrase(ERASED)

    def own_lateness(self) -> bool:
        """Whether somebody, in no post, said why what he owes himself is late: that stays with his
        secretary (domain §00.6), and the log of his unit is read above."""
        return self.event.action == "reason_stated" and "post" not in self.sealed

    def capacity(self) -> Reason | str:
        """In what right: ", Bí thư,", or on whose behalf."""
        post, owner = self.post(), self.private("delegated_by")
        if owner:
            return phrase(
                N_(", %(post)s, thay mặt %(owner)s theo ủy quyền,"), post=post, owner=owner
            )
        return phrase(N_(", %(post)s,"), post=post) if post else ""

    def template(self) -> str:
        action = self.event.action
        if self.leaf.get("role") == MEETING and (f"{action} by meeting", None, False) in TEMPLATES:
            kind = (
                self.told_as()
                if (f"{action} by meeting", self.told_as(), False) in TEMPLATES
                else None
            )
            return TEMPLATES[f"{action} by meeting", kind, False]
        if self.leaf.get("role") == PROXY and (f"{action} by proxy", None, False) in TEMPLATES:
            action = f"{action} by proxy"
        if action == "erased" and "kinds" in self.leaf and "year" in self.leaf:
            action = "erased at its term"
        later = bool(self.leaf.get("from_stage"))
        kind = self.told_as()
        for key in ((action, kind, later), (action, None, later), (action, kind, False)):
            if key in TEMPLATES:
                return TEMPLATES[key]
        return TEMPLATES.get((action, None, False), OTHERWISE)

    def told_as(self) -> str | None:
        """The kind whose sentences tell it: whatever is a person's own goes to his cell alike."""
        return "commitment" if self.kind in PERSONAL else self.kind

    def details(self, units: dict[str, Unit], *, personal: bool) -> Iterable[Reason]:
        """The clauses that follow the main one, as far as the act gave them; with `personal` also
        those that tell of a person: why it came back, and that it was late."""
        if number := self.private("number"):
            yield phrase(N_("số %(number)s"), number=number)
        if dated_on := self.leaf.get("dated_on"):
            yield phrase(N_("ghi ngày %(dated_on)s"), dated_on=_day(dated_on))
        if minutes := self.private("minutes"):
            yield phrase(N_("theo biên bản %(minutes)s"), minutes=minutes)
        if votes := self.leaf.get("votes"):
            yield phrase(
                N_("có mặt %(present)s, tán thành %(for)s, không tán thành %(against)s"),
                **dict(zip(("present", "for", "against"), votes, strict=True)),
            )
        if via := self.private("via"):
            yield phrase(
                N_("qua %(via)s"), via=units.get(via, via) if isinstance(via, str) else via
            )
        if personal and (code := self.leaf.get("reason_code")):
            words = REASON_CODES.get(self.kind or "", {}).get(code)
            if words:
                yield phrase(N_("lý do: %(reason)s"), reason=phrase(words))
        if decision := self.private("decision"):
            inspected = self.kind == history_inspections.KIND
            words = history_inspections.NOTICE if inspected else N_("theo quyết định %(decision)s")
            yield phrase(words, decision=decision)
        if self.event.action == "erased" and (kinds := self.leaf.get("kinds")):
            yield phrase(
                N_("gồm %(kinds)s"), kinds=[phrase(NOUNS[kind]) for kind in kinds if kind in NOUNS]
            )
        if changed := self.leaf.get("changed"):
            yield phrase(N_("%(n)s hạn đang mở được tính lại"), n=changed)
        if basis := self.private("basis"):
            yield phrase(N_("căn cứ %(basis)s"), basis=basis)
        if personal and (file := self.private("file")):
            yield phrase(N_("tệp “%(file)s”"), file=file)
        if personal and self.leaf.get("late"):
            yield phrase(N_("sau hạn"))
        if due := self.leaf.get("due"):
            yield phrase(N_("hạn %(due)s"), due=_day(due))
        start, end = self.leaf.get("valid_from"), self.leaf.get("valid_to")
        if self.event.action == "member_joined":
            start = self.leaf.get("day")
        elif self.event.action == "member_left":
            end = self.leaf.get("day")
        if start:
            yield phrase(N_("từ ngày %(day)s"), day=_day(start))
        if end:
            yield phrase(N_("đến hết ngày %(day)s"), day=_day(end))
        if reported := self.leaf.get("reported_on"):
            yield phrase(N_("trên giấy, ngày %(day)s"), day=_day(reported))
        if received := self.leaf.get("received_on"):
            yield phrase(N_("cấp trên nhận ngày %(day)s"), day=_day(received))
        if self.leaf.get("behind"):
            yield phrase(N_("đồng hồ chậm hơn sự kiện trước"))

    def quote(self) -> str | None:
        said = [self.private(name) for name in ("reason", "comment", "note")]
        words = [ERASED if isinstance(word, Reason) else word for word in said if word]
        return "\n".join(words) or None


def phrase(text: str, **params: Any) -> Reason:
    """A piece of a sentence, translated and filled where it is shown."""
    return Reason("", text, params)


def _day(iso: str | None) -> date | str:
    return date.fromisoformat(iso) if iso else ""


def _in_vietnamese(value: Any) -> str:
    if isinstance(value, Reason):
        return value.text % {name: _in_vietnamese(item) for name, item in value.params.items()}
    if isinstance(value, Unit):
        return value.name
    if isinstance(value, datetime):
        return _in_vietnamese(local_day(value))
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, dict):
        return str(value["vi"])
    if isinstance(value, (list, tuple)):
        return ", ".join(_in_vietnamese(item) for item in value)
    return "" if value is None else str(value)


OTHERWISE = N_("%(actor)s%(as)s ghi việc “%(action)s”%(details)s.")

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
    ("escalate", None, False): N_(
        "%(actor)s báo việc quá hạn của %(unit)s lên %(to_body)s%(details)s."
    ),
    ("remind", None, False): N_("%(actor)s nhắc %(unit)s việc sắp đến hạn%(details)s."),
    ("urge", None, False): N_("%(actor)s đôn đốc %(to_body)s việc đã quá hạn%(details)s."),
    ("reason_stated", None, False): N_(
        "%(actor)s%(as)s nêu lý do việc của %(unit)s quá hạn%(details)s."
    ),
    ("escalation_noted", None, False): N_(
        "%(actor)s%(as)s ghi đã biết việc quá hạn của %(of_unit)s%(details)s."
    ),
    ("escalation_settled", None, False): N_(
        "%(actor)s%(as)s ghi đã xử lý việc quá hạn của %(of_unit)s, chờ đến hết ngày "
        "%(until)s%(details)s."
    ),
    ("escalation_extended", None, False): N_(
        "%(actor)s%(as)s trả lời việc quá hạn của %(of_unit)s: gia hạn đến %(until)s%(details)s."
    ),
    ("escalation_chased", None, False): N_(
        "%(actor)s%(as)s đôn đốc %(of_unit)s việc quá hạn%(details)s."
    ),
    ("attach", None, False): N_("%(actor)s%(as)s thêm một tệp kèm theo%(details)s."),
    ("detach", None, False): N_("%(actor)s%(as)s gỡ một tệp kèm theo%(details)s."),
    ("read", None, False): N_("%(actor)s%(as)s đọc bản thứ %(revision)s%(details)s."),
    ("erased", None, False): N_("%(actor)s%(as)s xóa thông tin cá nhân theo yêu cầu%(details)s."),
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
    ("account_created", None, False): N_("%(actor)s%(as)s lập tài khoản cho %(name)s%(details)s."),
    ("account_suspended", None, False): N_(
        "%(actor)s%(as)s khóa tài khoản của %(name)s%(details)s."
    ),
    ("account_resumed", None, False): N_(
        "%(actor)s%(as)s mở lại tài khoản của %(name)s%(details)s."
    ),
    ("password_reset", None, False): N_(
        "%(actor)s%(as)s đặt lại mật khẩu cho %(name)s%(details)s."
    ),
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
    ("handed_over", None, False): N_("%(actor)s%(as)s chuyển %(kind)s về %(unit)s%(details)s."),
    ("obligation_waived", None, False): N_(
        "%(actor)s%(as)s miễn cho %(of_unit)s một việc phải nộp, %(requirement)s%(details)s."
    ),
    ("obligation_resumed", None, False): N_(
        "%(actor)s%(as)s ghi %(of_unit)s phải nộp lại một việc đã được miễn, "
        "%(requirement)s%(details)s."
    ),
    ("obligation_extended", None, False): N_(
        "%(actor)s%(as)s gia hạn cho %(of_unit)s một việc phải nộp, %(requirement)s: từ "
        "%(old_due)s đến %(new_due)s%(details)s."
    ),
    ("level_created", None, False): N_("%(actor)s%(as)s lập một cấp mới%(details)s."),
    ("calendar_day_set", None, False): N_(
        "%(actor)s%(as)s ghi lịch riêng cho ngày %(day)s%(details)s."
    ),
    ("calendar_day_cleared", None, False): N_(
        "%(actor)s%(as)s bỏ lịch riêng của ngày %(day)s%(details)s."
    ),
    ("calendar_year_set", None, False): N_(
        "%(actor)s%(as)s nhập bảng ngày nghỉ, ngày làm bù của năm %(year)s%(details)s."
    ),
    ("approve by meeting", None, False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, thông qua bản thứ %(revision)s; %(actor)s xác nhận "
        "biên bản%(details)s."
    ),
    ("approve by meeting", "commitment", False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, thống nhất bản thứ %(revision)s; %(actor)s xác nhận "
        "biên bản%(details)s."
    ),
    ("return by meeting", None, False): N_(
        "Cuộc họp %(body)s, %(chair)s chủ trì, đề nghị sửa bản thứ %(revision)s; %(actor)s xác "
        "nhận biên bản%(details)s."
    ),
    ("sitting_closed", None, False): N_(
        "%(actor)s%(as)s kết thúc cuộc họp ngày %(day)s, %(chair)s chủ trì, có mặt %(present)s "
        "trên %(full)s: thống nhất %(agreed)s, cần sửa %(sent_back)s, để lại %(later)s%(details)s."
    ),
    ("sitting_reopened", None, False): N_(
        "%(actor)s%(as)s mở lại cuộc họp ngày %(day)s%(details)s."
    ),
    ("sitting_cancelled", None, False): N_("%(actor)s%(as)s hủy cuộc họp ngày %(day)s%(details)s."),
    ("sitting_confirmed", None, False): N_(
        "%(actor)s%(as)s xác nhận biên bản cuộc họp ngày %(day)s: thống nhất %(agreed)s, cần sửa "
        "%(sent_back)s, để lại %(later)s%(details)s."
    ),
    ("list_reported", None, False): N_(
        "%(actor)s%(as)s báo cáo danh sách cam kết số %(number)s của %(of_unit)s, %(lines)s người, "
        "lên %(to_body)s%(details)s."
    ),
    ("list_received", None, False): N_(
        "%(actor)s%(as)s tiếp nhận danh sách cam kết số %(number)s của %(of_unit)s, "
        "%(lines)s người%(details)s."
    ),
    ("told_in_person", None, False): N_(
        "%(actor)s%(as)s đã báo trực tiếp cho %(name)s một việc đang chờ%(details)s."
    ),
    ("first_password_printed", None, False): N_(
        "%(actor)s%(as)s in phiếu mật khẩu lần đầu cho %(name)s%(details)s."
    ),
    ("number_given", None, False): N_(
        "%(actor)s%(as)s vào sổ văn bản “%(title)s” của %(unit)s%(details)s."
    ),
    ("number_voided", None, False): N_(
        "%(actor)s%(as)s hủy một số trong sổ văn bản của %(unit)s%(details)s."
    ),
    ("term_set", None, False): N_("%(actor)s%(as)s ghi nhiệm kỳ %(name)s của %(unit)s%(details)s."),
    ("campaign_drafted", None, False): N_(
        "%(actor)s%(as)s ghi bản nháp của đợt %(title)s%(details)s."
    ),
    ("campaign_dropped", None, False): N_(
        "%(actor)s%(as)s bỏ bản nháp của đợt %(title)s%(details)s."
    ),
    ("campaign_opening", None, False): N_(
        "%(actor)s%(as)s cho mở đợt %(title)s, giao %(obligations)s việc%(details)s."
    ),
    ("campaign_opened", None, False): N_("%(actor)s%(as)s mở đợt %(title)s%(details)s."),
    ("campaign_amended", None, False): N_(
        "%(actor)s%(as)s sửa đợt %(title)s: thêm %(added)s, bỏ %(ended)s, đổi hạn %(moved)s, đổi "
        "khác %(changed)s%(details)s."
    ),
    **history_inspections.TEMPLATES,
    **history_trail.TEMPLATES,
    **{(action, None, False): sentence for action, sentence in OF_DOSSIERS.items()},
    **{(action, None, False): sentence for action, sentence in OF_COPIES.items()},
}
