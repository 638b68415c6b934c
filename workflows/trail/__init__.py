"""The trail: one event per act, in the Merkle log of the unit whose post acted."""

from workflows.trail.append import Appended, append, lock_logs
from workflows.trail.canonical import NotCanonical, canonical
from workflows.trail.content import content_hash, new_salt
from workflows.trail.erase import erase_person_payload
from workflows.trail.fold import Standing, fold
from workflows.trail.head import Head
from workflows.trail.many import Entry, append_many, begin_logs, lock_many
from workflows.trail.report import Fault, Report
from workflows.trail.verify import verify

__all__ = [
    "Appended",
    "Entry",
    "Fault",
    "Head",
    "NotCanonical",
    "Report",
    "Standing",
    "append",
    "append_many",
    "begin_logs",
    "canonical",
    "content_hash",
    "erase_person_payload",
    "fold",
    "lock_logs",
    "lock_many",
    "new_salt",
    "verify",
]
