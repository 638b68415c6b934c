"""The database is away, read-only, restarted, or two acts are in each other's way: 503 with a sentence,
nothing written, nothing typed lost, and never 500."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from models import db
from models.document import Document
from tests.support.house import House
from tests.support.visitor import Visitor, says

TYPED = "Chi bộ bàn kỹ, thống nhất giao chỉ tiêu từng quý cho từng người."
NOT_WRITTEN = "Kho dữ liệu đang không nhận ghi. Chưa có gì bị thay đổi; chờ ít phút rồi làm lại."
NOT_READ = "Kho dữ liệu chưa trả lời. Chờ ít phút rồi mở lại trang này."


@pytest.fixture
def house(app: Flask) -> House:
    app.testing = False  # as in the office: what nobody foresaw becomes a page, too
    return House(app)


def engine_of(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def administer(app: Flask, statement: str) -> None:
    """One statement by PostgreSQL's administrator, from another database."""
    url = engine_of(app).url
    where = url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(where.render_as_string(False), autocommit=True) as connection:
        connection.execute(statement.format(name=url.database).encode())


def end_sessions(app: Flask) -> None:
    administer(
        app, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    )


@contextmanager
def away(app: Flask) -> Iterator[None]:
    """Nobody gets into the database meanwhile."""
    engine = engine_of(app)
    if engine.dialect.name == "postgresql":
        administer(app, "ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        end_sessions(app)
        try:
            yield
        finally:
            administer(app, "ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    else:
        engine.dispose()
        path = Path(str(engine.url.database))
        elsewhere = path.rename(path.with_suffix(".away"))
        path.mkdir()
        try:
            yield
        finally:
            path.rmdir()
            elsewhere.rename(path)


@contextmanager
def read_only(app: Flask) -> Iterator[None]:
    """What PostgreSQL's administrator does, and what a file without its right to write is to SQLite
    (root may write such a file all the same, so it is said at the connection)."""
    engine = engine_of(app)
    if engine.dialect.name == "postgresql":
        administer(app, "ALTER DATABASE {name} SET default_transaction_read_only = on")
        end_sessions(app)
        yield
        administer(app, "ALTER DATABASE {name} RESET default_transaction_read_only")
        end_sessions(app)
    else:
        engine.dispose()

        def forbid(connection: object, _record: object) -> None:
            connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]

        sa.event.listen(engine, "connect", forbid)
        yield
        sa.event.remove(engine, "connect", forbid)
        engine.dispose()


def edit(visitor: Visitor, plan: int) -> TestResponse:
    return visitor.submit(
        f"/documents/{plan}/revisions/new", f"/documents/{plan}/revisions", text=TYPED
    )


def kept_in(answer: TestResponse) -> bool:
    return TYPED in html.unescape(answer.text)


def check_unwritten(answer: TestResponse, sentence: str = NOT_WRITTEN) -> None:
    assert answer.status_code == 503, answer.text[:2000]
    assert says(answer, sentence)
    assert int(answer.headers["Retry-After"]) > 0


def test_away_for_a_page_a_form_and_a_program(house: House, app: Flask) -> None:
    plan = house.plan("drafted")
    chi = house("Chi")
    form = chi.form(f"/documents/{plan}/revisions/new", f"/documents/{plan}/revisions")
    with away(app):
        check_unwritten(chi.get("/"), NOT_READ)
        check_unwritten(chi.get(f"/documents/{plan}"), NOT_READ)
        answer = chi.send(form, text=TYPED)
        check_unwritten(answer)
        assert kept_in(answer)
        program = app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer x"})
        assert program.status_code == 503
        assert program.mimetype == "application/problem+json"
        assert program.json is not None
        assert program.json["detail"] == NOT_READ
    assert chi.send(form, text=TYPED).status_code == 303


def test_read_only_serves_readers_and_keeps_what_was_typed(house: House, app: Flask) -> None:
    plan = house.plan("drafted")
    chi, before = house("Chi"), house.events()
    form = chi.form(f"/documents/{plan}/revisions/new", f"/documents/{plan}/revisions")
    with read_only(app):
        assert chi.get("/").status_code == 200
        assert chi.get(f"/documents/{plan}").status_code == 200
        answer = chi.send(form, text=TYPED)
        check_unwritten(answer)
        assert kept_in(answer)
        assert house.events() == before
    again = form_of_page(answer, f"/documents/{plan}/revisions")
    assert chi.client.post(f"/documents/{plan}/revisions", data=again).status_code == 303
    assert house.events() == before + 1


def form_of_page(answer: TestResponse, action: str) -> dict[str, str]:
    """What the page of the failure sends when its button is pressed."""
    from tests.support.visitor import form_in

    return dict(form_in(answer, action).fields)


@pytest.mark.databases("postgresql")
def test_a_restarted_server_is_found_again(house: House, app: Flask) -> None:
    """Connections that died while nobody asked are replaced before anybody notices."""
    chi = house("Chi")
    for _ in range(3):
        end_sessions(app)
        assert chi.get("/").status_code == 200


@pytest.mark.databases("postgresql")
def test_two_acts_in_each_others_way(house: House, app: Flask) -> None:
    """PostgreSQL ends one of two transactions that wait for each other: that user is asked to come
    again, the other's act holds."""
    plan = house.plan("drafted")
    chi = house("Chi")
    form = chi.form(f"/documents/{plan}/revisions/new", f"/documents/{plan}/revisions")
    with engine_of(app).connect() as other:
        other.execute(sa.text("SET deadlock_timeout = '10s'"))  # the office's act gives way
        logs = sa.text("SELECT 1 FROM log_head FOR UPDATE")
        other.execute(logs)
        answers: list[TestResponse] = []
        act = threading.Thread(target=lambda: answers.append(chi.send(form, text=TYPED)))
        act.start()
        held = sa.select(Document.id).where(Document.id == plan).with_for_update()
        while not waits(app):
            pass
        other.execute(held)
        other.rollback()
        act.join(20)
    check_unwritten(answers[0])
    assert kept_in(answers[0])
    assert chi.send(form, text=TYPED).status_code == 303


def waits(app: Flask) -> bool:
    """Whether somebody waits for a lock that another holds."""
    with engine_of(app).connect() as connection:
        return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
