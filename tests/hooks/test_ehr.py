"""Reading what was not sent along: completely or not at all, inside the deadline, from nowhere else."""

import json
import socket
import threading
import time
from dataclasses import replace

import pytest

from hooks import ehr
from hooks.ehr import NOT_FHIR
from hooks.outbound import Reach
from hooks.request import parse
from hooks.services import SERVICES
from hooks.upstream import READ, Upstream
from hooks.urls import base
from tests.calls import ME, bundle, call, labs, patient, sent
from tests.hooks.fhir_server import FhirServer as Stub
from tests.hooks.fhir_server import serving
from tests.hooks.wire import raw, response


def resources():
    return [patient(), *(entry["resource"] for entry in labs()["entry"])]


BOTH = {"patient": "too_large", "labs": "too_large"}


def asking(server="", token=None, **prefetch):
    body = call(fhirServer=server or ..., prefetch=sent(**prefetch))
    if token:
        body["fhirAuthorization"] = {"access_token": token, "token_type": "Bearer", "expires_in": 60}
    return parse(body, SERVICES["msc-liver-evaluation"], {}, 20_000)


def upstream(address, threads=8):
    return Upstream("a/1", base(address), Reach(loopback=True), threads)


def read(request, settings, seconds=2.0, server=None):
    """The answers, and what was told of the reads."""
    reads = []
    server = server or upstream(request.fhir_server)
    return ehr.fill(request, server, settings.limits, time.monotonic() + seconds, reads.append), reads


def fill(request, settings, seconds=2.0, server=None):
    """The answers, and for each key that was not read why not."""
    found, reads = read(request, settings, seconds, server)
    return found, {each.key: each.outcome for each in reads if each.outcome != READ}


@pytest.mark.requirement("P-4", "A-2", "A-3")
def test_missing_keys_are_read_with_our_queries_and_the_token(settings):
    with serving(Stub(resources(), token="t0ken")) as server:
        found, told = fill(asking(server.base, "t0ken", patient=..., labs=...), settings)
    assert told == {}
    assert [found[key].state for key in ("patient", "labs")] == ["whole", "whole"]
    assert len(found["labs"].resources) == 5
    assert {method for method, _, _ in server.seen} == {"GET"}
    assert {token for _, _, token in server.seen} == {"Bearer t0ken"}
    assert len(server.seen) == 2


def test_what_was_sent_is_not_read_again(settings):
    with serving(Stub(resources())) as server:
        found, told = fill(asking(server.base), settings)
    assert (told, server.seen) == ({}, [])
    assert found == asking(server.base).answers


@pytest.mark.requirement("P-6")
@pytest.mark.hazard("T-23")
def test_pages_are_followed(settings):
    with serving(Stub(resources(), page=2)) as server:
        found, told = fill(asking(server.base, labs=...), settings)
    assert told == {}
    assert [each["id"] for each in found["labs"].resources] == ["o-1", "o-2", "o-3", "o-4", "o-5"]


@pytest.mark.requirement("P-6")
def test_a_page_that_was_sent_is_continued(settings):
    with serving(Stub(resources(), page=2)) as server:
        entries = [entry["resource"] for entry in labs()["entry"][:2]]
        link = {"relation": "next", "url": f"{server.base}/Observation?patient={ME}&_offset=2"}
        found, told = fill(asking(server.base, labs=bundle(*entries, link=[link])), settings)
    assert told == {}
    assert len(found["labs"].resources) == 5


@pytest.mark.hazard("T-23", "F-17")
@pytest.mark.parametrize("quirk", [{"page": 1}, {"page": 2, "endless": True}, {"cuts_at": 3}])
def test_what_is_not_complete_is_not_read(settings, quirk):
    limits = replace(settings.limits, fhir_pages=3)
    with serving(Stub(resources(), **quirk)) as server:
        found, told = fill(asking(server.base, labs=...), replace(settings, limits=limits))
    assert found["labs"].state == "absent"
    assert told["labs"] in ("pages", "incomplete")


@pytest.mark.hazard("T-23")
def test_a_page_that_leads_to_itself_is_read_once(settings):
    with serving(Stub([])) as server:
        here = f"{server.base}/Observation?patient={ME}&_offset=4"
        link = [{"relation": "next", "url": here}]
        server.answer = lambda method, path, parameters: (200, bundle(link=link))
        _, told = fill(asking(server.base, labs=bundle(link=link)), settings)
    assert told == {"labs": "pages"}
    assert len(server.seen) == 1


