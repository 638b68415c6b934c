"""The doorbell: an RQ queue whose jobs carry ids as JSON. The truth is in the database."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "default"
PATIENCE = 0.5  # seconds; whoever rings must not hang when nobody answers


def connect(url: str) -> Redis:
    """A client that fails fast, with `redis.RedisError`, when the server is away."""
    return Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def open_queue(connection: Redis) -> Queue:
    """The one queue that everything rings."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)
