"""What every request gets: a correlation id, the check of its host, headers, and one line in the log."""

import time
import uuid

from flask import Flask, Response, g, request

from hooks import process, telemetry
from hooks.errors import BadRequest
from hooks.site import Settings
from hooks.urls import host_of, is_loopback
from hooks.urls import parse as parse_url

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language",
    "Access-Control-Max-Age": "600",
}


def register(app: Flask, settings: Settings) -> None:
    """Begin and end of every request."""
    origins = frozenset(settings.server.cors_origins)
    operations = settings.server.operations_port
    hosts = {host_of(settings.server.public_url), *LOOPBACK_HOSTS}

    @app.before_request
    def begin() -> None:
        g.correlation = str(uuid.uuid4())
        g.started = time.monotonic() - process.waited.get()
        if operations is not None and request.server is not None and request.server[1] == operations:
            return  # those who watch call by whatever name or address they have
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
                response.headers.update(PREFLIGHT)
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
