"""The frame of a long-running process: settings, application context, clean stop on a signal."""

import gc
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask

from config import Settings, SettingsError


def loaded(settings: Settings) -> Flask:
    """The application. What is loaded stays, so nothing looks through it for what could be thrown
    away: neither while it loads, which takes a fifth longer, nor later, a sixth of a second each
    time; of what comes after, most is gone before the next ten thousand."""
    gc.disable()
    from app import create_app

    app = create_app(settings)
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000)
    return app


def run(work: Callable[[Settings, threading.Event], None]) -> int:
    """Calls `work(settings, stopping)` in an application context; the process's exit status.

    `stopping` is set by SIGTERM or SIGINT; `work` returns soon after.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    with loaded(settings).app_context():
        work(settings, stopping)
    return 0
