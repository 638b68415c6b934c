"""Asks a process of its own what an upload is; nothing here opens the file's insides."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflows.files.kinds import DOCX, JPEG, PDF, PNG, XLSX
from workflows.files.look import limits
from workflows.files.look.no import No

KINDS = {"pdf": PDF, "jpeg": JPEG, "png": PNG, "docx": DOCX, "xlsx": XLSX}
# The folder of `look`, put on the path of a process that has nothing else of ours on it.
START = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from look.main import main
sys.path.pop(0)
main(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
"""
PATIENCE = 3 * limits.SECONDS  # of the clock, on a busy machine


@dataclass(frozen=True)
class Found:
    """What an upload is; `cleaned`: what is to be kept lies where the cleaned copy was asked."""

    media_type: str
    pages: int | None
    cleaned: bool


def examine(path: Path, cleaned: Path) -> Found:
    """What lies at `path`. Raises `No` when it is not taken."""
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-c", START, Path(__file__).parent, path, cleaned],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a parser complains of may repeat the text
            env={"LC_ALL": "C.UTF-8"},
            timeout=PATIENCE,
            check=False,
        )
        answer: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise No("heavy") from None  # ended by its limits, or unable to say
    if "no" in answer:
        raise No(answer["no"], **answer["params"])
    return Found(KINDS[answer["kind"]], answer["pages"], answer["cleaned"])
