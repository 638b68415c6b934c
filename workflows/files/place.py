"""Where the bytes lie: a folder outside the web root, each content once, named by its hash."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Place:
    """The folder of the files, and the command that looks for viruses (None: there is none)."""

    folder: Path
    scanner: tuple[str, ...] | None = None

    @property
    def incoming(self) -> Path:
        """Where an upload lies until it is known what it is. Same disk, so that it can be moved."""
        return self.folder / "incoming"

    def path(self, sha256: str) -> Path:
        """Where the content with this hash lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def made(self) -> Path:
        """`incoming`, made unless it is there."""
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.incoming

    def draft(self) -> IO[bytes]:
        """A new file in `incoming`, readable by nobody else; whoever asks for it removes it."""
        return tempfile.NamedTemporaryFile(dir=self.made(), delete=False)

    @contextmanager
    def held(self, *, alone: bool = False) -> Iterator[None]:
        """While it lasts nothing is swept away; `alone`: and nothing is put here."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield
        finally:
            os.close(lock)

    def put(self, draft: Path, sha256: str) -> Path:
        """Moves `draft` to its place, durably; where it lies. What lies there already is the same
        content, and counts as put there now."""
        final = self.path(sha256)
        with self.held():
            if not final.parent.exists():
                final.parent.mkdir(mode=0o700, exist_ok=True)
                settle(self.folder)
            os.utime(draft)
            os.replace(draft, final)
            settle(final.parent)
        return final


def settle(folder: Path) -> None:
    """What was made, moved or removed in `folder` survives a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _nowhere() -> Place:
    raise RuntimeError("files have no place yet: call use_place at start")


_found: Callable[[], Place] = _nowhere


def use_place(find: Callable[[], Place]) -> None:
    """Set at start how the place of the files is found; asked each time, since one process may
    serve several installations."""
    global _found
    _found = find


def place() -> Place:
    """The place of the files of the running installation."""
    return _found()
