"""What leaves with an export and what never does; made once whatever dies; honest where nothing is
signed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

import clock
from models.base import db, transaction
from models.checkpoint import Checkpoint, LogKey
from models.document import Document
from models.event import AuditEvent, EventPayload, LogHead
from models.export import ExportJob
from models.inspection import Inspection, InspectionMember, InspectionUnit
from models.unit import Level, Unit
from models.witness import Cosignature
from tests.cast import CONTENT, Office
from tests.support import exported
from workflows import exports, trail
from workflows.exports import trail as trail_exports
from workflows.exports.holding import LEASE
from workflows.inspections.readings import readings_of
from workflows.trail import export, keys, note, rotation
from workflows.trail.export import papers as exported_papers
from workflows.trail.export import plan as planning
from workflows.trail.export.shown import fields_leave

CANARY = "Zimbutu"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://x.vn";"Kế hoạch")'


@pytest.fixture
def office(app: Flask) -> Office:
    """A plan of the cell up to the ward, and An's commitment with words that nobody else may read."""
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL", title=FORMULA)
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung", comment="Đủ người làm.")
        office.approve(plan, "Sau", number="02-KH/CB")
        office.act(plan, "report", "Sau")
        office.act(plan, "review", "Ba")
        office.act(plan, "approve", "Bon", comment="Đồng ý.")
        sections = CONTENT["commitment"]["sections"] | {"2": f"Giữ nếp sống {CANARY}."}
        title = f"Cam kết {CANARY}"
        own = office.begin("commitment", "An", "CELL", content={"sections": sections}, title=title)
        office.act(own, "submit", "An")
        why = {"reason_code": "OTHER", "reason": f"Mục 3 còn chung chung, {CANARY}."}
        office.act(own, "return", "Sau", **why)
        return office


