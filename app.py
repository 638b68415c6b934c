"""create_app(): wires the rooms together. Imports all of them and is imported by none."""

from __future__ import annotations

import importlib

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from config import ROOT, Settings
from models import db
from views import auth, errors, frame, headers, preferences
from workflows import calendar

BLUEPRINTS = (
    "views.desk",
    "views.document",
    "views.documents",
    "views.writing",
    "views.acts",
    "views.notices",
    "views.member",
    "views.cell",
    "views.committee",
    "views.clerk",
    "views.inspector",
    "views.units",
    "views.menu",
    "views.administrator",
    "views.auth",
    "views.delegations",
    "views.preferences",
    "views.health",
    "views.api",
)
COMMANDS = ("user", "org", "workflow", "campaign", "escalate", "audit", "demo", "rehearsal", "backup")

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
        MAX_FORM_PARTS=2000,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    calendar.use_zone(settings.timezone)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=preferences.locale)
    auth.init_login(app)
    frame.install(app)
    headers.install(app)
    errors.install(app)
    for name in BLUEPRINTS:
        if not _there(name):
            continue
        try:
            module = importlib.import_module(name)
        except Exception as error:
            import sys
            print("BROKEN", name, repr(error), file=sys.stderr)
            continue
        if not hasattr(module, 'blueprint'): continue
        app.register_blueprint(module.blueprint)
        if getattr(module, "csrf_exempt", False):
            csrf.exempt(module.blueprint)
    for name in COMMANDS:
        if not _there(f"commands.{name}"):
            continue
        try:
            module = importlib.import_module(f"commands.{name}")
        except Exception as error:
            import sys
            print("BROKEN", name, repr(error), file=sys.stderr)
            continue
        if hasattr(module, "register"):
            module.register(app)
            continue
        for command in getattr(module, "commands", None) or [module.group]:
            app.cli.add_command(command)
    return app


def _there(name):
    import importlib.util, sys
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        print("MISSING", name, file=sys.stderr)
        return False
    return True


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}}
    return {"pool_size": 5, "max_overflow": 10, "pool_pre_ping": True}
