"""How much of this process one caller may have: places for calls at one time, and tries at proving who it is."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from hooks.errors import TooMany

BUSY = "Too many calls of this client are under way."
SHARE = 0.75
"""Of the threads of a worker, for one client where there are several: the others always find one."""


class Places:
    """The calls that each client may have under way in this process. Nobody waits for a place."""

    def __init__(self, threads: int, clients: Iterable[str]) -> None:
        names = set(clients)
        each = threads if len(names) < 2 else max(1, int(threads * SHARE))
        self._free = {name: threading.Semaphore(each) for name in names}

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """A place for as long as the block runs. TooMany if none is free."""
        free = self._free[client]
        if not free.acquire(blocking=False):
            raise TooMany(BUSY, 1)
        try:
            yield
        finally:
            free.release()


class Budget:
    """So many at once, and so many a second on and on. `clock` in seconds, never going back."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._rate = per_second
        self._clock = clock
        self._left = self._burst
        self._at = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there was one left; it is gone then."""
        with self._lock:
            now = self._clock()
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def left(self) -> int:
        """How many there are."""
        with self._lock:
            return int(min(self._burst, self._left + (self._clock() - self._at) * self._rate))
