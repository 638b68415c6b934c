"""A folder of scans as people bring it: a ZIP or a folder, each file once, by name."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from models.base import transaction
from models.stored_file import StoredFile
from workflows import files
from workflows.recorded.rows import file_key
from workflows.refusal import N_, Reason, Refused

MOST = 1_000  # files of one folder
LONGEST_LIST = 1_000_000  # bytes of a ZIP's list of its files
TAIL = 65_557  # bytes at a ZIP's end in which its list is announced
SIDE = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")


class Folder:
    """The files at hand, `names` by how they are compared."""

    def __init__(self, source: BinaryIO | Path | None):
        self._stack = ExitStack()
        self._zip: zipfile.ZipFile | None = None
        self.names: dict[str, zipfile.ZipInfo | Path] = {}
        if source is None:
            return
        if isinstance(source, Path) and source.is_dir():
            self._gather((path.name, path) for path in sorted(source.rglob("*")) if path.is_file())
            return
        data = self._stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
        try:
            _refuse_a_long_directory(data)
            self._zip = self._stack.enter_context(zipfile.ZipFile(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise _refused(
                N_("Tệp bản quét không phải ZIP đọc được. Nén thư mục bản quét thành .zip.")
            ) from None
        inside = [info for info in self._zip.infolist() if not info.is_dir()]
        if any(info.flag_bits & 1 for info in inside):
            raise _refused(N_("Tệp ZIP có mật khẩu nên chưa mở được. Nén lại không mật khẩu."))
        self._gather((_name(info), info) for info in inside)

    def _gather(self, found: Iterable[tuple[str, zipfile.ZipInfo | Path]]) -> None:
        for name, where in found:
            if any(side in str(name).casefold() for side in SIDE) or name.startswith("."):
                continue
            key = file_key(name)
            if key in self.names:
                raise _refused(
                    N_("Có hai tệp cùng tên “%(name)s” trong thư mục bản quét. Đổi tên một tệp."),
                    name=name[:60],
                )
            self.names[key] = where
            if len(self.names) > MOST:
                raise _refused(
                    N_("Thư mục bản quét có hơn %(most)s tệp. Chia thành nhiều lần."), most=MOST
                )

    def close(self) -> None:
        self._stack.close()

    def open(self, key: str) -> BinaryIO:
        where = self.names[key]
        if isinstance(where, Path):
            return where.open("rb")
        assert self._zip is not None
        return self._zip.open(where)  # type: ignore[return-value]


def keep(
    folder: Folder, wanted: Iterable[str], now: datetime
) -> tuple[dict[str, StoredFile], dict[str, list[Reason]]]:
    """Look at the wanted scans and keep them; returns the kept files by name, and why others are
    not taken. What no paper ends up with is swept away after a day. Not inside a transaction."""
    kept: dict[str, StoredFile] = {}
    refused: dict[str, list[Reason]] = {}
    seen: dict[str, str] = {}  # hash of what came in → name under which it was looked at
    for key in dict.fromkeys(wanted):
        try:
            data = _read(folder, key)
            digest = hashlib.sha256(data).hexdigest()
            if digest in seen:
                kept[key] = kept[seen[digest]]
                continue
            clean = files.accept(io.BytesIO(data), key)
            try:
                if clean.media_type not in files.SCANS:
                    raise _refused(N_("Bản quét phải là PDF, JPEG hoặc PNG."))
                with transaction():
                    kept[key] = files.keep(clean, now)
            finally:
                clean.discard()
            seen[digest] = key
        except Refused as no:
            refused[key] = no.reasons
    return kept, refused


def _refuse_a_long_directory(data: BinaryIO) -> None:
    """The list of a ZIP's files is read whole into memory: one that is far too long for a folder of
    scans is refused before."""
    size = data.seek(0, 2)
    data.seek(max(0, size - TAIL))
    tail = data.read(TAIL)
    data.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    if listed > LONGEST_LIST or b"PK\x06\x07" in tail[max(0, end - 20) : end]:
        raise _refused(N_("Thư mục bản quét có hơn %(most)s tệp. Chia thành nhiều lần."), most=MOST)


def _read(folder: Folder, key: str) -> bytes:
    """One file, at most as large as one that is taken at all."""
    try:
        with folder.open(key) as file:
            data = file.read(files.LIMIT + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        raise _refused(N_("Tệp trong ZIP bị hỏng nên chưa đọc được.")) from None
    if len(data) > files.LIMIT:
        raise files.refused("large", key, most=files.LIMIT // (1024 * 1024))
    return data


def _name(info: zipfile.ZipInfo) -> str:
    """The file's own name; what Windows wrote without saying that it is UTF-8 is read as such."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    path = PurePosixPath(name.replace("\\", "/"))
    return path.name if "__MACOSX" not in path.parts else ".side"


def _refused(text: str, **params: object) -> Refused:
    return Refused(Reason("FORM", text, params, place="scans"))


def numbers_wrong(
    refused: Mapping[str, list[Reason]], rows: Iterable[tuple[int, str]]
) -> list[tuple[int, Reason]]:
    """What is wrong with scans, told by the rows that name them."""
    return [
        (number, Reason("FORM", N_("Bản quét: %(what)s"), {"what": reason}, place="scan"))
        for number, key in rows
        for reason in refused.get(key, [])
    ]
