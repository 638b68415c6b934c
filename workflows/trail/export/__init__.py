"""What an inspector takes away: logs, texts, states, proofs and a verifier, in one file that is
checked without this server (`workflows/trail/verifier/verify.py`).

`wanted` says of which units and to whom; `plan` fixes the cut, in one snapshot; the `make_…` steps
write one file after another into a folder, each whole or not at all, so that whoever takes over goes
on; `sealing` states every file with its hash and has the signing process sign that; `packing` makes
the ZIP. What lies in it, and what never does: `shown`.
"""

from workflows.trail.export.making import BUNDLE, Step, about, prepare, steps
from workflows.trail.export.packing import pack
from workflows.trail.export.papers import exported_papers
from workflows.trail.export.plan import Plan
from workflows.trail.export.sealing import Sealing, seal
from workflows.trail.export.wanted import Wanted, of_inspection, of_unit, teams_of, wanted

__all__ = [
    "BUNDLE",
    "Plan",
    "Sealing",
    "Step",
    "Wanted",
    "about",
    "exported_papers",
    "of_inspection",
    "of_unit",
    "pack",
    "prepare",
    "seal",
    "steps",
    "teams_of",
    "wanted",
]
