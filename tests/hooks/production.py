"""The service in production mode without a server around it: two clients, their keys, a store of its own. Fixtures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hooks.app import create_app
from hooks.settings import load
from hooks.site import Settings
from hooks.store import Store
from tests import tokens
from tests.live import EVALUATION, ehr, issuer, signer, toml

BASE = "http://127.0.0.1:8080"
FEEDBACK = f"{EVALUATION}/feedback"


@dataclass
class Callers:
    """The EHRs that call one application."""

    application: Any

    def token(self, path: str = EVALUATION, client: str = "ehr-a", **claims: Any) -> str:
        """A sound token."""
        return signer(client).token(BASE + path, iss=issuer(client), **claims)

    def post(self, body: Any, path: str = EVALUATION, client: str = "ehr-a", *, token: str = "", **more: Any) -> Any:
        """One call with a new token, unless one is given."""
        headers = tokens.bearer(token or self.token(path, client)) | more.pop("headers", {})
        return self.application.test_client().post(path, json=body, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        """A page without any token."""
        return self.application.test_client().get(path, **more)

    def counted(self, line: str) -> float:
        """The value of one line of the metrics."""
        text: str = self.get("/metrics").text
        return next((float(each.rpartition(" ")[2]) for each in text.splitlines() if each.startswith(line)), 0.0)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """ehr-a may call everything, ehr-b only the follow-up."""
    clients = [ehr(tmp_path), ehr(tmp_path, "ehr-b", services=["msc-liver-follow-up"])]
    file = tmp_path / "hepar.toml"
    tables: dict[str, dict[str, Any]] = {"server": {"public_url": BASE}, "storage": {"url": f"sqlite:///{tmp_path}/hepar.db"}}
    tables["msc"] = {"repeat_after_days": 0}
    file.write_text(toml(tables, clients), encoding="utf-8")
    found = load(file)
    return replace(found, limits=replace(found.limits, deadline_ms=10_000))


@pytest.fixture
def memory(site: Settings) -> Iterator[Store]:
    """Its store."""
    opened = Store(site.storage.url)
    yield opened
    opened.close()


@pytest.fixture
def callers(site: Settings, memory: Store) -> Callers:
    """The EHRs that call it."""
    return Callers(create_app(site, memory))
