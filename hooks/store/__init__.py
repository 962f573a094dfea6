"""The store: cards that were shown, what clinicians answered, tokens that were spent, and the audit chain.

Rows are only added, until they are too old to be kept. Whoever asks gets an answer within a fraction of a second or
`StoreDown`; what was written without `StoreDown` is on disk, a token together with what is kept of its call.
"""

import atexit
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self
from weakref import WeakSet

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from hooks.audit.chain import Record
from hooks.repetition import Remembered
from hooks.site import Settings
from hooks.store import memory, trail
from hooks.store.engine import IMMEDIATE, SYNC, WAIT, StoreAway, StoreDown, StoreUnusable, in_memory, opened
from hooks.store.nouns import FeedbackEvent, ShownCard, Spent, instant
from hooks.store.plain import Plain
from hooks.store.schema import prepare
from hooks.store.tables import feedback_event, seen_token, shown_card

__all__ = [
    "FeedbackEvent",
    "ShownCard",
    "Spent",
    "Store",
    "StoreAway",
    "StoreDown",
    "StoreUnusable",
    "feedback_event",
    "instant",
    "shown_card",
]

START_SECONDS = 20
"""How long a start waits for whoever holds the database: another start that migrates it, most likely."""
TAKEN = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
"""What SQLite says while somebody else has the file."""
MINUTE = 60
UNCOUNTED = 0
"""When a token was seen that does not count among those of any minute."""


