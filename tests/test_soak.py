"""Long forms, run by `make soak`: what must hold when everything keeps dying."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.base import db, transaction
from models.notification import Delivery, Notification
from tests.support.redis import Valkey
from tests.support.smtp import Postbox
from tests.test_delivery import waiting
from workers.children import start, stop

MAILS = 300
MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
EVERY = timedelta(minutes=MINUTES) / MAILS


def many(app: Flask) -> set[str]:
    """MAILS deliveries that come due one after the other; their Message-IDs."""
    with app.app_context():
        first = db.session.get_one(Delivery, waiting())
        notice = first.notification
        ids = {first.message_id}
        with transaction() as session:
            for number in range(1, MAILS):
                message_id = f"<{number}@soak.test>"
                ids.add(message_id)
                session.add(
                    Delivery(
                        notification_id=notice.id,
                        channel=f"mail-{number}",
                        message_id=message_id,
                        next_at=clock.real_now() + number * EVERY,
                    )
                )
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1
    return ids


def left(app: Flask) -> int:
    with app.app_context():
        waits = sa.select(sa.func.count()).where(Delivery.state == "pending")
        return db.session.scalar(waits) or 0


@pytest.mark.soak
def test_every_mail_arrives_while_everything_dies(
    app: Flask, environment: dict[str, str], valkey: Valkey, smtp: Postbox, tmp_path: Path
) -> None:
    """Workers, relay and Redis (with all it knew) are killed every second or two."""
    wanted = many(app)
    env = {**os.environ, **environment, "REDIS_URL": valkey.url, "SMTP_URL": smtp.url}
    commands = ["workers.worker", "workers.worker", "workers.relay"]
    log = (tmp_path / "log").open("wb")

    def run(module: str) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-m", module], cwd=ROOT, env=env, output=log)

    processes = [run(module) for module in commands]
    dice = random.Random(7)
    end = time.monotonic() + MINUTES * 60
    kills = 0
    try:
        while time.monotonic() < end:
            time.sleep(dice.uniform(1, 3))
            victim = dice.randrange(len(processes) + 1)
            if victim == len(processes):
                valkey.stop()
                shutil.rmtree(valkey.socket.parent / "appendonlydir")
                valkey.start()
            else:
                stop(processes[victim], patience=0)
                processes[victim] = run(commands[victim])
            kills += 1
        # Then peace: claims of the dead run out after a minute, and everything is done.
        end = time.monotonic() + 240
        while left(app):
            assert time.monotonic() < end, f"{left(app)} never left"
            time.sleep(1)
    finally:
        for process in processes:
            stop(process, patience=5)
        log.close()
    arrived = Counter(letter["Message-ID"] for letter in smtp.letters)
    assert set(arrived) == wanted
    print(f"{kills} kills, {len(smtp.letters)} letters for {len(wanted)} mails")
