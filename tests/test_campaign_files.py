"""Campaigns as files: what can be said in one, and every contradiction found without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from config import ROOT, Settings
from workflows import campaigns
from workflows.tables import FileError

CAMPAIGN = ROOT / "campaigns" / "cd-2026.toml"
HEAD = """
code = "DOT"
title = "Đợt"
directive = "05-CT/TW"
year = 2026
theme = "Chủ đề"
congress = "XIV"
unit = "TINH"
"""


def requirement(code: str, **values: str) -> str:
    """One requirement: a plan of cells by the end of March, but for what is said otherwise."""
    lines = {
        "code": f'"{code}"',
        "kind": '"plan"',
        "label": '{ vi = "Việc", en = "Work" }',
        "levels": '["cell"]',
        "due": '{ kind = "by_end_of_month", date = 2026-03-31 }',
        **values,
    }
    return "\n[[requirements]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())


def figure(code: str, *more: str) -> str:
    """One figure of the file's list."""
    return "\n".join(
        (
            "",
            "[[figures]]",
            f'code = "{code}"',
            'label = { vi = "Số tổ", en = "Groups" }',
            *more,
            "",
        )
    )


def found(source: str) -> set[tuple[str, str, str]]:
    """(code, level, key) of everything the check says."""
    spec = campaigns.parse(source, file="dot.toml")
    return {(f.code, f.level, f.key) for f in campaigns.check(campaigns.draft_of(spec))}


def test_what_a_file_may_say() -> None:
    source = (
        HEAD
        + """
min_working_days_after_basis = 10
keep_personal_days = 730
pilots = { count = 2, units = ["C2", "C5"] }
quota = { units_of = 4, persons_per_unit = 4 }
[[themes]]
unit = "PHUONG"
theme = "Gần dân"
reason = "Nghị quyết riêng"
[[figures]]
code = "I01"
label = { vi = "Số tổ có kế hoạch", en = "Groups with a plan" }
[[figures]]
code = "I11a"
label = { vi = "Tỷ lệ tổ được khen", en = "Share of groups commended" }
means = "awarded_units"
sum = false
[[ladder]]
after = -3
to = "owner"
[[ladder]]
after = 1
to = "secretary"
"""
        + requirement("O-PLAN", via='"advisory"', pilots='"only"')
        + requirement("O-STUDY", variant='"study"', basis='["PHUONG-XDD"]', after='"O-PLAN"',
                      due='{ kind = "by_end_of_month", date = 2026-04-30 }')
        + requirement("O-COMMIT", kind='"commitment"',
                      due='{ kind = "working_days_after", event = "plan", days = 15 }')
        + requirement("O-REPORT", kind='"report"', figures='["I01"]')
    )  # fmt: skip
    spec = campaigns.parse(source, file="dot.toml")
    assert (spec.min_days_after_basis, spec.keep_personal_days) == (10, 730)
    assert (spec.pilot_count, spec.pilots) == (2, ("C2", "C5"))
    assert spec.quota == {"units_of": 4, "persons_per_unit": 4}
    assert spec.ladder == ({"after": -3, "to": "owner"}, {"after": 1, "to": "secretary"})
    assert [(t.unit, t.theme, t.reason) for t in spec.themes] == [
        ("PHUONG", "Gần dân", "Nghị quyết riêng")
    ]
    assert spec.figures == (
        {"code": "I01", "label": {"vi": "Số tổ có kế hoạch", "en": "Groups with a plan"}},
        {
            "code": "I11a",
            "label": {"vi": "Tỷ lệ tổ được khen", "en": "Share of groups commended"},
            "means": "awarded_units",
            "sum": False,
        },
    )
    plan, study, commitment, report = spec.requirements
    assert (report.figures, plan.figures) == (("I01",), ())
    assert (plan.owes, plan.via, plan.pilots) == ("unit", "advisory", "only")
    assert (study.basis, study.after) == (("PHUONG-XDD",), "O-PLAN")
    assert commitment.owes == "member"
    assert not {level for _, level, _ in found(source)} & {"error", "warn"}


