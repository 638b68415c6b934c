"""Hidden and absent are one answer: the same status, headers and bytes but for the form's token, the
nonce, the request id and the address itself; on pages, in the API, of files, for HEAD and for acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from models import db
from models.sitting import Sitting
from models.unit import Unit
from tests.census import oracle
from tests.census.alike import masked
from tests.census.asking import ask
from tests.census.organisation import in_the_house
from tests.census.places import Cell, Matrix, sampled
from tests.census.world import World


def compared(matrix: Matrix, cells: list[Cell]) -> tuple[int, list[str]]:
    """How many hidden places were held against absent ones, and which differ."""
    count, wrong = 0, []
    for cell in cells:
        if cell.method not in ("GET", "HEAD", "POST") or not cell.kind:
            continue
        place = next(iter(matrix.places(cell)))
        if not in_the_house(place.login):
            continue
        method = "GET" if cell.method == "HEAD" else cell.method
        if oracle.expected(place.endpoint, method, place.login, place.subject, place.act) != {404}:
            continue
        there = ask(matrix.world, place)
        absent = ask(matrix.world, replace(place, path=place.nowhere))
        matrix.world.made[place.method] += 2
        count += 1
        if masked(there, place.path) != masked(absent, place.nowhere):
            wrong.append(f"{place.login}: {place.method} {place.path}")
    return count, wrong


def test_hidden_and_absent_answer_alike(world: World) -> None:
    matrix = Matrix(world)
    count, wrong = compared(matrix, sampled(list(matrix.cells()))[::6])
    assert wrong == []
    assert count > 100


@pytest.mark.parametrize("login", ["kiemtra.phuong", "dv2.c7"])
def test_no_guess_at_what_a_meeting_said_is_confirmed(login: str, world: World) -> None:
    """Who sees a meeting but does not keep its papers is not told whose paper was sent back: what he
    sends is refused alike, whether it is what was kept or not."""
    with world.app.app_context():
        done = sa.select(Sitting).join(Unit).where(Unit.code == "C7", Sitting.state == "done")
        sitting = next(one for one in db.session.scalars(done) if one.items and one.reviews)
        item, row = sitting.items[0], sitting.reviews[0]
        there = f"/sittings/{sitting.id}"
        kept = f"items.{item.id}.decision", item.decision
        member = f"members.{row.person_id}.reviewed"
        places = (f"{there}/items/{item.id}", f"{there}/members/{row.person_id}")
    other = "revise" if kept[1] == "agree" else "agree"
    for sent in ({kept[0]: kept[1], member: "1"}, {kept[0]: other}, {}):
        for place in places:
            assert world[login].post(place, sent).status_code == 403, (place, sent)
