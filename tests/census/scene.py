"""What the demo's year lacks, brought about by real acts: a document of every kind in every state,
meetings in each of theirs, files, an order for prints, a sheet typed for somebody.

Only people of the demo act, so that `oracle` can tell from their logins what they may see.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

import clock
from models import db, transaction
from models.account import Account
from models.campaign import Campaign
from models.document import Document
from models.person import Membership, Person
from models.post import Post
from models.sitting import Sitting
from models.stored_file import StoredFile
from models.unit import Unit, unit_by_code
from tests.cast import COMMITMENT, CONTENT, PAPER_BASIS
from workflows import create, exports, files, lists, perform, proxies, sittings
from workflows.act import Printed, Votes
from workflows.calendar import local_day
from workflows.demo.papers import page
from workflows.inspections import opening, readings
from workflows.recorded import enter
from workflows.register import giving
from workflows.rules.numbers import suggest_number
from workflows.sorting import search_fold, sort_key

WHY = {"reason_code": "OTHER", "reason": "Việc thứ nhất chưa ghi ngày làm xong."}
NEXT_YEAR = datetime(2027, 4, 1, 2, tzinfo=UTC)
SIGNED = Votes(5, 5, 0)


class Scene:
    """The acts, in the caller's application context."""

    def __init__(self) -> None:
        self.now = clock.now() - timedelta(hours=1)
        self.party = db.session.scalars(
            sa.select(Campaign).where(Campaign.line == "party").limit(1)
        ).one()

    def play(self) -> None:
        """All of it; every part in one transaction of its own."""
        for part in (self._plans, self._reports, self._commitments, self._on_paper, self._meetings):
            with transaction():
                part()
        with transaction():
            self._inspections()
        with transaction():
            self._files_and_orders()
            giving.enter(
                self.unit("B1"), "CV", None, dated_on=local_day(self.now),
                subject="Công văn ngoài hệ thống", actor=self.person("vanthu.b1"), now=self.now,
            )  # fmt: skip

    # ---- who and what

    def person(self, login: str) -> Person:
        return db.session.scalars(sa.select(Account).where(Account.login == login)).one().person

    def unit(self, code: str) -> Unit:
        found = unit_by_code(code)
        assert found is not None, code
        return found

    def act(self, paper: Document, name: str, login: str, **given: Any) -> Document:
        """One act with what its form would hold; `at` is when."""
        now = given.pop("at", self.now)
        seen = {"revision": paper.revision, "version": paper.version}
        return perform(paper, name, actor=self.person(login), now=now, **seen, **given)

    def begin(self, kind: str, login: str, code: str, **more: Any) -> Document:
        return create(
            kind,
            unit=self.unit(code),
            campaign=self.party,
            title=f"Bản {kind} của {code}, {login}",
            content=CONTENT[kind],
            basis=PAPER_BASIS,
            actor=self.person(login),
            now=self.now,
            **more,
        )

    def first(self, kind: str, state: str, code: str) -> Document:
        """The first document of the demo in this state there."""
        query = sa.select(Document).where(
            Document.kind == kind, Document.state == state, Document.unit_id == self.unit(code).id
        )
        return db.session.scalars(query.order_by(Document.id).limit(1)).one()

    # ---- the parts

    def _through(self, paper: Document) -> Document:
        """A paper of base B1, as far as its own committee's approval."""
        self.act(paper, "submit", "thammuu.b1")
        self.act(paper, "review", "phobithu.b1")
        day = local_day(self.now)
        signed = {"dated_on": day, "minutes": "09-BB/ĐU, 20/11/2026", "votes": SIGNED}
        return self.act(paper, "approve", "bithu.b1", number=suggest_number(paper, day), **signed)

    def _plans(self) -> None:
        self.begin("plan", "thammuu.b1", "B1")
        reviewed = self.begin("plan", "thammuu.b1", "B1")
        self.act(reviewed, "submit", "thammuu.b1")
        self.act(reviewed, "review", "phobithu.b1")
        returned = self.begin("plan", "thammuu.b1", "B1")
        self.act(returned, "submit", "thammuu.b1")
        self.act(returned, "return", "phobithu.b1", **WHY)
        withdrawn = self.begin("plan", "thammuu.b1", "B1")
        self.act(withdrawn, "withdraw", "thammuu.b1", reason=WHY["reason"])
        self._through(self.begin("plan", "thammuu.b1", "B1"))
        revoked = self._through(self.begin("plan", "thammuu.b1", "B1"))
        self.act(revoked, "revoke", "bithu.b1", decision="12-QĐ/ĐU, 20/11/2026", **WHY)
        self.act(self.first("plan", "reported", "C1"), "archive", "bithu.c1", at=NEXT_YEAR)

    def _reports(self) -> None:
        returned = self.begin("report", "thammuu.b1", "B1")
        self.act(returned, "submit", "thammuu.b1")
        self.act(returned, "return", "phobithu.b1", **WHY)
        withdrawn = self.begin("report", "thammuu.b1", "B1")
        self.act(withdrawn, "withdraw", "thammuu.b1", reason=WHY["reason"])
        revoked = self._through(self.begin("report", "thammuu.b1", "B1"))
        self.act(revoked, "revoke", "bithu.b1", decision="13-QĐ/ĐU, 20/11/2026", **WHY)
        replaced = self._through(self.begin("report", "thammuu.b1", "B1"))
        self._through(self.act(replaced, "amend", "thammuu.b1", reason=WHY["reason"]))
        self.act(self.first("report", "reported", "C1"), "archive", "bithu.c1", at=NEXT_YEAR)

    def _commitments(self) -> None:
        self.act(self.first("commitment", "submitted", "C1"), "return", "chiuy.c1", **WHY)
        agreed = {"dated_on": local_day(self.now), "minutes": "11-BB/CB, 20/11/2026"}
        reviewed = self.first("commitment", "reviewed", "C2")
        self.act(reviewed, "approve", "bithu.c2", votes=SIGNED, **agreed)
        listed_now = self.first(
            "commitment", "reviewed", "C1"
        )  # on a list that nobody has taken yet
        self.act(listed_now, "approve", "bithu.c1", votes=Votes(6, 6, 0), **agreed)
        seen = (listed_now, listed_now.revision, listed_now.version)
        unit, secretary = self.unit("C1"), self.person("bithu.c1")
        lists.report_list(unit, self.party, [seen], actor=secretary, now=self.now)
        drafted = self.first("commitment", "drafted", "C3")
        self.act(drafted, "withdraw", drafted_by(drafted), reason=WHY["reason"])
        listed = [
            row
            for row in db.session.scalars(
                sa.select(Document).where(
                    Document.kind == "commitment",
                    Document.state == "reported",
                    Document.unit_id == self.unit("C1").id,
                )
            )
            if drafted_by(row) in ("phobithu.c1", "s07")
        ]
        revoked, archived = sorted(listed, key=lambda row: row.id)
        self.act(revoked, "revoke", "bithu.c1", decision="01-QĐ/CB, 20/11/2026", **WHY)
        self.act(archived, "archive", "bithu.c1", at=NEXT_YEAR)

    def _on_paper(self) -> None:
        for kind, code, login, number, author in (
            ("plan", "C6", "vanthu.b3", "81-KH/CB", None),
            ("report", "B1", "vanthu.b1", "82-BC/ĐU", None),
            ("commitment", "C6", "bithu.c6", None, "chiuy.c6"),
        ):
            day = local_day(self.now)
            enter.record(
                kind,
                unit=self.unit(code),
                campaign=self.party,
                title=f"Bản giấy {kind}",
                content={**CONTENT[kind], **({"period": "Tháng 11"} if kind == "report" else {})},
                printed=Printed(number=number, dated_on=day, signed_by="Người ký", minutes="5-BB"),
                author=self.person(author) if author else None,
                scan=self._stored,
                scan_name="ban-quet.pdf",
                actor=self.person(login),
                now=self.now,
            )
        proxies.enter(
            self.person("phobithu.c6"), self.unit("C6"), self.party, COMMITMENT,
            actor=self.person("vanthu.b3"), now=self.now,
        )  # fmt: skip

    def _meetings(self) -> None:
        """One open, one closed, one cancelled, one confirmed whose decisions are still to be
        carried out; the demo has those that are done."""
        self._meeting("C1", "chiuy.c1", "s07")
        closed = self._meeting("C2", "bithu.c2", "s09")
        self._decide(closed, "bithu.c2", "later")
        cancelled = self._meeting("C3", "bithu.c3", "s05")
        who = {"actor": self.person("bithu.c3"), "now": self.now}
        sittings.cancel(cancelled, version=cancelled.version, **who)
        confirmed = self._meeting("C5", "bithu.c5", "s12")
        self._decide(confirmed, "bithu.c5", "agree")
        who = {"actor": self.person("s12"), "now": self.now}
        sittings.confirm(confirmed, how="minute_taker", version=confirmed.version, **who)

    def _meeting(self, code: str, login: str, taker: str) -> Sitting:
        who = {"actor": self.person(login), "now": self.now}
        made = sittings.open_sitting(self.unit(code), held_on=local_day(self.now), **who)
        return sittings.attend(made, minute_taker_id=self.person(taker).id, **who)

    def _decide(self, sitting: Sitting, login: str, decision: str) -> None:
        who = {"actor": self.person(login), "now": self.now}
        for item in list(sitting.items):
            sittings.mark(item, decision=decision, **who)
        for row in list(sitting.reviews):
            if row.document is not None:
                sittings.review(sitting, row.person_id, reviewed=True, **who)
        sittings.close(sitting, version=sitting.version, **who)

    def _inspections(self) -> None:
        """One ordered, and one that is over; in the demo's own a text is read. An inspector of the same
        commission belongs to the first."""
        self._inspector("giamsat.phuong", "C3")
        self._inspect("C3", "21-QĐ/UBKT")
        over = self._inspect("C2", "22-QĐ/UBKT")
        for act, given in (
            ("announce", {}),
            ("take_self_report", {"dated_on": local_day(self.now)}),
            ("verify", {}),
            ("draft_conclusion", {}),
            ("conclude", {"decision": "23-TB/UBKT, 23/11/2026"}),
        ):
            self.act(over, act, "kiemtra.phuong", **given)
        text = self.first("commitment", "reported", "C4")
        inspector = self.person("kiemtra.phuong")
        read = readings.read_text(
            text, text.revision, WHY["reason"], person=inspector, now=clock.now()
        )
        assert read is not None

    def _inspector(self, login: str, code: str) -> None:
        name = "Bạch Văn Hai Vai"
        person = Person(full_name=name, search_fold=search_fold(name), sort_key=sort_key(name))
        place = {"unit": self.unit("PHUONG"), "role": "inspector", "title": "Ủy viên"}
        db.session.add_all((
            person, Account(login=login, person=person, created_at=self.now),
            Post(person=person, **place),
            Membership(person=person, unit=self.unit(code), standing="full"),
        ))  # fmt: skip
        db.session.flush()

    def _inspect(self, code: str, number: str) -> Document:
        head, today = self.person("kiemtra.phuong"), local_day(self.now)
        order = opening.Order(
            number=number, decided_on=today, kind="inspection", campaign=self.party,
            units=(self.unit(code),), document_kinds=("plan", "commitment"), opens_on=today,
            closes_on=today + timedelta(days=30), head=head,
        )  # fmt: skip
        return opening.begin(
            order, commission=self.unit("PHUONG"), actor=head, now=self.now
        ).document

    @cached_property
    def _stored(self) -> StoredFile:
        """One scan for all: to be looked at takes a file half a second."""
        return files.keep(files.accept(io.BytesIO(page(["Ban quet"])), "t.pdf"), self.now)

    def _files_and_orders(self) -> None:
        """A file beside every paper of the units that the matrix goes through, and beside the
        minutes of meetings; an order for prints, waiting and made."""
        near = sa.select(Document).join(Unit).where(Unit.code.not_in(("TINH", "LDLD")))
        for row in db.session.scalars(near.order_by(Document.id)):
            self._attach(row, row.author)
        for meeting in db.session.scalars(sa.select(Sitting)):
            self._attach(meeting, meeting.chair)
        plans = sa.select(Document.id).join(Unit).where(Unit.code == "B1", Document.kind == "plan")
        mine = list(db.session.scalars(plans.limit(3)))
        for _ in range(2):
            job = exports.order(
                self.person("thammuu.b1"), mine, now=self.now, real_now=clock.real_now()
            )
        job.state, job.file = "done", self._stored

    def _attach(self, beside: Document | Sitting, actor: Person) -> None:
        files.attach(
            beside, self._stored, purpose="scan",
            name="kem-theo.pdf", actor=actor, now=self.now,
        )  # fmt: skip


def drafted_by(paper: Document) -> str:
    """The login of a document's author."""
    return db.session.scalars(
        sa.select(Account.login).where(Account.person_id == paper.author_id)
    ).one()
