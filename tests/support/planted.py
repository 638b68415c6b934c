"""Words about one member, An, planted wherever the database may hold such words, by the acts that write
them or, where those take months, as rows; and where each of all columns stands with such words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from models.account import Account, LoginSession
from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.export import ExportJob
from models.notification import SEND_AT_ONCE, Delivery, Notification, new_message_id
from models.obligation import Obligation
from models.post import Post
from models.recorded import Finding, RecordedPaper
from models.sitting import AgendaItem, Attendance, MonthlyReview, SelfNote, Sitting
from models.stored_file import StoredFile
from models.task import Task
from tests.cast import COMMITMENT, SELF_REPORT, TODAY
from tests.test_inspections import Team
from workflows import files, obligations, trail
from workflows.dossier import findings
from workflows.dossier.evidence import Noted
from workflows.obligations import open_campaign
from workflows.organisation.absences import add_absence
from workflows.organisation.delegations import delegate

ROOT = "Zimbutu"

# Every column of text that no word about a member can stand in, or in which it stays: why. Of a table
# that speaks of persons each column is told of, so that a new one is decided about.
STAYS = {
    "the register of units, posts and people, which the organisation keeps and corrects itself": """
        level.* unit.* unit_period.* unit_change.* reporting_line.* committee_term.*
        person.full_name person.email person.phone person.job person.locale person.search_fold
        person.sort_key membership.standing post.role post.title post.title_en account.login
        account.password_hash account.theme""",
    "what a campaign asks of all, and the office's calendar": """
        campaign.* requirement.* theme_override.* calendar_day.* definition.*""",
    "codes, numbers of rows and hashes, out of the program's own hand": """
        heartbeat.* stored_file.* body_digest.* login_attempt.key login_session.token_hash
        api_token.token_hash calendar_feed.token_hash notice_preference.topic notice_preference.how
        document_stage.state contribution.action task.action task_role.role obligation.state
        notification.topic notification.action proxy_entry.confirmed_how escalation.step
        escalation.answer escalation_answer.kind delegation.kinds delegation.actions
        sitting_attendance.standing comment.action comment.reason_code finding.rule finding.level
        relief.kind attachment.purpose delivery.channel delivery.state delivery.message_id
        recorded_paper.via export_job.kind export_job.params export_job.state export_job.error
        export_job.file_name""",
    "leaves hold no words; signatures and roots are over leaves": """
        audit_event.action audit_event.leaf audit_event.leaf_hash log_key.* log_head.* log_look.*
        log_tile.* checkpoint.* signing_order.* cosignature.* witness_look.* witnessed_tree.*
        witness_conflict.*""",
    "the title of one's own paper is fixed and it has no number; its hash is salted, the salt goes": """
        document.kind document.title document.state document.number document.type
        document.search_fold document.sort_key revision.title revision.salt
        revision.content_hash""",
    "what a body decided, on which minutes": """
        decision.action decision.content_hash decision.minutes decision.number decision.reason_code
        agenda_item.decision agenda_item.reason_code agenda_item.number agenda_item.outcome
        recorded_paper.number recorded_paper.minutes""",
    "minutes and the register of numbers are a body's own; none of them is of one's own paper": """
        sitting.place sitting.state sitting.number sitting.notes sitting.confirmed_how
        number_entry.type number_entry.period number_entry.symbol number_entry.subject
        number_entry.void_reason""",
    "an inspection of a unit: its decision, minutes that three signed, in which what each said along "
    "with his signature stands in print, what it required": """
        inspection.decision_number inspection.kind inspection.document_kinds dossier_piece.number
        dossier_piece.place dossier_piece.texts dossier_piece.salt dossier_piece.content_hash
        piece_signature.role piece_signature.remark conclusion_requirement.text report_back.text
        report_back.verdict report_back.said""",
}  # fmt: skip

# What hangs on no paper of his, and goes on his request.
ON_REQUEST = frozenset(
    ("absence.reason", "sitting_attendance.reason", "delegation.reason", "delivery.address",
     "delivery.error", "login_session.agent", "event_payload.fields")
)  # fmt: skip

STORED = (sa.String, sa.JSON, sa.LargeBinary)


def columns() -> Iterator[sa.Column[Any]]:
    """Every column in which words can stand."""
    for table in db.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, STORED))


def stays(column: sa.Column[Any]) -> bool:
    """Whether a column is told of in `STAYS`."""
    told = {name for names in STAYS.values() for name in names.split()}
    return bool(told & {f"{column.table.name}.*", str(column)})


def holding() -> set[str]:
    """The columns, as table.column, of the whole database in which a planted word stands."""
    with db.engine.connect() as connection:
        return {
            str(column)
            for column in columns()
            for value in connection.scalars(sa.select(column))
            if ROOT in repr(value)
        }


def word(place: str) -> str:
    """Words that nobody else could have written, long enough for every form."""
    return f"{ROOT} {place} ốm đau."


class Planted(Team):
    """Plants all of it. An holds no post; the campaign is of 2026."""

    def __init__(self) -> None:
        super().__init__()
        with transaction():
            self.campaign.requirements += [
                Requirement(
                    code=code, kind="self_report", variant="half", label_vi="Báo cáo cá nhân",
                    label_en="Personal report", levels=["cell"],
                    due={"kind": "by_end_of_month", "date": due},
                )
                for code, due in (("O-HALF-P", "2026-06-30"), ("O-YEAR-P", "2026-12-31"))
            ]  # fmt: skip
        with transaction():
            open_campaign(self.campaign, self.now)
        self.an = self.person("An")
        self.cell_plan_in_force()
        content = COMMITMENT | {"sections": COMMITMENT["sections"] | {"1": word("revision")}}
        basis = {"number": word("number"), "dated_on": "2026-03-01", "issuer": word("issuer")}
        self.paper = self.begin(
            "commitment", "An", "CELL", title="", content=content, basis=[basis]
        )
        self.act(self.paper, "submit", "An")
        self.act(self.paper, "review", "Dung", comment=word("comment"))
        own = SELF_REPORT | {"results": word("self_report")}
        self.report = self.begin("self_report", "An", "CELL", title="", content=own)
        self.by: dict[str, Any] = {"actor": self.person("Sau"), "now": self.now}
        for part in (
            self._inspected, self._granted, self._on_paper, self._with_files,
            self._late_alone, self._late_body, self._met, self._away, self._mailed,
        ):  # fmt: skip
            with transaction():
                part()

    def owed(self, code: str) -> Obligation:
        found = self.obligation(code, "CELL", "An")
        assert found is not None
        return found

    def _inspected(self) -> None:
        inspection = self.announced()
        self.read(self.paper, "Kiem", word("reading"))
        noted = Noted(self.units["CELL"], word("finding"), None, None, self.paper.id, 1)
        found = findings.note(inspection, noted, actor=self.person("Kiem"), now=self.now)
        for action in ("take_self_report", "verify", "draft_conclusion"):
            given = {"dated_on": TODAY} if action == "take_self_report" else {}
            self.act(inspection.document, action, "Kiem", **given)
        findings.answer(found, word("answer"), version=found.version, **self.by)
        job = {"state": "done", "ordered_at": self.now, "touched_at": self.now}
        db.session.add(
            ExportJob(
                person=self.person("Kiem"), kind="dossier", params={"inspection": inspection.id},
                file_id=self._kept(word("print")).id, **job,
            )
        )  # fmt: skip

    def _granted(self) -> None:
        basis = obligations.Basis(
            number=f"{ROOT}-12/GNV", dated_on=date(2026, 3, 1), issuer=word("issuer")
        )
        given = {"basis": basis, **self.by}
        day = date(2026, 7, 31)
        obligations.extend(self.owed("O-HALF-P"), new_due=day, reason=word("relief"), **given)
        obligations.waive(self.owed("O-YEAR-P"), reason=word("waiver"), **given)

    def _on_paper(self) -> None:
        paper = {"document_id": self.paper.id}
        db.session.add_all(
            [
                RecordedPaper(
                    signed_by=word("signed_by"), signed_as=word("signed_as"),
                    entered_by_id=self.an.id, entered_at=self.now, **paper,
                ),
                Finding(
                    revision=1, rule="R01", level="warn", text=f"{ROOT} %(said)s",
                    params={"said": word("params")}, place=word("place"), found_at=self.now,
                    explanation=word("explanation"), **paper,
                ),
            ]
        )  # fmt: skip

    def _with_files(self) -> None:
        for n, subject in enumerate((self.paper, self.report)):
            stored, told = self._kept(word(f"file {n}")), {"actor": self.an, "now": self.now}
            beside = files.attach(
                subject, stored, purpose="attachment", name=f"{word('name')}pdf", **told
            )
            if n:
                files.remove(beside, **told)

    def _kept(self, content: str) -> StoredFile:
        """A file of the store with these words in it, put there long ago."""
        digest = hashlib.sha256(content.encode()).hexdigest()
        here = files.place()
        draft = here.made() / digest
        draft.write_text(content)
        here.put(draft, digest)
        stored = StoredFile(
            sha256=digest, size=len(content), media_type="application/pdf", created_at=self.now
        )
        db.session.add(stored)
        db.session.flush()
        return stored

    def _late_alone(self) -> None:
        self._late(Task(obligation_id=self.owed("O-COMMIT").id, person_id=self.an.id), private=True)
        self._late(Task(obligation_id=self.owed("O-YEAR-P").id, person_id=self.an.id), private=True)

    def _late_body(self) -> None:
        """His secretary is late with his paper, says why twice, and is answered."""
        self._late(Task(document_id=self.paper.id), private=False)

    def _late(self, task: Task, *, private: bool) -> None:
        cell, session = self.units["CELL"].id, db.session()
        task.action, task.unit_id, task.opened_at, task.closed_at = "x", cell, self.now, self.now
        deadline = Deadline(task=task, unit_id=cell, effective_due=TODAY, closed_at=self.now)
        session.add(deadline)
        session.flush()
        rung = Escalation(
            deadline_id=deadline.id, deadline_version=1, rung=1, task_id=task.id, from_unit_id=cell,
            to_unit_id=cell, effective_due=TODAY, at=self.now,
        )  # fmt: skip
        session.add(rung)
        session.flush()
        told = [
            trail.append(
                session,
                unit_id=cell,
                action=action,
                at=self.now,
                facts={"escalation": rung.id},
                private={"actor": "Sau", **({} if private else {field: word(action)})},
                actor_id=self.person("Sau").id,
            )
            for action, field in (
                ("reason_stated", "reason"),
                ("reason_stated", "reason"),
                ("escalation_noted", "note"),
            )
        ]
        said: dict[str, Any] = {"by_id": self.an.id, "at": self.now}
        reason = {"deadline_id": deadline.id, "deadline_version": 1, "event_id": told[1].id}
        answer = {
            "escalation_id": rung.id,
            "kind": "noted",
            "unit_id": cell,
            "event_id": told[2].id,
        }
        session.add_all(
            [
                LatenessReason(text=word("late"), **reason, **said),
                EscalationAnswer(note=word("note"), **answer, **said),
            ]
        )

    def _met(self) -> None:
        cell, an = self.units["CELL"].id, self.an.id
        items = [{"n": 1, "result": "partly", "text": word("items")}]
        for n, document in enumerate((self.paper, None)):
            at = {"opened_at": self.now, "saved_at": self.now, "held_on": TODAY + timedelta(days=n)}
            sitting = Sitting(unit_id=cell, chair_id=an, opened_by_id=an, state="cancelled", **at)
            db.session.add(sitting)
            db.session.flush()
            his = {"person_id": an, "document_id": document and document.id, "month": TODAY}
            db.session.add_all(
                [
                    Attendance(
                        sitting_id=sitting.id, person_id=an, standing="full", reason=word("away")
                    ),
                    AgendaItem(
                        sitting_id=sitting.id, position=0, document_id=self.paper.id, revision=1,
                        reason=word("agenda"), refusal=[{"params": {"said": word("refusal")}}],
                    ),
                    MonthlyReview(sitting_id=sitting.id, items=items, remark=word("month"), **his),
                ]
            )  # fmt: skip
        note = {"person_id": an, "document_id": self.paper.id, "written_at": self.now}
        db.session.add(SelfNote(month=TODAY, items=items, text=word("self_note"), **note))

    def _away(self) -> None:
        session, days = db.session(), {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=3)}
        add_absence(session, person=self.an, reason=word("absence"), **days, **self.by)
        post = session.scalars(sa.select(Post).where(Post.person_id == self.by["actor"].id)).one()
        delegate(session, post=post, to=self.an, reason=word("delegation"), **days, **self.by)

    def _mailed(self) -> None:
        session = db.session()
        notice = session.scalars(
            sa.select(Notification).where(Notification.person_id == self.an.id).limit(1)
        ).one()
        account = Account(login="an", person=self.an, created_at=self.now)
        session.add(account)
        session.flush()
        session.add_all(
            [
                Delivery(
                    notification_id=notice.id, channel="planted", state="refused",
                    message_id=new_message_id(), next_at=SEND_AT_ONCE,
                    address=f"{ROOT}@example.vn", error=f"550 {ROOT}@example.vn",
                ),
                LoginSession(
                    account_id=account.id, token_hash="x", agent=word("agent"), created_at=self.now,
                    seen_at=self.now, ended_at=self.now,
                ),
            ]
        )  # fmt: skip
