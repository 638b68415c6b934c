"""What the queue runs: shells of a few lines over workflows. Arguments are ids."""

import time

import structlog
from flask import current_app

import clock
from config import Settings
from models.base import db
from models.queries.sweep import database_clock
from models.rehearsal import instant
from workers.heartbeat import beat
from workers.mail import mailer
from workflows import campaigns, day, delivery, digest, erasing, exports, files, ladder, sittings

ENOUGH = 15.0  # seconds
OPENING = 8.0  # seconds
ERASING = 300.0  # seconds

log = structlog.get_logger(__name__)


def sweep() -> int:
    """Begins the day if it is a new one, climbs the rungs that are due, gathers the morning mail;
    the number climbed.

    Of a process whose clock runs ahead the database's is believed: no rung is early.
    """
    now = instant(min(clock.real_now(), database_clock()))
    try:
        day.begin(now)
    except Exception:  # whatever is wrong with a morning, what is overdue must climb
        db.session.rollback()
        log.exception("the day could not begin")
    climbed = ladder.sweep(now, failed=_cannot_climb)
    try:
        digest.gather(now, _no_mail_made)  # after the morning's rungs, so that they are in it
    except Exception:  # mail waits; the next sweep gathers it
        db.session.rollback()
        log.exception("the morning mail could not be gathered")
    _what_meetings_decided()
    beat("sweep")
    return climbed


def carry_out(sitting_id: int) -> bool:
    """Does what a confirmed meeting decided, as far as it is not done yet; True when all of it
    is."""
    return sittings.carry_out(sitting_id, now=clock.now()).finished


def deliver(*delivery_ids: int) -> int:
    """Tries once to bring each of these notifications outside; how many left. After ENOUGH seconds
    the rest is left to the next ring, so that slow servers never outlast the job's time."""
    settings: Settings = current_app.config["SETTINGS"]
    began, left = time.monotonic(), 0
    for delivery_id in delivery_ids:
        if time.monotonic() - began > ENOUGH:
            break
        try:
            left += delivery.deliver(
                delivery_id,
                now=clock.real_now(),
                mailer=mailer(settings),
                public_url=settings.public_url,
            )
        except Exception as error:  # one mail's trouble is not the next one's
            db.session.rollback()
            log.error("a mail waits", delivery=delivery_id, error=type(error).__name__)
    return left


def make_export(job_id: int) -> bool:
    """Makes a file of many prints that somebody ordered; True when it was made here."""
    return exports.make(job_id, now=clock.now, real_now=clock.real_now)


def open_campaign(campaign_id: int) -> bool:
    """Goes on opening a campaign; True when it is open. After OPENING seconds the rest is left to the
    next ring, so that mails are not kept waiting."""
    began = time.monotonic()
    return campaigns.go_on(
        campaign_id, clock.now, enough=lambda: time.monotonic() - began > OPENING
    ).finished


def sweep_files() -> int:
    """Removes orders of prints that are a week old, and files that nothing points to any more; how
    many files."""
    exports.expire(clock.real_now())
    return files.sweep()


def erase_due() -> int:
    """Erases what has come to the end of the term for which it is kept; how many papers. After
    ERASING seconds the rest is left to the next day."""
    began = time.monotonic()
    done = erasing.erase_due(clock.now(), enough=lambda: time.monotonic() - began > ERASING)
    return done.documents


def _what_meetings_decided() -> None:
    """Decisions that no relay rang for, or whose worker died."""
    for sitting_id in sittings.to_carry_out():
        try:
            carry_out(sitting_id)
        except Exception as error:  # one meeting's trouble is not the next one's
            db.session.rollback()
            log.error("a sitting waits", sitting=sitting_id, error=type(error).__name__)


def _cannot_climb(deadline_id: int, error: Exception) -> None:
    log.error("a rung could not be climbed", deadline=deadline_id, error=type(error).__name__)


def _no_mail_made(person_id: int, error: Exception) -> None:
    log.error("a morning's mail waits", person=person_id, error=type(error).__name__)
