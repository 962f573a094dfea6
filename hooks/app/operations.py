"""The routes of operations: does it run, can it work, what did it count, how is it called."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from flask import Flask, Response

from cds import content
from hooks import process
from hooks.app.answers import answer
from hooks.errors import Unavailable
from hooks.meters import CONTENT_TYPE, Meters
from hooks.openapi import document
from hooks.site import Settings
from hooks.store import Store, StoreDown
from hooks.upstream import CLOSED, Upstreams

OK = "ok"


class Keys(Protocol):
    """What knows whether each client's public keys can be had."""

    def states(self) -> Mapping[str, str]:
        """Client -> "ok" or a word for what is wrong."""


class Condition:
    """What the service needs, and how it is with each."""

    def __init__(self, store: Store, keys: Keys, upstreams: Upstreams) -> None:
        self._store = store
        self._upstreams = upstreams
        self._keys = keys

    def stops(self) -> Iterator[tuple[str, str]]:
        """(what, how) for each thing without which nobody is answered."""
        if process.ending.is_set():
            yield "server", "shutting down"
        try:
            self._store.ping()
        except StoreDown as error:
            yield "storage", str(error)

    def show(self, meters: Meters) -> None:
        """Set the gauges of this worker."""
        for client, state in self._keys.states().items():
            meters.set("hepar_keys_unusable", state != OK, client)
        for server, state in self._upstreams.states().items():
            meters.set("hepar_server_left_alone", state != CLOSED, server)

    def degraded(self) -> Iterator[tuple[str, str]]:
        """(what, how) for each thing without which some are not answered."""
        for client, state in self._keys.states().items():
            if state != OK:
                yield f"keys of {client}", state
        for server, state in self._upstreams.states().items():
            if state != CLOSED:
                yield f"server {server}", state


def register(app: Flask, settings: Settings, condition: Condition, meters: Meters) -> None:
    """/livez, /readyz, /metrics and /openapi.json."""
    described = document(settings)

    @app.get("/livez")
    def alive() -> Response:
        return answer({"status": OK})

    @app.get("/readyz")
    def ready() -> Response:
        stops = dict(condition.stops())
        if stops:
            what = "; ".join(f"{name}: {how}" for name, how in stops.items())
            raise Unavailable(f"The service cannot work: {what}.", tuple(stops))
        degraded = dict(condition.degraded())
        condition.show(meters)
        body = {"status": "degraded" if degraded else OK, "contentVersion": content.VERSION}
        return answer(body | {"degraded": degraded} if degraded else body)

    @app.get("/metrics")
    def metrics() -> Response:
        condition.show(meters)
        return Response(meters.text(), content_type=CONTENT_TYPE)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return answer(described)
