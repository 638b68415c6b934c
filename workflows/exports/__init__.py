"""Many prints at once: ordered on a page, made by a worker with progress in the row, fetched by who
ordered them, gone after a week. Plans and reports only: commitment texts never leave in bulk."""

from workflows.exports.fetching import file_of, jobs_of
from workflows.exports.keeping import KEPT, expire
from workflows.exports.making import due, make
from workflows.exports.ordering import MOST, order

__all__ = ["KEPT", "MOST", "due", "expire", "file_of", "jobs_of", "make", "order"]
