"""A new key for the one in use: said by both keys, as an event and beside the key."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from sqlalchemy.orm import Session

from models.base import db, transaction
from models.checkpoint import LogKey, LogLook, LogTile
from models.person import Person
from models.witness import WitnessLook
from workflows.organisation.record import record_at_top, top_unit_id
from workflows.trail import key_file, keys
from workflows.trail.note import Key, Note, Signer, new_signer, parse, sign, verify

FIRST = "duyet-key/v1"
ROTATED, ANEW = "key_rotated", "key_begun_anew"


def text(old: Key | None, new: Key) -> str:
    """What both keys sign: the old verifier key, then the new one. None: the old one was lost."""
    lines = (FIRST, old.text if old else "-", new.text)
    return "".join(f"{line}\n" for line in lines)


def opened(whole: str, old: Key, new: Key) -> bool:
    """Whether the note says that `new` took over from `old` and both signed it; True as well where
    it says that the old one was lost, which only the new one can sign. Raises `NotANote`."""
    note: Note = parse(whole)
    if note.text == text(None, new):
        return verify(note, [new]) == [new]
    return note.text == text(old, new) and verify(note, [old, new]) == [old, new]


def rotate(
    folder: keys.KeyFolder,
    *,
    actor: Person | None,
    now: datetime,
    real_now: datetime,
    reason: str = "",
    anew: bool = False,
) -> LogKey:
    """Makes a new key and ends the one in use; what the database keeps of the new one.

    The event is at `now`, the organisation's instant; keys begin and end in real time. `anew`: the
    old key is lost, or the database had to be put back to an older copy: the new key gets a name of
    its own, under which nothing was ever signed; all logs are looked at and witnessed anew.
    Raises `keys.KeyTrouble` when the old key is not there, or there is no log yet to tell of it.
    """
    if top_unit_id(db.session()) is None:
        raise keys.KeyTrouble(
            "Chưa có đơn vị nào, chưa có sổ để ghi việc thay khóa. / "
            "There is no unit yet and no log to tell of a new key."
        )
    with folder.held():
        old = None if anew else keys.begin(folder, now=real_now)
        new = new_signer(old.name) if old else keys.fresh()
        key_file.write(new, folder.following)
        with transaction() as session:
            row = _kept(session, old, new, real_now)
            _tell(session, row, old, new, actor=actor, now=now, reason=reason)
        folder.take_over()
    return row


def _kept(session: Session, old: Signer | None, new: Signer, real_now: datetime) -> LogKey:
    ended = keys.current(session)
    if ended is not None:
        ended.ended_at = real_now
    signers = [old, new] if old else [new]
    note = sign(text(old and old.key, new.key), *signers)
    row = keys.row_of(new.key, real_now, note.whole)
    session.add(row)
    session.flush()
    if old is None:
        session.query(LogTile).delete()
        session.query(LogLook).delete()
        session.query(WitnessLook).update({"size": 0})  # of the new origins nothing was witnessed
    return row


def _tell(
    session: Session,
    row: LogKey,
    old: Signer | None,
    new: Signer,
    *,
    actor: Person | None,
    now: datetime,
    reason: str,
) -> None:
    assert row.note is not None
    spelt = {line.key_id: b64encode(line.signature).decode() for line in parse(row.note).signatures}
    record_at_top(
        session,
        ROTATED if old else ANEW,
        now=now,
        actor=actor,
        facts={
            "old_key": old.key.id.hex() if old else None,
            "new_key": new.key.id.hex(),
            "public": b64encode(new.key.public).decode(),
            "signed_by_old": spelt[old.key.id] if old else None,
            "signed_by_new": spelt[new.key.id],
        },
        private={"actor": actor.full_name if actor else None, "reason": reason or None},
    )
