"""Whether the installation is well, for load balancers and for the launcher."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

import clock
from models.base import db
from models.heartbeat import Heartbeat
from views.policy import policy

blueprint = Blueprint("health", __name__)

# The schedule writes a sign of life every twenty seconds as long as it can ring.
SILENT_AFTER = timedelta(minutes=3)


@blueprint.get("/healthz")
@policy("public")
def healthz() -> ResponseReturnValue:
    """200 when web, database and schedule are well, else 503 naming what is not.

    Before the schedule's first sign of life, and after a long rest, the answer is 503 for the
    second or two that it takes to start. Real time, whatever the rehearsal's clock says.
    """
    parts = {"web": "ok", "database": "ok", "schedule": "ok"}
    try:
        seen = db.session.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == "schedule"))
    except sa.exc.SQLAlchemyError:
        parts |= {"database": "does not answer", "schedule": "unknown"}
    else:
        if seen is None:
            parts["schedule"] = "has not started yet"
        elif (silent := clock.real_now() - seen) > SILENT_AFTER:
            parts["schedule"] = f"silent for {int(silent.total_seconds())} seconds"
    ailing = [name for name, state in parts.items() if state != "ok"]
    body = {"status": "ailing" if ailing else "ok", "ailing": ailing, "parts": parts}
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if ailing else 200
