"""A bare database in memory for the few rules that ask it something."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models import db


@pytest.fixture
def session() -> Iterator[Session]:
    app = Flask("rules")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
    db.init_app(app)
    with app.app_context():
        db.create_all()
        yield db.session()
        db.session.remove()
        db.engine.dispose()
