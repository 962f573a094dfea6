"""A token is spent once, whoever spends it and wherever."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hooks.store import Spent, Store
from tests.source_tree import ROOT

NOW = 1_795_000_000
ME = ("ehr-a", "https://ehr-a.example.org")

SPENDER = """
import os, random, sys, time
from hooks.store import Store, StoreDown
store = Store(sys.argv[1])
print("ready", flush=True)
time.sleep(max(0.0, float(sys.stdin.readline()) - time.time()))
firsts = 0
for number in random.Random(os.getpid()).sample(range(100), 100):
    while True:
        try:
            firsts += store.spend("ehr-a", "https://ehr-a.example.org", f"t-{number}", 1795000300, 1795000000).first
            break
        except StoreDown:
            time.sleep(0.01)
print(firsts)
"""


@pytest.mark.hazard("T-10")
def test_the_first_and_no_other(store: Store, database_url: str) -> None:
    assert store.spend(*ME, "t-1", NOW + 300, NOW) == Spent(first=True, recent=1)
    assert store.spend(*ME, "t-1", NOW + 300, NOW) == Spent(first=False, recent=1)
    assert store.spend("ehr-b", "https://ehr-b.example.org", "t-1", NOW + 300, NOW) == Spent(first=True, recent=1)
    store.close()
    again = Store(database_url)
    assert not again.spend(*ME, "t-1", NOW + 300, NOW).first
    again.close()


@pytest.mark.hazard("T-51")
def test_a_client_s_tokens_of_the_last_minute_are_counted(store: Store) -> None:
    for second in range(5):
        store.spend(*ME, f"t-{second}", NOW + 300, NOW + 15 * second)
    assert store.spend(*ME, "t-9", NOW + 300, NOW + 74).recent == 5
    assert store.spend(*ME, "t-9", NOW + 300, NOW + 76).recent == 4
    assert store.spend("ehr-b", ME[1], "t-10", NOW + 300, NOW + 74).recent == 1


@pytest.mark.hazard("T-51")
def test_a_clock_that_was_ahead_uses_up_nobody_s_share(store: Store) -> None:
    ahead = NOW + 86_400
    for number in range(5):
        store.spend(*ME, f"t-{number}", ahead + 300, ahead)
    assert store.spend(*ME, "t-now", NOW + 300, NOW).recent == 1


@pytest.mark.hazard("T-51")
def test_a_client_that_calls_twice_as_often_as_it_may_is_answered_half_the_time(store: Store) -> None:
    seconds = range(240)
    spent = [store.spend(*ME, f"t-{second}", NOW + 900, NOW + second, at_most=30) for second in seconds]
    assert [each.first for each in spent] == [True] * len(spent)
    assert all(each.recent <= 31 for each in spent)
    assert [each.recent <= 30 for each in spent].count(True) == 120


@pytest.mark.hazard("T-10")
def test_of_fifty_at_once_one_is_first(store: Store) -> None:
    with ThreadPoolExecutor(50) as pool:
        spent = list(pool.map(lambda _: store.spend(*ME, "t-1", NOW + 300, NOW), range(50)))
    assert [each.first for each in spent].count(True) == 1


@pytest.mark.hazard("T-10", "F-31")
def test_of_several_processes_one_is_first(store: Store, database_url: str) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    others = [subprocess.Popen([sys.executable, "-c", SPENDER, database_url], **pipes) for _ in range(4)]
    for other in others:
        assert other.stdout.readline() == "ready\n"
    start = time.time() + 0.2
    for other in others:
        other.stdin.write(f"{start}\n")
        other.stdin.flush()
    firsts = [int(other.communicate(timeout=60)[0]) for other in others]
    assert sum(firsts) == 100
    assert firsts.count(0) < 3, "they did not run at the same time: nothing was tried"


@pytest.mark.hazard("F-2", "T-10")
def test_a_token_is_on_disk_with_what_its_call_leaves(store: Store, database_url: str) -> None:
    on_postgresql = database_url.startswith("postgresql")
    asked, waits = ("SHOW synchronous_commit", "on") if on_postgresql else ("PRAGMA synchronous", 2)
    store.spend(*ME, "t-1", NOW + 300, NOW)
    with store.writing() as connection:
        assert connection.exec_driver_sql(asked).scalar() == waits
    store.spend(*ME, "t-2", NOW + 300, NOW)
    with store._swiftly() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone()[0] == waits
