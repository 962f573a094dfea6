"""Who is calling? One token, judged against what the client that it names has registered, and spent.

The order is: the token's form, its issuer, its audience, its times, its signature, and last whether it was used
before. A token that names no registered issuer costs no cryptography, and nothing that a token says is ever dialled.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hooks import outbound
from hooks.outbound import Reply
from hooks.reach import Reach
from hooks.services import SERVICES, VALIDATION
from hooks.site import Client, Settings
from hooks.store import Spent
from hooks.trust import token as tokens
from hooks.trust.jwks import SET_BYTES
from hooks.trust.keys import FETCH_SECONDS, FetchedKeys, FileKeys, Keys
from hooks.trust.shelf import Shelf
from hooks.trust.token import LEEWAY, Token, Untrusted
from hooks.urls import parse

__all__ = ["Caller", "Gate", "Untrusted"]

KEPT = 2 * LEEWAY
"""For how many seconds past its end a token is remembered: the leeway, and as much for clocks of ours that differ."""

_FEEDBACK = "/feedback"


Spend = Callable[[str, str, str, int, int], Spent]
"""(client, issuer, token id, expires, now) -> Spent, atomically for all workers; StoreDown if nothing is known."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what of the token may be written down. `recent`: its calls in the last minute."""

    client: Client
    issuer: str = ""
    token_id: str = ""
    recent: int = 0


class Gate:
    """Lets in who proves to be a registered client. Safe to use from several threads; one for each process."""

    def __init__(
        self,
        settings: Settings,
        spend: Spend,
        now: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        folder: Path | None = None,
    ) -> None:
        """`now`: the time by which tokens are judged; `ticks`: that by which keys age, the same in all processes.

        `folder` is where the processes of this service leave fetched keys for each other.
        Keys at addresses are not read here, but by `warm`, or when a call first needs them.
        """
        self._url = settings.server.public_url
        paths = ("/cds-services", *(f"/cds-services/{id}{end}" for id in SERVICES for end in ("", _FEEDBACK)))
        self._ours = frozenset(self._url + path for path in (*paths, VALIDATION))
        self._clients = {(client.issuer, client.tenant): client for client in settings.clients}
        self._issuers = frozenset(client.issuer for client in settings.clients)
        self._keys = {client.name: _keys(client, ticks, folder) for client in settings.clients}
        self._spend = spend
        self._now = now

    def admit(self, authorizations: Sequence[str], endpoint: str, feedback: bool = False) -> Caller:
        """Who calls `endpoint` (a path, as "/cds-services/msc-liver-evaluation") with these Authorization headers.

        Untrusted if nobody proves it; StoreDown if it cannot be known whether the token was used before.
        """
        token = tokens.read(authorizations)
        client = self._clients.get((token.issuer, token.tenant))
        if client is None:
            raise Untrusted("unknown_tenant" if token.issuer in self._issuers else "unknown_issuer")
        now = int(self._now())
        try:
            self._judge(token, client, endpoint, feedback, now)
            recent = self._spent(token, client, now)
        except Untrusted as fault:
            fault.client, fault.token_id = client.name, token.id
            raise
        return Caller(client, token.issuer, token.id, recent)

    def states(self) -> Mapping[str, str]:
        """Client -> "ok" or a word for what is wrong with its keys. Fetches, without waiting, those that are due."""
        return {name: keys.state() for name, keys in self._keys.items()}

    def warm(self) -> None:
        """Have all keys at hand before the first call; without those that are not to be had in `FETCH_SECONDS`.

        Without it, of several calls that come at once to a new process only the first would find its key.
        """
        self.states()
        for keys in self._keys.values():
            keys.wait()

    def _judge(self, token: Token, client: Client, endpoint: str, feedback: bool, now: int) -> None:
        here = {self._url + endpoint, *client.extra_audiences}
        if feedback and client.feedback_accepts_service_audience:
            here.add(self._url + endpoint.removesuffix(_FEEDBACK))
        tokens.check_address(token, client)
        tokens.check_audience(token, here, self._ours, client.foreign_audiences)
        tokens.check_times(token, client.max_token_seconds, now)
        verifiers = self._keys[client.name].find(token.kid)
        if not verifiers:
            raise Untrusted("unknown_key")
        if token.algorithm not in verifiers:
            raise Untrusted("wrong_key")
        if not verifiers[token.algorithm].verifies(token.signed, token.signature):
            raise Untrusted("bad_signature")

    def _spent(self, token: Token, client: Client, now: int) -> int:
        spent = self._spend(client.name, token.issuer, token.id, token.expires + KEPT, now)
        if not spent.first:
            raise Untrusted("replayed")
        return spent.recent


def _keys(client: Client, ticks: Callable[[], float], folder: Path | None) -> Keys:
    if client.jwks_file:
        return FileKeys(client.name, client.jwks_file, client.algorithms)
    address = parse(client.jku)
    if address is None:
        raise ValueError(f"client {client.name}: jku is no address")
    if client.jku.partition("?")[0].endswith("/"):
        address = replace(address, path=address.path + "/")
    reach = Reach(any(server.allow_private for server in client.fhir_servers), client.allow_http_loopback)

    def fetch() -> Reply:
        headers = {"Accept": "application/jwk-set+json, application/json"}
        deadline = time.monotonic() + FETCH_SECONDS
        return outbound.get(
            address, headers=headers, deadline=deadline, cap=SET_BYTES, reach=reach, ca_file=client.ca_file
        )

    return FetchedKeys(client.name, client.algorithms, fetch, ticks, Shelf(folder, client.jku))
