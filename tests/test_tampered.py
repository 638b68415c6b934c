"""Whatever somebody writes into the database: verification ends, and says in a sentence what is wrong."""

import json
import os
from collections.abc import Iterator

import pytest
from flask import Flask

from models.base import db
from tests.support.tamperer import Tamperer
from tests.test_trail import Story, story

__all__ = ["story"]  # a fixture

SEED = int(os.environ.get("SEED", "1"))
TRIALS = {"sqlite": 80, "postgresql": 20}


def said(app: Flask, *options: str) -> tuple[int, str]:
    """The exit status and the output of the command. Fails when it ends in anything but a status."""
    result = app.test_cli_runner().invoke(args=["audit", "verify", *options])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1), result.output
    return result.exit_code, result.stdout


@pytest.fixture
def tamperer(app: Flask, request: pytest.FixtureRequest) -> Iterator[Tamperer]:
    if "story" in request.fixturenames:
        request.getfixturevalue("story")
    with app.app_context():
        yield Tamperer(db.engine, SEED)


@pytest.mark.parametrize(
    "facts",
    [
        {"revision": []},
        {"revision": "1"},
        {"stage": {"a": 1}},
        {"to": ["approved"]},
        {"dated_on": [2026]},
        {"in_force": 0.5},
        {"from": [[[]]]},
        {"document_version": [3]},
        {"action": []},
        {"seq": None},
        {"private": []},
    ],
    ids=str,
)
@pytest.mark.databases("sqlite")  # what a leaf says is read alike from both
def test_a_fact_of_another_type_is_named(
    app: Flask, story: Story, tamperer: Tamperer, facts: dict[str, object]
) -> None:
    tamperer.rewrite("B1", 2, **facts)
    status, output = said(app, "--json")
    first = json.loads(output)["faults"][0]
    assert (status, first["unit"], first["seq"]) == (1, "B1", 2), first["detail"]


@pytest.mark.databases("sqlite")
def test_signs_that_a_terminal_obeys_are_not_shown(
    app: Flask, story: Story, tamperer: Tamperer
) -> None:
    tamperer.rewrite("B1", 2, action="\x1b[2J\n")
    status, output = said(app)
    assert status == 1
    assert "nội dung đã băm ghi \N{REPLACEMENT CHARACTER}[2J" in output.splitlines()[0]


@pytest.mark.databases("sqlite")
def test_half_a_character_is_no_text(app: Flask, story: Story, tamperer: Tamperer) -> None:
    tamperer.rewrite("B1", 2, action="\ud800")
    status, output = said(app)
    assert status == 1
    assert "Sự kiện số 2 trong sổ của B1: nội dung không đọc được." in output.splitlines()[0]


@pytest.mark.databases("sqlite")
def test_a_database_that_cannot_be_read_is_told(app: Flask, story: Story) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE decision")
    status, output = said(app)
    assert status == 1
    assert output.startswith("Có sai lệch: Không đọc tiếp được cơ sở dữ liệu: no such table")


def try_to_hide(app: Flask, tamperer: Tamperer, trials: int) -> int:
    """Tampers so many times, each time on what was whole. Returns how many times it was found."""
    found = 0
    for number in range(trials):
        where = f"seed {SEED}, trial {number}"
        changes = [tamperer.change() for _ in range(tamperer.dice.choice([1, 1, 2, 3]))]
        status, output = said(app, "--json")
        told = json.loads(output)
        assert (status == 0) == told["whole"] == (not told["faults"]), where
        found += status
        for fault in told["faults"]:
            assert fault["detail"].isprintable(), where
            assert len(fault["detail"]) < 800, where
        if len(changes) == 1 and changes[0] is not None:
            first = told["faults"][0]
            assert (first["unit"], first["seq"]) == changes[0], where
        if number % 10 == 0:
            assert said(app)[0] == status, where
            assert said(app, "--hashes-only")[0] <= status, where
        tamperer.put_back()
    status, output = said(app)
    assert status == 0, output
    return found


def test_whatever_was_written_a_sentence_says_it(
    app: Flask, database: str, story: Story, tamperer: Tamperer
) -> None:
    trials = TRIALS[database]
    assert try_to_hide(app, tamperer, trials) > trials // 2
