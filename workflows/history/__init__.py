"""The trail in sentences: one per event, names taken from the payload (*đã xóa* once erased).

`telling` says what is told to whom, `told` makes a sentence of an event, `templates` holds the sentences.
"""

from workflows.history.line import Line
from workflows.history.telling import heard_by, hears_all, sentences, told_of, unit_sentences

__all__ = ["Line", "heard_by", "hears_all", "sentences", "told_of", "unit_sentences"]
