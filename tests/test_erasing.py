"""A person's own papers are erased at the end of their term or on request; every proof still holds."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

import clock
from models.base import db, transaction
from models.document import Comment, Document, Revision
from models.event import AuditEvent, EventPayload
from models.export import ExportJob
from models.kinds import PERSONAL
from models.person import Membership, Person
from models.post import Post, held_at
from tests.cast import TODAY
from tests.support import planted
from tests.test_inspections import LONG, Team
from workflows import erasing, files, trail
from workflows.calendar import local_day
from workflows.exports import keeping
from workflows.exports import trail as trail_exports
from workflows.history import unit_sentences
from workflows.organisation import moving, posts
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
        with transaction() as session:  # the author moves and takes it along; who approved leaves
            member = Membership.person_id == team.person("An").id
            held = Post.person_id == team.person("Sau").id
            moved = {"actor": None, "now": team.now}
            moving.transfer(
                session,
                membership=session.scalars(sa.select(Membership).where(member)).one(),
                to=team.units["BASE"],
                day=TODAY,
                **moved,
            )
            posts.end_post(
                session, post=session.scalars(sa.select(Post).where(held)).one(), **moved
            )
        team.wait(days=1)
        for name in ("An", "Sau"):
            with pytest.raises(Refused, match="FREEZE"):
                erasing.erase_person(
                    team.person(name), actor=team.person("Kiem"), now=team.now, reason="theo đơn"
                )
        assert paper.current.content
        team.act(inspection.document, "unfreeze", "Kiem", reason=LONG)
        assert erasing.erase_due(team.now, dry_run=True).documents == 1
        assert erasing.erase_due(team.now).texts == paper.revision
        assert not paper.current.content
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
@pytest.mark.data("empty")
def test_no_word_about_a_member_is_left_anywhere(app: Flask) -> None:
    """In every column in which words can stand some are planted about him, but where it is told why
    none can or why they stay. After his term what hangs on his papers and obligations is gone, and on
    his request the rest, from every table and from the disk."""
    with app.app_context():
        story = planted.Planted()
        words = {str(column) for column in planted.columns() if not planted.stays(column)}
        assert planted.holding() == words
        assert trail.verify(db.session()).faults == []
        foreseen = erasing.erase_due(DUE, dry_run=True)
        assert erasing.erase_due(DUE) == foreseen
        assert (foreseen.documents, foreseen.obligations, foreseen.files) == (2, 1, 1)
        assert planted.holding() == planted.ON_REQUEST
        told = sa.select(AuditEvent.action, EventPayload.fields).join(AuditEvent.payload)
        about = {action for action, said in db.session.execute(told) if planted.ROOT in str(said)}
        assert about == {"absence_added", "delegated"}
        assert erasing.erase_due(DUE) == erasing.Erased()
        assert trail.verify(db.session()).faults == []

        asked = {"actor": story.person("Sau"), "now": DUE, "reason": "đơn ngày 02/01/2028"}
        erasing.erase_person(story.person("An"), **asked)
        assert planted.holding() == set()
        assert trail.verify(db.session()).faults == []

        here = files.place().folder
        kept = [path for path in here.rglob("*") if path.is_file()]
        for path in kept:
            os.utime(path, (0, 0))
        files.sweep()
        assert any(planted.ROOT in path.read_text() for path in kept if path.exists()) is False
        facts = [
            json.loads(leaf)
            for leaf in db.session.scalars(
                sa.select(AuditEvent.leaf)
                .where(AuditEvent.action == "erased")
                .order_by(AuditEvent.id)
            )
        ]
        assert [fact.get("kinds") for fact in facts] == [
            ["commitment", "self_report"], ["self_report"], None,
        ]  # fmt: skip
        cell = story.units["CELL"].id
        assert "gồm bản cam kết, báo cáo cá nhân" in str(unit_sentences(cell)[1])
        with transaction() as session:  # as such an event was written before it told of kinds
            trail.append(
                session,
                unit_id=cell,
                action="erased",
                at=DUE,
                facts={
                    "kind": "commitment",
                    "year": 2026,
                    "documents": 1,
                    "texts": 0,
                    "payloads": 0,
                },
                private={},
                actor_id=None,
            )
        assert "nội dung văn bản cá nhân của năm 2026." in str(unit_sentences(cell)[0])
        assert trail.verify(db.session()).faults == []


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
        with transaction() as session:
            orders = [
                ExportJob(
                    person=officer, kind=kind, params={}, total=0, ordered_at=now, touched_at=now
                )
                for kind in (trail_exports.KIND, "prints")
            ]
            session.add_all(orders)
            session.flush()
            draft = keeping.workshop(orders[0].id)
        done = erasing.erase_person(member, **asked)
        assert done.texts == foreseen.texts
        # In a log that somebody ordered before, his name stands: ready or half made, it goes.
        assert db.session.scalars(sa.select(ExportJob.kind)).all() == ["prints"]
        assert not draft.exists()
        about = (EventPayload.actor_id == person_id) | (EventPayload.about_id == person_id)
        assert db.session.scalar(sa.select(sa.func.count()).where(about)) == 0
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
def test_the_command_erases_whom_it_is_asked_to(app: Flask) -> None:
    """`flask audit erase`: what may not be is a sentence, and a rehearsal of it changes nothing."""

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["audit", "erase", *words])

    asked = ["--by", "quantri", "--reason", "đơn ngày 02/01/2028"]
    assert run().exit_code == 2
    assert "nobody" in run("nobody", *asked).output
    officer = run("bithu.c4", *asked)
    assert officer.exit_code == 1
    assert "đang giữ chức vụ" in officer.output
    due = run("--due", "--dry-run", "--json")
    assert json.loads(due.output)["dry_run"] is True
