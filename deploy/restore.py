"""Puts a backup into a new place and proves that it is whole: integrity, schema, audit chain, rows counted.

    python deploy/restore.py --config restored.toml /backup/hepar-2026-11-22

The configuration names where to: a SQLite file that does not exist, or an empty PostgreSQL database. What is there
already is never touched. Restore regularly to a place of its own: a backup that was never restored is none.

Before a service answers from it: tokens that were spent after the backup are not known to it. Wait until every token
of that time has expired (`max_token_seconds`, an hour unless configured otherwise). Exit status: 0 done and whole,
1 restored but not whole, 2 not restored.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from backup import Failed, plain, run
from sqlalchemy import func, inspect, select
from sqlalchemy.engine import make_url

from hooks.audit.chain import Verification
from hooks.settings import Settings, SettingsError, load
from hooks.store import Store, StoreUnusable, trail
from hooks.store.engine import opened
from hooks.store.tables import metadata


def restore(source: Path, settings: Settings) -> Store:
    """The backup in its new place, opened. Failed if that is not possible."""
    url = settings.storage.url
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        target = Path(str(address.database))
        if target.exists():
            raise Failed(f"{target} exists; restore to a new place")
        target.touch(mode=0o600, exist_ok=False)
        with source.open("rb") as read, target.open("wb") as out:
            shutil.copyfileobj(read, out)
            out.flush()
            os.fsync(out.fileno())
    else:
        engine = opened(url, create=False, patient=10)
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise Failed(f"the database {address.database} is not empty; restore to a new one")
        engine.dispose()
        how = ["--exit-on-error", "--single-transaction", "--no-owner"]
        run("pg_restore", *how, f"--dbname={plain(address)}", str(source))
    return Store(url, create=False, key=settings.storage.audit_key)


def examine(store: Store, key: bytes) -> tuple[dict[str, int], str]:
    """(rows in each table, what is wrong with them or "")."""
    verification = Verification((key,) if key else ())
    with store.reading() as connection:
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
        fault = ""
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            fault = "" if found == "ok" else f"the file is damaged: {found}"
        for row in trail.rows(connection):
            if not verification.take(row):
                break
    return rows, fault or verification.end().fault


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--config", required=True, help="a configuration that names the new place")
    words.add_argument("--dev", action="store_true", help="read it as development mode would")
    words.add_argument("backup", type=Path, help="the file that backup.py wrote")
    given = words.parse_args()
    try:
        settings = load(given.config, given.dev)
        store = restore(given.backup, settings)
    except (Failed, OSError, SettingsError, StoreUnusable) as fault:
        print(f"restore: {fault}", file=sys.stderr)
        raise SystemExit(2) from None
    rows, fault = examine(store, settings.storage.audit_key)
    store.close()
    print(json.dumps({"rows": rows, "fault": fault}))
    raise SystemExit(1 if fault else 0)


if __name__ == "__main__":
    main()
