"""Sentences as they are shown: in Vietnamese on the page, and there is an English one."""

from __future__ import annotations

import html
import json
import re
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from config import ROOT

PLACE = re.compile(r"%\((\w+)\)[sd]")


@cache
def _english() -> Catalog:
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def in_english(sentence: str) -> str:
    """The English of a sentence as it stands in the source, with the same placeholders."""
    message = _english().get(sentence)
    assert message is not None, f"no sentence of the source: {sentence}"
    english = message.string if isinstance(message.string, str) else message.string[-1]
    assert english, f"no English: {sentence}"
    assert set(PLACE.findall(english)) == set(PLACE.findall(sentence))
    return english


def shown(answer: TestResponse | str, sentence: str, **params: object) -> bool:
    """Whether a page, an answer of the API or an output says this sentence of the source, filled in;
    asserts that it has an English form."""
    in_english(sentence)
    return " ".join((sentence % params).split()) in _words(answer)


def _words(answer: TestResponse | str) -> str:
    if isinstance(answer, str):
        text = answer
    elif answer.mimetype.endswith("json"):
        text = json.dumps(answer.json, ensure_ascii=False)
    else:
        text = html.unescape(answer.text)
    return " ".join(text.split())
