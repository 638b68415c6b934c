"""The access matrix: (relation × route × method × state) by real requests, held against `oracle`.

Generated from the application's own routes: a view without a policy, a route without a line in the
oracle, or a state of a document that the world lacks, fails here. The short form asks every relation at
every route in one state; the whole is `tests/soak/test_whole_census.py`.
"""

from __future__ import annotations

import re

import pytest

from tests.census import oracle
from tests.census.asking import differences, take
from tests.census.conftest import Opener
from tests.census.organisation import ADMINISTRATOR, ANONYMOUS, in_the_house
from tests.census.places import Cell, Matrix, sampled
from tests.census.relations import ABSENT_RELATIONS, INSPECTED, RELATIONS, ROLES
from tests.census.rights import sees
from tests.census.subjects import STATES
from tests.census.world import World
from views.policy import policy_of

PARTS = 8
# What ends a session or an account, or turns the house round: asked where it can be put back.
NOT_PUT_BACK = {"auth.logout", "auth.end_session", "auth.end_other_sessions", "auth.end_token"}


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


def test_every_view_says_whom_it_is_for(world: World) -> None:
    silent = {rule.endpoint for rule, _, policy in world.rules() if policy is None}
    assert not silent, f"no policy (views/policy.py) on {sorted(silent)}"


def test_every_route_has_its_line_in_the_oracle(world: World) -> None:
    """And the oracle calls public and the administrator's what the views declare so."""
    declared = {rule.endpoint: policy for rule, _, policy in world.rules()}
    known = oracle.PUBLIC.keys() | oracle.LINES.keys()
    assert declared.keys() - known == set(), "no line in tests/census/oracle.py"
    assert known - declared.keys() == set(), "lines of routes that are gone"
    assert {e for e, policy in declared.items() if policy == "public"} == oracle.PUBLIC.keys()
    office = {e for e, policy in declared.items() if policy == "administrator"}
    assert office == {e for e in oracle.LINES if e.startswith("administrator.")}


def test_every_relation_is_met(matrix: Matrix) -> None:
    """No relation is left out because nobody happened to stand in it."""
    for kind, states in STATES.items():
        met = {relation for state in states for relation in matrix.relations(kind, state)}
        if kind and met != ROLES.keys():
            assert RELATIONS.keys() - met == ABSENT_RELATIONS.get(kind, {INSPECTED}), kind


@pytest.mark.parametrize("part", range(PARTS))
def test_every_relation_at_every_route(part: int, matrix: Matrix) -> None:
    every = list(matrix.cells())
    some = sampled(every)
    asked, wrong = take(matrix, some[part::PARTS], most_acts=1)
    share = len(some) / len(every)
    print(f"\ncensus: {len(asked)} cells of {len(some)}, {share:.1%} of {len(every)}")
    assert wrong == []


def test_on_postgresql_too(open_world: Opener) -> None:
    """Some of every sort, and of every act one that is understood. Nothing is put back there."""
    matrix = Matrix(open_world("postgresql", scene=True))
    every = list(matrix.cells())
    understood: dict[str, Cell] = {}
    for cell in (c for c in every if c.method == "POST" and c.endpoint not in NOT_PUT_BACK):
        place = next(iter(matrix.places(cell)))
        wanted = oracle.expected(cell.endpoint, "POST", place.login, place.subject, place.act)
        if in_the_house(place.login) and wanted != {404}:
            understood.setdefault(cell.endpoint, cell)
    reading = [cell for cell in sampled(every) if cell.method == "GET"]
    asked, wrong = take(matrix, [*reading[::24], *understood.values()], most_acts=1)
    assert wrong == []
    assert len(asked) > 120


@pytest.mark.parametrize("login", [ANONYMOUS, "bithu.b1"])
def test_a_form_without_its_token_is_400_everywhere(login: str, matrix: Matrix) -> None:
    """What was typed comes back to whose form it is; of nobody it is kept sealed for his login."""
    world, wrong, seen = matrix.world, [], set()
    mark = re.search(r'name="whose" value="([^"]+)"', world[login].get("/").text)
    form = {"comment": "đã gõ"} | ({"whose": mark.group(1)} if mark else {})
    sealed = 'name="kept" value="gAAA'
    assert bool(mark) == bool(login)
    for cell in matrix.cells():
        if cell.method != "POST" or cell.endpoint in seen or cell.endpoint.startswith("api."):
            continue
        seen.add(cell.endpoint)
        place = next(iter(matrix.places(cell)))
        answer = world[login].post(place.path, form, token=False)
        world.made["POST"] += 1
        public = policy_of(world.app.view_functions[cell.endpoint]) == "public"
        kept = "đã gõ" if mark or public else sealed
        if answer.status_code != 400 or kept not in answer.text:
            wrong.append((place.path, answer.status_code))
    assert wrong == []
    assert world.kept is not None
    assert not world.kept.changed()


