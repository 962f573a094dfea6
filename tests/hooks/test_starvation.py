"""One EHR that hangs, and many callers of it: what a caller of another EHR notices. The real service, its workers."""

import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from hooks.serve import SILENCE
from tests.calls import call, patient, sent
from tests.hooks.fhir_server import FhirServer as Stub
from tests.hooks.fhir_server import serving
from tests.hooks.wire import canary
from tests.live import live
from tests.tokens import bearer, jwks, key

SLOW_CALLERS = 16
PROBES = 30
DEADLINE_MS = 450
WORKERS = 2
THREADS = 4
TABLES = {"server": {"workers": WORKERS, "threads": THREADS}, "limits": {"deadline_ms": DEADLINE_MS}}
SERVICE = "/cds-services/msc-liver-evaluation"


@contextmanager
def half_dead():
    """A FHIR server that finds the patient at once, and results never: it answers, so it is not left alone."""
    stub = Stub([patient()])
    finds = stub.answer
    end = threading.Event()

    def answer(method, path, parameters):
        if "Observation" in path:
            end.wait(10)
        return finds(method, path, parameters)

    stub.answer = answer
    with serving(stub):
        try:
            yield stub
        finally:
            end.set()


def client(name, base):
    return {
        "name": name,
        "issuer": f"https://{name}.hospital.net",
        "jwks_file": "keys.json",
        "allow_http_loopback": True,
        "fhir_server": [{"base_url": base}],
    }


class Caller:
    """Calls as one client, on one connection, with a token for each call."""

    def __init__(self, service, name, **changes):
        self.url = service.base + SERVICE
        self.issuer = f"https://{name}.hospital.net"
        self.body = call(**changes)
        self.session = requests.Session()

    def __call__(self):
        """Status and seconds of one call."""
        headers = bearer(key().token(self.url, iss=self.issuer))
        started = time.monotonic()
        answer = self.session.post(self.url, json=self.body, headers=headers, timeout=20)
        return answer.status_code, time.monotonic() - started


@contextmanager
def many(callers):
    """All of them call, again and again, until the block ends; what they were answered."""
    stop = threading.Event()
    answered = []

    def calls(at, caller):
        stop.wait(0.5 * at / SLOW_CALLERS)
        while not stop.is_set():
            answered.append(caller())
            stop.wait(0.5)

    threads = [threading.Thread(target=calls, args=each) for each in enumerate(callers)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def settled(service):
    """The threads of all workers, once no reading one can be among them."""
    time.sleep(0.1)
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in service.workers())


@pytest.mark.hazard("T-53", "F-7")
def test_an_ehr_that_hangs_costs_the_callers_of_another_nothing(tmp_path):
    (tmp_path / "keys.json").write_bytes(jwks(key()))
    with canary() as dead, half_dead() as slow:
        bases = {"dead": dead.base, "half-dead": slow.base, "quick": "http://127.0.0.1:1/fhir"}
        with live(tmp_path, [client(*each) for each in bases.items()], tables=TABLES) as service:
            at_rest = settled(service)
            quick = Caller(service, "quick")
            for name in ("dead", "half-dead"):
                reading = {"fhirServer": bases[name], "prefetch": sent(patient=..., labs=...)}
                with many(Caller(service, name, **reading) for _ in range(SLOW_CALLERS)) as of_the_slow:
                    of_the_quick = []
                    for _ in range(PROBES):
                        of_the_quick.append(quick())
                        time.sleep(0.02)
                assert {status for status, _ in of_the_quick} == {200}
                seconds = sorted(each for _, each in of_the_quick)
                assert seconds[int(len(seconds) * 0.95)] < 0.3
                assert {status for status, _ in of_the_slow} <= {412, 429, 503}
                assert sum(status == 412 for status, _ in of_the_slow) > SLOW_CALLERS
            assert settled(service) <= at_rest + WORKERS * THREADS


UNSAID = b"GET /livez HTT"
"""The beginning of a request whose rest never comes."""


@pytest.mark.parametrize(
    "sent", [b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"no HTTP\r\n\r\n", UNSAID]
)
def test_callers_that_do_not_hang_up_or_fall_silent_cost_the_others_little(tmp_path, sent):
    (tmp_path / "keys.json").write_bytes(jwks(key()))
    tables = {**TABLES, "server": {"workers": 1, "threads": THREADS}}
    lines = []
    with live(tmp_path, [client("quick", "http://127.0.0.1:1/fhir")], tables=tables) as service:
        try:
            for _ in range(THREADS):
                lines.append(socket.create_connection(("127.0.0.1", service.port), timeout=10))
                lines[-1].sendall(sent)
            time.sleep(0.2)
            started = time.monotonic()
            assert requests.get(f"{service.base}/livez", timeout=10).status_code == 200
            assert time.monotonic() - started < (SILENCE + 1 if sent == UNSAID else 1.5)
        finally:
            for line in lines:
                line.close()
