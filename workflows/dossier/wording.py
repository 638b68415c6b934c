"""A finding says what was found, where and when; it passes no verdict on a person. And nothing is
kept of a text that is too short to say that."""

from __future__ import annotations

from workflows import text
from workflows.refusal import N_, Reason
from workflows.rules.reasons import SHORTEST
from workflows.sorting import search_fold

LONGEST = 4000  # letters of a finding, an answer, a requirement, a report back

# What judges persons instead of telling facts; compared without diacritics.
VERDICTS = (
    "dấu hiệu vi phạm",
    "có vi phạm",
    "đã vi phạm",
    "cố ý",
    "cố tình",
    "suy thoái",
    "tự diễn biến",
    "tự chuyển hóa",
    "thiếu trung thực",
    "gian dối",
    "thiếu trách nhiệm",
    "không xứng đáng",
    "phẩm chất kém",
    "kỷ luật đồng chí",
)
_FOLDED = {f" {search_fold(words)} ": words for words in VERDICTS}


def sound(given: str, *, place: str = "text", limit: int = LONGEST) -> tuple[str, list[Reason]]:
    """The text as it is kept, and what is wrong with its length. Raises Refused for what cannot be
    kept at all."""
    cleaned = text.clean(given, limit=limit, place=place, multiline=True)
    if len("".join(cleaned.split())) >= SHORTEST:
        return cleaned, []
    sentence = N_("Nội dung còn quá ngắn. Cần ghi ít nhất %(n)s chữ cái.")
    return cleaned, [Reason("FORM", sentence, {"n": SHORTEST}, place=place)]


def verdict(cleaned: str, *, place: str = "text") -> list[Reason]:
    """A reason where the words pass a verdict; each such phrase is named."""
    said = f" {' '.join(''.join(c if c.isalnum() else ' ' for c in search_fold(cleaned)).split())} "
    found = [words for folded, words in _FOLDED.items() if folded in said]
    if not found:
        return []
    sentence = N_(
        "Phát hiện ghi sự việc: việc gì, ở đâu, ngày nào; không kết luận về con người. "
        "Bỏ hoặc viết lại: %(words)s."
    )
    words = ", ".join(f"“{phrase}”" for phrase in found)
    return [Reason("FORM", sentence, {"words": words}, place=place)]
