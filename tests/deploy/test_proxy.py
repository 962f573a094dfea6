"""The proxy that is shipped, before the real service: callers who take their time hold none of its threads (T-50)."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from ssl import SSLSocket

import pytest
import requests

from tests.calls import call
from tests.deploy.proxy import Proxy, nginx, proxy
from tests.live import EVALUATION, Live, ehr, free_port, issuer, live, signer
from tests.tokens import bearer

SLOW = 60
"""Callers of each kind who take their time."""
PAUSE = 0.3
THREADS = 2
HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, Proxy]]:
    nginx()
    folder = tmp_path_factory.mktemp("service")
    port = free_port()
    server = {
        "public_url": f"https://127.0.0.1:{port}",
        "operations_bind": f"127.0.0.1:{free_port()}",
        "workers": 1,
        "threads": THREADS,
        "trusted_hops": 1,
    }
    tables = {"server": server, "limits": {"requests_per_minute": 100_000}}
    with (
        live(folder, [ehr(folder)], tables=tables) as service,
        proxy(folder / "proxy", [service.port], port) as front,
    ):
        yield service, front


def ask(front: Proxy) -> requests.Response:
    """One call with a token of its own, over TLS."""
    url = f"{front.base}{EVALUATION}"
    headers = bearer(signer("ehr-a").token(url, iss=issuer("ehr-a")))
    return requests.post(url, json=call(), headers=headers, verify=front.trusted, timeout=20)


def connections(port: int) -> int:
    """How many connections a server on this port of loopback has at this moment."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    here, established = f"0100007F:{port:04X}", "01"
    return sum(line.split()[1] == here and line.split()[3] == established for line in lines)


@contextmanager
def slow_callers(front: Proxy) -> Iterator[tuple[list[SSLSocket], set[int]]]:
    """Half of them never end their head, half never end their body; also the places of those that were given up."""
    head = HEAD % EVALUATION.encode()
    callers = [front.connect() for _ in range(2 * SLOW)]
    gone: set[int] = set()
    for caller in callers[SLOW:]:
        caller.sendall(head + b"\r\n{")
    for caller in callers[:SLOW]:
        caller.sendall(head)
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(PAUSE):
            for at, caller in enumerate(callers):
                try:
                    caller.sendall(b"x" if at < SLOW else b" ")
                except OSError:
                    gone.add(at)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield callers, gone
    finally:
        stop.set()
        thread.join()
        for caller in callers:
            caller.close()


@pytest.mark.hazard("T-50")
def test_callers_who_take_their_time_hold_no_thread_of_the_service(behind: tuple[Live, Proxy]) -> None:
    service, front = behind
    assert ask(front).json()["cards"]
    with slow_callers(front) as (_, gone):
        began, seconds, held = time.monotonic(), [], 0
        while time.monotonic() - began < 7:
            started = time.monotonic()
            assert ask(front).status_code == 200
            seconds.append(time.monotonic() - started)
            held = max(held, connections(service.port))
            time.sleep(0.05)
        assert len(seconds) > 20
        seconds.sort()
        assert seconds[int(0.95 * len(seconds))] < 0.5, seconds[-5:]
        assert held <= THREADS, "the proxy passed on what was not whole"
        assert gone >= set(range(SLOW)), "whoever does not end the head is given up"


def test_a_caller_who_falls_silent_is_given_up(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    began = time.monotonic()
    with front.connect() as caller:
        caller.settimeout(15)
        caller.sendall(HEAD % EVALUATION.encode() + b"\r\n{")
        answer = b""
        with suppress(ConnectionError):
            answer = caller.recv(4096)
    assert time.monotonic() - began < 10
    assert not answer.startswith(b"HTTP/1.1 2")


def test_what_is_larger_than_any_call_goes_no_further(behind: tuple[Live, Proxy]) -> None:
    service, front = behind
    before = len(service.events("request"))
    answer = requests.post(
        f"{front.base}{EVALUATION}", data=b" " * 6_500_000, verify=front.trusted, timeout=20, stream=True
    )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert len(service.events("request")) == before


def test_what_the_service_says_passes_unchanged(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    refused = requests.post(f"{front.base}{EVALUATION}", json=call(), verify=front.trusted, timeout=20)
    assert refused.status_code == 401
    assert refused.json()["issue"][0]["diagnostics"] != "The proxy did not pass this on."
    assert refused.headers["Cache-Control"] == "no-store"


def test_a_large_chart_passes(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    url = f"{front.base}{EVALUATION}"
    headers = bearer(signer("ehr-a").token(url, iss=issuer("ehr-a"))) | {"Content-Type": "application/json"}
    chart = json.dumps(call()).encode() + b" " * 4_000_000
    answer = requests.post(url, data=chart, headers=headers, verify=front.trusted, timeout=20)
    assert answer.status_code == 200, answer.text


@pytest.mark.hazard("T-55", "T-60")
def test_callers_see_nothing_of_operations_and_are_told_to_stay_with_tls(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    for path in ("/metrics", "/readyz"):
        assert requests.get(front.base + path, verify=front.trusted, timeout=20).status_code == 404
    answer = requests.get(f"{front.base}/cds-services", verify=front.trusted, timeout=20)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.hazard("T-56")
def test_plain_http_is_not_sent_on_to_https(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    answer = requests.get(f"http://127.0.0.1:{front.port}/cds-services", timeout=20, allow_redirects=False)
    assert answer.status_code == 400


def test_the_log_of_the_proxy_holds_no_address_that_was_asked_for(behind: tuple[Live, Proxy]) -> None:
    _, front = behind
    requests.get(f"{front.base}/cds-services?name=Mustermann", verify=front.trusted, timeout=20)
    assert "Mustermann" not in (front.folder / "access.log").read_text()
    assert (front.folder / "access.log").read_text()


def test_without_a_service_the_answer_is_an_outcome(tmp_path: Path) -> None:
    with proxy(tmp_path, [free_port()]) as front:
        answer = requests.get(f"{front.base}/cds-services?name=Mustermann", verify=front.trusted, timeout=20)
    assert answer.status_code == 502
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "Mustermann" not in (tmp_path / "error.log").read_text()
    assert " 502 " in (tmp_path / "access.log").read_text()
