"""Guessed ids reveal nothing and break nothing: 10,000 long (GUESSES), some hundred short."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.census.conftest import Opener
from tests.census.guessing import Guesser
from tests.census.places import Matrix
from tests.census.world import World

GUESSES = int(os.environ.get("GUESSES", "10000"))
SEED = int(os.environ.get("SEED", "1"))
NOTHING = {400, 404, 405}  # 400: what no address may hold


def tried(world: World, count: int, seed: int) -> tuple[Counter[int], list[str]]:
    """The answers by status, and what revealed something or broke."""
    statuses: Counter[int] = Counter()
    wrong = []
    for guess in Guesser(Matrix(world), seed).guesses(count):
        client = world.app.test_client(use_cookies=False)
        program = guess.endpoint.startswith("api.")
        headers = world.bearer(guess.login) if program else world.cookie(guess.login)
        sent = {"json": {"revision": 1, "version": 999_999}} if program else {
            "data": {"csrf_token": world[guess.login].token, "version": "0"}
        }  # fmt: skip
        more = sent if guess.method == "POST" else {}
        answer = client.open(guess.path, method=guess.method, headers=headers, **more)
        world.made[guess.method] += 1
        statuses[answer.status_code] += 1
        hidden = answer.status_code not in NOTHING and not guess.opens
        if answer.status_code >= 500 or hidden:
            wrong.append(f"{guess.login}: {guess.method} {guess.path} → {answer.status_code}")
        if world.kept is not None and world.kept.changed():
            world.kept.put_back()
    return statuses, wrong


def test_guessed_ids_reveal_nothing(world: World) -> None:
    statuses, wrong = tried(world, 300, SEED)
    assert wrong == []
    assert statuses[404] > 150
    assert statuses[404] < 300  # one's own are among them


@pytest.mark.soak
def test_ten_thousand_guessed_ids_reveal_nothing(open_world: Opener) -> None:
    statuses, wrong = tried(open_world(scene=True), GUESSES, SEED)
    print(f"\nguessed ids: {GUESSES}, answers {dict(statuses)}, {len(wrong)} wrong")
    assert wrong == []
