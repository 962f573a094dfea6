"""Who may call what: the table of all routes, and the proof that a route which is not public asks for.

A route that does not stand in the table stops the start: nothing is public because it was forgotten.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from ipaddress import ip_address
from typing import Protocol

from flask import Flask, g, request

from hooks import process, telemetry
from hooks.app import visit
from hooks.errors import NotFound, Refusal, TooMany, Unauthenticated, Unavailable
from hooks.limits import Budget
from hooks.meters import Meters
from hooks.services import VALIDATION
from hooks.site import Client, Settings
from hooks.store import StoreDown
from hooks.trust import Caller, Untrusted
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
    VALIDATION: Access.CALLERS,
    "/livez": Access.PUBLIC,
    "/readyz": Access.OPERATIONS,
    "/metrics": Access.OPERATIONS,
    "/openapi.json": Access.PUBLIC,
    "/guide": Access.PUBLIC,
    "/guide/": Access.PUBLIC,
    "/guide/<path:page>": Access.PUBLIC,
    "/": Access.DEVELOPMENT,
    "/demo/<path:name>": Access.DEVELOPMENT,
    "/demo/charts": Access.DEVELOPMENT,
    "/demo/what-if": Access.DEVELOPMENT,
    "/demo/cards": Access.DEVELOPMENT,
    "/demo/charts/<chart_id>": Access.DEVELOPMENT,
    "/demo/charts/<chart_id>/call": Access.DEVELOPMENT,
}

FAILURES = (1000, 10.0)
"""Failed tokens that a process records one by one: at once, and each second. More are counted and answered with 429."""
PATIENCE = 0.5
"""The part of the deadline after which a call that has not begun is refused: it could not be answered in time."""


class Admits(Protocol):
    """What decides who calls."""

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """The caller of `endpoint`. Untrusted if that is not shown; StoreDown if a replay cannot be excluded."""

    def states(self) -> Mapping[str, str]:
        """Client -> "ok" or a word for what is wrong with its keys."""


class Open:
    """Development: whoever calls is taken for the one client of development."""

    def __init__(self, client: Client) -> None:
        self._caller = Caller(client)

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """Always the same caller."""
        del authorizations, endpoint, feedback
        return self._caller

    def states(self) -> Mapping[str, str]:
        """There are no keys."""
        return {}


class Familiar:
    """Development with clients registered: a token is judged as in production. Without one, `otherwise` decides."""

    def __init__(self, gate: Admits, otherwise: Admits) -> None:
        self._gate = gate
        self._otherwise = otherwise

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """The client that the token proves; Untrusted if it proves none."""
        admits = self._gate if authorizations else self._otherwise
        return admits.admit(authorizations, endpoint, feedback)

    def states(self) -> Mapping[str, str]:
        """The clients' keys."""
        return self._gate.states()


class Unclassified(RuntimeError):
    """A route that the table does not know, or not for this mode. A fault of ours."""


def register(app: Flask, settings: Settings, gate: Admits, meters: Meters) -> None:
    """Let in whom the table admits, before anything of the call is read. Call it when all routes are there."""
    _classified(app, dev=settings.dev)
    listens = _listens(settings)
    patience = settings.limits.deadline_ms / 1000 * PATIENCE
    failures = Failures(meters)

    @app.before_request
    def admit() -> None:
        if request.url_rule is None:
            return
        access = ROUTES[request.url_rule.rule]
        if not listens(access, request.path):
            raise NotFound("There is nothing here.")
        if access is not Access.CALLERS or request.method == "OPTIONS":
            return
        call = visit.begin()
        if process.waited.get() > patience:
            call.refused = "overload"
            raise Unavailable("The service is busy. Call again.")
        call.caller = _caller(call, gate, failures, meters)
        call.client = call.caller.client.name


class Failures:
    """Tokens that failed, of which so many are looked into one by one."""

    def __init__(self, meters: Meters) -> None:
        self._budget = Budget(*FAILURES)
        self._meters = meters
        meters.set("hepar_token_failures_left", self._budget.left())

    def refusal(self) -> Refusal:
        """How to refuse one more."""
        looked = self._budget.take()
        self._meters.set("hepar_token_failures_left", self._budget.left())
        return Unauthenticated() if looked else TooMany("Too many calls without a valid token.", 1)


def _listens(settings: Settings) -> Callable[[Access, str], bool]:
    """Whether a route answers on the listener on which the request came. Its port is the server's, not the caller's."""
    port = settings.server.operations_port
    if port is None:
        own = is_loopback(settings.server.host)
        return lambda access, path: own or access is not Access.OPERATIONS

    def listens(access: Access, path: str) -> bool:
        if request.server is not None and request.server[1] == port:
            return access is Access.OPERATIONS or path == "/livez"
        return access is not Access.OPERATIONS

    return listens


def _caller(call: visit.Visit, gate: Admits, failures: Failures, meters: Meters) -> Caller:
    try:
        return gate.admit(request.headers.getlist("Authorization"), request.path, call.kind == "feedback")
    except Untrusted as error:
        call.refused = error.reason
        call.peer = _peer(request.remote_addr or "")
        call.claimed, call.token_id = error.client, error.token_id
        raise failures.refusal() from None
    except StoreDown as error:
        call.refused = "store"
        meters.count("hepar_store_failures", "tokens")
        telemetry.log("store_down", "error", correlation=g.correlation, reason=str(error))
        raise Unavailable("Whether the token was used before cannot be known now. Call again.") from None


def _peer(address: str) -> str:
    """Where a call came from, as far as that is an address at all."""
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def _classified(app: Flask, *, dev: bool) -> None:
    for rule in app.url_map.iter_rules():
        access = ROUTES.get(rule.rule)
        if access is None or (access is Access.DEVELOPMENT and not dev):
            raise Unclassified(f"{rule.rule} must not be served")
