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
from views import afar, present
from views.policy import policy
from workflows.trail.seen import mismatches
from workflows.trail.witness.standing import has_conflicts, refused_for_a_day

blueprint = Blueprint("health", __name__)

# The schedule writes a sign of life every twenty seconds as long as it can ring.
SILENT_AFTER = timedelta(minutes=3)
NOT_STARTED = "has not started yet"
AHEAD = timedelta(minutes=1)  # by which two clocks of one house may differ


@blueprint.get("/healthz")
@policy("public")
def healthz() -> ResponseReturnValue:
    """200 when web, database and schedule are well and every log is what was signed of it, else 503
    naming what is not. A signing process that was there and fell silent is named too; one that was
    never started only says so.

    What is said of `witness` stops nothing here and is told only: a log that nobody witnessed for a
    day, an installation below that fell silent or does not show what it has to.

    Before the schedule's first sign of life, and after a long rest, the answer is 503 for the
    second or two that it takes to start. Real time, whatever the rehearsal's clock says.
    """
    parts = {"web": "ok", "database": "ok", "schedule": "ok", "signer": "ok", "trail": "ok"}
    parts["witness"] = "ok"
    try:
        seen, now = beats(), clock.real_now()
        broken = mismatches(db.session())
        below = afar.found(now) or []
        contradicted = has_conflicts(db.session()) or any(one.contradicted for one in below)
        refused = refused_for_a_day(db.session(), now)
    except sa.exc.SQLAlchemyError:
        unknown = dict.fromkeys(("schedule", "signer", "trail", "witness"), "unknown")
        parts |= {"database": "does not answer", **unknown}
    else:
        parts |= {name: _condition(seen.get(name), now) for name in ("schedule", "signer")}
        if broken:
            parts["trail"] = f"{len(broken)} logs are not what was signed of them"
        elif contradicted:
            parts["trail"] = "a witness keeps evidence against a log"
        if wrong := sum(one.is_red for one in below):
            parts["witness"] = f"{wrong} installations below are silent or do not agree"
        elif refused:
            parts["witness"] = f"{refused} logs were not witnessed for a day"
    told = ("signer", NOT_STARTED), ("witness", parts["witness"])
    ailing = [name for name, state in parts.items() if state != "ok" and (name, state) not in told]
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
        return NOT_STARTED
    if not is_silent(seen, now):
        return "ok"
    silent = int((now - seen).total_seconds())
    if silent < 0:
        return f"last seen {-silent} seconds ahead: the clock was set back"
    return f"silent for {silent} seconds"


def alarms() -> list[str]:
    """What the administrator must see to at once, as sentences: a log is not what was signed of it, an
    installation below fell silent or contradicts itself, the schedule or the signing process does
    not run, the clock was set back."""
    now, seen = clock.real_now(), beats()
    found = [*_mismatches(), *afar.alarms(afar.found(now) or [])]
    found += _silent_schedule(seen.get("schedule"), now)
    found += _silent_signer(seen.get("signer"), now)
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


def _mismatches() -> list[str]:
    return [
        gettext(
            "Sổ của %(unit)s có sai lệch từ sự kiện số %(seq)s, thấy lúc %(at)s, nên không được ký "
            "tiếp. Giữ nguyên máy và bản sao lưu, chạy flask audit verify và báo cấp trên.",
            unit=one.name,
            seq=one.seq,
            at=present.instant(one.since),
        )
        for one in mismatches(db.session())
    ]


def _silent_schedule(seen: datetime | None, now: datetime) -> list[str]:
    if seen is None:
        return [
            gettext(
                "Lịch chưa chạy lần nào: việc quá hạn chưa được báo lên cấp trên. "
                "Khởi động tiến trình workers.schedule rồi tải lại trang."
            )
        ]
    if is_silent(seen, now):
        return [
            gettext(
                "Lịch im từ %(at)s: từ lúc đó việc quá hạn không được báo lên cấp trên. "
                "Khởi động lại tiến trình workers.schedule rồi tải lại trang.",
                at=present.instant(seen),
            )
        ]
    return []


def _silent_signer(seen: datetime | None, now: datetime) -> list[str]:
    if seen is None:
        return [
            gettext(
                "Tiến trình ký sổ chưa chạy lần nào: sổ sự kiện chưa được ký. "
                "Khởi động tiến trình workers.signer rồi tải lại trang."
            )
        ]
    if is_silent(seen, now):
        return [
            gettext(
                "Tiến trình ký sổ im từ %(at)s: từ lúc đó sổ sự kiện không được ký. Xem nhật ký của "
                "workers.signer, khởi động lại rồi tải lại trang.",
                at=present.instant(seen),
            )
        ]
    return []
