"""A private key as a file of its own in a folder of its own, for its owner only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflows.files.place import settle
from workflows.trail.note import Signer, new_signer


@contextmanager
def held(folder: Path, name: str = ".lock") -> Iterator[None]:
    """The folder, made unless it is there, for this process alone as far as others ask for the same
    `name`. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / name, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def fresh(prefix: str) -> Signer:
    """A new key whose name, after the prefix, is made of the key itself."""
    private = Ed25519PrivateKey.generate()
    digest = sha256(private.public_key().public_bytes_raw()).hexdigest()
    return new_signer(prefix + digest[:16], private)


def write(signer: Signer, file: Path) -> None:
    """Puts the key into `file`, durably; all of it or nothing. Raises `OSError`."""
    path = file.with_name(f"{file.name}.new")
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as draft:
        draft.write(signer.text + "\n")
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(path, file)
    settle(file.parent)
