"""One world for a whole file: the census asks much and changes nothing it is not allowed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import Settings
from tests.census.world import World
from tests.support.templates import Templates, close

Opener = Callable[..., World]


@pytest.fixture(scope="module")
def open_world(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """Opens a world on a copy of the demo: `open_world("sqlite")`."""
    from app import create_app

    with ExitStack() as worlds:

        def opened(database: str = "sqlite", **more: str) -> World:
            folder: Path = tmp_path_factory.mktemp("census")
            environment = {
                "DATABASE_URL": worlds.enter_context(templates.copy(database, "demo")),
                "DATA_DIR": str(folder),
                "SECRET_KEY": "k" * 64,
                **more,
            }
            templates.bring_files("demo", folder)
            app = create_app(Settings.from_env(environment))
            app.testing = True
            worlds.callback(close, app)
            return World(app)

        yield opened


@pytest.fixture(scope="module")
def world(open_world: Opener) -> Iterator[World]:
    made = open_world()
    yield made
    asked = ", ".join(f"{method} {number}" for method, number in sorted(made.made.items()))
    print(f"\ncensus: {sum(made.made.values())} requests ({asked})")
