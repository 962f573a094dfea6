"""Writes audit records to their tables, each linked to the one before, one writer at a time."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, func, insert, select

from hooks.audit.chain import BEGINNING, Mark, Record, Row, link
from hooks.store.plain import Plain
from hooks.store.tables import audit_chart, audit_event

CHAIN = 0x68657061720A
"""The advisory lock of those who add to the chain, in PostgreSQL. SQLite has one writer at a time anyway."""
AT_ONCE = 5000
"""Rows that are searched with one statement, which must not take long."""
COLUMNS = ("seq", "at", "kind", "client", "patient", "document", "previous", "hash")

_head = select(audit_event.c.seq, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1)


class Trail:
    """The end of the chain in one kind of database. Records are sealed with `key` unless it is empty."""

    def __init__(self, dialect: Dialect, key: bytes = b"") -> None:
        self._key = key
        self._lock = Plain(select(func.pg_advisory_xact_lock(CHAIN)), dialect) if dialect.name == "postgresql" else None
        self._head = Plain(_head, dialect)
        self._event = Plain(insert(audit_event), dialect)
        self._chart = Plain(insert(audit_chart), dialect)

    def lock(self, cursor: Any) -> None:
        """Be the only one that adds to the chain, or takes from it, until the transaction ends."""
        if self._lock:
            self._lock.run(cursor)

    def append(self, cursor: Any, records: Sequence[Record]) -> None:
        """Add records in the transaction of a driver's cursor; until it ends nobody else adds any."""
        self.lock(cursor)
        last = self._head.run(cursor).fetchone()
        for row in link(Mark(*last) if last else BEGINNING, records, self._key):
            self._event.run(cursor, {name: getattr(row, name) for name in COLUMNS})
            if row.kept is not None:
                self._chart.run(cursor, {"seq": row.seq, "chart": row.kept})


def head(connection: Connection) -> Mark:
    """Where the chain ends now."""
    last = connection.execute(_head).one_or_none()
    return BEGINNING if last is None else Mark(last.seq, last.hash)


def rows(connection: Connection, after: int = 0) -> Generator[Row, None, None]:
    """The rows of the chain in their order, beginning behind the number `after`; read as they are asked for."""
    columns = [audit_event.c[name] for name in COLUMNS]
    found = select(*columns, audit_chart.c.chart).outerjoin(audit_chart, audit_chart.c.seq == audit_event.c.seq)
    found = found.where(audit_event.c.seq > after).order_by(audit_event.c.seq).execution_options(yield_per=500)
    with connection.execute(found) as result:
        for row in result:
            yield Row(*tuple(row))


def of_card(connection: Connection, uuid: str) -> Row | None:
    """The row of the call that gave out the card with this id (of letters, digits and dashes alone), if it is kept.

    The newest rows are looked through first, some at a time.
    """
    columns = [audit_event.c[name] for name in COLUMNS]
    found = select(*columns, audit_chart.c.chart).outerjoin(audit_chart, audit_chart.c.seq == audit_event.c.seq)
    found = found.where(audit_event.c.kind == "evaluation", audit_event.c.document.contains(f'"{uuid}"'))
    last = head(connection).seq
    while last > 0:
        some = found.where(audit_event.c.seq > last - AT_ONCE, audit_event.c.seq <= last)
        row = connection.execute(some.limit(1)).one_or_none()
        if row is not None:
            return Row(*tuple(row))
        last -= AT_ONCE
    return None


def count(connection: Connection) -> int:
    """How many rows there are."""
    return int(connection.execute(select(func.count()).select_from(audit_event)).scalar_one())
