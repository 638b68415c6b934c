"""What is stored. Imports nothing of ours."""

from models import (  # noqa: F401  so that the metadata is complete
    account,
    campaign,
    day_off,
    deadline,
    definition,
    document,
    event,
    heartbeat,
    notification,
    obligation,
    person,
    post,
    read,
    rehearsal,
    task,
    unit,
)
from models.base import db, transaction

__all__ = ["db", "transaction"]
