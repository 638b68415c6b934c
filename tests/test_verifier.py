"""`verify.py`: what is whole is verified, whatever was changed is found with its first bad event, and
where it cannot judge it says why."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import types
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import create_app
from config import Settings
from tests.support import export_scene, exported
from tests.support.export_scene import Scene
from tests.support.export_tamperer import Change, Tamperer, resealed
from tests.support.templates import Templates, close
from workflows.trail import checkpoint, note, rotation, verifier

SEED = int(os.environ.get("SEED", "1"))
TAMPERINGS = 50
OTHERS = ("manifest", "file", "file_lost", "file_odd", "bad_signature", "bad_note")


@pytest.fixture(scope="module")
def scene(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    with templates.copy("sqlite", "empty") as url:
        given = {"DATABASE_URL": url, "DATA_DIR": str(folder / "data"), "SECRET_KEY": "k" * 64}
        app = create_app(Settings.from_env(given))
        with app.app_context():
            played = export_scene.play(folder)
        close(app)
    return played


@cache
def shipped() -> types.ModuleType:
    """The verifier within this process: many runs are quicker so."""
    spec = importlib.util.spec_from_file_location("shipped_verifier", verifier.SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verify(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = shipped().main([*map(str, arguments), "--json"])
    return status, json.loads(out.getvalue())


def tamper(scene: Scene, trials: int, seed: int, folder: Path) -> dict[str, int]:
    """Tampers so many times, each time with what was whole; how often in which way. Everything is
    found, and the first bad event is the right one."""
    tamperer, ways = Tamperer(scene, seed), dict[str, int]()
    for number in range(trials):
        change = tamperer.change()
        ways[change.way] = ways.get(change.way, 0) + 1
        export = export_scene.write(change.files, folder / "changed.zip")
        given: list[str | Path] = [export, scene.policy]
        for n, one in enumerate(change.held):
            (folder / f"held-{n}").write_text(one)
            given += ["--held", folder / f"held-{n}"]
        status, told = verify(*given)
        where = f"seed {seed}, trial {number}, {change.way}: {told['first']}"
        if "manifest.note" not in change.files:
            assert status == 2, where  # no signature at all: nothing is said of the rest
            continue
        assert status == 1, where
        assert as_expected(change, told["first"]), where
    return ways


def as_expected(change: Change, first: dict[str, Any]) -> bool:
    if change.unit is None:
        return first["what"] in OTHERS
    if change.exact:
        return (first["unit"], first["seq"]) == (change.unit, change.seq)
    assert change.seq is not None
    until = first["seq"] if first["until"] is None else first["until"]
    return first["unit"] == change.unit and first["seq"] <= change.seq <= until


def test_it_stands_for_itself_and_asks_no_network(scene: Scene, tmp_path: Path) -> None:
    export = export_scene.write(scene.new, tmp_path / "export.zip")
    with zipfile.ZipFile(export) as pack:
        pack.extractall(tmp_path / "open")
    script = tmp_path / "open" / "verify.py"
    assert script.read_bytes() == verifier.SOURCE.read_bytes()
    done = exported.said(export, scene.policy, script=script)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("NGUYÊN VẸN: 74 sự kiện trong 3 sổ, 7 văn bản, 12 bản nội dung")
    assert exported.said(tmp_path / "open", scene.policy, "--en").stdout.startswith("VERIFIED: 74")
    events = tmp_path / "open" / "events" / "CELL.jsonl"
    events.write_bytes(
        events.read_bytes().replace(b'"Chi"', b'"Bon"').replace(b"2026-", b"2025-", 1)
    )
    done = exported.said(tmp_path / "open", scene.policy)
    first = "CÓ SAI LỆCH: Sự kiện số 0 trong sổ của CELL: nội dung không còn như khi ghi."
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, first)


@pytest.mark.parametrize("batch", [512, 7])
def test_whatever_was_changed_is_found(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(shipped(), "BATCH", batch)
    tamper(scene, TAMPERINGS // 2, SEED + batch, tmp_path)


def test_every_way_of_tampering_is_found_once(scene: Scene, tmp_path: Path) -> None:
    class Turning(Tamperer):
        def change(self) -> Change:
            self.ways.append(self.ways.pop(0))
            return self.ways[-1]()

    tamperer = Turning(scene, SEED)
    for _ in range(len(tamperer.ways)):
        change = tamperer.change()
        export = export_scene.write(change.files, tmp_path / "changed.zip")
        given: list[str | Path] = [export, scene.policy]
        for one in change.held:
            (tmp_path / "held").write_text(one)
            given += ["--held", tmp_path / "held"]
        assert verify(*given)[0] != 0, change.way


def test_where_it_cannot_judge_it_says_why(scene: Scene, tmp_path: Path) -> None:
    export = export_scene.write(scene.new, tmp_path / "export.zip")
    other = tmp_path / "other.json"
    for told, why in (
        ({"keys": []}, "không nêu khóa nào"),
        ({"keys": ["x"]}, "Không đọc được tệp khóa tin cậy"),
        ({"keys": [note.new_signer("duyet/khac").key.text]}, "không có chữ ký của khóa nào"),
    ):
        other.write_text(json.dumps(told))
        done = exported.said(export, other)
        assert done.returncode == 2
        assert done.stdout.startswith("CHƯA KẾT LUẬN ĐƯỢC: "), done.stdout
        assert why in done.stdout
    (tmp_path / "cut.zip").write_bytes(export.read_bytes()[:-300])
    for path in (tmp_path / "cut.zip", tmp_path / "nowhere.zip", tmp_path):
        status, told = verify(path, scene.policy)
        assert (status, told["first"]) == (2, None)
    unsigned = {name: content for name, content in scene.new.items() if name != "manifest.note"}
    status, told = verify(export_scene.write(unsigned, tmp_path / "unsigned.zip"), scene.policy)
    assert (status, told["doubts"][0]["what"]) == (2, "unsigned")
    with pytest.raises(SystemExit) as usage, contextlib.redirect_stderr(io.StringIO()):
        verify(export)
    assert usage.value.code == 2


def test_a_receipt_alone(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "one.tlog-proof"
    whole = scene.receipts["CELL", 5]
    path.write_text(whole)
    assert verify(path, scene.policy)[0] == 0
    path.write_text(whole.replace("index 5", "index 6"))
    status, told = verify(path, scene.policy)
    assert (status, told["first"]["unit"], told["first"]["seq"]) == (1, "CELL", 6)
    path.write_text(whole[:200])
    assert verify(path, scene.policy)[0] == 2


def test_a_rewriting_by_who_has_the_key_is_seen_only_by_who_kept_something(
    scene: Scene, tmp_path: Path
) -> None:
    """What the key's holder signs anew is whole by itself; a witness's signature he does not have."""
    change = Tamperer(scene, SEED).rewritten_against_checkpoint()
    export = export_scene.write(change.files, tmp_path / "anew.zip")
    assert verify(export, scene.policy)[0] == 0
    witness = Ed25519PrivateKey.generate()
    key = note.Key("chung-kien", witness.public_key().public_bytes_raw(), note.COSIGNER)
    policy = tmp_path / "policy.json"
    told = {"keys": [scene.signer.key.text], "witnesses": [key.text], "quorum": 1}
    policy.write_text(json.dumps(told))
    status, told = verify(export, policy)
    assert (status, told["doubts"][0]["what"]) == (2, "too_few")
    seen = dict(scene.new)
    for name in [name for name in seen if name.startswith("checkpoints/")]:
        seen[name] = cosigned(seen[name].decode(), key, witness).encode()
    whole = export_scene.write(resealed(seen, scene.signer), tmp_path / "seen.zip")
    assert verify(whole, policy)[0] == 0
    seen[name] = seen[name][:-12] + b"AAAAAAAAAA==\n"[-12:]
    broken = export_scene.write(resealed(seen, scene.signer), tmp_path / "broken.zip")
    assert verify(broken, policy)[0] == 1


def cosigned(signed: str, key: note.Key, private: Ed25519PrivateKey) -> str:
    """The note with one line more, of a witness that saw it (C2SP tlog-cosignature)."""
    at, text = 1_772_413_200, note.parse(signed).text
    assert checkpoint.parse(text).size
    signature = private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
    return signed + note.Signature(key.name, key.id, at.to_bytes(8, "big") + signature).line


def test_what_is_held_of_another_log_is_said_not_to_be_compared(
    scene: Scene, tmp_path: Path
) -> None:
    export = export_scene.write(scene.new, tmp_path / "export.zip")
    elsewhere = checkpoint.Checkpoint(f"{scene.signer.name}/KHAC", 3, b"r" * 32)
    held = tmp_path / "held.txt"
    held.write_text(note.sign(checkpoint.text(elsewhere), scene.signer).whole)
    status, told = verify(export, scene.policy, "--held", held)
    assert (status, told["doubts"][0]["what"]) == (2, "held_elsewhere")
    held.write_text(scene.held["CELL"][0])
    assert verify(export, scene.policy, "--held", held)[0] == 0


@pytest.mark.parametrize(("name", "trusted"), [("duyet/base", 2), ("duyet/ward", 1)])
def test_a_trusted_key_hands_its_own_name_on_and_no_other(
    tmp_path: Path, name: str, trusted: int
) -> None:
    """Who holds the base's key cannot make a key by which the ward's logs would be believed."""
    base, new = note.new_signer("duyet/base"), note.new_signer(name)
    told = note.sign(rotation.text(base.key, new.key), base, new).whole.encode()
    (tmp_path / "policy.json").write_text(json.dumps({"keys": [base.key.text]}))
    policy = shipped().Policy(tmp_path / "policy.json")
    bundle = types.SimpleNamespace(
        manifest={"rotations": ["keys/2.txt"]}, small=lambda _: told, source=None
    )
    shipped().Verifier(bundle, policy, [], None)._rotations()
    assert len(policy.keys) == trusted
