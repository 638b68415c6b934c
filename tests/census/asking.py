"""Asking one cell of the matrix by real requests, and holding the answers against the oracle."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.census import oracle, relations, rights
from tests.census.organisation import in_the_house
from tests.census.places import Cell, Matrix, Place
from tests.census.subjects import Paper
from tests.census.world import World

REFUSED = frozenset({400, 401, 403, 404, 405, 409, 422, 429})
# Written on purpose where the answer is no: a wrong password is counted.
COUNTED = {"login_attempt", "sqlite_sequence"}
# Refused, this page stands there again with the text beside its scan: read, and written down as read.
SHOWN_AGAIN = {"recorded.confirm": {"reading", "audit_event", "event_payload", "notification"}}


def take(matrix: Matrix, cells: list[Cell], most_acts: int = 99) -> tuple[set[Cell], list[str]]:
    """Asks these cells; returns those asked, and what answered otherwise than the oracle says."""
    asked, wrong = set(), []
    for turn, cell in enumerate(cells):
        places = list(matrix.places(cell))
        begin = turn % len(places)
        most = most_acts if cell.method in ("GET", "POST") else 1
        for place in (places[begin:] + places[:begin])[:most]:
            wrong += differences(matrix.world, place)
        asked.add(cell)
    return asked, wrong


def differences(world: World, place: Place) -> list[str]:
    """What is wrong with the answer to one request; whatever it changed is put back."""
    method = "GET" if place.method == "HEAD" else place.method
    wanted = oracle.expected(place.endpoint, method, place.login, place.subject, place.act)
    answer = ask(world, place)
    world.made[place.method] += 1
    found = []
    if answer.status_code not in wanted:
        found.append(f"{answer.status_code}, not {sorted(wanted)}")
    if place.method == "HEAD" and answer.data:
        found.append("a body")
    if method == "OPTIONS" and answer.status_code == 200 and answer.data:
        found.append("a body")
    to_login = method == "GET" and answer.status_code == 303 and not in_the_house(place.login)
    if to_login and not _to_the_login_page(answer.headers["Location"], place):
        found.append(f"to {answer.headers['Location']}")
    if answer.status_code == 405 and not answer.headers.get("Allow"):
        found.append("no Allow")
    if world.kept is not None and world.kept.changed():
        grown = world.kept.grown() - COUNTED - SHOWN_AGAIN.get(place.endpoint, set())
        if grown and method != "GET" and answer.status_code in REFUSED:
            found.append(f"refused, and left rows in {sorted(grown)}")
        world.kept.put_back()
    who = f"{place.cell.relation} ({relations.describes(place.login)})"
    what = f"{place.cell.kind} {place.cell.state} {place.act}".strip()
    return [f"{who}: {place.method} {place.path} [{what}] → {said}" for said in found]


def _to_the_login_page(location: str, place: Place) -> bool:
    """To /login, remembering only where a GET was going, and only within this house."""
    if place.path in ("/", "/login"):
        return location in ("/login", "/")
    if place.method == "HEAD" or location == "/login":
        return location == "/login"
    return location.startswith("/login?next=/") and "//" not in location


def ask(world: World, place: Place) -> TestResponse:
    """The request itself: with a token but empty, or with an old page; where the act is certainly
    not his, with the newest page, so that nothing but his having no part in it refuses."""
    sent = _seen(place)
    client = world.app.test_client(use_cookies=False)
    reading = place.method in ("GET", "HEAD", "OPTIONS")
    if place.endpoint.startswith("api."):
        body = None if reading else sent
        headers = world.bearer(place.login)
        return client.open(place.path, method=place.method, json=body, headers=headers)
    fields = {name: str(n) for name, n in sent.items()}
    fields["csrf_token"] = world[place.login].token
    data = None if reading else fields
    headers = world.cookie(place.login)
    return client.open(place.path, method=place.method, data=data, headers=headers)


def _seen(place: Place) -> dict[str, Any]:
    paper = place.subject
    if not isinstance(paper, Paper):
        return {"version": 0} if not place.endpoint.startswith("api.") else {}
    newest = place.act and rights.has_no_part(place.login, paper, place.act)
    seen = {"revision": 1, "version": 999_999}
    if newest:
        seen = {"revision": paper.revision, "version": paper.version}
    if place.endpoint == "api.revise":
        seen.pop("revision")
    return seen
