"""PDF by typst: PDF/A-2b, fonts embedded, the same bytes for the same paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from workflows.prints import qr
from workflows.prints.envelope import PAPERS, complete, created_at
from workflows.prints.glyphs import printable

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"


def pdf(kind: str, data: dict[str, Any]) -> bytes:
    """A print as PDF/A-2b; the shape of `data` is told in `workflows.prints.envelope`.

    Raises ValueError for a kind there is none of, Refused for a wrong table of sizes.
    """
    made = complete(kind, data)
    answer = typst.compile(
        **_request(kind, made), pdf_standards="a-2b", timestamp=int(created_at(made).timestamp())
    )
    return bytes(answer)


def bundle(papers: Sequence[tuple[str, dict[str, Any]]], title: str, author: str) -> bytes:
    """Several papers (kind, data) of one sector as one PDF/A-2b, each beginning on a page of its own,
    the pages counted through. The day of the first is the file's; raises as `pdf`."""
    made = [complete(kind, data) for kind, data in papers]
    whole = {**made[0], "papers": made, "meta": {"title": title, "author": author}}
    answer = typst.compile(
        **_of("bundle.typ", whole),
        pdf_standards="a-2b",
        timestamp=int(created_at(made[0]).timestamp()),
    )
    return bytes(answer)


def png(kind: str, data: dict[str, Any], *, ppi: float = 96) -> list[bytes]:
    """The pages of a print as pictures, to be looked at."""
    answer = typst.compile(**_request(kind, complete(kind, data)), format="png", ppi=ppi)
    return answer if isinstance(answer, list) else [bytes(answer or b"")]


def _request(kind: str, made: dict[str, Any]) -> dict[str, Any]:
    return _of("paper.typ" if kind in PAPERS else "slips.typ", made)


def _of(template: str, made: dict[str, Any]) -> dict[str, Any]:
    return {
        "input": TEMPLATES / template,
        "root": TEMPLATES,
        "font_paths": _fonts(),
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(_set(made), ensure_ascii=False)},
    }


def _set(made: dict[str, Any]) -> dict[str, Any]:
    """The dict as the template reads it: texts that can be set, codes as pictures."""
    ready: dict[str, Any] = printable(made)
    if "papers" in made:
        ready["papers"] = [_set(paper) for paper in made["papers"]]
    code, key = made["stamp"]["code"], made["stamp"]["key"]
    # The key as it is, to be copied: no room to break it.
    ready["stamp"] = {**ready["stamp"], "key": key, "svg": qr.svg(code) if code else ""}
    return ready


@cache
def _fonts() -> typst.Fonts:
    """Our own letters and typst's monospaced ones; never what this machine happens to have."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
