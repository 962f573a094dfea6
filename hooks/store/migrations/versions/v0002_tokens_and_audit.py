"""Spent tokens, the audit chain, the memory of advice. Release 0.1.0 still works on it: it knows none of this."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Only add."""
    change = op.create_table(
        "schema_change",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("needs", sa.Integer, nullable=False),
    )
    op.bulk_insert(change, [{"number": 2, "needs": 1}])
    for name, kind in (("hook", sa.String(64)), ("patient", sa.Text()), ("fingerprint", sa.Text())):
        op.add_column("shown_card", sa.Column(name, kind, nullable=False, server_default=sa.text("''")))
    op.create_index("shown_card_to_whom", "shown_card", ["client", "patient", "service", "shown_at"])
    op.create_index("shown_card_when", "shown_card", ["shown_at"])
    op.create_index("feedback_event_of", "feedback_event", ["card"])
    op.create_index("feedback_event_when", "feedback_event", ["received_at"])
    _tokens()
    _audit()
    op.create_table(
        "chore",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("begun", sa.BigInteger, nullable=False),
    )


def _tokens() -> None:
    op.create_table(
        "seen_token",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("token_id", sa.Text, primary_key=True),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("seen_token_of", "seen_token", ["client", "seen_at"])
    op.create_index("seen_token_when", "seen_token", ["expires"])


def _audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", _SEQUENCE, primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_event_of", "audit_event", ["client", "patient"])
    op.create_index("audit_event_when", "audit_event", ["at"])
    op.create_table(
        "audit_chart",
        sa.Column("seq", _SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("chart", sa.LargeBinary, nullable=False),
    )
