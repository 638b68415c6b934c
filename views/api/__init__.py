"""The JSON API, /api/v1: the same acts and the same scope as the pages, for programs.

One file per resource. Whoever calls shows a bearer token; cookies count for nothing here, so that
no form of another house can act in somebody's name and CSRF does not arise.
"""

from views.api import (  # noqa: F401  each adds its routes to the blueprint
    acts,
    campaigns,
    documents,
    escalations,
    history,
    inspections,
    me,
    obligations,
    openapi,
    questions,
    recorded,
    revisions,
    tasks,
    units,
)
from views.api.door import blueprint

__all__ = ["blueprint"]
