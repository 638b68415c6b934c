"""One book of the register on the screen, to be printed: A4 landscape. Its files: `views.prints`."""

from __future__ import annotations

from flask import render_template

import clock
from views import present
from views.clerk.base import TYPE_NAMES, blueprint, load
from views.clerk.lines import row_of
from views.clerk.register import book_asked_for
from views.policy import policy


@blueprint.get("/book")
@policy("unit")
def book(code: str) -> str:
    unit = load(code)
    opened = book_asked_for(unit)
    return render_template(
        "clerk/book.html",
        unit=unit,
        book=opened,
        type_name=TYPE_NAMES[opened.type],
        rows=[row_of(line, set()) for line in opened.lines],
        today=present.local_day(clock.now()),
    )
