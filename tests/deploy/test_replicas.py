"""Two replicas behind the proxy on one database: one dies amid calls, and nothing that was answered is lost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from hooks.audit.chain import Verification
from hooks.store import Store, feedback_event, trail
from hooks.store.tables import shown_card
from tests.calls import call
from tests.database import new_database
from tests.deploy.proxy import Proxy, nginx, proxy
from tests.live import EVALUATION, Live, ehr, free_port, issuer, live, signer
from tests.tokens import bearer

CALLERS = 4
FEEDBACK = f"{EVALUATION}/feedback"
RECOVERY = 1.0
"""Seconds after the death of a replica from which on every call is answered."""


@dataclass
class Load:
    """Callers of the proxy who ask for cards and override them, and what they were answered."""

    front: Proxy
    stop: threading.Event = field(default_factory=threading.Event)
    cards: list[str] = field(default_factory=list)
    overridden: list[str] = field(default_factory=list)
    refused: list[tuple[float, float, int]] = field(default_factory=list)
    """When each call began and ended that got neither 200 nor 503, which a busy machine may say; and what it got."""

    def post(self, path: str, body: object, at: str = "", token: str = "") -> requests.Response:
        """One call through the proxy, or straight to a replica, with a token of its own."""
        token = token or self.token(path)
        url = (at or self.front.base) + path
        return requests.post(url, json=body, headers=bearer(token), verify=self.front.trusted, timeout=20)

    def token(self, path: str) -> str:
        return str(signer("ehr-a").token(f"{self.front.base}{path}", iss=issuer("ehr-a")))

    def work(self) -> None:
        """One caller, until told to stop."""
        while not self.stop.is_set():
            began = time.monotonic()
            answer = self.post(EVALUATION, call())
            if not self.taken(began, answer):
                continue
            shown = [card["uuid"] for card in answer.json()["cards"]]
            self.cards += shown
            began = time.monotonic()
            item = {"card": shown[0], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}
            if self.taken(began, self.post(FEEDBACK, {"feedback": [item]})):
                self.overridden.append(shown[0])

    def taken(self, began: float, answer: requests.Response) -> bool:
        """Whether a call was answered with what it asked for."""
        if answer.status_code not in {200, 503}:
            self.refused.append((began, time.monotonic(), answer.status_code))
        return answer.status_code == 200

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(CALLERS) as pool:
            callers = [pool.submit(self.work) for _ in range(CALLERS)]
            try:
                yield
            finally:
                self.stop.set()
            for caller in callers:
                caller.result()


@contextmanager
def two_replicas(folder: Path, url: str) -> Iterator[tuple[Live, Live, Proxy]]:
    """Both started at once on an empty database, which one of them has to bring forward."""
    port = free_port()
    tables = {
        "server": {"public_url": f"https://127.0.0.1:{port}", "workers": 1, "threads": 8, "trusted_hops": 1},
        "storage": {"url": url},
        "limits": {"requests_per_minute": 100_000, "deadline_ms": 10_000},
    }
    folders = [folder / name for name in ("one", "other")]
    for each in folders:
        each.mkdir()
    with (
        live(folders[0], [ehr(folders[0])], tables=tables, start=False) as one,
        live(folders[1], [ehr(folders[1])], tables=tables, start=False) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        for started in [pool.submit(one.start), pool.submit(other.start)]:
            started.result()
        with proxy(folder / "proxy", [one.port, other.port], port) as front:
            yield one, other, front


@pytest.mark.hazard("F-1", "T-10", "T-63")
def test_a_replica_dies_amid_calls_and_nothing_is_lost_and_no_token_is_good_twice(
    tmp_path: Path, postgresql: str
) -> None:
    nginx()
    with new_database(postgresql) as url, two_replicas(tmp_path, url) as (one, other, front):
        load = Load(front)
        token = load.token(EVALUATION)
        assert load.post(EVALUATION, call(), one.base, token).status_code == 200
        assert load.post(EVALUATION, call(), other.base, token).status_code == 401
        with load.running():
            time.sleep(2)
            died = time.monotonic()
            one.kill()
            time.sleep(3)
        served = [len(each.events("request")) for each in (one, other)]
        assert min(served) > 5, "both were called"
        others = [one for one in load.refused if one[1] < died or one[0] > died + RECOVERY]
        assert others == [], "refused before it died, or although it had been dead for a while"
        assert len(load.refused) <= 2 * CALLERS, "only what the replica was answering as it died"
        assert load.post(EVALUATION, call(), token=token).status_code == 401

        store = Store(url, create=False, patient=True)
        verification = Verification()
        with store.reading() as connection:
            cards = set(connection.scalars(select(shown_card.c.uuid)))
            feedback = set(connection.scalars(select(feedback_event.c.card)))
            assert all(verification.take(row) for row in trail.rows(connection))
        store.close()
        assert load.overridden
        assert set(load.cards) <= cards
        assert set(load.overridden) <= feedback
        assert verification.end().fault == ""
