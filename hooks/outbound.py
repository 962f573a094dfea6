"""The one place that dials out: a GET that ends in time, from addresses that may be reached, and nothing else.

No redirect is followed. The environment has no say: no proxy, no .netrc, no certificates of its choice. No cookie is
kept. A name is resolved once, and only what it was resolved to and what passed the check is dialled. TLS is 1.2 or
newer and always verified; without TLS only this machine is spoken to.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Late

from hooks.reach import Reach
from hooks.urls import Address

__all__ = ["Line", "Reach", "Reply", "Unreadable", "get", "trust"]

CHUNK = 65536
USER_AGENT = "hepar"


class Unreadable(Exception):
    """Nothing could be read. `reason` is a word of ours for the log; nothing of request or answer is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `body` is read only with status 200. `headers` are found by their names in any case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class Timed(socket.socket):
    """A connection on which nothing is heard after `deadline`, however slowly it comes."""

    deadline = 0.0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As usual, with the time that is left. TimeoutError if there is none."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*args, **kwargs)


class TimedTLS(ssl.SSLSocket):
    """The same inside TLS."""

    deadline = 0.0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As usual, with the time that is left. TimeoutError if there is none."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*args, **kwargs)


@lru_cache(maxsize=16)
def _trust(ca_file: str, _changed: int) -> ssl.SSLContext:
    """Read anew when the file changed. Reading the authorities takes longer than a call may, so they are kept."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file)
    context.sslsocket_class = TimedTLS
    return context


def trust(ca_file: str) -> ssl.SSLContext:
    """TLS that trusts the authorities in `ca_file` and no others; "" for those that come with requests.

    Unreadable if there is no such file, or no certificate in it.
    """
    path = ca_file or DEFAULT_CA_BUNDLE_PATH
    try:
        return _trust(path, Path(path).stat().st_mtime_ns)
    except OSError:
        reason = "ca_file"
    raise Unreadable(reason)


_Found = list[tuple[Any, ...]]
_lookups: dict[tuple[str, int], "Future[_Found]"] = {}
_lookups_lock = threading.Lock()


def _resolve(host: str, port: int, deadline: float) -> _Found:
    """What the system's resolver knows of a name. Nothing for an unknown one; TimeoutError at the deadline.

    A resolver that hangs cannot be interrupted: its thread ends when the resolver gives up. There is never more than
    one for the same name, so at most one for each registered server; callers wait for it together, none longer than
    its own deadline.
    """
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    with _lookups_lock:
        running = _lookups.get((host, port))
        if running is None:
            running = _lookups[host, port] = Future()
            threading.Thread(target=_look_up, args=(host, port, running), daemon=True, name="resolve").start()
    return running.result(_left(deadline))


def _look_up(host: str, port: int, result: "Future[_Found]") -> None:
    found: _Found = []
    try:
        with suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    finally:
        with _lookups_lock:
            del _lookups[host, port]
        result.set_result(found)


def _dial(scheme: str, host: str, port: int, reach: Reach, deadline: float) -> Timed:
    """A connection to one of the addresses of `host` that may be dialled. Unreadable if there is none."""
    try:
        found = _resolve(host.strip("[]"), port, deadline)
    except TimeoutError:
        found = None
    if found is None:
        raise Unreadable("deadline")
    if not found:
        raise Unreadable("unknown_host")
    admitted = [each for each in found if reach.admits(each[4][0], scheme)]
    if not admitted:
        raise Unreadable("address_refused")
    reason = "connection"
    for at, (family, kind, protocol, _, where) in enumerate(admitted):
        connection = Timed(family, kind, protocol)
        connection.deadline = deadline
        try:
            connection.settimeout(_left(deadline) / (len(admitted) - at))
            connection.connect(where)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_left(deadline))
        except OSError as error:
            connection.close()
            reason = "deadline" if isinstance(error, TimeoutError) else "connection"
        else:
            return connection
    raise Unreadable(reason)


class Dial(HTTPAdapter):
    """The transport of one line: `dial` makes its connections, `secure` its TLS, and nothing is tried twice."""

    def __init__(self, dial: Callable[[str, str, int], Timed], secure: Callable[[], ssl.SSLContext]) -> None:
        self.dial = dial
        self.secure = secure
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections are made here."""
        super().init_poolmanager(*args, **kwargs)
        dial, secure = self.dial, self.secure

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return dial("http", self.host, self.port)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                context = secure()
                connection = dial("https", self.host, self.port)
                self.sock = _handshake(context, connection, self.host.strip("[]"))
                self.is_verified = True

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _handshake(context: ssl.SSLContext, connection: Timed, host: str) -> ssl.SSLSocket:
    try:
        secured = context.wrap_socket(connection, server_hostname=host)
        secured.deadline = connection.deadline  # type: ignore[attr-defined]
    except ssl.SSLCertVerificationError:
        reason = "tls_verify_failed"
    except TimeoutError:
        reason = "deadline"
    except ssl.SSLError:
        reason = "tls_failed"
    except OSError:
        reason = "connection"
    else:
        return secured
    connection.close()
    raise Unreadable(reason)


class Unled(requests.Session):
    """A session that looks at no redirect. Even where none is followed, the library reads all of its body, unpacks it
    and takes its address apart.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """There is none."""


class Line:
    """A line to one server until `deadline` (`time.monotonic`), for one GET after the other."""

    def __init__(self, deadline: float, reach: Reach, ca_file: str = "") -> None:
        self.deadline = deadline
        self._session = Unled()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        transport = Dial(
            lambda scheme, host, port: _dial(scheme, host, port, reach, deadline),
            lambda: trust(ca_file),
        )
        self._session.mount("http://", transport)
        self._session.mount("https://", transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def get(self, url: Address, headers: Mapping[str, str], cap: int) -> Reply:
        """The reply, with at most `cap` bytes in its body. Unreadable if it does not come whole and in time.

        No error holds the one that caused it: that one knows the request, and with it the token.
        """
        sent = {"User-Agent": USER_AGENT, **headers, "Accept-Encoding": "identity"}
        try:
            left = _left(self.deadline)
            with self._session.get(str(url), headers=sent, timeout=left, stream=True, allow_redirects=False) as reply:
                body = _body(reply, cap, self.deadline) if reply.status_code == requests.codes.ok else b""
                return Reply(reply.status_code, reply.headers, body)
        except (requests.Timeout, Late, TimeoutError):
            reason = "deadline"
        except (requests.RequestException, HTTPError, OSError):
            reason = "connection"
        raise Unreadable(reason)


def get(
    url: Address, *, headers: Mapping[str, str], deadline: float, cap: int, reach: Reach, ca_file: str = ""
) -> Reply:
    """One GET on a line of its own."""
    with Line(deadline, reach, ca_file) as line:
        return line.get(url, headers, cap)


def _body(reply: requests.Response, cap: int, deadline: float) -> bytes:
    if reply.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Unreadable("encoding")
    found = bytearray()
    while chunk := reply.raw.read1(CHUNK):
        found += chunk
        if len(found) > cap:
            raise Unreadable("too_large")
        _left(deadline)
    return bytes(found)
