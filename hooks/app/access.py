"""Who may call what: the table of all routes, and the proof that a route which is not public asks for.

A route that does not stand in the table stops the start: nothing is public because it was forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from flask import Flask, g, request

from hooks import telemetry
from hooks.errors import NotFound, TooMany, Unauthenticated, Unavailable
from hooks.limits import Budget
from hooks.site import Client, Settings, host_and_port
from hooks.store import StoreDown
from hooks.urls import is_loopback


class Access(Enum):
    """Who is let in."""

    PUBLIC = "anybody"
    CALLERS = "clients that prove who they are"
    OPERATIONS = "whoever reaches the listener of operations"
    DEVELOPMENT = "anybody, in development alone"


ROUTES = {
    "/cds-services": Access.PUBLIC,
    "/cds-services/<service_id>": Access.CALLERS,
    "/cds-services/<service_id>/feedback": Access.CALLERS,
    "/livez": Access.PUBLIC,
    "/readyz": Access.OPERATIONS,
    "/metrics": Access.OPERATIONS,
    "/openapi.json": Access.PUBLIC,
    "/guide/": Access.PUBLIC,
    "/guide/<path:page>": Access.PUBLIC,
    "/": Access.DEVELOPMENT,
    "/demo/<any('page.css', 'page.js', 'gfm.js'):name>": Access.DEVELOPMENT,
    "/demo/charts": Access.DEVELOPMENT,
    "/demo/charts/<chart_id>": Access.DEVELOPMENT,
    "/demo/charts/<chart_id>/call": Access.DEVELOPMENT,
}

FAILURES = (1000, 10.0)
"""Failed proofs that this process looks into: at once, and each second. Beyond, they are refused and not recorded."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `recent` counts this client's calls of the last minute."""

    client: Client
    issuer: str = ""
    token_id: str = ""
    recent: int = 0


class Untrusted(Exception):
    """Nobody is shown to have called; `reason` is a word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gate(Protocol):
    """What decides who calls."""

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """The caller of `endpoint`. Untrusted if that is not shown; StoreDown if a replay cannot be excluded."""


class Open:
    """Development: whoever calls is taken for the one client of development."""

    def __init__(self, client: Client) -> None:
        self._caller = Caller(client)

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """Always the same caller."""
        del authorizations, endpoint, feedback
        return self._caller


class Unclassified(RuntimeError):
    """A route that the table does not know, or not for this mode. A fault of ours."""


def register(app: Flask, settings: Settings, gate: Gate) -> None:
    """Let in whom the table admits, before anything of the call is read. Call it when all routes are there."""
    _classified(app, dev=settings.dev)
    listens = _listens(settings)
    failures = Budget(*FAILURES)

    @app.before_request
    def admit() -> None:
        if request.url_rule is None:
            return
        access = ROUTES[request.url_rule.rule]
        if not listens(access, request.path):
            raise NotFound("There is nothing here.")
        if access is Access.CALLERS and request.method != "OPTIONS":
            g.caller = _caller(gate, failures)


def _listens(settings: Settings) -> Callable[[Access, str], bool]:
    """Whether a route answers on the listener on which the request came. Its port is the server's, not the caller's."""
    if not settings.server.operations_bind:
        own = is_loopback(settings.server.host)
        return lambda access, path: own or access is not Access.OPERATIONS
    port = host_and_port(settings.server.operations_bind)[1]

    def listens(access: Access, path: str) -> bool:
        if request.server is not None and request.server[1] == port:
            return access is Access.OPERATIONS or path == "/livez"
        return access is not Access.OPERATIONS

    return listens


def _caller(gate: Gate, failures: Budget) -> Caller:
    feedback = request.path.endswith("/feedback")
    try:
        return gate.admit(request.headers.getlist("Authorization"), request.path, feedback)
    except Untrusted as error:
        telemetry.log("untrusted", "warning", correlation=g.correlation, reason=error.reason)
        if not failures.take():
            raise TooMany("Too many calls without a valid token.", 1) from None
        raise Unauthenticated from None
    except StoreDown as error:
        telemetry.log("store_down", "error", correlation=g.correlation, reason=str(error))
        raise Unavailable("The service cannot rule out that the token was used before. Call again.") from None


def _classified(app: Flask, *, dev: bool) -> None:
    for rule in app.url_map.iter_rules():
        access = ROUTES.get(rule.rule)
        if access is None or (access is Access.DEVELOPMENT and not dev):
            raise Unclassified(f"{rule.rule} must not be served")
