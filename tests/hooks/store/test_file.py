"""A SQLite file that is locked, gone, replaced, unreadable, not ours, or full: told at once, and nothing lost."""

import errno
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, func, select

from hooks.cli import main
from hooks.store import FeedbackEvent, ShownCard, Store, StoreDown, StoreUnusable, feedback_event
from hooks.store.tables import NUMBER
from tests.serving import client, post, settings  # noqa: F401  (fixtures)
from tests.source_tree import ROOT

WHEN = "2026-11-22T10:00:00.000+00:00"
FEEDBACK = "/cds-services/msc-liver-evaluation/feedback"
CARD = "9f948826-3362-45dd-a240-8991909390ce"


@pytest.fixture
def store(settings) -> Iterator[Store]:  # noqa: F811
    opened = Store(settings.storage.url)
    opened.keep([ShownCard(CARD, "development", "msc-liver-evaluation", "r", "i", WHEN)])
    yield opened
    opened.close()


def item(number: int) -> dict:
    reason = {"reason": {"code": f"reason-{number}"}}
    return {"card": CARD, "outcome": "overridden", "overrideReason": reason, "outcomeTimestamp": "2026-11-22T10:01:00Z"}


def tell(client, *numbers: int):  # noqa: F811
    return client.post(FEEDBACK, json={"feedback": [item(number) for number in numbers]})


def stored(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(feedback_event)).scalar_one()


@pytest.mark.hazard("F-4", "T-10")
def test_a_locked_file_is_told_soon_and_works_afterwards(client, post, store: Store, tmp_path: Path) -> None:  # noqa: F811
    assert post().get_json()["cards"]
    with sqlite3.connect(tmp_path / "hepar.db", isolation_level=None) as blocker:
        blocker.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with pytest.raises(StoreDown):
            store.spend("c", "i", "t", 1, 1)
        assert time.monotonic() - started < 0.45
        answer = tell(client, 1)
        assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
        assert time.monotonic() - started < 0.9
        assert stored(store) == 0
        started = time.monotonic()
        assert post().get_json()["cards"]
        assert time.monotonic() - started < 0.9
        blocker.execute("ROLLBACK")
    assert tell(client, 1).status_code == 200
    assert store.spend("c", "i", "t", 1, 1).first


@pytest.mark.hazard("F-4")
def test_all_who_wait_for_a_locked_file_wait_no_longer_than_one(store: Store, tmp_path: Path) -> None:
    def wait(number: int) -> float:
        started = time.monotonic()
        with pytest.raises(StoreDown):
            store.spend("c", "i", str(number), 1, 1)
        return time.monotonic() - started

    with sqlite3.connect(tmp_path / "hepar.db", isolation_level=None) as blocker, ThreadPoolExecutor(8) as pool:
        blocker.execute("BEGIN EXCLUSIVE")
        assert max(pool.map(wait, range(16))) < 1


@pytest.mark.hazard("F-4", "F-6")
def test_readiness_names_the_store(client, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(store, "_engine", create_engine("sqlite:////nowhere/at/all.db"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["issue"][0]["expression"] == ["storage"]
    assert client.get("/livez").status_code == 200


@pytest.mark.hazard("F-6")
@pytest.mark.parametrize("instead", ["nothing", "an empty file"])
def test_nothing_is_acknowledged_that_went_into_a_removed_file(
    client, store: Store, tmp_path: Path, instead: str  # noqa: F811
) -> None:
    assert tell(client, 1).status_code == 200
    file = tmp_path / "hepar.db"
    kept = {path: path.read_bytes() for path in tmp_path.glob("hepar.db*")}
    for path in kept:
        path.unlink()
    if instead != "nothing":
        file.touch()
    answer = tell(client, 2)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    with pytest.raises(StoreDown):
        store.spend("c", "i", "t", 1, 1)
    assert client.get("/readyz").status_code == 503
    assert file.exists() == (instead != "nothing")
    for path in tmp_path.glob("hepar.db*"):
        path.unlink()
    for path, content in kept.items():
        if not path.name.endswith("-shm"):
            path.write_bytes(content)
    assert tell(client, 2).status_code == 200
    assert stored(store) == 2


@pytest.mark.hazard("F-6", "T-49")
def test_what_is_no_database_of_ours_is_refused_in_one_line(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"not a database" * 100)
    for name in (garbage, tmp_path / "no" / "folder.db", tmp_path):
        with pytest.raises(StoreUnusable) as refused:
            Store(f"sqlite:///{name}")
        assert "\n" not in str(refused.value)
    assert garbage.read_bytes() == b"not a database" * 100


@pytest.mark.hazard("F-6", "T-63")
@pytest.mark.parametrize("what", ["garbage", "newer", "missing"])
def test_the_service_does_not_start_and_says_why_in_one_line(tmp_path: Path, what: str) -> None:
    file = tmp_path / "hepar.db"
    if what == "garbage":
        file.write_bytes(b"not a database" * 100)
    if what == "newer":
        Store(f"sqlite:///{file}").close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"PRAGMA user_version = {NUMBER + 1}")
    config = tmp_path / "hepar.toml"
    config.write_text('[storage]\nurl = "sqlite:///hepar.db"\ncreate = false\n', encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = CliRunner().invoke(main, ["serve", "--dev", "--config", str(config)])
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "storage.url" in done.stderr
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.hazard("F-6")
def test_a_file_that_should_exist_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "hepar.db"
    with pytest.raises(StoreUnusable, match="create"):
        Store(f"sqlite:///{file}", create=False)
    assert not file.exists()


@pytest.mark.hazard("F-6")
def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hepar.db"
    Store(f"sqlite:///{file}").close()
    file.chmod(0o444)
    tmp_path.chmod(0o755)
    script = "import os; from hooks.store import Store; Store('sqlite://'); os.geteuid() or os.setuid(65534)"
    script += f"; Store('sqlite:///{file}')"
    for folder in [tmp_path, *tmp_path.parents]:
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("hooks.store.engine.StoreUnusable"), done.stderr


@pytest.mark.hazard("T-62")
def test_the_file_is_for_its_owner_alone_and_durable(store: Store, tmp_path: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("hepar.db*")} == {0o600}
    with store.reading() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]


@pytest.mark.hazard("F-5")
def test_a_full_disk_is_told_and_forgotten(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(volume)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small volume can be mounted by root only")
    store = Store(f"sqlite:///{volume}/hepar.db")
    try:
        store.keep([ShownCard("a", "c", "s", "r", "i", WHEN)])
        fill(volume / "filler")
        events = [FeedbackEvent(f"k-{number}", "c", "s", "a", "overridden", WHEN, WHEN) for number in range(500)]
        kept = until_down(store, events)
        assert (stored(store), set(store.cards(["a"]))) == (kept, {"a"})
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        (volume / "filler").unlink()
        store.record(events)
        assert stored(store) == 500
    finally:
        store.close()
        subprocess.run(["umount", "--lazy", str(volume)], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError as fault:
                if fault.errno != errno.ENOSPC:
                    raise


def until_down(store: Store, events: list[FeedbackEvent]) -> int:
    """How many events, one by one, were stored before the store went down."""
    for number, event in enumerate(events):
        try:
            store.record([event])
        except StoreDown:
            return number
    raise AssertionError("the disk was not full")


@pytest.mark.hazard("F-31")
def test_memory_is_a_store_too() -> None:
    kept = Store("sqlite://")
    kept.keep([ShownCard("a", "c", "s", "r", "i", "t")])
    assert kept.cards(["a", "b"])["a"].suggestions == ()
    kept.close()
