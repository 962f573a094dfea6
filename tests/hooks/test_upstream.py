"""Which FHIR servers may be read, for how many calls at once, and how one that does not answer is left alone."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from hooks import ehr, upstream
from hooks.outbound import Reach, Unreadable
from hooks.request import parse as request
from hooks.services import SERVICES
from hooks.site import Client, FhirServer
from hooks.upstream import FAILURES, LONGEST_REST, READ, REST, Upstream, Upstreams, seconds_of
from hooks.urls import base
from tests.calls import call, patient, sent
from tests.hooks.fhir_server import FhirServer as Stub
from tests.hooks.fhir_server import serving
from tests.hooks.wire import canary, raw, response

A = Client("a", fhir_servers=(FhirServer("https://fhir.ehr-a.net/r4"), FhirServer("http://127.0.0.1:9/x")))
B = Client("b", fhir_servers=(FhirServer("https://fhir.ehr-b.net"), FhirServer("https://fhir.ehr-a.net/r4")))


@pytest.fixture
def site(settings):
    return replace(settings, clients=(A, B))


@pytest.mark.hazard("T-20", "T-21")
@pytest.mark.parametrize(
    ("asked", "dialled"),
    [
        ("https://fhir.ehr-a.net/r4", "https://fhir.ehr-a.net/r4"),
        ("https://FHIR.ehr-a.net:443/r4/", "https://fhir.ehr-a.net/r4"),
        ("https://fhir.ehr-a.net", None),
        ("https://fhir.ehr-a.net/r4/x", None),
        ("http://fhir.ehr-a.net/r4", None),
        ("https://fhir.ehr-a.net/R4", None),
        ("https://fhir.ehr-a.net/r4?x", None),
        ("https://fhir.ehr-a.net/r4#x", None),
        ("https://fhir.ehr-a.net./r4", None),
        ("https://x@fhir.ehr-a.net/r4", None),
        ("https://fhir.ehr-a.net@evil.net/r4", None),
        ("https://fhir.ehr-a.net:443@evil.net/r4", None),
        ("https://fhir.ehr-a.net#@evil.net/r4", None),
        ("https://fhir.ehr-a.net\\@evil.net/r4", None),
        ("https://fhir.ehr-a.net.evil.net/r4", None),
        ("https://fhir.ehr-a.net%00.evil.net/r4", None),
        ("//fhir.ehr-a.net/r4", None),
        ("https://fhir.ehr-a.net/r4\r\nX: y", None),
        ("https://fhir.ehr-a.net\t/r4", None),
        ("https://fhir\u3002ehr-a.net/r4", None),
        ("https://fhir.ehr-a.net/r4/../r4", None),
        ("https://fhir.ehr-b.net", None),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        ("http://2130706433:9/x", None),
        ("http://[::ffff:127.0.0.1]:9/x", None),
        ("http://127.0.0.1:9", None),
        ("http://localhost:1/y", None),
        ("", None),
    ],
)
def test_only_the_servers_of_this_client_are_read(site, asked, dialled):
    found = Upstreams(replace(site, dev=False)).find(asked, A)
    assert (str(found.address) if found else None) == dialled


@pytest.mark.hazard("T-20")
@pytest.mark.parametrize("asked", ["http://localhost:9090/fhir", "http://127.0.0.1:1", "https://[::1]:8/x"])
def test_development_reads_this_machine(site, asked):
    upstreams = Upstreams(site)
    assert str(upstreams.find(asked, A).address) == asked
    assert upstreams.find(asked, A) is upstreams.find(asked, Client("x"))
    assert upstreams.find("http://10.0.0.1/fhir", A) is None
    assert upstreams.find("https://fhir.ehr-a.net/r4", Client("x")) is None


def test_states_have_names_of_ours_and_are_apart_for_each_client(site):
    upstreams = Upstreams(site)
    assert upstreams.states() == dict.fromkeys(("a/1", "a/2", "b/1", "b/2"), "closed")
    shared = "https://fhir.ehr-a.net/r4"
    upstreams.find("http://127.0.0.1:77/other", A)
    fail(upstreams.find(shared, A), FAILURES)
    assert upstreams.states() == {"a/1": "open", "a/2": "closed", "b/1": "closed", "b/2": "closed"}


def fail(server, times=1, word="connection"):
    for _ in range(times):
        with server.turn() as outcomes:
            outcomes.append(word)


def of(address, threads=8):
    return Upstream("a/1", base(address), Reach(loopback=True), threads)


def fetch(server, settings, seconds=1.0):
    """What became of the patient's record, in how many seconds."""
    asked = request(
        call(fhirServer=str(server.address), prefetch=sent(patient=...)), SERVICES["msc-liver-evaluation"], {}, 99
    )
    told = []
    started = time.monotonic()
    ehr.fill(asked, server, settings.limits, started + seconds, told.append)
    return told[0].outcome, time.monotonic() - started


