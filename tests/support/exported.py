"""An export of somebody's logs, made as a worker makes it, and the verifier in a process of its own
that sees nothing of this house: the standard library and `cryptography`, no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import cryptography
import sqlalchemy as sa

import clock
from models.base import db, transaction
from models.export import ExportJob
from models.person import Person
from models.unit import Unit
from workflows import exports, files
from workflows.exports import trail as trail_exports
from workflows.exports.holding import LEASE
from workflows.trail import export, keys, verifier
from workflows.trail.signing import sign_round

ALONE = """
import sys
def no_network(event, _):
    if event.startswith("socket."):
        raise RuntimeError("the verifier asks the network: " + event)
sys.addaudithook(no_network)
sys.path.append({folder!r})
sys.argv = sys.argv[1:]
import runpy
runpy.run_path(sys.argv[0], run_name="__main__")
"""
NEEDED = (
    "cryptography",
    "cffi",
    "pycparser",
    "_cffi_backend",
)  # cryptography and what it is made of


@cache
def _only_cryptography() -> str:
    """A folder with `cryptography` and nothing else of what is installed here."""
    folder, installed = Path(mkdtemp(prefix="only-")), Path(cryptography.__file__).parent.parent
    for path in installed.iterdir():
        if path.name.partition(".")[0] in NEEDED:
            (folder / path.name).symlink_to(path)
    return str(folder)


def verify(*arguments: str | Path, script: Path = verifier.SOURCE) -> tuple[int, dict[str, Any]]:
    """The exit status and the answer (`--json`) of the verifier."""
    done = said(*arguments, "--json", script=script)
    assert done.returncode in (0, 1, 2), done.stderr
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def said(
    *arguments: str | Path, script: Path = verifier.SOURCE
) -> subprocess.CompletedProcess[str]:
    """The verifier's answer as a person sees it."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE.format(folder=_only_cryptography()), str(script)]
        + [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": os.environ["PATH"]},
        cwd="/",
    )


def sign(folder: Path) -> None:
    """What the signing process does in one round."""
    sign_round(keys.KeyFolder(folder), now=clock.real_now())


def ordered(name: str, *codes: str) -> int:
    """The order of this person for the logs of these units."""
    person = db.session.scalars(sa.select(Person).where(Person.full_name == name)).one()
    units = db.session.scalars(sa.select(Unit).where(Unit.code.in_(codes)).order_by(Unit.id))
    found = export.Wanted(tuple(units))
    with transaction():
        return trail_exports.order(person, found, real_now=clock.real_now()).id


def made(job_id: int, key_folder: Path) -> Path:
    """The file of an order, made with the signing process at work."""
    with quick():
        assert not exports.make(job_id, now=clock.now, real_now=clock.real_now)
    sign(key_folder)
    later = clock.real_now() + LEASE
    assert exports.make(job_id, now=clock.now, real_now=lambda: later)
    job = db.session.get_one(ExportJob, job_id)
    assert job.state == "done", job.error
    assert job.file is not None
    return files.open_stored(job.file)


class quick:
    """Nobody waits for a signature that cannot come meanwhile."""

    def __enter__(self) -> None:
        self.looks, trail_exports.LOOKS = trail_exports.LOOKS, 1
        self.between, trail_exports.BETWEEN = trail_exports.BETWEEN, 0.0

    def __exit__(self, *_: object) -> None:
        trail_exports.LOOKS, trail_exports.BETWEEN = self.looks, self.between


def policy(path: Path) -> Path:
    """The keys of this installation, as somebody wrote them down who trusts it now."""
    told = {"keys": [key.text for key in keys.known(db.session())]}
    path.write_text(json.dumps(told))
    return path
