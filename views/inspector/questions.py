"""The fifteen questions: an index with counts, a page for each, and the answer to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.inspection import Inspection
from views import present
from views.forms import after_id
from views.inspector.answers import count_words, event_mark, grid_of, shown, text_of
from views.inspector.asking import Asked, asked, choices, load_question
from views.inspector.findings_new import address_from
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.prints.base import sheet
from views.prints.csv import as_csv
from workflows.inspections.readings import note_paper
from workflows.questions import Answer, Question, Row, Window, questions

EXPORTED = 5_000  # rows of one file
CHUNK = 500


@blueprint.get("/questions")
@policy("inspector")
def question_index() -> tuple[str, int]:
    """All fifteen with their counts."""
    given = asked()
    return _render("inspector/questions.html", given, listed=_listed(given, counted=True))


@blueprint.get("/questions/<nth:n>")
@policy("inspector")
def question(n: int) -> tuple[str, int]:
    one, given = load_question(n), asked()
    start = after_id() or 0
    every = one.compared is not None and request.args.get("all") == "1"
    ask = one.compared if one.compared is not None and every else one.answer
    answer = ask(given.scope, Window(after=start))
    rows, apart = shown(answer, one, given.inspection)
    for made, row in zip(rows, answer.rows, strict=True):
        of = given.inspection
        made["finding_url"] = address_from(of, one, row) if of and not row.fine else ""
        made["pair_url"] = _pair_url(of, row) if of is not None else ""
    here = {"n": n, **given.kept, **({"all": 1} if every else {})}
    page = _render(
        "inspector/question.html",
        given,
        question=one,
        answer=answer,
        counted=count_words(answer),
        every=every,
        rows=rows,
        apart=apart if not start else [],
        grid=grid_of(answer),
        by_unit=[(present.unit_name(unit), count) for unit, count in answer.by_unit],
        note=present.sentence(answer.note) if answer.note else "",
        next_url=url_for("inspector.question", **here, after=answer.next)
        if answer.next is not None
        else None,
        first_url=url_for("inspector.question", **here) if start else "",
        listed=_listed(given, counted=False),
    )
    _note_texts([*answer.rows, *(() if start else answer.apart)])
    return page


@blueprint.get("/questions/<nth:n>/answer.xlsx")
@policy("inspector")
def question_xlsx(n: int) -> Response:
    """The whole answer, up to 5,000 rows, with the events that show it; never a text."""
    heads, table, name, today = _table(n)
    return sheet(heads, table, gettext("Câu hỏi %(n)s", n=n), name, today)


@blueprint.get("/questions/<nth:n>/answer.csv")
@policy("inspector")
def question_csv(n: int) -> Response:
    """The same as CSV."""
    heads, table, name, _ = _table(n)
    return as_csv(heads, table, name)


def _table(n: int) -> tuple[list[str], list[list[Any]], str, date]:
    """Heads, lines, the file's name and the day of an answer."""
    one, given = load_question(n), asked()
    if not given.form.ok:
        abort(422)
    heads = [
        gettext("Đơn vị"),
        *(gettext(column.words) for column in one.columns),
        gettext("Kết quả"),
        gettext("Quy tắc"),
        gettext("Sự kiện"),
        gettext("Mã kiểm tra"),
    ]
    rows, last = _whole(one, given)
    table = [_line(row, one) for row in rows]
    if last.apart:
        table += [[gettext(one.apart)], *(_line(row, one) for row in last.apart)]
    for unit, count in last.by_unit:
        table.append([present.unit_name(unit), gettext("%(n)s bản, không nêu tên", n=count)])
    width = len(heads)
    filled = [[*line, *[""] * (width - len(line))] for line in table]
    name = f"{gettext('Câu hỏi %(n)s', n=n)} {given.scope.today.isoformat()}"
    return heads, filled, name, given.scope.today


def _note_texts(rows: list[Row]) -> None:
    """The texts that rows set side by side, never a person's, are read here like on their page."""
    now = clock.now()
    for row in rows:
        for text in (row.beside.texts if row.beside else None) or ():
            note_paper(text.document, viewer(), now, text.n)


def _pair_url(inspection: Inspection, row: Row) -> str:
    """Where the texts of two persons' papers are opened side by side, with a reason."""
    if row.opens is None:
        return ""
    one, other = (document.id for document in row.opens)
    return url_for("inspector.ask_pair", inspection_id=inspection.id, one=one, other=other)


def _render(template: str, given: Asked, **more: Any) -> tuple[str, int]:
    page = render_template(
        template,
        chosen=given.chosen,
        kept=given.kept,
        units=choices(given.widest),
        inspection=given.inspection,
        decision=_decision(given),
        form=given.form,
        problems=given.form.problems(),
        **more,
    )
    return page, 200 if given.form.ok else 422


def _decision(given: Asked) -> str:
    """“Quyết định 15-QĐ/UBKT ngày 16/11/2026”, within an inspection."""
    one = given.inspection
    if one is None:
        return ""
    day = present.day(one.decided_on)
    return gettext("Quyết định %(number)s ngày %(day)s", number=one.decision_number, day=day)


def _listed(given: Asked, *, counted: bool) -> list[dict[str, Any]]:
    """The fifteen in a line each."""
    return [
        {
            "n": n,
            "words": gettext(one.short),
            "title": gettext(one.title),
            "machine": one.machine,
            "url": url_for("inspector.question", n=n, **given.kept),
            # A machine's hint is given within an open inspection alone.
            "count": one.count(given.scope).count
            if counted and (given.scope.persons or not one.machine)
            else None,
        }
        for n, one in questions().items()
    ]


def _whole(one: Question, given: Asked) -> tuple[list[Row], Answer]:
    """Every row up to the bound, page by page, and the first page's answer."""
    first = answer = one.answer(given.scope, Window(CHUNK))
    rows = list(first.rows)
    while answer.next is not None and len(rows) < EXPORTED:
        answer = one.answer(given.scope, Window(CHUNK, answer.next))
        rows += answer.rows
    return rows, first


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