@pytest.mark.hazard("F-23")
def test_a_dead_server_is_left_alone_and_found_again(settings, monkeypatch):
    monkeypatch.setattr(upstream, "REST", 0.2)
    stub = Stub([patient()], fails={"Patient": 500})
    with serving(stub) as alive:
        server = of(alive.base)
        assert [fetch(server, settings)[0] for _ in range(FAILURES)] == ["status 500"] * FAILURES
        asked = len(stub.seen)
        assert server.state() == "open"
        for _ in range(5):
            outcome, seconds = fetch(server, settings)
            assert outcome == "resting"
            assert seconds < 0.02
        assert len(stub.seen) == asked
        time.sleep(0.2)
        assert server.state() == "half-open"
        assert fetch(server, settings)[0] == "status 500"
        assert server.state() == "open"
        assert fetch(server, settings)[0] == "resting"
        stub.fails.clear()
        time.sleep(0.2)
        assert fetch(server, settings)[0] == READ
        assert server.state() == "closed"


@pytest.mark.hazard("F-23")
def test_one_call_alone_finds_out_whether_it_is_back(settings, monkeypatch):
    monkeypatch.setattr(upstream, "REST", 0.0)
    with canary() as dead:
        server = of(dead.base)
        fail(server, FAILURES)
        with server.turn(), pytest.raises(Unreadable, match="resting"), server.turn():
            pass
        found = []
        threads = [threading.Thread(target=lambda: found.append(fetch(server, settings, 0.2)[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == ["deadline"] + ["resting"] * 7
    assert dead.connections == 1


@pytest.mark.hazard("F-23")
def test_a_server_that_answers_is_not_dead(settings):
    server = of("https://fhir.ehr-a.net")
    fail(server, FAILURES - 1)
    fail(server, word=READ)
    fail(server, FAILURES - 1)
    assert server.state() == "closed"


@pytest.mark.hazard("F-11", "F-12")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_an_answer(settings, status):
    with serving(Stub([], fails={"Patient": status})) as alive:
        server = of(alive.base)
        for _ in range(FAILURES + 1):
            fetch(server, settings)
        assert server.state() == "closed"
        assert len(alive.seen) == FAILURES + 1


@pytest.mark.hazard("F-9", "F-23")
@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([READ, "deadline", "connection"], "closed"),
        (["deadline", "connection", "status 502"], "open"),
        (["unknown_host", "tls_verify_failed", "tls_failed"], "open"),
        (["status 404", "deadline"], "closed"),
        (["upstream_not_fhir"], "closed"),
        (["address_refused", "token_expired", "ca_file"], "closed"),
        ([], "closed"),
    ],
)
def test_a_call_counts_as_failed_if_nothing_was_answered(outcomes, state):
    server = of("https://fhir.ehr-a.net")
    for _ in range(FAILURES):
        with server.turn() as judged:
            judged.extend(outcomes)
    assert server.state() == state


@pytest.mark.hazard("F-10")
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("30", 29, 30),
        ("3600", LONGEST_REST - 1, LONGEST_REST),
        ("9" * 400, LONGEST_REST - 1, LONGEST_REST),
        ("soon", REST - 1, REST),
        ("-3", REST - 1, REST),
        ("DATE", 40, 45),
    ],
)
def test_a_server_that_asks_for_rest_gets_it_at_once(settings, status, header, least, most):
    header = header.replace("DATE", format_datetime(datetime.now(UTC) + timedelta(seconds=45), usegmt=True))
    with raw(response(b"", f"Retry-After: {header}", status=status)) as busy:
        server = of(busy.base)
        assert fetch(server, settings)[0] == f"status {status[:3]}"
        assert server.state() == "open"
        assert least < server._until - time.monotonic() <= most
        assert fetch(server, settings)[0] == "resting"
        assert len(busy.heard) == 1


