"""Runs the application under gunicorn: bounded, without a control socket, its output as JSON lines."""

import os
import socket
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import errors as http  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from hooks import memory
from hooks.errors import FHIR_JSON, outcome
from hooks.site import Settings
from hooks.telemetry import log, place_of

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (heartbeat files, which a slow disk would block on)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "hooks.telemetry.Lines"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "lines"}},
    "root": {"level": "WARNING", "handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False}},
}
"""What gunicorn and other libraries have to say, in the form of our own events."""


UNREAD = {http.LimitRequestLine: 414, http.LimitRequestHeaders: 431, http.UnsupportedTransferCoding: 501}
"""The status of what cannot be read as HTTP, where it is not 400."""


class Occupied(Exception):
    """The service cannot listen where it should. One sentence for the user."""


class Server(BaseApplication):  # type: ignore[misc]
    """The application with the settings that gunicorn needs; each worker makes its own application."""

    def __init__(self, make: Callable[[], Any], options: dict[str, Any]) -> None:
        self.make = make
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Only what stands here: no configuration file, no environment."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application of one worker."""
        return self.make()


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers what is no HTTP as everything is answered. Gunicorn's own answer and log would repeat what was sent."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """A request that never reaches the application: one line in the log and an OperationOutcome."""
        mine = not isinstance(exc, http.ParseException)
        status = 500 if mine else next((UNREAD[kind] for kind in type(exc).__mro__ if kind in UNREAD), 400)
        correlation = str(uuid.uuid4())
        level, place = ("error", place_of(exc)) if mine else ("warning", "")
        log("refused", level, correlation=correlation, fault=type(exc).__name__, place=place)
        body = orjson.dumps(outcome("invalid", "The request cannot be read.", correlation))
        head = f"HTTP/1.1 {status} Refused\r\nConnection: close\r\nContent-Type: {FHIR_JSON}\r\nCache-Control: no-store"
        with suppress(OSError):
            util.write_nonblock(client, f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def serve(settings: Settings, make: Callable[[], Any]) -> None:
    """Listen and answer until a signal ends it. Raises Occupied if the address cannot be had."""
    listener = listen(settings.server.host, settings.server.port)
    address = f"http://{_named(settings.server.host)}:{settings.server.port}"
    Server(make, options(settings, listener, lambda _: announce(settings, address))).run()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that an address in use is said at once and in one line."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(where[:2], family=family, backlog=512)
    except OSError as fault:
        raise Occupied(
            f"cannot listen on {host} port {port}: {_why(fault)}."
            ' Choose another with --port N (make run ARGS="--port N").'
        ) from None


def _why(fault: OSError) -> str:
    """The operating system's words for a fault, without the address that some of them repeat."""
    return (fault.strerror or "unknown reason").partition(" (")[0]


def options(settings: Settings, listener: socket.socket, ready: Callable[[Any], None]) -> dict[str, Any]:
    """Gunicorn's settings. Workers are renewed now and then; none outlives a call that hangs."""
    chosen: dict[str, Any] = {
        "bind": [f"fd://{listener.fileno()}"],
        "worker_class": Worker,
        "workers": settings.server.workers,
        "threads": settings.server.threads,
        "timeout": 30,
        "graceful_timeout": 15,
        "keepalive": 5,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "limit_request_line": 4_094,
        "limit_request_fields": 50,
        "limit_request_field_size": 8_190,
        "control_socket_disable": True,
        "forwarded_allow_ips": "",
        "proc_name": "hepar",
        "accesslog": None,
        "loglevel": "info",
        "logconfig_dict": LOGGING,
        "when_ready": ready,
        "post_worker_init": lambda _: memory.settle(),
    }
    if os.access(SHARED_MEMORY, os.W_OK):
        chosen["worker_tmp_dir"] = str(SHARED_MEMORY)
    return chosen


def announce(settings: Settings, address: str) -> None:
    """Say where the service is: for machines on standard output, for people on standard error."""
    mode = "development" if settings.dev else "production"
    call = example(address, dev=settings.dev)
    log("started", url=address, message=call)
    lines = [
        f"hepar is ready ({mode}).",
        f"  Open  {address}/" if settings.dev else f"  Services  {address}/cds-services",
    ]
    lines += [f"  Try   {call}", "  Stop  Ctrl-C"]
    print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201


def example(address: str, *, dev: bool) -> str:
    """A call to paste: in development a whole hook call about a demonstration chart, else discovery."""
    if not dev:
        return f"curl -s {address}/cds-services"
    call = f"curl -s {address}/demo/charts/demo-decompensated/call"
    return f"{call} | curl -s -H 'Content-Type: application/json' -d @- {address}/cds-services/msc-liver-evaluation"


def _named(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host
