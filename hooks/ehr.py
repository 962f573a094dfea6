"""Reads from the caller's FHIR server what was not sent along: all keys at once, inside one deadline.

Only servers that the settings name are ever dialled; in development also this machine. Only our own queries are asked,
and only `next` links below the same base are followed. Whatever is incomplete counts as not read.
"""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from hooks import strict_json
from hooks.answers import Answer, answer, joined
from hooks.errors import BadRequest
from hooks.request import Authorization, HookRequest
from hooks.services import path_for
from hooks.site import Client, Limits, Settings
from hooks.urls import Address, base, below, is_loopback, parse

CHUNK = 65536
ACCEPT = "application/fhir+json, application/json;q=0.9"


class Unreadable(Exception):
    """One key could not be read; `reason` is a word of ours for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def allowed_base(asked: str, client: Client, settings: Settings) -> Address | None:
    """The address to dial for the `fhirServer` of a call, as the settings write it; None if it must not be dialled."""
    wanted = base(asked)
    if wanted is None:
        return None
    for server in client.fhir_servers:
        known = base(server.base_url)
        if known == wanted:
            return known
    return wanted if settings.dev and is_loopback(wanted.host) else None


@dataclass
class Lines:
    """The open connections of one call, so that all of them can be cut when its time is up."""

    sockets: list[socket.socket] = field(default_factory=list)
    cut: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, connection: socket.socket) -> socket.socket:
        """Remember one connection, just dialled. OSError if the call is over."""
        with self.lock:
            if self.cut:
                connection.close()
                raise OSError("the call is over")
            self.sockets.append(connection)
        return connection

    def close(self) -> None:
        """Wake whoever still waits on one of them."""
        with self.lock:
            self.cut = True
            for connection in self.sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Dial(HTTPAdapter):
    """The transport of one key: no retries, and every connection is noted on `lines`.

    The one place where a connection is made; what must be known of an address before it is used belongs here.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections are noted."""
        super().init_poolmanager(*args, **kwargs)
        lines = self.lines

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return lines.add(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return lines.add(super()._new_conn())

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


@dataclass(frozen=True)
class Reader:
    """Reads the keys of one call from `root` until `deadline` (`time.monotonic`)."""

    root: Address
    authorization: Authorization | None
    limits: Limits
    deadline: float
    lines: Lines = field(default_factory=Lines)

    def read(self, key: str, patient: str, sent: Answer) -> Answer:
        """All pages of one key, going on from what was sent. Unreadable if it cannot be had completely."""
        pages: list[Answer] = []
        if sent.state == "partial" and sent.next:
            pages.append(sent)
            url = self._following(sent.next)
        else:
            first = parse(f"{self.root}/{path_for(key, patient)}".replace("|", "%7C"))
            if first is None:
                raise Unreadable("address")
            url = first
        visited: set[str] = set()
        with requests.Session() as session:
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.mount("http://", Dial(self.lines))
            session.mount("https://", Dial(self.lines))
            while True:
                if str(url) in visited or len(visited) >= self.limits.fhir_pages:
                    raise Unreadable("pages")
                visited.add(str(url))
                pages.append(self._page(session, key, url))
                if sum(len(page.resources) for page in pages) > self.limits.entries:
                    raise Unreadable("entries")
                if not pages[-1].next:
                    break
                url = self._following(pages[-1].next)
        found = joined(pages)
        if found.state != "whole":
            raise Unreadable("incomplete")
        return found

    def _following(self, link: str) -> Address:
        address = parse(urljoin(f"{self.root}/", link).replace("|", "%7C"))
        if address is None or not below(address, self.root):
            raise Unreadable("next")
        return address

    def _page(self, session: requests.Session, key: str, url: Address) -> Answer:
        value = self._json(session, url)
        if value is None:
            raise Unreadable("not_fhir")
        found = answer(key, value)
        if found.state == "absent":
            raise Unreadable("refused")
        return found

    def _json(self, session: requests.Session, url: Address) -> Any:
        headers = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization.header()
        try:
            with session.get(
                str(url), headers=headers, timeout=self._left(), stream=True, allow_redirects=False
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise Unreadable(f"status {response.status_code}")
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise Unreadable("encoding")
                body = self._body(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Unreadable(_word(error)) from None
        try:
            return strict_json.read(body, self.limits.json_depth)
        except BadRequest:
            raise Unreadable("not_fhir") from None

    def _body(self, response: requests.Response) -> bytes:
        found = bytearray()
        while chunk := response.raw.read1(CHUNK):
            found += chunk
            if len(found) > self.limits.body_bytes:
                raise Unreadable("too_large")
            self._left()
        return bytes(found)

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Unreadable("deadline")
        return left


def _word(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "tls_verify_failed"
    if isinstance(error, requests.Timeout):
        return "timeout"
    return "connection"


def fill(
    call: HookRequest,
    root: Address | None,
    limits: Limits,
    deadline: float,
    tell: Callable[[str, str], None] = lambda key, reason: None,
) -> dict[str, Answer]:
    """The answers of the call, with the keys that are not whole read from `root` where possible.

    A key that could not be read whole keeps its state; `tell` hears (key, reason) for each of those.
    """
    found = dict(call.answers)
    wanted = [key for key, sent in found.items() if sent.state != "whole"]
    if not wanted:
        return found
    if root is None:
        for key in wanted:
            tell(key, "no_server")
        return found
    reader = Reader(root, call.authorization, limits, deadline)
    for key, outcome in _all(reader, call, wanted).items():
        if isinstance(outcome, Answer):
            found[key] = outcome
        else:
            tell(key, outcome)
    return found


def _all(reader: Reader, call: HookRequest, keys: Iterable[str]) -> Mapping[str, Answer | str]:
    """Every key with its answer, or with the reason why there is none; back at the deadline at the latest."""
    done: queue.SimpleQueue[tuple[str, Answer | str]] = queue.SimpleQueue()

    def work(key: str) -> None:
        try:
            done.put((key, reader.read(key, call.patient, call.answers[key])))
        except Unreadable as error:
            done.put((key, error.reason))
        except BadRequest:
            done.put((key, "not_fhir"))

    found: dict[str, Answer | str] = dict.fromkeys(keys, "deadline")
    for key in found:
        threading.Thread(target=work, args=(key,), daemon=True, name=f"read-{key}").start()
    try:
        for _ in range(len(found)):
            key, outcome = done.get(timeout=max(0.0, reader.deadline - time.monotonic()))
            found[key] = outcome
    except queue.Empty:
        pass
    finally:
        reader.lines.close()
    return found
