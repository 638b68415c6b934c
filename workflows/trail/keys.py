"""The key that signs for this installation: a file of its own, outside the database and its copies.

`KEY_DIR/log.key` holds the private half, readable by its owner only; `log_key` the public halves of
this one and of those before it. The first is made by the signing process at its first start. Whoever
can open the folder can sign: the web never does.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, transaction
from models.checkpoint import LogKey
from workflows.files.place import settle
from workflows.trail import key_file
from workflows.trail.note import Key, NotANote, Signer, parse_key, parse_signer

PREFIX = "duyet/"


class KeyTrouble(Exception):
    """Why nothing can be signed: one sentence in both languages."""


@dataclass(frozen=True)
class KeyFolder:
    """Where the private key lies."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "log.key"

    @property
    def following(self) -> Path:
        """The key that takes over, until the database says that it did."""
        return self.folder / "next.key"

    def held(self) -> AbstractContextManager[None]:
        """While it lasts no other process signs or changes the key."""
        return key_file.held(self.folder)

    def read(self, file: Path | None = None) -> Signer | None:
        """The key in `file` (`log.key`), None when there is none. Raises `KeyTrouble`."""
        path = file or self.file
        try:
            if path.stat().st_mode & 0o077:
                raise KeyTrouble(
                    f"Tệp khóa {path} ai cũng đọc được: chạy chmod 600 rồi thay khóa. / "
                    f"The key file {path} can be read by others: chmod 600, then rotate the key."
                )
            return parse_signer(path.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            why = str(error) if isinstance(error, NotANote) else type(error).__name__
            raise KeyTrouble(
                f"Không đọc được tệp khóa {path} ({why}). / "
                f"The key file {path} cannot be read ({why})."
            ) from None

    def take_over(self) -> None:
        """The following key becomes the key; the one before it is gone."""
        os.replace(self.following, self.file)
        settle(self.folder)


def begin(folder: KeyFolder, *, now: datetime) -> Signer:
    """The key that signs now, made at the first start. To be called with the folder held.

    `now`: real time. Raises `KeyTrouble` when the database knows another key than the folder has:
    nothing is ever signed by a key that nobody was told of.
    """
    open_key = current(db.session())
    signer = folder.read()
    if open_key is None:
        if signer is None:
            signer = fresh()
            key_file.write(signer, folder.file)
        with transaction() as session:
            session.add(row_of(signer.key, now))
        return signer
    for file in (folder.file, folder.following):
        signer = folder.read(file)
        if signer is not None and signer.key.text == open_key.public:
            if file == folder.following:
                folder.take_over()
            return signer
    raise KeyTrouble(
        f"Trong {folder.folder} không có khóa {open_key.key_id} đang dùng: đưa tệp khóa về, hoặc "
        "chạy flask audit rotate-key --anew nếu khóa đã mất. / "
        f"{folder.folder} does not hold the key {open_key.key_id} in use: bring the file back, or "
        "run flask audit rotate-key --anew if it is lost."
    )


def current(session: Session) -> LogKey | None:
    """The key in use; None before the first start of the signing process."""
    return session.scalar(
        sa.select(LogKey).where(LogKey.ended_at.is_(None)).order_by(LogKey.id.desc()).limit(1)
    )


def known(session: Session) -> list[Key]:
    """Every key that ever signed here, the newest first."""
    rows = session.scalars(sa.select(LogKey.public).order_by(LogKey.id.desc()))
    return [parse_key(public) for public in rows]


def fresh() -> Signer:
    """A new key of a new name, which is made of the key itself."""
    return key_file.fresh(PREFIX)


def row_of(key: Key, now: datetime, note: str | None = None) -> LogKey:
    """What the database keeps of a key from `now` on."""
    return LogKey(name=key.name, key_id=key.id.hex(), public=key.text, begun_at=now, note=note)
