"""How a worker keeps house: what it loaded stays, and what a call leaves behind is collected in larger steps."""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50
"""Objects made since the last look before the next one, and looks at the young before those at the older."""


def settle() -> None:
    """Call once in a worker, when everything is loaded.

    A call makes tens of thousands of short-lived objects. With the interpreter's own steps each would be searched for
    cycles many times over, together with all that the worker loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
