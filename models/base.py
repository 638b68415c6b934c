"""The database handle, column types, and the one way to write: `transaction()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import sqlalchemy as sa
import sqlalchemy.orm
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from models import connections, turns  # noqa: F401  the first hears what connects

T = TypeVar("T")

# Every constraint has a name, so that migrations can drop it on SQLite too.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Stored as naive UTC, read as aware UTC; a naive value is refused."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs a zone; got a naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Declarative(DeclarativeBase):
    registry = sa.orm.registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime,
            dict: sa.JSON,
            list: sa.JSON,
            str: sa.Text,
        },
    )


class OneDatabase(FlaskSession):
    """A session of an application with one database, which is looked up once and not with every
    statement."""

    _engine: sa.Engine | None = None

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **more: Any
    ) -> Any:
        if bind is not None:
            return bind
        if self._engine is None:
            self._engine = self._db.engine
        return self._engine


db = SQLAlchemy(model_class=Declarative, session_options={"class_": OneDatabase})

if TYPE_CHECKING:
    Base = Declarative
else:
    Base = db.Model

Id = Annotated[
    int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
]


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for Core statements."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


def as_texts(*columns: sa.Column[Any]) -> list[sa.Label[str]]:
    """The columns as texts under their own names, whatever somebody has put into them."""
    return [sa.cast(column, sa.Text).label(column.name) for column in columns]


def ref(target: str, *, index: bool = True, **options: Any) -> sa.orm.MappedColumn[Any]:
    """A foreign key column to `table.column`; indexed unless told otherwise."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return mapped_column(kind, sa.ForeignKey(target), index=index, **options)


def locks_rows() -> bool:
    """Whether this database locks rows rather than all of itself."""
    return db.session.get_bind().dialect.name != "sqlite"


@contextmanager
def transaction() -> Iterator[sa.orm.Session]:
    """One durable unit of work: commits at the end, rolls back on any exception.

    Within an outer `transaction()` it joins the outer one. Anything read before is read again
    inside, because the read snapshot ends here.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.rollback()
    with nullcontext() if locks_rows() else turns.one_of_this_process():
        session.connection(execution_options={"writing": True})
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False


def forget_transaction() -> None:
    """What was begun is undone, so that the next statement is not refused for one that failed; a
    connection that is gone has nothing left to undo."""
    try:
        db.session.rollback()
    except sa.exc.SQLAlchemyError:
        db.session.remove()


def asked(
    statement: sa.Executable, values: Mapping[str, Any] | None = None
) -> sa.CursorResult[*tuple[Any, ...]]:
    """The rows of a statement that asks for columns and for no objects: what `session.execute`
    answers, at half its price for a short answer."""
    session = db.session()
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)


def once(session: sa.orm.Session, question: object, find: Callable[[], T]) -> T:
    """The answer to a question of the database, found once in the session's present read snapshot:
    it is forgotten when the snapshot ends or something is flushed, and never kept within
    `transaction()`. The answer is shared, so it is not to be changed."""
    if session.info.get("writing"):
        return find()
    kept: dict[object, T] = session.info.setdefault("once", {})
    if question not in kept:
        kept[question] = find()
    return kept[question]


def already_told(session: sa.orm.Session, question: object, answer: object) -> None:
    """The answer that another statement brought along: `once` need not ask in this snapshot."""
    if not session.info.get("writing"):
        session.info.setdefault("once", {})[question] = answer


@event.listens_for(sa.orm.Session, "after_transaction_end")
def _forget(session: sa.orm.Session, _ended: object) -> None:
    session.info.pop("once", None)


@event.listens_for(sa.orm.Session, "after_flush")
def _forget_flushed(session: sa.orm.Session, _context: object) -> None:
    session.info.pop("once", None)
