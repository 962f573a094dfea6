"""The migrations, numbered. Each adds a row to `schema_change`; none is ever changed once it was released."""