def test_what_comes_again_is_one_requirement_a_period() -> None:
    month = requirement("O-MONTH", kind='"review"', every='"month"',
                        due='{ kind = "by_end_of_month" }')  # fmt: skip
    quarter = requirement("O-QUARTER", kind='"report"', every='"quarter"', periods="[2, 4]",
                          due='{ kind = "quarter", days = 5 }')  # fmt: skip
    spec = campaigns.parse(HEAD + month + quarter, file="dot.toml")
    codes = [r.code for r in spec.requirements]
    assert codes == [f"O-MONTH-{n:02}" for n in range(1, 13)] + ["O-QUARTER-2", "O-QUARTER-4"]
    february, fourth = spec.requirements[1], spec.requirements[-1]
    assert (february.period_from, february.period_to) == (date(2026, 2, 1), date(2026, 2, 28))
    assert february.label_vi == "Việc, tháng 2/2026"
    assert (fourth.period_from, fourth.period_to) == (date(2026, 10, 1), date(2026, 12, 31))
    assert fourth.label_vi == "Việc, quý IV/2026"
    dues = campaigns.draft_of(spec).dues
    assert dues["O-MONTH-02"].effective == date(2026, 3, 2)  # 28/02 is a Saturday
    assert dues["O-QUARTER-4"].effective == date(2027, 1, 8)


def test_what_pilots_owe_is_not_gathered_from_the_others() -> None:
    """Pilots sum up before the others do: their base does not come first because of that."""
    pilots = '\n[pilots]\nunits = ["C2"]\n'
    base = {"kind": '"report"', "levels": '["base"]', "variant": '"sum"'}
    cell = {"kind": '"report"', "variant": '"sum"'}
    early, late = '{ kind = "date", date = 2026-09-15 }', '{ kind = "date", date = 2026-10-15 }'
    source = (
        HEAD
        + pilots
        + requirement("O-PILOT-SUM", **base, pilots='"only"', due=early)
        + requirement("O-OTHERS", **cell, pilots='"not"', due=late)
    )
    assert ("SUPERIOR_FIRST", "error", "requirements[1].due") not in found(source)
    same = source.replace('pilots = "not"', 'pilots = "only"')
    assert same != source
    assert ("SUPERIOR_FIRST", "error", "requirements[1].due") in found(same)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('type="QC", kind="commitment"', "requirements[1].type"),
        ('type="XX"', "requirements[1].type"),
        ('also_to="QUAN"', "requirements[1].also_to"),
    ],
)
def test_a_type_or_a_copy_that_cannot_be(said: str, key: str) -> None:
    given = dict(part.strip().split("=") for part in said.split(","))
    with pytest.raises(FileError) as wrong:
        campaigns.parse(HEAD + requirement("O-1", **given), file="dot.toml")
    assert key in str(wrong.value)


def test_what_must_be_accepted_comes_before_a_superior() -> None:
    one = requirement("O-RULES", type='"QC"', superior_must_accept="true")
    assert ("ACCEPT", "error", "requirements[1].superior_must_accept") in found(HEAD + one)
    two = requirement("O-RULES", type='"QC"', superior_must_accept="true", deciding="2")
    assert "ACCEPT" not in {code for code, _, _ in found(HEAD + two)}


