"""What is watched: alerts that fire when they should, a board that asks for what there is, and a real Prometheus."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from prometheus_client import Counter, Histogram

from hooks.meters import METRICS
from tests.calls import call
from tests.live import ehr, free_port, live
from tests.source_tree import ROOT

FOLDER = ROOT / "deploy/monitoring"
ALERTS = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
BOARD = json.loads((FOLDER / "grafana/hepar.json").read_text(encoding="utf-8"))
OTHERS = {"up": {"job", "instance"}}
"""What Prometheus itself measures."""


def program(name: str) -> str:
    """One of Prometheus's programs. Skips where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip("Prometheus is not installed")
    return str(found)


def known() -> dict[str, set[str]]:
    """The names under which each metric can be asked for, with its labels."""
    names = dict(OTHERS)
    for metric in METRICS:
        labels = set(metric.labels)
        if metric.kind is Counter:
            names[f"{metric.name}_total"] = labels
        elif metric.kind is Histogram:
            names |= {f"{metric.name}_{part}": labels | {"le"} for part in ("bucket", "count", "sum")}
        else:
            names[metric.name] = labels
    return names


def board_asks() -> Iterator[str]:
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for variable in BOARD["templating"]["list"]:
        yield variable["definition"]


def asked() -> list[str]:
    return [rule["expr"] for rule in ALERTS] + list(board_asks())


@pytest.mark.parametrize("expression", asked())
def test_only_what_is_measured_is_asked_for(expression: str) -> None:
    names, used = known(), re.findall(r"\b(hepar_\w+|up)\b(?:\{([^}]*)\})?", expression)
    assert used
    for name, within in used:
        assert name in names
        assert set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", within)) <= names[name]
    grouped = {label for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(", ")}
    assert grouped <= set.union(*(names[name] for name, _ in used))


def test_every_panel_says_what_it_is_and_none_hides_another() -> None:
    places = [tuple(panel["gridPos"][side] for side in ("x", "y")) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["title"] for panel in BOARD["panels"])
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    source = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    assert {panel["datasource"]["uid"] for panel in BOARD["panels"]} == {source["uid"]}


def test_every_alert_has_its_section_in_the_runbook_and_every_section_its_alert() -> None:
    _, text = (ROOT / "docs/runbook.md").read_text(encoding="utf-8").split("\n## Alerts\n")
    sections = dict(re.findall(r"^### (\w+)\n\n(.+)", text.partition("\n## ")[0], re.MULTILINE))
    assert list(sections) == [rule["alert"] for rule in ALERTS]
    assert [name for name, first in sections.items() if not re.match(r"\*.+\.\* \S", f"{first} ")] == []
    for rule in ALERTS:
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_alerts_fire_when_they_should_and_are_silent_else(tmp_path: Path) -> None:
    promtool = program("promtool")
    for shipped in ("alerts.yml", "prometheus.yml"):
        shutil.copy(FOLDER / shipped, tmp_path)
    for what in (["config", "--syntax-only", "prometheus.yml"], ["rules", "alerts.yml"]):
        subprocess.run([promtool, "check", *what], check=True, cwd=tmp_path, capture_output=True)
    cases = (ROOT / "tests/deploy/alerts.test.yml").read_text(encoding="utf-8")
    (tmp_path / "test.yml").write_text(cases.replace("RULES", "alerts.yml"), encoding="utf-8")
    order = [promtool, "test", "rules", "test.yml"]
    done = subprocess.run(order, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = yaml.safe_load(cases)["tests"]
    fired = {one["alertname"] for case in tested for one in case["alert_rule_test"] if one.get("exp_alerts")}
    silent = {one["alertname"] for case in tested for one in case["alert_rule_test"] if not one.get("exp_alerts")}
    assert fired == silent == {rule["alert"] for rule in ALERTS}


def until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """What it returns as soon as that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come true")


def test_a_real_prometheus_reads_the_service_and_answers_the_board(tmp_path: Path) -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    watched, port = free_port(), free_port()
    del config["scrape_configs"][0]["dns_sd_configs"]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{watched}"]}]
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.copy(FOLDER / "alerts.yml", tmp_path)
    order = [
        program("prometheus"), f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ]  # fmt: skip

    def ask(expression: str) -> list[Any]:
        address = f"http://127.0.0.1:{port}/api/v1/query"
        try:
            answer = requests.get(address, params={"query": expression}, timeout=5)
        except requests.ConnectionError:
            return []
        if answer.status_code == 503:  # it is starting
            return []
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"]["result"])

    server = {"workers": 1, "operations_bind": f"127.0.0.1:{watched}"}
    with live(tmp_path, [ehr(tmp_path)], tables={"server": server}) as service:
        assert service.post(call()).status_code == 200
        with (tmp_path / "said").open("wb") as said, subprocess.Popen(order, stdout=said, stderr=said) as prometheus:
            try:
                until(lambda: ask('up{job="hepar"} == 1'))
                assert until(lambda: ask('sum(hepar_calls_total{outcome="cards"})'))[0]["value"][1] == "1"
                service.post(call())
                until(lambda: ask("increase(hepar_calls_total[1m]) > 0"))
                board = [one.replace("$client", ".*") for one in board_asks() if not one.startswith("label_values")]
                empty = [one for one in board if not ask(one)]
                assert not [one for one in empty if "hepar_calls" in one or "hepar_call_seconds" in one], empty
                rules = requests.get(f"http://127.0.0.1:{port}/api/v1/rules", timeout=5).json()["data"]["groups"][0]
                assert [rule["name"] for rule in rules["rules"] if rule["health"] == "err"] == []
            finally:
                prometheus.terminate()
