"""Calls of registered clients whose EHR fails, lies or leads astray: what is answered, who is dialled, what is told."""

import json
import logging
import re
import socket
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from hooks import strict_json, upstream
from hooks.app import create_app
from hooks.app.access import Caller
from hooks.ehr import NOT_FHIR
from hooks.site import Client, FhirServer
from tests.calls import ME, bundle, call, condition, labs, patient, sent
from tests.hooks.fhir_server import FhirServer as Stub
from tests.hooks.fhir_server import serving
from tests.hooks.wire import canary, certificate, raw, response
from tests.oracles import meld_number_in

LABS = [entry["resource"] for entry in labs()["entry"]]
CHART = [patient(), *LABS, condition(1, "K74.60")]
TOKEN = "ZZt0ken.s3cret"


class ByName:
    """Takes the Authorization header for the name of the client."""

    def __init__(self, clients):
        self.clients = {client.name: client for client in clients}

    def admit(self, authorizations, endpoint, feedback=False):
        return Caller(self.clients[authorizations[0]])


@pytest.fixture
def site(settings, store):
    """Make a service in production mode: name of a client -> base of its FHIR server (or the record itself)."""

    def make(ca_file="", deadline_ms=2000, loopback=True, **bases):
        clients = tuple(
            Client(
                name,
                fhir_servers=(base if isinstance(base, FhirServer) else FhirServer(base),),
                allow_http_loopback=loopback,
                ca_file=ca_file,
            )
            for name, base in bases.items()
        )
        limits = replace(settings.limits, deadline_ms=deadline_ms)
        own = replace(settings, dev=False, now=settings.now, clients=clients, limits=limits)
        http = create_app(own, store, ByName(clients)).test_client()

        def post(client="a", service="msc-liver-evaluation", **changes):
            body = call(service, **changes)
            return http.post(f"/cds-services/{service}", json=body, headers={"Authorization": client})

        return post

    return make


def token(value=TOKEN, **more):
    return {"access_token": value, "token_type": "Bearer", "expires_in": 60, "scope": "x", "subject": "us", **more}


def scores(answer):
    (assessment, *_) = [card["extension"]["io.github.hepar-cds.assessment"] for card in answer.get_json()["cards"]]
    return {score["id"]: score for score in assessment["scores"]}


