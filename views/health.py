"""Whether the installation is well: for load balancers, for the launcher, for the administrator."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import db
from models.event import LogHead
from models.heartbeat import Heartbeat
from views import present
from views.policy import policy

blueprint = Blueprint("health", __name__)

# The schedule writes a sign of life every twenty seconds as long as it can ring.
SILENT_AFTER = timedelta(minutes=3)
AHEAD = timedelta(minutes=1)  # by which two clocks of one house may differ


@blueprint.get("/healthz")
@policy("public")
def healthz() -> ResponseReturnValue:
    """200 when web, database and schedule are well, else 503 naming what is not.

    Before the schedule's first sign of life, and after a long rest, the answer is 503 for the
    second or two that it takes to start. Real time, whatever the rehearsal's clock says.
    """
    parts = {"web": "ok", "database": "ok", "schedule": "ok"}
    try:
        seen = beats().get("schedule")
    except sa.exc.SQLAlchemyError:
        parts |= {"database": "does not answer", "schedule": "unknown"}
    else:
        parts["schedule"] = _condition(seen, clock.real_now())
    ailing = [name for name, state in parts.items() if state != "ok"]
    body = {"status": "ailing" if ailing else "ok", "ailing": ailing, "parts": parts}
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if ailing else 200


def beats() -> dict[str, datetime]:
    """The last sign of life of each process beside the web, in real time."""
    return {row.name: row.at for row in db.session.execute(sa.select(Heartbeat.name, Heartbeat.at))}


def is_silent(seen: datetime, now: datetime) -> bool:
    """Whether a process must be taken for stopped: its last sign is old, or lies in the future, so
    that the clock was set back since and nobody knows how old it is."""
    return not -AHEAD <= now - seen <= SILENT_AFTER


def _condition(seen: datetime | None, now: datetime) -> str:
    if seen is None:
        return "has not started yet"
    if not is_silent(seen, now):
        return "ok"
    silent = int((now - seen).total_seconds())
    if silent < 0:
        return f"last seen {-silent} seconds ahead: the clock was set back"
    return f"silent for {silent} seconds"


def alarms() -> list[str]:
    """What the administrator must see to at once, as sentences: the schedule does not run, the clock
    was set back."""
    now, found = clock.real_now(), []
    seen = beats().get("schedule")
    if seen is None:
        found.append(
            gettext(
                "Lịch chưa chạy lần nào: việc quá hạn chưa được báo lên cấp trên. "
                "Khởi động tiến trình workers.schedule rồi tải lại trang."
            )
        )
    elif is_silent(seen, now):
        found.append(
            gettext(
                "Lịch im từ %(at)s: từ lúc đó việc quá hạn không được báo lên cấp trên. "
                "Khởi động lại tiến trình workers.schedule rồi tải lại trang.",
                at=present.instant(seen),
            )
        )
    latest = db.session.scalar(sa.select(sa.func.max(LogHead.latest_at)))
    if latest is not None and latest > clock.now() + AHEAD:
        found.append(
            gettext(
                "Đồng hồ đã lùi: đang là %(now)s, sự kiện mới nhất đã ghi lúc %(latest)s. "
                "Chỉnh lại giờ máy chủ; đến lúc đó hạn và ngày in sai theo.",
                now=present.instant(clock.now()),
                latest=present.instant(latest),
            )
        )
    return found
