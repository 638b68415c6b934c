"""Files people bring: scans of signed papers and attachments.

Call `accept` outside a transaction, then `keep` and `attach` within one:

    clean = files.accept(upload.stream, upload.filename)
    with transaction():
        stored = files.keep(clean, now)
        files.attach(document, stored, purpose="scan", name=clean.name, actor=person, now=now)
"""

from workflows.files.accept import LIMIT, Clean, accept, refused
from workflows.files.attach import MOST, attach, attachments_of, remove
from workflows.files.carry import carry, left_behind
from workflows.files.keep import keep, open_stored
from workflows.files.kinds import SCANS, SUFFIXES, WORDS
from workflows.files.place import Place, place, use_place
from workflows.files.rights import may_add, may_open, may_remove, require_may_add
from workflows.files.sweep import sweep

__all__ = [
    "LIMIT",
    "MOST",
    "SCANS",
    "SUFFIXES",
    "WORDS",
    "Clean",
    "Place",
    "accept",
    "attach",
    "attachments_of",
    "carry",
    "keep",
    "left_behind",
    "may_add",
    "may_open",
    "may_remove",
    "open_stored",
    "place",
    "refused",
    "remove",
    "require_may_add",
    "sweep",
    "use_place",
]
