"""What the launcher does before the processes run, and what it then says to the newcomer."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from config import DEMO_PASSWORD, ROOT, Settings, SettingsError
from workers.children import start, stop

# The launcher lives long and does little: it loads no application, and asks by plain SQL.
UNITS = sa.text("SELECT count(*) FROM unit")
ACCOUNTS = sa.text("SELECT count(*) FROM account")
DEMO_ACCOUNTS = sa.text(
    "SELECT account.login, person.full_name FROM account JOIN person ON person.id = account.person_id"
    " WHERE account.is_demo ORDER BY account.id"
)
SET_UP = (["db", "upgrade"], ["workflow", "publish"])
LOAD_DEMO = ["demo", "load"]


def prepare(settings: Settings, env: Mapping[str, str], stopping: Callable[[], bool]) -> None:
    """Migrates, publishes the shipped definitions, and loads the demo into an empty database.

    Raises `SettingsError` when a step fails; its own output stands above. Returns early when
    `stopping()` becomes true; a demo interrupted on SQLite begins anew at the next start.
    """
    file = _sqlite_file(settings)
    if file is None:
        _refuse_without_database(settings)
    if settings.demo and file is not None and not file.exists():
        _load_aside(file, env, stopping)
        return
    _flask(SET_UP, env, stopping)
    if settings.demo and not stopping() and _count(settings, UNITS) == 0:
        _say_demo(stopping)
        _flask([LOAD_DEMO], env, stopping)


def _sqlite_file(settings: Settings) -> Path | None:
    url = sa.engine.make_url(settings.database_url)
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def _refuse_without_database(settings: Settings) -> None:
    engine = sa.create_engine(settings.database_url)
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        where = engine.url.render_as_string(hide_password=True)
        raise SettingsError(
            f"Không kết nối được cơ sở dữ liệu {where}. / The database {where} does not answer."
        ) from None
    finally:
        engine.dispose()


def _load_aside(file: Path, env: Mapping[str, str], stopping: Callable[[], bool]) -> None:
    """Makes the database under another name, so that half a demo never bears the right one."""
    draft = file.with_name(f"{file.name}.draft")
    for leftover in file.parent.glob(f"{draft.name}*"):
        leftover.unlink()
    elsewhere = {**env, "DATABASE_URL": f"sqlite:///{draft}"}
    _say_demo(stopping)
    _flask([*SET_UP, LOAD_DEMO], elsewhere, stopping)
    if not stopping():
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(file)


def _say_demo(stopping: Callable[[], bool]) -> None:
    if not stopping():
        print("Đang nạp dữ liệu mẫu… / Loading the demo…", flush=True)


def greeting(settings: Settings) -> str:
    """The address and who can log in, for the terminal."""
    lines = ["", f"Duyệt: {settings.public_url}"]
    if settings.demo and (demo := _demo_accounts(settings)):
        lines.append(
            f"  {len(demo)} tài khoản mẫu / demo accounts; the login page offers “enter as”:"
        )
        lines += [f"    {login:<20} {name}" for login, name in demo[:8]]
        lines.append(f"  Mật khẩu chung / their password: {DEMO_PASSWORD}")
    elif _count(settings, ACCOUNTS) == 0:
        command = '.venv/bin/flask user add LOGIN --name "…" --admin'
        lines.append(f"  Chưa có tài khoản nào; tạo người quản trị đầu tiên: {command}")
        lines.append(f"  No account yet; make the first administrator with: {command}")
    lines.append("  Ctrl-C để dừng / to stop")
    return "\n".join([*lines, ""])


def _flask(
    commands: Sequence[list[str]], env: Mapping[str, str], stopping: Callable[[], bool]
) -> None:
    """Runs these commands of `flask`, one after the other, in one process."""
    if stopping():
        return
    words = [" ".join(command) for command in commands]
    process = start([sys.executable, "-m", "workers.commands", *words], cwd=ROOT, env=env)
    while process.poll() is None:
        if stopping():
            stop(process, patience=10)
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    if process.returncode != 0:
        raise SettingsError(
            "Chuẩn bị cơ sở dữ liệu không xong; xem lý do ở trên. / "
            "Preparing the database failed; the reason stands above."
        )


def _count(settings: Settings, query: sa.TextClause) -> int:
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        number: int = connection.scalar(query) or 0
    engine.dispose()
    return number


def _demo_accounts(settings: Settings) -> list[tuple[str, str]]:
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        found = [(login, name) for login, name in connection.execute(DEMO_ACCOUNTS)]
    engine.dispose()
    return found
