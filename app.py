"""create_app(): wires the rooms together. Imports all of them and is imported by none."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from commands import (
    audit,
    backup,
    campaign,
    demo,
    escalate,
    mail,
    org,
    rehearsal,
    user,
    workflow,
)
from commands import recorded as recorded_command
from config import ROOT, Settings
from models import db
from views import (
    acts,
    administrator,
    api,
    auth,
    campaigns,
    cell,
    clerk,
    committee,
    compare,
    copies,
    delegations,
    desk,
    document,
    documents,
    errors,
    escalations,
    example,
    feed,
    files,
    frame,
    headers,
    health,
    ids,
    in_person,
    inspector,
    kept,
    lists,
    member,
    menu,
    notices,
    obligations,
    preferences,
    prints,
    proxies,
    receipts,
    recorded,
    search,
    sitting,
    units,
    uploads,
    words,
    writing,
)
from workflows import calendar
from workflows.files import Place, use_place
from workflows.prints import layout

PAGES = (
    desk,
    documents,
    search,
    document,
    prints,
    files,
    compare,
    copies,
    writing,
    acts,
    notices,
    member,
    cell,
    sitting,
    lists,
    proxies,
    in_person,
    example,
    committee,
    obligations,
    escalations,
    campaigns,
    clerk,
    recorded,
    receipts,
    inspector,
    units,
    menu,
    administrator,
    auth,
    delegations,
    preferences,
    feed,
    health,
)
COMMANDS = (
    audit,
    backup,
    campaign,
    demo,
    escalate,
    mail,
    org,
    recorded_command,
    rehearsal,
    user,
    workflow,
)

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (read from the environment when not given)."""
    settings = settings or Settings.from_env()
    app = Flask(__name__)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME="duyet",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=10_000,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    calendar.use_zone(settings.timezone)
    use_place(_place_of_files)
    layout.use_folder(_data_dir)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    ids.install(app)
    uploads.install(app)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=preferences.locale)
    words.install(app)
    auth.init_login(app)
    frame.install(app)
    kept.install(app)
    headers.install(app)
    errors.install(app)
    for room in PAGES:
        app.register_blueprint(room.blueprint)
    app.register_blueprint(api.blueprint)
    csrf.exempt(api.blueprint)  # it knows bearer tokens only, no cookies
    for module in COMMANDS:
        for command in module.commands:
            app.cli.add_command(command)
    return app


def _data_dir() -> Path | None:
    """DATA_DIR of the application at work; None outside of one, where no administrator has a
    say."""
    return current_app.config["SETTINGS"].data_dir if current_app else None


def _place_of_files() -> Place:
    settings: Settings = current_app.config["SETTINGS"]
    return Place(settings.files_dir, settings.virus_scanner)


def _engine_options(settings: Settings) -> dict[str, object]:
    # A failing statement is logged without its values: they hold texts that are not for the log.
    options: dict[str, object] = {"hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        return {**options, "connect_args": {"timeout": 10}}
    return {**options, "pool_size": 5, "max_overflow": 10}
