"""One event with its leaf read and its payload at hand: who did what in which right, as a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.unit import Unit
from workflows.act import PROXY
from workflows.history.line import Line, day_of, phrase
from workflows.history.templates import OTHERWISE, TEMPLATES, inspections
from workflows.refusal import N_, Reason
from workflows.rules.reasons import REASON_CODES

MEETING = "meeting"  # the role in which a confirmed vote acts
ERASED = N_("đã xóa")
SYSTEM = N_("Hệ thống")
AUTHOR = N_("Người viết")
NOUNS = {
    "plan": N_("kế hoạch"),
    "commitment": N_("bản cam kết"),
    "report": N_("báo cáo"),
    "self_report": N_("báo cáo cá nhân"),
    "inspection": inspections.NOUN,
}
# How much a campaign's opening, or an amendment of it, comes to.
OF_CAMPAIGNS = ("obligations", "added", "ended", "moved", "changed")


class Told:
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

    def both(self, name: str) -> Any:
        """A field of the payload, in both languages where it keeps both."""
        vi, en = self.private(name), self.private(f"{name}_en")
        return {"vi": vi, "en": en} if isinstance(vi, str) and isinstance(en, str) else vi

    def line(self, units: dict[str, Unit], names: dict[int | None, str], *, quotes: bool) -> Line:
        params: dict[str, Any] = {
            "actor": self.actor(names) if quotes or not self.own_lateness() else phrase(AUTHOR),
            "as": self.capacity(),
            "post": self.both("post") or "",
            "delegated_by": self.private("delegated_by") or "",
            "unit": self.event.unit,
            "body": units.get(self.leaf.get("body") or "", self.event.unit),
            "kind": phrase(NOUNS[self.kind]) if self.kind in NOUNS else "",
            "revision": self.leaf.get("revision"),
            "to_body": self.both("to_body") or units.get(self.leaf.get("to_unit") or "", ""),
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
            "day": day_of(self.leaf.get("day")),
            "action": self.event.action,
            "of_unit": units.get(self.leaf.get("of_unit") or "", self.event.unit),
            "number": self.leaf.get("number") or "",
            "lines": self.leaf.get("lines") or "",
            "to_version": self.leaf.get("to_version", ""),
            "requirement": self.leaf.get("requirement") or "",
            "old_due": day_of(self.leaf.get("old_due")),
            "new_due": day_of(self.leaf.get("new_due")),
            "until": day_of(self.leaf.get("until")),
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
        post, owner = self.both("post"), self.private("delegated_by")
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
            yield phrase(N_("ghi ngày %(dated_on)s"), dated_on=day_of(dated_on))
        if minutes := self.private("minutes"):
            yield phrase(N_("theo biên bản %(minutes)s"), minutes=minutes)
        if votes := self.leaf.get("votes"):
            yield phrase(
                N_("được biểu quyết %(present)s, tán thành %(for)s, không tán thành %(against)s"),
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
            inspected = self.kind == inspections.KIND
            words = inspections.NOTICE if inspected else N_("theo quyết định %(decision)s")
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
            yield phrase(N_("hạn %(due)s"), due=day_of(due))
        start, end = self.leaf.get("valid_from"), self.leaf.get("valid_to")
        if self.event.action == "member_joined":
            start = self.leaf.get("day")
        elif self.event.action == "member_left":
            end = self.leaf.get("day")
        if start:
            yield phrase(N_("từ ngày %(day)s"), day=day_of(start))
        if end:
            yield phrase(N_("đến hết ngày %(day)s"), day=day_of(end))
        if reported := self.leaf.get("reported_on"):
            yield phrase(N_("trên giấy, ngày %(day)s"), day=day_of(reported))
        if received := self.leaf.get("received_on"):
            yield phrase(N_("cấp trên nhận ngày %(day)s"), day=day_of(received))
        if self.leaf.get("behind"):
            yield phrase(N_("đồng hồ chậm hơn sự kiện trước"))

    def quote(self) -> str | None:
        said = [self.private(name) for name in ("reason", "comment", "note")]
        words = [ERASED if isinstance(word, Reason) else word for word in said if word]
        return "\n".join(words) or None
