"""A gate over clients as a site registers them, with clocks that a test sets."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from hooks.settings import settings_from
from hooks.site import Settings
from hooks.store import Spent
from hooks.trust import Caller, Gate, Untrusted
from tests.tokens import ISSUER

BASE = "http://127.0.0.1:8080"
ENDPOINT = "/cds-services/msc-liver-evaluation"
HERE = BASE + ENDPOINT


def site(*clients: dict[str, Any]) -> Settings:
    """Settings for production with these clients, each with what its table must have."""
    tables = [{"name": f"ehr-{at}", "issuer": ISSUER, **client} for at, client in enumerate(clients, 1)]
    document = {"server": {"public_url": BASE}, "storage": {"url": "sqlite://"}, "client": tables}
    return settings_from(document, "hepar.toml", dev=False)


@dataclass
class Memory:
    """Remembers tokens as the store does. `asked`: (client, issuer, token id, expires, now) of each."""

    asked: list[tuple[str, str, str, int, int]] = field(default_factory=list)

    def spend(self, client: str, issuer: str, token_id: str, expires: int, now: int) -> Spent:
        first = (issuer, token_id) not in {(seen[1], seen[2]) for seen in self.asked}
        self.asked.append((client, issuer, token_id, expires, now))
        return Spent(first, len(self.asked))


@dataclass
class Ticks:
    """A clock that the test moves."""

    at: float = field(default_factory=time.monotonic)

    def __call__(self) -> float:
        return self.at


def admitted(gate: Gate, token: str, endpoint: str = ENDPOINT, feedback: bool = False) -> Caller:
    return gate.admit([f"Bearer {token}"], endpoint, feedback)


def reason(gate: Gate, token: str, endpoint: str = ENDPOINT, feedback: bool = False) -> str:
    """Why the token is refused; "" if it is not."""
    try:
        admitted(gate, token, endpoint, feedback)
    except Untrusted as fault:
        return fault.reason
    return ""


def alarms(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, str]]:
    """(level, client, reason) of each word on keys in the log since the last time."""
    return list(_alarms(capsys.readouterr().out))


def _alarms(out: str) -> Iterator[tuple[str, str, str]]:
    for line in out.splitlines():
        record = json.loads(line)
        if record["event"] == "client_keys":
            yield record["level"], record["client"], record["reason"]
