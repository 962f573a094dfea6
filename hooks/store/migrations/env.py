"""Runs the migrations on the connection, and in the transaction, of whoever asks for them."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
