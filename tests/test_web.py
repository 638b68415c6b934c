"""Whom the application believes about where a request comes from."""

import pytest
from flask import Flask, request, request_started

from config import Settings
from workers.web import application

FORGED = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("proxies", "address", "secure"),
    [("0", "127.0.0.1", False), ("1", "198.51.100.7", True), ("2", "203.0.113.9", False)],
)
def test_only_our_proxies_are_believed(
    environment: dict[str, str], proxies: str, address: str, secure: bool
) -> None:
    served = application(Settings.from_env({**environment, "PROXIES": proxies}))
    seen: list[tuple[str | None, bool]] = []

    def note(_app: Flask, **_: object) -> None:
        seen.append((request.remote_addr, request.is_secure))

    with request_started.connected_to(note, served):
        served.test_client().get("/healthz", headers=FORGED)
    assert seen == [(address, secure)]
