"""Copies the database of a running service into one file, as it was at one moment.

    .venv/bin/python deploy/backup.py --config /etc/hepar/hepar.toml /backup/hepar-2026-11-22

Nobody waits for it: SQLite is read through its backup interface, PostgreSQL with pg_dump (custom format). Never copy
the file of a running SQLite database by other means. The copy can be read by its owner alone; it holds patient data
as the database does. It has its name only when it is whole and on disk. Exit status: 0 done, 2 not done.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from hooks.settings import SettingsError, load


class Failed(Exception):
    """Why there is no copy, in one sentence."""


def backup(url: str, destination: Path) -> None:
    """Copy the database at `url` to a new file. Failed if that is not possible; then there is no such file."""
    address = make_url(url)
    if destination.exists():
        raise Failed(f"{destination} exists; a backup is never written over")
    part = destination.with_name(destination.name + ".part")
    part.unlink(missing_ok=True)  # what an attempt that was killed has left
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if address.get_backend_name() == "sqlite":
            _sqlite(Path(str(address.database)), part)
        else:
            run("pg_dump", "--format=custom", "--no-owner", f"--file={part}", f"--dbname={plain(address)}")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(destination)
        folder = os.open(destination.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        part.unlink(missing_ok=True)


def _sqlite(source: Path, part: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(part)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as fault:
        raise Failed(f"{source}: {fault}") from None
    whole(part, source)


def whole(copy: Path, source: Path) -> None:
    """Failed unless SQLite finds every page of the copy in order."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as fault:
        found = str(fault)
    if found != "ok":
        raise Failed(f"{source} is damaged: {found.partition(chr(10))[0]}")


def plain(address: URL) -> str:
    """The address as PostgreSQL's own programs take it."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. Failed with its words if it fails."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Failed(f"{program} is not installed") from None
    if done.returncode:
        raise Failed(f"{program}: {done.stderr.strip()}")


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--config", required=True, help="the configuration of the service")
    words.add_argument("--dev", action="store_true", help="read it as development mode would")
    words.add_argument("destination", type=Path, help="the file to write; it must not exist")
    given = words.parse_args()
    try:
        backup(load(given.config, given.dev).storage.url, given.destination)
    except (Failed, OSError, SettingsError) as fault:
        print(f"backup: {fault}", file=sys.stderr)
        raise SystemExit(2) from None
    print(f"{given.destination}: {given.destination.stat().st_size} bytes")


if __name__ == "__main__":
    main()
