"""Puts a backup into a new place and proves that it is whole: integrity, schema, audit chain, rows counted.

    .venv/bin/python deploy/restore.py --config restored.toml /backup/hepar-2026-11-22

The configuration names where to: a SQLite file that does not exist, or an empty PostgreSQL database. What is there
already is never touched. Restore regularly to a place of its own: a backup that was never restored is none. Keys that
sealed earlier rows of the audit chain are given as to `hepar audit verify`.

Before a service answers from it: tokens that were spent after the backup are not known to it. Wait until every token
of that time has expired (`max_token_seconds`, an hour unless configured otherwise). Exit status: 0 done and whole,
1 restored but not whole, 2 not restored.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from backup import Failed, plain, run, whole
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from hooks.audit.chain import Verification
from hooks.settings import Settings, SettingsError, load
from hooks.store import Store, StoreDown, StoreUnusable, trail
from hooks.store.engine import opened
from hooks.store.tables import metadata

BESIDE = ("-wal", "-shm", "-journal")
PATIENCE = 10
"""Seconds to wait for a lock."""


def restore(source: Path, settings: Settings) -> Store:
    """The backup in its new place, opened. Failed or StoreUnusable if that is not possible."""
    address = make_url(settings.storage.url)
    if address.get_backend_name() != "sqlite":
        _postgresql(source, address)
        return Store.of(settings, patient=True)
    target = Path(str(address.database))
    _sqlite(source, target)
    try:
        return Store.of(settings, patient=True)
    except StoreUnusable:
        target.unlink()
        raise


def _sqlite(source: Path, target: Path) -> None:
    """The file has its name only when it is whole.

    What a database that stood there before has left beside it SQLite would take for a part of this one.
    """
    for there in (target, *(target.with_name(target.name + end) for end in BESIDE)):
        if there.exists():
            raise Failed(f"{there} exists; restore to a new place")
    part = target.with_name(target.name + ".part")
    try:
        with source.open("rb") as read:
            part.touch(mode=0o600)
            with part.open("wb") as out:
                shutil.copyfileobj(read, out)
                out.flush()
                os.fsync(out.fileno())
        whole(part, source)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _postgresql(source: Path, address: URL) -> None:
    engine = opened(address.render_as_string(hide_password=False), create=False, patient=PATIENCE)
    try:
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise Failed(f"the database {address.database} is not empty; restore to a new one")
    except SQLAlchemyError as fault:
        raise Failed(f"the database {address.database} cannot be opened ({type(fault).__name__})") from None
    finally:
        engine.dispose()
    how = ["--exit-on-error", "--single-transaction", "--no-owner"]
    run("pg_restore", *how, f"--dbname={plain(address)}", str(source))


def examine(store: Store, keys: Sequence[bytes], sealed_from: int, overlap: timedelta) -> tuple[dict[str, int], str]:
    """(rows in each table, what is wrong with the audit chain or ""). StoreDown if they cannot be read."""
    verification = Verification(keys, sealed_from, overlap=overlap)
    with store.reading() as connection:
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
        for row in trail.rows(connection):
            if not verification.take(row):
                break
    return rows, verification.end().fault


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--config", required=True, help="a configuration that names the new place")
    words.add_argument("--dev", action="store_true", help="read it as development mode would")
    words.add_argument("--old-key", action="append", type=Path, default=[], help="a key that sealed earlier rows")
    words.add_argument("--sealed-from", type=int, default=1, help="the first row that must carry a key")
    words.add_argument("--overlap", type=int, default=60, help="seconds during which two keys may have sealed rows")
    words.add_argument("backup", type=Path, help="the file that backup.py wrote")
    given = words.parse_args()
    try:
        settings = load(given.config, given.dev)
        settings = replace(settings, storage=replace(settings.storage, create=False))
        keys = (settings.storage.audit_key, *(path.read_bytes().strip() for path in given.old_key))
        store = restore(given.backup, settings)
    except (Failed, OSError, SettingsError, StoreUnusable) as fault:
        print(f"restore: {fault}", file=sys.stderr)
        raise SystemExit(2) from None
    try:
        sound = [key for key in keys if key]
        rows, fault = examine(store, sound, given.sealed_from, timedelta(seconds=given.overlap))
    except StoreDown as down:
        rows, fault = {}, f"it cannot be read ({down})"
    store.close()
    print(json.dumps({"rows": rows, "fault": fault}))
    raise SystemExit(1 if fault else 0)


if __name__ == "__main__":
    main()
