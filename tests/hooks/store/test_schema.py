"""From one schema to the next: once, wholly or not at all, never backwards, and not past what a release knows."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from hooks.feedback_report import report
from hooks.store import FeedbackEvent, ShownCard, Store, StoreAway, StoreUnusable
from hooks.store.engine import opened
from hooks.store.schema import prepare
from hooks.store.tables import NUMBER, metadata
from tests.source_tree import ROOT

WHEN = "2026-11-22T10:00:00.000+00:00"
OLD = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE shown_card (uuid VARCHAR(36) NOT NULL, client VARCHAR(64) NOT NULL, service VARCHAR(64) NOT NULL,
    rule VARCHAR(64) NOT NULL, hook_instance VARCHAR(128) NOT NULL, shown_at VARCHAR(32) NOT NULL,
    suggestions JSON NOT NULL, PRIMARY KEY (uuid));
CREATE TABLE feedback_event (key VARCHAR(64) NOT NULL, client VARCHAR(64) NOT NULL, service VARCHAR(64) NOT NULL,
    card VARCHAR(128) NOT NULL, outcome VARCHAR(16) NOT NULL, outcome_at VARCHAR(32) NOT NULL,
    suggestions JSON NOT NULL, reason_system TEXT NOT NULL, reason_code TEXT NOT NULL, comment TEXT NOT NULL,
    comment_cut BOOLEAN NOT NULL, quarantined VARCHAR(32) NOT NULL, received_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (key));
INSERT INTO schema_version (version) VALUES (1);
"""
"""The tables as release 0.1.0 made them."""
OLD_ROWS = f"""
INSERT INTO shown_card (uuid, client, service, rule, hook_instance, shown_at, suggestions)
    VALUES ('a', 'c', 's', 'r', 'i', '{WHEN}', '["x"]');
INSERT INTO feedback_event (key, client, service, card, outcome, outcome_at, suggestions, reason_system, reason_code,
    comment, comment_cut, quarantined, received_at)
    VALUES ('k', 'c', 's', 'a', 'overridden', '{WHEN}', '[]', '', '', '', '0', '', '{WHEN}');
"""
"""What that release writes."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = opened(database_url, patient=10)
    yield made
    made.dispose()


def run(engine: Engine, script: str) -> None:
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";")):
            connection.exec_driver_sql(statement)


def tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def use(url: str) -> None:
    """Open the store, write feedback, find it again."""
    store = Store(url)
    store.keep([ShownCard("b", "c", "s", "r", "i", WHEN)])
    store.record([FeedbackEvent("l", "c", "s", "b", "accepted", WHEN, WHEN)])
    assert report(store)[0].accepted == 1
    store.close()


@pytest.mark.hazard("T-63")
def test_the_models_are_what_the_migrations_make(engine: Engine) -> None:
    prepare(engine)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


@pytest.mark.hazard("T-63", "F-31")
@pytest.mark.parametrize("before", ["nothing", "the tables of 0.1.0"])
def test_many_that_start_at_once_migrate_once(engine: Engine, database_url: str, before: str) -> None:
    if before != "nothing":
        run(engine, OLD + OLD_ROWS)
    script = "import sys; from hooks.store import Store; sys.stdin.readline(); Store(sys.argv[1]).close()"
    command = [sys.executable, "-c", script, database_url]
    starts = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(4)]
    for start in starts:
        start.stdin.write(b"go\n")
        start.stdin.flush()
    for start in starts:
        assert (start.communicate(timeout=60)[1], start.returncode) == (b"", 0)
    store = Store(database_url)
    assert set(store.cards(["a"])) == (set() if before == "nothing" else {"a"})
    store.close()


@pytest.mark.hazard("T-63")
def test_release_0_1_0_still_works_on_what_this_release_made_of_its_database(engine: Engine, database_url: str) -> None:
    run(engine, OLD)
    Store(database_url).close()
    run(engine, OLD_ROWS)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT max(version) FROM schema_version").scalar() == 1
    store = Store(database_url)
    assert store.cards(["a"])["a"].suggestions == ("x",)
    store.close()


def later(engine: Engine, more: str = "") -> None:
    """What the release after this one might do to the database."""
    number = NUMBER + 1
    run(engine, f"ALTER TABLE feedback_event ADD COLUMN later TEXT; {more}")
    run(engine, f"UPDATE alembic_version SET version_num = '{number:04}'")
    if engine.dialect.name == "sqlite":
        run(engine, f"PRAGMA user_version = {number}")


@pytest.mark.hazard("T-63")
def test_this_release_works_on_what_a_newer_one_only_added_to(engine: Engine, database_url: str) -> None:
    Store(database_url).close()
    later(engine, f"INSERT INTO schema_change VALUES ({NUMBER + 1}, {NUMBER})")
    use(database_url)


@pytest.mark.hazard("T-63", "F-6")
@pytest.mark.parametrize("more", ["", f"INSERT INTO schema_change VALUES ({NUMBER + 1}, {NUMBER + 1})"])
def test_what_a_newer_release_changed_is_refused_in_one_line(engine: Engine, database_url: str, more: str) -> None:
    Store(database_url).close()
    later(engine, more)
    with pytest.raises(StoreUnusable) as refused:
        Store(database_url)
    assert "newer release" in str(refused.value)
    assert f"schema {NUMBER + 1}, this release knows {NUMBER}" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.hazard("T-63", "F-6")
@pytest.mark.parametrize("mark", [f"PRAGMA user_version = {NUMBER + 1}", "INSERT INTO schema_version VALUES (99)"])
def test_either_mark_of_a_newer_schema_is_enough(engine: Engine, database_url: str, mark: str) -> None:
    if mark.startswith("PRAGMA") and engine.dialect.name != "sqlite":
        mark = f"UPDATE alembic_version SET version_num = '{NUMBER + 1:04}'"
    Store(database_url).close()
    run(engine, mark)
    with pytest.raises(StoreUnusable, match="newer release"):
        Store(database_url)


@pytest.mark.hazard("T-63")
def test_a_migration_that_fails_leaves_nothing_behind(engine: Engine, database_url: str) -> None:
    run(engine, OLD + OLD_ROWS + "CREATE TABLE chore (mine INTEGER)")
    before = tables(engine)
    with pytest.raises(StoreUnusable):
        Store(database_url)
    assert tables(engine) == before
    run(engine, "DROP TABLE chore")
    use(database_url)


@pytest.mark.hazard("F-6")
def test_what_is_not_there_is_not_made_anew_where_it_should_exist(engine: Engine, database_url: str) -> None:
    with pytest.raises(StoreUnusable, match="create"):
        Store(database_url, create=False)
    assert tables(engine) == set()
    Store(database_url).close()
    Store(database_url, create=False).close()


@pytest.mark.hazard("F-31")
def test_a_file_that_another_start_holds_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_BUSY | (1 << 8)]
    monkeypatch.setattr("hooks.store.prepare", lambda *given: refuse(refusals.pop()) if refusals else prepare(*given))
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    assert (refusals, store.cards(["a"])) == ([], {})
    store.close()
    monkeypatch.setattr("hooks.store.prepare", lambda *given: refuse(sqlite3.SQLITE_IOERR))
    with pytest.raises(StoreAway):
        Store(f"sqlite:///{tmp_path}/other.db")


def refuse(code: int) -> NoReturn:
    """As the driver says it."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = code
    raise OperationalError("PRAGMA journal_mode=WAL", None, error)
