"""The shapes of what the API takes and answers, as JSON Schema 2020-12, by subject."""

from views.api.schemas.inspections import INSPECTION_SCHEMAS
from views.api.schemas.office import OFFICE_SCHEMAS
from views.api.schemas.papers import PAPER_SCHEMAS
from views.api.schemas.parts import Schema
from views.api.schemas.questions import QUESTION_SCHEMAS
from views.api.schemas.sent import SENT_SCHEMAS

SCHEMAS: dict[str, Schema] = (
    OFFICE_SCHEMAS | PAPER_SCHEMAS | SENT_SCHEMAS | INSPECTION_SCHEMAS | QUESTION_SCHEMAS
)
