"""Entry on behalf of members: one by one, or a table of the whole cell; their signed sheets."""

from views.proxies import index, table, typing  # noqa: F401  so that their routes are known
from views.proxies.base import blueprint

__all__ = ["blueprint"]
