"""Where a document stands, told by its events alone."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from workflows.refusal import N_


class Standing(NamedTuple):
    """What the events up to `version` add up to."""

    version: int = 0
    state: str | None = None
    stage: int = 0
    revision: int = 0
    in_force: int | None = None  # number of the revision in force
    dated_on: str | None = None  # the printed date that became final, ISO


# Of which types the facts of a standing can be.
_SHAPES = frozenset(product((int,), (str,), (int,), (int,), (int, type(None)), (str, type(None))))


class Broken(Exception):
    """An event does not continue the events before it. `text` with `params` says how."""

    def __init__(self, text: str, **params: Any):
        super().__init__(text % params)
        self.text = text
        self.params = params


def after(standing: Standing, leaf: dict[str, Any]) -> Standing:
    """The standing after one more event of the document, given as its leaf.

    Events come from several logs; their order is the document's version, without gaps. A fact that
    a leaf does not state stays as it was. Raises `Broken`.
    """
    version = leaf["document_version"]
    if version != standing.version + 1:
        raise Broken(
            N_("thiếu phiên bản %(missing)s, sau phiên bản %(before)s là phiên bản %(found)s"),
            missing=standing.version + 1,
            before=standing.version,
            found=version,
        )
    stated = leaf.get
    if stated("from", standing.state) != standing.state:
        raise Broken(
            N_("sự kiện bắt đầu từ trạng thái %(stated)s, nhưng trước đó văn bản ở %(held)s"),
            stated=leaf["from"],
            held=standing.state,
        )
    state = stated("to", standing.state)
    if state is None:
        raise Broken(N_("sự kiện không ghi trạng thái của văn bản"))
    following = Standing(
        version,
        state,
        stated("stage", standing.stage),
        stated("revision", standing.revision),
        stated("in_force", standing.in_force),
        stated("dated_on") or standing.dated_on,
    )
    if tuple(map(type, following)) not in _SHAPES:
        raise Broken(N_("sự kiện ghi sai kiểu dữ liệu về trạng thái, cấp, bản thảo hoặc ngày"))
    return following


def fold(leaves: list[dict[str, Any]]) -> Standing:
    """The standing of a document after all its events, in order of version. Raises `Broken`."""
    standing = Standing()
    for leaf in leaves:
        standing = after(standing, leaf)
    return standing
