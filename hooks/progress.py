"""Progress on standard error, for work that takes longer than a moment, and only where somebody watches."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hooks.terminal import console

PATIENCE = 1.0
"""Seconds of work before anything is shown."""


class Step(Protocol):
    """Called once for every piece of work that is done."""

    def __call__(self) -> None:
        """One more piece is done."""


@contextmanager
def progress(what: str, total: int) -> Iterator[Step]:
    """Count `total` pieces of work; a bar appears after `PATIENCE` seconds and vanishes at the end."""
    out = console(stderr=True)
    bar = Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=out, transient=True)
    task = bar.add_task(what, total=total)
    start = time.monotonic()

    def step() -> None:
        bar.advance(task)
        if out.is_terminal and not bar.live.is_started and time.monotonic() - start > PATIENCE:
            bar.start()

    try:
        yield step
    finally:
        if bar.live.is_started:
            bar.stop()
