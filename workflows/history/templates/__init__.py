"""The sentences: (action, kind or any, at a later stage than the issuer's) → what is told."""

from workflows.history.templates import (
    copies,
    dossiers,
    inspections,
    lateness,
    log,
    meetings,
    office,
    organisation,
    papers,
)
from workflows.refusal import N_

__all__ = ["OTHERWISE", "TEMPLATES", "inspections"]

OTHERWISE = N_("%(actor)s%(as)s ghi việc “%(action)s”%(details)s.")
TEMPLATES: dict[tuple[str, str | None, bool], str] = {
    **papers.TEMPLATES,
    **lateness.TEMPLATES,
    **organisation.TEMPLATES,
    **meetings.TEMPLATES,
    **office.TEMPLATES,
    **inspections.TEMPLATES,
    **log.TEMPLATES,
    **{(action, None, False): sentence for action, sentence in dossiers.SENTENCES.items()},
    **{(action, None, False): sentence for action, sentence in copies.OF_COPIES.items()},
}
