"""A PostgreSQL server that restarts, stops, hangs or is locked: told within a fraction of a second, and survived."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from hooks.command import existing_store
from hooks.settings import load
from hooks.store import Store, StoreDown, StoreUnusable
from tests.database import Cluster, cluster

NOW = 1_795_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture
def store(server: Cluster) -> Iterator[Store]:
    opened = Store(server.url)
    yield opened
    opened.close()


def spend(store: Store, name: str) -> bool:
    return store.spend("ehr-a", "https://ehr-a.example.org", name, NOW + 300, NOW).first


def seconds_until_down(store: Store, name: str = "x") -> float:
    started = time.monotonic()
    with pytest.raises(StoreDown):
        spend(store, name)
    return time.monotonic() - started


@pytest.mark.hazard("F-4", "T-10")
def test_a_server_that_was_restarted_is_survived(store: Store, server: Cluster) -> None:
    assert spend(store, "before")
    server.stop()
    server.start()
    assert not spend(store, "before"), "unnoticed"
    server.stop()
    assert seconds_until_down(store) < 1
    server.start()
    assert spend(store, "after")


@pytest.mark.hazard("F-4")
def test_a_table_that_is_locked_is_told_soon_and_works_afterwards(store: Store, server: Cluster) -> None:
    plain = server.url.replace("+psycopg", "")
    with psycopg.connect(plain) as other:
        other.execute("LOCK TABLE seen_token")
        assert seconds_until_down(store) < 0.6
        other.rollback()
    assert spend(store, "after the lock")


@pytest.mark.hazard("T-61")
def test_a_command_may_take_longer_than_a_call(store: Store, server: Cluster) -> None:
    long = "SELECT pg_sleep(0.5)"
    settings = load(None, dev=True)
    settings = replace(settings, storage=replace(settings.storage, url=server.url))
    with existing_store(settings) as patient, patient.reading() as connection:
        connection.exec_driver_sql(long)
    with pytest.raises(StoreDown), store.reading() as connection:
        connection.exec_driver_sql(long)


@pytest.mark.hazard("F-4")
def test_a_server_that_hangs_is_told_soon_by_old_connections_and_new_ones(store: Store, server: Cluster) -> None:
    assert spend(store, "before it hangs")
    processes = family(server.server.pid)
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(12) as pool:
            waits = list(pool.map(lambda number: seconds_until_down(store, str(number)), range(24)))
    finally:
        for each in processes:
            os.kill(each, signal.SIGCONT)
    assert max(waits) < 1
    again(store)


def again(store: Store) -> None:
    """The store works again at the latest when the connections that hung are given up."""
    for _ in range(100):
        try:
            spend(store, f"after {time.monotonic()}")
        except StoreDown:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it does not recover")


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@pytest.mark.hazard("F-6")
def test_a_server_that_is_not_there_or_never_answers_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()
        with pytest.raises(StoreUnusable) as refused:
            Store(f"postgresql+psycopg://hepar@127.0.0.1:{port}/hepar")
        assert time.monotonic() - started < 10
    assert "\n" not in str(refused.value)
    with pytest.raises(StoreUnusable):
        Store(f"postgresql+psycopg://hepar@127.0.0.1:{port}/hepar")


@pytest.mark.hazard("F-31")
def test_connections_are_as_many_as_threads(server: Cluster) -> None:
    narrow = Store(server.url, threads=2)
    with narrow.reading(), narrow.reading():
        started = time.monotonic()
        with pytest.raises(StoreDown), narrow.reading():
            raise AssertionError("a third connection")
        assert time.monotonic() - started < 0.6
    narrow.close()
