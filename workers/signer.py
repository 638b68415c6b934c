"""Signs checkpoints of the logs, every minute or hundred events, and what others ordered to be signed;
every hour it shows them to their witnesses. Its own process: nobody else opens the folder of the key.
Rounds go by real time."""

import logging
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass, field

import clock
from config import Settings
from workers.heartbeat import Pulse
from workers.process import run
from workers.rounds import go_round
from workflows.trail import keys, patrol, signing
from workflows.trail.note import NotANote
from workflows.trail.witness.near import witness_elsewhere
from workflows.trail.witness.settling import settle

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between looks at all logs
WITNESSED_EVERY = 3600.0  # seconds between two rounds of witnessing
PAUSE = 2.0  # seconds between looks at what grew much, and at orders


@dataclass
class Signing:
    """The rounds of one process."""

    settings: Settings
    folder: keys.KeyFolder
    whole_at: float = float("-inf")
    place: patrol.Place = patrol.START
    witnessed_at: float = float("-inf")
    pulse: Pulse = field(default_factory=lambda: Pulse("signer"))
    behind: float = 0.0  # what this process's clock lacks to the seconds that `go` is told

    def go(self, at: float) -> signing.Round | None:
        """One look at `at` (seconds of a clock that only runs on); None when nothing can be signed.
        Raises `SQLAlchemyError` when the database is away."""
        whole = at - self.whole_at >= EVERY
        least = 0 if whole else signing.OFTEN
        self.behind = at - time.monotonic()
        try:
            done = signing.sign_round(
                self.folder, now=clock.real_now(), least=least, alive=self.alive
            )
        except (keys.KeyTrouble, OSError, sqlite3.Error) as error:
            log.error("signer: %s", error)
            return None
        if whole:
            self.whole_at = at
            self.walk(done)
            self.show(at)
        for fault in done.faults:
            log.error("signer: log %s not signed: %s", fault.unit_id, fault.kind)
        self.alive()
        return done

    def alive(self) -> None:
        """A sign of life, now and then; also in the midst of a round that takes long."""
        self.pulse.beat(time.monotonic() + self.behind)

    def walk(self, done: signing.Round) -> None:
        """Reads old events again, from where it stopped the last time."""
        try:
            self.place, found = patrol.walk(self.folder, self.place, now=clock.real_now())
            done.faults += found
        except (keys.KeyTrouble, OSError, sqlite3.Error) as error:
            log.error("signer: no walk (%s)", type(error).__name__)

    def show(self, at: float) -> None:
        """Once an hour, a round of witnessing; until there is something to see, at each look."""
        if at - self.witnessed_at < WITNESSED_EVERY:
            return
        try:
            done = settle(
                self.folder,
                self.settings.witness_dir,
                elsewhere=witness_elsewhere(self.settings.witness_url, self.settings.witness_key),
                real_now=clock.real_now(),
                now=clock.now(),
                alive=self.alive,
            )
        except (keys.KeyTrouble, OSError, NotANote, sqlite3.Error) as error:
            log.error("signer: no witness (%s)", type(error).__name__)
            return
        for unit_id, fault in done.faults.items():
            log.error("signer: log %s not witnessed: %s", unit_id, fault)
        if done.cosigned or done.faults:
            self.witnessed_at = at


def work(settings: Settings, stopping: threading.Event) -> None:
    """Looks every two seconds until `stopping`. Without its key it gives no sign of life, so that the
    administrator's page says so."""
    rounds = Signing(settings, keys.KeyFolder(settings.key_dir))
    go_round("signer", rounds.go, stopping, pause=PAUSE)


if __name__ == "__main__":
    sys.exit(run(work))
