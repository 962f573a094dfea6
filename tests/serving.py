"""The service as tests call it: fixed clock, a store of its own, no network. Fixtures, imported where they are used."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import calls


@pytest.fixture
def settings(tmp_path: Path) -> Any:
    from hooks.settings import load

    found = load(None, dev=True)
    storage = replace(found.storage, url=f"sqlite:///{tmp_path}/hepar.db")
    return replace(found, storage=storage, now=datetime.fromisoformat(calls.NOW))


@pytest.fixture
def store(settings: Any) -> Iterator[Any]:
    from hooks.store import Store

    opened = Store(settings.storage.url)
    yield opened
    opened.close()


@pytest.fixture
def client(settings: Any, store: Any) -> Any:
    from hooks.app import create_app

    return create_app(settings, store).test_client()


@pytest.fixture
def post(client: Any) -> Callable[..., Any]:
    """Send a call to a service; the answer."""

    def send(service: str = "msc-liver-evaluation", body: Any = None, **changes: Any) -> Any:
        return client.post(f"/cds-services/{service}", json=calls.call(service, **changes) if body is None else body)

    return send
