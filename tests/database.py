"""Both databases for tests: `database_url` is a new SQLite file, and then a new database on a real PostgreSQL.

The server is the one that HEPAR_TEST_POSTGRES names (an address with the right to create databases), or a cluster
made for the run on a unix socket. Without one such tests are skipped, and fail where CI is set.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

SERVER_VARIABLE = "HEPAR_TEST_POSTGRES"


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server that is installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    known = shutil.which("initdb")
    return Path(known).parent if known else None


@dataclass
class Cluster:
    """A PostgreSQL server of its own in `folder`, where its socket is too. Not started yet."""

    folder: Path
    programs: Path
    person: dict[str, Any]
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://hepar@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        where = ["-D", self.folder / "data", "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen([self.programs / "postgres", *where], stderr=log, **self.person)
        for _ in range(200):
            try:
                psycopg.connect(host=str(self.folder), user="hepar", dbname="postgres").close()
            except psycopg.OperationalError:
                assert self.server.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """End it, and everything that is connected to it."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(20)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running server that is gone afterwards, with all that it held. Skips where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        missing = "PostgreSQL is not installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="hepar-pg-"))
    person: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        person |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    form = ["-U", "hepar", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([programs / "initdb", "-D", folder / "data", *form], check=True, **person)
    made = Cluster(folder, programs, person)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be created."""
    named = os.environ.get(SERVER_VARIABLE)
    if named:
        yield named
    else:
        with cluster() as made:
            yield made.url


def _order(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of a new database of a server, which is dropped afterwards, whoever uses it."""
    name = f"hepar_{uuid.uuid4().hex}"
    _order(server, f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _order(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hepar.db"
    else:
        with new_database(request.getfixturevalue("postgresql")) as url:
            yield url
