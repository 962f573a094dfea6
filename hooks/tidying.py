"""Removes what is too old while the service runs: every worker asks now and then, one of them all does it."""

from datetime import UTC, datetime
from threading import Event, Thread

from hooks import process
from hooks.site import Storage
from hooks.store import Store, StoreDown, retention
from hooks.telemetry import log

FIRST, EVERY = 5.0, 300.0
"""Seconds from the start of a worker until it asks, and then until it asks again."""


def begin(store: Store, storage: Storage) -> None:
    """Look after the store in the background until the process ends."""
    Thread(target=look_after, args=(store, storage, process.ending), name="tidying", daemon=True).start()


def look_after(store: Store, storage: Storage, ending: Event, first: float = FIRST, every: float = EVERY) -> None:
    """Ask and do, again and again, until `ending` is set."""
    pause = first
    while not ending.wait(pause):
        pause = every
        try:
            found = retention.tidy(
                store, datetime.now(UTC), storage.feedback_retention_days, storage.audit_retention_days
            )
        except StoreDown as error:
            log("store_down", "error", reason=str(error))
            continue
        if counts := found.counts():
            log("purged", outcome=", ".join(f"{count} {name}" for name, count in counts.items()))
