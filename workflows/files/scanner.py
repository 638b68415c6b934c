"""The hook for a virus scanner: a command of the installation's own, given the path of the file."""

from __future__ import annotations

import subprocess
from pathlib import Path

from workflows.files.look.no import No

PATIENCE = 120  # seconds
CLEAN, INFECTED = 0, 1


def scan(path: Path, command: tuple[str, ...] | None) -> None:
    """Raises `No` unless the command says that the file is clean; without a command nothing is
    asked. Anything but 0 and 1 means that it could not be looked at, and the file is not taken."""
    if not command:
        return
    try:
        answer = subprocess.run(
            [*command, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        answer = -1
    if answer != CLEAN:
        raise No("infected" if answer == INFECTED else "unscanned")
