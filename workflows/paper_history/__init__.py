"""What an inspector reads of one paper's past, and of many: revisions by stages, times of bodies,
returns, and the one search over events."""

from workflows.paper_history.events import COUNTED, Found, Wanted, count_events, find_events
from workflows.paper_history.facts import Fact, facts_of
from workflows.paper_history.grid import Act, Cell, Row, grid
from workflows.paper_history.reach import Reach, loadable, reach_of
from workflows.paper_history.returns import Return, returns
from workflows.paper_history.times import Spent, times

__all__ = [
    "COUNTED",
    "Act",
    "Cell",
    "Fact",
    "Found",
    "Reach",
    "Return",
    "Row",
    "Spent",
    "Wanted",
    "count_events",
    "facts_of",
    "find_events",
    "grid",
    "loadable",
    "reach_of",
    "returns",
    "times",
]