@pytest.mark.hazard("F-10")
def test_too_many_requests_without_a_time_rest_as_long_as_a_failure(settings):
    with raw(response(b"", status="429 Too Many Requests")) as busy:
        server = of(busy.base)
        fetch(server, settings)
        assert REST - 1 < server._until - time.monotonic() <= REST


@pytest.mark.parametrize(
    "header",
    [
        "", " ", "x", "1e3", "0x1", "\u0663", "Mon, 99 Nov 2026 10:00:00 GMT", ",;", "0 0 0", "\x00",
        "Sun, 22 Nov 99999999999 10:00:00 GMT", "Sun, 22 Nov 2026 99999999999999999999:00:00 GMT",
        "Sun, 22 Nov 2026 10:00:00 +9999999999999", "Sun, 22 Nov 2026 1000:00 3999999999999",
    ],
)  # fmt: skip
def test_a_retry_after_that_says_nothing(header):
    assert seconds_of(header) == REST


def test_a_retry_after_in_the_past():
    assert seconds_of("Sun, 22 Nov 2020 10:00:00 GMT") == 0
    assert seconds_of("Sun, 22 Nov 2020 10:00:00 -0000") == 0
    assert seconds_of("0") == 0


@pytest.mark.hazard("F-10")
def test_another_answer_of_the_same_call_does_not_end_the_rest():
    server = of("https://fhir.ehr-a.net")
    with server.turn() as outcomes:
        server._rest(30)
        outcomes += ["status 429", READ]
    assert server.state() == "open"


@pytest.mark.hazard("F-9")
def test_a_passing_fault_is_tried_once_more(settings):
    stub = Stub([patient()])
    answers = iter([(500, {}), (200, patient())])
    stub.answer = lambda *_: next(answers)
    with serving(stub) as server:
        assert fetch(of(server.base), settings)[0] == READ
    assert len(stub.seen) == 2


@pytest.mark.hazard("F-9")
def test_nothing_is_tried_again_after_the_deadline(settings, monkeypatch):
    monkeypatch.setattr(upstream, "JITTER", (0.3, 0.3))
    with serving(Stub([], fails={"Patient": 500})) as server:
        outcome, seconds = fetch(of(server.base), settings, 0.2)
    assert (outcome, len(server.seen)) == ("status 500", 1)
    assert seconds < 0.2


@contextmanager
def occupied(server, times):
    """So many calls that have their turn and do not end."""
    go_on = threading.Event()
    ready = threading.Semaphore(0)

    def wait():
        with server.turn():
            ready.release()
            go_on.wait(5)

    threads = [threading.Thread(target=wait) for _ in range(times)]
    for thread in threads:
        thread.start()
        assert ready.acquire(timeout=2)
    try:
        yield
    finally:
        go_on.set()
        for thread in threads:
            thread.join()


@pytest.mark.hazard("T-53")
@pytest.mark.parametrize(
    ("threads", "failures", "places"), [(8, 0, 4), (8, 1, 2), (4, 0, 2), (4, 1, 1), (1, 0, 1), (1, 1, 1)]
)
def test_one_server_has_only_a_part_of_the_threads(settings, monkeypatch, threads, failures, places):
    with serving(Stub([patient()])) as alive:
        server = of(alive.base, threads)
        fail(server, failures)
        with occupied(server, places), monkeypatch.context() as patch:
            patch.setattr(ehr, "ThreadPoolExecutor", lambda *_: pytest.fail("a thread is made"))
            outcome, seconds = fetch(server, settings)
            assert outcome == "busy"
            assert seconds < 0.02
        assert alive.seen == []
        assert fetch(server, settings)[0] == READ
