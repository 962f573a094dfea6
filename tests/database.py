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


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """The address of a PostgreSQL server that is gone afterwards, with all that it held."""
    folder = Path(tempfile.mkdtemp(prefix="hepar-pg-"))
    person: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        person |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    form = ["-U", "hepar", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([programs / "initdb", "-D", data, *form], check=True, **person)
    start = [programs / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(start, stderr=log, **person)
    try:
        for _ in range(200):
            try:
                psycopg.connect(host=str(folder), user="hepar", dbname="postgres").close()
                break
            except psycopg.OperationalError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
        yield f"postgresql+psycopg://hepar@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be created."""
    named = os.environ.get(SERVER_VARIABLE)
    programs = binaries()
    if named:
        yield named
    elif programs:
        with cluster(programs) as url:
            yield url
    else:
        missing = f"PostgreSQL is not installed, and {SERVER_VARIABLE} names no server"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


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
