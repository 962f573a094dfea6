"""The real service, killed without warning under load: what was acknowledged is there, and each call wholly or not."""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
import requests
from sqlalchemy import select

from hooks.audit.chain import Verification
from hooks.store import Store, feedback_event, trail
from tests.live import EVALUATION, Live, ehr, live

ITEMS = 20
FEEDBACK = f"{EVALUATION}/feedback"
LIMITS = {"limits": {"requests_per_minute": 60_000}, "server": {"threads": 8}}


class Load:
    """Callers that post feedback, each call with items of its own, until told to stop."""

    def __init__(self, service: Live) -> None:
        self.service = service
        self.stop = Event()
        self.acknowledged: list[str] = []
        self.unsure: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []

    def post(self, batch: str) -> bool:
        """Post one batch; whether it was acknowledged."""
        item = {"outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}
        items = [{**item, "card": f"{batch}/{number}"} for number in range(ITEMS)]
        try:
            status = self.service.post({"feedback": items}, FEEDBACK).status_code
        except requests.RequestException:
            return False
        self.statuses[status] += 1
        if status == 200:
            self.times.append(time.monotonic())
        return status == 200

    def call(self, caller: int) -> None:
        """One caller."""
        number = 0
        while not self.stop.is_set():
            number += 1
            batch = f"{caller}-{number}"
            (self.acknowledged if self.post(batch) else self.unsure).append(batch)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Eight callers at work."""
        self.stop.clear()
        with ThreadPoolExecutor(8) as pool:
            callers = [pool.submit(self.call, self.first + caller) for caller in range(8)]
            try:
                yield
            finally:
                self.stop.set()
            for caller in callers:
                caller.result()
        self.first += 8

    first = 0


def batches(url: str) -> Counter[str]:
    """How many items of each batch are stored."""
    store = Store(url, create=False)
    with store.reading() as connection:
        found = Counter(card.partition("/")[0] for card in connection.scalars(select(feedback_event.c.card)))
    store.close()
    return found


def check(load: Load, url: str) -> None:
    """All that was acknowledged is there, nothing is there in part, and what was not acknowledged can be sent again."""
    found = batches(url)
    assert load.acknowledged
    assert [batch for batch in load.acknowledged if batch not in found] == []
    assert set(found.values()) == {ITEMS}
    assert set(load.statuses) <= {200, 429, 503}
    for batch in load.unsure:
        assert load.post(batch)
    found = batches(url)
    assert set(found) == {*load.acknowledged, *load.unsure}
    assert set(found.values()) == {ITEMS}
    store = Store(url, create=False)
    verification = Verification()
    with store.reading() as connection:
        assert all(verification.take(row) for row in trail.rows(connection))
    assert verification.end().fault == ""
    store.close()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def all_at_work(service: Live) -> None:
    """Wait until both workers answer: one that only starts has fewer threads than one that has calls."""
    for _ in range(600):
        workers = service.workers()
        with suppress(FileNotFoundError):
            if len(workers) == 2 and all(threads(each) > 5 for each in workers):
                return
        time.sleep(0.05)
    raise AssertionError(service.said())


@pytest.mark.hazard("F-1", "F-20", "T-46")
def test_a_worker_that_is_killed_loses_nothing_that_was_acknowledged(tmp_path: Path, database_url: str) -> None:
    with live(tmp_path, [ehr(tmp_path)], tables={**LIMITS, "storage": {"url": database_url}}) as service:
        load = Load(service)
        with load.running():
            for _ in range(5):
                all_at_work(service)
                os.kill(service.workers()[0], signal.SIGKILL)
            all_at_work(service)
        check(load, database_url)
        assert max(later - sooner for sooner, later in zip(load.times, load.times[1:], strict=False)) < 2


@pytest.mark.hazard("F-2", "F-20")
def test_a_service_that_is_killed_as_a_whole_starts_again_with_all_that_it_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hepar.db"
    with live(tmp_path, [ehr(tmp_path)], tables=LIMITS) as service:
        load = Load(service)
        for _ in range(5):
            with load.running():
                time.sleep(0.4)
                service.kill()
            service.start()
        check(load, url)
