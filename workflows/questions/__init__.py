"""The fifteen questions of an inspection (domain, section 5): each a precise query over what is
stored, answered with a count, rows and what shows them, within the units that the viewer inspects.

    question = questions()[1]
    answer = question.answer(scope, Window(limit=25, after=0))

No text of a commitment is ever part of an answer.
"""

from workflows.questions.answer import Answer, Beside, Evidence, Explained, Row, Side, Tally, Window
from workflows.questions.question import Column, Question, keyed
from workflows.questions.registry import questions
from workflows.questions.scope import Scope, inspection_scope, standing_scope

__all__ = [
    "Answer",
    "Beside",
    "Column",
    "Evidence",
    "Explained",
    "Question",
    "Row",
    "Scope",
    "Side",
    "Tally",
    "Window",
    "inspection_scope",
    "keyed",
    "questions",
    "standing_scope",
]