REVIEW = requirement("O-WIDE", kind='"report"', due='{ kind = "before", date = 2026-10-15 }')
AWARD = {"kind": '"report"', "levels": '["base"]', "variant": '"award"', "after": '"O-WIDE"'}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (  # the fixture of the sources: nominations on the last day of the reviews they rest on
            REVIEW + requirement("O-AWARD", **AWARD, due='{ kind = "before", date = 2026-10-15 }'),
            ("ZERO_SLACK", "warn", "requirements[2].due"),
        ),
        (
            REVIEW + requirement("O-AWARD", **AWARD, due='{ kind = "before", date = 2026-10-14 }'),
            ("R22", "error", "requirements[2].due"),
        ),
        (
            requirement("O-AWARD", after='"O-NONE"'),
            ("AFTER", "error", "requirements[1].after"),
        ),
        (
            requirement("O-1", after='"O-2"') + requirement("O-2", after='"O-1"'),
            ("AFTER", "error", "requirements[1].after"),
        ),
        (
            requirement("O-LOW", kind='"report"', variant='"year"',
                        due='{ kind = "date", date = 2026-12-10 }')
            + requirement("O-HIGH", kind='"report"', variant='"year"', levels='["base"]',
                          due='{ kind = "date", date = 2026-12-09 }'),
            ("SUPERIOR_FIRST", "error", "requirements[2].due"),
        ),
        (
            requirement("O-LOW") + requirement("O-HIGH", levels='["base"]',
                                               due='{ kind = "date", date = 2026-04-10 }'),
            ("BASIS_LATE", "warn", "requirements[1].due"),
        ),
        (
            requirement("O-STUDY", variant='"study"'),
            ("R03", "error", "requirements[1].basis"),
        ),
        (
            requirement("O-PLAN", levels='["village"]'),
            ("LEVEL", "warn", "requirements[1].levels"),
        ),
        (
            requirement("O-PLAN", due='{ kind = "by_end_of_month", date = 2026-01-31 }'),
            ("DAY_OFF", "info", "requirements[1].due"),
        ),
        (
            requirement("O-PLAN", due='{ kind = "before", date = 2026-06-01 }'),
            ("DAY_OFF", "warn", "requirements[1].due"),
        ),
        (
            requirement("O-PLAN", due='{ kind = "date", date = 2031-03-31 }'),
            ("YEAR", "warn", "requirements[1].due"),
        ),
        (
            requirement("O-HALF-P", kind='"report"', owes='"member"'),
            ("PERSONAL", "warn", "requirements[1].owes"),
        ),
        (
            requirement("O-PLAN", pilots='"not"'),
            ("R23", "error", "requirements[1].pilots"),
        ),
        (
            requirement("O-C", kind='"commitment"', levels='["base"]',
                        due='{ kind = "working_days_after", event = "plan", days = 15 }'),
            ("EVENT", "warn", "requirements[1].levels"),
        ),
        (requirement("O-PLAN") + '\n[pilots]\ncount = 6\nunits = ["C2"]', ("R23", "warn", "pilots")),
        (
            requirement("O-PLAN") + '\n[pilots]\nunits = ["C2", "C2"]',
            ("R23", "error", "pilots.units"),
        ),
        (  # a report asks for a figure that nobody declared
            figure("I01") + requirement("O-R", kind='"report"', figures='["I01", "I02"]'),
            ("FIGURE", "error", "requirements[1].figures"),
        ),
        (
            figure("I01") + requirement("O-P", figures='["I01"]'),
            ("FIGURE", "error", "requirements[1].figures"),
        ),
        (  # who proposes awards without a figure for the persons: R20 would hold nothing
            figure("I01", 'means = "awarded_units"')
            + requirement("O-A", kind='"report"', variant='"award"'),
            ("FIGURE", "error", "requirements[1].figures"),
        ),
    ],
)  # fmt: skip
def test_contradictions(source: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(HEAD + source)


@pytest.mark.parametrize(
    ("rungs", "wrong"),
    [
        ([(1, "secretary"), (3, "superior"), (5, "secretary")], 3),  # round in a circle
        ([(3, "secretary"), (1, "superior")], 2),  # backwards in time
        ([(1, "secretary"), (3, "next_superior")], 2),  # a body is skipped
        ([(0, "secretary")], 1),
    ],
)
def test_a_ladder_that_does_not_climb(rungs: list[tuple[int, str]], wrong: int) -> None:
    ladder = "".join(f'\n[[ladder]]\nafter = {after}\nto = "{to}"\n' for after, to in rungs)
    assert ("LADDER", "error", f"ladder[{wrong}]") in found(HEAD + ladder + requirement("O-PLAN"))


def test_levels_that_the_file_names_are_all_there_are() -> None:
    source = HEAD + 'levels = ["cell", "base"]\n' + requirement("O-PLAN", levels='["ward"]')
    assert ("LEVEL", "error", "requirements[1].levels") in found(source)


@pytest.mark.parametrize(
    ("source", "key", "said"),
    [
        (requirement("O-P", due='{ kind = "date", date = 2026-02-31 }'), "due", "2026-02-31"),
        (requirement("O-P", due='{ kind = "date", date = "31/02/2026" }'), "due", "31/02/2026"),
        (requirement("O-P", due='{ kind = "year_end", at = 07:00:00 }'), "due.at", "không phải"),
        (requirement("O" * 65), "requirements[1].code", "chữ hoa"),
        (requirement("O-P\\n"), "requirements[1].code", "chữ hoa"),
        (requirement("O-P\\u0000"), "requirements", "u0000"),
        (requirement("O-P") + "\ndeep = " + "[" * 50_000, "", "không đọc được như TOML"),
        (requirement("O-P") + "\nlong = " + "9" * 5_000, "", "không đọc được như TOML"),
        (requirement("O-P") + requirement("O-P"), "requirements", "hai lần"),
        (requirement("O-P", every='"week"'), "every", "month"),
        (requirement("O-P", periods="[1]"), "periods", "every"),
        (requirement("O-P", every='"month"'), "due", "từng kỳ"),
        (requirement("O-P", every='"month"', due='{ kind = "year_end" }'), "due.kind", "lặp"),
        (requirement("O-P", every='"quarter"', periods="[5]"), "periods", "1 đến 4"),
        (requirement("O-P", kind='"review"'), "kind", "month"),
        (requirement("O-P", owes='"everybody"'), "owes", "member"),
        (requirement("O-P", via='"office"'), "via", "advisory"),
        (requirement("O-P") + figure("I01") + figure("I01"), "figures[2].code", "figures[1]"),
        (
            requirement("O-P") + "".join(figure(c, 'means = "good"') for c in ("I01", "I02")),
            "figures[2].means",
            "figures[1]",
        ),
        (requirement("O-P") + figure("01"), "figures[1].code", "chữ I"),
        (requirement("O-P") + figure("I01", 'means = "best"'), "figures[1].means", "excellent"),
        (requirement("O-P") + figure("I01", "total = true"), "figures[1].total", "không phải"),
        (requirement("O-P") + '\n[[figures]]\ncode = "I01"', "figures[1].label", "chưa có"),
        (requirement("O-P") + "\n[quota]\nunits_of = 0", "quota.units_of", "1"),
        (requirement("O-P") + '\n[pilots]\nunits = "C2"', "pilots.units", "danh sách"),
        (requirement("O-P") + "\n[[ladder]]\nafter = 1", "ladder[1].to", "chưa có"),
        (requirement("O-P") + '\n[[ladder]]\nafter = "1"\nto = "owner"', "ladder[1].after", "số"),
        (requirement("O-P") + '\n[[ladder]]\nafter = 1\nto = "all"', "ladder[1].to", "superior"),
        (requirement("O-P") + '\n[[themes]]\nunit = "B1"\ntheme = "X"', "themes[1].reason", "chưa"),
    ],
)
def test_what_cannot_be_read_names_its_key(source: str, key: str, said: str) -> None:
    with pytest.raises(FileError) as wrong:
        campaigns.parse(HEAD + source, file="dot.toml")
    assert wrong.value.file == "dot.toml"
    assert key in wrong.value.key
    assert said in wrong.value.wrong


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Result]:
    """`flask campaign check` of a text, where there is no database at all."""
    from app import create_app

    environ = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing", "SECRET_KEY": "k" * 64}
    app = create_app(Settings.from_env({**environ, "DATA_DIR": str(tmp_path)}))

    def run(source: str, *words: str) -> Result:
        file = tmp_path / "dot.toml"
        file.write_text(source, "utf-8")
        return app.test_cli_runner().invoke(args=["campaign", "check", str(file), *words])

    return run


@pytest.mark.databases("sqlite")
def test_the_command_says_what_and_where(check: Callable[..., Result]) -> None:
    bad = check(HEAD + requirement("O-STUDY", variant='"study"'))
    assert bad.exit_code == 1
    assert "dot.toml: requirements[1].basis" in bad.output
    told = json.loads(check(HEAD + requirement("O-STUDY", variant='"study"'), "--json").stdout)
    assert (told["sound"], told["findings"][0]["code"]) == (False, "R03")
    assert told["findings"][0]["change"]
    warned = check(HEAD + requirement("O-PLAN", levels='["village"]'))
    assert warned.exit_code == 0
    assert "village" in warned.output
    unread = check(
        HEAD + requirement("O-PLAN", due='{ kind = "date", date = 2026-02-31 }'), "--json"
    )
    assert unread.exit_code == 1
    assert json.loads(unread.stdout)["sound"] is False
    assert check(HEAD, "--frobnicate").exit_code == 2
    for file in sorted((ROOT / "campaigns").glob("*.toml")):
        assert check(file.read_text("utf-8")).exit_code == 0, file
