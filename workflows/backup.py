"""A logical copy of the whole database, and of the files people brought, in one file, readable by
either kind of database.

The file is a zip: one JSON-lines file per table, in an order in which every row comes after those
it refers to, the files by their hash, and `manifest.json` with the schema's revision, row counts
and hashes. Tables are taken as the database describes them, so that a copy of an older schema can be brought back first
and migrated afterwards. Instants are stored, and so copied, as UTC without a zone.
"""

import json
import os
import re
import shutil
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, DropConstraint

from workflows.files.place import place

FORMAT = 2
READ = (1, 2)  # 1 had no files
MANIFEST = "manifest.json"
BATCH = 500
PIECE = 1 << 20
HASH = re.compile(r"[0-9a-f]{64}")
# What belongs to the running installation and not to the organisation.
NOT_COPIED = frozenset({"alembic_version", "heartbeat", "login_attempt", "login_session"})


class BackupError(Exception):
    """Why a copy could not be made or brought back: one sentence in both languages."""


def write(engine: sa.Engine, path: Path, *, made_at: datetime) -> dict[str, int]:
    """Copies everything, as of one instant, into the new file `path`; rows per table.

    Works while the system runs. Raises `BackupError` when `path` exists or cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        if path.exists():
            raise BackupError(f"Tệp {path} đã có. / The file {path} exists already.")
        draft.touch(mode=0o600)
        with (
            place().held(),  # what the copy's rows point to is not swept away meanwhile
            _reading(engine) as connection,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as z,
        ):
            metadata = _tables(connection)
            tables = [
                _write_table(connection, z, table)
                for table in metadata.sorted_tables
                if table.name not in NOT_COPIED
            ]
            manifest = {
                "format": FORMAT,
                "made_at": made_at.isoformat(),
                "revision": revision(connection),
                "tables": tables,
                "files": _write_files(connection, z, metadata),
            }
            z.writestr(MANIFEST, json.dumps(manifest, indent=1))
        draft.rename(path)
    except OSError as error:
        raise BackupError(
            f"Không ghi được {path}: {error.strerror}. / "
            f"{path} cannot be written: {error.strerror}."
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    return {table["name"]: table["rows"] for table in tables}


def manifest(path: Path) -> dict[str, Any]:
    """What `path` says it holds, after checking every hash. Raises `BackupError`."""
    try:
        with zipfile.ZipFile(path) as z:
            found: dict[str, Any] = json.loads(z.read(MANIFEST))
            if found["format"] not in READ:
                raise BackupError(
                    f"Bản sao lưu có định dạng {found['format']}, phiên bản này đọc {FORMAT}. / "
                    f"The backup has format {found['format']}; this version reads {FORMAT}."
                )
            for table in found["tables"]:
                _check(z, _member(table["name"]), table["sha256"])
            for digest in found.setdefault("files", []):
                _check(z, _file(digest), digest)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise BackupError(
            f"{path} không phải bản sao lưu nguyên vẹn ({error}). / "
            f"{path} is not an intact backup ({error})."
        ) from None
    return found


def restore(engine: sa.Engine, path: Path) -> dict[str, int]:
    """Fills the empty, migrated database with what `path` holds; rows per table.

    All or nothing, with every reference checked at the end. Raises `BackupError` when the database
    is not empty or not at the copy's revision.
    """
    wanted = manifest(path)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if revision(connection) != wanted["revision"]:
            raise BackupError(
                "Cơ sở dữ liệu không cùng phiên bản với bản sao lưu. / "
                "The database is not at the backup's revision."
            )
        tables = _tables(connection).tables
        _refuse_unless_empty(connection, list(tables.values()))
        put_back = _without_references(connection, list(tables.values()))
        with zipfile.ZipFile(path) as z:
            for entry in wanted["tables"]:
                _read_table(connection, z, tables[entry["name"]])
            for digest in wanted["files"]:
                _read_file(z, digest)
        put_back()
        _advance_sequences(connection, list(tables.values()))
    return {table["name"]: table["rows"] for table in wanted["tables"]}


def revision(connection: sa.Connection) -> str | None:
    """The schema's revision, or None before the first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return found


def refuse_unless_empty(engine: sa.Engine) -> None:
    """Raises `BackupError` when any table that a copy would fill has a row. No tables is empty."""
    with engine.connect() as connection:
        _refuse_unless_empty(connection, list(_tables(connection).tables.values()))


