"""Brings a database to the schema of this release, once however many start at the same time; refuses a newer one."""

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite

from hooks.store.engine import IMMEDIATE, StoreUnusable
from hooks.store.tables import NUMBER, chore, schema_change, schema_version

CHORES = {"tokens": 3600, "purge": 86_400}
"""What is done now and then, and after how many seconds again."""
MIGRATING = 0x6865706172
"""The advisory lock of those who look after the schema, in PostgreSQL."""


def prepare(engine: Engine, create: bool = True) -> None:
    """Migrate, one at a time: forward only, everything or nothing.

    StoreUnusable if the database is newer than this release, or empty and `create` is false. Also whoever may not
    write fails here, not at the first call.
    """
    with engine.execution_options(**IMMEDIATE).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        found = number(connection)
        if not found and not create:
            raise StoreUnusable("the database is empty, and [storage] create is false")
        if found < NUMBER:
            _migrate(connection)
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        rows = [{"name": name, "begun": 0} for name in CHORES]
        connection.execute(insert(chore).on_conflict_do_nothing(), rows)


def number(connection: Connection) -> int:
    """The number of the schema that is there, 0 for none. StoreUnusable if this release does not know enough of it.

    A newer release may have added what does not concern this one; it then says so, and this one goes on working.
    """
    tables = set(inspect(connection).get_table_names())
    found = 0
    if schema_version.name in tables:
        found = 1
        _refuse_newer(connection.scalar(select(func.max(schema_version.c.version))) or 0, NUMBER)
    if "alembic_version" in tables:
        found = int(connection.scalar(text("SELECT max(version_num) FROM alembic_version")) or found)
    if connection.dialect.name == "sqlite":
        _refuse_newer(connection.exec_driver_sql("PRAGMA user_version").scalar_one(), max(found, NUMBER))
    if found > NUMBER:
        needs = connection.scalar(select(schema_change.c.needs).where(schema_change.c.number == found))
        _refuse_newer(found if needs is None else needs, NUMBER)
    return found


def _refuse_newer(found: int, limit: int) -> None:
    if found > limit:
        known = f"schema {found}, this release knows {NUMBER}"
        raise StoreUnusable(f"the database was written by a newer release ({known})")


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  (needed once in the life of a database, and slow to import)
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "hooks.store:migrations")
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {NUMBER}")
