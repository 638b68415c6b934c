"""The name of a file as it is shown and downloaded: never a path, never read as another name."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from workflows.files.kinds import SUFFIXES
from workflows.refusal import N_, Reason, Refused
from workflows.text import DIRECTION, INVISIBLE

LONGEST = 120  # letters, the ending included
# Harmless here, but no file of that name can be kept on somebody's Windows.
UNWELCOME = re.compile(r'[<>"|?*]')


def clean_name(name: str) -> str:
    """The name as it is kept, in NFC, at most `LONGEST` letters.

    Raises Refused for a path, control characters, and marks that turn the direction of writing.
    """
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise _refused(
            N_("Tên tệp có ký tự điều khiển không in được. Đổi tên tệp rồi chọn lại."), name
        )
    if any(letter in DIRECTION for letter in name):
        raise _refused(
            N_(
                "Tên tệp có ký tự đổi chiều chữ, khiến đuôi tệp đọc khác với thật. "
                "Đổi tên tệp rồi chọn lại."
            ),
            name,
        )
    if re.search(r"[/\\:]", name) or (name.strip(" .") == "" and name.strip()):
        raise _refused(
            N_(
                "Tên tệp “%(name)s” chứa đường dẫn. Tên chỉ gồm chữ, số, dấu chấm, gạch nối; "
                "đổi tên tệp rồi chọn lại."
            ),
            name,
        )
    kept = unicodedata.normalize("NFC", name.translate(INVISIBLE))
    kept = " ".join(UNWELCOME.sub("-", kept).split()).lstrip(".")
    return _shortened(kept)


def with_ending(name: str, media_type: str) -> str:
    """The name with an ending that says what the content is, whatever it said before."""
    endings = SUFFIXES[media_type]
    name = name or "tệp"
    if PurePosixPath(name).suffix.lower() in endings:
        return name
    return _shortened(name + endings[0])


def shown(name: str) -> str:
    """A name as it may be repeated in a sentence: short and printable."""
    text = "".join(letter if letter.isprintable() else "�" for letter in name)
    return text if len(text) <= 60 else text[:59] + "…"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    suffix = PurePosixPath(name).suffix[:12]
    return name[: LONGEST - len(suffix) - 1].rstrip() + "…" + suffix


def _refused(text: str, name: str) -> Refused:
    return Refused(Reason("FORM", text, {"name": shown(name)}, place="file"))
