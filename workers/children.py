"""Child processes that never outlive their parent, however it dies."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only the call itself may happen.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent(sig: signal.Signals = signal.SIGTERM) -> None:
    """Asks Linux to send `sig` to this process when its parent dies. Elsewhere does nothing."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, int(sig))


def _tied_to(parent: int) -> Callable[[], None]:
    def tie() -> None:
        die_with_parent()
        if os.getppid() != parent:  # the parent died before we were tied to it
            os._exit(1)

    return tie


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    pass_fds: Sequence[int] = (),
    output: IO[bytes] | None = None,
    **as_whom: Any,
) -> subprocess.Popen[bytes]:
    """Starts `command` in a session of its own (so that Ctrl-C reaches only the launcher).

    Its output goes where ours goes, or into `output`; `as_whom` may name a user and groups.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        pass_fds=pass_fds,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid()),
        **as_whom,
    )


def stop(process: subprocess.Popen[bytes], *, patience: float) -> None:
    """Asks politely, waits at most `patience` seconds, then kills the whole session."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)  # also grandchildren that were left behind
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
