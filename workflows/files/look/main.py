"""The process that looks: `main(path of the file, path for the cleaned copy)`, an answer as JSON."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from . import limits
from .no import No


def main(path: Path, cleaned: Path) -> None:
    """Prints what the file is, or why it is not taken; see `look`."""
    _confine()
    try:
        answer: dict[str, object] = look(path, cleaned)
    except No as no:
        answer = {"no": no.code, "params": no.params}
    except MemoryError:
        answer = {"no": "heavy", "params": {}}
    json.dump(answer, sys.stdout)


def look(path: Path, cleaned: Path) -> dict[str, object]:
    """What the file is: {"kind", "pages", "cleaned": whether `cleaned` now holds what to keep}.

    Raises `No` when it is not one of the kinds that are taken, or may do harm.
    """
    from .sniff import kind_of

    kind = kind_of(path)
    if kind == "pdf":
        from . import pdf

        return {"kind": "pdf", "pages": pdf.check(path), "cleaned": False}
    if kind == "jpeg":
        from . import jpeg

        jpeg.clean(path, cleaned)
        return {"kind": "jpeg", "pages": 1, "cleaned": True}
    if kind == "png":
        from . import png

        png.clean(path, cleaned)
        return {"kind": "png", "pages": 1, "cleaned": True}
    from . import office

    return {"kind": office.check(path), "pages": None, "cleaned": False}


def _confine() -> None:
    """Little memory, little time, no large files, no dumps: what goes beyond is ended."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.SECONDS),
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_FSIZE, 64 * limits.MB),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            pass  # a system that knows no such limit; the parent's clock still ends it