def unread(capsys):
    """What the last call's line in the log says of keys that could not be read."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line.get("unread", "") for line in lines if line["event"] == "request"][-1]


@pytest.mark.hazard("T-20")
@pytest.mark.requirement("A-5")
def test_a_server_that_is_not_this_clients_is_never_dialled(site):
    with canary() as counted, canary() as of_b:
        post = site(a="https://fhir.ehr-a.net/r4", b=of_b.base)
        for server in (counted.base, of_b.base, of_b.base + "/"):
            access = {"fhirServer": server, "fhirAuthorization": token()}
            assert post(**access).status_code == 200
            assert post(**access, prefetch=sent(vitals=...)).status_code == 200
            for missing in ("patient", "labs"):
                assert post(**access, prefetch=sent(**{missing: ...})).status_code == 412
    assert (counted.connections, of_b.connections) == (0, 0)


TRICKS = [
    "http://GOOD@EVIL", "http://GOOD#@EVIL", "http://GOOD\\@EVIL", "http://GOOD%00.EVIL", "//EVIL", "http:EVIL",
    "http://EVIL\t/fhir", "http://EVIL\r\n/fhir", "\thttp://EVIL", "http://EVIL#/fhir", "http://EVIL?/fhir",
    "http://[::ffff:127.0.0.1]:PORT/fhir", "http://2130706433:PORT/fhir", "http://127\u30020.0.1:PORT/fhir",
    "http://0x7f.1:PORT/fhir", "http://localhost:PORT/fhir", "http://127.0.0.1.:PORT/fhir", "ftp://EVIL", "x" * 2048,
]  # fmt: skip


@pytest.mark.hazard("T-21")
def test_no_trick_of_an_address_leads_elsewhere(site):
    with canary() as counted:
        post = site(a="http://127.0.0.1:1/fhir")
        evil = f"127.0.0.1:{counted.port}"
        for trick in TRICKS:
            asked = trick.replace("GOOD", "127.0.0.1:1").replace("EVIL", evil).replace("PORT", str(counted.port))
            assert post(fhirServer=asked, fhirAuthorization=token()).status_code == 200
            answer = post(fhirServer=asked, fhirAuthorization=token(), prefetch=sent(labs=...))
            assert answer.status_code == 412
            assert evil not in answer.text
    assert counted.connections == 0


@pytest.mark.hazard("T-22")
def test_a_redirect_ends_the_read(site, capsys):
    with canary() as counted, raw(response(b"", f"Location: {counted.base}", status="302 Found")) as server:
        post = site(a=server.base)
        answer = post(fhirServer=server.base, fhirAuthorization=token(), prefetch=sent(labs=...))
        assert answer.status_code == 412
    assert counted.connections == 0
    assert unread(capsys) == "labs (status 302)"


@pytest.mark.hazard("T-23")
@pytest.mark.parametrize("where", ["http://127.0.0.1:{port}/fhir", "{base}/../admin", "http://127.0.0.1:{own}/admin"])
def test_a_next_page_elsewhere_is_neither_read_nor_forgotten(site, where):
    stub = Stub(CHART, page=1)
    with canary() as counted, serving(stub) as server:
        own = server.base.split(":")[2].partition("/")[0]
        stub.next_base = where.format(port=counted.port, base=server.base, own=own)
        post = site(a=server.base)
        assert post(fhirServer=server.base, prefetch=sent(labs=...)).status_code == 412
        stub.resources = [*CHART, condition(2, "K76.7")]
        answer = post(fhirServer=server.base, prefetch=sent(conditions=...))
        assert answer.status_code == 200
        assert "NOT_RETRIEVED" in answer.text
        assert not any("admin" in path for _, path, _ in stub.seen)
    assert counted.connections == 0


@pytest.mark.hazard("T-23", "F-17")
def test_a_page_that_follows_itself_ends(site):
    with serving(Stub([])) as server:
        link = [{"relation": "next", "url": f"{server.base}/Observation?patient={ME}"}]
        server.answer = lambda *_: (200, bundle(*LABS, link=link))
        started = time.monotonic()
        assert site(a=server.base)(fhirServer=server.base, prefetch=sent(labs=...)).status_code == 412
        assert time.monotonic() - started < 1
        assert len(server.seen) == 2


@pytest.mark.hazard("T-24")
@pytest.mark.parametrize(
    ("address", "allow_private", "dialled"),
    [("10.0.0.1", False, False), ("10.0.0.1", True, True), ("169.254.169.254", True, False), ("fd00::1", False, False)],
)
def test_a_name_of_the_house_needs_to_be_allowed(site, monkeypatch, capsys, address, allow_private, dialled):
    seen = []

    def connect(self, where):
        seen.append(where[0])
        raise ConnectionRefusedError

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **more: real(address, port, **more))
    monkeypatch.setattr("hooks.outbound.Timed.connect", connect)
    base = "https://fhir.ehr-a.net/r4"
    post = site(a=FhirServer(base, allow_private), loopback=False)
    assert post(fhirServer=base, prefetch=sent(labs=...)).status_code == 412
    assert bool(seen) is dialled
    assert unread(capsys) == ("labs (connection)" if dialled else "labs (address_refused)")


@pytest.mark.hazard("T-24")
def test_this_machine_is_dialled_only_with_the_switch(site, capsys, tmp_path):
    made = certificate(tmp_path)
    with raw(response(b"{}"), tls=made.server()) as server:
        post = site(a=server.base, loopback=False, ca_file=str(made.file))
        assert post(fhirServer=server.base, prefetch=sent(labs=...)).status_code == 412
    assert server.heard == []
    assert unread(capsys) == "labs (address_refused)"


@pytest.mark.hazard("T-25")
def test_a_certificate_that_nobody_vouches_for_ends_the_read(site, capsys, tmp_path):
    made = certificate(tmp_path)
    asked = {"fhirAuthorization": token(), "prefetch": sent(labs=...)}
    with raw(response(json.dumps(labs()).encode()), tls=made.server()) as server:
        assert site(a=server.base)(fhirServer=server.base, **asked).status_code == 412
        assert unread(capsys) == "labs (tls_verify_failed)"
        assert server.heard == []
        trusting = site(a=server.base, ca_file=str(made.file))
        assert trusting(fhirServer=server.base, **asked).status_code == 200
    assert len(server.heard) == 1


@pytest.mark.hazard("T-27")
def test_nothing_that_stands_in_a_resource_is_dialled(site):
    with canary() as counted:
        there = f"http://127.0.0.1:{counted.port}/fhir"
        trapped = [
            {
                **each,
                "hasMember": [{"reference": f"{there}/Observation/1"}],
                "derivedFrom": [{"reference": f"{there}/Binary/1"}, {"reference": "urn:uuid:1"}],
                "performer": [{"reference": f"{there}/Practitioner/1"}],
                "extension": [{"url": there, "valueUrl": there}],
            }
            for each in LABS
        ]
        record = patient(
            photo=[{"url": f"{there}/Binary/2"}],
            generalPractitioner=[{"reference": f"{there}/Practitioner/2"}],
            link=[{"other": {"reference": f"{there}/Patient/9"}, "type": "seealso"}],
            contained=[{"resourceType": "Binary", "id": "b", "contentType": "x"}],
            meta={"profile": [there], "source": there},
        )
        whole = sent(patient=record, labs=bundle(*trapped))
        with serving(Stub([record, *trapped, condition(1, "K74.60")])) as server:
            post = site(a=server.base)
            assert post(fhirServer=server.base, prefetch=whole).status_code == 200
            assert server.seen == []
            assert post(fhirServer=server.base, prefetch=...).status_code == 200
            assert len(server.seen) == 7
    assert counted.connections == 0


@pytest.mark.hazard("T-28")
@pytest.mark.requirement("A-2")
def test_a_token_is_told_to_nobody_but_its_server(site, capsys, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    with serving(Stub(CHART, token=TOKEN)) as server:
        post = site(a=server.base)
        asked = {"fhirServer": server.base, "prefetch": ...}
        answers = [
            post(**asked, fhirAuthorization=token()),
            post(**asked, fhirAuthorization=token(TOKEN + "x")),
            post(**asked, fhirAuthorization=token(token_type=TOKEN)),
            post(**asked, fhirAuthorization=token(patient="p-2")),
            post(prefetch=sent(), fhirAuthorization=token()),
        ]
        assert [each.status_code for each in answers] == [200, 412, 400, 400, 400]
        asked_for = len(server.seen)

        def broken(*_):
            raise RuntimeError(TOKEN)

        monkeypatch.setattr(strict_json, "read", broken, raising=True)
        monkeypatch.setattr("hooks.ehr.strict_json.read", broken)
        answers.append(post(**asked, fhirAuthorization=token()))
        assert answers[-1].status_code == 500
    assert asked_for == 14
    said = capsys.readouterr()
    everything = said.out + said.err + caplog.text + "".join(each.text for each in answers)
    assert TOKEN not in everything


@pytest.mark.hazard("T-28")
def test_the_next_patients_call_carries_its_own_token(site):
    with serving(Stub(CHART)) as server:
        post = site(a=server.base)
        post(fhirServer=server.base, prefetch=sent(labs=...), fhirAuthorization=token("first"))
        other = {"userId": "Practitioner/1", "patientId": "p-2"}
        post(fhirServer=server.base, prefetch=..., context=other, fhirAuthorization=token("second"))
        post(fhirServer=server.base, prefetch=sent(labs=...))
    tokens = [(("p-2" in path), given) for _, path, given in server.seen]
    assert tokens == [(False, "Bearer first"), *[(True, "Bearer second")] * 7, (False, "")]


@pytest.mark.hazard("T-28")
def test_a_token_is_not_sent_after_it_expired(site, capsys):
    with serving(Stub(CHART)) as server:
        post = site(a=server.base)
        slow = threading.Event()
        answer = server.answer
        server.answer = lambda *given: (slow.wait(1.05), (500, {}))[1] if not slow.is_set() else answer(*given)
        assert (
            post(fhirServer=server.base, prefetch=sent(labs=...), fhirAuthorization=token(expires_in=1)).status_code
            == 412
        )
    assert len(server.seen) == 1
    assert unread(capsys) == "labs (token_expired)"


NO_IDS = [
    "1/../../Observation", "1?_include=*", "1&_count=10000", "1%0d%0aX:", "1\r\nX: y", "Patient/1", "1#x", "", " 1",
    "1\n", "\u0661", "a" * 65, "a" * 10_240, ["p-1"], {"id": "p-1"}, 1, True,
]  # fmt: skip


@pytest.mark.hazard("T-32")
@pytest.mark.parametrize("member", ["patientId", "encounterId"])
def test_an_id_that_is_none_reaches_no_server(site, member):
    with serving(Stub(CHART)) as server:
        post = site(a=server.base)
        for id in NO_IDS:
            context = {"userId": "Practitioner/1", "patientId": ME, member: id}
            assert post(fhirServer=server.base, prefetch=..., context=context).status_code == 400, id
    assert server.seen == []


def resident():
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.hazard("T-35", "F-18")
@pytest.mark.parametrize("head", ["Content-Encoding: gzip\r\n", "", "Content-Length: 104857600\r\n"])
def test_a_flood_is_cut_off_at_the_cap(site, head):
    """100 MB, or what unpacks to as much."""
    piece = bytes(65536)
    said = []
    listener = socket.create_server(("127.0.0.1", 0))

    def flood():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
                for _ in range(1600):
                    connection.sendall(piece)
                    said.append(len(piece))
            except OSError:
                return

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/fhir"
    post = site(a=base)
    post(prefetch=sent())
    before = resident()
    started = time.monotonic()
    assert post(fhirServer=base, prefetch=sent(labs=...)).status_code == 412
    assert time.monotonic() - started < 2
    assert resident() - before < 50_000_000
    thread.join(2)
    listener.close()
    assert sum(said) < 20_000_000


def settle(count, seconds=1.0):
    """Wait until no more threads run than these."""
    end = time.monotonic() + seconds
    while threading.active_count() > count and time.monotonic() < end:
        time.sleep(0.005)
    return threading.active_count()


@pytest.mark.hazard("F-7", "F-8")
@pytest.mark.parametrize("pause", [5.0, 0.1], ids=["silent", "dripping"])
def test_a_slow_ehr_costs_the_deadline_and_nothing_more(site, pause):
    with raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000, pause=pause, piece=1) as server:
        post = site(a=server.base, deadline_ms=450)
        post()
        base = threading.active_count() - len(server.heard)
        started = time.monotonic()
        answer = post(fhirServer=server.base, prefetch=...)
        spent = time.monotonic() - started
        assert answer.status_code == 412
        assert 0.35 < spent < 0.5
        readers = [thread for thread in threading.enumerate() if thread.name.startswith("read")]
        for thread in readers:
            thread.join(0.05)
        assert not any(thread.is_alive() for thread in readers)
        assert len(server.heard) == 7
    assert settle(base) <= base
    assert server.closed_by_caller == 7


FAULTS = {
    "F-9 500": (response(b"{}", status="500 No"), "status 500"),
    "F-9 502": (response(b"<html>", status="502 No"), "status 502"),
    "F-9 503": (response(b"", status="503 No"), "status 503"),
    "F-10": (response(b"", "Retry-After: 30", status="429 No"), "status 429"),
    "F-11 401": (response(b"{}", status="401 No"), "token_refused"),
    "F-11 403": (response(b"{}", status="403 No"), "scope_refused"),
    "F-12": (response(b"{}", status="404 No"), "status 404"),
    "F-13 cut": (response(json.dumps(labs()).encode()[:-200], length=9999), "connection"),
    "F-13 short": (response(json.dumps(labs()).encode(), length=700), "upstream_not_fhir"),
    "F-13 chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{}", "connection"),
    "F-13 head": (b"HTTP/1.1 200 OK\r\nContent-Le", "upstream_not_fhir"),
    "F-14 page": (response(b"<html>log in</html>", "Content-Type: text/html"), "upstream_not_fhir"),
    "F-14 text": (response(b"OK", "Content-Type: text/plain"), "upstream_not_fhir"),
    "F-14 empty": (response(b""), "upstream_not_fhir"),
    "F-15": (response(b'{"resourceType": "OperationOutcome", "issue": []}'), "refused"),
    "F-17": (response(json.dumps(bundle(total=9)).encode()), "incomplete"),
}


@pytest.mark.hazard("F-9", "F-10", "F-11", "F-12", "F-13", "F-14", "F-15", "F-17")
@pytest.mark.parametrize("key", ["patient", "labs", "medications"])
def test_a_fault_of_the_ehr_is_never_an_answer(site, capsys, key):
    with ExitStack() as stack:
        servers = {fault: stack.enter_context(raw(answer)) for fault, (answer, _) in FAULTS.items()}
        post = site(**{fault: server.base for fault, server in servers.items()})
        for fault, (_, word) in FAULTS.items():
            asked = {"fhirServer": servers[fault].base, "fhirAuthorization": token(), "prefetch": sent(**{key: ...})}
            said = post(fault, **asked)
            assert unread(capsys) == f"{key} ({word})", fault
            assert len(servers[fault].heard) == (2 if word in upstream.RETRIED else 1), fault
            if key == "medications":
                assert said.status_code == 200
                assert "ANTICOAGULANT_UNKNOWN" in scores(said)["meld-3.0"]["reasons"]
            else:
                assert said.status_code == 412
                assert said.get_json()["issue"][0]["expression"] == [f"prefetch.{key}"]
                assert not meld_number_in(said.text)


@pytest.mark.hazard("F-15")
@pytest.mark.parametrize(
    ("issue", "status"),
    [
        ({"severity": "error", "code": "processing"}, 412),
        ({"severity": "warning", "code": "too-costly"}, 412),
        ({"severity": "warning", "code": "incomplete"}, 412),
        ({"severity": "information", "code": "informational"}, 200),
    ],
)
def test_an_outcome_beside_the_results_that_says_some_are_missing(site, issue, status):
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}
    body = {**labs(), "entry": [*labs()["entry"], outcome]}
    with raw(response(json.dumps(body).encode())) as server:
        assert site(a=server.base)(fhirServer=server.base, prefetch=sent(labs=...)).status_code == status


@pytest.mark.hazard("F-15")
def test_nothing_found_said_with_an_outcome_is_an_answer(site):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing"}]}
    body = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    body["entry"] = [{"resource": outcome, "search": {"mode": "outcome"}}]
    with raw(response(json.dumps(body).encode())) as server:
        said = site(a=server.base)(fhirServer=server.base, prefetch=sent(labs=...))
    assert "MISSING_INR" in scores(said)["meld-3.0"]["reasons"]


@pytest.mark.hazard("F-16", "C-10", "C-11")
@pytest.mark.requirement("A-4")
@pytest.mark.parametrize("fault", [{"fails": {"MedicationRequest": 403, "Procedure": 500}}, {"html": "Procedure"}])
def test_a_part_that_fails_is_unknown_and_not_none(site, fault):
    with serving(Stub(CHART, **fault)) as server:
        said = site(a=server.base)(fhirServer=server.base, prefetch=...)
    assert said.status_code == 200
    found = scores(said)["meld-3.0"]
    assert "DIALYSIS_UNKNOWN" in found["reasons"]
    assert ("ANTICOAGULANT_UNKNOWN" in found["reasons"]) is ("fails" in fault)
    assert "range" in found
    assert not {"value", "unrounded", "uncapped"} & set(found)


@pytest.mark.hazard("F-16")
def test_results_that_come_on_pages_of_which_one_fails_are_no_results(site):
    stub = Stub(CHART, page=2)
    with serving(stub) as server:
        whole = stub.answer

        def answer(method, path, parameters):
            return (500, {}) if parameters.get("_offset") == ["4"] else whole(method, path, parameters)

        stub.answer = answer
        said = site(a=server.base)(fhirServer=server.base, prefetch=sent(labs=...))
    assert said.status_code == 412
    assert not meld_number_in(said.text)


@pytest.mark.hazard("F-23")
def test_while_a_server_is_left_alone_calls_are_answered_at_once(site, capsys, monkeypatch):
    monkeypatch.setattr(upstream, "REST", 0.3)
    stub = Stub(CHART)
    dead = threading.Event()
    dead.set()
    whole = stub.answer
    stub.answer = lambda *given: (503, {}) if dead.is_set() else whole(*given)
    with serving(stub) as server, serving(Stub(CHART)) as other:
        post = site(a=server.base, b=other.base)
        asked = {"prefetch": sent(labs=...)}
        for _ in range(upstream.FAILURES):
            assert post(fhirServer=server.base, **asked).status_code == 412
        seen = len(stub.seen)
        started = time.monotonic()
        assert post(fhirServer=server.base, **asked).status_code == 412
        assert time.monotonic() - started < 0.03
        assert unread(capsys) == "labs (resting)"
        assert len(stub.seen) == seen
        assert post("b", fhirServer=other.base, **asked).status_code == 200
        assert post(fhirServer=server.base).status_code == 200
        dead.clear()
        time.sleep(0.3)
        assert post(fhirServer=server.base, **asked).status_code == 200


@pytest.mark.hazard("T-53")
def test_where_too_many_wait_a_required_key_is_a_412_at_once_and_an_optional_one_unknown(site, settings, capsys):
    with canary() as dead:
        post = site(a=dead.base, deadline_ms=600)
        waiting = [
            threading.Thread(target=post, kwargs={"fhirServer": dead.base, "prefetch": sent(labs=...)})
            for _ in range(settings.server.threads // 2)
        ]
        for thread in waiting:
            thread.start()
        time.sleep(0.15)
        for missing, status in (("labs", 412), ("procedures", 200)):
            started = time.monotonic()
            said = post(fhirServer=dead.base, prefetch=sent(**{missing: ...}))
            assert said.status_code == status
            assert time.monotonic() - started < 0.1
            assert unread(capsys) == f"{missing} (busy)"
        assert "DIALYSIS_UNKNOWN" in said.text
        for thread in waiting:
            thread.join()


def test_what_was_read_is_told_for_every_key(site, settings, monkeypatch):
    from hooks import ehr
    from hooks.request import parse
    from hooks.services import KEYS, SERVICES

    body = call(fhirServer="http://x", prefetch={"patient": patient()})
    asked = parse(body, SERVICES["msc-liver-evaluation"], {}, 99)
    stub = Stub(CHART, fails={"Condition": 403})
    with serving(stub) as server:
        where = upstream.Upstream("a/1", upstream.base(server.base), upstream.Reach(loopback=True), 8)
        told = []
        ehr.fill(asked, where, settings.limits, time.monotonic() + 2, told.append)
    assert [each.key for each in told] == [key for key in KEYS if key != "patient"]
    by_key = {each.key: each for each in told}
    assert (by_key["labs"].outcome, by_key["labs"].resources) == ("read", 5)
    assert (by_key["vitals"].outcome, by_key["vitals"].resources) == ("read", 0)
    assert (by_key["conditions"].outcome, by_key["conditions"].resources) == ("scope_refused", 0)
    assert f"/fhir/{by_key['labs'].query}" in [path.replace("%7C", "|") for _, path, _ in stub.seen]
    assert all(each.milliseconds > 0 for each in told)
    assert ME not in repr(told)


def test_operations_can_look_up_every_word_for_what_was_not_read():
    root = Path(__file__).parents[2]
    sources = "".join((root / "hooks" / name).read_text() for name in ("outbound.py", "upstream.py", "ehr.py"))
    words = {*re.findall(r'(?:Unreadable\(|reason = )"([a-z_]+)"', sources), *upstream.WORDS.values(), NOT_FHIR}
    assert len(words) > 15
    told = (root / "docs/operations.md").read_text()
    assert [word for word in sorted(words) if f"`{word}`" not in told] == []
