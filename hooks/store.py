"""The tables: cards that were shown, and what clinicians answered. Events are only added.

SQLite (WAL, every commit on disk) or PostgreSQL. Whoever asks gets an answer within a fraction of a second or
`StoreDown`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

SCHEMA = 1
BUSY_SECONDS = 0.2

metadata = MetaData()
schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))
shown_card = Table(
    "shown_card",
    metadata,
    Column("uuid", String(36), primary_key=True),
    Column("client", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("hook_instance", String(128), nullable=False),
    Column("shown_at", String(32), nullable=False),
    Column("suggestions", JSON, nullable=False),
)
feedback_event = Table(
    "feedback_event",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("client", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("card", String(128), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("outcome_at", String(32), nullable=False),
    Column("suggestions", JSON, nullable=False),
    Column("reason_system", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("comment_cut", Boolean, nullable=False),
    Column("quarantined", String(32), nullable=False),
    Column("received_at", String(32), nullable=False),
)


class StoreDown(Exception):
    """The database did not answer. The message is a word of ours, never SQL or a value."""


class StoreUnusable(Exception):
    """The database cannot be used at all: unreadable, or written by a newer release."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as it was given out. Times are ISO 8601 in UTC; `suggestions` are their ids."""

    uuid: str
    client: str
    service: str
    rule: str
    hook_instance: str
    shown_at: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One answer to one card. `key` makes it countable once; `quarantined` is "" or why it does not count."""

    key: str
    client: str
    service: str
    card: str
    outcome: str
    outcome_at: str
    received_at: str
    suggestions: tuple[str, ...] = ()
    reason_system: str = ""
    reason_code: str = ""
    comment: str = ""
    comment_cut: bool = False
    quarantined: str = ""


@dataclass(slots=True)
class RuleReport:
    """What became of the cards of one rule of one service. `quarantined` counts per service, in its row of rule ""."""

    service: str
    rule: str
    shown: int = 0
    accepted: int = 0
    overridden: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0


class Store:
    """One database. Safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it. StoreUnusable if it cannot be opened or is newer than this release."""
        try:
            self._engine = _engine(url)
        except OSError as error:
            raise StoreUnusable(f"the database cannot be opened ({error.strerror})") from None
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        self._show = shown_card.insert()
        self._record = insert(feedback_event).on_conflict_do_nothing(index_elements=["key"])
        try:
            with self._engine.begin() as connection:
                _prepare(connection, insert(schema_version).on_conflict_do_nothing())
        except SQLAlchemyError as error:
            raise StoreUnusable(f"the database cannot be opened ({type(error).__name__})") from None

    def ping(self) -> None:
        """StoreDown if the database does not answer."""
        with self._connected() as connection:
            connection.execute(select(func.max(schema_version.c.version)))

    def show(self, cards: Iterable[ShownCard]) -> None:
        """Remember cards that are about to be given out, all or none."""
        rows = [_row(card) for card in cards]
        if rows:
            with self._begun() as connection:
                connection.execute(self._show, rows)

    def cards(self, uuids: Iterable[str]) -> dict[str, ShownCard]:
        """Those of these cards that were given out."""
        asked = sorted(set(uuids))
        with self._connected() as connection:
            rows = connection.execute(select(shown_card).where(shown_card.c.uuid.in_(asked))).mappings().all()
        return {row["uuid"]: ShownCard(**{**row, "suggestions": tuple(row["suggestions"])}) for row in rows}

    def record(self, events: Sequence[FeedbackEvent]) -> None:
        """Add the events that are not known yet, all or none."""
        if events:
            with self._begun() as connection:
                connection.execute(self._record, [_row(each) for each in events])

    def report(self) -> list[RuleReport]:
        """Cards shown and the latest answer to each, by service and rule."""
        with self._connected() as connection:
            kind = (shown_card.c.service, shown_card.c.rule)
            shown = connection.execute(select(*kind, func.count()).group_by(*kind)).all()
            answers = connection.execute(
                select(feedback_event, shown_card.c.rule)
                .join(shown_card, shown_card.c.uuid == feedback_event.c.card)
                .where(feedback_event.c.quarantined == "")
                .order_by(feedback_event.c.outcome_at, feedback_event.c.received_at)
            ).mappings().all()
            aside = connection.execute(
                select(feedback_event.c.service, func.count())
                .where(feedback_event.c.quarantined != "")
                .group_by(feedback_event.c.service)
            ).all()
        return _reports([tuple(row) for row in shown], list(answers), [tuple(row) for row in aside])

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreDown(type(error).__name__) from None

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreDown(type(error).__name__) from None


def instant(moment: datetime) -> str:
    """A time as it is stored: sorts as it runs."""
    return moment.isoformat(timespec="milliseconds")


def _row(record: ShownCard | FeedbackEvent) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return {**row, "suggestions": list(record.suggestions)}


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_timeout=BUSY_SECONDS, pool_pre_ping=True, hide_parameters=True)
    in_memory = address.database in (None, "", ":memory:")
    if not in_memory:
        Path(str(address.database)).touch(mode=0o600)
    more: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_timeout": BUSY_SECONDS}
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(address, connect_args=arguments, hide_parameters=True, **more)
    event.listen(engine, "connect", _settle)
    if not in_memory:
        _hold_to(engine, Path(str(address.database)).absolute())
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
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare(connection: Connection, version: Any) -> None:
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    found = connection.execute(select(func.max(schema_version.c.version))).scalar()
    if found is not None and found > SCHEMA:
        raise StoreUnusable(f"the database has schema {found}, this release knows {SCHEMA}")
    connection.execute(version, {"version": SCHEMA})


def _reports(
    shown: Sequence[tuple[Any, ...]], answers: Sequence[Mapping[Any, Any]], aside: Sequence[tuple[Any, ...]]
) -> list[RuleReport]:
    found: dict[tuple[str, str], RuleReport] = {}

    def at(service: str, rule: str) -> RuleReport:
        return found.setdefault((service, rule), RuleReport(service, rule))

    for service, rule, count in shown:
        at(service, rule).shown = count
    for answer in {row["card"]: row for row in answers}.values():
        report = at(answer["service"], answer["rule"])
        if answer["outcome"] == "accepted":
            report.accepted += 1
        else:
            report.overridden += 1
            code = answer["reason_code"] or "none"
            report.reasons[code] = report.reasons.get(code, 0) + 1
    for service, count in aside:
        at(service, "").quarantined = count
    return [found[key] for key in sorted(found)]
