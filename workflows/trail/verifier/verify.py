#!/usr/bin/env python3
"""Kiểm một bản xuất (hoặc một biên nhận) của Duyệt mà không cần mạng, không cần máy chủ.

    python verify.py EXPORT.zip policy.json [--held CHECKPOINT]... [--en] [--json]

EXPORT.zip: tệp ZIP, thư mục đã giải nén, hoặc tệp biên nhận (.tlog-proof).
policy.json: các khóa được tin. Bản kèm trong ZIP do chính máy chủ ghi: so với khóa in trên biên bản
hoặc khóa cấp trên đang giữ; khi nghi ngờ máy chủ, lấy tệp này từ nơi khác.
--held: chứng thực sổ (checkpoint) hoặc biên nhận mà người kiểm đang giữ; chỉ so với thứ do khóa được
tin ký.

Kết thúc: 0 nguyên vẹn · 1 không còn như khi ghi · 2 chưa kết luận được.

Checks an export of Duyệt offline. One file, Python 3.9+, the standard library and `cryptography`
(for Ed25519). Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof; RFC 6962
hashing. Memory grows with documents, not with events.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import struct
import sys
import unicodedata
import zipfile
import zlib
from datetime import date
from hashlib import sha256
from io import BufferedReader, RawIOBase
from itertools import islice

VERSION = "1"
FORMAT = "duyet-export/1"
SIGNED = "duyet-order/v1 export"  # first line of what is signed of a manifest
PROOF = "c2sp.org/tlog-proof@v1"
ROTATED = "duyet-key/v1"  # first line of what both keys sign when one takes over from the other
VERIFIED, ALTERED, UNDECIDED = 0, 1, 2

LINE = 16 << 20  # longest line that is read
MANIFEST = 64 << 20
EXPANDED = 1100  # more than this much to one does DEFLATE not make of a file
SLACK = 1 << 20  # how much longer than it should be a file is read, to find where it was changed
BATCH = 512
MOST = 100  # faults that are told
HASH = 32
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError, IndexError)
# What may come of a file or of a ZIP that somebody spoilt.
BROKEN = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    struct.error,
    MemoryError,
)
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what a desk leaves in a folder

SAY = {
    # -- events
    "edited": (
        "Sự kiện số {seq} trong sổ của {unit}: nội dung không còn như khi ghi.",
        "Event {seq} in the log of {unit} is not what was written.",
    ),
    "gap": (
        "Sổ của {unit} thiếu sự kiện số {seq}, sau đó là số {found}.",
        "The log of {unit} lacks event {seq}; {found} follows.",
    ),
    "again": (
        "Sổ của {unit}, chỗ của sự kiện số {seq}: sự kiện số {found} bị lặp lại hoặc đổi chỗ.",
        "In the log of {unit}, at the place of event {seq}, event {found} is repeated or moved.",
    ),
    "cut": (
        "Sổ của {unit} thiếu từ sự kiện số {seq}: chứng thực ghi {stated} sự kiện, chỉ còn {found}.",
        "The log of {unit} lacks everything from event {seq}: the checkpoint states {stated} "
        "events, {found} are left.",
    ),
    "more": (
        "Sổ của {unit} thừa từ sự kiện số {seq}: chứng thực chỉ ghi {stated} sự kiện.",
        "The log of {unit} has too much from event {seq}: the checkpoint states {stated} events.",
    ),
    "unreadable_event": (
        "Sự kiện số {seq} trong sổ của {unit}: nội dung không đọc được.",
        "Event {seq} in the log of {unit} cannot be read.",
    ),
    "foreign": (
        "Sự kiện số {seq} trong sổ của {unit}: nội dung ghi là của sổ {found}.",
        "Event {seq} in the log of {unit} says it is of the log {found}.",
    ),
    "time": (
        "Sự kiện số {seq} trong sổ của {unit}: thời điểm không theo thứ tự mà không được ghi nhận.",
        "Event {seq} in the log of {unit}: its instant is out of order, and that was not noted.",
    ),
    "payload": (
        "Sự kiện số {seq} trong sổ của {unit}: mục “{field}” không còn như khi ghi.",
        "Event {seq} in the log of {unit}: the field “{field}” is not what was written.",
    ),
    "added": (
        "Sự kiện số {seq} trong sổ của {unit}: mục “{field}” được thêm vào sau.",
        "Event {seq} in the log of {unit}: the field “{field}” was added later.",
    ),
    "payload_of_none": (
        "Sự kiện số {seq} trong sổ của {unit}: có phần kèm theo mà không có sự kiện ở chỗ ấy.",
        "Event {seq} in the log of {unit}: there are fields for it but no such event.",
    ),
    "text": (
        "Sự kiện số {seq} trong sổ của {unit}: nói về nội dung khác với bản thứ {n} của văn bản "
        "{document} trong bản xuất.",
        "Event {seq} in the log of {unit} speaks of another text than revision {n} of document "
        "{document} in the export.",
    ),
    "no_proof": (
        "Sự kiện số {seq} trong sổ của {unit}: đường chứng minh không dẫn tới chứng thực của sổ.",
        "Event {seq} in the log of {unit}: its proof does not lead to the log's checkpoint.",
    ),
    "unfolded": (
        "Văn bản {document}, sự kiện số {seq} trong sổ của {unit}: sự kiện bắt đầu từ trạng thái "
        "{stated}, nhưng trước đó văn bản ở {held}.",
        "Document {document}, event {seq} in the log of {unit}: it begins in state {stated}, but "
        "the document was in {held}.",
    ),
    "standing": (
        "Văn bản {document}: bản xuất ghi {column} là {kept}, theo sổ phải là {stated} (sự kiện số "
        "{seq} trong sổ của {unit}).",
        "Document {document}: the export says {column} is {kept}, by the logs it is {stated} "
        "(event {seq} in the log of {unit}).",
    ),
    "untold": (
        "Văn bản {document}: bản thứ {n} không có sự kiện nào trong sổ nói đến.",
        "Document {document}: no event speaks of revision {n}.",
    ),
    # -- roots
    "rewritten": (
        "Sổ của {unit} đã bị viết lại trong khoảng từ sự kiện số {seq} đến số {until}: không khớp "
        "với {label}.",
        "The log of {unit} was rewritten between event {seq} and event {until}: it does not agree "
        "with {label}.",
    ),
    "rolled_back": (
        "Sổ của {unit} chỉ có {found} sự kiện, nhưng {label} đã thấy {stated}: sổ bị lùi về bản cũ, "
        "thiếu từ sự kiện số {seq}.",
        "The log of {unit} has {found} events, but {label} saw {stated}: it was rolled back to an "
        "older copy, everything from event {seq} is missing.",
    ),
    "removed": (
        "Sự kiện số {seq} trong sổ của {unit}: biên nhận {label} chứng minh một sự kiện khác đã "
        "được ghi ở chỗ này; nó đã bị gỡ hoặc sửa.",
        "Event {seq} in the log of {unit}: the receipt {label} proves that another event was "
        "written here; it was removed or changed.",
    ),
    # -- checkpoints, manifest, files
    "bad_signature": (
        "{label}: chữ ký của “{name}” không đúng.",
        "{label}: the signature of “{name}” is wrong.",
    ),
    "bad_note": (
        "{label}: không phải chứng thực đọc được.",
        "{label}: no checkpoint that can be read.",
    ),
    "other_origin": (
        "{label}: là chứng thực của sổ “{found}”, không phải của “{stated}”.",
        "{label}: a checkpoint of the log “{found}”, not of “{stated}”.",
    ),
    "manifest": (
        "Bản kê (manifest.json) không còn như khi ký.",
        "The manifest (manifest.json) is not what was signed.",
    ),
    "file": ("Tệp “{file}” không còn như khi xuất.", "The file “{file}” is not what was exported."),
    "file_lost": ("Tệp “{file}” đã mất khỏi bản xuất.", "The file “{file}” is missing."),
    "file_odd": (
        "Tệp “{file}” không có trong bản kê đã ký.",
        "The file “{file}” is not in the signed manifest.",
    ),
    "hidden": (
        "Tệp ZIP có phần nằm ngoài mục lục, hoặc mục lục và đầu tệp bên trong nói khác nhau: chương "
        "trình khác có thể mở ra nội dung khác.",
        "The ZIP has a part that its directory does not name, or the directory and a file's own head "
        "differ: another program may show other content.",
    ),
    # -- doubts
    "no_checkpoint": (
        "Sổ của {unit} chưa có chứng thực nào được ký: chưa thể nói sổ còn nguyên.",
        "No checkpoint of the log of {unit} was signed: nothing can be said about it.",
    ),
    "untrusted": (
        "{label}: không có chữ ký của khóa nào trong tệp khóa tin cậy.",
        "{label}: signed by no key of the policy.",
    ),
    "unsigned": (
        "Bản kê (manifest.json) chưa được ký: không chứng minh được bản xuất do máy chủ làm ra.",
        "The manifest (manifest.json) is not signed: nothing shows that the server made this.",
    ),
    "too_few": (
        "Sổ của {unit}: mới có {found} bên làm chứng ký, tệp khóa tin cậy đòi {stated}.",
        "The log of {unit}: cosigned by {found} witnesses, the policy asks for {stated}.",
    ),
    "held_elsewhere": (
        "{label}: là của sổ “{found}”, không có trọn trong bản xuất này nên không so được.",
        "{label}: of the log “{found}”, which is not whole in this export; it cannot be compared.",
    ),
    "no_policy": (
        "Không đọc được tệp khóa tin cậy: {why}.",
        "The policy file cannot be read: {why}.",
    ),
    "own_policy": (
        "Tệp khóa tin cậy nằm trong chính bản xuất, nên không chứng minh được gì: lấy khóa bằng đường "
        "khác, để tệp ở chỗ khác.",
        "The policy file lies within the export itself and shows nothing: get the keys by another way "
        "and keep the file elsewhere.",
    ),
    "no_keys": (
        "Tệp khóa tin cậy không nêu khóa nào.",
        "The policy names no key.",
    ),
    "no_export": ("Không đọc được bản xuất: {why}.", "The export cannot be read: {why}."),
    "stopped": (
        "Không xét tiếp được ({why}): bản xuất có chỗ không đọc được.",
        "It could not be looked at further ({why}): something in the export cannot be read.",
    ),
    "no_logs": ("Bản xuất không có sổ nào.", "The export holds no log."),
    "no_cryptography": (
        "Máy này chưa có thư viện cryptography. Chạy: python -m pip install cryptography",
        "This machine lacks the library cryptography. Run: python -m pip install cryptography",
    ),
    # -- notes
    "made": (
        "Bản kê do “{name}” ký, ghi là lập lúc {at}.",
        "The manifest is signed by “{name}” and says it was made at {at}.",
    ),
    "same_policy": (
        "Tệp khóa tin cậy giống hệt policy.json trong bản xuất: chỉ có giá trị nếu khóa đã được nhận "
        "bằng đường khác.",
        "The policy file is the very policy.json of the export: it is worth something only if the keys "
        "came by another way.",
    ),
    "no_log_of": (
        "Không kèm sổ của: {units} (đơn vị trong phạm vi mà lúc xuất chưa có sự kiện nào được ký).",
        "No log is here of: {units} (units of the scope in which nothing had been signed).",
    ),
    "sealed": (
        "{n} sự kiện chỉ kèm mã cam kết, không kèm tên và lời (không thuộc quyền đọc, hoặc đã xóa).",
        "{n} events come with commitments only, without names and words (not for the reader, or "
        "erased).",
    ),
    "unfollowed": (
        "{n} văn bản có sự kiện nằm sau chỗ sai nên không xét được đến cùng.",
        "{n} documents have events behind what is wrong and could not be followed to their end.",
    ),
    "in_flight": (
        "{n} văn bản còn sự kiện mới hơn phần đã chứng thực.",
        "{n} documents have events that are newer than what is certified.",
    ),
    "newer": (
        "Sổ của {unit}: lúc xuất còn {n} sự kiện mới hơn chứng thực, không kèm ở đây.",
        "The log of {unit}: {n} events were newer than the checkpoint; they are not in here.",
    ),
    "beside_file": (
        "Tệp “{file}” nằm trong thư mục nhưng không thuộc bản xuất.",
        "The file “{file}” lies in the folder but is not part of the export.",
    ),
}
COLUMNS = {
    "version": ("phiên bản", "the version"),
    "state": ("trạng thái", "the state"),
    "stage": ("cấp đang giữ", "the stage"),
    "revision": ("số bản thảo", "the revision"),
    "in_force": ("bản đang có hiệu lực", "the revision in force"),
    "dated_on": ("ngày văn bản", "the printed date"),
}
LABELS = {
    "checkpoint": ("Chứng thực “{}”", "The checkpoint “{}”"),
    "held": ("Chứng thực đang giữ “{}”", "The held checkpoint “{}”"),
    "manifest": ("Chữ ký của bản kê “{}”", "The signature of the manifest “{}”"),
    "receipt": ("Biên nhận “{}”", "The receipt “{}”"),
}
# Of several things that are wrong the first to be told: an event, a root, a document, a signature.
RANKS = {
    **dict.fromkeys(("rewritten", "rolled_back", "removed"), 1),
    **dict.fromkeys(("unfolded", "standing", "untold"), 2),
    **dict.fromkeys(("bad_signature", "bad_note", "other_origin"), 3),
    **dict.fromkeys(("manifest", "file", "file_lost", "file_odd", "hidden"), 4),
}


class CannotJudge(Exception):
    """What stops the looking: usage, or something that cannot be read."""

    def __init__(self, what, **params):
        super().__init__(what)
        self.what, self.params = what, params


# ---------------------------------------------------------------- what is found


class Report:
    def __init__(self, english):
        self.english = english
        self.faults, self.doubts, self.notes, self.logs = [], [], [], []
        self.events = self.documents = self.revisions = self.files = 0
        self.in_order = 0

    def say(self, what, params):
        shown = {k: v if k == "label" else self._shown(v) for k, v in params.items()}
        return SAY[what][self.english].format(**shown)

    def label(self, kind, name):
        return LABELS[kind][self.english].format(self._shown(name))

    def _shown(self, value):
        """A value as a sentence may hold it, whatever somebody has written there."""
        if value is None:
            return "(không có)" if not self.english else "(none)"
        try:
            text = value if isinstance(value, str) else repr(value)
        except (RecursionError, ValueError):
            return "…"
        text = "".join(c if c.isprintable() else "\ufffd" for c in text[:120])
        return text if len(text) < 120 else text[:-1] + "…"

    def fault(self, what, **params):
        if len(self.faults) < 10 * MOST:
            rank = RANKS.get(what, 0)
            self.faults.append((rank, self.in_order, len(self.faults), what, params))

    def doubt(self, what, **params):
        if len(self.doubts) < MOST:
            self.doubts.append((what, params))

    def note(self, what, **params):
        if len(self.notes) < MOST:
            self.notes.append((what, params))

    @property
    def status(self):
        return ALTERED if self.faults else UNDECIDED if self.doubts else VERIFIED

    def told(self):
        found = sorted(self.faults, key=lambda f: f[:3])[:MOST]
        return [
            {
                "what": what,
                "unit": params.get("unit"),
                "seq": params.get("seq") if type(params.get("seq")) is int else None,
                "until": params.get("until"),
                "document": params.get("document"),
                "file": params.get("file"),
                "sentence": self.say(what, params),
            }
            for _, _, _, what, params in found
        ]

    def as_data(self):
        faults = self.told()
        return {
            "verdict": ("verified", "altered", "undecided")[self.status],
            "exit": self.status,
            "first": faults[0] if faults else None,
            "faults": faults,
            "doubts": [{"what": w, "sentence": self.say(w, p)} for w, p in self.doubts],
            "notes": [{"what": w, "sentence": self.say(w, p)} for w, p in self.notes],
            "logs": self.logs,
            "events": self.events,
            "documents": self.documents,
            "revisions": self.revisions,
            "files": self.files,
            "verifier": VERSION,
        }

    def sentences(self):
        english = self.english
        faults = self.told()
        counted = (
            f"{self.events} events in {len(self.logs)} logs, {self.documents} documents, "
            f"{self.revisions} texts, {self.files} files"
            if english
            else f"{self.events} sự kiện trong {len(self.logs)} sổ, {self.documents} văn bản, "
            f"{self.revisions} bản nội dung, {self.files} tệp"
        )
        if faults:
            yield ("ALTERED: " if english else "CÓ SAI LỆCH: ") + faults[0]["sentence"]
            for fault in faults[1:]:
                yield "  - " + fault["sentence"]
        elif self.doubts:
            yield ("UNDECIDED: " if english else "CHƯA KẾT LUẬN ĐƯỢC: ") + self.say(*self.doubts[0])
        else:
            yield ("VERIFIED: " if english else "NGUYÊN VẸN: ") + counted + "."
        for what, params in self.doubts if faults else self.doubts[1:]:
            yield ("  ? " if faults else "  - ") + self.say(what, params)
        if faults or self.doubts:
            yield ("Looked at " if english else "Đã xem ") + counted + "."
        for what, params in self.notes:
            yield "  · " + self.say(what, params)


# ---------------------------------------------------------------- one value, one sequence of bytes


_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def parse(raw):
    """The value of one JSON text without blanks around it. Raises ValueError."""
    text = raw.decode()
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("no JSON") from None
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


def once(pairs):
    """A JSON object in which no name stands twice. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


