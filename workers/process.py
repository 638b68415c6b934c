"""The frame of a long-running process: settings, application context, clean stop on a signal."""

import gc
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from config import Settings, SettingsError


def settled() -> None:
    """Called once an application is loaded. What lies in memory now stays, and is never looked
    through again for what could be thrown away, which takes a sixth of a second each time; of what
    comes, most is gone before the next ten thousand."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def run(work: Callable[[Settings, threading.Event], None]) -> int:
    """Calls `work(settings, stopping)` in an application context; the process's exit status.

    `stopping` is set by SIGTERM or SIGINT; `work` returns soon after.
    """
    from app import create_app

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
    with create_app(settings).app_context():
        settled()
        work(settings, stopping)
    return 0
