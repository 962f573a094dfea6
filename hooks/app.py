"""The routes: parse, call, translate errors. What the answers say is decided elsewhere."""

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from cds import content
from hooks import demo, feedback, guide, orders, strict_json, telemetry
from hooks.errors import (
    FHIR_JSON,
    BadRequest,
    NotFound,
    Refusal,
    TooLarge,
    Unavailable,
    WrongMediaType,
    outcome,
)
from hooks.openapi import document
from hooks.pipeline import Reply, answer
from hooks.request import parse
from hooks.services import SERVICES, Service, discovery
from hooks.settings import Fault, Settings, SettingsError
from hooks.store import Store, StoreDown, StoreUnusable
from hooks.urls import host_of, is_loopback
from hooks.urls import parse as parse_url

JSON = "application/json"
MEDIA_TYPES = {"application/json", "application/fhir+json", "application/json+fhir"}
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
RESERVE = 0.05
"""Seconds of the deadline that are kept for computing and answering."""

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

_encode = orjson.dumps


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """The service. SettingsError if it cannot run as configured; `store` replaces the one that the settings name."""
    if not settings.dev:
        where = settings.file or "hepar"
        raise SettingsError(
            Fault(where, "--dev", "this release does not verify callers: development mode only.", "Add --dev.")
        )
    if store is None:
        try:
            store = Store(settings.storage.url)
        except StoreUnusable as error:
            fault = Fault(settings.file, "storage.url", f"{error}.", "Check path and permissions.")
            raise SettingsError(fault) from None
    orders.prepare()
    app = Flask("hepar", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    meters = telemetry.Meters()
    _errors(app)
    _around(app, settings)
    _protocol(app, settings, store, meters)
    _operations(app, settings, store, meters)
    _pages(app, settings)
    return app


def _json(value: Any, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None) -> Response:
    return Response(_encode(value), status, headers, content_type=media_type)


def _protocol(app: Flask, settings: Settings, store: Store, meters: telemetry.Meters) -> None:
    client = settings.development_client
    limits = settings.limits

    @app.get("/cds-services")
    def discover() -> Response:
        return _json(discovery(client.services, settings.msc.text))

    @app.post("/cds-services/<service_id>")
    def call(service_id: str) -> Response:
        started = time.monotonic()
        service = _service(service_id, client.services)
        said = "failed"
        unread: dict[str, str] = {}
        try:
            hook = parse(_body(settings), service, client.prefetch_aliases, limits.entries)
            deadline = started + limits.deadline_ms / 1000 - RESERVE

            reply = answer(hook, settings, client, settings.clock(), deadline, unread.__setitem__)
            _remember(reply, service, store, meters)
            said = "cards" if reply.shown else "nothing"
            return _json(reply.body)
        except Refusal as refusal:
            said = str(refusal.status)
            raise
        finally:
            for key in unread:
                meters.not_read.labels(key).inc()
            meters.calls.labels(service.id, said).inc()
            meters.seconds.labels(service.id).observe(time.monotonic() - started)
            g.seen = {"service": service.id, "outcome": said, **_unread(unread)}

    @app.post("/cds-services/<service_id>/feedback")
    def answered(service_id: str) -> Response:
        service = _service(service_id, client.services)
        items = feedback.parse(_body(settings))
        try:
            known = store.cards(item["card"].lower() for item in items)
            events = feedback.events(items, known, service.id, client.name, (settings.clock(), datetime.now(UTC)))
            store.record(events)
        except StoreDown as error:
            telemetry.log("store_down", "error", service=service.id, reason=str(error))
            raise Unavailable("The feedback could not be stored. Send it again.") from None
        for event in events:
            meters.feedback.labels(service.id, "quarantined" if event.quarantined else event.outcome).inc()
        return _json({})


def _unread(unread: Mapping[str, str]) -> dict[str, str]:
    """The keys that could not be read and why, for the log."""
    return {"unread": ", ".join(f"{key} ({reason})" for key, reason in unread.items())} if unread else {}


def _service(service_id: str, allowed: tuple[str, ...]) -> Service:
    if service_id not in SERVICES or not ("*" in allowed or service_id in allowed):
        raise NotFound("There is no such service.")
    return SERVICES[service_id]


def _remember(reply: Reply, service: Service, store: Store, meters: telemetry.Meters) -> None:
    """Keep which cards were given out. Development answers without; feedback to such a card is then quarantined."""
    try:
        store.show(reply.shown)
    except StoreDown as error:
        meters.not_stored.inc()
        telemetry.log("store_down", "error", service=service.id, reason=str(error))
    for shown in reply.shown:
        meters.cards.labels(service.id, shown.rule).inc()
    if reply.assessment is not None:
        for score in reply.assessment.scores:
            if score.status == "not-computed":
                for reason in score.reasons:
                    meters.not_computed.labels(score.id, reason).inc()


def _body(settings: Settings) -> Any:
    """The JSON of the request, however it was sent. What is too large is refused without being read whole."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("The body must not be compressed.")
    if request.headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise WrongMediaType("The body must not be compressed.")
    if request.mimetype not in MEDIA_TYPES:
        raise WrongMediaType("The body must be application/json.")
    cap = settings.limits.body_bytes
    if (request.content_length or 0) > cap:
        raise TooLarge(f"The body is larger than {cap} bytes.")
    parts: list[bytes] = []
    size = 0
    try:
        while part := request.stream.read(min(65536, cap + 1 - size)):
            parts.append(part)
            size += len(part)
            if size > cap:
                raise TooLarge(f"The body is larger than {cap} bytes.")
    except (ParseException, OSError):
        raise BadRequest("The body ended too early, or its chunks cannot be read.") from None
    return strict_json.read(b"".join(parts), settings.limits.json_depth)


def _operations(app: Flask, settings: Settings, store: Store, meters: telemetry.Meters) -> None:
    described = document(settings)

    @app.get("/livez")
    def alive() -> Response:
        return _json({"status": "ok"})

    @app.get("/readyz")
    def ready() -> Response:
        try:
            store.ping()
        except StoreDown as error:
            raise Unavailable(f"The store does not answer ({error}).", ("storage",)) from None
        return _json({"status": "ok", "contentVersion": content.VERSION})

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(meters.text(), content_type=telemetry.CONTENT_TYPE)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return _json(described)


def _pages(app: Flask, settings: Settings) -> None:
    """The handbook, and in development the demonstration page."""
    app.register_blueprint(guide.blueprint(settings))
    if settings.dev:
        app.register_blueprint(demo.blueprint(settings))


def _errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return _refuse(error.status, error.code, error.message, error.where, error.headers)

    @app.errorhandler(HTTPException)
    def not_routed(error: HTTPException) -> Response:
        status = error.code or 500
        code, message = {
            400: ("invalid", "The request cannot be read."),
            404: ("not-found", "There is nothing here."),
            405: ("not-supported", "This method is not supported here."),
            413: ("too-long", "The request is too large."),
        }.get(status, ("processing", "The request cannot be answered."))
        methods = getattr(error, "valid_methods", None)
        allow = {"Allow": ", ".join(sorted(methods))} if methods else {}
        return _refuse(status, code, message, (), allow)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        telemetry.log(
            "failed", "error", correlation=g.correlation, fault=type(error).__name__, place=telemetry.place_of(error)
        )
        return _refuse(500, "exception", "The service failed. Nothing was decided.", (), {})


def _refuse(status: int, code: str, message: str, where: tuple[str, ...], headers: Mapping[str, str]) -> Response:
    return _json(outcome(code, message, g.correlation, where), status, FHIR_JSON, headers)


def _around(app: Flask, settings: Settings) -> None:
    origins = frozenset(settings.server.cors_origins)
    hosts = {host_of(settings.server.public_url), *LOOPBACK_HOSTS}

    @app.before_request
    def begin() -> None:
        g.correlation = str(uuid.uuid4())
        g.started = time.monotonic()
        asked = parse_url(f"http://{request.headers.get('Host', LOOPBACK_HOSTS[0])}")
        if asked is None or asked.path or asked.query or asked.host not in hosts:
            raise BadRequest("The host of the request is not one of this service.")

    @app.after_request
    def end(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Correlation-Id"] = g.correlation
        origin = request.headers.get("Origin")
        response.vary.add("Origin")
        if origin is not None and (origin in origins or (settings.dev and _of_this_machine(origin))):
            response.headers["Access-Control-Allow-Origin"] = origin
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
                response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
                response.headers["Access-Control-Max-Age"] = "600"
        telemetry.log(
            "request",
            correlation=g.correlation,
            method=request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other",
            route=str(request.url_rule) if request.url_rule else "none",
            status=response.status_code,
            milliseconds=round((time.monotonic() - g.started) * 1000, 2),
            **g.get("seen", {}),
        )
        return response


def _of_this_machine(origin: str) -> bool:
    address = parse_url(origin)
    return address is not None and not address.path and not address.query and is_loopback(address.host)