def canonical(value):
    """The subset of RFC 8785 that salted values are hashed in: NFC strings, no fractions."""
    if type(value) is str:
        return _quoted(_nfc(value)).encode()
    if type(value) is int:
        return b"%d" % value
    return _encode(_plain(value)).encode()


def _plain(value):
    kind = type(value)
    if kind is str:
        return _nfc(value)
    if value is None or kind is int or kind is bool:
        return value
    if kind is list:
        return [_plain(item) for item in value]
    if kind is dict:
        return {key: _plain(item) for key, item in value.items()}
    raise ValueError("no canonical form")


def _nfc(text):
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def content_hash(text):
    """The salted hash of one revision, in hex."""
    dated = text["dated_on"] and date.fromisoformat(text["dated_on"]).isoformat()
    whole = {"title": text["title"], "content": text["content"], "basis": text["basis"]}
    return sha256(bytes.fromhex(text["salt"]) + canonical({**whole, "dated_on": dated})).hexdigest()


# ---------------------------------------------------------------- trees (RFC 6962)


def leaf_hash(leaf):
    return sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: the roots of its perfect subtrees, largest first."""

    def __init__(self):
        self.size, self.kept = 0, []

    def grow(self, leaves):
        size, nodes, grown = self.size, list(leaves), []
        self.size += len(nodes)
        while nodes:
            if size & 1:
                nodes.insert(0, self.kept.pop())
            if len(nodes) & 1:
                grown.append(nodes.pop())
            nodes = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(nodes[::2], nodes[1::2])  # noqa: B905  Python 3.9
            ]
            size >>= 1
        self.kept += reversed(grown)

    def root(self):
        if not self.kept:
            return sha256(b"").digest()
        result = self.kept[-1]
        for node in reversed(self.kept[:-1]):
            result = node_hash(node, result)
        return result


def includes(root, size, index, leaf, path):
    """Whether `path` shows that leaf hash `leaf` stands at `index` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(sibling) != HASH for sibling in path):
        return False
    place, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


