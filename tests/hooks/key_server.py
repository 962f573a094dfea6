"""A server of public keys on loopback that rotates them, is slow, fails and lies, and counts who asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests import tokens
from tests.tokens import Key


@dataclass
class KeyServer:
    """Answers each GET with `body`. `gate`: no answer before it is set; `hits`: how many asked."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    hits: int = 0
    port: int = 0
    paths: list[str] = field(default_factory=list)

    @property
    def jku(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks"

    def keys(self, *keys: Key | dict[str, Any]) -> None:
        """Answer soundly, with these keys."""
        self.body, self.status = tokens.jwks(*keys), 200


@contextmanager
def serving_keys(*keys: Key | dict[str, Any], **headers: str) -> Iterator[KeyServer]:
    """A server of these keys on a free port. `headers` as Cache_Control = "max-age=60"."""
    found = KeyServer(headers={name.replace("_", "-"): value for name, value in headers.items()})
    found.keys(*keys)
    found.gate.set()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.hits += 1
            found.paths.append(self.path)
            found.gate.wait(10)
            self.send_response(found.status)
            for name, value in {"Content-Length": str(len(found.body)), **found.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            """A caller that hung up is no fault of the test."""

    server = Quiet(("127.0.0.1", 0), Answers)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(2)
