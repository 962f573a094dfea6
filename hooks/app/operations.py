"""The routes of operations: does it run, can it work, what did it count, how is it called."""

from flask import Flask, Response

from cds import content
from hooks import telemetry
from hooks.app.answers import answer
from hooks.errors import Unavailable
from hooks.openapi import document
from hooks.site import Settings
from hooks.store import Store, StoreDown


def register(app: Flask, settings: Settings, store: Store, meters: telemetry.Meters) -> None:
    """/livez, /readyz, /metrics and /openapi.json."""
    described = document(settings)

    @app.get("/livez")
    def alive() -> Response:
        return answer({"status": "ok"})

    @app.get("/readyz")
    def ready() -> Response:
        try:
            store.ping()
        except StoreDown as error:
            raise Unavailable(f"The store does not answer ({error}).", ("storage",)) from None
        return answer({"status": "ok", "contentVersion": content.VERSION})

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(meters.text(), content_type=telemetry.CONTENT_TYPE)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return answer(described)
