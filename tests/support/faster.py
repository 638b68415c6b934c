"""A thousand tests make a thousand applications: what is the same in each is worked out once.

Only work that depends on the source alone is kept: a rule's parts and the code that builds an address
from it, the bytecode of a template, and the statements that an engine has compiled for its dialect.
Databases of tests therefore take their names in turn, and an engine lives as long as its address.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_compile = Rule._compile_builder


def _compile_once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (self.rule, repr(self.defaults), tuple(self._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(self, append_unknown)
    return _builders[key]


_parsed: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}
_parse = Rule._parse_rule


def _parse_once(self: Rule, rule: str) -> list[RulePart]:
    if rule not in _parsed:
        before, names = len(self._trace), set(self._converters)
        parts = list(_parse(self, rule))
        found = {k: v for k, v in self._converters.items() if k not in names}
        _parsed[rule] = parts, self._trace[before:], found
        return parts
    parts, trace, converters = _parsed[rule]
    self._trace += trace
    self._converters |= converters
    self.arguments |= converters.keys()
    return parts


_engines: dict[str, sa.Engine] = {}
_make = SQLAlchemy._make_engine


def _make_once(
    self: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask
) -> sa.Engine:
    key = repr(sorted((name, str(value)) for name, value in options.items()))
    if key not in _engines:
        _engines[key] = _make(self, bind_key, options, app)
    return _engines[key]


def begin_anew(database: str) -> None:
    """A database of this name is another one from now on: what is still connected to the one before
    it, by a thread that outlived its test, is let go."""
    for engine in _engines.values():
        if engine.url.database == database:
            engine.dispose()


class Memory(BytecodeCache):
    """Templates compiled by this process, kept by the checksum of their source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        found = self.kept.get((bucket.key, bucket.checksum))
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES = Memory()


def settle() -> None:
    """All code is loaded: it stays, and is not looked through again and again for rubbish. Passwords
    of tests are hashed as argon2id by the same code, at the least cost there is."""
    from workflows.accounts import passwords  # whoever only hands tests out loads nothing

    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000)


def install() -> None:
    """From now on rules and statements are compiled once in this process, and what is loaded is not
    looked through for rubbish until all of it is there."""
    gc.disable()
    SQLAlchemy._make_engine = _make_once  # type: ignore[method-assign]
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]
    Rule._parse_rule = _parse_once  # type: ignore[method-assign]
