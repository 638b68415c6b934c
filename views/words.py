"""Sentences in the viewer's language. As `flask_babel.gettext`, which asks anew for language and
catalogue with every sentence; a page has hundreds. Here they are asked for once a request."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

from babel.support import NullTranslations
from flask import Flask, has_request_context
from flask_babel import get_locale, get_translations


class Spoken(NamedTuple):
    """In what language somebody is spoken to."""

    catalogue: NullTranslations
    english: bool


# Of the present request; outside of one it is asked each time.
_SPOKEN: ContextVar[Spoken | None] = ContextVar("spoken", default=None)


def gettext(text: str, **values: object) -> str:
    """The sentence in the viewer's language, its places filled."""
    words = _said(_spoken().catalogue, text)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """As `gettext`, in the form for `num`; it may be named in the sentence."""
    return _spoken().catalogue.ungettext(one, many, num) % {"num": num, **values}


def english() -> bool:
    """Whether the viewer reads English; if not, Vietnamese."""
    return _spoken().english


def install(app: Flask) -> None:
    """Lets the templates ask here too, and forgets the language with each request."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _said(_spoken().catalogue, text),
        ngettext=lambda one, many, num: _spoken().catalogue.ungettext(one, many, num),
        newstyle=True,
    )
    app.before_request(_forget)
    app.teardown_request(_forget)


def _forget(_error: BaseException | None = None) -> None:
    _SPOKEN.set(None)


def _spoken() -> Spoken:
    return _SPOKEN.get() or _ask()


def _ask() -> Spoken:
    spoken = Spoken(get_translations(), str(get_locale() or "vi").startswith("en"))
    if has_request_context():
        _SPOKEN.set(spoken)
    return spoken


@lru_cache(10_000)
def _said(catalogue: NullTranslations, text: str) -> str:
    words: str = catalogue.ugettext(text)
    return words
