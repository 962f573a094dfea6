"""A connection to PostgreSQL that gives up on a server that does not answer, as a stopped or cut off one does.

The server's own limits end what it works on for too long; they do not help where it does not work at all. The time
for connecting that the driver knows is counted in whole seconds, of which two are the fewest: it ends what nobody
waits for any more.
"""

from collections.abc import Callable, Generator
from concurrent.futures import Future
from threading import Semaphore, Thread
from time import monotonic
from typing import Any

import psycopg

CONNECT = 2
"""Seconds until the driver gives up connecting."""
AT_ONCE = 4
"""Connections of a process that are being made at one time."""


class TooSlow(psycopg.OperationalError):
    """The server did not answer in time."""


class Impatient(psycopg.Connection[Any]):
    """A connection whose every exchange ends within `patience` seconds; one that does not is closed."""

    patience = float(CONNECT)

    def wait(self, gen: Any, *arguments: Any, **more: Any) -> Any:
        """As in psycopg, which asks now and then whether to go on waiting. OperationalError when the time is over."""
        try:
            return super().wait(_until(monotonic() + self.patience, gen), *arguments, **more)
        except TooSlow:
            self.close()
            raise


class Connecting:
    """Makes connections of which nobody waits longer than `seconds`; one that comes too late is closed again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._places = Semaphore(AT_ONCE)

    def __call__(self, connect: Callable[[], Impatient]) -> Impatient:
        """The connection. TooSlow if it was not there in time, else whatever fault connecting has."""
        if not self._places.acquire(timeout=self._seconds):
            raise TooSlow("others still try to reach the database")
        asked: Future[Impatient] = Future()
        Thread(target=self._run, args=(connect, asked), name="connecting", daemon=True).start()
        try:
            return asked.result(self._seconds)
        except TimeoutError:
            asked.add_done_callback(_close)
            raise TooSlow("the database did not answer in time") from None

    def _run(self, connect: Callable[[], Impatient], asked: Future[Impatient]) -> None:
        try:
            asked.set_result(connect())
        except (psycopg.Error, OSError) as fault:
            asked.set_exception(fault)
        finally:
            self._places.release()


def _close(late: Future[Impatient]) -> None:
    if late.exception() is None:
        late.result().close()


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
