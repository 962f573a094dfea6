"""The drill: a backup taken while everybody writes, restored elsewhere, is one moment of the database and whole."""

import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hooks.audit.chain import Record
from hooks.store import FeedbackEvent, ShownCard, Store, StoreDown, feedback_event, trail
from tests.database import binaries, new_database
from tests.source_tree import ROOT

WHEN = "2026-11-22T10:00:00.000+00:00"
BATCH = 5


def call(
    script: str, config: Path, file: Path, *options: str | Path
) -> subprocess.CompletedProcess[str]:
    programs = os.environ["PATH"] + f":{binaries()}"
    command = [sys.executable, ROOT / "deploy" / script, "--dev", "--config", config, *options, file]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": programs}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def configured(folder: Path, name: str, url: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(f'[storage]\nurl = "{url}"\n', encoding="utf-8")
    return file


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """A place of the same kind as the database."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/restored.db"
    else:
        with new_database(request.getfixturevalue("postgresql")) as url:
            yield url


def write(store: Store, number: int) -> None:
    """One call's worth: cards, feedback and a record, each in one transaction."""
    names = [f"{number}/{each}" for each in range(BATCH)]
    store.keep([ShownCard(name, "c", "s", "r", "i", WHEN, patient="p") for name in names], [record(number)])
    store.record([FeedbackEvent(name, "c", "s", name, "accepted", WHEN, WHEN) for name in names], [record(number)])


def record(number: int) -> Record:
    return Record(WHEN, "evaluation", "c", "p", {"number": number}, b"chart" * 100)


@contextmanager
def written_to(store: Store) -> Iterator[None]:
    """While somebody writes all the time."""
    stop = threading.Event()

    def go_on() -> None:
        number = 1000
        while not stop.is_set():
            number += 1
            try:
                write(store, number)
            except StoreDown:
                continue

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(feedback_event)).scalar_one()


@pytest.mark.hazard("T-62", "F-28")
def test_backup_and_restore_under_load(store: Store, database_url: str, elsewhere: str, tmp_path: Path) -> None:
    for number in range(20):
        write(store, number)
    copy = tmp_path / "copy"
    with written_to(store):
        before = count(store)
        done = call("backup.py", configured(tmp_path, "live", database_url), copy)
        after = count(store)
    assert done.returncode == 0, done.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]
    target = configured(tmp_path, "restored", elsewhere)
    done = call("restore.py", target, copy)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert before <= said["rows"]["feedback_event"] <= after
    assert after > before, "nobody wrote meanwhile: nothing was tried"
    assert said["rows"]["feedback_event"] % BATCH == 0
    assert said["fault"] == ""
    again = Store(elsewhere, create=False)
    write(again, 999_999)
    with again.reading() as connection:
        assert trail.head(connection).seq == said["rows"]["audit_event"] + 2
    again.close()
    assert "not empty" in call("restore.py", target, copy).stderr.replace("exists", "not empty")
    assert "exists" in call("backup.py", tmp_path / "live.toml", copy).stderr


@pytest.mark.hazard("T-62", "T-61")
def test_a_backup_that_was_tampered_with_is_told(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    write(store, 1)
    store.close()
    copy = tmp_path / "copy"
    call("backup.py", configured(tmp_path, "live", f"sqlite:///{tmp_path}/hepar.db"), copy)
    forged = tmp_path / "forged"
    shutil.copy(copy, forged)
    forged.write_bytes(forged.read_bytes().replace(b'"number":1', b'"number":2', 1))
    done = call("restore.py", configured(tmp_path, "restored", f"sqlite:///{tmp_path}/restored.db"), forged)
    assert done.returncode == 1
    assert "was changed" in json.loads(done.stdout)["fault"]


@pytest.mark.hazard("T-62")
@pytest.mark.parametrize("script", ["backup.py", "restore.py"])
def test_what_cannot_be_done_is_said_in_one_line(script: str, tmp_path: Path) -> None:
    config = configured(tmp_path, "live", f"sqlite:///{tmp_path}/none/hepar.db")
    done = call(script, config, tmp_path / "copy")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.glob("copy*"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A backup of a few calls."""
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    for number in range(20):
        write(store, number)
    store.close()
    done = call("backup.py", configured(tmp_path, "live", f"sqlite:///{tmp_path}/hepar.db"), tmp_path / "copy")
    assert done.returncode == 0, done.stderr
    return tmp_path / "copy"


def half(copy: bytes) -> bytes:
    return copy[: len(copy) // 2]


def scrambled(copy: bytes) -> bytes:
    middle = len(copy) // 2
    return copy[:middle] + random.Random(1).randbytes(20_000) + copy[middle + 20_000 :]


@pytest.mark.hazard("T-62", "F-28")
@pytest.mark.parametrize("damage", [half, scrambled, lambda _: b"", lambda _: b"no database" * 999, None])
def test_what_cannot_be_restored_leaves_nothing_in_its_place(damage, copied: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    if damage:
        other.write_bytes(damage(copied.read_bytes()))
    target = configured(tmp_path, "restored", f"sqlite:///{tmp_path}/restored.db")
    done = call("restore.py", target, other)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert not list(tmp_path.glob("restored.db*"))
    done = call("restore.py", target, copied)
    assert done.returncode == 0, done.stderr


@pytest.mark.hazard("T-62", "F-28")
def test_what_another_database_left_beside_the_place_is_no_part_of_the_backup(copied: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    write(store, 21)
    shutil.copy(tmp_path / "hepar.db-wal", tmp_path / "restored.db-wal")
    store.close()
    done = call("restore.py", configured(tmp_path, "restored", f"sqlite:///{tmp_path}/restored.db"), copied)
    assert done.returncode == 2
    assert "restored.db-wal exists" in done.stderr
    assert not (tmp_path / "restored.db").exists()


@pytest.mark.hazard("T-62", "T-61")
def test_a_chain_whose_key_changed_is_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hepar.db"
    keys = [b"", *(secrets.token_hex(32).encode() for _ in range(2))]
    for key in keys:
        store = Store(url, key=key)
        store.keep([], [record(1)])
        store.close()
    for name, key in zip(("old", "new"), keys[1:], strict=True):
        (tmp_path / name).write_bytes(key)
    copy = tmp_path / "copy"
    assert call("backup.py", configured(tmp_path, "live", url), copy).returncode == 0
    target = configured(tmp_path, "restored", f"sqlite:///{tmp_path}/restored.db")
    target.write_text(f'{target.read_text()}audit_key_file = "new"\n', encoding="utf-8")
    done = call("restore.py", target, copy, "--old-key", tmp_path / "old", "--sealed-from", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["fault"] == ""


@pytest.mark.hazard("T-62")
def test_a_postgresql_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    config = configured(tmp_path, "none", f"postgresql+psycopg://hepar@/hepar?host={tmp_path}")
    (tmp_path / "copy").write_bytes(b"")
    done = call("restore.py", config, tmp_path / "copy")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
