"""The shape of the house holds: arrows between the rooms point down."""

import subprocess
import sys
from pathlib import Path

from config import ROOT


def test_imports_point_down() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
