"""The real service in production mode: several workers, real tokens, real signals, a store that fails."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import calls
from tests.live import EVALUATION, Live, ehr, live

PATIENT = {"server": {"threads": 16}, "limits": {"deadline_ms": 10_000}}
"""Whoever waits for this machine is answered all the same."""


def call(**changes: Any) -> dict[str, Any]:
    """A hook call whose clock is the machine's."""
    return calls.call(**changes)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    with live(folder, [ehr(folder), ehr(folder, "ehr-b", services=["msc-liver-follow-up"])]) as running:
        yield running


def test_a_call_with_a_token_is_answered(service: Live) -> None:
    answer = service.post(call())
    assert (answer.status_code, list(answer.json())) == (200, ["cards"])


@pytest.mark.hazard("T-10")
def test_of_many_copies_of_one_token_one_is_answered(service: Live) -> None:
    token = service.token(EVALUATION)
    with ThreadPoolExecutor(25) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda _: service.post(call(), token=token), range(50))]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 429, 503}


@pytest.mark.hazard("T-10", "F-2")
def test_a_token_stays_spent_when_all_processes_are_killed(tmp_path: Path) -> None:
    with live(tmp_path, [ehr(tmp_path)]) as running:
        token = running.token(EVALUATION)
        assert running.post(call(), token=token).status_code == 200
        running.kill()
        running.start()
        assert running.post(call(), token=token).status_code == 401
        assert running.post(call()).status_code == 200


@pytest.mark.hazard("T-10", "F-4")
def test_without_the_store_nobody_is_let_in(service: Live) -> None:
    with closing(sqlite3.connect(service.folder / "hepar.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asked = time.monotonic()
        answer = service.post(call())
        took = time.monotonic() - asked
        other.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["resourceType"]) == (503, "OperationOutcome")
    assert int(answer.headers["Retry-After"]) > 0
    assert took < 1.5
    assert service.post(call()).status_code == 200
    counted = requests.get(f"{service.base}/metrics", timeout=5).text
    assert 'hepar_store_failures_total{what="tokens"} 1.0' in counted


@pytest.mark.hazard("T-36")
def test_a_connection_outlives_a_refusal_before_a_large_body_was_read(service: Live) -> None:
    large = json.dumps(call()).encode() + b" " * 300_000
    headers = {"Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)) as connection:
        for authorization in ("", service.token(EVALUATION), "x", service.token(EVALUATION)):
            connection.request("POST", EVALUATION, large, {**headers, "Authorization": f"Bearer {authorization}"})
            before = connection.sock
            answer = connection.getresponse()
            answer.read()
            assert answer.status == (200 if "." in authorization else 401)
            assert connection.sock is before is not None


@pytest.mark.hazard("T-16", "T-17", "T-44")
@pytest.mark.parametrize("path", [EVALUATION, f"{EVALUATION}/feedback", "/cds-services/msc-liver-follow-up"])
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Basic x"}, {"X-HTTP-Method-Override": "GET"}]
)
def test_without_a_token_nothing_is_read(service: Live, path: str, headers: dict[str, str]) -> None:
    answer = requests.post(service.base + path, json=call(), headers=headers, timeout=5)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    correlation = answer.headers["X-Correlation-Id"]
    assert answer.json() == {
        "resourceType": "OperationOutcome",
        "id": correlation,
        "issue": [
            {
                "severity": "error",
                "code": "login",
                "details": {"text": "The call is not authenticated."},
                "diagnostics": f"Correlation id {correlation}",
            }
        ],
    }


@pytest.mark.hazard("T-17")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", EVALUATION, 405),
        ("GET", EVALUATION, 405),
        ("OPTIONS", EVALUATION, 200),
        ("POST", f"{EVALUATION}/", 404),
        ("POST", f"/cds-services/x/..{EVALUATION.removeprefix('/cds-services')}", 404),
        ("POST", "/cds-services/nothing", 401),
        ("POST", "/cds-services//msc-liver-evaluation", 404),
        ("GET", "/", 404),
        ("GET", "/demo/charts", 404),
    ],
)
def test_ways_around_the_front_door(service: Live, method: str, path: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as line:
        line.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: POST\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".encode()
        )
        head = line.makefile("rb").readline()
    assert int(head.split()[1]) == status


def test_a_client_calls_what_it_is_entitled_to(service: Live) -> None:
    assert service.post(call(), client="ehr-b").status_code == 403
    follow_up = "/cds-services/msc-liver-follow-up"
    assert service.post(calls.call("msc-liver-follow-up"), follow_up, "ehr-b").status_code == 200


@pytest.mark.hazard("T-44")
def test_feedback_is_for_whoever_got_the_card(service: Live) -> None:
    (card, *_) = service.post(call()).json()["cards"]
    item = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}
    path = "/cds-services/msc-liver-follow-up/feedback"
    assert service.post({"feedback": [item]}, path, "ehr-b").status_code == 403
    assert service.post({"feedback": [item]}, f"{EVALUATION}/feedback").status_code == 200
    wrong = service.token(EVALUATION)
    assert service.post({"feedback": [item]}, f"{EVALUATION}/feedback", token=wrong).status_code == 401


