"""A person's own papers are erased at the end of their term or on request; every proof still holds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.document import Comment, Document, Revision
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.person import Person
from models.post import Post, held_at
from models.sitting import MonthlyReview, SelfNote, Sitting
from models.stored_file import Attachment, StoredFile
from models.task import Task
from tests.cast import TODAY
from tests.test_inspections import LONG, Team
from workflows import erasing, trail
from workflows.calendar import local_day
from workflows.history import unit_sentences
from workflows.refusal import Refused
from workflows.trail import keys, receipts, signing

pytestmark = pytest.mark.data("demo")
LAST = datetime(2027, 12, 31, 10, 0, tzinfo=UTC)  # 365 days after the year 2026
DUE = LAST + timedelta(days=1)


def own_texts() -> list[str]:
    rows = db.session.scalars(
        sa.select(Revision.content).join(Document).where(Document.kind.in_(PERSONAL))
    )
    return [json.dumps(content) for content in rows]


def test_what_is_personal_goes_at_the_end_of_its_term_and_proofs_stay(
    app: Flask, tmp_path: Path
) -> None:
    folder = keys.KeyFolder(tmp_path / "keys")
    with app.app_context():
        signing.sign_round(folder, now=clock.real_now())
        assert erasing.erase_due(LAST) == erasing.Erased()
        foreseen = erasing.erase_due(DUE, dry_run=True)
        assert foreseen.documents > 20
        assert all(text != "{}" for text in own_texts())

        done = erasing.erase_due(DUE)
        assert done == foreseen
        assert set(own_texts()) == {"{}"}
        own = sa.select(Document.id).where(Document.kind.in_(PERSONAL))
        words = sa.select(Comment.text).where(Comment.document_id.in_(own))
        assert set(db.session.scalars(words)) <= {""}
        kept = (
            sa.select(EventPayload.fields)
            .join(AuditEvent)
            .where(AuditEvent.document_id.in_(own), AuditEvent.action != "erased")
        )
        assert not any(db.session.scalars(kept))
        assert erasing.erase_due(DUE) == erasing.Erased()  # done once

        assert signing.sign_round(folder, now=clock.real_now()).faults == []
        report = trail.verify(db.session())
        assert report.faults == []
        event = db.session.scalars(
            sa.select(AuditEvent).where(AuditEvent.document_id.in_(own)).limit(1)
        ).one()
        assert receipts.receipt_of(db.session(), event) is not None
        erased = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "erased"))
        unit = erased.first().unit_id  # type: ignore[union-attr]
        assert "văn bản cá nhân của năm 2026" in str(unit_sentences(unit)[0])


@pytest.mark.databases("sqlite")
def test_an_erasure_that_no_event_tells_of_is_found(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            revision = session.scalars(sa.select(Revision).limit(1)).one()
            revision.content, revision.erased_at = {"text": "khác"}, DUE
        assert "không có sự kiện xóa" in str(trail.verify(db.session()).faults[-1])


@pytest.mark.databases("sqlite")
@pytest.mark.data("empty")
def test_a_freeze_comes_first(app: Flask) -> None:
    with app.app_context():
        team = Team()
        paper = team.committed()
        with transaction():
            team.campaign.year, team.campaign.keep_personal_days = TODAY.year - 2, 30
        inspection = team.announced()
        team.act(inspection.document, "freeze", "Kiem", reason=LONG)
        assert erasing.erase_due(team.now) == erasing.Erased(held=1)
        with pytest.raises(Refused):
            erasing.erase_person(
                team.person("An"), actor=team.person("Kiem"), now=team.now, reason="theo đơn"
            )
        assert paper.current.content
        team.act(inspection.document, "unfreeze", "Kiem", reason=LONG)
        assert erasing.erase_due(team.now, dry_run=True).documents == 1
        assert erasing.erase_due(team.now).texts == paper.revision
        assert not paper.current.content
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
@pytest.mark.data("empty")
def test_words_beside_a_paper_go_with_it(app: Flask) -> None:
    """What a member noted on single items of a month, what the meeting wrote there, why he was late
    and what was answered to that, what a file was called that he took away again."""
    said = [{"n": 1, "result": "partly", "text": "mẹ ốm"}]
    with app.app_context():
        team = Team()
        paper = team.committed()
        with transaction() as session:
            team.campaign.year, team.campaign.keep_personal_days = TODAY.year - 2, 30
            task = Task(
                obligation_id=paper.obligation_id,
                action="create",
                unit_id=paper.unit_id,
                person_id=paper.author_id,
                opened_at=team.now,
            )
            event = session.scalars(sa.select(AuditEvent)).first()
            deadline = Deadline(task=task, unit_id=paper.unit_id, effective_due=TODAY)
            session.add(deadline)
            session.flush()
            by = {"by_id": paper.author_id, "event_id": event.id, "at": team.now}
            rung = Escalation(
                deadline_id=deadline.id,
                deadline_version=1,
                rung=1,
                task_id=task.id,
                from_unit_id=paper.unit_id,
                to_unit_id=paper.unit_id,
                effective_due=TODAY,
                at=team.now,
                event_id=event.id,
            )
            sitting = Sitting(
                unit_id=paper.unit_id,
                held_on=TODAY,
                chair_id=paper.author_id,
                opened_by_id=paper.author_id,
                opened_at=team.now,
                saved_at=team.now,
            )
            file = StoredFile(
                sha256="0" * 64, size=1, media_type="application/pdf", created_at=team.now
            )
            session.add_all([rung, sitting, file])
            session.flush()
            of = {"person_id": paper.author_id, "document_id": paper.id, "month": TODAY}
            session.add_all(
                [
                    Attachment(
                        file_id=file.id,
                        document_id=paper.id,
                        purpose="attachment",
                        name="mẹ ốm.pdf",
                        added_by_id=paper.author_id,
                        added_at=team.now,
                        removed_at=team.now,
                    ),
                    SelfNote(**of, items=said, text="", written_at=team.now),
                    MonthlyReview(**of, sitting_id=sitting.id, items=said),
                    LatenessReason(deadline_id=deadline.id, deadline_version=1, text="mẹ ốm", **by),
                    EscalationAnswer(
                        escalation_id=rung.id,
                        kind="noted",
                        note="mẹ ốm",
                        unit_id=paper.unit_id,
                        **by,
                    ),
                ]
            )
        erasing.erase_due(team.now)
        kept = (
            Attachment.name,
            SelfNote.items,
            MonthlyReview.items,
            LatenessReason.text,
            EscalationAnswer.note,
        )
        assert [db.session.scalars(sa.select(column)).all() for column in kept] == [
            [""],
            [[]],
            [[]],
            [""],
            [""],
        ]


@pytest.mark.databases("sqlite")
def test_on_request_who_is_out_of_office_is_forgotten(app: Flask) -> None:
    with app.app_context():
        now = DUE
        in_office = sa.select(Post.person_id).where(held_at(local_day(now), now))
        wrote = sa.select(Document.author_id).where(Document.kind == "commitment")
        member = db.session.scalars(
            sa.select(Person).where(Person.id.in_(wrote), Person.id.not_in(in_office)).limit(1)
        ).one()
        officer = db.session.scalars(
            sa.select(Person).where(Person.id.in_(in_office)).limit(1)
        ).one()
        asked = {"actor": officer, "now": now, "reason": "đơn ngày 02/01/2028"}
        with pytest.raises(Refused):
            erasing.erase_person(officer, **asked)
        foreseen = erasing.erase_person(member, **asked, dry_run=True)
        assert foreseen.texts > 0
        person_id = member.id
        done = erasing.erase_person(member, **asked)
        assert done.texts == foreseen.texts
        about = (EventPayload.actor_id == person_id) | (EventPayload.about_id == person_id)
        assert db.session.scalar(sa.select(sa.func.count()).where(about)) == 0
        assert trail.verify(db.session()).faults == []
