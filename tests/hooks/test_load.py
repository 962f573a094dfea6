"""The real service with many callers at once: answers do not mix, too much is refused and passes, memory is bounded."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from bench.soak import soak
from tests import calls, tokens
from tests.live import EVALUATION, Live, ehr, live

CALLS = 500
PATIENT = {"limits": {"deadline_ms": 10_000, "requests_per_minute": 100_000}}
BILIRUBIN = {"ehr-a": 2.0, "ehr-b": 8.0}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("load")
    tables = {**PATIENT, "server": {"workers": 4, "threads": 4}}
    with live(folder, [ehr(folder), ehr(folder, "ehr-b")], tables=tables) as running:
        yield running


def of_client(client: str) -> dict[str, Any]:
    """A call about the one patient id that both clients use, each for somebody else."""
    results = [entry["resource"] for entry in calls.labs()["entry"][1:]]
    mine = calls.observation(1, "1975-2", BILIRUBIN[client], "mg/dL")
    return calls.call(prefetch=calls.sent(labs=calls.bundle(mine, *results)))


def inputs(answer: requests.Response) -> dict[str, Any]:
    """What MELD 3.0 was computed from."""
    (assessment, *_) = [card["extension"]["io.github.hepar-cds.assessment"] for card in answer.json()["cards"]]
    (score,) = [each for each in assessment["scores"] if each["id"] == "meld-3.0"]
    return {each["name"]: each["value"] for each in score["inputs"]}


@pytest.mark.hazard("T-31", "F-31", "T-14")
def test_every_answer_is_about_what_was_asked(service: Live) -> None:
    clients = ["ehr-a", "ehr-b"] * (CALLS // 2)
    sessions = threading.local()

    def ask(client: str) -> tuple[str, int, float]:
        if not hasattr(sessions, "own"):
            sessions.own = requests.Session()
        headers = tokens.bearer(service.token(EVALUATION, client))
        while True:
            answer = sessions.own.post(service.base + EVALUATION, json=of_client(client), headers=headers, timeout=30)
            if answer.status_code not in (429, 503):  # 503: a store that is busy on a busy machine
                return client, answer.status_code, inputs(answer)["bilirubin"]
            headers = tokens.bearer(service.token(EVALUATION, client))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, clients))
    assert Counter(found) == {(client, 200, BILIRUBIN[client]): CALLS // 2 for client in BILIRUBIN}
    assert len(service.workers()) == 4
    assert not service.events("failed")


@pytest.mark.hazard("F-25")
def test_too_much_is_refused_and_passes(tmp_path: Path) -> None:
    tables = {"server": {"workers": 1, "threads": 2}, "limits": {"requests_per_minute": 100_000}}
    with live(tmp_path, [ehr(tmp_path)], tables=tables) as running:
        body = json.dumps(calls.call()).encode()
        minted = iter([running.token(EVALUATION) for _ in range(1500)])
        end = time.monotonic() + 4
        found: list[tuple[int, float, str]] = []

        def ask() -> None:
            with requests.Session() as session:
                while time.monotonic() < end and (token := next(minted, "")):
                    headers = {**tokens.bearer(token), "Content-Type": "application/json"}
                    asked = time.monotonic()
                    answer = session.post(running.base + EVALUATION, body, headers=headers, timeout=30)
                    took = time.monotonic() - asked
                    found.append((answer.status_code, took, answer.headers.get("Retry-After", "")))

        callers = [threading.Thread(target=ask) for _ in range(40)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()
        statuses = Counter(status for status, _, _ in found)
        assert set(statuses) <= {200, 429, 503}
        assert statuses[200] > 0
        assert statuses[503] + statuses[429] > 0
        assert all(int(after) > 0 for status, _, after in found if status != 200)
        assert max(took for _, took, _ in found) < 10
        over = time.monotonic()
        while running.post(calls.call()).status_code != 200:
            assert time.monotonic() - over < 5
            time.sleep(0.2)


def peak(pid: int) -> float:
    """The most memory that a process ever had, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.hazard("F-32", "T-33", "T-34")
def test_memory_stays_below_what_is_written_down(tmp_path: Path) -> None:
    threads, size = 8, 2 * 1024 * 1024
    limits = {"body_bytes": size, "deadline_ms": 10_000}
    tables = {"server": {"workers": 1, "threads": threads}, "limits": limits}
    with live(tmp_path, [ehr(tmp_path)], tables=tables) as one:
        costly = b'{"hook":"patient-view","x":[' + b",".join([b"[[1]]"] * 340_000) + b"]}"
        assert 0.9 * size < len(costly) <= size
        headers = {"Content-Type": "application/json"}

        def ask(_: int) -> int:
            with_token = headers | tokens.bearer(one.token(EVALUATION))
            return requests.post(one.base + EVALUATION, costly, headers=with_token, timeout=60).status_code

        with ThreadPoolExecutor(threads) as pool:
            statuses = set(pool.map(ask, range(3 * threads)))
        assert statuses <= {400, 503}
        assert 400 in statuses
        (worker,) = one.workers()
        assert peak(worker) < 110 + (threads + 2 * 80) * size / 2**20
        assert one.post(calls.call()).status_code == 200


@pytest.mark.hazard("F-24")
def test_nothing_of_many_calls_stays_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults = soak(tmp_path, 400, 600)
    assert [fault for fault in faults if "worker" in fault or "failed" in fault] == [], "how fast is no question here"
    assert "worker" in capsys.readouterr().out
