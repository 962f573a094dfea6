"""Standard output, line by line, for those who must not wait for whoever reads it.

A process that serves queues its lines: while nobody reads, they are counted and lost, and no call hangs.
"""

import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from select import PIPE_BUF

ROOM = 10_000
"""Lines that wait at most."""
PAUSE = 0.005
"""Seconds that the writer gathers lines for one write."""
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
        self._lines: queue.SimpleQueue[bytes | threading.Event] = queue.SimpleQueue()
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
        if self._lines.qsize() >= self._room:
            self.dropped()
            return
        self._lines.put(line.encode() + b"\n")
        if self._writer is None:
            self._start()

    def drain(self, seconds: float) -> bool:
        """Wait so long for what is queued to be written; whether it is."""
        if self._writer is None:
            return True
        written = threading.Event()
        self._lines.put(written)
        return written.wait(seconds)

    def _start(self) -> None:
        with self._lock:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="outlet", daemon=True)
                self._writer.start()

    def _write(self) -> None:
        while True:
            found = [self._lines.get()]
            time.sleep(PAUSE)
            while len(found) < BATCH and self._lines.qsize():
                found.append(self._lines.get())
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
