"""Processes that die at a chosen point. One process loads the application and forks: each child does
one deed with database connections of its own, as web, relay and worker do, and is killed there.

`python -m tests.faults.mortal` reads one JSON object a line and answers each with one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask

from config import ROOT
from tests.faults.points import POINTS, Point, arm
from workers import jobs
from workers.children import die_with_parent
from workers.queue import connect
from workers.relay import Relay


class Mortal:
    """The process that forks, on this environment. Use as a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}

    def __enter__(self) -> Mortal:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.communicate()

    def dies(self, point: Point, **given: Any) -> bool:
        """Lets a child do the point's deed; whether it was killed there."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"label": point.label, **given}), file=self.process.stdin, flush=True)
        return bool(json.loads(self.process.stdout.readline()))


# ---------------------------------------------------------------- the deeds


def _post(app: Flask, *, path: str, token: str, body: dict[str, Any]) -> None:
    app.test_client().post(
        f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}
    )


def _ring(app: Flask, *, redis: str) -> None:
    Relay(connect(redis)).ring(time.monotonic())


DEEDS: dict[str, Callable[..., object]] = {
    "create": _post,
    "act": _post,
    "ring": _ring,
    "deliver": lambda app, *, ident: jobs.deliver(ident),
    "carry_out": lambda app, *, ident: jobs.carry_out(ident),
    "sweep": lambda app: jobs.sweep(),
}


def _live(app: Flask, point: Point, given: dict[str, Any]) -> None:
    try:
        die_with_parent()
        arm(point)
        with app.app_context():
            DEEDS[point.deed](app, **given)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)  # it should not have come this far


def main() -> None:
    from app import create_app

    app = create_app()
    points = {point.label: point for point in POINTS}
    for line in sys.stdin:
        given = json.loads(line)
        point = points[given.pop("label")]
        child = os.fork()
        if child == 0:
            _live(app, point, given)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.WIFSIGNALED(status) and os.WTERMSIG(status) == 9), flush=True)


if __name__ == "__main__":
    main()
