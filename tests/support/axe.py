"""axe-core 4.14.1 (tests/support/axe.min.js): what is wrong with a page for people who see, hear or
move differently. By Deque Systems, under the Mozilla Public License 2.0, as published on npm."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("axe.min.js").read_text()


def findings(page: Page) -> list[str]:
    """One line per finding on `page`: the rule, and the first elements concerned. Empty is good."""
    # Evaluated through the debugger, so that the page's own Content-Security-Policy stays on.
    page.evaluate(SCRIPT)
    result: dict[str, Any] = page.evaluate("() => axe.run(document)")
    return [
        f"{rule['id']}: {rule['help']} — " + "; ".join(n["html"][:120] for n in rule["nodes"][:3])
        for rule in result["violations"]
    ]
