"""What operations do and see: start, reload, ports, readiness, the lines of the log, the counters."""

import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from hooks import process
from hooks.app import create_app
from hooks.cli import main
from hooks.meters import METRICS, Meters, documented
from hooks.outlet import PAUSE, Outlet, together
from hooks.store import StoreDown
from tests import calls
from tests.hooks.production import Callers
from tests.hooks.test_app import refused
from tests.live import Live, ehr, free_port, live, toml
from tests.source_tree import ROOT


def until(true: Callable[[], Any], seconds: float = 10) -> Any:
    """What it returns as soon as that is true."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found
    return found


@pytest.mark.hazard("T-18", "F-26")
@pytest.mark.parametrize(
    ("tables", "with_client", "said"),
    [
        ({}, False, "no EHR is registered"),
        ({"server": {"public_url": "http://cds.hospital.org"}}, True, "server.public_url"),
        ({"server": {"public_url": "https://cds.example.org"}}, True, "placeholder"),
        ({"storage": {"audit_key_file": "audit.key"}}, True, "storage.audit_key_file"),
        ({"storage": {"url": "sqlite:////nowhere/at/all/x.db"}}, True, "storage.url"),
        ({"storage": {"create": False}}, True, "storage.url"),
        ({"server": {"port": 1}}, True, "server.port"),
    ],
)
def test_what_is_not_safe_does_not_start(
    tmp_path: Path, tables: dict[str, dict[str, Any]], with_client: bool, said: str
) -> None:
    (tmp_path / "audit.key").write_text("changeme")
    written = {"server": {"public_url": "http://127.0.0.1:1"}, "storage": {"url": f"sqlite:///{tmp_path}/x.db"}}
    merged = {name: {**written.get(name, {}), **tables.get(name, {})} for name in written}
    config = tmp_path / "hepar.toml"
    config.write_text(toml(merged, [ehr(tmp_path)] if with_client else []))
    result = CliRunner().invoke(main, ["serve", "--config", str(config)])
    assert result.exit_code == 2
    assert said in result.stderr
    assert all(line.startswith("hepar: ") for line in result.stderr.splitlines())
    assert not result.stdout.strip() or all(json.loads(line) for line in result.stdout.splitlines())


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A service whose operations have a port of their own."""
    operations = free_port()
    tables = {"server": {"operations_bind": f"127.0.0.1:{operations}", "workers": 1}}
    with live(tmp_path, [ehr(tmp_path)], tables=tables) as running:
        yield running, f"http://127.0.0.1:{operations}"


@pytest.mark.hazard("F-26", "T-60")
def test_a_reload_takes_a_sound_file_and_keeps_the_old_one_otherwise(service: tuple[Live, str]) -> None:
    running, operations = service
    assert requests.get(f"{running.base}/metrics", timeout=5).status_code == 404
    assert requests.get(f"{operations}/metrics", timeout=5).status_code == 200
    assert requests.get(f"{operations}/cds-services", timeout=5).status_code == 404
    assert requests.get(f"{operations}/readyz", timeout=5).json()["status"] == "ok"
    assert running.process is not None
    sound = running.config.read_text()

    running.config.write_text(sound.replace("[storage]", "[storage]\ncolour = 1"))
    running.process.send_signal(signal.SIGHUP)
    (refused_line,) = until(lambda: running.events("settings_refused"))
    assert refused_line["level"] == "error"
    assert "storage.colour" in refused_line["message"]
    assert running.post(calls.call()).status_code == 200

    running.config.write_text(sound + 'services = ["msc-liver-follow-up"]\n')
    before = set(running.workers())
    running.process.send_signal(signal.SIGHUP)
    until(lambda: running.events("settings_read"))
    until(lambda: before.isdisjoint(running.workers()))
    assert running.post(calls.call()).status_code == 403


def test_what_cannot_change_while_it_runs_is_said(service: tuple[Live, str]) -> None:
    running, _ = service
    assert running.process is not None
    elsewhere = running.config.read_text().replace(f'"bind" = "127.0.0.1:{running.port}"', '"bind" = "127.0.0.1:1"')
    running.config.write_text(elsewhere)
    running.process.send_signal(signal.SIGHUP)
    (said,) = until(lambda: running.events("settings_read"))
    assert said["level"] == "warning"
    assert "server.bind" in said["message"]
    assert running.post(calls.call()).status_code == 200


