"""What is stored. Imports nothing of ours."""

from models import (  # noqa: F401  so that the metadata is complete
    account,
    campaign,
    change,
    checkpoint,
    day_off,
    deadline,
    definition,
    document,
    dossier,
    event,
    export,
    feed,
    heartbeat,
    inspection,
    listing,
    morning,
    notification,
    obligation,
    person,
    post,
    preference,
    read,
    recorded,
    register,
    rehearsal,
    relief,
    sitting,
    stored_file,
    task,
    unit,
    witness,
)
from models.base import db, transaction

__all__ = ["db", "transaction"]
