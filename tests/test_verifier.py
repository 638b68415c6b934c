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
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import create_app
from config import Settings
from tests.support import export_scene, exported, plain_proofs
from tests.support.export_scene import Scene
from tests.support.export_tamperer import Change, Tamperer, resealed
from tests.support.templates import Templates, close
from workflows.trail import checkpoint, merkle, note, proof, rotation, verifier

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
    assert "theo sổ phải là" not in done.stdout  # what only follows from it is counted, not listed
    assert "sự kiện nằm sau chỗ sai nên không xét được đến cùng" in done.stdout


@pytest.mark.parametrize("batch", [512, 7])
def test_whatever_was_changed_is_found(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(shipped(), "BATCH", batch)
    found = tamper(scene, TAMPERINGS // 2, SEED + batch, tmp_path)
    assert sum(found.values()) == TAMPERINGS // 2


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
    help_text = io.StringIO()
    with pytest.raises(SystemExit) as usage, contextlib.redirect_stderr(help_text):
        verify(export)
    assert usage.value.code == 2
    assert help_text.getvalue().startswith("Chưa kiểm được vì lệnh thiếu hoặc sai tham số.")
    assert "python verify.py TỆP.zip policy.json" in help_text.getvalue()


def _spoilt(files: dict[str, bytes], path: Path, name: str, **values: int) -> Path:
    """The ZIP with fields of one file's two heads changed: `flags` are added, `method` replaced."""
    raw = bytearray(export_scene.write(files, path).read_bytes())
    for mark, fields, named in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        at = raw.index(mark)
        while raw[at + named : at + named + len(name)] != name.encode():
            at = raw.index(mark, at + 4)
        raw[at + fields] |= values.get("flags", 0)
        raw[at + fields + 2] = values.get("method", raw[at + fields + 2])
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("name", ["manifest.json", "manifest.note", "events/CELL.jsonl"])
@pytest.mark.parametrize("how", [{"flags": 1}, {"method": 99}, {"method": 14}, {"method": 12}])
def test_a_zip_that_cannot_be_read_is_never_whole(
    scene: Scene, tmp_path: Path, name: str, how: dict[str, int]
) -> None:
    """Locked with a password, or packed in a way that is not used."""
    status, told = verify(_spoilt(scene.new, tmp_path / "x.zip", name, **how), scene.policy)
    assert status == (2 if name == "manifest.json" else 1)
    assert told["first"] is not None or told["doubts"][0]["what"] == "no_export"


ADDED = {
    "twice": ("index.html", b"other"),
    "the manifest twice": ("manifest.json", b""),
    "outside": ("../outside.html", b"x"),
    "from the root": ("/etc/outside.html", b"x"),
    "a folder with contents": ("documents/more/", b"x"),
    "another case": ("Index.html", b"x"),
    "other letters": ("ta\u0300i-lie\u0323u.html", b"x"),
    "an end within": ("index.html\0.html", b"x"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("how", ADDED)
def test_a_file_more_in_the_zip_is_found(scene: Scene, tmp_path: Path, how: str) -> None:
    name, content = ADDED[how]
    path = export_scene.write(scene.new, tmp_path / "x.zip")
    info = zipfile.ZipInfo("x")
    info.filename = name  # as it is, not as the library would put it right
    with zipfile.ZipFile(path, "a") as pack:
        pack.writestr(info, content or scene.new[name])
    status, told = verify(path, scene.policy)
    assert (status, told["first"]["what"]) == (1, "file_odd")


def _another_before(path: Path) -> None:
    path.write_bytes(
        export_scene.write({"index.html": b"x"}, path.with_suffix(".i")).read_bytes()
        + path.read_bytes()
    )


def _second_name(path: Path) -> None:
    with zipfile.ZipFile(path) as pack:
        held = [(info, pack.read(info)) for info in pack.infolist()]
    held[0][0].extra = b"\x75\x70\x09\x00" + b"\x01" + bytes(4) + b"evil"
    with zipfile.ZipFile(path, "w") as pack:
        for info, content in held:
            pack.writestr(info, content)


def _other_head(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[18] ^= 1  # the size, at the file itself
    path.write_bytes(raw)


def _folder_that_is_a_file(path: Path) -> None:
    """By the directory an empty folder, by its own head a file with contents."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("documents_/", b"")
        info = pack.infolist()[-1]
    packed = zlib.compress(b"<b>evil</b>", wbits=-15)
    raw = path.read_bytes()
    head, central = raw[: pack.start_dir], raw[pack.start_dir :]
    at, row = info.header_offset, central.rindex(b"PK\1\2")
    own = head[at : at + 18] + len(packed).to_bytes(4, "little") + head[at + 22 : at + 30]
    row += 20
    central = central[:row] + len(packed).to_bytes(4, "little") + central[row + 4 :]
    central = bytearray(central)
    central[-6:-2] = (at + 30 + len("documents_/") + len(packed)).to_bytes(4, "little")
    path.write_bytes(head[:at] + own + b"ho-so.html_" + packed + bytes(central))


def _words_beside(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as pack:
        pack.comment = b"Nguy\xc3\xaan v\xe1\xba\xb9n."


def _something_behind(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


@pytest.mark.parametrize(
    "change",
    [
        _another_before,
        _second_name,
        _other_head,
        _folder_that_is_a_file,
        _words_beside,
        _something_behind,
    ],
)
def test_what_another_program_would_open_otherwise_is_found(
    scene: Scene, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = export_scene.write(scene.new, tmp_path / "x.zip")
    change(path)
    status, told = verify(path, scene.policy)
    assert (status, told["first"]["what"]) == (1, "hidden")


def test_what_would_fill_the_machine_is_not_opened(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in {**scene.new, "manifest.json": b"[" * (1 << 20)}.items():
            pack.writestr(name, content)
    assert verify(path, scene.policy)[0] == 2
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = b"\xf0\xff\xff\xff"  # four gigabytes, it says, of some kilobytes
    path.write_bytes(raw)
    status, told = verify(path, scene.policy)
    assert (status, "overlapping" in told["doubts"][0]["sentence"]) == (2, True)
    manifest = json.loads(scene.new["manifest.json"])
    manifest["files"]["index.html"]["size"] = -1 << 40
    export_scene.write(scene.new | {"manifest.json": json.dumps(manifest).encode()}, path)
    status, told = verify(path, scene.policy)
    assert (status, told["doubts"][0]["what"]) == (2, "no_export")


def test_a_folder_holds_nothing_beside_the_export_in_its_own_folders(
    scene: Scene, tmp_path: Path
) -> None:
    root = tmp_path / "open"
    with zipfile.ZipFile(export_scene.write(scene.new, tmp_path / "x.zip")) as pack:
        pack.extractall(root)
    (root / "policy-of-mine.json").write_text("{}")
    (root / "documents" / ".DS_Store").write_text("")
    status, told = verify(root, scene.policy)
    assert (status, [note["what"] for note in told["notes"]].count("beside_file")) == (0, 2)
    for make in (
        lambda path: path.write_text("x"),
        lambda path: path.symlink_to("/etc"),
        os.mkfifo,
    ):
        make(root / "documents" / "99-plan.pdf")
        status, told = verify(root, scene.policy)
        assert (status, told["first"]["what"]) == (1, "file_odd")
        (root / "documents" / "99-plan.pdf").unlink()
    (root / "index.html").unlink()
    os.mkfifo(root / "index.html")
    assert verify(root, scene.policy)[1]["first"]["what"] == "file"


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("version", "n")}


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("documents.jsonl", lambda _: ""),
        ("documents.jsonl", _without),
        ("revisions.jsonl", _without),
        ("payloads/CELL.jsonl", lambda _: ""),
    ],
)
def test_rows_that_say_nothing_are_no_way_round_even_for_who_signs(
    scene: Scene, tmp_path: Path, name: str, spoil: Callable[[Any], Any]
) -> None:
    rows = [json.loads(line) for line in scene.new[name].splitlines()]
    rows[3] = spoil(rows[3])
    spelt = b"".join(json.dumps(row).encode() + b"\n" if row else b"{\n" for row in rows)
    files = resealed({**scene.new, name: spelt}, scene.signer)
    status, _ = verify(export_scene.write(files, tmp_path / "x.zip"), scene.policy)
    assert status == 1


def test_a_name_twice_in_one_object_is_not_read(scene: Scene, tmp_path: Path) -> None:
    """One program takes the first, another the last."""
    export = export_scene.write(scene.new, tmp_path / "x.zip")
    policy = tmp_path / "policy.json"
    policy.write_text('{"keys": [], ' + scene.policy.read_text()[1:])
    assert verify(export, policy)[0] == 2
    told = scene.new["manifest.json"].replace(b"{", b'{"title": "", ', 1)
    files = {**scene.new, "manifest.json": told}
    assert verify(export_scene.write(files, tmp_path / "y.zip"), scene.policy)[0] == 2


def test_a_key_of_ones_own_under_a_trusted_name_is_nobodys(scene: Scene, tmp_path: Path) -> None:
    own = note.new_signer(scene.signer.name)
    files = dict(scene.new)
    for name in [name for name in files if name.startswith("checkpoints/")]:
        files[name] = note.sign(note.parse(files[name].decode()).text, own).whole.encode()
    export = export_scene.write(resealed(files, own), tmp_path / "x.zip")
    status, told = verify(export, scene.policy)
    assert (status, told["doubts"][0]["what"]) == (2, "untrusted")


def test_it_says_who_signed_when_it_was_made_and_whose_log_is_lacking(
    scene: Scene, tmp_path: Path
) -> None:
    """An older export, whole by itself, does not pass for a newer one, nor some logs for all."""
    told = json.loads(scene.new["manifest.json"])
    told["logs"] = [log for log in told["logs"] if log["unit"] != "BASE"]
    files = resealed({**scene.new, "manifest.json": json.dumps(told).encode()}, scene.signer)
    for export, lacking in ((scene.new, False), (files, True)):
        _, said = verify(export_scene.write(export, tmp_path / "x.zip"), scene.policy)
        notes = {note["what"]: note["sentence"] for note in said["notes"]}
        assert scene.signer.name in notes["made"]
        assert told["made_at"] in notes["made"]
        assert ("BASE" in notes.get("no_log_of", "")) is lacking


def test_the_keys_that_come_with_an_export_prove_nothing(scene: Scene, tmp_path: Path) -> None:
    """Whoever forges all of it brings his own keys along."""
    own = note.new_signer("duyet/forged")
    told = json.loads(scene.new["manifest.json"]) | {"installation": own.name}
    for log in told["logs"]:
        log["origin"] = f"{own.name}/{log['unit']}"
    files = {**scene.new, "policy.json": json.dumps({"keys": [own.key.text]}).encode()}
    for name in [name for name in files if name.startswith("checkpoints/")]:
        stated = checkpoint.parse(note.parse(files[name].decode()).text)
        renamed = stated._replace(origin=f"{own.name}/{stated.origin.rpartition('/')[2]}")
        files[name] = note.sign(checkpoint.text(renamed), own).whole.encode()
    files = resealed({**files, "manifest.json": json.dumps(told).encode()}, own)
    export = export_scene.write(files, tmp_path / "x.zip")
    with zipfile.ZipFile(export) as pack:
        pack.extractall(tmp_path / "open")
    assert verify(export, scene.policy)[0] == 2
    status, said = verify(tmp_path / "open", tmp_path / "open" / "policy.json")
    assert (status, said["doubts"][0]["what"]) == (2, "own_policy")
    copied = tmp_path / "copied.json"
    copied.write_bytes(files["policy.json"])
    status, said = verify(export, copied)  # who believes him is told what he believes
    assert (status, "same_policy" in {one["what"] for one in said["notes"]}) == (0, True)


def test_whatever_breaks_it_is_never_taken_for_an_answer(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shipped().Verifier, "run", broken)
    export = export_scene.write(scene.new, tmp_path / "x.zip")
    status, told = verify(export, scene.policy)
    assert (status, told["doubts"][0]["what"]) == (2, "stopped")


def test_its_trees_are_those_of_the_log() -> None:
    """It brings its own; sizes 0 … 600, grown by one and by many."""
    leaves = [merkle.leaf_hash(str(n).encode()) for n in range(600)]
    single = shipped().Tree()
    for size in range(601):
        whole = shipped().Tree()
        whole.grow(leaves[: size // 3])
        whole.grow(leaves[size // 3 : size])
        assert single.root() == whole.root() == merkle.root(leaves[:size])
        for index in range(size % 199, size, 199):
            path = plain_proofs.inclusion_proof(leaves[:size], index)
            assert shipped().includes(whole.root(), size, index, leaves[index], path)
            assert (
                not shipped().includes(whole.root(), size, index, leaves[index - 1], path)
                or size == 1
            )
        single.grow(leaves[size : size + 1])


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


@pytest.mark.parametrize("who", ["a stranger", "another installation", "nobody"])
def test_what_anybody_could_have_written_decides_nothing(
    scene: Scene, tmp_path: Path, who: str
) -> None:
    """Held against an intact export, and against an intact receipt: a tree that never was."""
    export = export_scene.write(scene.new, tmp_path / "export.zip")
    receipt = tmp_path / "one.tlog-proof"
    receipt.write_text(scene.receipts["CELL", 5])
    one = proof.parse(scene.receipts["CELL", 5])
    stated = checkpoint.parse(note.parse(one.note).text)
    leaves = [bytes(32)] * stated.size
    leaves[5] = merkle.leaf_hash(b"another")
    signer = note.new_signer("duyet/khac" if who == "another installation" else scene.signer.name)
    trusted = [scene.signer.key.text]
    if who == "another installation":  # trusted in what it says of its own logs
        trusted.append(signer.key.text)
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"keys": trusted}))
    text = checkpoint.text(stated._replace(root=merkle.root(leaves)))
    signed = text + "\n" if who == "nobody" else note.sign(text, signer).whole
    path = tuple(plain_proofs.inclusion_proof(leaves, 5))
    held = tmp_path / "held"
    for given in (signed, proof.text(proof.Proof(5, path, signed, b"another"))):
        held.write_text(given)
        for asked in (export, receipt):
            status, told = verify(asked, policy, "--held", held)
            assert (status, [one["what"] for one in told["doubts"]]) == (2, ["untrusted"])


def test_what_is_held_and_cannot_be_read_does_not_hide_what_was_altered(
    scene: Scene, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.write_text("no signed note")
    altered = scene.new | {"index.html": b"other"}
    for files, expected in ((scene.new, 2), (altered, 1)):
        export = export_scene.write(files, tmp_path / "x.zip")
        status, told = verify(export, scene.policy, "--held", held)
        assert (status, [one["what"] for one in told["doubts"]]) == (expected, ["bad_note"])


def test_a_checkpoint_that_a_trusted_witness_signed_decides(scene: Scene, tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    key = note.Key("chung-kien", private.public_key().public_bytes_raw(), note.COSIGNER)
    policy, held = tmp_path / "policy.json", tmp_path / "held"
    policy.write_text(json.dumps({"keys": [scene.signer.key.text], "witnesses": [key.text]}))
    stated = checkpoint.parse(note.parse(scene.held["CELL"][0]).text)
    text, stranger = checkpoint.text(stated._replace(root=bytes(32))), note.new_signer("x")
    held.write_text(cosigned(note.sign(text, stranger).whole, key, private))
    export = export_scene.write(scene.new, tmp_path / "export.zip")
    status, told = verify(export, policy, "--held", held)
    assert (status, told["first"]["what"]) == (1, "rewritten")


@pytest.mark.parametrize(("behind", "status"), [("latest", 0), ("another", 1), (None, 1)])
def test_an_instant_out_of_order_names_the_latest_one_before_it(
    scene: Scene, tmp_path: Path, behind: str | None, status: int
) -> None:
    lines = scene.leaves("CELL")
    leaf, before = json.loads(lines[-1]), [json.loads(line)["at"] for line in lines[:-1]]
    leaf["at"] = before[0]
    if behind is not None:
        leaf["behind"] = max(before) if behind == "latest" else before[1]
    lines[-1] = json.dumps(leaf, separators=(",", ":"), ensure_ascii=False).encode()
    files = Tamperer(scene, SEED).signed_anew("CELL", lines)
    found, told = verify(export_scene.write(files, tmp_path / "x.zip"), scene.policy)
    assert found == status
    assert status == 0 or told["first"]["what"] == "time"


def test_a_receipt_speaks_of_the_log_in_which_its_event_stands(
    scene: Scene, tmp_path: Path
) -> None:
    """Who has the key could put an event of one log into the tree of another."""
    leaf = proof.parse(scene.receipts["CELL", 0]).extra
    assert leaf is not None
    held = tmp_path / "one.tlog-proof"
    for unit, right in (("CELL", True), ("BASE", False)):
        tree = checkpoint.Checkpoint(f"{scene.signer.name}/{unit}", 1, merkle.leaf_hash(leaf))
        signed = note.sign(checkpoint.text(tree), scene.signer).whole
        held.write_text(proof.text(proof.Proof(0, (), signed, leaf)))
        assert verify(held, scene.policy)[0] == (0 if right else 1)
        with contextlib.nullcontext() if right else pytest.raises(note.NotANote, match="elsewhere"):
            proof.opened(held.read_text(), [scene.signer.key])


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
