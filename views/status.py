"""Which HTTP status says that an act was not done."""

from __future__ import annotations

from workflows import Forbidden, Refused, Stale, WorkflowError

STATUS: dict[type[WorkflowError], int] = {Refused: 422, Forbidden: 403, Stale: 409}


def status_of(error: WorkflowError) -> int:
    """The HTTP status of a refusal: 422 by a rule, 403 no part in it, 409 the page was old."""
    return STATUS[type(error)]
