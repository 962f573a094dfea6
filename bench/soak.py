"""Many mixed calls to the real service in production mode; nothing of them may stay behind.

    python -m bench.soak [--requests 20000] [--warm-up 5000]

Good calls, bad ones, calls that lack what is required, feedback, calls without a token, callers who leave before the
answer. Prints memory, open files, threads and latency of each worker, and ends with status 1 when something grew.
"""

import argparse
import itertools
import json
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests import calls, tokens
from tests.live import EVALUATION, Live, ehr, live

CALLERS = 8
CROWD = 64
"""Callers of the warm-up: enough to have every thread of every worker at work."""
THREADS, OWN = 8, 4
"""Threads of a worker that answer, and most that it has for itself: the first one, the log, old records."""
GROWTH, LATE = 10.0, 3.0
"""MiB that a worker may grow after the warm-up, and more for each thread that only began after it: its cache."""
KEPT = 25
"""Calls on one connection."""
CONNECTIONS = 6
"""Open files that may be added: connections to the database that a worker happened not to need in the warm-up."""
SLOWER = 1.5
"""How many times the first quarter's p99 the last quarter's may be, and a few milliseconds for a busy machine."""
NOISE = 0.05
BUSY = 0.02
"""The share of calls that may be refused with 503 while the machine is busy with other things."""
LIMITS = {"requests_per_minute": 1_000_000, "deadline_ms": 10_000}
KINDS = ("good",) * 10 + ("lacking", "bad", "feedback", "feedback", "feedback", "stranger", "stranger", "left")


@dataclass(frozen=True)
class Size:
    """What one worker holds: memory in MiB, open files, threads."""

    memory: float
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> "Size":
        """As the kernel tells it."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        return cls(int(status["VmRSS"].split()[0]) / 1024, files, int(status["Threads"]))


class Callers:
    """Those who call one service, each with a connection of its own."""

    def __init__(self, service: Live) -> None:
        self.service = service
        self.own = threading.local()
        self.shown: list[str] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.took: list[float] = []

    def call(self, kind: str) -> None:
        """One call of this kind."""
        began = time.perf_counter()
        status = self.leave() if kind == "left" else self.ask(kind)
        if kind == "good":
            self.took.append(time.perf_counter() - began)
        self.statuses[kind, status] += 1

    def ask(self, kind: str) -> int:
        """Send it, and read what is answered: the status."""
        path, body = EVALUATION, calls.call()
        if kind == "lacking":
            body = calls.call(prefetch=calls.sent(labs=...))
        elif kind == "bad":
            body = {"hook": "patient-view"}
        elif kind == "feedback":
            path = f"{EVALUATION}/feedback"
            card = self.shown.pop() if self.shown else "unknown"
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            body = {"feedback": [{"card": card, "outcome": "overridden", "outcomeTimestamp": now}]}
        headers = {} if kind == "stranger" else tokens.bearer(self.service.token(path))
        answer = self.session().post(self.service.base + path, json=body, headers=headers, timeout=30)
        if kind == "good" and answer.ok:
            self.shown += [card["uuid"] for card in answer.json()["cards"]]
        return int(answer.status_code)

    def session(self) -> requests.Session:
        """The connection of this caller: a new one now and then, as each stays with the worker that took it."""
        self.own.calls = getattr(self.own, "calls", -1) + 1
        if self.own.calls % KEPT == 0:
            if self.own.calls:
                self.own.session.close()
            self.own.session = requests.Session()
        session: requests.Session = self.own.session
        return session

    def leave(self) -> int:
        """Send a whole call and do not wait for its answer."""
        body = json.dumps(calls.call()).encode()
        head = (
            f"POST {EVALUATION} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.service.token(EVALUATION)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=30) as line:
            line.sendall(head.encode() + body)
        return 0

    def run(self, count: int, at_once: int = CALLERS) -> None:
        """So many calls, mixed."""
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.call, itertools.islice(itertools.cycle(KINDS), count)))


def p99(samples: list[float]) -> float:
    """The latency that one in a hundred exceeds, in seconds."""
    return statistics.quantiles(samples, n=100)[98]


def settled(workers: list[int]) -> dict[int, Size]:
    """The workers' sizes when the last calls have ended."""
    time.sleep(2)
    return {pid: Size.of(pid) for pid in workers}


def soak(folder: Path, requests_: int, warm_up: int) -> list[str]:
    """What grew; prints the figures."""
    tables: dict[str, dict[str, Any]] = {"limits": LIMITS, "server": {"workers": 2, "threads": THREADS}}
    with live(folder, [ehr(folder)], tables=tables) as service:
        callers = Callers(service)
        workers = service.workers()
        callers.run(warm_up, CROWD)
        before = settled(workers)
        callers.took.clear()
        callers.statuses.clear()
        began = time.perf_counter()
        callers.run(requests_)
        seconds = time.perf_counter() - began
        after = settled(workers)
        faults = [] if service.workers() == workers else ["a worker was replaced"]
    for pid in workers:
        faults += compared(pid, before[pid], after[pid])
    quarter = len(callers.took) // 4
    first, last = p99(callers.took[:quarter]), p99(callers.took[-quarter:])
    print(f"{requests_} requests in {seconds:.0f} s, {requests_ / seconds:.0f} a second")
    print(f"good calls: p50 {statistics.median(callers.took) * 1000:.1f} ms; p99 of the first quarter "
          f"{first * 1000:.1f} ms, of the last {last * 1000:.1f} ms")
    print("statuses:", ", ".join(f"{kind} {status}: {n}" for (kind, status), n in sorted(callers.statuses.items())))
    if last > first * SLOWER + NOISE:
        faults.append("it became slower")
    failed = sum(n for (_, status), n in callers.statuses.items() if status == 500)
    busy = sum(n for (_, status), n in callers.statuses.items() if status == 503)
    if busy > requests_ * BUSY:
        faults.append(f"{busy} calls were refused because it was busy")
    return faults + ([f"{failed} calls failed"] if failed else [])


def compared(pid: int, before: Size, after: Size) -> list[str]:
    """Print what one worker held and name what grew."""
    print(f"worker {pid}: {before.memory:.1f} -> {after.memory:.1f} MiB, {before.files} -> {after.files} files, "
          f"{before.threads} -> {after.threads} threads")
    faults = []
    if after.memory - before.memory > GROWTH + LATE * max(0, after.threads - before.threads):
        faults.append(f"worker {pid} grew by {after.memory - before.memory:.1f} MiB")
    if after.files - before.files > CONNECTIONS:
        faults.append(f"worker {pid} has {after.files - before.files} more open files")
    if after.threads > THREADS + OWN:
        faults.append(f"worker {pid} has {after.threads} threads")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--warm-up", type=int, default=5_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = soak(Path(folder), chosen.requests, chosen.warm_up)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
