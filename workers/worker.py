"""The RQ worker: imports the application once, then forks for every job."""

import logging
import signal
import sys
import time
from types import FrameType

from flask import Flask
from redis import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from config import Settings, SettingsError
from models.base import db
from workers.children import die_with_parent
from workers.process import loaded
from workers.queue import connect, open_queue

log = logging.getLogger(__name__)


class AppWorker(Worker):
    """Runs each job in an application context of its own, with database connections of its own."""

    max_connection_wait_time = 2.0  # after an outage of Redis, notice its return soon

    app: Flask
    told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(signal.SIGKILL)
        with self.app.app_context():
            # Connections opened before the fork belong to the parent: forget, don't close them.
            for engine in db.engines.values():
                engine.dispose(close=False)
            super().main_work_horse(job, queue)


def main() -> int:
    """Works until told to stop; the exit status of the process."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    logging.getLogger("rq").setLevel(logging.WARNING)
    app = loaded(settings)
    while True:
        worker = None
        try:
            worker = _worker(app, settings)
            worker.work(logging_level="WARNING")
            return 0
        except RedisError as error:
            if worker is not None and worker.told_to_stop:
                return 0
            # Loading the application anew would take longer than Redis does to come back.
            log.warning("worker: no Redis (%s); trying again", type(error).__name__)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing is at work that could be cut off
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        time.sleep(1.0)


def _worker(app: Flask, settings: Settings) -> AppWorker:
    connection = connect(settings.redis_url)
    worker = AppWorker(
        [open_queue(connection)],
        connection=connection,
        serializer=JSONSerializer,
        job_monitoring_interval=5,
        maintenance_interval=30,
    )
    worker.app = app
    return worker


if __name__ == "__main__":
    sys.exit(main())
