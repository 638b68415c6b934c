"""Entry on behalf of members: typed by an officer of the cell, confirmed by the member himself or
by the sheet he signed."""

from workflows.proxies.confirm import confirm_by_scan
from workflows.proxies.enter import enter, live_commitment
from workflows.proxies.members import Line, campaigns_of, is_cell, lines, may_type, served
from workflows.proxies.reading import open_typed

__all__ = [
    "Line",
    "campaigns_of",
    "confirm_by_scan",
    "enter",
    "is_cell",
    "lines",
    "live_commitment",
    "may_type",
    "open_typed",
    "served",
]
