"""A cell and its base at work, two exports of their logs, and what somebody kept meanwhile."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from models.base import db
from models.checkpoint import Checkpoint
from models.event import AuditEvent
from models.unit import Unit
from tests.cast import Office
from tests.support import exported
from workflows.trail import keys
from workflows.trail.note import Signer
from workflows.trail.receipts import receipt_of

UNITS = ("BASE", "CELL")  # whose logs are exported as a whole; the ward's events come with proofs


@dataclass
class Scene:
    """`old` and `new`: the files of two exports by name. `held`: notes of checkpoints by unit, the
    oldest first; `receipts`: by unit and place. `signer`: the key of the installation."""

    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    policy: Path
    signer: Signer
    held: dict[str, list[str]] = field(default_factory=dict)
    receipts: dict[tuple[str, int], str] = field(default_factory=dict)

    def leaves(self, unit: str) -> list[bytes]:
        return self.new[f"events/{unit}.jsonl"].splitlines()


def play(folder: Path) -> Scene:
    """The whole story; within an application context, on an empty database."""
    office, key_folder = Office(), folder / "keys"
    _work(office, 1)
    exported.sign(key_folder)
    old = _export(folder, key_folder, "old")
    for first in (3, 5):
        _work(office, first)
        exported.sign(key_folder)
    new = _export(folder, key_folder, "new")
    signer = keys.KeyFolder(key_folder).read()
    assert signer is not None
    scene = Scene(folder, old, new, exported.policy(folder / "policy.json"), signer)
    rows = sa.select(Unit.code, Checkpoint.note).join(Checkpoint, Checkpoint.unit_id == Unit.id)
    for code, note in db.session.execute(rows.order_by(Checkpoint.size)):
        scene.held.setdefault(code, []).append(note)
    events = sa.select(AuditEvent, Unit.code).join(Unit, AuditEvent.unit_id == Unit.id)
    for event, code in db.session.execute(events.where(Unit.code.in_(UNITS))):
        if receipt := receipt_of(db.session(), event):
            scene.receipts[code, event.seq] = receipt
    return scene


def _work(office: Office, first: int) -> None:
    """Two plans of the cell go up and come back once, the base answers; a commitment is handed in."""
    for n in (first, first + 1):
        plan = office.begin("plan", "Chi", "CELL", title=f"Kế hoạch số {n}")
        office.act(plan, "submit", "Chi")
        reason = {"reason_code": "OTHER", "reason": "Chưa rõ người làm việc thứ nhất."}
        office.act(plan, "return", "Dung", **reason)
        rewritten = plan.current.content | {"text": f"Bản viết lại của kế hoạch {n}."}
        office.act(plan, "revise", "Chi", content=rewritten)
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        office.approve(plan, "Sau", number=f"{n:02}-KH/CB")
        office.act(plan, "report", "Sau")
        office.act(plan, "review", "Ba")
        office.act(plan, "approve", "Bon", comment="Đồng ý.")
        office.act(plan, "report", "Binh", via="WARD-XDD")
        office.act(plan, "receive", "Van")
    if first == 1:
        commitment = office.begin("commitment", "An", "CELL")
        office.act(commitment, "submit", "An")


def _export(folder: Path, key_folder: Path, name: str) -> dict[str, bytes]:
    path = exported.made(exported.ordered("Kiem", *UNITS), key_folder)
    with zipfile.ZipFile(path) as pack:
        return {one: pack.read(one) for one in pack.namelist()}


def write(files: dict[str, bytes], path: Path) -> Path:
    """These files as one ZIP at `path`."""
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return path


def manifest(files: dict[str, bytes]) -> dict[str, object]:
    return json.loads(files["manifest.json"])  # type: ignore[no-any-return]
