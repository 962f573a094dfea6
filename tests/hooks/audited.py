"""A service in production mode over a database of its own, and what its audit says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from hooks.app import create_app
from hooks.audit.chain import Row
from hooks.settings import settings_from
from hooks.store import Store, trail
from tests import calls, tokens

BASE = "http://127.0.0.1:8080"
EVALUATION = "msc-liver-evaluation"
ISSUERS = {"ehr-a": "https://ehr-a.hospital.org", "ehr-b": "https://ehr-b.hospital.org"}
ONLY = {"ehr-b": ["msc-liver-evaluation"]}
"""Client -> the services that it may call, where these are not all."""


class Audited:
    """A service, its callers, and the rows of its chain."""

    def __init__(self, folder: Path, url: str, **document: Any) -> None:
        self.folder = folder
        clients = []
        for name, issuer in ISSUERS.items():
            (folder / f"{name}.jwks.json").write_bytes(tokens.jwks(tokens.key(kid=name)))
            client = {"name": name, "issuer": issuer, "jwks_file": str(folder / f"{name}.jwks.json")}
            clients.append({**client, "services": ONLY.get(name, ["*"]), **document.pop(name, {})})
        msc = {"clinical_owner": "Hepatology", "protocol": "P-1", "repeat_after_days": 0}
        tables = {"server": {"public_url": BASE}, "msc": msc, "client": clients, **document}
        self.document = {**tables, "storage": {"url": url, **document.get("storage", {})}}
        self.settings = settings_from(self.document, str(folder / "hepar.toml"), dev=False)
        self.store = Store.of(self.settings)
        self.http = create_app(self.settings, self.store).test_client()

    def token(self, endpoint: str, client: str = "ehr-a", **claims: Any) -> str:
        return tokens.key(kid=client).token(BASE + endpoint, iss=ISSUERS[client], **claims)

    def post(self, path: str, body: Any = None, client: str = "ehr-a", token: str | None = None, **more: Any) -> Any:
        """One POST below /cds-services with a new token of `client`, or with `token`."""
        endpoint = f"/cds-services/{path}"
        token = self.token(endpoint, client) if token is None else token
        sent = {"json": body} if "data" not in more else {}
        return self.http.post(endpoint, headers=tokens.bearer(token), **sent, **more)

    def call(self, service: str = EVALUATION, **changes: Any) -> Any:
        return self.post(service, calls.call(service, **changes))

    def rows(self) -> list[Row]:
        with self.store.reading() as connection:
            return list(trail.rows(connection))

    def documents(self, kind: str = "") -> list[dict[str, Any]]:
        return [orjson.loads(row.document) for row in self.rows() if kind in ("", row.kind)]


@contextmanager
def audited(folder: Path, url: str, **document: Any) -> Iterator[Audited]:
    service = Audited(folder, url, **document)
    try:
        yield service
    finally:
        service.store.close()


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Audited]:
    """In production mode, on each database."""
    with audited(tmp_path, database_url) as opened:
        yield opened


def accepted(card: dict[str, Any], outcome: str = "overridden", **more: Any) -> dict[str, Any]:
    """Feedback on one card, now."""
    item = {"card": card["uuid"], "outcome": outcome, "outcomeTimestamp": datetime.now(UTC).isoformat(), **more}
    return {"feedback": [item]}

