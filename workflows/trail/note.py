"""Signed notes (C2SP signed-note): a text, an empty line, and under it lines of who signed.

    — <name> <base64 of 4 bytes that name the key, then the signature>

Keys are spelt as others spell them: a verifier key is `<name>+<key id>+<base64>`, a signer key begins
with `PRIVATE+KEY+`. A line of a key that is not known is passed over, never an error.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # the kind of a key that signs notes
COSIGNER = b"\x04"  # of a witness's key, which signs checkpoints with its time
KEY_ID = 4
MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+]+")
_MARK = "\N{EM DASH} "


class NotANote(ValueError):
    """The text is no signed note, or no key, that can be read; the message says why, in English."""


class Key(NamedTuple):
    """What signatures are checked with: the public half, with the name that signs."""

    name: str
    public: bytes  # 32 bytes
    kind: bytes = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:KEY_ID]

    @property
    def text(self) -> str:
        """The verifier key as a policy file holds it."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self.kind + self.public).decode()}"


class Signer(NamedTuple):
    """What signs: the private half, with its name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        return Key(self.name, self.private.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The signer key as a key file holds it. A secret."""
        seed = b64encode(ED25519 + self.private.private_bytes_raw()).decode()
        return f"PRIVATE+KEY+{self.name}+{self.key.id.hex()}+{seed}"


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_MARK}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"


class Note(NamedTuple):
    """A text, which ends with a line's end, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def whole(self) -> str:
        """The note as it is stored and sent."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"


def new_signer(name: str, private: Ed25519PrivateKey | None = None) -> Signer:
    """A signer of this name, with a fresh key unless one is given. Raises `NotANote`."""
    return Signer(_named(name), private or Ed25519PrivateKey.generate())


def parse_key(text: str) -> Key:
    """The key that a policy file spells so. Raises `NotANote`."""
    name, key_id, data = _parted(text.strip())
    if len(data) != 33 or data[:1] not in (ED25519, COSIGNER):
        raise NotANote("the key is of no known kind")
    key = Key(name, data[1:], data[:1])
    if key.id.hex() != key_id:
        raise NotANote("the key does not have the id that stands before it")
    return key


def parse_signer(text: str) -> Signer:
    """The signer that a key file holds. Raises `NotANote`, which never quotes the secret."""
    head = "PRIVATE+KEY+"
    text = text.strip()
    if not text.startswith(head):
        raise NotANote("the file holds no private key")
    name, key_id, data = _parted(text.removeprefix(head))
    if len(data) != 33 or data[:1] != ED25519:
        raise NotANote("the private key is of no known kind")
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
    if signer.key.id.hex() != key_id:
        raise NotANote("the private key does not have the id that stands before it")
    return signer


def sign(text: str, *signers: Signer) -> Note:
    """The note over `text`, signed by each of these. Raises `NotANote` for a text that cannot be one:
    it must end with a line's end and hold no control characters."""
    data = _body(text)
    return Note(text, tuple(Signature(s.name, s.key.id, s.private.sign(data)) for s in signers))


def parse(whole: str) -> Note:
    """The text and its signatures, none of them checked. Raises `NotANote`."""
    text, between, under = whole.rpartition("\n\n")
    text += "\n"
    if not between or not under.endswith("\n"):
        raise NotANote("there are no signatures under the text")
    _body(text)
    lines = under[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NotANote("too many signatures")
    return Note(text, tuple(map(parse_line, lines)))


def parse_line(line: str) -> Signature:
    """The signature that one line under a note holds. Raises `NotANote`."""
    if not line.startswith(_MARK):
        raise NotANote("a line under the text is no signature")
    name, _, data = line.removeprefix(_MARK).partition(" ")
    raw = decode(data)
    if len(raw) <= KEY_ID:
        raise NotANote("a signature is too short")
    return Signature(_named(name), raw[:KEY_ID], raw[KEY_ID:])


def verify(note: Note, keys: Iterable[Key]) -> list[Key]:
    """Which of these keys signed the note. Witnesses' keys sign something else and are none of
    these. Raises `NotANote` when a line bears a key's name and id but is not its signature."""
    data, found = note.text.encode(), []
    for key in keys:
        for line in note.signatures:
            if key.kind != ED25519 or (line.name, line.key_id) != (key.name, key.id):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(line.signature, data)
            except (InvalidSignature, ValueError):
                raise NotANote(f"the signature of {key.name} is not of this text") from None
            found.append(key)
            break
    return found


def decode(text: str) -> bytes:
    """Base64 in its one spelling. Raises `NotANote`."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise NotANote("this is no base64") from None
    if b64encode(data).decode() != text:
        raise NotANote("this is not the one spelling of base64")
    return data


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotANote("a key's name holds no spaces and no +")
    return name


def _parted(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, data = rest.partition("+")
    return _named(name), key_id, decode(data)


def _body(text: str) -> bytes:
    if not text.endswith("\n") or any(ord(sign) < 32 and sign != "\n" for sign in text):
        raise NotANote("a note's text ends with a line's end and holds no control characters")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NotANote("a note's text is UTF-8") from None
