"""How much of this process callers may have: places for calls, room for bodies, tries at proving who they are."""

import threading
import time
from collections.abc import Callable, Iterable

SHARE = 0.75
"""Of the threads of a worker, for one client where there are several: the others always find one."""


class Places:
    """The calls that each client may have under way in this process. Nobody waits for a place."""

    def __init__(self, threads: int, clients: Iterable[str]) -> None:
        names = set(clients)
        each = threads if len(names) < 2 else max(1, int(threads * SHARE))
        self._free = {name: threading.Semaphore(each) for name in names}

    def take(self, client: str) -> bool:
        """Whether there was a place; it is the client's until given back."""
        return self._free[client].acquire(blocking=False)

    def give_back(self, client: str) -> None:
        """One call of the client has ended."""
        self._free[client].release()


class Room:
    """How many bytes of bodies this process works on at one time: what they become in memory is many times as much."""

    def __init__(self, total: int) -> None:
        self._left = total
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Whether there was room for so many; it is taken until given back."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give_back(self, size: int) -> None:
        """A body of this size is done with."""
        with self._lock:
            self._left += size


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
