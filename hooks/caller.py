"""How the check asks: a CDS service in this program or at an address, and a FHIR server."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

import requests

from hooks.urls import base as parse_base
from hooks.urls import below, parse

Json = dict[str, Any]
SECONDS = 30
BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer: status, parsed JSON (None if it is none), and why there is no status (then 0)."""

    status: int
    body: Any = None
    fault: str = ""


class Service(Protocol):
    """Somewhere CDS services can be called."""

    def get(self, path: str) -> Reply:
        """Read a path below the base address."""

    def post(self, path: str, body: Json) -> Reply:
        """Send JSON to a path below the base address."""


class Local:
    """The service of this program, called without a network."""

    def __init__(self, client: Any, language: str = "") -> None:
        """`client` is the application's test client."""
        self.client = client
        self.headers = {"Accept-Language": language} if language else {}

    def get(self, path: str) -> Reply:
        """Read a path of the application."""
        answer = self.client.get(path)
        return Reply(answer.status_code, answer.get_json(silent=True))

    def post(self, path: str, body: Json) -> Reply:
        """Send JSON to a path of the application."""
        answer = self.client.post(path, json=body, headers=self.headers)
        return Reply(answer.status_code, answer.get_json(silent=True, force=True))


class Remote:
    """A service, or a FHIR server, at an address. Follows no redirects and reads no proxy or netrc settings."""

    def __init__(self, base: str, token: str = "", language: str = "") -> None:
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/fhir+json, application/json;q=0.9"
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        if language:
            self.session.headers["Accept-Language"] = language

    def get(self, path: str) -> Reply:
        """Read a path below the base, or an address below it. Any other address is taken for such a path."""
        return self._ask("GET", path if self.holds(path) else f"{self.base}/{path.lstrip('/')}")

    def post(self, path: str, body: Json) -> Reply:
        """Send JSON to a path below the base; to the base itself where there is no path."""
        return self._ask("POST", f"{self.base}/{path.lstrip('/')}".rstrip("/"), json=body)

    def search_by_post(self, query: str) -> Reply:
        """The same search as a form, for servers that do not take it as an address."""
        kind, _, parameters = query.partition("?")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", f"{self.base}/{kind}/_search", data=parameters, headers=form)

    def holds(self, address: str) -> bool:
        """Whether an address is below the base: nothing else ever gets the token."""
        here, there = parse_base(self.base), parse(address.replace("|", "%7C"))
        return here is not None and there is not None and below(there, here)

    def _ask(self, method: str, address: str, **rest: Any) -> Reply:
        try:
            with self.session.request(
                method, address, timeout=SECONDS, allow_redirects=False, stream=True, **rest
            ) as answer:
                raw = answer.raw.read(BODY_BYTES + 1, decode_content=True)
        except requests.Timeout:
            return Reply(0, fault=f"no answer within {SECONDS} s")
        except (requests.RequestException, OSError, ValueError):
            return Reply(0, fault="no connection")
        if len(raw) > BODY_BYTES:
            return Reply(answer.status_code, fault="the answer is too large")
        try:
            return Reply(answer.status_code, json.loads(raw))
        except (ValueError, RecursionError):
            return Reply(answer.status_code, fault="the answer is not JSON")
