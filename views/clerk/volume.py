"""One book of the register on the screen, to be printed: A4 landscape. Its files: `views.prints`."""

from __future__ import annotations

from flask import abort, render_template, request

import clock
from views import present
from views.clerk.base import TYPE_NAMES, blueprint, load
from views.clerk.lines import row_of
from views.clerk.register import open_book
from views.policy import policy
from workflows import register


@blueprint.get("/book")
@policy("unit")
def book(code: str) -> str:
    unit = load(code)
    books = register.volumes(unit)
    opened = open_book(unit, books)
    wanted = (request.args.get("type", ""), request.args.get("period", ""))
    if opened is None or (any(wanted) and wanted != (opened.type, opened.period)):
        abort(404)
    return render_template(
        "clerk/book.html",
        unit=unit,
        book=opened,
        type_name=TYPE_NAMES[opened.type],
        rows=[row_of(line, set()) for line in opened.lines],
        today=present.local_day(clock.now()),
    )