@pytest.mark.hazard("F-6", "F-3", "F-22")
def test_readiness_names_what_is_wrong(site: Any, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    callers = Callers(create_app(site, memory))
    assert callers.get("/readyz").get_json()["status"] == "ok"

    class Gate:
        def states(self) -> dict[str, str]:
            return {"ehr-a": "fetch_failed", "ehr-b": "ok"}

    degraded = create_app(site, memory, Gate()).test_client().get("/readyz")  # type: ignore[arg-type]
    assert degraded.status_code == 200
    assert degraded.get_json()["degraded"] == {"keys of ehr-a": "fetch_failed"}

    process.ending.set()
    try:
        issue = refused(callers.get("/readyz"), 503)
        assert issue["expression"] == ["server"]
        assert callers.get("/livez").status_code == 200
    finally:
        process.ending.clear()

    def down() -> None:
        raise StoreDown("Busy")

    monkeypatch.setattr(memory, "ping", down)
    issue = refused(callers.get("/readyz"), 503)
    assert issue["expression"] == ["storage"]
    assert callers.get("/livez").status_code == 200


@pytest.mark.hazard("F-29")
def test_lines_that_nobody_reads_are_counted_and_lost() -> None:
    reader, writer = os.pipe()
    lost = []
    outlet = Outlet(writer, room=100)
    outlet.dropped = lambda: lost.append(1)
    outlet.queue()
    sent = 3000
    began = time.monotonic()
    for number in range(sent):
        outlet.put(json.dumps({"number": number, "more": "x" * 1000}))
    assert time.monotonic() - began < 2
    assert lost
    assert not outlet.drain(2 * PAUSE)
    received = b""
    while received.count(b"\n") < sent - len(lost):
        received += os.read(reader, 65536)
    assert outlet.drain(5)
    numbers = [json.loads(line)["number"] for line in received.splitlines()]
    assert len(numbers) == sent - len(lost)
    assert numbers == sorted(numbers)
    os.close(reader)
    outlet.put("nobody will read this")
    assert outlet.drain(5)
    assert len(lost) == sent - len(numbers) + 1
    os.close(writer)


@pytest.mark.hazard("T-41")
def test_lines_of_several_processes_do_not_mix() -> None:
    groups = list(together([b"x" * 1000] * 9 + [b"y" * 5000] + [b"z"]))
    assert [sum(map(len, group)) for group in groups] == [4000, 4000, 1000, 5000, 1]


@pytest.mark.hazard("T-42")
def test_every_metric_is_documented_and_none_has_a_label_that_grows() -> None:
    described = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for name, metric in documented().items():
        labels = ", ".join(metric.labels) or "none"
        assert f"| `{name}` | {labels} | {metric.says} |" in described
    assert described.count("| `hepar_") == len(METRICS)
    allowed = {"client", "service", "outcome", "rule", "score", "reason", "key", "what", "server"}
    assert {label for metric in METRICS for label in metric.labels} <= allowed


def test_what_is_served_is_what_is_documented(callers: Callers) -> None:
    callers.post(calls.call())
    served = set(re.findall(r"^# TYPE (hepar_\w+) ", callers.get("/metrics").text, re.MULTILINE))
    assert served == set(documented())
    assert set(re.findall(r"^# TYPE (\w+) ", Meters().text().decode(), re.MULTILINE)) == served


def test_keys_are_counted_by_how_they_came(callers: Callers, site: Any) -> None:
    del site
    callers.post(calls.call(prefetch=calls.sent(vitals=...)))
    assert callers.counted('hepar_prefetch_total{client="ehr-a",key="labs",outcome="sent"}') == 1
    assert callers.counted('hepar_prefetch_total{client="ehr-a",key="vitals",outcome="not_read"}') == 1
    assert callers.counted('hepar_call_seconds_count{client="ehr-a",service="msc-liver-evaluation"}') == 1


def test_feedback_is_counted_for_the_override_rate(callers: Callers) -> None:
    (card, *_) = callers.post(calls.call()).get_json()["cards"]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    items = [{"card": each, "outcome": "overridden", "outcomeTimestamp": now} for each in (card["uuid"], "unknown")]
    callers.post({"feedback": items}, "/cds-services/msc-liver-evaluation/feedback")
    counted = 'hepar_feedback_total{client="ehr-a",outcome="%s",service="msc-liver-evaluation"}'
    assert callers.counted(counted % "overridden") == 1
    assert callers.counted(counted % "quarantined") == 1