def _reading(engine: sa.Engine) -> sa.Connection:
    """A connection that sees one instant: SQLite does by itself, PostgreSQL when asked."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _tables(connection: sa.Connection) -> sa.MetaData:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata


def _write_table(connection: sa.Connection, z: zipfile.ZipFile, table: sa.Table) -> dict[str, Any]:
    rows, digest = 0, sha256()
    found = connection.execution_options(yield_per=BATCH).execute(
        sa.select(table).order_by(*table.primary_key.columns)
    )
    with z.open(_member(table.name), "w", force_zip64=True) as file:
        for row in found.mappings():
            values = {name: _encode(value) for name, value in row.items() if value is not None}
            line = json.dumps(values, ensure_ascii=False).encode() + b"\n"
            file.write(line)
            digest.update(line)
            rows += 1
    return {"name": table.name, "rows": rows, "sha256": digest.hexdigest()}


def _read_table(connection: sa.Connection, z: zipfile.ZipFile, table: sa.Table) -> None:
    with z.open(_member(table.name)) as file:
        while lines := list(islice(file, BATCH)):
            # Absent is NULL; rows that name the same columns go in together.
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for line in lines:
                row = {name: _decode(table.c[name], v) for name, v in json.loads(line).items()}
                alike.setdefault(tuple(row), []).append(row)
            for rows in alike.values():
                connection.execute(sa.insert(table), rows)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _file(digest: str) -> str:
    if not HASH.fullmatch(digest):
        raise ValueError(f"{digest!r}: hash")
    return f"files/{digest}"


def _check(z: zipfile.ZipFile, member: str, stated: str) -> None:
    digest = sha256()
    with z.open(member) as file:
        while chunk := file.read(PIECE):
            digest.update(chunk)
    if digest.hexdigest() != stated:
        raise ValueError(f"{member}: hash")


def _write_files(connection: sa.Connection, z: zipfile.ZipFile, metadata: sa.MetaData) -> list[str]:
    """Copies the contents that the rows point to; their hashes. A lost one is left out here, and
    named by `flask audit verify`."""
    if "stored_file" not in metadata.tables:
        return []
    column = metadata.tables["stored_file"].c.sha256
    copied = []
    for digest in connection.scalars(sa.select(column).order_by(column)).all():
        source = place().path(digest)
        if source.is_file():
            z.write(source, _file(digest), zipfile.ZIP_STORED)  # packed already
            copied.append(digest)
    return copied


def _read_file(z: zipfile.ZipFile, digest: str) -> None:
    """Brings a content back to its place, durably, before the row that points to it is."""
    here = place()
    with here.draft() as draft, z.open(_file(digest)) as source:
        shutil.copyfileobj(source, draft, PIECE)
        draft.flush()
        os.fsync(draft.fileno())
    here.put(Path(draft.name), digest)


def _encode(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    if isinstance(value, date):  # also datetime
        return value.isoformat()
    return value


def _decode(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(column.type, sa.LargeBinary):
        return b64decode(value)
    if isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _refuse_unless_empty(connection: sa.Connection, tables: list[sa.Table]) -> None:
    filled = ", ".join(
        table.name
        for table in tables
        if table.name not in NOT_COPIED
        and connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1))
    )
    if filled:
        raise BackupError(
            f"Chỉ khôi phục vào cơ sở dữ liệu trống; đã có dữ liệu trong: {filled}. / "
            f"Restoring needs an empty database; these tables hold rows: {filled}."
        )


def _without_references(connection: sa.Connection, tables: list[sa.Table]) -> Callable[[], None]:
    """Lets rows come before those they refer to (a tree's, say); the result checks them all."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        return lambda: None
    references = [reference for table in tables for reference in table.foreign_key_constraints]
    for reference in references:
        connection.execute(DropConstraint(reference))

    def put_back() -> None:
        for reference in references:
            connection.execute(AddConstraint(reference))

    return put_back


def _advance_sequences(connection: sa.Connection, tables: list[sa.Table]) -> None:
    """PostgreSQL counts ids apart from the rows; SQLite follows the rows by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, sa.Integer):
                continue
            sequence = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
            )
            if sequence and (highest := connection.scalar(sa.select(sa.func.max(column)))):
                connection.execute(sa.select(sa.func.setval(sequence, highest)))
