"""How the database is opened: every commit on disk, every wait short, and always the same file.

SQLite in WAL mode or PostgreSQL. Whoever asks gets an answer within a fraction of a second, or an error.
"""

from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

WAIT = 0.2
"""Seconds that anybody waits for a lock or for a free connection."""
STATEMENT = 0.3
"""Seconds that a statement may take in PostgreSQL, and those after which its silence is taken for an end."""
SILENCE = STATEMENT + 0.1
REACH = 0.2
"""Seconds until a connection to PostgreSQL is made, or an idle one has shown that there is still somebody."""

IMMEDIATE = {"begin": "BEGIN IMMEDIATE"}
"""Execution options of transactions that write: SQLite takes the lock at once, so that it is never refused midway."""
CACHE = 512
"""KiB of pages that each connection of SQLite keeps: by itself 2 MiB, and a worker has one connection per thread."""
SYNC = ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL")
"""Before a transaction of SQLite: whether its commit waits until all that was committed so far is on disk."""


class StoreDown(Exception):
    """The database did not answer. The message is a word of ours, never SQL or a value."""


class StoreUnusable(Exception):
    """The database cannot be used at all: unreadable, missing, or written by a newer release."""


class StoreAway(StoreUnusable):
    """The database cannot be opened now, which may pass by itself: its server is not there, or somebody locks it."""


def in_memory(url: str) -> bool:
    """Whether this is a SQLite database without a file."""
    address = make_url(url)
    return address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:")


def opened(url: str, create: bool = True, size: int = 8, patient: int = 0) -> Engine:
    """An engine for `url`, as SQLAlchemy writes it. `size` is the number of its connections.

    `patient` is for work that nobody waits for: so many seconds for a lock, and any time for a statement. OSError or
    StoreUnusable if the file cannot be had.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _postgresql(address, size, patient)
    arguments = {"timeout": patient or WAIT, "check_same_thread": False, "isolation_level": None}
    engine = create_engine(
        address,
        connect_args=arguments,
        paramstyle="named",
        poolclass=QueuePool,
        pool_size=1 if in_memory(url) else size,
        max_overflow=0,
        pool_timeout=WAIT,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)
    if not in_memory(url):
        path = Path(str(address.database)).absolute()
        if create:
            path.touch(mode=0o600)
        elif not path.is_file():
            raise StoreUnusable("the database does not exist, and [storage] create is false")
        _hold_to(engine, path)
    return engine


def _postgresql(address: URL, size: int, patient: int) -> Engine:
    from hooks.store import impatient  # noqa: PLC0415  (loads the driver, which is of no use to SQLite)

    limits = {"lock_timeout": patient or WAIT, "statement_timeout": 0 if patient else STATEMENT}
    arguments = {
        "connect_timeout": impatient.CONNECT,
        "application_name": "hepar",
        "options": " ".join(f"-c {name}={int(seconds * 1000)}" for name, seconds in limits.items()),
    }
    engine = create_engine(
        address,
        connect_args=arguments,
        pool_size=size,
        max_overflow=0,
        pool_timeout=WAIT,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    connecting = impatient.Connecting(patient or REACH)

    def connect(_dialect: Any, _record: Any, _arguments: list[Any], options: dict[str, Any]) -> Any:
        return connecting(lambda: impatient.Impatient.connect(**options))

    def patience(seconds: float) -> Callable[..., None]:
        def set_it(connection: Any, *_: Any) -> None:
            if connection is not None:
                connection.patience = seconds

        return set_it

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkout", patience(inf if patient else SILENCE))
    event.listen(engine, "checkin", patience(REACH))
    return engine


def _hold_to(engine: Engine, path: Path) -> None:
    """Use the file at `path` and no other: never one that was removed or replaced meanwhile, never a new one.

    A file that is removed stays writable for those who have it open, and what they write is lost.
    """

    def open_existing(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        arguments[:] = [f"{path.as_uri()}?mode=rw"]
        options["uri"] = True

    def same_file(_connection: Any, record: Any, _proxy: Any) -> None:
        try:
            found = path.stat()
        except OSError:
            raise DisconnectionError from None
        if record.info.setdefault("file", (found.st_dev, found.st_ino)) != (found.st_dev, found.st_ino):
            raise DisconnectionError

    event.listen(engine, "do_connect", open_existing)
    event.listen(engine, "checkout", same_file)


def _settle(connection: Any, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"cache_size=-{CACHE}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """The driver would begin a transaction by itself, but late and never for a change of tables."""
    begin = connection.get_execution_options().get("begin")
    if begin:
        connection.exec_driver_sql(SYNC[True])
    connection.exec_driver_sql(begin or "BEGIN")
