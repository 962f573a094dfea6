"""The tables as this release knows them. How a database gets there stands in the migrations."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

NUMBER = 2
"""The number of this schema: that of the last migration."""

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))
"""Read by release 0.1.0 alone, which refuses a number above 1."""

schema_change = Table(
    "schema_change",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("needs", Integer, nullable=False),
)
"""Every migration that was made, and the lowest number that a release must know to work with the outcome."""

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
    Column("hook", String(64), nullable=False, server_default=text("''")),
    Column("patient", Text, nullable=False, server_default=text("''")),
    Column("fingerprint", Text, nullable=False, server_default=text("''")),
    Index("shown_card_to_whom", "client", "patient", "service", "shown_at"),
    Index("shown_card_when", "shown_at"),
)
"""The cards that were given out; also the memory of what was said of whom, and when."""

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
    Index("feedback_event_of", "card"),
    Index("feedback_event_when", "received_at"),
)

seen_token = Table(
    "seen_token",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("token_id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index("seen_token_of", "client", "seen_at"),
    Index("seen_token_when", "expires"),
    sqlite_with_rowid=False,
)
"""Tokens that were spent. Times are whole seconds since 1970."""

audit_event = Table(
    "audit_event",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("client", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_event_of", "client", "patient"),
    Index("audit_event_when", "at"),
)
"""The chain: `hash` covers `previous` and the exact text of `document`."""

audit_chart = Table(
    "audit_chart",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=False),
    Column("chart", LargeBinary, nullable=False),
)
"""The chart behind an audit event, apart from it so that it can be deleted and the chain stays whole."""

chore = Table(
    "chore",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("begun", BigInteger, nullable=False),
)
"""Work that one of many processes does now and then, and when it was last begun (seconds since 1970)."""
