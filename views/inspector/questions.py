"""The fifteen questions: an index with counts, a page for each, and the answer to take away."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext

import clock
from views import present
from views.forms import is_digits
from views.inspector.answers import count_words, event_mark, shown, text_of
from views.inspector.asking import Asked, asked, choices, load_question
from views.inspector.pages import blueprint
from views.loaders import LARGEST, viewer
from views.policy import policy
from views.prints.base import sheet
from views.prints.csv import as_csv
from workflows.questions import Question, Row, Window, questions, standing_scope

EXPORTED = 5_000  # rows of one file
CHUNK = 500


@blueprint.get("/questions")
@policy("inspector")
def question_index() -> tuple[str, int]:
    """All fifteen with their counts."""
    given = asked()
    return _render("inspector/questions.html", given, listed=_listed(given, counted=True))


@blueprint.get("/questions/<int:n>")
@policy("inspector")
def question(n: int) -> tuple[str, int]:
    one, given = load_question(n), asked()
    after = request.args.get("after", "")
    start = min(int(after), LARGEST) if is_digits(after) and len(after) < 19 else 0
    answer = one.answer(given.scope, Window(after=start))
    rows, apart = shown(answer, one)
    here = {"n": n, **given.kept}
    return _render(
        "inspector/question.html",
        given,
        question=one,
        answer=answer,
        count=count_words(answer),
        rows=rows,
        apart=apart if not start else [],
        by_unit=[(present.unit_name(unit), count) for unit, count in answer.by_unit],
        note=present.sentence(answer.note) if answer.note else "",
        next_url=url_for("inspector.question", **here, after=answer.next)
        if answer.next is not None
        else None,
        first_url=url_for("inspector.question", **here) if start else "",
        listed=_listed(given, counted=False),
    )


@blueprint.get("/questions/<int:n>/answer.<any(xlsx,csv):form>")
@policy("inspector")
def question_file(n: int, form: str) -> Response:
    """The whole answer, up to 5,000 rows, with the events that show it; never a text."""
    one, given = load_question(n), asked()
    heads = [
        gettext("Đơn vị"),
        *(gettext(column.words) for column in one.columns),
        gettext("Nhận xét"),
        gettext("Quy tắc"),
        gettext("Sự kiện"),
        gettext("Mã kiểm tra"),
    ]
    rows, by_unit = _whole(one, given)
    table = [_line(row, one) for row in rows]
    width = len(heads)
    for unit, count in by_unit:
        words = gettext("%(n)s trường hợp, không nêu tên", n=count)
        table.append([present.unit_name(unit), words, *[""] * (width - 2)])
    title = gettext("Câu hỏi %(n)s", n=n)
    name = f"{title} {present.iso(clock.now())[:10]}"
    if form == "csv":
        return as_csv(heads, table, name)
    return sheet(heads, table, title, name, given.scope.today)


def _render(template: str, given: Asked, **more: Any) -> tuple[str, int]:
    page = render_template(
        template,
        chosen=given.chosen,
        kept=given.kept,
        units=choices(standing_scope(viewer(), clock.now())),
        form=given.form,
        problems=given.form.problems(),
        **more,
    )
    return page, 200 if given.form.ok else 422


def _listed(given: Asked, *, counted: bool) -> list[dict[str, Any]]:
    """The fifteen in a line each."""
    return [
        {
            "n": n,
            "words": gettext(one.short),
            "title": gettext(one.title),
            "machine": one.machine,
            "url": url_for("inspector.question", n=n, **given.kept),
            "count": one.count(given.scope).count if counted else None,
        }
        for n, one in questions().items()
    ]


def _whole(one: Question, given: Asked) -> tuple[list[Row], list[Any]]:
    """Every row up to the bound, page by page, and the counts by unit."""
    rows: list[Row] = []
    after: int | None = 0
    by_unit: list[Any] = []
    while after is not None and len(rows) < EXPORTED:
        answer = one.answer(given.scope, Window(CHUNK, after))
        rows += answer.rows
        after, by_unit = answer.next, answer.by_unit
    return rows, by_unit


def _line(row: Row, one: Question) -> list[Any]:
    events = [piece.event for piece in row.evidence if piece.event is not None]
    return [
        present.unit_name(row.unit),
        *(text_of(row.cells.get(column.name)) for column in one.columns),
        present.sentence(row.told),
        ", ".join(piece.rule for piece in row.evidence if piece.rule),
        ", ".join(event_mark(event) for event in events),
        ", ".join(event.leaf_hash.hex() for event in events),
    ]
