"""A connection to PostgreSQL that gives up on a server that does not answer, as a stopped or cut off one does.

The server's own limits end what it works on for too long; they do not help where it does not work at all.
"""

from collections.abc import Generator
from time import monotonic
from typing import Any

import psycopg

GRACE = 0.3
"""Seconds beyond the server's own limit before it is taken to be gone."""


class Impatient(psycopg.Connection[Any]):
    """A connection whose every exchange ends within `patience` seconds; one that does not is closed."""

    patience = 10.0

    def wait(self, gen: Any, *arguments: Any, **more: Any) -> Any:
        """As in psycopg, which asks now and then whether to go on waiting. OperationalError when the time is over."""
        try:
            return super().wait(_until(monotonic() + self.patience, gen), *arguments, **more)
        except TooSlow:
            self.close()
            raise


class TooSlow(psycopg.OperationalError):
    """The server did not answer in time."""


def _until(deadline: float, gen: Any) -> Generator[Any, Any, Any]:
    ready = None
    while True:
        try:
            state = gen.send(ready)
        except StopIteration as done:
            return done.value
        ready = yield state
        if not ready and monotonic() >= deadline:
            raise TooSlow("the database did not answer in time")
