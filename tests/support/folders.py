"""Temporary folders in memory where the system has them: databases of tests need no disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 1 << 30  # bytes; containers often give 64 MB, which a few databases fill


def fast_folder(purpose: str) -> Path:
    """A new folder, readable by all, of this process; the caller removes it.

    Also removes what test processes that were killed have left behind.
    """
    root = MEMORY if _usable(MEMORY) else Path(tempfile.gettempdir())
    for old in root.glob("duyet-test-*-*-*"):
        if not _runs(int(old.name.split("-")[3])):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"duyet-test-{purpose}-{os.getpid()}-", dir=root))
    folder.chmod(0o755)
    return folder


def _usable(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ENOUGH


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
