"""Guessed ids reveal nothing and break nothing: some hundred here, 10,000 in
`tests/soak/test_whole_census.py`."""

from __future__ import annotations

from collections import Counter

from tests.census.guessing import Guesser
from tests.census.places import Matrix
from tests.census.world import World

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
    statuses, wrong = tried(world, 300, seed=1)
    assert wrong == []
    assert statuses[404] > 150
    assert statuses[404] < 300  # one's own are among them
