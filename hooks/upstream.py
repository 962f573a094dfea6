"""The FHIR servers that may be read, and how they are doing: how many calls may wait for one, when it is left alone.

Each base of each client has a state of its own in each worker, so that one dead server costs nobody else. Breakers
are ours because those in libraries hold a lock during the call, which would put our parallel reads in a row, and
know no rest whose length the server names.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import requests

from hooks.outbound import Line, Reply, Unreadable
from hooks.reach import Reach
from hooks.site import Client, Settings
from hooks.urls import Address, base, is_loopback

READ = "read"
"""The outcome of a read that found all there is; any other word says why not."""

CLOSED = "closed"
"""The state of a server that is read; in any other it is left alone for a while."""
FAILURES = 3
"""After so many calls in a row in which a server answered nothing at all, it is left alone."""
REST = 5.0
"""Seconds for which it is left alone, before one call may try again."""
LONGEST_REST = 60.0
"""The most seconds for which it is left alone when it asks for more."""
JITTER = (0.01, 0.05)
"""Seconds before a read is tried again: at least, at most."""
AT_ONCE = 32
"""In development, how many servers of this machine are remembered."""

RETRIED = frozenset({"connection", "status 500", "status 502", "status 503"})
SILENT = frozenset({"connection", "deadline", "unknown_host", "tls_failed", "tls_verify_failed"})
"""Outcomes without any answer. With those of status 500 and up they are faults of the server."""
OURS = frozenset({"address_refused", "ca_file", "token_expired", "status 429"})
"""Outcomes that say nothing of whether the server answers."""
WORDS = {401: "token_refused", 403: "scope_refused"}


class Upstream:
    """One FHIR base as one client may have it read. Safe to use from several threads.

    `label` names it in metrics. `threads` are those of this worker: while the server answers, half of them may wait
    for it, after a failure a quarter.
    """

    def __init__(self, label: str, address: Address, reach: Reach, threads: int, ca_file: str = "") -> None:
        self.label = label
        self.address = address
        self._reach = reach
        self._threads = threads
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._calls = 0
        self._failures = 0
        self._until: float | None = None
        self._probe: object = None
        """The mark of the one call that finds out whether the server is back."""

    def state(self) -> str:
        """How it is treated: "closed", it is read; "open", it is left alone; "half-open", the next call may try."""
        until = self._until
        if until is None:
            return CLOSED
        return "open" if time.monotonic() < until else "half-open"

    @contextmanager
    def turn(self) -> Iterator[list[str]]:
        """A call's turn to read. The outcomes of its reads go into the list; they decide how the next ones fare.

        Unreadable at once, without a connection, if too many calls wait already ("busy") or the server is left alone
        ("resting").
        """
        probe = self._enter()
        outcomes: list[str] = []
        try:
            yield outcomes
        finally:
            self._leave(probe, _answered(outcomes))

    def _enter(self) -> object:
        with self._lock:
            if self._calls >= max(1, self._threads // (4 if self._failures else 2)):
                raise Unreadable("busy")
            probe = None
            if self._until is not None:
                if self._probe or time.monotonic() < self._until:
                    raise Unreadable("resting")
                probe = self._probe = object()
            self._calls += 1
            return probe

    def _leave(self, probe: object, answered: bool | None) -> None:
        with self._lock:
            self._calls -= 1
            probing = probe is not None and probe is self._probe
            if probing:
                self._probe = None
            if answered and (probing or self._until is None):
                self._failures, self._until = 0, None
            elif answered is False:
                self._failures += 1
                if probing or (self._until is None and self._failures >= FAILURES):
                    self._until = time.monotonic() + REST

    def _rest(self, seconds: float) -> None:
        with self._lock:
            self._probe = None
            self._until = max(self._until or 0.0, time.monotonic() + seconds)

    def line(self, deadline: float) -> Line:
        """A line to it until `deadline`."""
        return Line(deadline, self._reach, self._ca_file)

    def get(self, line: Line, url: Address, headers: Callable[[], Mapping[str, str]], cap: int) -> bytes:
        """The body of a successful answer, of at most `cap` bytes. Tried a second time after a passing fault.

        `headers` are asked for before each try. Unreadable if there is none in time; a server that asks to be left
        alone is not tried again, and not by the next calls.
        """
        for last in (False, True):
            word, reply = _try(line, url, headers, cap)
            if reply is not None:
                if reply.status == requests.codes.ok:
                    return reply.body
                asked = reply.headers.get("Retry-After")
                if reply.status == requests.codes.too_many or (asked and reply.status == requests.codes.unavailable):
                    self._rest(seconds_of(asked or ""))
                    break
            pause = random.uniform(*JITTER)  # noqa: S311  (spreads load, hides nothing)
            if last or word not in RETRIED or time.monotonic() + pause >= line.deadline:
                break
            time.sleep(pause)
        raise Unreadable(word)


def _try(line: Line, url: Address, headers: Callable[[], Mapping[str, str]], cap: int) -> tuple[str, Reply | None]:
    try:
        reply = line.get(url, headers(), cap)
    except Unreadable as fault:
        return fault.reason, None
    return WORDS.get(reply.status, f"status {reply.status}"), reply


def _answered(outcomes: list[str]) -> bool | None:
    """Whether the server is there: any answer says so, only silence and its own faults say no. None if unknown."""
    told = [outcome for outcome in outcomes if outcome not in OURS]
    if not told:
        return None
    return not all(outcome in SILENT or outcome.startswith("status 5") for outcome in told)


def seconds_of(retry_after: str) -> float:
    """How long a Retry-After (seconds or a date) asks to wait, `LONGEST_REST` at most; `REST` if it says nothing."""
    if re.fullmatch(r"[0-9]+", retry_after):
        return min(float(retry_after[:9]), LONGEST_REST)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return REST
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), LONGEST_REST)


class Upstreams:
    """All FHIR servers that the settings name, for the process that reads them."""

    def __init__(self, settings: Settings) -> None:
        threads = settings.server.threads
        self._known: dict[tuple[str, Address], Upstream] = {}
        for client in settings.clients:
            for at, server in enumerate(client.fhir_servers, 1):
                address = base(server.base_url)
                if address is not None:
                    reach = Reach(server.allow_private, settings.dev or client.allow_http_loopback)
                    one = Upstream(f"{client.name}/{at}", address, reach, threads, client.ca_file)
                    self._known.setdefault((client.name, address), one)

        @lru_cache(maxsize=AT_ONCE)
        def of_this_machine(address: Address) -> Upstream:
            return Upstream("development", address, Reach(loopback=True), threads)

        self._of_this_machine = of_this_machine if settings.dev else None

    def find(self, asked: str, client: Client) -> Upstream | None:
        """Where to read for the `fhirServer` of a call; None if it is not registered for this client.

        What is dialled is the address as the settings write it. In development, any server of this machine will do.
        """
        address = base(asked) if asked else None
        if address is None:
            return None
        known = self._known.get((client.name, address))
        if known is None and self._of_this_machine and is_loopback(address.host):
            return self._of_this_machine(address)
        return known

    def states(self) -> dict[str, str]:
        """Label of each registered server -> "closed", "open" or "half-open", in this process."""
        return {each.label: each.state() for each in self._known.values()}
