"""A store that was used before a fork: no connection is on both sides of it, and nothing is lost on either."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from hooks.store import Store
from hooks.store.tables import seen_token
from tests.source_tree import ROOT

FORKING = """
import os, sys, time
from hooks.store import Store, StoreDown

def spend(store, who):
    for number in range(25):
        while True:
            try:
                assert store.spend("c", "i", f"{who}-{number}", 2, 1).first
                break
            except StoreDown:
                time.sleep(0.01)

store = Store(sys.argv[1])
assert store.spend("c", "i", "before", 2, 1).first
children = []
for who in range(4):
    child = os.fork()
    if not child:
        assert store._engine.pool.checkedin() == 0, "a connection of the parent"
        spend(store, who)
        os._exit(0)
    children.append(child)
spend(store, "parent")
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
"""


@pytest.mark.hazard("F-31")
def test_four_children_and_their_parent_use_one_store(store: Store, database_url: str) -> None:
    command = [sys.executable, "-c", FORKING, database_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(seen_token)).scalar_one() == 126
