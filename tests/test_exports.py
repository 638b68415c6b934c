"""Many prints at once: what may be ordered, made once whatever dies, fetched only by its owner."""

from __future__ import annotations

import threading
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from rq import SimpleWorker
from rq.serializers import JSONSerializer

import clock
from models.base import db, transaction
from models.document import Document
from models.export import ExportJob
from models.person import Person
from models.post import Post
from models.stored_file import StoredFile
from tests.support.house import House
from tests.support.redis import Valkey
from tests.support.visitor import says
from workers.queue import connect, open_queue
from workers.relay import Relay
from workflows import exports, files
from workflows.exports import making
from workflows.exports.holding import LEASE
from workflows.exports.keeping import workshop
from workflows.exports.room import AT_ONCE

WEEK = timedelta(days=7)


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def plans(house: House, count: int) -> list[int]:
    """Plans of the cell, drafted by Chi."""
    with house.inside() as office:
        titles = [f"Kế hoạch số {n}" for n in range(count)]
        return [office.begin("plan", "Chi", "CELL", title=title).id for title in titles]


def ordered(house: House, name: str, ids: list[int]) -> int:
    answer = house(name).post("/exports", {"document": [str(ident) for ident in ids]})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with house.app.app_context():
        return max(db.session.scalars(db.select(ExportJob.id)))


def make(house: House, job_id: int, **more: Any) -> bool:
    with house.app.app_context():
        return exports.make(job_id, **{"now": clock.now, "real_now": clock.real_now, **more})


def state(house: House, job_id: int) -> tuple[str, int, dict[str, Any]]:
    with house.app.app_context():
        job = db.session.get_one(ExportJob, job_id)
        return job.state, job.finished, job.params


def test_ordered_made_and_fetched_by_its_owner_alone(house: House) -> None:
    ids = plans(house, 3)
    chi = house("Chi")
    page = chi.get("/exports/new?kind=plan")
    assert says(page, "Kế hoạch số 2")
    job = ordered(house, "Chi", ids)
    waiting = chi.get("/exports")
    assert waiting.headers["Refresh"]
    assert says(waiting, "Đang chờ")
    assert chi.get(f"/exports/{job}/file").status_code == 404
    with house.app.app_context():
        assert exports.due(clock.real_now()) == [job]
    assert make(house, job)
    assert not make(house, job), "once"
    assert state(house, job)[:2] == ("done", 3)
    done = chi.get("/exports")
    assert "Refresh" not in done.headers
    answer = chi.get(f"/exports/{job}/file")
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        names = pack.namelist()
        assert len(names) == len(set(names)) == 3
        assert all(pack.read(name).startswith(b"%PDF") for name in names)
        assert all("/" not in name for name in names)
    for other in ("Sau", "Dung", "Bon"):
        assert house(other).get(f"/exports/{job}/file").status_code == 404
        assert not says(house(other).get("/exports"), "văn bản</h2>")
    with house.app.app_context():
        assert not list((files.place().folder / "exports").iterdir()), "the workshop is swept"


def test_what_may_not_be_ordered(house: House) -> None:
    commitment = house.commitment("submitted")
    (plan,) = plans(house, 1)
    chi = house("Chi")
    mixed = chi.post("/exports", {"document": [str(plan), str(commitment)]})
    assert mixed.status_code == 422
    assert says(mixed, "Bản cam kết không in hàng loạt")
    assert not says(chi.get("/exports/new"), "Bản cam kết của An")
    assert chi.post("/exports", {}).status_code == 422
    hidden = house("Bon").post("/exports", {"document": [str(plan)]})
    absent = house("Bon").post("/exports", {"document": ["987654321"]})
    assert hidden.status_code == absent.status_code == 422
    assert says(hidden, "không còn trong phạm vi")
    assert says(absent, "không còn trong phạm vi")
    for typed in ("²", "-1", "1e9", "9" * 30, "\0"):
        assert chi.post("/exports", {"document": [typed]}).status_code == 422
    for _ in range(AT_ONCE):
        ordered(house, "Chi", [plan])
    assert says(chi.post("/exports", {"document": [str(plan)]}), "chưa xong")


def test_scope_is_asked_again_when_made_and_when_fetched(house: House) -> None:
    ids = plans(house, 2)
    with house.inside() as office:
        theirs = office.begin("plan", "Ba", "BASE").id
        with transaction():
            office.post("Chi", "BASE", "committee", "Ủy viên")
    first, second = (ordered(house, "Chi", [theirs, *ids]) for _ in "12")
    assert make(house, first)
    assert state(house, first)[2] == {"documents": [theirs, *ids], "left_out": 0}
    with house.inside() as office:
        base = office.units["BASE"].id
        with transaction():
            for post in db.session.scalars(db.select(Post).where(Post.unit_id == base)):
                if post.person_id == office.people["Chi"].id:
                    post.ended_at = office.now
    refused = house("Chi").get(f"/exports/{first}/file")
    assert refused.status_code == 422
    assert says(refused, "không còn thuộc phạm vi được xem")
    assert make(house, second)
    assert state(house, second)[2]["left_out"] == 1
    answer = house("Chi").get(f"/exports/{second}/file")
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        assert len(pack.namelist()) == 2
    assert says(house("Chi").get("/exports"), "không còn thuộc phạm vi")


