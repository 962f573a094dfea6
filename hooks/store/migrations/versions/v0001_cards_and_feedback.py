"""Cards and feedback, as release 0.1.0 made them: on a database of that release this changes nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there yet."""
    op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True), if_not_exists=True)
    op.execute("INSERT INTO schema_version SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM schema_version)")
    op.create_table(
        "shown_card",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("hook_instance", sa.String(128), nullable=False),
        sa.Column("shown_at", sa.String(32), nullable=False),
        sa.Column("suggestions", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "feedback_event",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("card", sa.String(128), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("outcome_at", sa.String(32), nullable=False),
        sa.Column("suggestions", sa.JSON, nullable=False),
        sa.Column("reason_system", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("comment_cut", sa.Boolean, nullable=False),
        sa.Column("quarantined", sa.String(32), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        if_not_exists=True,
    )
