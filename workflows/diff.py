"""What differs between two texts, word by word, as a person would mark it with a pen.

Long texts are cut into paragraphs and sentences first, so that a word is compared only with words
of its own sentence. `Effort` bounds the work of one comparison: where it runs out, a passage is
shown as taken out and put in whole, which is longer to read and never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

SAME, OUT, IN = "same", "out", "in"
ALIKE = 0.4  # below this share of common words two sentences are two sentences
MOST = 4_000_000  # pairs of words looked at in one comparison

_SENTENCES = re.compile(r".+?(?:[.;:!?…]+(?:\s+|$)|$)", re.DOTALL)
# Each with the blank before it; 14/11/2026, 1.200 and 97,5 are words.
_WORDS = re.compile(r"\s*\d+(?:[./,]\d+)+(?!\w)|\s*[^\W_]+|\s*[^\w\s]|\s*_|\s+")


@dataclass(frozen=True)
class Run:
    """A stretch of text that is in both (`same`), only in the old (`out`) or in the new (`in`)."""

    kind: str
    text: str


@dataclass
class Effort:
    """How much may still be compared, in pairs; shared by all parts of one comparison."""

    left: int = field(default=MOST)

    def spend(self, old: int, new: int) -> bool:
        """Whether `old` times `new` pairs may be looked at; they count as looked at."""
        cost = old * new
        if cost > self.left:
            return False
        self.left -= cost
        return True


def lines(text: str) -> list[str]:
    """The paragraphs of a text, without the empty ones."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def runs(old: str, new: str, effort: Effort) -> tuple[Run, ...]:
    """One paragraph against another. The `same` and `out` runs together are `old`, the `same` and
    `in` runs `new`."""
    found: list[Run] = []
    for before, after in blocks(_SENTENCES.findall(old), _SENTENCES.findall(new), effort):
        if before == after:
            found.append(Run(SAME, "".join(before)))
        else:
            found += _words("".join(before), "".join(after), effort)
    return _joined(found)


def blocks(
    old: Sequence[str], new: Sequence[str], effort: Effort
) -> list[tuple[list[str], list[str]]]:
    """Two sequences as pairs of stretches in order: equal ones, and ones put in each other's place
    (either may be empty)."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [(list(old[:head]), list(new[:head]))]
    if effort.spend(len(middle_old), len(middle_new)):
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        for _, a, b, c, d in matcher.get_opcodes():
            found.append((list(middle_old[a:b]), list(middle_new[c:d])))
    else:
        found.append((list(middle_old), list(middle_new)))
    found.append((list(old[len(old) - tail :]), list(new[len(new) - tail :])))
    return [(before, after) for before, after in found if before or after]


def likeness(old: str, new: str, effort: Effort) -> float:
    """The share of words two texts have in common, 0 to 1; 0 where the effort is spent."""
    before, after = _tokens(old), _tokens(new)
    if not before or not after or not effort.spend(len(before), len(after)):
        return 0.0
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        count += 1
    return count


def _tokens(text: str) -> list[str]:
    return [word.strip() for word in _WORDS.findall(text)]


def _words(old: str, new: str, effort: Effort) -> list[Run]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Run] = []
    common = 0
    for taken, put in blocks(before, after, effort):
        if taken == put:
            found.append(Run(SAME, "".join(taken)))
            common += len(taken)
        else:
            found += [Run(OUT, "".join(taken)), Run(IN, "".join(put))]
    if 2 * common < ALIKE * (len(before) + len(after)):
        return [Run(OUT, old), Run(IN, new)]
    return _islands_drowned([run for run in found if run.text])


def _islands_drowned(found: list[Run]) -> list[Run]:
    """A lone short word left standing between two changes reads as noise: it changes with them."""
    quiet: list[Run] = []
    for place, run in enumerate(found):
        between = 0 < place < len(found) - 1
        if run.kind == SAME and between and len(run.text.split()) <= 1 and len(run.text) < 6:
            quiet += [Run(OUT, run.text), Run(IN, run.text)]
        else:
            quiet.append(run)
    return quiet


def _joined(found: list[Run]) -> tuple[Run, ...]:
    """Neighbours of one kind as one; between two unchanged stretches first what went, then what
    came."""
    whole: list[Run] = []
    gone = come = ""
    for run in [*found, Run(SAME, "")]:
        if run.kind == OUT:
            gone += run.text
        elif run.kind == IN:
            come += run.text
        else:
            if gone == come:
                run, gone, come = Run(SAME, gone + run.text), "", ""
            whole += [Run(OUT, gone)] * bool(gone) + [Run(IN, come)] * bool(come)
            gone = come = ""
            if whole and whole[-1].kind == SAME and run.text:
                run = Run(SAME, whole.pop().text + run.text)
            whole += [run] * bool(run.text)
    return tuple(whole)
