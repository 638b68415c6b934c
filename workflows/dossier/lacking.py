"""What a dossier lacks when it is to be closed: pieces that nobody wrote, and minutes that are not signed
by their three. The last piece is the index, which is made of the others."""

from __future__ import annotations

from typing import NamedTuple

from models.inspection import Inspection
from workflows.dossier.pieces import ALL, Piece, code
from workflows.dossier.standing import SIGNED, pieces_of, standing


class Lack(NamedTuple):
    """A piece of which nothing is written (`part` 0), or one part whose minutes are not signed."""

    spec: Piece
    part: int


def lacking(inspection: Inspection) -> list[Lack]:
    """All of it, in the order of the index."""
    written = pieces_of(inspection)
    found = []
    for spec in ALL[:-1]:
        parts = [piece for piece in written if piece.n == spec.n]
        if not parts:
            found.append(Lack(spec, 0))
        elif spec.minutes:
            found += [Lack(spec, one.part) for one in parts if standing(one) not in SIGNED]
    return found


def marks(inspection: Inspection) -> str:
    """“KT2, KT3, KT4.2”: what is lacking, as the index numbers it; "" for nothing."""
    return ", ".join(
        code(lack.spec.n, inspection.kind) + (f".{lack.part}" if lack.part > 1 else "")
        for lack in lacking(inspection)
    )
