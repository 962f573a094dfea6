"""Writes audit records to their tables, each linked to the one before, one writer at a time."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, insert, select

from hooks.audit.chain import BEGINNING, Mark, Record, Row, link
from hooks.store.tables import audit_chart, audit_event

CHAIN = 0x68657061720A
"""The advisory lock of those who add to the chain, in PostgreSQL. SQLite has one writer at a time anyway."""
COLUMNS = ("seq", "at", "kind", "client", "patient", "document", "previous", "hash")

_lock = select(func.pg_advisory_xact_lock(CHAIN))
_head = select(audit_event.c.seq, audit_event.c.hash).order_by(audit_event.c.seq.desc()).limit(1)
_add_event = insert(audit_event)
_add_chart = insert(audit_chart)


def head(connection: Connection) -> Mark:
    """Where the chain ends now."""
    last = connection.execute(_head).one_or_none()
    return BEGINNING if last is None else Mark(last.seq, last.hash)


def append(connection: Connection, records: Sequence[Record], key: bytes = b"") -> list[Row]:
    """Add records at the end of the chain, in the caller's transaction; until it ends nobody else adds any."""
    if connection.dialect.name == "postgresql":
        connection.execute(_lock)
    rows = link(head(connection), records, key)
    connection.execute(_add_event, [{name: getattr(row, name) for name in COLUMNS} for row in rows])
    charts = [{"seq": row.seq, "chart": row.kept} for row in rows if row.kept is not None]
    if charts:
        connection.execute(_add_chart, charts)
    return rows


def rows(connection: Connection, after: int = 0) -> Iterator[Row]:
    """The rows of the chain in their order, beginning behind the number `after`; read as they are asked for."""
    columns = [audit_event.c[name] for name in COLUMNS]
    found = select(*columns, audit_chart.c.chart).outerjoin(audit_chart, audit_chart.c.seq == audit_event.c.seq)
    found = found.where(audit_event.c.seq > after).order_by(audit_event.c.seq).execution_options(yield_per=500)
    for row in connection.execute(found):
        yield Row(*tuple(row))
