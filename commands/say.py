"""How commands speak: sentences, never stack traces. Exit status 0 done, 1 no, 2 wrong usage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NoReturn

import click
import sqlalchemy as sa

from workflows.refusal import Reason, WorkflowError


def fail(sentence: str) -> NoReturn:
    """Says one sentence on the error output and ends with status 1."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)


@contextmanager
def sentences() -> Iterator[None]:
    """Turns a refusal, and a database that is not there, into sentences and status 1."""
    try:
        yield
    except WorkflowError as refusal:
        fail("\n".join(sentence(reason) for reason in refusal.reasons))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        known = "no such table" in str(error.orig) or "does not exist" in str(error.orig)
        if not known:
            raise
        fail(
            "Cơ sở dữ liệu chưa được chuẩn bị: chạy “flask db upgrade” trước. / "
            "The database is not prepared: run “flask db upgrade” first."
        )


def sentence(reason: Reason) -> str:
    """A reason in Vietnamese, its places filled."""
    return reason.text % {name: _words(value) for name, value in reason.params.items()}


def _words(value: Any) -> Any:
    if isinstance(value, Reason):
        return sentence(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value
