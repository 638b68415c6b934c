"""The shape of the house holds: arrows between the rooms point down, and what is a person's own is
known as such everywhere."""

import re
import subprocess
import sys
from pathlib import Path

from config import ROOT


def test_imports_point_down() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


# Where a commitment alone is meant: its form, its list, its year, its words.
OF_COMMITMENTS = {
    "views/cell/base.py", "views/cell/index.py", "views/cell/reporting.py",
    "views/committee/finding.py", "views/drafts.py", "views/in_person.py",
    "views/inspector/findings.py", "views/listed.py", "views/member.py", "views/papers.py",
    "views/sitting/ballots.py", "views/sitting/items.py", "views/sitting/months.py",
    "views/sitting/results.py", "views/tasks.py", "views/writing.py",
    "workflows/classification.py", "workflows/demo/playing.py", "workflows/drafting.py",
    "workflows/example.py", "workflows/lists.py", "workflows/prints/document.py",
    "workflows/prints/minutes.py", "workflows/prints/paper.py", "workflows/proxies/enter.py",
    "workflows/proxies/members.py", "workflows/questions/texts.py", "workflows/recorded/found.py",
    "workflows/recorded/rows.py", "workflows/recorded/signing.py",
    "workflows/sittings/roll.py", "workflows/transcribing.py",
}  # fmt: skip


def test_who_may_read_is_asked_of_all_that_is_a_person_s_own() -> None:
    """`models.kinds.PERSONAL`, not a commitment alone: else what a member reports of himself would be
    read where his commitment is not. A new place that means commitments alone is named above."""
    alone = re.compile(r"""kind (==|!=) ["']commitment["']""")
    found = {
        str(file.relative_to(ROOT))
        for room in ("workflows", "views", "models", "workers", "commands")
        for file in (ROOT / room).rglob("*.py")
        if alone.search(file.read_text("utf-8"))
    }
    assert found <= OF_COMMITMENTS, f"say PERSONAL, or name it here: {found - OF_COMMITMENTS}"


def test_a_number_in_an_address_is_one_that_the_database_holds() -> None:
    """`<id:…>` and `<nth:…>` of `views.ids` answer 404 to every other; a plain `int` would pass it on."""
    plain = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "views").rglob("*.py")
        if re.search(r"<int\b", file.read_text("utf-8"))
    ]
    assert plain == []


def test_the_table_of_where_is_what_names_all_that_is_there_and_nothing_else() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = told[told.index("|---|---|") : told.index("## First journey")]
    named = {name for name in re.findall(r"`([^`\s]+)`", table) if name.endswith((".py", "/"))}
    rows = {name for name in named if not name.startswith(("models/", "views/"))}
    house = ROOT / "workflows"
    assert {name for name in rows if not (house / name).exists()} == set()
    rooms = {f"{file.parent.name}/" for file in house.glob("*/__init__.py")}
    files = {file.name for file in house.glob("*.py")} - {"__init__.py"}
    assert (rooms | files) - rows == set()
