"""`make bench`: the whole service beside the least that could answer, in the same minutes on the same machine."""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import body
from callers import ALGORITHMS
from server import GUNICORN, HERE, Samples, Server

SIZES = (10, 200)
ROUNDS = 5
STARTS = 3
SERVICE = "/cds-services/msc-liver-evaluation"
PACKAGES = ("flask", "gunicorn", "orjson", "marshmallow", "sqlalchemy")

METHOD = (
    f"Made by `make bench`. One gunicorn worker each, with `{' '.join(GUNICORN)}`; one caller on one kept loopback "
    f"connection; {ROUNDS} rounds in turn after one to warm up. CPU is user and system time of the worker from /proc, "
    "over the number of requests. Latency is what the caller saw. The baseline reads the newest three results as text "
    "and applies one equation; it checks no unit, status, patient or date. The body is a whole hook call: the patient, "
    "so many Observations, problems and medicines; each call is about another patient. Each call is recorded in the "
    "audit chain (SQLite, on disk before it is answered). In production each has a token of its own as well, and is "
    "compared with what was said before."
)


@dataclass
class Contender:
    """Something that answers: a route of one of the two servers."""

    name: str
    module: str
    path: str
    seconds: float
    algorithm: str = ""
    samples: dict[int, Samples] = field(default_factory=lambda: {size: Samples() for size in SIZES})
    answered: dict[int, int] = field(default_factory=dict)


def contenders(seconds: float, baseline_only: bool) -> list[Contender]:
    """The least first; the two partial ones are asked for a third of the time."""
    found = [
        Contender("Flask and gunicorn alone", "baseline", "/nothing", seconds / 3),
        Contender("… and orjson", "baseline", "/parse", seconds / 3),
        Contender("… and MELD: the baseline", "baseline", "/meld", seconds),
    ]
    if baseline_only:
        return found
    found.append(Contender("hepar in development", "service", SERVICE, seconds))
    named = (f"hepar in production, {algorithm} tokens" for algorithm in ALGORITHMS)
    return found + [
        Contender(name, "production", SERVICE, seconds, algorithm)
        for name, algorithm in zip(named, ALGORITHMS, strict=True)
    ]


def measure(all_of_them: list[Contender], servers: Mapping[str, Server]) -> None:
    """Alternating rounds; the first, which warms up, is not counted."""
    bodies = {size: body.request(size) for size in SIZES}
    for number in range(ROUNDS + 1):
        for size in SIZES:
            for contender in all_of_them:
                samples = contender.samples[size] if number else None
                answer = servers[contender.module].ask(
                    contender.path, bodies[size], contender.seconds / ROUNDS, samples, contender.algorithm
                )
                contender.answered[size] = len(answer)
                if contender.module != "baseline" and not json.loads(answer)["cards"]:
                    raise SystemExit("the service had nothing to say: the comparison would be unfair")
        print(f"round {number} of {ROUNDS}", file=sys.stderr)


def start_times(module: str) -> float:
    """The median of a few starts, in seconds."""
    times = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder, Server(module, folder) as server:
            times.append(server.started_in)
    return sorted(times)[STARTS // 2]


def processor() -> str:
    """The model of the processor, if the machine tells."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def report(all_of_them: list[Contender], starts: Mapping[str, float], memory: Mapping[str, float]) -> str:
    """The results as Markdown."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    machine = f"{processor()}, {os.cpu_count()} cores; {platform.system()} {platform.machine()}"
    lines = [
        "# Benchmark",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}; {machine}; Python {platform.python_version()}; {versions}.",
        "",
        METHOD,
        "",
    ]
    for size in SIZES:
        lines += [
            f"## {size} Observations ({len(body.request(size)) / 1024:.0f} KiB)",
            "",
            "| | CPU ms | user | system | p50 ms | p99 ms | requests | answer KiB | CPU, baseline = 1 |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        baseline = next(one for one in all_of_them if one.path == "/meld").samples[size].cpu
        for one in all_of_them:
            samples = one.samples[size]
            count = len(samples.latencies)
            cells = (
                one.name, f"{1e3 * samples.cpu:.3f}", f"{1e3 * samples.user / count:.3f}",
                f"{1e3 * samples.system / count:.3f}", f"{1e3 * samples.percentile(0.5):.2f}",
                f"{1e3 * samples.percentile(0.99):.2f}", str(count), f"{one.answered[size] / 1024:.1f}",
                f"{samples.cpu / baseline:.1f}",
            )  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    lines += ["## Start and memory", "", "| | start s | worker RSS MiB |", "| --- | ---: | ---: |"]
    lines += [f"| {module} | {starts[module]:.2f} | {memory[module]:.0f} |" for module in starts]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and keep the results beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="for each contender and size (at most 20)")
    parser.add_argument("--baseline-only", action="store_true", help="leave the service out, keep no results")
    options = parser.parse_args()
    all_of_them = contenders(min(options.seconds, 20), options.baseline_only)
    modules = list(dict.fromkeys(one.module for one in all_of_them))
    starts = {module: start_times(module) for module in modules}
    servers: dict[str, Server] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for module in modules:
                servers[module] = Server(module, folder)
            measure(all_of_them, servers)
            memory = {module: server.memory() for module, server in servers.items()}
        finally:
            for server in servers.values():
                server.__exit__()
    text = report(all_of_them, starts, memory)
    print(text)
    if not options.baseline_only:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
