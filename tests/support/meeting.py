"""A cell of the demo organisation with commitments that wait for its meeting, each on its whole way
through the workflows."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.account import Account
from models.campaign import Campaign
from models.person import Person
from models.unit import unit_by_code
from tests.cast import COMMITMENT, PLAN
from workflows import create, perform
from workflows.act import Votes
from workflows.organisation import create_person

CELL = "C1"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm Huỳnh", "Đặng", "Võ Thị", "Công Tằng Tôn Nữ", "Bùi")
GIVEN = ("An", "Bình", "Cường", "Diễm My", "Đông", "Giang", "Hạnh", "Khánh Huyền", "Lâm", "Minh")


def person_of(login: str) -> Person:
    return db.session.scalars(sa.select(Account).where(Account.login == login)).one().person


def waiting_commitments(app: Flask, count: int) -> None:
    """The cell's plan in force, and this many commitments of new members reviewed by its
    committee."""
    with app.app_context():
        _plan()
        for number in range(count):
            with transaction():
                unit = unit_by_code(CELL)
                assert unit is not None
                member = create_person(
                    db.session(),
                    full_name=f"{FAMILY[number % 8]} {GIVEN[number // 8 % 10]} {number + 1}",
                    unit=unit,
                    actor=None,
                    now=clock.now(),
                )
                paper = create(
                    "commitment", unit=unit, campaign=_campaign(), actor=member, now=clock.now(),
                    title=f"Bản cam kết của {member.full_name}", content=COMMITMENT,
                    basis=[], dated_on=None,
                )  # fmt: skip
                _act(paper, "submit", member)
                _act(paper, "review", person_of("chiuy.c1"), comment="Việc cụ thể, có số.")


def plan_in_force(app: Flask) -> None:
    """The cell's plan, signed and not reported yet."""
    with app.app_context():
        _plan()


def _campaign() -> Campaign:
    return db.session.scalars(sa.select(Campaign).where(Campaign.line == "party").limit(1)).one()


def _act(paper, action, actor, **given):  # type: ignore[no-untyped-def]
    perform(
        paper, action, actor=actor, now=clock.now(),
        revision=paper.revision, version=paper.version, **given,
    )  # fmt: skip


def _plan() -> None:
    with transaction():
        author = person_of("chiuy.c1")
        plan = create(
            "plan", unit=unit_by_code(CELL), campaign=_campaign(), actor=author, now=clock.now(),
            title="Kế hoạch của chi bộ", content=PLAN,
            basis=[{"number": "05-CT/TW", "dated_on": "2016-05-15", "issuer": "Bộ Chính trị"}],
            dated_on=None,
        )  # fmt: skip
        _act(plan, "submit", author)
        _act(plan, "review", person_of("phobithu.c1"))
        _act(
            plan, "approve", person_of("bithu.c1"), number="01-KH/CB",
            dated_on=clock.now().date(), minutes="01-BB/CB, 06/04/2026", votes=Votes(5, 5, 0),
        )  # fmt: skip