class Killed(BaseException):
    """The process is gone: nothing in it gets another word."""


@pytest.mark.databases("sqlite")
def test_killed_half_way_it_goes_on_where_it_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ordered(house, "Chi", plans(house, 5))
    real = making.prints.pdf
    printed: list[str] = []

    def dies(kind: str, data: dict[str, Any]) -> bytes:
        if len(printed) == 3:
            raise Killed
        printed.append(data["subject"])
        return real(kind, data)

    monkeypatch.setattr(making.prints, "pdf", dies)
    with pytest.raises(Killed):
        make(house, job)
    assert state(house, job)[:2] == ("running", 3)
    with house.app.app_context():
        assert exports.due(clock.real_now()) == [], "its lease lasts"
        assert len(list(workshop(job).glob("*.pdf"))) == 3

    def counts(kind: str, data: dict[str, Any]) -> bytes:
        printed.append(data["subject"])
        return real(kind, data)

    monkeypatch.setattr(making.prints, "pdf", counts)
    later = clock.real_now() + LEASE * 2
    with house.app.app_context():
        assert exports.due(later) == [job]
    assert make(house, job, real_now=lambda: later)
    assert len(printed) == len(set(printed)) == 5, "no paper was printed twice"
    assert state(house, job)[:2] == ("done", 5)
    with house.app.app_context():
        assert db.session.query(StoredFile).count() == 1


def test_who_was_overtaken_stops(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first maker hangs beyond its lease; another does the work; the first writes nothing."""
    job = ordered(house, "Chi", plans(house, 3))
    hanging, go_on = threading.Event(), threading.Event()
    real, answers = making.prints.pdf, []

    def hangs(kind: str, data: dict[str, Any]) -> bytes:
        if threading.current_thread().name == "first":
            hanging.set()
            assert go_on.wait(20)
        return real(kind, data)

    monkeypatch.setattr(making.prints, "pdf", hangs)
    first = threading.Thread(target=lambda: answers.append(make(house, job)), name="first")
    first.start()
    assert hanging.wait(20)
    later = clock.real_now() + LEASE * 2
    assert make(house, job, real_now=lambda: later)
    go_on.set()
    first.join(20)
    assert answers == [False]
    assert state(house, job)[:2] == ("done", 3)


def test_only_one_of_many_makes_it(house: House) -> None:
    job = ordered(house, "Chi", plans(house, 2))
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(make(house, job))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [False, False, False, True]


@pytest.mark.databases("sqlite")
def test_a_paper_that_cannot_be_set_fails_the_order_with_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ordered(house, "Chi", plans(house, 1))

    def breaks(kind: str, data: dict[str, Any]) -> bytes:
        raise RuntimeError("nội dung riêng")

    monkeypatch.setattr(making.prints, "pdf", breaks)
    with pytest.raises(RuntimeError):
        make(house, job)
    with house.app.app_context():
        assert db.session.get_one(ExportJob, job).error == "RuntimeError", "the kind, no words"
        assert exports.due(clock.real_now() + WEEK) == []
    assert says(house("Chi").get("/exports"), "Chưa in được")


@pytest.mark.databases("sqlite")
def test_the_relay_rings_and_a_worker_makes_it(house: House, valkey: Valkey) -> None:
    job = ordered(house, "Chi", plans(house, 2))
    with house.app.app_context():
        connection = connect(valkey.url)
        relay = Relay(connection)
        assert relay.ring(at=0.0) == [job]
        queue = open_queue(connection)
        assert [(r.func_name, list(r.args)) for r in queue.jobs] == [
            ("workers.jobs.make_export", [job])
        ]
        SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(
            burst=True, logging_level="WARNING"
        )
        assert relay.ring(at=100.0) == []
        connection.close()
    assert state(house, job)[:2] == ("done", 2)


@pytest.mark.databases("sqlite")
def test_after_a_week_it_is_gone(house: House) -> None:
    job = ordered(house, "Chi", plans(house, 1))
    assert make(house, job)
    with house.app.app_context():
        person = db.session.scalar(db.select(Person).where(Person.full_name == "Chi"))
        later: datetime = clock.real_now() + WEEK + timedelta(minutes=1)
        asked = {"now": clock.now(), "real_now": later}
        assert exports.file_of(job, person, **asked) is None
        assert exports.jobs_of(person, later) == []
        assert exports.expire(clock.real_now()) == 0
        assert exports.expire(later) == 1
        assert exports.expire(later) == 0
        assert db.session.get(ExportJob, job) is None
        assert db.session.query(Document).count() == 1
