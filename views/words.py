"""Sentences in the viewer's language. As `flask_babel.gettext`, which asks anew for language and
catalogue with every sentence; a page has hundreds. Here they are asked for once a request."""

from __future__ import annotations

from functools import lru_cache

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_locale, get_translations


def gettext(text: str, **values: object) -> str:
    """The sentence in the viewer's language, its places filled."""
    words = _said(_catalogue(), text)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """As `gettext`, in the form for `num`; it may be named in the sentence."""
    return _catalogue().ungettext(one, many, num) % {"num": num, **values}


def english() -> bool:
    """Whether the viewer reads English; if not, Vietnamese."""
    try:
        answer: bool = g.english
    except AttributeError:
        answer = g.english = str(get_locale() or "vi").startswith("en")
    return answer


def install(app: Flask) -> None:
    """Lets the templates ask here too."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _said(_catalogue(), text),
        ngettext=lambda one, many, num: _catalogue().ungettext(one, many, num),
        newstyle=True,
    )


def _catalogue() -> NullTranslations:
    try:
        kept: NullTranslations = g.catalogue
    except AttributeError:
        kept = g.catalogue = get_translations()
    return kept


@lru_cache(10_000)
def _said(catalogue: NullTranslations, text: str) -> str:
    words: str = catalogue.ugettext(text)
    return words
