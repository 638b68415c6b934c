"""A pile of the clerk's desk and the papers on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from views import present
from views.acts import Button

FEW = 5  # rows of a pile until one asks for the whole
MOST = 100


@dataclass
class Waiting:
    """One paper that waits: its page, where its link leads (the page itself, a print, the scans).
    `act` is what the viewer may do at once, if anything; `marks` say that it is printed, filed."""

    what: str
    about: list[str]
    url: str
    link: str
    due: present.Due | None = None
    link_url: str = ""
    icon: str = ""
    act: Button | None = None
    seen: tuple[int, int] = (0, 0)
    marks: list[tuple[str, str, bool]] = field(default_factory=list)  # address, words, main


@dataclass
class Section:
    name: str
    title: str
    words: str  # what to do with what stands here
    count: int
    rows: list[Waiting]
    more: bool
