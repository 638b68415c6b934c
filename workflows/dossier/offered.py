"""What the three signers of minutes sign: the salted hash of all that was offered to them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from workflows.trail.content import content_hash

FIXED = "fixed"  # where the texts of a piece keep the whole body that is signed


class Offered(NamedTuple):
    """Minutes as they were offered: of which decision, which piece, with which body, to be signed by
    whom (person by role)."""

    decision: str
    n: int
    part: int
    number: str
    place: str
    dated_on: date | None
    body: Any
    signers: dict[str, int]

    def hash(self, salt: bytes) -> bytes:
        """What the event of the offer states. Raises `NotCanonical` for what was never written here."""
        content = {
            "piece": self.n,
            "part": self.part,
            "number": self.number,
            "place": self.place,
            "body": self.body,
            "signers": self.signers,
        }
        return content_hash(
            f"{self.decision} {self.n}.{self.part}", content, [], self.dated_on, salt
        )
