"""The manifest: every file with its hash, signed by the signing process. Whoever makes an export holds
no key; he leaves an order and comes back for the signature."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import db, transaction
from models.checkpoint import LogKey, SigningOrder
from models.witness import Cosignature
from workflows.trail import keys, note, orders
from workflows.trail import verifier as shipped
from workflows.trail.checkpoint import parse as parse_checkpoint
from workflows.trail.export.files import files_in, write, write_bytes
from workflows.trail.export.logs import names_of
from workflows.trail.export.plan import Log, Plan

FORMAT = "duyet-export/1"
MANIFEST, NOTE, POLICY, VERIFIER = "manifest.json", "manifest.note", "policy.json", "verify.py"
PIECE = 1 << 20


@dataclass(frozen=True)
class Sealing:
    """The order for a signature. `signed`: it is there; `key`: there is a key to sign with at all."""

    order_id: int | None
    ordered_at: datetime | None
    signed: bool

    @property
    def key(self) -> bool:
        return self.order_id is not None


def write_policy(bundle: Path) -> None:
    """The public keys as this installation states them, with the way to get them elsewhere; how one
    took over from another; and the verifier."""
    known = keys.known(db.session())
    write(
        bundle / POLICY,
        json.dumps(
            {
                "keys": [key.text for key in known],
                "witnesses": sorted(db.session.scalars(sa.select(Cosignature.witness).distinct())),
                "quorum": 0,
                "note": {
                    "vi": "Tệp này do chính máy chủ ghi. Trước khi tin, so các khóa với khóa in "
                    "trong biên bản kiểm tra hoặc do cấp trên lưu, rồi dùng tệp khóa của mình.",
                    "en": "The server itself wrote this file. Before trusting it, compare the keys "
                    "with those printed in the minutes or kept by the superior, and use a policy "
                    "file of your own.",
                },
            },
            ensure_ascii=False,
            indent=2,
        ),
    )
    for name, told in _rotations():
        write(bundle / name, told)
    write_bytes(bundle / VERIFIER, shipped.SOURCE.read_bytes())


def seal(bundle: Path, plan: Plan, about: dict[str, Any], real_now: datetime) -> Sealing:
    """Writes the manifest unless it is there, orders its signature, and puts the signature beside it
    once it has come. To be called again until it has."""
    ticket = bundle.parent / "order.json"
    if not ticket.exists():
        _write_manifest(bundle / MANIFEST, plan, about)
        write(ticket, json.dumps({"order": _order(bundle / MANIFEST, real_now)}))
    order_id = json.loads(ticket.read_text())["order"]
    if order_id is None:
        return Sealing(None, None, False)
    row = db.session.execute(
        sa.select(SigningOrder.signature, SigningOrder.ordered_at).where(
            SigningOrder.id == order_id
        )
    ).one()
    if row.signature is not None:
        write(bundle / NOTE, row.signature)
    return Sealing(order_id, row.ordered_at, row.signature is not None)


def _order(manifest: Path, real_now: datetime) -> int | None:
    key = keys.current(db.session())
    if key is None:
        return None
    digest = b64encode(sha256(manifest.read_bytes()).digest()).decode()
    with transaction() as session:
        return orders.leave(session, "export", f"{key.name}\n{digest}\n", now=real_now)


def _write_manifest(path: Path, plan: Plan, about: dict[str, Any]) -> None:
    key = keys.current(db.session())
    files = {
        name: {"size": size, "sha256": digest}
        for name, size, digest in sorted(_looked_at(path.parent))
        if name not in (MANIFEST, NOTE)
    }
    told = {
        "format": FORMAT,
        "installation": key.name if key else None,
        **about,
        "rotations": [name for name, _ in _rotations()],
        "logs": [_stated(log) for log in plan.logs],
        "files": files,
    }
    write(path, json.dumps(told, ensure_ascii=False, indent=1))


def _rotations() -> list[tuple[str, str]]:
    """What both keys signed each time that one took over from another, the oldest first."""
    rows = db.session.execute(
        sa.select(LogKey.id, LogKey.note).where(LogKey.note.is_not(None)).order_by(LogKey.id)
    )
    return [(f"keys/{row.id}.txt", row.note) for row in rows]


def _stated(log: Log) -> dict[str, Any]:
    origin = None
    if log.notes:
        origin = parse_checkpoint(note.parse(log.notes[0]).text).origin
    return {**names_of(log), "name": log.name, "origin": origin}


def _looked_at(bundle: Path) -> list[tuple[str, int, str]]:
    found = []
    for path in files_in(bundle):
        digest = sha256()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        name = path.relative_to(bundle).as_posix()
        found.append((name, path.stat().st_size, digest.hexdigest()))
    return found