class Store:
    """One database. Safe to use from several threads and processes."""

    def __init__(
        self, url: str, create: bool = True, key: bytes = b"", threads: int = 8, patient: bool = False
    ) -> None:
        """`url` as SQLAlchemy writes it. `key` seals the audit chain; `threads` is how many use the store at once.

        `patient` is for commands: they wait for a lock as long as a start does, and for a statement without end.
        StoreUnusable if it cannot be opened, is newer than this release, or is not there and `create` is false.
        """
        self._in_memory = in_memory(url)
        try:
            self._engine = opened(url, create, threads, START_SECONDS if patient else 0)
            self._prepare(url, create)
        except OSError as error:
            raise StoreUnusable(f"the database cannot be opened ({error.strerror})") from None
        except SQLAlchemyError as error:
            kind = StoreAway if isinstance(error, OperationalError) else StoreUnusable
            raise kind(f"the database cannot be opened ({type(error).__name__})") from None
        dialect = self._engine.dialect
        self._writer = self._engine.execution_options(**IMMEDIATE)
        self._turn = threading.Lock() if dialect.name == "sqlite" else None
        self._faults = (SQLAlchemyError, dialect.loaded_dbapi.Error)
        insert = sqlite.insert if self._turn else postgresql.insert
        self._show = Plain(shown_card.insert(), dialect)
        self._record = Plain(insert(feedback_event).on_conflict_do_nothing(index_elements=["key"]), dialect)
        self._spend = Plain(insert(seen_token).on_conflict_do_nothing(), dialect)
        self._recent = Plain(_recent(), dialect)
        self._recall = Plain(memory.CARDS, dialect)
        self.trail = trail.Trail(dialect, key)
        _open.add(self)

    def _prepare(self, url: str, create: bool) -> None:
        """Make or migrate the tables. SQLite refuses some steps at once while another process opens or closes the file,
        however long one is ready to wait; they are tried again as long as a start waits.
        """
        end = time.monotonic() + START_SECONDS
        while True:
            starting = self._engine if self._in_memory else opened(url, create, 1, START_SECONDS)
            try:
                return prepare(starting, create)
            except OperationalError as error:
                if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in TAKEN or time.monotonic() > end:
                    raise
                time.sleep(0.05)
            finally:
                if starting is not self._engine:
                    starting.dispose()

    @classmethod
    def of(cls, settings: Settings, patient: bool = False) -> Self:
        """The store that the settings name. StoreUnusable as above."""
        storage = settings.storage
        return cls(storage.url, storage.create, storage.audit_key, settings.server.threads, patient)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database. StoreDown if the database does not answer."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction: all of it is on disk afterwards, or nothing. StoreDown if nothing is."""
        with self._translated(), self._alone(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _swiftly(self, synced: bool = True) -> Iterator[Any]:
        """As `writing`, but a cursor of the driver, for what every call does.

        What is not `synced` outlives the process at once, and the machine from the next transaction that is.
        """
        with self._translated(), self._alone():
            pooled = self._engine.raw_connection()
            try:
                cursor = pooled.cursor()
                if self._turn:
                    cursor.execute(SYNC[synced])
                    cursor.execute(IMMEDIATE["begin"])
                elif not synced:
                    cursor.execute("SET LOCAL synchronous_commit TO off")
                yield cursor
                pooled.commit()
            finally:
                pooled.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._faults as error:
            raise StoreDown(type(error).__name__) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """SQLite has one writer at a time: to wait in line here is fairer than to ask it again and again."""
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=WAIT):
            raise StoreDown("Busy")
        try:
            yield
        finally:
            self._turn.release()

    def ping(self) -> None:
        """StoreDown if the database does not answer."""
        with self.reading() as connection:
            connection.execute(select(shown_card.c.uuid).limit(1))

    def spend(self, client: str, issuer: str, token_id: str, expires: int, now: int, at_most: int = 10_000) -> Spent:
        """Take note that a token was used. Of all who ever spend it, in whatever process, exactly one is the first.

        Times are seconds since 1970. A token beyond `at_most` in a minute is spent too, but is not counted later: a
        client that goes on calling too often is answered as often as it may call.

        It is on disk with what `keep` or `record` adds for the call, not before: should the machine fail in between,
        the token can be used again, but nobody got an answer for it.
        """
        row = {"issuer": issuer, "token_id": token_id, "client": client, "expires": expires}
        window = {"whose": client, "since": now - MINUTE, "until": now + MINUTE, "at_most": at_most}
        with self._swiftly(synced=False) as cursor:
            before = self._recent.run(cursor, window).fetchone()[0]
            row["seen_at"] = now if before < at_most else UNCOUNTED
            first = self._spend.run(cursor, row).rowcount == 1
        return Spent(first, before + first)

    def keep(self, shown: Sequence[ShownCard], records: Sequence[Record] = ()) -> None:
        """Remember cards that are about to be given out and the audit records of the call, all or none."""
        self._add(self._show, [_row(card) for card in shown], records)

    def cards(self, uuids: Iterable[str]) -> dict[str, ShownCard]:
        """Those of these cards that were given out."""
        asked = sorted(set(uuids))
        with self.reading() as connection:
            rows = connection.execute(select(shown_card).where(shown_card.c.uuid.in_(asked))).mappings().all()
        return {row["uuid"]: ShownCard(**{**row, "suggestions": tuple(row["suggestions"])}) for row in rows}

    def recall(self, client: str, patient: str, service: str, since: datetime) -> list[Remembered]:
        """What one service said of a patient to a client since then, newest first, with what became of it."""
        with self._translated():
            pooled = self._engine.raw_connection()
            try:
                rows = self._recall.run(pooled.cursor(), memory.asked(client, patient, service, since)).fetchall()
            finally:
                pooled.close()
        return memory.recalled(rows)

    def record(self, events: Sequence[FeedbackEvent], records: Sequence[Record] = ()) -> None:
        """Add the events that are not known yet and the audit records of the call, all or none."""
        self._add(self._record, [_row(each) for each in events], records)

    def _add(self, statement: Plain, rows: list[dict[str, Any]], records: Sequence[Record]) -> None:
        if not rows and not records:
            return
        with self._swiftly() as cursor:
            for row in rows:
                statement.run(cursor, row)
            if records:
                self.trail.append(cursor, records)

    def close(self) -> None:
        """Let go of all connections. Whoever asks again gets new ones."""
        if not self._in_memory:
            self._engine.dispose()


def _recent() -> Any:
    """How many tokens of a client were seen since a time, counted up to a limit.

    Not those of a clock that was ahead: they would count until that time has come.
    """
    found = select(seen_token.c.seen_at).where(
        seen_token.c.client == bindparam("whose"),
        seen_token.c.seen_at > bindparam("since"),
        seen_token.c.seen_at <= bindparam("until"),
    )
    return select(func.count()).select_from(found.limit(bindparam("at_most")).subquery())


def _row(record: ShownCard | FeedbackEvent) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return {**row, "suggestions": json.dumps(record.suggestions)}


_open: WeakSet[Store] = WeakSet()


def _let_go() -> None:
    """A connection must not be used on both sides of a fork."""
    for store in list(_open):
        store.close()


atexit.register(_let_go)  # SQLite then has all in the one file; what is left beside it is easily left behind
os.register_at_fork(before=_let_go)
