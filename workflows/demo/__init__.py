"""The demo: an invented organisation and a year of its life, played through the engine.

Both are data files. The organisation is entered by the acts of `workflows.organisation`, the story
by `create` and `perform` at simulated instants, with the ladder climbing in between. Nothing here
writes a state.
"""

from workflows.demo.load import PASSWORD, Loaded, load

__all__ = ["PASSWORD", "Loaded", "load"]
