"""The frame of a long-running process: settings, application context, clean stop on a signal."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from config import Settings, SettingsError


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
        work(settings, stopping)
    return 0
