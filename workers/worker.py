"""The RQ worker: imports the application once, then forks for every job."""

import logging
import signal
import sys

from flask import Flask
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from config import Settings, SettingsError
from models.base import db
from workers.children import die_with_parent
from workers.queue import connect, open_queue


class AppWorker(Worker):
    """Runs each job in an application context of its own, with database connections of its own."""

    max_connection_wait_time = 2.0  # after an outage of Redis, notice its return soon

    app: Flask

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(signal.SIGKILL)
        with self.app.app_context():
            # Connections opened before the fork belong to the parent: forget, don't close them.
            for engine in db.engines.values():
                engine.dispose(close=False)
            super().main_work_horse(job, queue)


def main() -> int:
    """Works until told to stop; the exit status of the process."""
    from app import create_app

    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    logging.getLogger("rq").setLevel(logging.WARNING)
    connection = connect(settings.redis_url)
    worker = AppWorker(
        [open_queue(connection)],
        connection=connection,
        serializer=JSONSerializer,
        job_monitoring_interval=5,
        maintenance_interval=30,
    )
    worker.app = create_app(settings)
    worker.work(logging_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main())
