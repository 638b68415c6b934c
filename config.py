"""Typed settings from the environment. A wrong value stops the start with one sentence."""

import ipaddress
import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
DEMO_PASSWORD = "noi-di-doi-voi-lam"  # of every demo account; there are none beyond this machine

# A UNIX socket's path is limited to 108 bytes (104 on macOS), and Valkey adds to it while it binds.
LONGEST_SOCKET_PATH = 100


class SettingsError(Exception):
    """A setting is wrong; the text is one sentence for the administrator, in both languages."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment may say. Build it with `from_env`; tests may use `replace`."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    redis_embedded: bool
    data_dir: Path
    key_dir: Path
    witness_dir: Path
    witness_url: str | None
    witness_key: str | None
    witness_listen: tuple[str, int] | None
    host: str
    port: int
    public_url: str
    proxies: int
    secret_key: str = field(repr=False)
    timezone: str
    smtp_url: str | None = field(repr=False)
    mail_from: str
    virus_scanner: tuple[str, ...] | None
    demo: bool

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone, in which days begin and end."""
        return ZoneInfo(self.timezone)

    @property
    def mail_dir(self) -> Path:
        """Where mail is written when there is no SMTP_URL."""
        return self.data_dir / "mail"

    @property
    def files_dir(self) -> Path:
        """Where scans and attachments lie, named by their hash; never served as they lie."""
        return self.data_dir / "files"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings that `environ` (default: the process's) describes.

        An empty value counts as unset. Makes DATA_DIR and, unless SECRET_KEY is given, the key
        file in it. Raises `SettingsError` with a sentence naming the setting that is wrong.
        """
        given = {k: v.strip() for k, v in (os.environ if environ is None else environ).items() if v}
        data_dir = _data_dir(given.get("DATA_DIR"))
        host = given.get("HOST", "127.0.0.1")
        port = _port(given.get("PORT", "8000"))
        redis_url = _redis_url(given.get("REDIS_URL"), data_dir)
        return cls(
            database_url=_database_url(given.get("DATABASE_URL"), data_dir),
            redis_url=redis_url,
            # The launcher hands its children the address that it would have found itself.
            redis_embedded=redis_url == _redis_url(None, data_dir),
            data_dir=data_dir,
            key_dir=(key_dir := _folder("KEY_DIR", given.get("KEY_DIR"), data_dir / "keys")),
            witness_dir=_folder("WITNESS_DIR", given.get("WITNESS_DIR"), key_dir / "witness"),
            witness_url=_witness_url(given.get("WITNESS_URL"), given.get("WITNESS_KEY")),
            witness_key=given.get("WITNESS_KEY"),
            witness_listen=_witness_listen(given.get("WITNESS_LISTEN")),
            host=host,
            port=port,
            public_url=_public_url(given.get("PUBLIC_URL"), host, port),
            proxies=_proxies(given.get("PROXIES", "0")),
            secret_key=given.get("SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
            timezone=_timezone(given.get("TIMEZONE", "Asia/Ho_Chi_Minh")),
            smtp_url=_smtp_url(given.get("SMTP_URL")),
            mail_from=_mail_from(given.get("MAIL_FROM", "duyet@localhost")),
            virus_scanner=_virus_scanner(given.get("VIRUS_SCANNER")),
            demo=_demo(given.get("DEMO"), host),
        )


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _data_dir(value: str | None) -> Path:
    path = Path(value).expanduser().resolve() if value else ROOT / "var"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"Không tạo được thư mục dữ liệu {path}: {error.strerror}. / "
            f"DATA_DIR {path} cannot be made: {error.strerror}."
        ) from None
    return path


def _folder(name: str, value: str | None, usual: Path) -> Path:
    """A folder that is made by the process which uses it, not here."""
    path = Path(value).expanduser().resolve() if value else usual
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{name} {path} không phải thư mục. / {name} {path} is no folder.")
    return path


def _witness_url(value: str | None, key: str | None) -> str | None:
    """The address of the witness elsewhere to which the top log is shown."""
    if value is None:
        return None
    parts = urlsplit(value)
    loopback = is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise SettingsError(
            "WITNESS_URL phải là địa chỉ https:// của nơi chứng kiến. / "
            "WITNESS_URL must be the https:// address of the witness."
        )
    if not key:
        raise SettingsError(
            "Có WITNESS_URL thì phải có WITNESS_KEY, khóa công khai của nơi chứng kiến. / "
            "With WITNESS_URL goes WITNESS_KEY, the verifier key of the witness."
        )
    return value


def _witness_listen(value: str | None) -> tuple[str, int] | None:
    """Where this installation's witness answers others."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise SettingsError(
            "WITNESS_LISTEN phải có dạng địa_chỉ:cổng, ví dụ 127.0.0.1:8010. / "
            "WITNESS_LISTEN must look like address:port, for example 127.0.0.1:8010."
        )
    return host.strip("[]"), int(port)


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise SettingsError(
        f"PORT phải là số từ 1 đến 65535, không phải “{value}”. / "
        f"PORT must be a number from 1 to 65535, not “{value}”."
    )


