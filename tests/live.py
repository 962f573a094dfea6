"""The real service as operations run it: `hepar serve --config` with its workers, on loopback, on a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests import tokens

ROOT = Path(__file__).parents[1]
HEPAR = [sys.executable, "-m", "hooks.cli"]
START_SECONDS = 30
EVALUATION = "/cds-services/msc-liver-evaluation"

Table = Mapping[str, Any]


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def toml(tables: Table, clients: Sequence[Table] = ()) -> str:
    """A configuration: `tables` by name; a client's tables within it as mappings, its FHIR servers as a list."""
    lines: list[str] = []
    for name, table in tables.items():
        lines += [f"[{name}]", *_keys(table)]
    for client in clients:
        lines += ["[[client]]", *_keys(client)]
        for name, value in client.items():
            if isinstance(value, Mapping):
                lines += [f"[client.{name}]", *_keys(value)]
            elif name == "fhir_server":
                for server in value:
                    lines += ["[[client.fhir_server]]", *_keys(server)]
    return "\n".join(lines) + "\n"


def _keys(table: Table) -> list[str]:
    plain = {name: value for name, value in table.items() if not isinstance(value, Mapping) and name != "fhir_server"}
    return [f'"{name}" = {json.dumps(value)}' for name, value in plain.items()]


def ehr(folder: Path, name: str = "ehr-a", **more: Any) -> dict[str, Any]:
    """A client whose public key lies in `folder`; `more` adds to or replaces keys of its table."""
    (folder / f"{name}.jwks.json").write_bytes(tokens.jwks(signer(name)))
    return {"name": name, "issuer": issuer(name), "jwks_file": f"{name}.jwks.json", **more}


def issuer(name: str) -> str:
    """The issuer of a client's tokens."""
    return f"https://{name}.hospital.org"


def signer(name: str) -> tokens.Key:
    """The key with which a client signs."""
    return tokens.key("ES384", f"key-of-{name}")


@dataclass
class Live:
    """One service: its configuration in `folder`, its output in the files `out` and `err` there."""

    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Its public address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """Its configuration file."""
        return self.folder / "hepar.toml"

    def start(self, stdout: int | None = None) -> None:
        """Start it and wait until it answers. AssertionError with what it said if it ends.

        `stdout` replaces the file `out`.
        """
        own = {"PYTHONPATH": str(ROOT), "HOME": str(self.folder), **self.environment}
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("HEPAR", "FLASK"))}
        with (self.folder / "out").open("ab") as out, (self.folder / "err").open("ab") as err:
            self.process = subprocess.Popen(
                [*HEPAR, "serve", "--config", str(self.config)],
                cwd=self.folder, env=keep | own, stdout=stdout or out, stderr=err, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with suppress(requests.RequestException):
                if requests.get(f"{self.base}/livez", timeout=2).status_code == 200:
                    return
            assert self.process is not None
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
        raise AssertionError(f"it does not answer: {self.said()}")

    def token(self, path: str, client: str = "ehr-a", **claims: Any) -> str:
        """A sound token of a client for one endpoint."""
        return signer(client).token(f"{self.base}{path}", iss=issuer(client), **claims)

    def post(
        self, body: Any, path: str = EVALUATION, client: str = "ehr-a", *, token: str = "", **more: Any
    ) -> requests.Response:
        """One call with a new token of its own, unless one is given."""
        headers = tokens.bearer(token or self.token(path, client))
        return requests.post(f"{self.base}{path}", json=body, headers=headers, timeout=30, **more)

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        assert self.process is not None
        master = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def said(self) -> str:
        """All that it wrote so far, both streams."""
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """The lines of its log, or those of one event. Lines are written a moment after what they tell of."""
        out, size = self.folder / "out", -1
        end = time.monotonic() + 5
        while (size != out.stat().st_size or size == 0) and time.monotonic() < end:
            size = out.stat().st_size
            time.sleep(0.2)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        return [line for line in lines if not name or line["event"] == name]

    def stop(self) -> int:
        """End it as an operator would; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """End master and workers without any warning."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def live(
    folder: Path,
    clients: Sequence[Table],
    *,
    tables: Mapping[str, Table] | None = None,
    environment: Mapping[str, str] | None = None,
    start: bool = True,
) -> Iterator[Live]:
    """A service in production mode with these clients. `tables` add to or replace the keys of the configuration.

    Its public address is http on loopback, so a client may say allow_http_loopback. The same advice is repeated.
    """
    port = free_port()
    here = f"127.0.0.1:{port}"
    written: dict[str, dict[str, Any]] = {
        "server": {"public_url": f"http://{here}", "bind": here, "workers": 2, "threads": 4},
        "storage": {"url": f"sqlite:///{folder}/hepar.db"},
        "msc": {"repeat_after_days": 0},
    }
    for name, table in (tables or {}).items():
        written[name] = {**written.get(name, {}), **table}
    service = Live(folder, port, dict(environment or {}))
    service.config.write_text(toml(written, clients), encoding="utf-8")
    for name in ("out", "err"):
        (folder / name).touch()
    try:
        if start:
            service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.kill()
