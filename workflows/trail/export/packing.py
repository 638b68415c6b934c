"""The bundle as one ZIP: the same files give the same bytes."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from workflows.trail.export.files import files_in

FIXED = (1980, 1, 1, 0, 0, 0)
STORED = frozenset((".pdf", ".hashes", ".xlsx"))  # does not get smaller
FIRST = ("index.html", "manifest.json", "manifest.note", "policy.json", "verify.py")
PIECE = 1 << 20


def pack(bundle: Path, path: Path) -> None:
    """Writes all files of the folder `bundle` into the ZIP `path`, durably."""
    names = {file.relative_to(bundle).as_posix() for file in files_in(bundle)}
    ordered = [name for name in FIRST if name in names] + sorted(names - set(FIRST))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in ordered:
            entry = zipfile.ZipInfo(name, FIXED)
            stored = Path(name).suffix in STORED
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.file_size = (bundle / name).stat().st_size
            with (bundle / name).open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, PIECE)
    with path.open("rb") as file:
        os.fsync(file.fileno())