# ---------------------------------------------------------------- signed notes


ED25519, COSIGNATURE = 1, 4


class Key:
    """A public key as C2SP signed-note spells it: name+id+base64(kind, key)."""

    def __init__(self, spelt):
        self.name, number, material = spelt.split("+", 2)
        raw = base64.b64decode(material, validate=True)
        self.kind, self.public = raw[0], raw[1:]
        if self.kind not in (ED25519, COSIGNATURE) or len(self.public) != 32:
            raise ValueError("no Ed25519 key")
        self.id = sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != number.lower():
            raise ValueError("its number is not that of the key")

    def signed(self, text, signature):
        """Whether this key made the signature (without its number) over the note's text."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        message = text.encode()
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                return False
            time = int.from_bytes(signature[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % time + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Note:
    """A signed note: its text, and its lines [(name, number of the key, signature)]."""

    def __init__(self, raw):
        whole = raw.decode("utf-8")
        text, between, block = whole.rpartition("\n\n")
        if not between or any(ord(c) < 32 and c != "\n" for c in whole):
            raise ValueError("no signed note")
        self.text, self.signatures = text + "\n", []
        for line in block.splitlines():
            dash, name, spelt = line.split(" ")
            signed = base64.b64decode(spelt, validate=True)
            if dash != "\u2014" or len(signed) < 5:
                raise ValueError("no signature line")
            self.signatures.append((name, signed[:4], signed[4:]))


class Checkpoint(Note):
    """The size and the root of one log (C2SP tlog-checkpoint)."""

    def __init__(self, raw):
        super().__init__(raw)
        self.origin, size, root, *_ = self.text.split("\n")
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        if str(self.size) != size or self.size < 0 or len(self.root) != HASH or not self.origin:
            raise ValueError("no checkpoint")


class Proof:
    """A receipt (C2SP tlog-proof) with the event it is about in its line `extra`."""

    def __init__(self, raw):
        head, between, note = raw.partition(b"\n\n")
        first, *lines = head.decode("utf-8").split("\n")
        if first != PROOF or not between:
            raise ValueError("no tlog-proof")
        extra = lines.pop(0)[6:] if lines and lines[0].startswith("extra ") else None
        word, index = lines.pop(0).split(" ")
        if word != "index" or str(int(index)) != index:
            raise ValueError("no index")
        self.index = int(index)
        self.path = [base64.b64decode(line, validate=True) for line in lines]
        self.leaf = base64.b64decode(extra, validate=True) if extra is not None else None
        self.checkpoint = Checkpoint(note)


class Policy:
    """The keys that whoever verifies trusts, and how many witnesses have to have signed."""

    def __init__(self, path):
        try:
            with open(path, "rb") as file:
                raw = file.read(1 << 20)
            self.digest = sha256(raw).hexdigest()
            read = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once)
            self.keys = [Key(spelt) for spelt in read.get("keys", [])]
            self.witnesses = [Key(spelt) for spelt in read.get("witnesses", [])]
            self.quorum = read.get("quorum", 0)
            if type(self.quorum) is not int:
                raise ValueError("quorum")
        except (OSError, binascii.Error, *UNREADABLE) as error:
            raise CannotJudge("no_policy", why=str(error) or type(error).__name__) from None
        if not self.keys:
            raise CannotJudge("no_keys")

    def look(self, note, keys, report, label):
        """The names of those of `keys` that signed this note; a wrong signature is a fault."""
        return sorted({key.name for key in self.signed_by(note, keys, report, label)})

    def signed_by(self, note, keys, report, label):
        """As `look`, the keys themselves."""
        found = []
        for name, number, signature in note.signatures:
            for key in keys:
                if key.name == name and key.id == number and key not in found:
                    if key.signed(note.text, signature):
                        found.append(key)
                    else:
                        report.fault("bad_signature", label=label, name=name)
        return found


# ---------------------------------------------------------------- the bundle


class Part(RawIOBase):
    """One file of the bundle, hashed while it is read; what cannot be read on ends."""

    def __init__(self, file, most):
        self.file, self.left = file, most
        self.digest, self.size, self.broken = sha256(), 0, False

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            data = self.file.read(min(len(buffer), self.left + 1))
        except (*BROKEN, *UNREADABLE):
            data, self.broken = b"", True
        if len(data) > self.left:
            data, self.broken = data[: self.left], True
        self.left -= len(data)
        self.size += len(data)
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        if not self.closed:
            self.file.close()
        super().close()


class Folder:
    def __init__(self, path):
        self.path, self.zip = path, False

    def names(self):
        for folder, folders, names in os.walk(self.path):
            linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in names + linked:
                yield os.path.relpath(os.path.join(folder, name), self.path).replace(os.sep, "/")

    def is_beside(self, name):
        """Whether a file that nobody named only lies about, not within the export's own folders."""
        return "/" not in name or name.rpartition("/")[2] in LITTER

    def open(self, name):
        path = os.path.join(self.path, *name.split("/"))
        if os.path.exists(path) and not os.path.isfile(path):
            raise OSError("no file")
        return open(path, "rb")


