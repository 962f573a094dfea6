"""Holds the public keys of one client, from its file or from its registered address, and renews them.

No call waits for another client's keys, and none waits more than a moment for keys that are known already.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Protocol

from hooks.outbound import Reply, Unreadable
from hooks.telemetry import log
from hooks.trust import jwks
from hooks.trust.jwks import KeySet, Verifier
from hooks.trust.shelf import Shelf

FETCH_SECONDS = 2.0
"""The longest that one fetch may take, and the longest that a call waits for a key that is not known."""

MOMENT = 0.15
"""The longest that a call whose key is known waits, in seconds, to hear whether it still holds."""

HOUR = 3600.0
"""The longest that keys are good for without asking again, and again the longest that they outlive an outage."""

COOLDOWN = 30.0
"""Seconds from one fetch to the next when it failed, or when a token names a key that nobody knows."""

OK = "ok"

_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|,)\s*no-(?:store|cache)\s*(?:,|$)", re.IGNORECASE)


class Keys(Protocol):
    """The public keys of one client."""

    def find(self, kid: str) -> Mapping[str, Verifier]:
        """Algorithm -> what verifies it, of the one key with this id; empty if there is none."""

    def state(self) -> str:
        """`OK`, or a word for what keeps the keys from being current. Asks for those that are due, without waiting."""

    def wait(self) -> None:
        """Until whatever was asked for has come, or is given up."""


class State:
    """One word on the keys of a client, of which every change is logged once; not that all is well from the start."""

    def __init__(self, client: str) -> None:
        self._client = client
        self.word = ""

    def set(self, word: str) -> None:
        """Say how things are now."""
        before, self.word = self.word or OK, word
        if word != before:
            log("client_keys", "info" if word == OK else "error", client=self._client, reason=word)


class FileKeys:
    """Keys from a file that is read again whenever it changed. A file that cannot be read ends no key.

    To shut a client out, write a set without keys: {"keys": []}.
    """

    def __init__(self, client: str, path: str, algorithms: Collection[str]) -> None:
        self._path = Path(path)
        self._algorithms = algorithms
        self._state = State(client)
        self._lock = Lock()
        self._keys: KeySet = {}
        self._stamp: object = ()
        self._renew()

    def find(self, kid: str) -> Mapping[str, Verifier]:
        """As of now."""
        self._renew()
        return self._keys.get(kid, {})

    def state(self) -> str:
        """As of now."""
        self._renew()
        return self._state.word

    def wait(self) -> None:
        """A file is read at once."""

    def _renew(self) -> None:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return
        with self._lock:
            if stamp == self._stamp:
                return
            try:
                with self._path.open("rb") as file:
                    self._keys = jwks.read(file.read(jwks.SET_BYTES + 1), self._algorithms)
            except OSError:
                self._state.set("unreadable")
            except jwks.NotKeys:
                self._state.set("not_keys")
            else:
                self._state.set(_word(self._keys))
            self._stamp = stamp


@dataclass(frozen=True, slots=True)
class _Held:
    """Keys as they were fetched, and until when (on the fetcher's clock) they are good without asking again."""

    keys: KeySet
    until: float


class FetchedKeys:
    """Keys from an address. They are fetched off the callers' path, one fetch at a time.

    Who needs a key that is not held starts a fetch and waits for it; who comes meanwhile does not. Keys past their
    time are asked for again, and used on while no answer comes, for an hour at most.
    """

    def __init__(
        self,
        client: str,
        algorithms: Collection[str],
        fetch: Callable[[], Reply],
        ticks: Callable[[], float],
        shelf: Shelf,
    ) -> None:
        """`fetch` ends within `FETCH_SECONDS`, with Unreadable if nothing came. `ticks`: a clock that never jumps."""
        self._algorithms = algorithms
        self._shelf = shelf
        self._fetch = fetch
        self._ticks = ticks
        self._state = State(client)
        self._lock = Lock()
        self._held = _Held({}, float("-inf"))
        self._asked = float("-inf")
        self._settled = True
        self._failed = False
        self._answered = Event()
        self._take_over()

    def find(self, kid: str) -> Mapping[str, Verifier]:
        """As of now; waits a moment, or for an unknown key as long as a fetch takes."""
        found = self._lasting(kid)
        if found and self._ticks() < self._held.until:
            return found
        answered = self._ask()
        if answered:
            answered.wait(MOMENT if found else FETCH_SECONDS)
        return self._lasting(kid)

    def state(self) -> str:
        """As of the last fetch."""
        if self._ticks() >= self._held.until:
            self._ask()
        return self._state.word or "not_read_yet"

    def wait(self) -> None:
        """Until the last fetch is through, if one was ever begun."""
        if not self._settled:
            self._answered.wait(FETCH_SECONDS)

    def _take_over(self) -> None:
        """Begin with what another process of this service fetched last."""
        left = self._shelf.get()
        if left is None:
            return
        try:
            self._held = _Held(jwks.read(left[0], self._algorithms), min(left[1], self._ticks() + HOUR))
        except jwks.NotKeys:
            return
        self._state.set(_word(self._held.keys))

    def _lasting(self, kid: str) -> Mapping[str, Verifier]:
        held = self._held
        return held.keys.get(kid, {}) if self._ticks() < held.until + HOUR else {}

    def _ask(self) -> Event | None:
        """Start a fetch unless it is too early for one; set when it is through."""
        now = self._ticks()
        with self._lock:
            rests = not self._settled or self._failed or now < self._held.until
            if rests and now < self._asked + COOLDOWN:
                return None
            self._asked = now
            self._settled = False
            answered = self._answered = Event()
        Thread(target=self._renew, args=(now, answered), daemon=True, name="keys").start()
        return answered

    def _renew(self, asked: float, answered: Event) -> None:
        held, word = None, "failed"
        try:
            held, word = self._read(asked)
        finally:
            with self._lock:
                latest = asked == self._asked
                if latest:
                    self._settled, self._failed = True, held is None
                    self._held = held or self._held
            if latest:
                self._state.set(word)
            answered.set()

    def _read(self, asked: float) -> tuple[_Held | None, str]:
        try:
            reply = self._fetch()
            if reply.status != HTTPStatus.OK:
                return None, "status"
            keys = jwks.read(reply.body, self._algorithms)
        except Unreadable as fault:
            return None, fault.reason
        except jwks.NotKeys:
            return None, "not_keys"
        until = asked + lifetime(reply.headers.get("Cache-Control", ""))
        self._shelf.put(reply.body, until)
        return _Held(keys, until), _word(keys)


def _word(keys: KeySet) -> str:
    return OK if keys else "no_usable_key"


def lifetime(cache_control: str) -> float:
    """For how many seconds keys are good that came with this header: at most an hour, which is also the default.

    Many servers forbid keeping anything at all, without a thought for keys. To ask at each call would strain both
    sides: those keys are good for the cooldown.
    """
    ages = [float(age) for age in _MAX_AGE.findall(cache_control)]
    seconds = 0.0 if _NOT_KEPT.search(cache_control) else min([*ages, HOUR])
    return seconds or COOLDOWN