@pytest.mark.hazard("T-42", "T-28")
def test_no_token_is_in_the_log_but_who_called_is(service: Live) -> None:
    token = service.token(EVALUATION, jti="a-token-id")
    answer = service.post(call(), token=token)
    refused = service.post(call(), token=token)
    assert (answer.status_code, refused.status_code) == (200, 401)
    wanted = {each.headers["X-Correlation-Id"] for each in (answer, refused)}
    end = time.monotonic() + 5
    while time.monotonic() < end:
        lines = {line.get("correlation"): line for line in service.events("request")}
        if wanted <= lines.keys():
            break
        time.sleep(0.05)
    assert lines[answer.headers["X-Correlation-Id"]]["client"] == "ehr-a"
    assert lines[answer.headers["X-Correlation-Id"]]["token_id"] == "a-token-id"
    replayed = lines[refused.headers["X-Correlation-Id"]]
    assert [replayed[name] for name in ("refused", "claimed", "token_id")] == ["replayed", "ehr-a", "a-token-id"]
    assert replayed["client"] == "nobody"
    assert token.rpartition(".")[2] not in service.said()
    assert token.split(".")[1] not in service.said()


@pytest.mark.hazard("T-43")
def test_the_server_does_not_say_what_it_is(service: Live) -> None:
    answer = requests.get(f"{service.base}/cds-services", timeout=5)
    assert answer.headers["Server"] == "hepar"


def cards_counted(service: Live) -> float:
    """Calls of ehr-a that were answered with cards, of all workers."""
    text = requests.get(f"{service.base}/metrics", timeout=5).text
    found = re.findall(r'^hepar_calls_total\{client="ehr-a".*outcome="cards".*\} (\S+)$', text, re.MULTILINE)
    return sum(map(float, found))


@pytest.mark.hazard("F-1")
def test_all_workers_count_together_and_a_new_one_goes_on(service: Live) -> None:
    before = cards_counted(service)
    with ThreadPoolExecutor(4) as pool:
        answered = sum(answer.ok for answer in pool.map(lambda _: service.post(call()), range(12)))
    assert cards_counted(service) == cards_counted(service) == before + answered
    assert answered
    (first, *_) = workers = service.workers()
    os.kill(first, signal.SIGKILL)
    end = time.monotonic() + 20
    while first in (found := service.workers()) or len(found) < len(workers):
        assert time.monotonic() < end
        time.sleep(0.1)
    service.wait()
    assert cards_counted(service) == before + answered


def test_it_says_where_it_is_and_how_to_ask(service: Live) -> None:
    said = (service.folder / "err").read_text()
    assert "hepar is ready (production)." in said
    assert f"curl -s {service.base}/cds-services\n" in said
    (line,) = service.events("started")
    assert line["url"] == service.base


def started(running: Live, body: bytes) -> socket.socket:
    """A call that the service has begun to read: all of it is sent but its last byte."""
    line = socket.create_connection(("127.0.0.1", running.port), timeout=30)
    line.sendall(
        f"POST {EVALUATION} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Authorization: Bearer {running.token(EVALUATION)}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body[:-1]
    )
    return line


@pytest.mark.hazard("F-3")
def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    body = json.dumps(call()).encode()
    with live(tmp_path, [ehr(tmp_path)], tables=PATIENT) as running:
        assert running.process is not None
        lines = [started(running, body) for _ in range(20)]
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        answers = []
        for line in lines:
            line.sendall(body[-1:])
        for line in lines:
            with line, line.makefile("rb") as answer:
                head, _, sent = answer.read().partition(b"\r\n\r\n")
                answers.append((int(head.split()[1]), json.loads(sent)))
        assert running.process.wait(20) == 0
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", running.port), timeout=1)
    statuses = [status for status, _ in answers]
    assert set(statuses) <= {200, 503}, "503: a store that is busy on a busy machine"
    assert statuses.count(200) >= 10
    given = {card["uuid"] for status, answer in answers if status == 200 for card in answer["cards"]}
    with closing(sqlite3.connect(tmp_path / "hepar.db")) as store:
        kept = {uuid for (uuid,) in store.execute("SELECT uuid FROM shown_card")}
    assert given
    assert given <= kept
    assert {json.loads(line)["event"] for line in (tmp_path / "out").read_text().splitlines()} >= {"request", "started"}


@pytest.mark.hazard("F-29")
def test_nobody_waits_for_whoever_reads_the_log(tmp_path: Path) -> None:
    unread, pipe = os.pipe()
    try:
        with live(tmp_path, [ehr(tmp_path)], tables=PATIENT, start=False) as running:
            running.start(stdout=pipe)
            with requests.Session() as session:
                for _ in range(400):
                    assert session.get(f"{running.base}/livez", timeout=5).status_code == 200
            assert running.post(call()).status_code == 200
            assert running.process is not None
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(20) == 0
    finally:
        os.close(unread)
        os.close(pipe)


@pytest.mark.hazard("F-3", "T-62")
def test_who_ended_leaves_all_in_the_one_file(tmp_path: Path) -> None:
    with live(tmp_path, [ehr(tmp_path)]) as running:
        for _ in range(6):
            assert running.post(calls.call()).status_code == 200
        assert running.stop() == 0
    assert [path.name for path in tmp_path.glob("hepar.db*")] == ["hepar.db"]
