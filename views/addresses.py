"""Addresses of pages. A list has many, and `url_for` builds each anew; here each is built once."""

from __future__ import annotations

from functools import lru_cache

from flask import request, url_for


def address(endpoint: str, **values: str) -> str:
    """As `url_for`, of a page whose address says nothing but names: a few thousand at most."""
    return _address(request.script_root, endpoint, *values.items())


def numbered(endpoint: str, name: str, number: int) -> str:
    """The address of one of many pages that are told apart by a number at its end."""
    return f"{_front(request.script_root, endpoint, name)}{number}"


@lru_cache(10_000)
def _address(root: str, endpoint: str, *values: tuple[str, str]) -> str:
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]


@lru_cache(100)
def _front(root: str, endpoint: str, name: str) -> str:
    return url_for(endpoint, **{name: 0}).removesuffix("0")  # type: ignore[arg-type]