@pytest.mark.hazard("T-33")
def test_too_many_entries_are_not_read(settings):
    limits = replace(settings.limits, entries=3)
    with serving(Stub(resources(), page=2)) as server:
        _, told = fill(asking(server.base, labs=...), replace(settings, limits=limits))
    assert told == {"labs": "entries"}


@pytest.mark.hazard("T-23", "F-18", "F-32")
def test_all_that_a_call_reads_shares_one_cap(settings):
    page = len(json.dumps(bundle(*resources()[1:3])))
    record = len(json.dumps(patient()))
    with serving(Stub(resources(), page=2)) as server:
        for body_bytes, told in ((2 * page, {"labs": "too_large"}), (5 * page, {}), (record - 1, BOTH), (5, BOTH)):
            asked = asking(server.base, labs=..., patient=... if told == BOTH else patient())
            limits = replace(settings.limits, body_bytes=body_bytes)
            assert fill(asked, replace(settings, limits=limits))[1] == told


@pytest.mark.hazard("T-23", "T-33")
def test_all_that_a_call_holds_and_reads_shares_one_count(settings):
    vitals = bundle(*(entry["resource"] for entry in labs()["entry"]))
    with serving(Stub(resources())) as server:
        asked = asking(server.base, labs=..., vitals=vitals)
        already = sum(len(each.resources) for each in asked.answers.values())
        for entries, told in ((already + 4, {"labs": "entries"}), (already + 5, {})):
            limits = replace(settings.limits, entries=entries)
            assert fill(asked, replace(settings, limits=limits))[1] == told


@pytest.mark.hazard("T-23", "T-20")
@pytest.mark.parametrize("path", ["/fhir", "/admin"])
def test_a_next_link_to_elsewhere_is_not_followed(settings, path):
    with serving(Stub([])) as canary, serving(Stub(resources(), page=2)) as server:
        server.next_base = server.base.replace("/fhir", path) if path != "/fhir" else canary.base
        _, told = fill(asking(server.base, labs=...), settings)
    assert told == {"labs": "next"}
    assert canary.seen == []
    assert len(server.seen) == 1


@pytest.mark.hazard("T-23", "T-21")
@pytest.mark.parametrize(
    "link",
    ["http://[", "http://[::1", "//evil.net/x", "\\\\evil.net", "?\r\nX: y", "../admin", "javascript:1", "#", 7, None],
)
def test_a_next_link_that_is_none_is_not_followed(settings, link):
    with serving(Stub(resources())) as server:
        first = bundle(*resources()[1:3], link=[{"relation": "next", "url": link}])
        found, told = fill(asking(server.base, labs=first), settings)
    assert found["labs"].state == "partial"
    assert told == {"labs": "next"}
    assert server.seen == []


@pytest.mark.hazard("T-22")
def test_a_redirect_is_not_followed(settings):
    with (
        serving(Stub(resources())) as canary,
        raw(response(b"", f"Location: {canary.base}", status="302 Found")) as server,
    ):
        _, told = fill(asking(server.base, "t0ken", labs=...), settings)
    assert told == {"labs": "status 302"}
    assert canary.seen == []


@pytest.mark.hazard("F-9", "F-10", "F-11", "F-12", "F-16")
@pytest.mark.parametrize(
    ("status", "word", "tries"),
    [
        (401, "token_refused", 1),
        (403, "scope_refused", 1),
        (404, "status 404", 1),
        (410, "status 410", 1),
        (429, "status 429", 1),
        (500, "status 500", 2),
        (502, "status 502", 2),
        (503, "status 503", 2),
        (504, "status 504", 1),
    ],
)
def test_a_refusal_leaves_one_key_unread(settings, status, word, tries):
    with serving(Stub(resources(), fails={"Observation": status})) as server:
        found, told = fill(asking(server.base, patient=..., labs=...), settings)
    assert told == {"labs": word}
    assert found["patient"].state == "whole"
    assert sum("Observation" in path for _, path, _ in server.seen) == tries


