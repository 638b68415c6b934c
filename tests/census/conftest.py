"""One world for a whole file: the census asks much, and what a request changes is put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import Settings
from tests.census.world import World
from tests.support import faster
from tests.support.templates import Templates, close

Opener = Callable[..., World]


@pytest.fixture(scope="module")
def open_world(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """Opens a world on a copy of the demo: `open_world("sqlite", scene=True)`."""
    from app import create_app

    with ExitStack() as worlds:

        def opened(database: str = "sqlite", *, scene: bool = False, **more: str) -> World:
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
            app.jinja_env.bytecode_cache = faster.TEMPLATES
            worlds.callback(close, app)
            return World(app, scene=scene)

        yield opened


@pytest.fixture(scope="module")
def world(open_world: Opener) -> Iterator[World]:
    made = open_world(scene=True)
    yield made
    asked = ", ".join(f"{method} {number}" for method, number in sorted(made.made.items()))
    print(f"\ncensus: {sum(made.made.values())} requests ({asked})")
