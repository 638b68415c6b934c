"""`verify.py` over an export of many events: seconds of one core, and memory.

The export is written without a database, its leaves, salts, hashes and signatures by the product's own
functions: units of some thousand plans, each drafted, submitted, reviewed, approved, reported and
received, with the fields, the texts and the states that a real export holds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.harness import Bench, Figure
from benchmarks.one_plan import (
    ACTS,
    BEGIN,
    CONTENT,
    STATES,
    TITLE,
    facts_of,
    fields_of,
)
from workflows import trail
from workflows.trail import checkpoint, merkle, note, orders, verifier
from workflows.trail.export.packing import pack
from workflows.trail.leaf import leaf, salted

SIZES = {False: 30_000, True: 1_000_000}
LOGS = 10
SECONDS = 60.0  # for a million events, on one core


def run(bench: Bench) -> Iterator[Figure]:
    """The time for a million, counted from what was verified; database plays no part."""
    if bench.database != "sqlite":
        return
    events = SIZES[bench.full]
    folder = Path(tempfile.mkdtemp(prefix="duyet-offline-"))
    try:
        export, policy = _written(folder, events)
        seconds, memory = _verified(export, policy, events)
    finally:
        shutil.rmtree(folder)
    yield Figure(
        f"verify.py, {events} events, s a million",
        "none",
        f"{seconds:.1f} s CPU",
        f"{memory:.0f} MB",
        seconds * 1_000_000 / events,
        SECONDS,
    )


_MEASURED = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    status = open("/proc/self/status").read()
    most = status.partition("VmHWM:")[2].split()[0]
    print(used.ru_utime + used.ru_stime, most, file=sys.stderr)
"""


def _verified(export: Path, policy: Path, events: int) -> tuple[float, float]:
    """Seconds of processor time and MB of memory of a process of its own."""
    command = [sys.executable, "-I", "-c", _MEASURED, str(verifier.SOURCE), str(export)]
    done = subprocess.run(
        [*command, str(policy), "--json"], capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["events"]) == (0, events), done.stdout[:2000]
    cpu, most = done.stderr.split()
    return float(cpu), int(most) / 1024


def _written(folder: Path, events: int) -> tuple[Path, Path]:
    signer = note.new_signer("duyet/benchmark")
    bundle = folder / "bundle"
    for name in ("events", "payloads", "checkpoints"):
        (bundle / name).mkdir(parents=True)
    plans = events // LOGS // len(ACTS)
    rest = events - LOGS * plans * len(ACTS)
    logs = []
    with (
        (bundle / "documents.jsonl").open("w") as standings,
        (bundle / "revisions.jsonl").open("w") as texts,
    ):
        for number in range(LOGS):
            more = rest if number == LOGS - 1 else 0
            log = _Log(bundle, f"C{number}", number * (plans + rest))
            logs.append(log.write(plans, more, signer, standings, texts))
    files = {
        path.relative_to(bundle).as_posix(): {"size": path.stat().st_size, "sha256": _hash(path)}
        for path in sorted(bundle.rglob("*"))
        if path.is_file()
    }
    told = {
        "format": "duyet-export/1",
        "installation": signer.name,
        "logs": logs,
        "files": files,
    }
    manifest = json.dumps(told).encode()
    (bundle / "manifest.json").write_bytes(manifest)
    body = f"{signer.name}\n{b64encode(sha256(manifest).digest()).decode()}\n"
    signed = note.sign(orders.text("export", body), signer)
    (bundle / "manifest.note").write_text(signed.whole)
    export, policy = folder / "export.zip", folder / "policy.json"
    pack(bundle, export)
    policy.write_text(json.dumps({"keys": [signer.key.text]}))
    return export, policy


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class _Log:
    """One unit's log: its plans one after another, act by act."""

    def __init__(self, bundle: Path, code: str, first: int) -> None:
        self.bundle, self.code, self.document = bundle, code, first
        self.size, self.frontier, self.latest = 0, b"", None

    def write(
        self, plans: int, more: int, signer: note.Signer, standings: Any, texts: Any
    ) -> dict[str, Any]:
        names = {
            "events": f"events/{self.code}.jsonl",
            "hashes": f"events/{self.code}.hashes",
            "payloads": f"payloads/{self.code}.jsonl",
        }
        with (
            (self.bundle / names["events"]).open("wb") as events,
            (self.bundle / names["hashes"]).open("wb") as hashes,
            (self.bundle / names["payloads"]).open("wb") as payloads,
        ):
            for number in range(plans + more):
                acts = ACTS if number < plans else ACTS[:1]
                self._plan(number, acts, (events, hashes, payloads), standings, texts)
        origin = f"{signer.name}/{self.code}"
        said = checkpoint.Checkpoint(origin, self.size, merkle.root_of(self.frontier))
        name = f"checkpoints/{self.code}.txt"
        (self.bundle / name).write_text(note.sign(checkpoint.text(said), signer).whole)
        return {
            **names,
            "unit": self.code,
            "kind": "whole",
            "size": self.size,
            "origin": origin,
            "checkpoints": [name],
        }

    def _plan(
        self, number: int, acts: tuple[str, ...], files: tuple[Any, ...], standings: Any, texts: Any
    ) -> None:
        self.document += 1
        salt = trail.new_salt()
        hashed = trail.content_hash(TITLE, CONTENT, [], BEGIN.date(), salt)
        text = {"title": TITLE, "content": CONTENT, "basis": [], "dated_on": str(BEGIN.date())}
        told = {"document": self.document, "n": 1, "hash": hashed.hex(), "salt": salt.hex(), **text}
        texts.write(json.dumps(told, ensure_ascii=False) + "\n")
        for version, action in enumerate(acts, 1):
            self._event(number, version, action, hashed, files)
        whole = len(acts) == len(ACTS)
        standing = {
            "document": self.document,
            "version": len(acts),
            "state": STATES[len(acts) - 1],
            "stage": int(whole),
            "revision": 1,
            "in_force": 1 if whole else None,
            "dated_on": str(BEGIN.date()) if whole else None,
        }
        standings.write(json.dumps(standing) + "\n")

    def _event(
        self, number: int, version: int, action: str, hashed: bytes, files: tuple[Any, ...]
    ) -> None:
        facts = facts_of(action, version, self.code, hashed)
        fields = salted(fields_of(action, version, number), 7)
        at = BEGIN + timedelta(minutes=10 * number + version)
        raw = leaf(
            self.code,
            self.size,
            None,
            action=action,
            at=at,
            facts=facts,
            fields=fields,
            document_id=self.document,
            document_version=version,
        )
        events, hashes, payloads = files
        one = merkle.leaf_hash(raw)
        events.write(raw + b"\n")
        hashes.write(one)
        told = {"seq": self.size, "fields": fields}
        payloads.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self.frontier = merkle.grown(self.frontier, self.size, one)
        self.size += 1
