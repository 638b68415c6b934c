"""A file of the bundle appears whole or not at all, whoever else is writing it at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

PART = ".part"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to; at the end of the block it becomes `path`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{token_hex(4)}.{path.name}{PART}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    with whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


def write_bytes(path: Path, content: bytes) -> None:
    with whole(path) as draft:
        draft.write_bytes(content)


def files_in(folder: Path) -> list[Path]:
    """Every finished file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != PART]
