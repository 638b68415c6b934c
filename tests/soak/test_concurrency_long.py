"""Fifty clients on two hundred papers: CLIENTS (50), PAPERS (200), ROUNDS (8) and SEED."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.crowd import Changes, prepare, press
from tests.support.settlement import deadlocks, wrong
from tests.support.web import Web

CLIENTS = int(os.environ.get("CLIENTS", "50"))
PAPERS = int(os.environ.get("PAPERS", "200"))
ROUNDS = int(os.environ.get("ROUNDS", "8"))
SEED = int(os.environ.get("SEED", "1"))


@pytest.mark.soak
def test_fifty_clients_on_two_hundred_papers(
    app: Flask, database: str, environment: dict[str, str], figures: Callable[..., None]
) -> None:
    tokens = prepare(app, PAPERS)
    with Web(environment) as web, Changes(app) as changes:
        tally = press(app, web.port, tokens, clients=CLIENTS, rounds=ROUNDS, seed=SEED)
    found, locked = wrong(app, tally), deadlocks(app)
    told = tally.statuses
    figures(
        f"crowd, {database}",
        acts=told[200],
        lost=sum(line.startswith("lost") for line in found),
        doubled=sum(line.startswith("doubled") for line in found),
        violations=len(found),
        notes=f"{CLIENTS} clients, {PAPERS} papers, {told.total()} requests: {told[200]} done, "
        f"{told[409]} × 409, {told[422]} numbers asked again, {told[403] + told[404]} out of post, "
        f"{told[503]} × 503, {told[500]} × 500, {told[0]} unanswered, {locked} deadlocks, "
        f"{changes.made} changes of post meanwhile",
    )
    assert not found, "\n".join(found[:20])
    assert locked == 0
    assert changes.failed == []
