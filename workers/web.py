"""What gunicorn serves: the application, knowing how many proxies of ours stand before it."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from workers.process import loaded


def application(settings: Settings | None = None) -> Flask:
    """The application; with PROXIES=n it believes the last n entries of X-Forwarded-*."""
    settings = settings or Settings.from_env()
    app = loaded(settings)
    if n := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app
