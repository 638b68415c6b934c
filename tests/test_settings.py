"""Settings: sensible without any, one sentence for each wrong one."""

import stat
from pathlib import Path

import pytest

from config import Settings, SettingsError


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"DATA_DIR": str(tmp_path), **environ})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/duyet.db"
    assert settings.redis_embedded
    assert read(
        tmp_path, REDIS_URL=settings.redis_url
    ).redis_embedded  # as the launcher hands it on
    assert not read(tmp_path, REDIS_URL="redis://elsewhere/0").redis_embedded
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.timezone == "Asia/Ho_Chi_Minh"
    assert settings.demo


def test_the_secret_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_secrets_do_not_show(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        SECRET_KEY="s" * 40,
        SMTP_URL="smtp://me:hidden@mail.example",
        DATABASE_URL="postgresql://me:hidden@db/duyet",
    )
    assert "hidden" not in repr(settings)
    assert "s" * 40 not in repr(settings)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql(tmp_path: Path, scheme: str) -> None:
    settings = read(tmp_path, DATABASE_URL=f"{scheme}://me:pass@db:5433/duyet")
    assert settings.database_url == "postgresql+psycopg://me:pass@db:5433/duyet"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eight"),
        ("PORT", "٨٠٠٠"),
        ("DATABASE_URL", "mysql://db/duyet"),
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "localhost:6379"),
        ("TIMEZONE", "Asia/Nowhere"),
        ("TIMEZONE", "../etc/passwd"),
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "smtp://mail.example:port"),
        ("MAIL_FROM", "nobody"),
        ("PUBLIC_URL", "duyet.example"),
        ("PROXIES", "nginx"),
        ("DEMO", "yes"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, **{name: value})
    sentence = str(refused.value)
    assert name in sentence
    assert "\n" not in sentence
    assert " / " in sentence  # Vietnamese / English


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "duyet.example"])
def test_the_demo_never_leaves_this_machine(tmp_path: Path, host: str) -> None:
    assert not read(tmp_path, HOST=host).demo
    with pytest.raises(SettingsError, match="DEMO=1"):
        read(tmp_path, HOST=host, DEMO="1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, HOST=host).demo
    assert not read(tmp_path, HOST=host, DEMO="0").demo


def test_a_data_dir_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="DATA_DIR"):
        Settings.from_env({"DATA_DIR": str(tmp_path / "file" / "var")})


def test_a_long_data_dir_still_has_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    settings = Settings.from_env({"DATA_DIR": str(deep)})
    assert len(settings.redis_url) < 110
    assert settings.redis_url == Settings.from_env({"DATA_DIR": str(deep)}).redis_url