def test_a_cookie_opens_nothing_in_the_api(matrix: Matrix) -> None:
    for cell in matrix.cells():
        program = cell.endpoint.startswith("api.") and cell.endpoint not in oracle.PUBLIC
        if not program or cell.method not in ("GET", "POST") or cell.relation != "administrator":
            continue
        for login in ("bithu.b1", ADMINISTRATOR):
            place = next(iter(matrix.places(cell)))
            answer = matrix.world[login].client.open(place.path, method=place.method)
            assert answer.status_code == 401, place
            assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_bearer_token_opens_no_page(world: World) -> None:
    client = world.app.test_client()
    for path in ("/", "/documents", "/administrator/", "/account"):
        answer = client.get(path, headers=world.bearer(ADMINISTRATOR))
        assert (answer.status_code, answer.headers["Location"][:6]) == (303, "/login")


def test_administrators_see_no_document_at_all(world: World) -> None:
    listed = world.app.test_client().get("/api/v1/documents", headers=world.bearer(ADMINISTRATOR))
    assert listed.json["items"] == []
    assert "/documents/1" not in world[ADMINISTRATOR].get("/documents").text
    for page in ("people", "accounts", "units/C6", "system"):
        assert "/documents/" not in world[ADMINISTRATOR].get(f"/administrator/{page}").text


def test_lists_hold_exactly_what_may_be_seen(world: World) -> None:
    """`GET /api/v1/documents`, page by page, against the oracle, for every account of the demo."""
    for login in world.visitors:
        if not in_the_house(login):
            continue
        listed: list[int] = []
        after: str | None = ""
        while after is not None:
            answer = world.app.test_client().get(
                "/api/v1/documents",
                query_string={"limit": 200, "after": after},
                headers=world.bearer(login),
            )
            world.made["GET"] += 1
            listed += [item["id"] for item in answer.json["items"]]
            after = answer.json["next"]
        assert sorted(listed) == [p.id for p in world.papers if sees(login, p)], login


HOSTILE = ("\x00'\"%_\\", "9" * 40, "-1e400", "٣\ud7ff\uffff", "x" * 5000)
NAMES = (
    "q", "after", "unit", "campaign", "kind", "state", "requirement", "on", "role", "tab", "side",
    "only", "under", "limit", "next", "page", "all", "from", "to", "type", "period", "month",
)  # fmt: skip


@pytest.mark.parametrize("share", [1, pytest.param(len(HOSTILE), marks=pytest.mark.soak)])
def test_nothing_in_an_address_breaks_a_page(database: str, open_world: Opener, share: int) -> None:
    """Every page with one of the hostile words by turns; with all of them in the soak."""
    matrix = Matrix(open_world(database, scene=True))
    world, wrong = matrix.world, []
    relations, seen = ("administrator", "own secretary", "base advisor", "author"), set()
    for cell in matrix.cells():
        if cell.method != "GET" or cell.relation not in relations or cell.endpoint in seen:
            continue
        office = cell.endpoint.startswith("administrator.")
        if office != (cell.relation == "administrator"):
            continue
        seen.add(cell.endpoint)
        place = next(iter(matrix.places(cell)))
        turn = len(seen) % len(HOSTILE)
        words = (HOSTILE * 2)[turn : turn + share] if database == "postgresql" else HOSTILE[-1:]
        for hostile in words:
            answer = world[place.login].get(
                place.path, query_string=dict.fromkeys(NAMES, hostile),
                headers=world.bearer(place.login) if place.endpoint[:4] == "api." else {},
            )  # fmt: skip
            world.made["GET"] += 1
            if answer.status_code >= 500 and place.endpoint != "health.healthz":
                wrong.append((place.login, place.path, hostile[:20], answer.status_code))
    assert wrong == []
    assert len(seen) > 80


def test_a_wrong_answer_is_noticed(matrix: Matrix) -> None:
    """The census itself: an oracle that is too strict or too lenient does not go unnoticed."""
    cells = [c for c in matrix.cells() if c.endpoint == "document.page" and c.method == "GET"]
    shown = next(c for c in cells if c.relation == "author")
    hidden = next(c for c in cells if c.relation == "stranger")
    kept = oracle.LINES["document.page"]
    for line, cell in ((oracle.nobody, shown), (oracle.everybody(200), hidden)):
        oracle.LINES["document.page"] = line
        try:
            assert differences(matrix.world, next(iter(matrix.places(cell)))) != []
        finally:
            oracle.LINES["document.page"] = kept