class Archive:
    def __init__(self, path):
        self.path, self.pack, self.zip = path, zipfile.ZipFile(path), True
        if sum(one.file_size for one in self.pack.infolist()) > EXPANDED * os.path.getsize(path):
            raise ValueError("ZIP: overlapping files")

    def names(self):
        for info in self.pack.infolist():
            if not (info.is_dir() and info.file_size == 0):
                yield info.orig_filename

    def is_beside(self, name):
        return False

    def open(self, name):
        info = self.pack.getinfo(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("ZIP: compressed in a way that is not used")
        return self.pack.open(info)

    def is_plain(self):
        """Whether file after file stands in it as its directory says, with nothing between them or
        behind, under that name alone."""
        at = 0
        ordered = sorted(self.pack.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset for info in ordered[1:]] + [self.pack.start_dir]
        with open(self.path, "rb") as file:
            for info, end in zip(ordered, ends):  # noqa: B905  Python 3.9
                file.seek(info.header_offset)
                head = struct.unpack("<4s5H3L2H", file.read(30))
                (_, _, flags, *_), (name, more) = head, head[-2:]
                listed = (info.compress_type, info.CRC, info.compress_size, info.file_size)
                for told, there in zip((head[3], *head[6:9]), listed):  # noqa: B905
                    if not flags & AFTER and told not in (there, LONG):
                        return False
                past = info.header_offset + 30 + name + more + info.compress_size
                if info.header_offset != at or end - past not in SIZES_AFTER[bool(flags & AFTER)]:
                    return False
                words = file.read(name + more)
                if words[:name] != info.orig_filename.encode("utf-8" if flags & UTF8 else "cp437"):
                    return False
                if {*kinds(info.extra), *kinds(words[name:])} & RENAMES:
                    return False
                at = end
            file.seek(-22, os.SEEK_END)  # the end of the directory, without words of its own
            behind = file.read()
        return at == self.pack.start_dir and behind[:4] == b"PK\5\6" and behind[20:] == b"\0\0"


# Flags of a ZIP: sizes stand after the file, in so many bytes; how its name is spelt. Sizes that stand
# elsewhere; a second name.
AFTER, UTF8, LONG, RENAMES = 8, 0x800, 0xFFFFFFFF, {0x7075}
SIZES_AFTER = {False: (0,), True: (12, 16, 20, 24)}


def kinds(extra):
    """Of what kinds the additions to a name in a ZIP are."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        yield kind
        extra = extra[4 + size :]


def safe(name):
    """Whether a name stays inside the bundle."""
    parts = name.split("/")
    return not (set(parts) & {"", ".", ".."} or "\\" in name or ":" in name or "\0" in name)


class Bundle:
    """The files of an export with what the manifest says of them."""

    def __init__(self, path, report):
        self.report, self.done, self.bad = report, set(), set()
        try:
            self.source = Folder(path) if os.path.isdir(path) else Archive(path)
            with self.source.open("manifest.json") as file:
                self.raw = file.read(MANIFEST)
            self.manifest = json.loads(self.raw.decode("utf-8"), object_pairs_hook=once)
            if self.manifest["format"] != FORMAT:
                raise ValueError(f"manifest.json: format ≠ {FORMAT}")
            self.files = {
                name: (stated["size"], stated["sha256"])
                for name, stated in self.manifest["files"].items()
            }
            if not all(
                type(s) is int and s >= 0 and type(h) is str for s, h in self.files.values()
            ):
                raise ValueError("manifest.json: files")
        except (*BROKEN, *UNREADABLE) as error:
            raise CannotJudge("no_export", why=f"{type(error).__name__}: {error}") from None

    def reader(self, name):
        """A buffered reader of a file that the manifest names, or None where it is lost."""
        if type(name) is not str or name not in self.files or not safe(name):
            self.report.fault("file_lost", file=name)
            return None
        try:
            most = 2 * self.files[name][0] + SLACK
            return BufferedReader(Part(self.source.open(name), most), 1 << 20)
        except (FileNotFoundError, KeyError):
            self.done.add(name)
            self.report.fault("file_lost", file=name)
        except (*BROKEN, *UNREADABLE):
            self.spoilt(name)
        return None

    def close(self, name, reader):
        """Reads the rest, and tells when the file is not what the manifest says."""
        if reader is None:
            return
        while reader.read(1 << 20):
            pass
        if not self.intact(name, reader.raw):
            self.spoilt(name)
        self.done.add(name)
        self.report.files += 1
        reader.close()

    def spoilt(self, name):
        """Tells, once, that a file is not what it has to be."""
        self.done.add(name)
        if name not in self.bad:
            self.bad.add(name)
            self.report.fault("file", file=name)

    def intact(self, name, part):
        size, digest = self.files[name]
        return not part.broken and part.size == size and part.digest.hexdigest() == digest

    def small(self, name, most=1 << 20):
        """The bytes of a small file; None where it is lost or too long."""
        reader = self.reader(name)
        if reader is None:
            return None
        data = reader.read(most + 1)
        self.close(name, reader)
        return data if len(data) <= most else None

    def rows(self, name):
        """The JSON objects of a file, line by line; what is none is a fault of the file."""
        reader = self.reader(name)
        if reader is None:
            return
        for line in iter(lambda: reader.readline(LINE), b""):
            try:
                yield parse(line.rstrip(b"\n"))
            except (ValueError, RecursionError):
                self.spoilt(name)
                break
        self.close(name, reader)

    def check_rest(self):
        """Looks at every file that was not read for its contents, and for files that nobody named."""
        found = set()
        for name in self.source.names():
            twice = name in found
            found.add(name)
            if not twice and (name in self.files or name in ("manifest.json", "manifest.note")):
                continue
            if self.source.is_beside(name):
                self.report.note("beside_file", file=name)
            else:
                self.report.fault("file_odd", file=name)
        for name in sorted(set(self.files) - self.done):
            self.close(name, self.reader(name))
        try:
            plain = not self.source.zip or self.source.is_plain()
        except (OSError, ValueError, struct.error):
            plain = False
        if not plain:
            self.report.fault("hidden")


# ---------------------------------------------------------------- what is verified


COLUMN_NAMES = ("version", "state", "stage", "revision", "in_force", "dated_on")
START = (0, None, 0, 0, None, None)


class Document:
    """One document: where the export says it stands, and where its events put it so far."""

    __slots__ = ("ahead", "broken", "place", "standing", "stated")

    def __init__(self, stated):
        self.stated, self.standing = stated, START
        self.ahead, self.place, self.broken = None, (None, None), False


class Verifier:
    def __init__(self, bundle, policy, held, report):
        self.bundle, self.policy, self.held, self.report = bundle, policy, held, report
        self.documents, self.texts, self.told = {}, {}, set()
        self.sealed, self.cut = 0, False  # cut: some log was not read to its end

    def run(self):
        self._rotations()
        self.held = trusted_of(self.held, self.policy, self.report)
        self._signature()
        self._documents()
        self._texts()
        logs = self.bundle.manifest.get("logs")
        if type(logs) is not list or not logs:
            self.report.doubt("no_logs")
            logs = []
        for number, log in enumerate(logs):
            self.report.in_order = number
            try:
                self._log(log)
            except UNREADABLE as error:
                raise CannotJudge("no_export", why=f"manifest.json: {error}") from None
        self._standings()
        for held in self.held:
            if not held.compared:
                found = held.checkpoint.origin
                self.report.doubt("held_elsewhere", label=held.label(self.report), found=found)
        self.bundle.check_rest()
        if self.sealed:
            self.report.note("sealed", n=self.sealed)
        self._scope(logs)

    def _scope(self, logs):
        """What the manifest says of itself, so that an older export does not pass for a newer one,
        nor some logs for all."""
        told = self.bundle.manifest
        self.report.note("made", name=told.get("installation"), at=told.get("made_at"))
        if self.policy.digest == self.bundle.files.get("policy.json", (0, ""))[1]:
            self.report.note("same_policy")
        units = told.get("units")
        whole = [log["unit"] for log in logs if log["kind"] == "whole"]
        lacking = [unit for unit in units if unit not in whole] if type(units) is list else []
        if lacking:
            self.report.note("no_log_of", units=", ".join(map(str, lacking)))

    # -- the manifest

    def _rotations(self):
        """A key of the same name that took over from a trusted one, signed by both, is trusted too:
        who may speak for one installation names no key of another."""
        told = self.bundle.manifest.get("rotations")
        for name in told if type(told) is list else []:
            try:
                note = Note(self.bundle.small(name) or b"")
                first, old, new, end = note.text.split("\n")
                before, key = Key(old), Key(new)
                trusted = {(one.name, one.kind, one.public) for one in self.policy.keys}
                if (first, end) != (ROTATED, "") or (key.name, key.kind) != (before.name, ED25519):
                    continue
                if (before.name, before.kind, before.public) not in trusted:
                    continue
            except UNREADABLE:
                continue
            both, quiet = [before, key], Report(False)
            if len(self.policy.signed_by(note, both, quiet, "")) == 2 and not quiet.faults:
                self.policy.keys.append(key)

    def _signature(self):
        report, manifest = self.report, self.bundle.manifest
        label = report.label("manifest", "manifest.note")
        try:
            with self.bundle.source.open("manifest.note") as file:
                raw = file.read(1 << 16)
        except (FileNotFoundError, KeyError):
            report.doubt("unsigned")
            return
        except (*BROKEN, ValueError):
            report.fault("bad_note", label=label)
            return
        try:
            note = Note(raw)
        except UNREADABLE:
            report.fault("bad_note", label=label)
            return
        digest = base64.b64encode(sha256(self.bundle.raw).digest()).decode()
        if note.text != f"{SIGNED}\n{manifest.get('installation')}\n{digest}\n":
            report.fault("manifest")
        keys = [key for key in self.policy.keys if key.name == manifest.get("installation")]
        if not self.policy.look(note, keys, report, label):
            report.doubt("untrusted", label=label)

    # -- documents and their texts

    def _documents(self):
        for row in self.bundle.rows("documents.jsonl"):
            try:
                stated = tuple(row[name] for name in COLUMN_NAMES)
                self.documents[row["document"]] = Document(stated)
            except UNREADABLE:
                self.bundle.spoilt("documents.jsonl")
        self.report.documents = len(self.documents)

    def _texts(self):
        for row in self.bundle.rows("revisions.jsonl"):
            self.report.revisions += 1
            try:
                key = row["document"], row["n"]
                erased = row.get("erased") and "content" not in row
                self.texts[key] = row["hash"] if erased else content_hash(row)
            except UNREADABLE:
                try:
                    self.texts[row["document"], row["n"]] = ""
                except UNREADABLE:
                    self.bundle.spoilt("revisions.jsonl")

    # -- logs

    def _log(self, log):
        unit, origin = log["unit"], log["origin"]
        whole = log["kind"] == "whole"
        trusted, marks = self._checkpoints(log, origin, unit)
        held = [h for h in self.held if h.checkpoint.origin == origin]
        if whole:
            size = trusted.size if trusted else log["size"]
            found = _Log(self, log, size, marks + held).run()
        else:
            found = self._single(log, trusted)
            for one in held:
                if trusted and one.checkpoint.size == trusted.size:
                    one.compared = True
                    if one.checkpoint.root != trusted.root:
                        self.report.fault(
                            "rewritten", unit=unit, seq=0, until=trusted.size - 1,
                            label=one.label(self.report),
                        )  # fmt: skip
        self.report.events += found
        self.report.logs.append(
            {
                "unit": unit,
                "origin": origin,
                "kind": log["kind"],
                "events": found,
                "size": trusted.size if trusted else None,
                "root": base64.b64encode(trusted.root).decode() if trusted else None,
            }
        )
        if type(log.get("newer")) is int and log["newer"] > 0:
            self.report.note("newer", unit=unit, n=log["newer"])

    def _checkpoints(self, log, origin, unit):
        """The log's own checkpoint if a trusted key signed it, and all that the tree must agree
        with."""
        report, trusted, marks = self.report, None, []
        for name in log["checkpoints"]:
            label = report.label("checkpoint", name)
            try:
                checkpoint = Checkpoint(self.bundle.small(name) or b"")
            except UNREADABLE:
                report.fault("bad_note", label=label)
                continue
            if checkpoint.origin != origin:
                report.fault("other_origin", label=label, found=checkpoint.origin, stated=origin)
                continue
            keys = [key for key in self.policy.keys if origin.startswith(key.name + "/")]
            if not self.policy.look(checkpoint, keys, report, label):
                report.doubt("untrusted", label=label)
                continue
            seen = self.policy.look(checkpoint, self.policy.witnesses, report, label)
            if name == log["checkpoints"][0]:
                trusted = checkpoint
                if len(seen) < self.policy.quorum:
                    report.doubt("too_few", unit=unit, found=len(seen), stated=self.policy.quorum)
            marks.append(Held(name, checkpoint, "checkpoint"))
        if not log["checkpoints"]:
            report.doubt("no_checkpoint", unit=unit)
        return trusted, marks

    def _single(self, log, trusted):
        """Single events of a log that is not here as a whole, each with its proof."""
        unit, found = log["unit"], 0
        lines, name = self.bundle.reader(log["events"]), log["events"]
        paths = self.bundle.rows(log["paths"])
        payloads = Payloads(self.bundle, log.get("payloads"))
        if lines is not None:
            for raw in iter(lambda: lines.readline(LINE), b""):
                row = next(paths, None)
                try:
                    seq = row["seq"]
                    path = [base64.b64decode(one, validate=True) for one in row["path"]]
                    hashed = leaf_hash(raw[:-1])
                    proven = trusted and includes(trusted.root, trusted.size, seq, hashed, path)
                except UNREADABLE:
                    self.report.fault("file", file=log["paths"])
                    break
                if trusted and not proven:
                    self.report.fault("no_proof", unit=unit, seq=seq)
                    continue
                wrong = self.look_at(unit, seq, raw[:-1], payloads)
                if wrong:
                    self.report.fault(wrong[0], unit=unit, seq=seq, **wrong[1])
                found += 1
            self.bundle.close(name, lines)
        for row in paths:
            self.report.fault("cut", unit=unit, seq=row.get("seq"), stated=found + 1, found=found)
            break
        for _ in paths:
            pass
        self._left_over(unit, payloads)
        return found

    def _left_over(self, unit, payloads):
        seq = payloads.left_over()
        if seq is not None:
            self.report.fault("payload_of_none", unit=unit, seq=seq)

    def look_at(self, unit, seq, raw, payloads, clock=None):
        """What is wrong with one event that is what was hashed: (what, params), or None.

        `clock`: [the latest instant so far], where the log is here as a whole.
        """
        try:
            leaf = parse(raw)
            if leaf["unit"] != unit:
                return "foreign", {"found": leaf["unit"]}
            if leaf["seq"] != seq:
                return "again", {"found": leaf["seq"]}
            if clock is not None and not _in_time(leaf, clock):
                return "time", {}
            promised = leaf["private"]
            fields = payloads.of(seq)
            if fields is not None:
                if _commitments(fields) != promised:
                    wrong = _wrong_field(fields, promised)
                    if wrong:
                        return wrong
                    self.sealed += 1
            elif promised:
                self.sealed += 1
            version = leaf["document_version"]
            if version is not None:
                return self._moved(leaf, unit, seq, version)
        except UNREADABLE:
            return "unreadable_event", {}
        return None

    def _moved(self, leaf, unit, seq, version):
        """One event that moved a document: its text is the one here, and it continues the others."""
        number = leaf["document"]
        key = number, leaf.get("revision")
        text = self.texts.get(key)
        if text is not None:
            if leaf.get("revision_hash") not in (text, None):
                return "text", {"document": number, "n": key[1]}
            self.told.add(key)
        document = self.documents.get(number)
        if document is None or document.broken:
            return None
        get = leaf.get
        # What the event states; Ellipsis where it leaves something as it was.
        event = (
            get("from", ...), get("to", ...), get("stage", ...), get("revision", ...),
            get("in_force", ...), get("dated_on"), unit, seq,
        )  # fmt: skip
        if version != document.standing[0] + 1:
            if document.ahead is None:
                document.ahead = {}
            document.ahead[version] = event
            return None
        self._fold(number, document, event)
        while document.ahead:
            following = document.ahead.pop(document.standing[0] + 1, None)
            if following is None:
                break
            self._fold(number, document, following)
        return None

    def _fold(self, number, document, event):
        before, to, stage, revision, in_force, dated_on, unit, seq = event
        standing = document.standing
        if before is not ... and before != standing[1]:
            document.broken = True
            self.report.fault(
                "unfolded", document=number, unit=unit, seq=seq, stated=before, held=standing[1]
            )
            return
        document.standing = (
            standing[0] + 1,
            standing[1] if to is ... else to,
            standing[2] if stage is ... else stage,
            standing[3] if revision is ... else revision,
            standing[4] if in_force is ... else in_force,
            dated_on or standing[5],
        )
        document.place = unit, seq

    def _standings(self):
        in_flight, unfollowed = 0, set()
        for number, document in self.documents.items():
            in_flight += bool(document.ahead) and not self.cut
            if document.broken or document.stated == document.standing:
                continue
            version = document.stated[0]
            if self.cut and (type(version) is not int or version > document.standing[0]):
                unfollowed.add(number)  # a consequence of the first bad event, not another
                continue
            unit, seq = document.place
            for name, kept, by_log in zip(COLUMN_NAMES, document.stated, document.standing):  # noqa: B905
                if kept != by_log:
                    self.report.fault(
                        "standing", document=number, unit=unit, seq=seq, kept=kept, stated=by_log,
                        column=COLUMNS[name][self.report.english],
                    )  # fmt: skip
                    break
        for number, n in sorted(set(self.texts) - self.told, key=str):
            if number not in unfollowed:
                self.report.fault("untold", document=number, n=n)
        if unfollowed:
            self.report.note("unfollowed", n=len(unfollowed))
        if in_flight:
            self.report.note("in_flight", n=in_flight)


def _in_time(leaf, clock):
    at, latest = leaf["at"], clock[0]
    if at < latest:
        return leaf.get("behind") == latest
    clock[0] = at
    return "behind" not in leaf


def _commitments(fields):
    """Of every salted field its commitment; None where one is no such field."""
    unhex = bytes.fromhex
    try:
        return {
            name: sha256(unhex(field["salt"]) + canonical(field["value"])).hexdigest()
            for name, field in fields.items()
        }
    except UNREADABLE:
        return None


def _wrong_field(fields, promised):
    """The first field that is not what was promised; None where some are only not here."""
    for name, field in fields.items():
        if name not in promised:
            return "added", {"field": name}
        if _commitments({name: field}) != {name: promised[name]}:
            return "payload", {"field": name}
    return None


class Payloads:
    """The salted fields of events, read beside the events in their order."""

    def __init__(self, bundle, name):
        self.rows = bundle.rows(name) if name is not None else iter(())
        self.ahead = next(self.rows, None)

    def of(self, seq):
        row = self.ahead
        if row is None or row["seq"] != seq:
            return None
        fields = row["fields"]
        self.ahead = next(self.rows, None)
        return fields

    def left_over(self):
        """The first event for which there are fields though it was never met, after all events."""
        row, self.ahead = self.ahead, None
        for _ in self.rows:
            pass
        if row is None:
            return None
        return row.get("seq") if type(row) is dict and type(row.get("seq")) is int else -1


class _Log:
    """One whole log, read from its beginning. It is broken at its first bad event: what follows is
    bad because of it."""

    def __init__(self, verifier, log, size, marks):
        self.verifier, self.report, self.bundle = verifier, verifier.report, verifier.bundle
        self.log, self.unit, self.size = log, log["unit"], size
        self.marks = sorted(marks, key=lambda mark: mark.checkpoint.size)
        self.tree, self.agreed, self.agreed_held, self.broken = Tree(), 0, 0, False
        self.clock = [""]

    def run(self):
        """Returns how many events are as they were written."""
        log = self.log
        lines = self.bundle.reader(log["events"])
        hashes = self._believed()
        payloads = Payloads(self.bundle, log.get("payloads"))
        self._marks()
        while not self.broken and lines is not None:
            page = list(islice(iter(lambda: lines.readline(LINE), b""), self._room()))
            if not page:
                break
            self._page([line[:-1] for line in page], hashes, payloads)
        if lines is not None:
            self.bundle.close(log["events"], lines)
        if hashes is not None:
            hashes.close()
        if not self.broken:
            self._end(payloads)
        else:
            payloads.left_over()
        return self.tree.size

    def _believed(self):
        """The kept hashes of all events, by which a changed one is found at its place; None unless
        they give the root of the log's own checkpoint, or stand in the manifest where there is
        none."""
        name, tree = self.log["hashes"], Tree()
        reader = self.bundle.reader(name)
        if reader is None:
            return None
        while data := reader.read(HASH * BATCH * 8):
            tree.grow([data[at : at + HASH] for at in range(0, len(data), HASH)])
        intact = self.bundle.intact(name, reader.raw)
        self.bundle.close(name, reader)
        own = [m.checkpoint for m in self.marks if m.kind == "checkpoint"][-1:]
        if not (tree.root() == own[0].root if own else intact):
            return None
        return self.bundle.reader(name)

    def _room(self):
        following = [m.checkpoint.size for m in self.marks if m.checkpoint.size > self.tree.size]
        return min([BATCH, *(size - self.tree.size for size in following[:1])])

    def _page(self, page, hashes, payloads):
        start, unit = self.tree.size, self.unit
        now = [sha256(b"\x00" + leaf).digest() for leaf in page]
        kept = hashes.read(HASH * len(page)) if hashes is not None else b""
        good = len(page)
        if hashes is not None and b"".join(now) != kept:
            good = next(n for n, one in enumerate(now) if kept[n * HASH : (n + 1) * HASH] != one)
        look = self.verifier.look_at
        for n in range(good):
            wrong = look(unit, start + n, page[n], payloads, self.clock)
            if wrong:
                self._break(start + n, *wrong)
                page, now, good = page[:n], now[:n], n
                break
        else:
            if good < len(page):
                self._break(start + good, *self._odd(page[good], start + good))
        for mark in self.marks:
            at = getattr(mark, "index", None)
            if at is not None and start <= at < start + good and mark.leaf_hash != now[at - start]:
                mark.compared = True
                self._break(at, "removed", {"label": mark.label(self.report)})
                good = at - start
        self.tree.grow(now[:good])
        if not self.broken:
            self._marks()

    def _odd(self, raw, place):
        """An event that is not what was hashed at its place: changed, or another one."""
        stated = self.size if type(self.size) is int else None
        if stated is not None and place >= stated:
            return "more", {"stated": stated}
        try:
            leaf = json.loads(raw)
            found = leaf["seq"]
            if leaf["unit"] == self.unit and type(found) is int and found != place:
                return ("gap" if found > place else "again"), {"found": found}
        except UNREADABLE:
            pass
        return "edited", {}

    def _break(self, seq, what, params):
        if not self.broken:
            self.broken = self.verifier.cut = True
            self.report.fault(what, unit=self.unit, seq=seq, **params)

    def _marks(self):
        """Holds the tree against every checkpoint of its size."""
        for mark in self.marks:
            if mark.checkpoint.size != self.tree.size or self.broken:
                continue
            mark.compared = True
            own = mark.kind == "checkpoint"
            if mark.checkpoint.root == self.tree.root():
                # What somebody holds is held against the export; its own checkpoints are part of it.
                self.agreed = self.tree.size
                self.agreed_held = self.agreed_held if own else self.tree.size
                continue
            until, label = self.tree.size - 1, mark.label(self.report)
            first = self.agreed if own else self.agreed_held
            self._break(first, "rewritten", {"until": until, "label": label})

    def _end(self, payloads):
        found = self.tree.size
        for mark in self.marks:
            if mark.checkpoint.size > found:
                mark.compared = True
                what = "rolled_back" if mark.kind != "checkpoint" else "cut"
                more = {"label": mark.label(self.report)} if what == "rolled_back" else {}
                self._break(found, what, {"stated": mark.checkpoint.size, "found": found, **more})
        if type(self.size) is int and self.size > found:
            self._break(found, "cut", {"stated": self.size, "found": found})
        if type(self.size) is int and self.size < found:
            self._break(self.size, "more", {"stated": self.size})
        self.verifier._left_over(self.unit, payloads)


class Held:
    """A checkpoint that the tree has to agree with; of a receipt also the event it proves."""

    def __init__(self, name, checkpoint, kind="held"):
        self.name, self.checkpoint, self.kind, self.compared = name, checkpoint, kind, False

    def label(self, report):
        return report.label(self.kind, self.name)

    @classmethod
    def read(cls, path, report):
        """What lies there; None, and a doubt, where it cannot be read."""
        name = os.path.basename(path)
        try:
            with open(path, "rb") as file:
                raw = file.read(1 << 20)
            proof = Proof(raw) if raw.startswith(PROOF.encode()) else None
            held = cls(name, proof.checkpoint if proof else Checkpoint(raw))
            if proof is not None and proof.leaf is not None:
                held.kind, held.index, held.leaf_hash = (
                    "receipt",
                    proof.index,
                    leaf_hash(proof.leaf),
                )
                checkpoint = proof.checkpoint
                if not includes(
                    checkpoint.root, checkpoint.size, proof.index, held.leaf_hash, proof.path
                ):
                    raise ValueError("its proof does not hold")
        except (OSError, binascii.Error, *UNREADABLE):
            report.doubt("bad_note", label=report.label("held", name))
            return None
        return held


def trusted_of(held, policy, report):
    """Those of the held ones that a trusted key of their log or a trusted witness signed: anybody can
    write the others, so they are a doubt and are held against nothing."""
    quiet, trusted = Report(report.english), []
    for one in held:
        origin = one.checkpoint.origin
        keys = [key for key in policy.keys if origin.startswith(key.name + "/")]
        if policy.look(one.checkpoint, [*keys, *policy.witnesses], quiet, ""):
            trusted.append(one)
        else:
            report.doubt("untrusted", label=one.label(report))
    return trusted


def check_receipt(path, policy, held, report):
    """A receipt alone: its event was in the log when the trusted key signed the checkpoint."""
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            proof = Proof(file.read(1 << 20))
        if proof.leaf is None:
            raise ValueError("extra")
    except (OSError, binascii.Error, *UNREADABLE) as error:
        raise CannotJudge("no_export", why=f"{name}: {error}") from None
    checkpoint, label = proof.checkpoint, report.label("receipt", name)
    unit = checkpoint.origin.rpartition("/")[2]
    if not includes(
        checkpoint.root, checkpoint.size, proof.index, leaf_hash(proof.leaf), proof.path
    ):
        report.fault("no_proof", unit=unit, seq=proof.index)
    keys = [key for key in policy.keys if checkpoint.origin.startswith(key.name + "/")]
    if not policy.look(checkpoint, keys, report, label):
        report.doubt("untrusted", label=label)
    seen = policy.look(checkpoint, policy.witnesses, report, label)
    if len(seen) < policy.quorum:
        report.doubt("too_few", unit=unit, found=len(seen), stated=policy.quorum)
    try:
        leaf = json.loads(proof.leaf)
        if leaf["seq"] != proof.index or checkpoint.origin.rpartition("/")[2] != leaf["unit"]:
            report.fault("edited", unit=unit, seq=proof.index)
    except UNREADABLE:
        report.fault("unreadable_event", unit=unit, seq=proof.index)
    for one in trusted_of(held, policy, report):
        same = one.checkpoint.origin == checkpoint.origin
        if same and one.checkpoint.size == checkpoint.size:
            if one.checkpoint.root != checkpoint.root:
                report.fault(
                    "rewritten", unit=unit, seq=0, until=checkpoint.size - 1,
                    label=one.label(report),
                )  # fmt: skip
        else:
            found = one.checkpoint.origin
            report.doubt("held_elsewhere", label=one.label(report), found=found)
    report.events = 1
    report.logs.append({"unit": unit, "origin": checkpoint.origin, "size": checkpoint.size})


def lies_within(path, folder):
    inside = os.path.join(os.path.realpath(folder), "")
    return os.path.realpath(path).startswith(inside)


def is_receipt(path):
    try:
        with open(path, "rb") as file:
            return file.read(len(PROOF)) == PROOF.encode()
    except OSError:
        return False


class Arguments(argparse.ArgumentParser):
    """What is asked; says in Vietnamese first what is lacking."""

    def error(self, message):
        self.exit(
            UNDECIDED,
            "Chưa kiểm được vì lệnh thiếu hoặc sai tham số. Cần tệp xuất và tệp khóa tin cậy:\n\n"
            "    python verify.py TỆP.zip policy.json [--held TỆP-ĐANG-GIỮ]\n\n"
            "policy.json có trong tệp ZIP; khi nghi ngờ máy chủ thì lấy từ nơi khác.\n"
            f"In English: {message}. Try: python verify.py --help\n",
        )


def main(arguments=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = Arguments(
        prog="verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", help="EXPORT.zip")
    parser.add_argument("policy", help="policy.json")
    parser.add_argument("--held", action="append", default=[], metavar="CHECKPOINT")
    parser.add_argument("--en", action="store_true", help="English")
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args(arguments)
    report = Report(asked.en)
    try:
        try:
            import cryptography  # noqa: F401  asked for here, so that its absence is a sentence
        except ImportError:
            raise CannotJudge("no_cryptography") from None
        policy = Policy(asked.policy)
        held = [one for one in (Held.read(path, report) for path in asked.held) if one]
        if is_receipt(asked.export):
            check_receipt(asked.export, policy, held, report)
        else:
            if lies_within(asked.policy, asked.export):
                report.doubt("own_policy")
            Verifier(Bundle(asked.export, report), policy, held, report).run()
    except CannotJudge as why:
        report.doubt(why.what, **why.params)
    except Exception as error:  # whatever somebody made the export of: never the exit of "altered"
        report.doubt("stopped", why=type(error).__name__)
    said = (
        [json.dumps(report.as_data(), ensure_ascii=False, indent=2)]
        if asked.json
        else report.sentences()
    )
    try:
        for sentence in said:
            print(sentence)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.status


if __name__ == "__main__":
    sys.exit(main())
