"""Signing and witnessing until nothing is left to see: what a superior states makes its own log grow,
which its superior sees in turn, up to the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from workflows.ladder.above import HIGHEST
from workflows.trail import keys, signing
from workflows.trail.witness.asking import AWAY
from workflows.trail.witness.doors import Elsewhere
from workflows.trail.witness.rounds import Round, witness_round


def settle(
    folder: keys.KeyFolder,
    witness: Path,
    *,
    elsewhere: Elsewhere | None,
    real_now: datetime,
    now: datetime,
    alive: Callable[[], None] = lambda: None,
) -> Round:
    """Signs every log that grew and shows it to its witness, level by level; what was done in all.

    `real_now` stamps signatures, `now`, the organisation's instant, what superiors state. `alive` is
    called between any two logs. Raises what `signing.sign_round` and `witness_round` raise.
    """
    whole = Round()
    for _ in range(HIGHEST):
        signing.sign_round(folder, now=real_now, alive=alive)
        done = witness_round(witness, elsewhere=elsewhere, real_now=real_now, now=now, alive=alive)
        whole.cosigned += done.cosigned
        whole.stated += done.stated
        whole.faults |= done.faults
        if AWAY in done.faults.values():  # once is enough to wait for it
            elsewhere = None
        if not done.stated:
            break
    return whole