def _database_url(value: str | None, data_dir: Path) -> str:
    if value is None:
        return f"sqlite:///{data_dir / 'duyet.db'}"
    wrong = SettingsError(
        "DATABASE_URL phải có dạng sqlite:///tệp hoặc postgresql://người:mật_khẩu@máy/cơ_sở. / "
        "DATABASE_URL must look like sqlite:///file or postgresql://user:password@host/database."
    )
    try:
        url = make_url(value)
    except ArgumentError:
        raise wrong from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
    elif url.drivername == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(Path(url.database).expanduser().resolve()))
    else:
        raise wrong
    return url.render_as_string(hide_password=False)


def _redis_url(value: str | None, data_dir: Path) -> str:
    if value is None:
        return f"unix://{embedded_socket(data_dir)}?db=0"
    if value.startswith(("redis://", "rediss://", "unix://")):
        return value
    raise SettingsError(
        "REDIS_URL phải bắt đầu bằng redis://, rediss:// hoặc unix://. / "
        "REDIS_URL must begin with redis://, rediss:// or unix://."
    )


def embedded_socket(data_dir: Path) -> Path:
    """The socket of the embedded server: in DATA_DIR, or beside it in a short place if too long."""
    socket = data_dir / "redis" / "r.sock"
    if len(os.fsencode(socket)) < LONGEST_SOCKET_PATH:
        return socket
    name = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"duyet-{os.getuid()}-{name}" / "r.sock"


def _public_url(value: str | None, host: str, port: int) -> str:
    if value is None:
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.hostname:
        return value.rstrip("/")
    raise SettingsError(
        "PUBLIC_URL phải là địa chỉ http:// hoặc https:// mà người dùng mở. / "
        "PUBLIC_URL must be the http:// or https:// address that users open."
    )


def _proxies(value: str) -> int:
    """How many proxies of ours stand in front; so many entries of X-Forwarded-* are believed."""
    if value.isascii() and value.isdigit() and int(value) <= 9:
        return int(value)
    raise SettingsError(
        f"PROXIES phải là số máy chủ trung gian, từ 0 đến 9, không phải “{value}”. / "
        f"PROXIES must be the number of proxies in front, 0 to 9, not “{value}”."
    )


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SettingsError(
            f"TIMEZONE “{value}” không có; ví dụ đúng: Asia/Ho_Chi_Minh. / "
            f"TIMEZONE “{value}” does not exist; a right one is Asia/Ho_Chi_Minh."
        ) from None
    return value


def _smtp_url(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        if parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0:
            return value
    except ValueError:
        pass
    raise SettingsError(
        "SMTP_URL phải có dạng smtp://người:mật_khẩu@máy:cổng hoặc smtps://…. / "
        "SMTP_URL must look like smtp://user:password@host:port or smtps://…."
    )


def _mail_from(value: str) -> str:
    if "@" in value and not any(ord(c) < 32 for c in value):
        return value
    raise SettingsError(
        f"MAIL_FROM phải là một địa chỉ thư, không phải “{value}”. / "
        f"MAIL_FROM must be a mail address, not “{value}”."
    )


def _virus_scanner(value: str | None) -> tuple[str, ...] | None:
    """The command that is given the path of each file: 0 clean, 1 infected, else not looked at."""
    try:
        words = tuple(shlex.split(value or ""))
    except ValueError:
        words = ()
    if value is None or (words and shutil.which(words[0])):
        return words or None
    raise SettingsError(
        f"VIRUS_SCANNER phải là một lệnh có trên máy này, không phải “{value}”. / "
        f"VIRUS_SCANNER must be a command of this machine, not “{value}”."
    )


def _demo(value: str | None, host: str) -> bool:
    """Whether the demo, with its published passwords, may be used; never beyond this machine."""
    if value not in (None, "0", "1"):
        raise SettingsError(f"DEMO phải là 0 hoặc 1, không phải “{value}”. / DEMO must be 0 or 1.")
    if value == "1" and not is_loopback(host):
        raise SettingsError(
            f"Chế độ thử (DEMO=1) chỉ chạy trên máy này, không chạy với HOST={host}. / "
            f"Demo mode (DEMO=1) runs only on this machine, not with HOST={host}."
        )
    return is_loopback(host) if value is None else value == "1"


def _kept_secret(path: Path) -> str:
    """The key in `path`, made on first use so that several processes agree on one."""
    try:
        if not path.exists():
            draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as f:
                f.write(secrets.token_hex(32))
            try:
                os.link(draft, path)  # whoever comes second keeps the first one's key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"Không ghi được vào thư mục dữ liệu {path.parent}: {error.strerror}. / "
            f"DATA_DIR {path.parent} cannot be written: {error.strerror}."
        ) from None
    if len(key) < 32:
        raise SettingsError(
            f"Tệp khóa {path} hỏng; hãy xóa nó để tạo khóa mới. / "
            f"The key file {path} is damaged; delete it and a new one is made."
        )
    return key
