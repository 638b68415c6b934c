"""Numbers in addresses: `<id:document_id>` of a row, `<nth:n>` of a revision, an event, a question."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1  # that a column of ids holds


class Counted(IntegerConverter):
    """A whole number from 1 to `LARGEST`. Any other is in no address of the house: its 404 comes
    from the router, and no view has to ask before it asks the database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


def install(app: Flask) -> None:
    """Lets the addresses of `app` say `id` and `nth`; before the first blueprint is registered."""
    app.url_map.converters |= {"id": Counted, "nth": Counted}
