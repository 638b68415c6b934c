"""The fifteen questions by number: every module q01_… to q15_… of this package holds one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

from workflows.questions.question import Question

_FILE = re.compile(r"q(\d\d)_\w+")


@cache
def questions() -> dict[int, Question]:
    """The questions by their numbers, in order."""
    found = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if _FILE.fullmatch(module.name):
            question = importlib.import_module(f"{__package__}.{module.name}").QUESTION
            found[question.n] = question
    return dict(sorted(found.items()))
