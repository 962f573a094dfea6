"""A store on each database."""

from collections.abc import Iterator

import pytest

from hooks.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()
