"""Runs the application under gunicorn: bounded, without a control socket, its output as JSON lines."""

import os
import shutil
import socket
import struct
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http import errors as http  # type: ignore[import-untyped]
from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from hooks import memory, meters, process
from hooks.errors import FHIR_JSON, outcome
from hooks.outlet import stdout
from hooks.settings import Settings, SettingsError, keep_counters_in
from hooks.site import host_and_port
from hooks.telemetry import log, place_of

COUNTERS = "hepar-counters-"
LAST_WORDS = 1.0
"""Seconds that a process which ends gives to whoever reads its output."""
SILENCE = 5
"""Seconds without a sound after which a caller amid a request is given up, and one who does not take the answer."""
LINGER = 0.5
"""Seconds that a caller has to hang up once all is said."""
DRAIN = 1.0
"""Seconds in which the rest of a body that nobody wanted must be there."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (heartbeat files, which a slow disk would block on)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "hooks.telemetry.Lines"}},
    "handlers": {"stdout": {"class": "hooks.telemetry.Out", "formatter": "lines"}},
    "root": {"level": "WARNING", "handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False}},
}
"""What gunicorn and other libraries have to say, in the form of our own events."""


wsgi.SERVER = "hepar"  # what the header Server says, and all that it says

UNREAD = {http.LimitRequestLine: 414, http.LimitRequestHeaders: 431, http.UnsupportedTransferCoding: 501}
"""The status of what cannot be read as HTTP, where it is not 400."""


class Occupied(Exception):
    """The service cannot listen where it should. One sentence for the user."""


class Server(BaseApplication):  # type: ignore[misc]
    """The application with the settings that gunicorn needs; each worker makes its own application."""

    def __init__(self, plan: "Plan") -> None:
        self.plan = plan
        super().__init__()

    def load_config(self) -> None:
        """Only what stands here: no configuration file, no environment."""
        for name, value in self.plan.options().items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application of one worker."""
        return self.plan.make(self.plan.settings, self.plan.counters)

    def reload(self) -> None:
        """On SIGHUP: the new settings, or the old ones if those have a fault; new workers start either way."""
        try:
            new = self.plan.again()
        except SettingsError as error:
            for fault in error.faults:
                log("settings_refused", "error", message=str(fault))
            return
        old, self.plan.settings = self.plan.settings, new
        stay = [f"server.{key}" for key in ("bind", "operations_bind") if _of(old, key) != _of(new, key)]
        if stay:
            log("settings_read", "warning", message=f"{', '.join(stay)}: changes when the service is started again.")
        else:
            log("settings_read", message=new.file)
        super().reload()


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers what is no HTTP as everything is answered. Gunicorn's own answer and log would repeat what was sent."""

    slot = 0
    """Which of the workers that live at the same time this is."""

    def enqueue_req(self, conn: Any) -> None:
        """A connection that has something to say waits for a thread from here on."""
        conn.since = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """One request, in a thread of its own."""
        process.waited.set(time.monotonic() - conn.since)
        stays = super().handle(conn)
        if not stays:  # gunicorn would wait for the end in its one loop, and all callers with it
            util.close_graceful(conn.sock, LINGER)
            conn.close = _closed
        return stays

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Whether the connection can take another request.

        A refused call may leave a body unread. The caller was told that the connection stays, so it is read as far as
        any body may go; gunicorn would read 64 KiB and hang up, and the caller's next request would get no answer.
        """
        most = self.app.plan.settings.limits.body_bytes
        return keepalive and bool(conn.parser.finish_body(time.monotonic() + DRAIN, most))

    def handle_exit(self, sig: int, frame: Any) -> None:
        """On SIGTERM: what is under way is finished."""
        process.ending.set()
        super().handle_exit(sig, frame)

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


def _closed(graceful: bool = False) -> None:
    """In place of the end of a connection that has ended."""


@dataclass
class Plan:
    """What is to be served, where. `again` reads the settings anew; `make` builds the application of a worker."""

    settings: Settings
    again: Callable[[], Settings]
    make: Callable[[Settings, Path], Any]
    listeners: list[socket.socket]
    counters: Path
    ready: Callable[[Any], None]

    def options(self) -> dict[str, Any]:
        """Gunicorn's settings. Workers are renewed now and then; none outlives a call that hangs."""
        chosen: dict[str, Any] = {
            "bind": [f"fd://{listener.fileno()}" for listener in self.listeners],
            "worker_class": Worker,
            "workers": self.settings.server.workers,
            "threads": self.settings.server.threads,
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
            "when_ready": self.ready,
            "pre_fork": place,
            "post_fork": lambda _, worker: meters.share(lambda: worker.slot),
            "post_worker_init": lambda _: memory.settle(),
            "worker_exit": lambda _, __: stdout.drain(LAST_WORDS),
            "child_exit": lambda _, worker: meters.left(worker.slot, self.counters),
            "on_exit": lambda _: stdout.drain(LAST_WORDS),
        }
        if os.access(SHARED_MEMORY, os.W_OK):
            chosen["worker_tmp_dir"] = str(SHARED_MEMORY)
        return chosen


def _of(settings: Settings, key: str) -> str:
    return str(getattr(settings.server, key))


def place(arbiter: Any, worker: Any) -> None:
    """Give a new worker the first place that no living one has, so that places stay few however often they change."""
    taken = {other.slot for other in arbiter.WORKERS.values()}
    worker.slot = next(slot for slot in count() if slot not in taken)


def serve(settings: Settings, again: Callable[[], Settings], make: Callable[[Settings, Path], Any]) -> None:
    """Listen and answer until a signal ends it. Raises Occupied if an address cannot be had."""
    server = settings.server
    binds = [each for each in (server.bind, server.operations_bind) if each]
    listeners = [listen(*host_and_port(bind)) for bind in binds]
    address = f"http://{_named(server.host)}:{server.port}"
    with counters_folder() as counters:
        stdout.queue()
        plan = Plan(settings, again, make, listeners, counters, lambda _: announce(settings, address))
        Server(plan).run()


@contextmanager
def counters_folder() -> Iterator[Path]:
    """A folder in memory for what the workers count; those that a killed service left behind are removed."""
    parent = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    for old in parent.glob(f"{COUNTERS}*"):
        owner = old.name.removeprefix(COUNTERS).partition("-")[0]
        if old.stat().st_uid == os.getuid() and not Path("/proc", owner).exists():
            shutil.rmtree(old, ignore_errors=True)
    master = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{COUNTERS}{master}-", dir=parent))
    keep_counters_in(folder)
    try:
        yield folder
    finally:
        if os.getpid() == master:
            shutil.rmtree(folder, ignore_errors=True)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that an address in use is said at once and in one line.

    Its connections take from it how long they wait: gunicorn would wait for ever.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(where[:2], family=family, backlog=512)
    except OSError as fault:
        raise Occupied(
            f"cannot listen on {host} port {port}: {_why(fault)}."
            ' Choose another with --port N (make run ARGS="--port N").'
        ) from None
    for wait in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listener.setsockopt(socket.SOL_SOCKET, wait, struct.pack("ll", SILENCE, 0))
    return listener


def _why(fault: OSError) -> str:
    """The operating system's words for a fault, without the address that some of them repeat."""
    return (fault.strerror or "unknown reason").partition(" (")[0]


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
