"""Standard output, line by line, for those who must not wait for whoever reads it.

A process that serves queues its lines: while nobody reads, they are counted and lost, and no call hangs.
"""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from select import PIPE_BUF

ROOM = 10_000
"""Lines that wait at most."""
PAUSE = 0.05
"""Seconds that the writer gathers lines: it is not woken for each, which would cost the calls more than the writing."""
BATCH = 500
STDOUT = 1


class Outlet:
    """One stream of lines. Direct until `queued`: written at once, and whoever writes waits."""

    def __init__(self, file: int = STDOUT, room: int = ROOM) -> None:
        self.dropped: Callable[[], None] = lambda: None
        self._file = file
        self._room = room
        self._queued = False
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        """A process has its own queue and its own writer; a thread does not survive a fork."""
        self._lines: deque[bytes | threading.Event] = deque()
        self._some = threading.Event()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def queue(self) -> None:
        """From now on nobody waits."""
        self._queued = True

    def put(self, line: str) -> None:
        """One line, without its end. When queued and there is no room, it is lost and `dropped` is called."""
        if not self._queued:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            return
        if len(self._lines) >= self._room:
            self.dropped()
            return
        self._lines.append(line.encode() + b"\n")
        if not self._some.is_set():
            self._some.set()
        if self._writer is None:
            self._start()

    def drain(self, seconds: float) -> bool:
        """Wait so long for what is queued to be written; whether it is."""
        if self._writer is None:
            return True
        written = threading.Event()
        self._lines.append(written)
        self._some.set()
        return written.wait(seconds)

    def _start(self) -> None:
        with self._lock:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="outlet", daemon=True)
                self._writer.start()

    def _write(self) -> None:
        while True:
            self._some.wait()
            time.sleep(PAUSE)
            self._some.clear()
            while self._lines:
                self._write_some([self._lines.popleft() for _ in range(min(BATCH, len(self._lines)))])

    def _write_some(self, found: list[bytes | threading.Event]) -> None:
        for lines in together([line for line in found if isinstance(line, bytes)]):
            try:
                os.write(self._file, b"".join(lines))
            except OSError:
                for _ in lines:
                    self.dropped()
        for reached in found:
            if isinstance(reached, threading.Event):
                reached.set()


def together(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Lines for one write each: as many as a pipe takes whole, so that those of other processes do not come between."""
    size = PIPE_BUF
    group: list[bytes] = []
    for line in lines:
        if size + len(line) > PIPE_BUF:
            if group:
                yield group
            group, size = [], 0
        group.append(line)
        size += len(line)
    if group:
        yield group


stdout = Outlet()