@contextmanager
def at_work(app: Flask, office: Office) -> Iterator[None]:
    """An application context in which the office goes on."""
    with app.app_context():
        db.session.add_all([office.campaign, *office.units.values(), *office.people.values()])
        yield


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_leaves_leave_as_they_were_hashed_and_a_persons_own_words_do_not(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    with at_work(app, office):
        exported.sign(tmp_path / "keys")
        path = exported.made(exported.ordered("Kiem", "CELL"), tmp_path / "keys")
        policy = exported.policy(tmp_path / "policy.json")
        cell = db.session.scalar(sa.select(Unit.id).where(Unit.code == "CELL"))
        events = db.session.scalars(
            sa.select(AuditEvent).where(AuditEvent.unit_id == cell).order_by(AuditEvent.seq)
        ).all()
        leaves = [event.leaf for event in events]
        personal = {e.seq for e in events if b'"kind":"commitment"' in e.leaf}
    files = files_of(path)
    assert files["events/CELL.jsonl"].splitlines() == leaves
    told = {json.loads(line)["seq"] for line in files["payloads/CELL.jsonl"].splitlines()}
    assert len(personal) == 3
    assert told == set(range(len(leaves))) - personal
    for name, content in files.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(map(book.read, book.namelist()))
            assert b"<f>" not in content
        assert CANARY.encode() not in content, name
        assert b"nh nghiem" not in content, name
    assert [name for name in files if name.endswith(".pdf")] == ["documents/1-plan.pdf"]
    events = list(csv.DictReader(io.StringIO(files["tables/events.csv"].decode("utf-8-sig"))))
    first = next(row for row in events if row["Mã việc"] == "create")
    assert first["Việc"] == "lập dự thảo"
    assert (first["Mã trạng thái sau"], first["Sang trạng thái"]) == ("drafted", "dự thảo")
    assert all(row["Việc"] for row in events)
    rows = list(csv.reader(io.StringIO(files["tables/documents.csv"].decode("utf-8-sig"))))
    assert [row[4] for row in rows[1:]] == [f"'{FORMULA}"]
    page = files["index.html"].decode()
    assert "<script" not in page
    assert 'src="' not in page
    assert '"http' not in page
    single = files["beside/BASE.jsonl"].splitlines()
    assert [json.loads(leaf)["action"] for leaf in single] == ["review", "approve"]
    status, answer = exported.verify(path, policy)
    assert (status, answer["events"], answer["documents"]) == (0, len(leaves) + 2, 2)


@pytest.mark.databases("sqlite")
def test_what_was_erased_is_only_sealed(app: Flask, office: Office, tmp_path: Path) -> None:
    with at_work(app, office):
        with transaction() as session:
            trail.erase_person_payload(
                session, person_id=office.people["Chi"].id, unit_id=office.units["CELL"].id,
                at=office.now, actor_id=None, private={},
            )  # fmt: skip
        exported.sign(tmp_path / "keys")
        path = exported.made(exported.ordered("Kiem", "CELL"), tmp_path / "keys")
        policy = exported.policy(tmp_path / "policy.json")
    assert b'"Chi"' not in files_of(path)["payloads/CELL.jsonl"]
    status, told = exported.verify(path, policy)
    assert status == 0, told["first"]
    assert [one["what"] for one in told["notes"]] == ["sealed", "made"]


@pytest.mark.databases("sqlite")
def test_only_what_an_inspection_covers(app: Flask, office: Office, tmp_path: Path) -> None:
    """The logs of its units whole; of their papers only those of its kinds and its period."""
    with at_work(app, office):
        exported.sign(tmp_path / "keys")
        plan = db.session.scalars(sa.select(Document).where(Document.kind == "plan")).one()
        with transaction() as session:
            decision = Document(
                kind="inspection", title="Quyết định", unit=office.units["WARD"], state="verifying",
                author=office.people["Kiem"], campaign=office.campaign,
                definition=plan.definition, created_at=office.now, updated_at=office.now,
            )  # fmt: skip
            inspection = Inspection(
                document=decision, decision_number="01-QĐ/UBKT", decided_on=date(2026, 3, 2),
                kind="inspection", campaign=office.campaign, document_kinds=["plan"],
                period_from=None, period_to=date(2026, 3, 31), opens_on=date(2026, 3, 2),
                closes_on=date(2026, 4, 2), created_at=office.now,
            )  # fmt: skip
            inspection.units = [InspectionUnit(unit=office.units["CELL"])]
            inspection.members = [InspectionMember(person=office.people["Kiem"], head=True)]
            session.add(inspection)
        wanted = export.of_inspection(inspection, office.people["Kiem"], office.now)
        found = export.prepare(tmp_path / "one", wanted, office.now)
        assert [paper.id for paper, _ in exported_papers.exported_papers(wanted, found)] == [
            plan.id
        ]
        with transaction():
            kiem, now = office.people["Kiem"], clock.real_now
            job = trail_exports.order(kiem, wanted, real_now=now()).id
        with exported.quick():
            exports.make(job, now=lambda: office.now, real_now=now)
        exported.sign(tmp_path / "keys")
        assert exports.make(job, now=lambda: office.now, real_now=lambda: now() + LEASE)
        [read] = readings_of(inspection)  # what is taken away is read
        assert (read[0].revision, read[0].person, read[1]) == (1, kiem, plan)
        with transaction():
            inspection.period_to = date(2026, 3, 1)
        assert exported_papers.exported_papers(wanted, found) == []
        for other in ("Sau", "Bon", "An"):
            with pytest.raises(exports.trail.Refused):
                export.of_inspection(inspection, office.people[other], office.now)


class Killed(BaseException):
    """The process is gone: nothing in it gets another word."""


@pytest.mark.databases("sqlite")
def test_killed_half_way_it_goes_on_where_it_ended(
    app: Flask, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real = export.Step.run

    def dies(step: export.Step) -> None:
        if len(done) == 4:
            raise Killed
        real(step)
        done.append(step.name)

    again: list[str] = []

    def counts(step: export.Step) -> None:
        again.extend([] if step.mark.exists() else [step.name])
        real(step)

    later = clock.real_now() + LEASE * 2
    with at_work(app, office):
        exported.sign(tmp_path / "keys")
        job = exported.ordered("Kiem", "CELL")
        monkeypatch.setattr(export.Step, "run", dies)
        with pytest.raises(Killed):
            exports.make(job, now=clock.now, real_now=clock.real_now)
        row = db.session.get_one(ExportJob, job)
        assert (row.state, row.finished) == ("running", 4)
        monkeypatch.setattr(export.Step, "run", counts)
        # What happens meanwhile is not in it: the cut was fixed when it began.
        office.begin("plan", "Chi", "CELL")
        exported.sign(tmp_path / "keys")
        with exported.quick():
            assert not exports.make(job, now=clock.now, real_now=lambda: later)
        assert not set(again) & set(done)
        exported.sign(tmp_path / "keys")
        assert exports.make(job, now=clock.now, real_now=lambda: later + LEASE)
        row = db.session.get_one(ExportJob, job)
        assert row.file is not None
        assert row.finished == row.total == len(done) + len(again) + 1
        path, policy = exports.fetching.open_stored(row.file), tmp_path / "policy.json"
        exported.policy(policy)
        assert not list((exports.keeping.place().folder / "exports").iterdir())
    status, told = exported.verify(path, policy)
    assert (status, told["documents"]) == (0, 2)


@pytest.mark.databases("sqlite")
def test_without_a_signature_it_says_so(
    app: Flask, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_work(app, office):
        job = exported.ordered("Kiem", "CELL")
        assert exports.make(job, now=clock.now, real_now=clock.real_now), "there is no key at all"
        row = db.session.get_one(ExportJob, job)
        assert row.file is not None
        never = exports.fetching.open_stored(row.file)
        exported.sign(tmp_path / "keys")
        policy = exported.policy(tmp_path / "policy.json")
        waits = exported.ordered("Kiem", "CELL")
        with exported.quick():
            assert not exports.make(waits, now=clock.now, real_now=clock.real_now)
            much_later = clock.real_now() + trail_exports.PATIENCE + timedelta(minutes=1)
            assert exports.make(waits, now=clock.now, real_now=lambda: much_later)
        row = db.session.get_one(ExportJob, waits)
        assert (row.state, row.params["signed"]) == ("done", False)
        assert row.file is not None
        unsigned = exports.fetching.open_stored(row.file)
    assert "Có sổ chưa được chứng thực" in files_of(never)["index.html"].decode()
    for path, doubt in ((never, "no_checkpoint"), (unsigned, "unsigned")):
        status, told = exported.verify(path, policy)
        assert (status, told["first"]) == (2, None)
        assert doubt in {one["what"] for one in told["doubts"]}


@pytest.mark.databases("sqlite")
def test_from_the_command_line(app: Flask, office: Office, tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=["audit", "export", *arguments])

    path = tmp_path / "one.zip"
    assert run(str(path)).exit_code == 1
    assert run(str(path), "--unit", "KHONG").exit_code == 1
    assert run(str(path), "--inspection", "không có").exit_code == 1
    assert not path.exists()
    unsigned = run(str(path), "--unit", "CELL", "--wait", "0", "--json")
    assert (unsigned.exit_code, json.loads(unsigned.stdout)["signed"]) == (1, False)
    assert run(str(path), "--unit", "CELL").exit_code == 1, "it is there already"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.databases("sqlite")
def test_a_payload_of_an_act_nobody_thought_of_stays(app: Flask, office: Office) -> None:
    """What may leave is told act by act; what is not told, and what is one person's own, stays."""
    assert fields_leave("plan", "approve")
    assert fields_leave(None, "post_given")
    with at_work(app, office):
        rows = db.session.execute(
            sa.select(AuditEvent.action, Document.kind)
            .join(EventPayload, EventPayload.event_id == AuditEvent.id)
            .outerjoin(Document, Document.id == AuditEvent.document_id)
        ).all()
        assert {row.kind for row in rows if fields_leave(row.kind, row.action)} <= {None, "plan"}
    for action in ("absence_added", "read", "reason_stated", "list_reported", "account_created"):
        assert not fields_leave(None, action)
        assert not fields_leave("commitment", action)
    for kind in ("commitment", "self_report", "inspection", ""):
        assert not fields_leave(kind, "post_given")


@pytest.mark.databases("sqlite")
def test_what_witnesses_signed_goes_along(app: Flask, office: Office, tmp_path: Path) -> None:
    """A policy that asks for one witness is satisfied by the lines that the export brings."""
    private = Ed25519PrivateKey.generate()
    key = note.Key("chung-kien", private.public_key().public_bytes_raw(), note.COSIGNER)
    with at_work(app, office):
        exported.sign(tmp_path / "keys")
        job = exported.ordered("Kiem", "CELL")
        with transaction() as session:
            for one in session.scalars(sa.select(Checkpoint)):
                text, at = note.parse(one.note).text, 1_772_413_200
                signed = private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
                line = note.Signature(key.name, key.id, at.to_bytes(8, "big") + signed).line
                session.add(
                    Cosignature(
                        checkpoint_id=one.id, witness=key.text, line=line, at=clock.real_now()
                    )
                )
        files = files_of(path := exported.made(job, tmp_path / "keys"))
        policy = exported.policy(tmp_path / "policy.json")
    assert json.loads(files["policy.json"])["witnesses"] == [key.text]
    told = json.loads(policy.read_text()) | {"witnesses": [key.text], "quorum": 1}
    policy.write_text(json.dumps(told))
    assert exported.verify(path, policy)[0] == 0
    policy.write_text(json.dumps(told | {"quorum": 2}))
    assert exported.verify(path, policy)[0] == 2


@pytest.mark.databases("sqlite")
def test_who_trusts_the_old_key_trusts_the_one_that_took_over(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    with at_work(app, office):
        exported.sign(folder)
        policy = exported.policy(tmp_path / "policy.json")
        rotation.rotate(
            keys.KeyFolder(folder), actor=None, now=office.now, real_now=clock.real_now()
        )
        exported.sign(folder)
        path = exported.made(exported.ordered("Kiem", "CELL"), folder)
        stranger = note.new_signer(keys.current(db.session()).name)
    told = json.loads(policy.read_text())
    assert len(told["keys"]) == 1
    assert exported.verify(path, policy)[0] == 0
    policy.write_text(json.dumps({"keys": [stranger.key.text]}))
    assert exported.verify(path, policy)[0] == 2


@pytest.mark.data("empty")
def test_of_many_checkpoints_some_of_all_of_its_life_leave(app: Flask) -> None:
    """A log that was signed 450 times gives its last checkpoint and 200 others at most, from its first
    days to its last; the others are not even read."""
    with app.app_context():
        with transaction() as session:
            level = Level(code="x", name_vi="x", name_en="x", rank=0)
            unit = Unit(code="B1", name="B1", body="B1", symbol="B", level=level)
            key = LogKey(name="k", key_id="0", public="k", begun_at=AT)
            session.add_all([unit, key])
            session.flush()
            session.add(LogHead(unit_id=unit.id, size=460))
            signed = {"unit_id": unit.id, "key_id": key.id, "root": b"", "signed_at": AT}
            session.execute(
                sa.insert(Checkpoint),
                [{"size": n, "note": f"{n}\n", **signed} for n in range(1, 451)],
            )
        with db.engine.connect() as connection:
            (log,) = planning.make_plan(connection, [unit.id], AT).logs
        sizes = [int(note) for note in log.notes]
        assert (sizes[0], log.size, log.newer) == (450, 450, 10)
        assert sizes == sorted(sizes, reverse=True)
        assert 140 < len(sizes) <= 1 + planning.OLDER
        assert sizes[-1] <= 3
