"""P2, R06, B2: what is missing is named with its place, all at once."""

import copy
from datetime import date

import pytest

from tests.rules.cast import act, document
from workflows.content import clean_content
from workflows.rules.completeness import complete, names_congress, past_deadlines

PLAN = {
    "text": "Thực hiện chuyên đề năm 2026.",
    "tasks": [
        {
            "person": "Trần Thị Ví Dụ",
            "task": "Mở chuyên đề",
            "deadline": "2026-04-30",
            "result": "Một buổi",
        }
    ],
    "models": ["Quầy thân thiện"],
}
COMMITMENT = {
    "sections": {
        "1": "Đọc và học.",
        "2": "Tiết kiệm.",
        "3": ["Trả hồ sơ đúng hẹn.", ""],
        "4": "Họp đúng giờ.",
        "5": "",
        "6": "Thực hiện Nghị quyết Đại hội XIV của Đảng.",
    }
}
REPORT = {
    "period": "Quý I/2026",
    "figures_as_of": "2026-03-31",
    "results": "Đã làm.",
    "shortcomings": "Còn chậm.",
    "next_tasks": "",
    "indicators": {},
}
GOOD = {"plan": PLAN, "commitment": COMMITMENT, "report": REPORT}


def changed(kind, path, value):
    content = copy.deepcopy(GOOD[kind])
    *way, last = path.split(".")
    at = content
    for step in way:
        at = at[int(step) if step.isdigit() and isinstance(at, list) else step]
    at[last] = value
    return clean_content(kind, content)


def gaps(kind, content):
    return [(r.rule, r.place) for r in complete(act(document(kind, content=content), "submit"))]


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_complete_paper_has_no_gap(kind):
    assert gaps(kind, clean_content(kind, GOOD[kind])) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "gap"),
    [
        ("plan", "text", " ", ("FORM", "text")),
        ("plan", "tasks", [], ("FORM", "tasks")),
        ("plan", "tasks.0.person", "", ("FORM", "tasks.0.person")),
        ("plan", "tasks.0.task", "", ("FORM", "tasks.0.task")),
        ("plan", "tasks.0.deadline", "", ("FORM", "tasks.0.deadline")),
        ("plan", "tasks.0.result", "", ("FORM", "tasks.0.result")),
        ("plan", "models", [], None),  # R04 is shown, not refused
        ("commitment", "sections.1", "", ("R06", "sections.1")),
        ("commitment", "sections.2", "", ("R06", "sections.2")),
        ("commitment", "sections.3", [], ("R06", "sections.3")),
        ("commitment", "sections.3", ["", " "], ("R06", "sections.3")),
        ("commitment", "sections.4", "", ("R06", "sections.4")),
        ("commitment", "sections.5", "", None),
        ("commitment", "sections.6", "", ("R06", "sections.6")),
        ("commitment", "sections.6", "Nghị quyết Đại hội XII của Đảng", ("R06", "sections.6")),
        ("report", "period", "", ("B2", "period")),
        ("report", "figures_as_of", "", ("B2", "figures_as_of")),
        ("report", "results", "", ("B2", "results")),
        ("report", "shortcomings", "", ("I19", "shortcomings")),
        ("report", "period", "Năm 2026", ("R14", "next_tasks")),
    ],
)
def test_one_gap(kind, path, value, gap):
    assert gaps(kind, changed(kind, path, value)) == ([gap] if gap else [])


@pytest.mark.parametrize(("kind", "count"), [("plan", 2), ("commitment", 5), ("report", 4)])
def test_all_gaps_at_once(kind, count):
    assert len(gaps(kind, clean_content(kind, {}))) == count


def test_erased_text_is_incomplete_rather_than_a_crash():
    for kind in GOOD:
        assert gaps(kind, {})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Nghị quyết Đại hội XIV của Đảng", True),
        ("nghị quyết đại hội xiv", True),
        ("Đại hội đại biểu toàn quốc lần thứ 14", True),
        ("Đại hội XIII và Đại hội XIV", True),
        ("Đại hội XII", False),
        ("Đại hội XIVI", False),
        ("Đại hội Đảng", False),
        ("14 việc của Đại hội chi bộ 2026", False),
    ],
)
def test_congress_is_named(text, named):
    assert names_congress(text, "XIV") is named


@pytest.mark.parametrize(
    ("printed", "today", "said"),
    [
        (date(2026, 5, 2), None, "trước ngày của kế hoạch"),
        (date(2026, 4, 1), date(2026, 5, 2), "đã qua"),
        (None, date(2026, 5, 2), "đã qua"),
        (date(2026, 4, 30), date(2026, 4, 30), None),
        (date(2026, 4, 1), None, None),  # issued: a task whose day is past is no slip
    ],
)
def test_a_task_that_ends_before_the_plan_or_in_the_past_gets_a_hint(printed, today, said):
    hints = past_deadlines(PLAN, printed, today)
    assert [hint.place for hint in hints] == (["tasks.0.deadline"] if said else [])
    assert all(hint.level == "warn" and said in hint.text for hint in hints)
