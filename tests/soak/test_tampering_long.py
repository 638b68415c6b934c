"""A thousand random changes to an export: all found, the first bad event right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.export_scene import Scene
from tests.test_verifier import SEED, scene, shipped, tamper

__all__ = ["scene"]  # a fixture

TAMPERINGS = int(os.environ.get("TAMPERINGS", "1000"))


@pytest.mark.soak
@pytest.mark.parametrize("batch", [512, 5])
def test_a_thousand_changes_are_found(
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    figures: Callable[..., None],
    batch: int,
) -> None:
    """Half of them with all events at once, half in pieces of five."""
    monkeypatch.setattr(shipped(), "BATCH", batch)
    ways = tamper(scene, TAMPERINGS // 2, SEED + 1000 + batch, tmp_path)
    told = ", ".join(f"{way} {count}" for way, count in sorted(ways.items()))
    figures(
        f"an export changed, {batch} events at once",
        acts=sum(ways.values()),
        violations=0,
        notes=told,
    )
    assert sum(ways.values()) == TAMPERINGS // 2
    assert len(ways) > 15
