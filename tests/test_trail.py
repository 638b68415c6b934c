"""The trail: what is written and told, what cannot be changed, and what is found if it was."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.campaign import Campaign
from models.definition import Definition
from models.document import Decision, Document, Revision, Stage
from models.event import AuditEvent, EventPayload, LogHead
from models.notification import Delivery, Notification
from models.person import Membership, Person
from models.post import Post
from models.queries import trail as rows
from models.read import Reading
from models.unit import Level, Unit
from tests.support.statements import counted
from workflows import trail
from workflows.history import sentences, unit_sentences
from workflows.reading import record_reading
from workflows.trail import merkle
from workflows.trail.parse import parse

MARCH = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
CONTENT = {"text": "Nói đi đôi với làm", "tasks": [], "models": []}


@dataclass
class Story:
    """A plan approved by its base and received by the ward: six events in two logs."""

    base: int
    ward: int
    plan: int
    secretary: int
    officer: int


def new_unit(code: str, name: str, level: Level) -> Unit:
    return Unit(code=code, name=name, body="Đảng ủy", symbol="ĐU", level=level)


def new_document(kind: str, unit: Unit, author: Person, campaign: Campaign) -> Document:
    digest = sha256(kind.encode()).hexdigest()
    definition = Definition(kind=kind, version=1, source=kind, hash=digest, published_at=MARCH)
    salt = trail.new_salt()
    hashed = trail.content_hash("Kế hoạch năm 2026", CONTENT, [], None, salt)
    document = Document(
        kind=kind,
        title="Kế hoạch năm 2026",
        unit=unit,
        author=author,
        campaign=campaign,
        definition=definition,
        state="drafted",
        created_at=MARCH,
        updated_at=MARCH,
    )
    document.revisions = [
        Revision(
            n=1,
            author=author,
            title=document.title,
            content=CONTENT,
            basis=[],
            salt=salt,
            content_hash=hashed,
            created_at=MARCH,
        )
    ]
    return document


def act(
    document: Document, action: str, unit: Unit, person: Person | None, post: str, **more: Any
) -> trail.Appended:
    """What the engine leaves behind of one act, an hour after the one before it."""
    facts = more.pop("facts", {})
    private = more.pop("private", {})
    first = action == "create"
    before = None if first else document.state
    document.state = more.pop("to", document.state)
    document.version = 1 if first else document.version + 1
    stage, document.stage = document.stage or 0, more.pop("stage", document.stage or 0)
    at = MARCH + timedelta(hours=document.version)
    if action in ("review", "approve"):
        _decide(document, action, stage, person, at, facts.get("votes"), private.get("minutes"))
    db.session.flush()
    return trail.append(
        db.session(),
        unit_id=unit.id,
        action=action,
        at=at,
        facts={
            "kind": document.kind,
            "from": before,
            "to": document.state,
            "from_stage": stage,
            "stage": document.stage,
            "body": unit.code,
            "revision": 1,
            "revision_hash": document.revisions[0].content_hash,
            "in_force": document.in_force_revision,
            **facts,
        },
        private={"actor": person.full_name if person else None, "post": post, **private},
        actor_id=person.id if person else None,
        document_id=document.id,
        document_version=document.version,
        **more,
    )


def _decide(
    document: Document,
    action: str,
    stage: int,
    person: Person | None,
    at: datetime,
    votes: list[int] | None,
    minutes: str | None,
) -> None:
    present, in_favour, against = votes or (None, None, None)
    db.session.add(
        Decision(
            document=document,
            revision=1,
            content_hash=document.revisions[0].content_hash,
            stage=stage,
            action=action,
            person=person,
            at=at,
            votes_present=present,
            votes_for=in_favour,
            votes_against=against,
            minutes=minutes,
        )
    )


@pytest.fixture
def story(app: Flask) -> Iterator[Story]:
    with app.app_context():
        with transaction() as session:
            level = Level(code="base", name_vi="Cơ sở", name_en="Base", rank=1)
            base = new_unit("B1", "Đảng bộ UBND phường Minh Họa", level)
            ward = new_unit("PHUONG", "Đảng bộ phường Minh Họa", level)
            officer = Person(full_name="Võ Thị Bản Sao")
            deputy = Person(full_name="Đặng Thị Tưởng Tượng")
            secretary = Person(full_name="Lý Văn Giả Tưởng")
            session.add_all([base, ward, officer, deputy, secretary])
            session.flush()
            campaign = Campaign(
                code="CD-2026",
                title="",
                directive="05-CT/TW",
                year=2026,
                theme="",
                congress="XIV",
                unit=ward,
            )
            plan = new_document("plan", base, officer, campaign)
            plan.stages = [
                Stage(position=0, unit=base, decides=True),
                Stage(position=1, unit=ward, decides=False),
            ]
            session.add(plan)
            act(plan, "create", base, officer, "Ủy viên")
            act(plan, "submit", base, officer, "Ủy viên", to="submitted")
            act(
                plan,
                "review",
                base,
                deputy,
                "Bí thư",
                to="reviewed",
                private={"delegated_by": secretary.full_name, "comment": "Rõ việc, rõ người."},
                about_id=secretary.id,
            )
            plan.number, plan.dated_on, plan.in_force_revision = "03-KH/ĐU", date(2026, 3, 3), 1
            act(
                plan,
                "approve",
                base,
                secretary,
                "Bí thư",
                to="approved",
                facts={"votes": [9, 9, 0], "dated_on": plan.dated_on},
                private={"number": plan.number, "minutes": "05-BB/ĐU"},
            )
            act(
                plan,
                "report",
                base,
                officer,
                "Văn thư",
                to="reported",
                stage=1,
                private={"to_body": ward.name},
            )
            act(plan, "receive", ward, officer, "Cán bộ")
            made = Story(base.id, ward.id, plan.id, secretary.id, officer.id)
        yield made


@pytest.fixture
def tamper(story: Story) -> Callable[[str], None]:
    """Runs SQL as somebody who owns the database: no trigger, no foreign key stands in the way."""

    def run(*statements: str) -> None:
        db.session.rollback()
        engine = db.engine
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")
            else:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                for name in ("no_update", "no_delete", "no_replace"):
                    connection.exec_driver_sql(f"DROP TRIGGER audit_event_{name}")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            for statement in statements:
                connection.execute(sa.text(statement))
            connection.commit()
        engine.dispose()

    return run


def found() -> trail.Report:
    db.session.rollback()
    return trail.verify(db.session())


def events(unit_id: int) -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.unit_id == unit_id).order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


# What is written


def test_a_whole_trail_verifies(story: Story) -> None:
    report = found()
    assert report.whole, str(report.first)
    assert (report.logs, report.events, report.documents) == (2, 6, 1)


def test_the_leaf_is_what_was_hashed_and_names_nobody(story: Story) -> None:
    log = events(story.base)
    assert [event.seq for event in log] == [0, 1, 2, 3, 4]
    for event in log:
        assert event.leaf_hash == merkle.leaf_hash(event.leaf)
        assert trail.canonical(json.loads(event.leaf)) == event.leaf
    leaf = json.loads(log[3].leaf)
    assert leaf["at"] == "2026-03-03T06:00:00.000000Z"
    assert (leaf["unit"], leaf["seq"], leaf["document_version"]) == ("B1", 3, 4)
    assert (leaf["votes"], leaf["dated_on"]) == ([9, 9, 0], "2026-03-03")
    everything = b"".join(event.leaf for event in log).decode()
    for secret in ("Giả Tưởng", "Tưởng Tượng", "Bí thư", "05-BB", "03-KH", "Rõ việc"):
        assert secret not in everything


def test_the_head_is_the_root_of_the_leaves(story: Story) -> None:
    head = db.session.get_one(LogHead, story.base)
    hashes = [event.leaf_hash for event in events(story.base)]
    assert head.size == 5
    assert merkle.root_of(head.frontier) == merkle.root(hashes)


def test_the_same_secret_twice_has_two_commitments(story: Story) -> None:
    first, second = events(story.base)[:2]
    assert json.loads(first.leaf)["private"]["actor"] != json.loads(second.leaf)["private"]["actor"]


def plain_event(unit_id: int, at: datetime, **facts: Any) -> trail.Appended:
    with transaction() as session:
        return trail.append(
            session,
            unit_id=unit_id,
            action="noted",
            at=at,
            facts=facts,
            private={},
            actor_id=None,
        )


def test_a_clock_set_back_is_noted_and_breaks_nothing(story: Story) -> None:
    plain_event(story.base, MARCH - timedelta(days=1))
    plain_event(story.base, MARCH + timedelta(days=1))
    *_, back, forth = (json.loads(event.leaf) for event in events(story.base))
    assert back["behind"] == "2026-03-03T07:00:00.000000Z"
    assert "behind" not in forth
    assert found().whole


def test_a_clock_set_back_without_a_note_is_named(story: Story) -> None:
    with transaction() as session:
        session.get_one(LogHead, story.base).latest_at = None  # so that the next one notes nothing
    plain_event(story.base, MARCH - timedelta(days=1))
    plain_event(story.base, MARCH + timedelta(days=1))
    first = found().first
    assert first is not None
    assert (first.unit, first.seq, first.document) == ("B1", 5, None)
    assert "thời điểm không theo thứ tự" in str(first)


def test_a_note_of_disorder_where_there_is_none_is_named(
    story: Story, tamper: Callable[..., None]
) -> None:
    with transaction() as session:
        head = session.get_one(LogHead, story.base)
        head.latest_at = MARCH + timedelta(days=9)  # so that the next one notes it
    plain_event(story.base, MARCH + timedelta(days=1))
    tamper("UPDATE log_head SET latest_at = '2026-03-04 02:00:00.000000' WHERE size = 6")
    first = found().first
    assert first is not None
    assert (first.unit, first.seq) == ("B1", 5)
    assert "thời điểm không theo thứ tự" in str(first)


def test_many_at_once_are_what_one_by_one_would_be(story: Story) -> None:
    with transaction() as session:
        level = session.get_one(Unit, story.base).level
        session.add(new_unit("NEW", "Đảng bộ mới", level))
    new = db.session.scalars(sa.select(Unit.id).where(Unit.code == "NEW")).one()
    late, early = MARCH + timedelta(days=9), MARCH - timedelta(days=1)
    told = [
        {"unit_id": unit, "action": "noted", "at": at, "facts": {"task": 7, "due": late.date()}}
        for unit in (story.base, new)
        for at in (late, early, late)
    ]
    trail.begin_logs([story.base, new])
    with transaction() as session:
        heads = trail.lock_many(session, [story.base, new])
        entries = [trail.Entry(**one, private={"actor": "Lý Văn Giả Tưởng"}) for one in told]
        ids = trail.append_many(session, heads, entries)
    written = [db.session.get_one(AuditEvent, event_id) for event_id in ids]
    assert [(e.unit_id, e.seq) for e in written] == [
        *((story.base, seq) for seq in (5, 6, 7)),
        *((new, seq) for seq in (0, 1, 2)),
    ]
    assert "behind" in json.loads(written[1].leaf)
    with transaction() as session:
        one = trail.append(session, **told[0], private={}, actor_id=None)
        heads = trail.lock_many(session, [new])
        [other] = trail.append_many(session, heads, [trail.Entry(**told[3])])
        leaves = [json.loads(session.get_one(AuditEvent, i).leaf) for i in (one.id, other)]
        assert leaves[0] | {"unit": "NEW", "seq": 3} == leaves[1]
    report = found()
    assert report.whole, str(report.first)


@pytest.mark.parametrize(
    "facts",
    [{"name": "Lý Văn Giả Tưởng"}, {"text": "x" * 200}, {"seq": 3}, {"ratio": 0.5}],
)
@pytest.mark.databases("sqlite")
def test_what_may_not_stand_in_a_leaf(story: Story, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        plain_event(story.base, MARCH, **facts)
    assert found().events == 6


def test_an_act_that_fails_leaves_no_event(story: Story) -> None:
    def fail() -> None:
        with transaction():
            plain_event(story.base, MARCH)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert found().events == 6


@pytest.mark.databases("sqlite")
def test_an_event_takes_four_statements(story: Story) -> None:
    with transaction() as session, counted() as statements:
        event = trail.append(
            session,
            unit_id=story.base,
            action="noted",
            at=MARCH,
            facts={},
            private={"reason": "Để đếm."},
            actor_id=None,
        )
        assert event.seq == 5
    assert len(statements) == 4, statements


@pytest.mark.databases("postgresql")
def test_writers_of_one_log_wait_for_each_other(story: Story, app: Flask) -> None:
    """Also for the very first event of a log, whose head nobody has locked yet."""
    import threading

    with transaction() as session:
        unit = new_unit("C1", "Chi bộ Văn phòng", session.scalars(sa.select(Level)).one())
        session.add(unit)
        session.flush()
        unit_id = unit.id

    def write() -> None:
        with app.app_context():
            for _ in range(10):
                plain_event(unit_id, MARCH)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [event.seq for event in events(unit_id)] == list(range(40))
    assert found().whole


def test_every_stream_sees_the_same_moment(story: Story) -> None:
    with rows.snapshot(db.engine) as snapshot:
        plain_event(story.ward, MARCH)
        streams = (rows.hashes, rows.places, rows.events)
        assert [sum(map(len, stream(snapshot))) for stream in streams] == [6, 6, 6]
        assert {head.code: head.size for head in rows.heads(snapshot)} == {"B1": 5, "PHUONG": 1}
    assert found().events == 7


# What cannot be changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'approve' WHERE seq = 1",
        "DELETE FROM audit_event WHERE seq = 1",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_refuses_to_change_events(story: Story, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction() as session:
        session.execute(sa.text(statement))
    assert found().whole


@pytest.mark.databases("postgresql")
def test_the_database_refuses_to_truncate(story: Story) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction() as session:
        session.execute(sa.text("TRUNCATE audit_event CASCADE"))
    assert found().whole


@pytest.mark.databases("sqlite")
def test_the_database_refuses_to_replace(story: Story) -> None:
    copy = (
        "INSERT OR REPLACE INTO audit_event SELECT id, unit_id, seq, at, 'approve', document_id, "
        "document_version, leaf, leaf_hash FROM audit_event WHERE seq = 1"
    )
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction() as session:
        session.execute(sa.text(copy))
    assert found().whole


# What is found

TAMPERINGS: list[tuple[str, list[str], str | None, int | None, str]] = [
    (
        "a leaf is edited",
        ["UPDATE audit_event SET leaf = leaf_hash WHERE seq = 2"],
        "B1",
        2,
        "không khớp với mã băm",
    ),
    (
        "an event takes another's leaf and hash",
        [
            "UPDATE audit_event SET"
            " leaf = (SELECT leaf FROM audit_event e WHERE e.action = 'report'),"
            " leaf_hash = (SELECT leaf_hash FROM audit_event e WHERE e.action = 'report')"
            " WHERE action = 'submit'"
        ],
        "B1",
        1,
        "cột seq",
    ),
    (
        "a column is edited",
        ["UPDATE audit_event SET action = 'approve' WHERE action = 'review'"],
        "B1",
        2,
        "cột action ghi approve",
    ),
    (
        "an instant is edited",
        ["UPDATE audit_event SET at = '2026-01-01 00:00:00' WHERE action = 'approve'"],
        "B1",
        3,
        "cột at",
    ),
    (
        "two events change places",
        [
            "UPDATE audit_event SET seq = 99 WHERE action = 'submit'",
            "UPDATE audit_event SET seq = 1 WHERE action = 'review'",
            "UPDATE audit_event SET seq = 2 WHERE action = 'submit'",
        ],
        "B1",
        1,
        "cột seq",
    ),
    (
        "an event in the middle is deleted",
        ["DELETE FROM audit_event WHERE action = 'review'"],
        "B1",
        2,
        "thiếu sự kiện số 2",
    ),
    (
        "the last event is deleted",
        ["DELETE FROM audit_event WHERE action = 'report'"],
        "B1",
        4,
        "thiếu sự kiện từ số 4",
    ),
    (
        "a whole log is deleted",
        ["DELETE FROM audit_event WHERE action = 'receive'"],
        "PHUONG",
        0,
        "thiếu sự kiện từ số 0",
    ),
    (
        "one log is rolled back together with its head",
        [
            "DELETE FROM event_payload WHERE event_id ="
            " (SELECT id FROM audit_event WHERE action = 'receive')",
            "DELETE FROM audit_event WHERE action = 'receive'",
            "DELETE FROM log_head WHERE unit_id = (SELECT id FROM unit WHERE code = 'PHUONG')",
        ],
        "B1",
        4,
        "phiên bản 6, nhưng sổ chỉ có đến phiên bản 5",
    ),
    (
        "the head is edited",
        ["UPDATE log_head SET size = size - 1 WHERE size = 5"],
        "B1",
        4,
        "đầu sổ chỉ ghi 4",
    ),
    (
        "the head's tree is edited",
        ["UPDATE log_head SET frontier = (SELECT leaf_hash FROM audit_event WHERE seq = 2)"],
        "B1",
        0,
        "đã bị viết lại",
    ),
    (
        "the head's clock is edited",
        ["UPDATE log_head SET latest_at = '2026-01-01 00:00:00' WHERE size = 5"],
        "B1",
        None,
        "thời điểm",
    ),
    (
        "a payload is deleted",
        ["DELETE FROM event_payload WHERE event_id = (SELECT id FROM audit_event WHERE seq = 3)"],
        "B1",
        3,
        "đã mất",
    ),
    (
        "an act is ascribed to another",
        [
            "UPDATE event_payload SET actor_id = (SELECT author_id FROM document)"
            " WHERE event_id = (SELECT id FROM audit_event WHERE seq = 3)"
        ],
        "B1",
        3,
        "người thực hiện",
    ),
    (
        "a payload is emptied without an event",
        [
            "UPDATE event_payload SET fields = '{}', actor_id = NULL,"
            " erased_at = '2026-04-01 00:00:00'"
            " WHERE event_id = (SELECT id FROM audit_event WHERE seq = 3)"
        ],
        None,
        None,
        "không có sự kiện xóa",
    ),
    ("the state is edited", ["UPDATE document SET state = 'approved'"], "PHUONG", 0, "trạng thái"),
    ("the stage is edited", ["UPDATE document SET stage = 0"], "PHUONG", 0, "cấp đang giữ"),
    (
        "another revision is put in force",
        ["UPDATE document SET in_force_revision = NULL"],
        "PHUONG",
        0,
        "có hiệu lực",
    ),
    (
        "the number is edited",
        ["UPDATE document SET number = '30-KH/ĐU'"],
        "PHUONG",
        0,
        "số văn bản",
    ),
    (
        "the printed date is edited",
        ["UPDATE document SET dated_on = '2026-02-03'"],
        "PHUONG",
        0,
        "ngày văn bản",
    ),
    ("the version is edited", ["UPDATE document SET version = 5"], "PHUONG", 0, "phiên bản 5"),
    ("the title is edited", ["UPDATE document SET title = 'Khác'"], None, None, "tên gọi"),
    (
        "a text is edited",
        ["""UPDATE revision SET content = '{"text": "khác", "tasks": [], "models": []}'"""],
        "B1",
        0,
        "bản thứ 1 không còn như khi ghi",
    ),
    (
        "a text is given a fraction",
        ["UPDATE revision SET content = '{\"a\": 0.5}'"],
        "B1",
        0,
        "bản",
    ),
    (
        "the hash that was decided is edited",
        ["UPDATE decision SET content_hash = salt FROM revision WHERE action = 'approve'"],
        "B1",
        3,
        "quyết định “approve”",
    ),
    (
        "a plan becomes a paper of another kind",
        ["UPDATE document SET kind = 'report'"],
        "PHUONG",
        0,
        "loại văn bản đang ghi report",
    ),
    (
        "somebody else decided",
        ["UPDATE decision SET person_id = 1 WHERE action = 'approve'"],
        "B1",
        3,
        "người quyết định",
    ),
    (
        "a vote is taken away",
        ["UPDATE decision SET votes_for = 8 WHERE action = 'approve'"],
        "B1",
        3,
        "số phiếu",
    ),
    (
        "a decision is taken away",
        ["DELETE FROM decision WHERE action = 'review'"],
        "B1",
        2,
        "đã mất khỏi danh sách quyết định",
    ),
    (
        "a decision is made up",
        ["UPDATE decision SET at = '2026-03-01 00:00:00'"],
        None,
        None,
        "không có trong sổ nào",
    ),
    ("a text is deleted", ["DELETE FROM revision"], None, None, "bản thứ 1 đã mất"),
    (
        "a unit is deleted",
        ["DELETE FROM unit WHERE code = 'PHUONG'"],
        None,
        None,
        "đã mất, nhưng sổ",
    ),
    (
        "a payload is no longer readable",
        ["UPDATE event_payload SET fields = '{\"actor\": ['"],
        "B1",
        0,
        "đã mất",
    ),
    (
        "a document is deleted",
        ["DELETE FROM revision", "DELETE FROM decision", "DELETE FROM document"],
        "B1",
        0,
        "nhưng đã mất",
    ),
]


@pytest.mark.parametrize(
    ("statements", "unit", "seq", "words"),
    [row[1:] for row in TAMPERINGS],
    ids=[row[0] for row in TAMPERINGS],
)
@pytest.mark.databases("sqlite")  # both databases are tampered with below
def test_tampering_is_named(
    tamper: Callable[..., None],
    statements: list[str],
    unit: str | None,
    seq: int | None,
    words: str,
) -> None:
    tamper(*statements)
    first = found().first
    assert first is not None
    assert (first.unit, first.seq) == (unit, seq), str(first)
    assert words in str(first)


@pytest.mark.parametrize(
    ("name", "seq"),
    [
        ("a leaf is edited", 2),
        ("an event takes another's leaf and hash", 0),
        ("two events change places", 0),
        ("an event in the middle is deleted", 2),
        ("the last event is deleted", 4),
        ("the head's tree is edited", 0),
        ("a column is edited", None),
        ("the state is edited", None),
    ],
)
@pytest.mark.databases("sqlite")
def test_hashes_alone_tell_of_leaves_and_of_nothing_else(
    tamper: Callable[..., None], name: str, seq: int | None
) -> None:
    tamper(*next(row[1] for row in TAMPERINGS if row[0] == name))
    db.session.rollback()
    first = trail.verify(db.session(), hashes_only=True).first
    assert (first and first.seq) == seq, str(first)


@pytest.mark.parametrize(
    ("field", "words"), [("value", "không còn như khi ghi"), ("salt", "không còn như khi ghi")]
)
def test_an_edited_payload_is_named(story: Story, field: str, words: str) -> None:
    with transaction() as session:
        event = events(story.base)[3]
        payload = session.get_one(EventPayload, event.id)
        fields = json.loads(json.dumps(payload.fields))
        fields["minutes"][field] = "ab" * 16
        payload.fields = fields
    first = found().first
    assert first is not None
    assert (first.unit, first.seq, first.params["field"]) == ("B1", 3, "minutes")
    assert words in str(first)


def test_a_field_added_to_a_payload_is_named(story: Story) -> None:
    with transaction() as session:
        payload = session.get_one(EventPayload, events(story.base)[0].id)
        payload.fields = {**payload.fields, "reason": payload.fields["actor"]}
    assert "được thêm vào sau" in str(found().first)


def test_the_command_says_whole_or_names_the_first_event(
    app: Flask, story: Story, tamper: Callable[..., None]
) -> None:
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["audit", "verify"])
    assert (whole.exit_code, whole.output) == (
        0,
        "Nguyên vẹn: đã tính lại 6 sự kiện trong 2 sổ, 1 văn bản.\n",
    )
    hashed = runner.invoke(args=["audit", "verify", "--hashes-only"])
    assert (hashed.exit_code, hashed.output) == (
        0,
        "Mã băm nguyên vẹn: đã tính lại 6 sự kiện trong 2 sổ; chưa xét cột, nội dung, văn bản.\n",
    )
    tamper("UPDATE document SET state = 'approved'")
    assert runner.invoke(args=["audit", "verify", "--hashes-only"]).exit_code == 0
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "Có sai lệch: Văn bản 1: trạng thái đang ghi approved" in broken.output
    told = runner.invoke(args=["audit", "verify", "--json"])
    assert told.exit_code == 1
    answer = json.loads(told.output)
    assert answer["whole"] is False
    assert answer["faults"][0]["unit"] == "PHUONG"


@pytest.mark.parametrize(
    "text", [b"", b"1 2", b'{"a":1}{}', b'"\xff"', b"NaN", b'"\\ud800"', b"[" * 5000]
)
def test_what_is_no_json_is_nothing(text: bytes) -> None:
    assert parse(text) is None
    assert parse('{"a":["Kế hoạch",1,null]}'.encode()) == {"a": ["Kế hoạch", 1, None]}


# What is told


def test_history_reads_as_sentences(story: Story) -> None:
    lines = sentences(db.session.get_one(Document, story.plan))
    assert [str(line) for line in lines] == [
        "Võ Thị Bản Sao, Ủy viên, lập dự thảo kế hoạch.",
        "Võ Thị Bản Sao, Ủy viên, trình Đảng bộ UBND phường Minh Họa bản thứ 1.",
        "Đặng Thị Tưởng Tượng, Bí thư, thay mặt Lý Văn Giả Tưởng theo ủy quyền, "
        "cho ý kiến bản thứ 1.",
        "Lý Văn Giả Tưởng, Bí thư, thông qua, ký ban hành bản thứ 1, số 03-KH/ĐU, "
        "ghi ngày 03/03/2026, theo biên bản 05-BB/ĐU, được biểu quyết 9, tán thành 9, không tán thành 0.",
        "Võ Thị Bản Sao, Văn thư, báo cáo lên Đảng bộ phường Minh Họa.",
        "Võ Thị Bản Sao, Cán bộ, tiếp nhận tại Đảng bộ phường Minh Họa.",
    ]
    assert lines[2].quote == "Rõ việc, rõ người."


def test_the_log_of_a_unit_reads_newest_first(story: Story) -> None:
    lines = unit_sentences(story.base, limit=2)
    assert [line.event.action for line in lines] == ["report", "approve"]
    lines = unit_sentences(story.base, before_seq=lines[-1].event.seq, limit=2)
    assert [line.event.action for line in lines] == ["review", "submit"]


def test_an_unknown_act_and_an_act_of_the_system_read_too(story: Story) -> None:
    plain_event(story.ward, MARCH)
    assert str(unit_sentences(story.ward)[0]).startswith("Hệ thống ghi việc “noted”")


# What is forgotten


def test_erasing_a_person_breaks_no_proof(story: Story) -> None:
    with transaction() as session:
        trail.erase_person_payload(
            session,
            person_id=story.secretary,
            unit_id=story.ward,
            at=MARCH + timedelta(days=400),
            actor_id=story.officer,
            private={"actor": "Võ Thị Bản Sao", "reason": "Theo yêu cầu"},
        )
    report = found()
    assert report.whole, str(report.first)
    lines = [str(line) for line in sentences(db.session.get_one(Document, story.plan))]
    assert lines[3].startswith("đã xóa, đã xóa, thông qua, ký ban hành bản thứ 1, số đã xóa")
    assert "Đặng Thị Tưởng Tượng, Bí thư, thay mặt đã xóa theo ủy quyền" in lines[2]
    kept = db.session.scalars(sa.select(EventPayload)).all()
    assert not any("Giả Tưởng" in json.dumps(p.fields, ensure_ascii=False) for p in kept)


# Who has read


@pytest.fixture
def commitment(story: Story) -> Document:
    with transaction() as session:
        base = session.get_one(Unit, story.base)
        member = Person(full_name="Trần Thị Ví Dụ", email="vidu@example.invalid")
        secretary = session.get_one(Person, story.secretary)
        session.add_all(
            [
                member,
                Membership(person=member, unit=base),
                Post(person=secretary, unit=base, role="secretary", title="Bí thư"),
            ]
        )
        plan = session.get_one(Document, story.plan)
        document = new_document("commitment", base, member, plan.campaign)
        document.stages = [Stage(position=0, unit=base, decides=True)]
        session.add(document)
        act(document, "create", base, member, "Đảng viên")
    return document


def test_reading_a_commitment_is_written_once_a_day_and_told(
    story: Story, commitment: Document
) -> None:
    reader = db.session.get_one(Person, story.secretary)
    for hours in (0, 1, 30):
        with transaction():
            record_reading(commitment, reader, MARCH + timedelta(hours=hours))
    readings = db.session.scalars(sa.select(Reading)).all()
    assert [reading.person_id for reading in readings] == [reader.id] * 2
    told = db.session.scalars(sa.select(Notification)).all()
    assert {(n.person_id, n.topic) for n in told} == {(commitment.author_id, "read")}
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 0
    assert len(sentences(commitment)) == 1
    last = sentences(commitment, readings=True)[-1]
    assert str(last).startswith("Lý Văn Giả Tưởng, Bí thư, đọc bản thứ 1")
    assert found().whole


def test_nothing_is_written_of_the_author_or_of_a_plan(story: Story, commitment: Document) -> None:
    with transaction():
        assert record_reading(commitment, commitment.author, MARCH) is None
        plan = db.session.get_one(Document, story.plan)
        assert record_reading(plan, commitment.author, MARCH) is None


def test_hiding_who_read_is_named(
    story: Story, commitment: Document, tamper: Callable[..., None]
) -> None:
    with transaction():
        record_reading(commitment, db.session.get_one(Person, story.secretary), MARCH)
    tamper("DELETE FROM reading")
    assert "danh sách người đọc" in str(found().first)
