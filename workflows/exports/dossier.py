"""The dossier of an inspection as one ZIP: every piece as PDF, the whole as one PDF, and the files
beside the pieces. Each print is a file of its own until all are there, as with papers."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from models.base import db
from models.dossier import DossierPiece
from models.export import ExportJob
from models.inspection import Inspection
from models.person import Person
from workflows import prints
from workflows.dossier.index import data_of, entries, whole
from workflows.dossier.printing import file_name, printed_as
from workflows.dossier.who import reads_dossier
from workflows.exports.holding import Hold
from workflows.exports.keeping import as_clean, hand_over, workshop
from workflows.exports.room import require_room
from workflows.files import attachments_of, open_stored
from workflows.refusal import N_, Reason, Refused

KIND = "dossier"
GONE = "nothing"  # the orderer reads this dossier no more
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every entry, so that the same dossier is the same file


def order(person: Person, inspection_id: int, *, now: datetime, real_now: datetime) -> ExportJob:
    """An order for the dossier of an inspection. In the caller's transaction. Raises Refused for who
    does not read it, or has too many orders under way."""
    inspection = _readable(inspection_id, person, now)
    require_room(person)
    job = ExportJob(
        person=person,
        kind=KIND,
        params={"inspection": inspection.id},
        total=len(entries(inspection, now, counted=False)) + 1,
        ordered_at=real_now,
        touched_at=real_now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def require_right(job: ExportJob, person: Person, now: datetime) -> None:
    """Raises Refused when the dossier is not for this person's eyes any more."""
    _readable(int(job.params.get("inspection", 0)), person, now)


def make(
    hold: Hold, job: ExportJob, now: Callable[[], datetime], real_now: Callable[[], datetime]
) -> None:
    """Makes the ZIP, from where an earlier maker stopped; fails where the orderer has lost sight of
    it."""
    person_id, ident, folder = job.person_id, int(job.params["inspection"]), workshop(job.id)
    db.session.rollback()  # what is true now, not when it was ordered
    try:
        inspection = _readable(ident, db.session.get_one(Person, person_id), now())
    except Refused:
        hold.write(state="failed", error=GONE, done_at=real_now())
        return
    found: list[tuple[str, Path]] = []
    listed = entries(inspection, now(), counted=False)
    written = [(entry.spec.n, entry.part, entry.piece) for entry in listed]
    for done, (n, part, piece) in enumerate(written, 1):
        found += _piece(inspection, n, part, piece, folder, now())
        hold.write(finished=done, touched_at=real_now())
    path = folder / "whole.pdf"
    _write(path, whole(inspection, now()))
    found.insert(0, ("00 Toàn bộ hồ sơ.pdf", path))
    clean = as_clean(_packed(folder, found), f"ho-so-{ident}.zip")
    hand_over(hold, clean, real_now(), finished=len(written) + 1)


def _readable(inspection_id: int, person: Person, now: datetime) -> Inspection:
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None or not reads_dossier(inspection, person, now):
        sentence = N_("Chưa tải được: hồ sơ này không còn thuộc phạm vi được xem.")
        raise Refused(Reason("FORM", sentence))
    return inspection


def _piece(
    inspection: Inspection,
    n: int,
    part: int,
    piece: DossierPiece | None,
    folder: Path,
    now: datetime,
) -> list[tuple[str, Path]]:
    """The print of a piece with the files beside it: (name in the ZIP, where it lies)."""
    name = file_name(inspection, n, part)
    path = folder / f"{n:02d}-{part}-{piece.version if piece is not None else 0}.pdf"
    if not path.exists():
        _write(path, prints.pdf(printed_as(n), data_of(inspection, n, piece, now)))
    made = [(f"{name}.pdf", path)]
    for file in attachments_of(piece) if piece is not None else ():
        made.append((f"{name} tệp {file.id}/{file.name}", open_stored(file.file)))
    return made


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a half-written print must not be taken for a finished one."""
    draft = path.with_suffix(f".{token_hex(4)}")
    draft.write_bytes(content)
    os.replace(draft, path)


def _packed(folder: Path, found: list[tuple[str, Path]]) -> Path:
    path = folder / f"all.{token_hex(4)}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pack:
        for name, part in found:
            with part.open("rb") as file, pack.open(zipfile.ZipInfo(name, FIXED), "w") as out:
                shutil.copyfileobj(file, out)
    return path
