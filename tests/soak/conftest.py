"""`make soak` ends with one table of what was done and what went wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

COLUMNS = ("faults", "acts", "lost", "doubled", "half-done", "histories", "violations", "notes")
ROWS = pytest.StashKey[dict[str, dict[str, object]]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Call it with a name and figures by column: they become a row of the table."""
    rows = request.config.stash.setdefault(ROWS, {})

    def row(name: str, **figures: object) -> None:
        rows[name] = figures

    return row


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    rows = config.stash.get(ROWS, {})
    if not rows:
        return
    table = [["", *COLUMNS]]
    for name, figures in rows.items():
        table.append([name, *(str(figures.get(c.replace("-", "_"), "–")) for c in COLUMNS)])
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    terminalreporter.section("soak")
    for line in table:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
        terminalreporter.write_line("  ".join([*cells, line[-1]]))
