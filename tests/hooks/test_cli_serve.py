"""`hepar serve`: what it prints, what it refuses, and that it starts and ends as a process should."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from hooks.cli import main
from hooks.serve import example

ROOT = Path(__file__).parents[2]
HEPAR = [sys.executable, "-m", "hooks.cli"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.hazard("T-56")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])
def test_development_mode_listens_on_loopback_only(host: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--dev", "--host", host])
    assert result.exit_code == 2
    assert "loopback" in result.stderr
    assert "Traceback" not in result.output


def test_without_a_configuration_and_without_dev_it_does_not_start() -> None:
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert "--dev" in result.stderr


def test_the_clock_may_be_set_in_development_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEPAR_NOW", "2026-11-22T10:00:00Z")
    config = tmp_path / "hepar.toml"
    config.write_text('[server]\npublic_url = "https://cds.hospital-a.de"\n[storage]\nurl = "sqlite:///hepar.db"\n')
    result = CliRunner().invoke(main, ["serve", "--config", str(config)])
    assert result.exit_code == 2
    assert "HEPAR_NOW" in result.stderr


def test_an_address_in_use_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(main, ["serve", "--dev", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "in use" in result.stderr


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A real process in development mode; afterwards its output is in `out` and `err`."""
    folder = tmp_path_factory.mktemp("serve")
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HEPAR_NOW": "2026-11-22T10:00:00Z", "HOME": str(folder)}
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [*HEPAR, "serve", "--dev", "--port", str(port)], cwd=folder, env=environment, stdout=out, stderr=err
        )
        base = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                requests.get(f"{base}/livez", timeout=1)
                break
            except requests.ConnectionError:
                assert process.poll() is None, (folder / "err").read_text()
                time.sleep(0.1)
        running = {"base": base, "folder": folder, "process": process}
        try:
            yield running
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def test_it_answers_the_call_that_it_prints(service: dict[str, Any]) -> None:
    base = service["base"]
    said = (service["folder"] / "err").read_text()
    assert f"{base}/" in said
    assert example(base, dev=True) in said
    call = requests.get(f"{base}/demo/charts/demo-decompensated/call", timeout=5).json()
    answer = requests.post(f"{base}/cds-services/msc-liver-evaluation", json=call, timeout=5)
    assert answer.status_code == 200
    assert answer.json()["cards"]


def test_the_clock_is_the_one_that_was_set(service: dict[str, Any]) -> None:
    call = requests.get(f"{service['base']}/demo/charts/demo-decompensated/call", timeout=5).json()
    answer = requests.post(f"{service['base']}/cds-services/msc-liver-evaluation", json=call, timeout=5).json()
    assert answer["cards"][0]["extension"]["io.github.hepar-cds.assessment"]["computedAt"] == "2026-11-22T10:00:00Z"


def raw(base: str, sent: bytes) -> bytes:
    """What comes back for these bytes until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=5) as line:
        line.sendall(sent)
        found = b""
        while part := line.recv(65536):
            found += part
    return found


POST = b"POST /cds-services/msc-liver-evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.hazard("T-36", "T-42", "T-43")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (CHUNKED + b"zz\r\nZZMRN123\r\n0\r\n\r\n", 400),
        (CHUNKED + b"-5\r\nZZMRN123\r\n0\r\n\r\n", 400),
        (CHUNKED + b"2\r\n{}ZZMRN123\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 415),
        (POST + b"Transfer-Encoding: ZZMRN123\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (b"GET /ZZMRN123\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /ZZMRN123\nHost: localhost\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\r\n ZZMRN123\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nZZMRN123 : a\r\n\r\n", 400),
        (b"GET /" + b"ZZMRN123" * 1000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + b"ZZMRN123" * 9000 + b"\r\n\r\n", 431),
    ],
    ids=range(13),
)
def test_what_is_no_http_is_refused_and_not_repeated(service: dict[str, Any], sent: bytes, status: int) -> None:
    head, _, body = raw(service["base"], sent).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    assert b"ZZMRN123" not in head + body
    assert requests.get(f"{service['base']}/livez", timeout=1).status_code == 200
    assert "ZZMRN123" not in (service["folder"] / "out").read_text() + (service["folder"] / "err").read_text()


@pytest.mark.hazard("T-36")
def test_a_call_whose_body_ends_too_early_is_refused_although_it_is_json(service: dict[str, Any]) -> None:
    with socket.create_connection(("127.0.0.1", int(service["base"].rpartition(":")[2])), timeout=5) as line:
        body = requests.get(f"{service['base']}/demo/charts/demo-decompensated/call", timeout=5).content
        line.sendall(POST + f"Content-Length: {len(body) + 1}\r\n\r\n".encode() + body)
        line.shutdown(socket.SHUT_WR)
        assert line.makefile("rb").readline().split()[1] == b"400"


def test_it_ends_on_sigterm_having_written_json_lines_only(service: dict[str, Any]) -> None:
    service["process"].send_signal(signal.SIGTERM)
    assert service["process"].wait(timeout=20) == 0
    lines = (service["folder"] / "out").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert "started" in events
    assert "request" in events
    assert "Traceback" not in (service["folder"] / "err").read_text()
    assert not (service["folder"] / ".gunicorn").exists()
