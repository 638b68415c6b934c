"""One ring per slot and per house, however many schedules run."""

from redis import Redis

from tests.support.redis import Valkey
from workers.queue import connect, open_queue
from workers.schedule import LEADER_KEY, Schedule


def rung(connection: Redis) -> list[str]:
    return sorted(open_queue(connection).job_ids)


def test_one_leader(valkey: Valkey) -> None:
    connection = connect(valkey.url)
    first, second = Schedule(connection), Schedule(connection)
    assert first.is_leader()
    assert first.is_leader()
    assert not second.is_leader()
    connection.delete(LEADER_KEY)  # the first died and its lock ran out
    assert second.is_leader()
    assert not first.is_leader()


def test_once_in_every_slot_even_with_two(valkey: Valkey) -> None:
    connection = connect(valkey.url)
    first, second = Schedule(connection), Schedule(connection)
    assert first.ring(600.0) == [
        "workers-jobs-sweep-10",
        "workers-jobs-sweep_files-0",
        "workers-jobs-erase_due-0",
    ]
    assert first.ring(659.9) == []
    assert second.ring(659.9) == []
    assert second.ring(660.0) == ["workers-jobs-sweep-11"]
    assert rung(connection) == [
        "workers-jobs-erase_due-0",
        "workers-jobs-sweep-10",
        "workers-jobs-sweep-11",
        "workers-jobs-sweep_files-0",
    ]
