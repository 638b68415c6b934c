"""Somebody who changes an export before it is verified: without the key, or with the key of the
installation against who holds an earlier checkpoint or a receipt."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from tests.support.export_scene import UNITS, Scene
from workflows.trail import merkle, note, orders
from workflows.trail.checkpoint import parse, text

FACTS = ("at", "action", "to", "revision", "revision_hash", "document", "role", "definition")


@dataclass
class Change:
    """What was done: the files of the export as they are now, what else the verifier is given
    (`--held`), and where the first bad event is; no unit: no event is bad, something else is."""

    way: str
    files: dict[str, bytes]
    unit: str | None = None
    seq: int | None = None
    exact: bool = True  # otherwise the answer is a stretch of events that begins at most there
    held: list[str] = field(default_factory=list)


class Tamperer:
    """`dice` makes the same changes in the same order for the same seed."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.dice = scene, random.Random(seed)
        self.ways: list[Callable[[], Change]] = [
            self.edit, self.edit_bytes, self.delete, self.reorder, self.truncate, self.repeat,
            self.payload, self.payload_of_another, self.lost_payload, self.swapped_texts,
            self.edited_text, self.standing, self.single, self.in_manifest, self.in_checkpoint,
            self.any_file, self.lost_file, self.more_files, self.with_hashes, self.rolled_back,
            self.rewritten_against_checkpoint, self.rewritten_against_receipt,
        ]  # fmt: skip

    def change(self) -> Change:
        """One change to what was whole, in one of all ways."""
        made = self.dice.choice(self.ways)()
        assert made.files != self.scene.new or made.held, made.way
        return made

    # ---- events, without the key

    def edit(self) -> Change:
        """One fact of one event says something else."""
        unit, lines, seq = self._event()
        leaf = json.loads(lines[seq])
        name = self.dice.choice([name for name in FACTS if leaf.get(name) is not None])
        leaf[name] = leaf[name] + 1 if type(leaf[name]) is int else f"{leaf[name]}x"
        lines[seq] = json.dumps(leaf, separators=(",", ":"), ensure_ascii=False).encode()
        return self._events("edit", unit, lines, seq)

    def edit_bytes(self) -> Change:
        """One byte of one event is another one."""
        unit, lines, seq = self._event()
        line = bytearray(lines[seq])
        at = self.dice.randrange(len(line))
        line[at] = line[at] ^ 1 if line[at] ^ 1 != 10 else line[at] ^ 2
        lines[seq] = bytes(line)
        return self._events("edit bytes", unit, lines, seq)

    def delete(self) -> Change:
        unit, lines, seq = self._event()
        del lines[seq]
        return self._events("delete", unit, lines, seq)

    def reorder(self) -> Change:
        unit, lines, seq = self._event()
        other = self.dice.choice([n for n in range(len(lines)) if n != seq])
        lines[seq], lines[other] = lines[other], lines[seq]
        return self._events("reorder", unit, lines, min(seq, other))

    def truncate(self) -> Change:
        unit, lines, seq = self._event()
        return self._events("truncate", unit, lines[:seq], seq)

    def repeat(self) -> Change:
        unit, lines, seq = self._event()
        lines.insert(seq + 1, lines[seq])
        return self._events("repeat", unit, lines, seq + 1)

    def single(self) -> Change:
        """An event that came alone, with its proof."""
        name = "beside/WARD.jsonl"
        lines = self.scene.new[name].splitlines()
        at = self.dice.randrange(len(lines))
        seq = json.loads(lines[at])["seq"]
        lines[at] = lines[at].replace(b'"receive"', b'"approve"', 1)
        return self._with("single", {name: _joined(lines)}, "WARD", seq)

    def with_hashes(self) -> Change:
        """The kept hashes are made to agree, so that only checkpoints tell where."""
        unit, lines, seq = self._event()
        lines[seq] = lines[seq].replace(b'"at":"2026', b'"at":"2025', 1)
        hashes = b"".join(map(merkle.leaf_hash, lines))
        changed = {f"events/{unit}.jsonl": _joined(lines), f"events/{unit}.hashes": hashes}
        return self._with("with hashes", changed, unit, seq, exact=False)

    # ---- names and texts

    def payload(self) -> Change:
        """A name, a word or a salt is another one."""
        name, unit, rows, at = self._payload()
        fields = rows[at]["fields"]
        one = fields[self.dice.choice(sorted(fields))]
        if self.dice.random() < 0.5:
            one["value"] = f"{one['value']} khác"
        else:
            one["salt"] = one["salt"][::-1] if one["salt"] != one["salt"][::-1] else "00" * 16
        return self._with("payload", {name: _rows(rows)}, unit, rows[at]["seq"])

    def payload_of_another(self) -> Change:
        """Who acted in one event is said to have acted in another."""
        name, unit, rows, at = self._payload()
        other = self.dice.choice([n for n in range(len(rows)) if n != at])
        rows[at]["fields"], rows[other]["fields"] = rows[other]["fields"], rows[at]["fields"]
        first = min(rows[at]["seq"], rows[other]["seq"])
        return self._with("payload of another", {name: _rows(rows)}, unit, first)

    def lost_payload(self) -> Change:
        """Names are left out as if they had been erased: the file is not what was signed."""
        name, _, rows, at = self._payload()
        del rows[at]
        return self._with("lost payload", {name: _rows(rows)})

    def swapped_texts(self) -> Change:
        """What was decided and what was returned change places."""
        rows = _read(self.scene.new["revisions.jsonl"])
        document = self.dice.choice(sorted({row["document"] for row in rows}))
        first, second = (row for row in rows if row["document"] == document)
        for name in ("title", "content", "basis", "dated_on", "salt", "hash"):
            first[name], second[name] = second[name], first[name]
        return self._text("swapped texts", rows, document, (1, 2))

    def edited_text(self) -> Change:
        rows = _read(self.scene.new["revisions.jsonl"])
        row = self.dice.choice(rows)
        row["content"]["text"] += " Thêm một câu."
        return self._text("edited text", rows, row["document"], (row["n"],))

    def _text(self, way: str, rows: list[Any], document: int, numbers: tuple[int, ...]) -> Change:
        """The first bad event is the first that speaks of one of these texts."""
        for unit in UNITS:
            for seq, line in enumerate(self.scene.leaves(unit)):
                leaf = json.loads(line)
                if leaf["document"] == document and leaf.get("revision") in numbers:
                    return self._with(way, {"revisions.jsonl": _rows(rows)}, unit, seq)
        raise AssertionError("no event speaks of the text")

    def standing(self) -> Change:
        """A document is said to stand elsewhere than its events put it."""
        rows = _read(self.scene.new["documents.jsonl"])
        row = self.dice.choice(rows)
        name = self.dice.choice(("state", "stage", "revision", "version"))
        row[name] = f"{row[name]}x" if name == "state" else row[name] + 1
        last: tuple[int, str | None, int | None] = (0, None, None)
        for unit, lines in (
            *((unit, self.scene.leaves(unit)) for unit in UNITS),
            ("WARD", self.scene.new["beside/WARD.jsonl"].splitlines()),
        ):
            for leaf in map(json.loads, lines):
                if leaf["document"] == row["document"] and leaf["document_version"]:
                    last = max(last, (leaf["document_version"], unit, leaf["seq"]))
        return self._with("standing", {"documents.jsonl": _rows(rows)}, last[1], last[2])

    # ---- what is signed, and what lies beside

    def in_manifest(self) -> Change:
        """The manifest says something else, as whole JSON."""
        told = json.loads(self.scene.new["manifest.json"])
        name = self.dice.choice(sorted(told["files"]))
        match self.dice.randrange(4):
            case 0:
                told["title"] += " (bản khác)"
            case 1:
                told["units"] = told["units"][:1]
            case 2:
                told["made_at"] = "2025-01-01T00:00:00+00:00"
            case _:
                told["files"][name]["sha256"] = sha256(b"").hexdigest()
        return self._with("in manifest", {"manifest.json": json.dumps(told).encode()})

    def in_checkpoint(self) -> Change:
        """A checkpoint states another size or root, or bears another signature."""
        unit = self.dice.choice(UNITS)
        name = f"checkpoints/{unit}.txt"
        signed = note.parse(self.scene.new[name].decode())
        stated = parse(signed.text)
        if self.dice.random() < 0.5:
            other = stated._replace(size=stated.size - 1)
        else:
            other = stated._replace(root=sha256(stated.root).digest())
        return self._with("in checkpoint", {name: signed._replace(text=text(other)).whole.encode()})

    def any_file(self) -> Change:
        """A byte of what people read, of a table, of a print, or of the verifier itself."""
        name = self.dice.choice([n for n in self.scene.new if n.endswith(_READ)])
        content = bytearray(self.scene.new[name])
        content[self.dice.randrange(len(content))] ^= 1
        return self._with("any file", {name: bytes(content)})

    def lost_file(self) -> Change:
        """A file is gone; without its events a log is bad from the first."""
        name = self.dice.choice([n for n in self.scene.new if n != "manifest.json"])
        files = {one: content for one, content in self.scene.new.items() if one != name}
        if name == "beside/WARD.jsonl":
            first = json.loads(self.scene.new[name].splitlines()[0])
            return Change("lost file", files, "WARD", first["seq"])
        unit = name[7:-6] if name.startswith("events/") and name.endswith(".jsonl") else None
        return Change("lost file", files, unit, 0 if unit else None)

    def more_files(self) -> Change:
        return self._with("more files", {"documents/99-plan.pdf": self.scene.new["index.html"]})

    # ---- with the key

    def rolled_back(self) -> Change:
        """An older export, whole by itself, where somebody holds a newer checkpoint."""
        unit = self.dice.choice(UNITS)
        seq = len(self.scene.old[f"events/{unit}.jsonl"].splitlines())
        held = self.scene.held[unit][self.dice.choice((1, 2))]
        return Change("rolled back", dict(self.scene.old), unit, seq, held=[held])

    def rewritten_against_checkpoint(self) -> Change:
        """The log is written anew from one event on and everything is signed again; somebody holds a
        checkpoint of before."""
        unit, files, seq = self._rewritten()
        sizes = [parse(note.parse(one).text).size for one in self.scene.held[unit]]
        held = [one for one, size in zip(self.scene.held[unit], sizes, strict=True) if size > seq]
        return Change("rewritten", files, unit, seq, False, [self.dice.choice(held)])

    def rewritten_against_receipt(self) -> Change:
        """The same, where whoever acted kept the receipt."""
        unit, files, seq = self._rewritten()
        return Change("against receipt", files, unit, seq, True, [self.scene.receipts[unit, seq]])

    def _rewritten(self) -> tuple[str, dict[str, bytes], int]:
        unit, lines, seq = self._event()
        lines[seq] = lines[seq].replace(b'"role":"', b'"role":"x', 1)
        return unit, self.signed_anew(unit, lines), seq

    def signed_anew(self, unit: str, lines: list[bytes]) -> dict[str, bytes]:
        """The export with these events as the log of `unit`, by who has the key."""
        files = dict(self.scene.new)
        hashes = [merkle.leaf_hash(line) for line in lines]
        files[f"events/{unit}.jsonl"] = _joined(lines)
        files[f"events/{unit}.hashes"] = b"".join(hashes)
        for name in [name for name in files if name.startswith(f"checkpoints/{unit}")]:
            stated = parse(note.parse(files[name].decode()).text)
            anew = stated._replace(root=merkle.root(hashes[: stated.size]))
            files[name] = note.sign(text(anew), self.scene.signer).whole.encode()
        return resealed(files, self.scene.signer)

    # ---- tools

    def _event(self) -> tuple[str, list[bytes], int]:
        unit = self.dice.choice(UNITS)
        lines = self.scene.leaves(unit)
        return unit, lines, self.dice.randrange(len(lines))

    def _payload(self) -> tuple[str, str, list[Any], int]:
        unit = self.dice.choice(UNITS)
        name = f"payloads/{unit}.jsonl"
        rows = _read(self.scene.new[name])
        return name, unit, rows, self.dice.randrange(len(rows))

    def _events(self, way: str, unit: str, lines: list[bytes], seq: int) -> Change:
        return self._with(way, {f"events/{unit}.jsonl": _joined(lines)}, unit, seq)

    def _with(
        self,
        way: str,
        changed: dict[str, bytes],
        unit: str | None = None,
        seq: int | None = None,
        *,
        exact: bool = True,
    ) -> Change:
        return Change(way, {**self.scene.new, **changed}, unit, seq, exact)


_READ = (".html", ".pdf", ".csv", ".xlsx", ".py", "policy.json")


def resealed(files: dict[str, bytes], signer: note.Signer) -> dict[str, bytes]:
    """The same files with a manifest that tells of them, signed by who has the key."""
    told = json.loads(files["manifest.json"])
    told["files"] = {
        name: {"size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in files.items()
        if name not in ("manifest.json", "manifest.note")
    }
    manifest = json.dumps(told, ensure_ascii=False).encode()
    body = f"{signer.name}\n{b64encode(sha256(manifest).digest()).decode()}\n"
    signed = note.sign(orders.text("export", body), signer).whole.encode()
    return {**files, "manifest.json": manifest, "manifest.note": signed}


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _read(content: bytes) -> list[Any]:
    return [json.loads(line) for line in content.splitlines()]


def _rows(rows: list[Any]) -> bytes:
    return _joined([json.dumps(row, ensure_ascii=False).encode() for row in rows])