@pytest.mark.hazard("F-14", "F-15", "F-13")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>log in</html>", NOT_FHIR),
        (b"", NOT_FHIR),
        (b'{"resourceType": "Bundle", "entry": [', NOT_FHIR),
        (b'{"resourceType": "Patient"}', NOT_FHIR),
        (b"[]", NOT_FHIR),
        (b"null", NOT_FHIR),
        (b'{"resourceType": "Bundle", "total": NaN}', NOT_FHIR),
        (json.dumps({"resourceType": "OperationOutcome", "issue": []}).encode(), "refused"),
    ],
)
def test_what_is_no_answer(settings, body, reason):
    with raw(response(body)) as server:
        _, told = fill(asking(server.base, labs=...), settings)
    assert told == {"labs": reason}


@pytest.mark.hazard("F-13")
@pytest.mark.parametrize(
    "answer",
    [
        response(json.dumps(bundle()).encode(), length=5000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n" + json.dumps(bundle()).encode()[:20],
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_a_part_is_never_taken_for_the_whole(settings, answer):
    with raw(answer) as server:
        _, told = fill(asking(server.base, labs=...), settings)
    assert told["labs"] in ("connection", NOT_FHIR)


@pytest.mark.hazard("T-35", "F-18")
def test_large_or_compressed_answers_are_cut_off(settings):
    limits = replace(settings.limits, body_bytes=10_000)
    small = replace(settings, limits=limits)
    with raw(response(b" " * 200_000)) as server:
        assert fill(asking(server.base, labs=...), small)[1] == {"labs": "too_large"}
    with raw(response(b"x", "Content-Encoding: gzip")) as server:
        assert fill(asking(server.base, labs=...), small)[1] == {"labs": "encoding"}


def _readers():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("read")]


@pytest.mark.hazard("F-7", "F-8")
@pytest.mark.parametrize(
    ("answer", "pause", "piece"),
    [
        (response(b" " * 1000 + json.dumps(bundle()).encode()), 0.05, 10),
        (response(b"{}"), 5.0, 10),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, 0.05, 1),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 1000, 0.02, 1),
    ],
    ids=["body drips", "nothing comes", "headers drip", "chunk size drips"],
)
def test_a_slow_server_costs_the_deadline_and_leaves_no_thread(settings, answer, pause, piece):
    with raw(answer, pause=pause, piece=piece) as server:
        started = time.monotonic()
        _, told = fill(asking(server.base, labs=...), settings, seconds=0.3)
        spent = time.monotonic() - started
        assert told["labs"] in ("deadline", "timeout")
        assert 0.2 < spent < 0.4
        patience = time.monotonic() + 1
        while _readers() and time.monotonic() < patience:
            time.sleep(0.01)
        assert not _readers()


@pytest.mark.hazard("F-7")
def test_a_server_that_is_not_there(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    started = time.monotonic()
    _, told = fill(asking(f"http://127.0.0.1:{port}", labs=...), settings)
    assert told == {"labs": "connection"}
    assert time.monotonic() - started < 1


@pytest.mark.hazard("T-26")
def test_the_environment_has_no_say(settings, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    with serving(Stub([])) as proxy, serving(Stub(resources(), token="t0ken")) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.base)
        monkeypatch.setenv("http_proxy", proxy.base)
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        _, told = fill(asking(server.base, "t0ken", labs=...), settings)
    assert (told, proxy.seen) == ({}, [])


@pytest.mark.hazard("T-31")
def test_no_cookie_comes_back(settings):
    link = {"relation": "next", "url": "PLACE/Observation?page=2"}
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))
    place = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve():
        for number in range(2):
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                body = json.dumps(bundle(**({} if number else {"link": [link]}))).replace("PLACE", place).encode()
                connection.sendall(response(body, "Set-Cookie: a=b; Path=/"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    _, told = fill(asking(place, labs=...), settings)
    thread.join(2)
    listener.close()
    assert told == {}
    assert len(heard) == 2
    assert b"cookie" not in heard[1].lower()
    assert b"accept-encoding: identity" in heard[1].lower()


@pytest.mark.hazard("T-20")
def test_without_a_server_nothing_is_read(settings):
    told = []
    found = ehr.fill(asking(labs=...), None, settings.limits, time.monotonic() + 1, told.append)
    assert found["labs"].state == "absent"
    assert [(each.key, each.outcome, each.resources) for each in told] == [("labs", "no_server", 0)]
