"""The real service and callers who are not who they say: one answer for all of them, and nobody else is held up."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests import calls
from tests.hooks.key_server import KeyServer, serving_keys
from tests.hooks.wire import Canary, canary
from tests.live import EVALUATION, Live, ehr, issuer, live, signer
from tests.tokens import LEFT_OUT, bearer, claims_for, epic_token, key, sealed

FETCHED = key("RS384", "fetched+/key==")
FOLLOW_UP = "/cds-services/msc-liver-follow-up"


@dataclass
class Served:
    """A service with a client by file (ehr-a), by address (ehr-k), and by an address where nothing is (ehr-gone)."""

    service: Live
    keys: KeyServer
    evil: Canary

    @property
    def here(self) -> str:
        return self.service.base + EVALUATION

    def token(self, client: str = "ehr-a", header: dict[str, Any] | None = None, **claims: Any) -> str:
        return (FETCHED if client == "ehr-k" else signer(client)).token(
            claims.pop("aud", self.here), header, **{"iss": issuer(client), **claims}
        )

    def post(self, token: str, path: str = EVALUATION, **headers: str) -> requests.Response:
        return requests.post(
            self.service.base + path, json=calls.call(), headers={**bearer(token), **headers}, timeout=30
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as stack:
        keys = stack.enter_context(serving_keys(FETCHED))
        evil, gone = (stack.enter_context(canary()) for _ in range(2))
        loopback = {"allow_http_loopback": True}
        clients = [
            ehr(folder),
            {"name": "ehr-k", "issuer": issuer("ehr-k"), "jku": keys.jku, **loopback},
            {"name": "ehr-gone", "issuer": issuer("ehr-gone"), "jku": f"http://127.0.0.1:{gone.port}/", **loopback},
        ]
        limits = {"limits": {"deadline_ms": 10_000}, "server": {"threads": 8}}
        running = stack.enter_context(live(folder, clients, tables=limits))
        yield Served(running, keys, evil)
    assert evil.connections == 0


@pytest.mark.hazard("T-4", "T-7", "T-12")
def test_sound_tokens_are_let_in(served: Served) -> None:
    epic = epic_token(FETCHED, served.here, served.keys.jku, iss=issuer("ehr-k"))
    for token in (served.token(), served.token("ehr-k"), epic, served.token(aud=[served.here])):
        assert served.post(token).status_code == 200


@pytest.mark.hazard("F-22")
def test_a_service_runs_without_one_clients_keys_and_says_whose(served: Served) -> None:
    assert served.post(served.token("ehr-gone")).status_code == 401
    said = requests.get(served.service.base + "/readyz", timeout=5).json()
    assert (said["status"], list(said["degraded"])) == ("degraded", ["keys of ehr-gone"])
    alarms = served.service.events("client_keys")
    assert {(each["client"], each["level"]) for each in alarms} == {("ehr-gone", "error")}
    assert len(alarms) == 2, "one for each worker"


def wrong(served: Served) -> dict[str, str]:
    """Tokens that are refused, each for another reason."""
    now, here = int(time.time()), served.here
    stranger = key("ES384", "stranger")
    spent = served.token()
    assert served.post(spent).status_code == 200
    own = {"iss": issuer("ehr-a")}
    described = {"alg": "ES384", "typ": "JWT", "kid": signer("ehr-a").kid}
    return {
        "nothing": "",
        "no token": "x",
        "five parts": "a.b.c.d.e",
        "no signature": sealed({**described, "alg": "none"}, claims_for(here, **own), lambda _: b"\0"),
        "crit": served.token(header={"crit": ["x"]}),
        "no kid": served.token(header={"kid": LEFT_OUT}),
        "unknown kid": served.token(header={"kid": "?"}),
        "long kid": served.token(header={"kid": "k" * 3000}),
        "other key": stranger.token(here, {"kid": signer("ehr-a").kid}, **own),
        "unknown issuer": served.token(iss="https://nobody.hospital.org"),
        "tenant": served.token(tenant="north"),
        "jku": served.token("ehr-k", {"jku": f"http://127.0.0.1:{served.evil.port}/jwks"}),
        "audience": served.token(aud=served.service.base + FOLLOW_UP),
        "foreign audience": served.token(aud=["https://evil.org", here]),
        "expired": served.token(iat=now - 8000, exp=now - 7700),
        "future": served.token(iat=now + 8000, exp=now + 8300),
        "skewed": served.token(iat=now - 3600, exp=now - 3300),
        "ten years": served.token(exp=now + 315_360_000),
        "text": served.token(exp="9999"),
        "no jti": served.token(jti=LEFT_OUT),
        "deep": sealed(b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}", claims_for(here, **own), lambda _: b"\0"),
        "twice": sealed(described, b'{"exp":1,"exp":2}', lambda _: b"\0"),
        "spent": spent,
    }


@pytest.mark.hazard("T-1", "T-11", "T-13", "T-14", "T-15", "T-16")
def test_every_refusal_is_the_same(served: Served) -> None:
    seen = set()
    for name, token in wrong(served).items():
        answer = served.post(token)
        assert answer.status_code == 401, name
        own = answer.headers.pop("X-Correlation-Id")
        answer.headers.pop("Date")
        seen.add((answer.text.replace(own, "-"), tuple(answer.headers.items())))
    assert len(seen) == 1
    [(body, headers)] = seen
    assert dict(headers)["WWW-Authenticate"] == "Bearer"
    assert served.post(served.token()).status_code == 200
    reasons = {event.get("refused") for event in served.service.events("request") if event["status"] == 401}
    assert reasons >= {
        "malformed", "unknown_issuer", "unknown_tenant", "wrong_jku", "wrong_audience", "foreign_audience", "lifetime",
        "expired", "not_yet_valid", "clock_skew?", "unknown_key", "bad_signature", "replayed", "wrong_algorithm",
    }  # fmt: skip
    assert not any(reason in body for reason in reasons if reason)


def raw_post(served: Served, *headers: bytes) -> int:
    """The status of a call with exactly these further header lines."""
    with socket.create_connection(("127.0.0.1", served.service.port), timeout=10) as line:
        head = [b"POST " + EVALUATION.encode() + b" HTTP/1.1", b"Host: 127.0.0.1", b"Content-Type: application/json"]
        line.sendall(b"\r\n".join([*head, b"Content-Length: 2", b"Connection: close", *headers, b"", b"{}"]))
        return int(line.makefile("rb").readline().split()[1])


@pytest.mark.hazard("T-15")
def test_there_is_one_authorization_or_none(served: Served) -> None:
    one, two = (f"Authorization: Bearer {served.token()}".encode() for _ in range(2))
    assert raw_post(served, one) == 400, "let in: the body is no hook call"
    one = f"Authorization: Bearer {served.token()}".encode()
    for lines in ([], [one, two], [one, one], [b"Authorization: Basic eDp5", one], [one, b"authorization: x"]):
        assert raw_post(served, *lines) == 401
    assert raw_post(served, one.replace(b"Authorization", b"X-Authorization")) == 401
    assert raw_post(served, one + b"\xff") == 401
    assert raw_post(served, b"Authorization: Bearer " + b"a" * 8300) in {400, 401, 431}
    assert raw_post(served, one) == 400, "none of these spent it"


@pytest.mark.hazard("T-13", "T-19")
def test_the_audience_is_not_where_a_caller_says_it_is(served: Served) -> None:
    evil = "https://evil.org" + EVALUATION
    said = {"X-Forwarded-Host": "evil.org", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/x"}
    assert served.post(served.token(aud=evil), **said).status_code == 401
    assert served.post(served.token(aud=evil), Host="evil.org").status_code in {400, 401}
    assert served.post(served.token(), **said).status_code == 200


@pytest.mark.hazard("T-8")
def test_a_flood_of_unknown_keys_does_not_reach_the_clients_server(served: Served) -> None:
    made = [served.token("ehr-k", {"kid": f"random-{at}"}) for at in range(200)]
    before = served.keys.hits
    with ThreadPoolExecutor(4) as pool:
        flood = [pool.submit(served.post, token) for token in made]
        waited = []
        for client in ("ehr-a", "ehr-k") * 4:
            token = served.token(client)
            started = time.perf_counter()
            assert served.post(token).status_code == 200
            waited.append(time.perf_counter() - started)
        assert {each.result().status_code for each in flood} == {401}
    assert sorted(waited)[len(waited) // 2] < 1.0, "who waits for a server of keys waits twice as long"
    assert served.keys.hits - before <= 2
