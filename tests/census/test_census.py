"""The access census: every route × method × role by real requests, held against `oracle`.

Generated from the application's own routes: a new view without a policy, or with an id that the census
cannot fill in, fails here. The short form takes a sample of documents and units; `make soak` takes all.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from werkzeug.test import TestResponse

from tests.census import oracle
from tests.census.conftest import Opener
from tests.census.oracle import ADMINISTRATOR, ANONYMOUS, ROLES, SUSPENDED
from tests.census.world import ABSENT, Place, World, sample
from tests.support.visitor import settled

METHODS = ("GET", "POST", "DELETE")
DECIDED = frozenset({401, 404, 405})  # refused at the door: nothing may have been written


def differences(world: World, login: str, places: Iterable[Place]) -> list[str]:
    """What answers otherwise than the oracle says."""
    found = []
    for place in places:
        wanted = oracle.expected(place.endpoint, place.method, place.policy, login, place.subject)
        answer = world.ask(login, place)
        if answer.status_code not in wanted:
            found.append(
                f"{login or 'nobody'}: {place.method} {place.path} → {answer.status_code},"
                f" not {sorted(wanted)} ({place.policy}, {place.subject})"
            )
        turned_away = answer.status_code == 303 and not oracle.in_the_house(login)
        if turned_away and place.policy != "public":
            location = answer.headers["Location"]
            if not to_the_login_page(location, place):
                found.append(f"{login or 'nobody'}: {place.path} → {location}")
    return found


def to_the_login_page(location: str, place: Place) -> bool:
    """To /login, remembering only where a GET was going, and only within this house."""
    if place.method != "GET" or place.path == "/":
        return location == "/login"
    return location.startswith("/login?next=/") and "//" not in location


def thinned(places: Iterable[Place], turn: int = 0) -> list[Place]:
    """Of each route and method one place in turn; of pages of a document some more."""
    routes: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        routes.setdefault((place.endpoint, place.method), []).append(place)
    kept = []
    for (endpoint, _), several in routes.items():
        more = 4 if endpoint in ("document.page", "api.document", "acts.perform_act") else 1
        chosen = {(turn + n * (len(several) // more or 1)) % len(several) for n in range(more)}
        kept += [several[n] for n in sorted(chosen)]
    return kept


def harmless(login: str, place: Place) -> bool:
    """Whether the answer must be a refusal, so that nothing at all may be written."""
    wanted = oracle.expected(place.endpoint, place.method, place.policy, login, place.subject)
    at_the_login_page = wanted == {303} and not oracle.in_the_house(login)
    return place.method != "GET" and (wanted <= DECIDED | {409, 422} or at_the_login_page)


def take(world: World, login: str, places: list[Place]) -> list[str]:
    """The whole census of one role; what must be refused is also seen to leave no row behind."""
    world[login], world.bearer(login)
    refused = [p for p in places if harmless(login, p) and not p.endpoint.startswith("auth.log")]
    others = [p for p in places if p not in refused]
    if login == ADMINISTRATOR:  # what he may do to the tree is `test_the_administrator_s_office`
        others = [p for p in others if p.policy != "administrator" or p.method == "GET"]
    before = world.rows()
    found = differences(world, login, refused)
    after = world.rows()
    if before != after:
        grown = {name for name in after if after[name] != before[name]}
        found.append(f"{login or 'nobody'}: refused requests left rows in {sorted(grown)}")
    return found + differences(world, login, others)


def test_every_view_says_whom_it_is_for(world: World) -> None:
    silent = {rule.endpoint for rule, _, policy in world.rules() if policy is None}
    assert not silent, f"no policy (views/policy.py) on {sorted(silent)}"


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for(role: str, world: World) -> None:
    every = world.places(sample(world.papers), ["C1", "B1", "PHUONG", "CDCS"])
    places = thinned(every, turn=list(ROLES).index(role))
    assert take(world, ROLES[role], places) == []


@pytest.mark.parametrize("role", ["base clerk", "suspended"])
def test_on_postgresql_too_for(role: str, open_world: Opener) -> None:
    world = _on_postgresql(open_world)
    places = thinned(world.places(sample(world.papers)[::3], ["B1"]))
    assert take(world, ROLES[role], places) == []


_kept: dict[int, World] = {}


def _on_postgresql(open_world: Opener) -> World:
    if id(open_world) not in _kept:
        _kept[id(open_world)] = open_world("postgresql")
    return _kept[id(open_world)]


@pytest.mark.soak
def test_every_route_for_every_office_and_document(open_world: Opener) -> None:
    world = open_world()
    places = list(world.places(world.papers, oracle.UNITS))
    logins = [*ROLES.values(), "vanthu.tinh", "kiemtra.tinh", "s11", "bithu.c4", "bch.cdcs"]
    for login in logins:
        assert take(world, login, places) == []
        print(f"{login or 'nobody'}: {sum(world.made.values())} requests so far", flush=True)


def test_a_method_that_a_route_does_not_know_is_405(world: World) -> None:
    adapter = world.app.url_map.bind("localhost")
    methods: dict[str, set[str]] = {}
    for place in thinned(world.places(sample(world.papers)[:1], ["C1"])):
        methods.setdefault(place.path, set()).add(place.method)
    wrong = []
    for path in methods:
        for method in METHODS:
            if method in adapter.allowed_methods(path):
                continue
            answer = world["s07"].client.open(
                path, method=method, data={"csrf_token": world["s07"].token}
            )
            world.made[method] += 1
            if answer.status_code != 405 or "Allow" not in answer.headers:
                wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_head_tells_no_more_than_get(world: World) -> None:
    wrong = []
    for place in thinned(world.places(sample(world.papers)[:4], ["B1"]), turn=1):
        if place.method != "GET" or place.endpoint.startswith("api."):
            continue
        plain = world["s07"].get(place.path).status_code
        head = world["s07"].client.head(place.path)
        if (head.status_code, head.text) != (plain, ""):
            wrong.append((place.path, head.status_code, plain))
        world.made["HEAD"] += 1
    assert wrong == []


@pytest.mark.parametrize("login", [ANONYMOUS, "bithu.b1"])
def test_a_form_without_its_token_is_400_everywhere(login: str, world: World) -> None:
    before = world.rows()
    wrong = []
    for place in thinned(world.places(sample(world.papers)[:2], ["B1"])):
        if place.method == "GET" or place.endpoint.startswith("api."):
            continue
        answer = world[login].post(place.path, {"comment": "đã gõ"}, token=False)
        world.made["POST"] += 1
        if answer.status_code != 400 or "đã gõ" not in answer.text:
            wrong.append((place.path, answer.status_code))
    assert wrong == []
    assert world.rows() == before


def test_a_cookie_opens_nothing_in_the_api(world: World) -> None:
    for login in ("bithu.b1", ADMINISTRATOR):
        for place in world.places(sample(world.papers)[:1], ["B1"]):
            if not place.endpoint.startswith("api.") or place.policy == "public":
                continue
            answer = world[login].client.open(place.path, method=place.method)
            world.made[place.method] += 1
            assert answer.status_code == 401, place
            assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_bearer_token_opens_no_page(world: World) -> None:
    client = world.app.test_client()
    for path in ("/", "/documents", "/administrator/", "/account"):
        answer = client.get(path, headers=world.bearer(ADMINISTRATOR))
        assert (answer.status_code, answer.headers["Location"][:6]) == (303, "/login")


@pytest.mark.parametrize("role", ["member", "base clerk", "administrator"])
def test_hidden_and_absent_answer_alike(role: str, world: World) -> None:
    """Word for word, on pages and in the API, for reading and for acting."""
    login = ROLES[role]
    hidden = [p for p in sample(world.papers) if not oracle.sees(login, p)]
    assert hidden
    if login == ADMINISTRATOR:
        assert len(hidden) == len(sample(world.papers))
    for turn, paper in enumerate(hidden[:3]):
        for place in thinned(world.places([paper], []), turn):
            if place.subject is not paper:
                continue
            nothing = Place(
                place.endpoint,
                place.method,
                place.policy,
                place.path.replace(f"/documents/{paper.id}", f"/documents/{ABSENT}"),
            )
            there = world.ask(login, place)
            absent = world.ask(login, nothing)
            assert (there.status_code, absent.status_code) == (404, 404), place
            assert settled(there) == settled(absent), place
            assert names(there) == names(absent), place


def names(answer: TestResponse) -> list[str]:
    """The headers of an answer, but for its length, which may differ by the digits of an id."""
    return sorted(name for name, _ in answer.headers if name != "Content-Length")


def test_administrators_see_no_document_at_all(world: World) -> None:
    for paper in sample(world.papers):
        assert world[ADMINISTRATOR].get(f"/documents/{paper.id}").status_code == 404
    listed = world.app.test_client().get("/api/v1/documents", headers=world.bearer(ADMINISTRATOR))
    assert listed.json["items"] == []
    assert "/documents/1" not in world[ADMINISTRATOR].get("/documents").text


def test_lists_hold_exactly_what_may_be_seen(world: World) -> None:
    """`GET /api/v1/documents`, page by page, against the oracle, for every account of the demo."""
    for login in [*ROLES.values(), "vanthu.tinh", "s11", "bch.cdcs", "dv2.c7"]:
        if not oracle.in_the_house(login):
            continue
        listed: list[int] = []
        after: str | None = ""
        while after is not None:
            answer = world.app.test_client().get(
                "/api/v1/documents",
                query_string={"limit": 60, "after": after},
                headers=world.bearer(login),
            )
            world.made["GET"] += 1
            listed += [item["id"] for item in answer.json["items"]]
            after = answer.json["next"]
        assert sorted(listed) == [p.id for p in world.papers if oracle.sees(login, p)], login


def test_the_administrator_s_office(open_world: Opener) -> None:
    """Every button of his, pressed with nothing filled in: an answer each, never a failure."""
    world = open_world()
    places = [
        place
        for place in world.places([], ["C6"])
        if place.policy == "administrator" and place.method == "POST"
    ]
    assert len(places) > 20
    assert differences(world, ADMINISTRATOR, places) == []
    for login in (ANONYMOUS, SUSPENDED):
        assert differences(world, login, places) == []


HOSTILE = ("\x00'\"%_\\", "9" * 40, "-1e400", "٣\ud7ff\uffff", "x" * 5000)


def test_nothing_in_an_address_breaks_a_page(database: str, open_world: Opener) -> None:
    world = _on_postgresql(open_world) if database == "postgresql" else open_world()
    names = ("q", "after", "unit", "campaign", "kind", "state", "requirement", "on", "role")
    names += ("tab", "side", "only", "under", "limit", "next", "page", "all")
    wrong = []
    several = HOSTILE if database == "postgresql" else HOSTILE[-1:]
    for login in (ADMINISTRATOR, "thammuu.b1"):
        for place in thinned(world.places(sample(world.papers)[:1], ["B1"])):
            mine = (place.policy == "administrator") == (login == ADMINISTRATOR)
            if place.method != "GET" or not mine:
                continue
            for hostile in several:
                query = dict.fromkeys(names, hostile)
                headers = world.bearer(login) if place.endpoint.startswith("api.") else {}
                answer = world[login].get(place.path, query_string=query, headers=headers)
                world.made["GET"] += 1
                if answer.status_code >= 500 and place.endpoint != "health.healthz":
                    wrong.append((login, place.path, hostile[:20], answer.status_code))
    assert wrong == []
