"""The trial installation: what it makes is enough for a real service in production mode, and its caller is let in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.proxy import nginx, proxy
from tests.live import Live, free_port
from tests.source_tree import ROOT


def trial(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy/trial.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})


@contextmanager
def served(folder: Path, *more: str, public: str = "https://localhost:8443") -> Iterator[Live]:
    """The service that `prepare` configured in `folder`."""
    port = free_port()
    binds = ["--bind", f"127.0.0.1:{port}", "--operations-bind", f"127.0.0.1:{free_port()}"]
    database = f"sqlite:///{folder}/hepar.db"
    made = trial("prepare", str(folder), *binds, "--public-url", public, "--database", database, *more)
    assert made.returncode == 0, made.stderr
    service = Live(folder / "hepar", port)
    try:
        service.start()
        yield service
    finally:
        service.kill()


def test_what_is_prepared_starts_and_its_caller_gets_cards(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        called = trial("call", str(tmp_path), "--at", service.base)
        assert called.returncode == 0, called.stdout + called.stderr
        assert called.stdout.startswith("200 ")
        assert "MELD" in called.stdout
        stranger = trial("prepare", str(tmp_path / "stranger"))
        assert stranger.returncode == 0
        refused = trial("call", str(tmp_path / "stranger"), "--at", service.base)
        assert refused.returncode == 1
        assert refused.stdout.startswith("401 ")


def test_the_caller_trusts_the_certificate_of_the_trial_and_no_other(tmp_path: Path) -> None:
    nginx()
    port = free_port()
    with served(tmp_path / "trial", public=f"https://localhost:{port}") as service:
        with proxy(tmp_path / "proxy", [service.port], port):
            assert trial("call", str(tmp_path / "trial")).returncode == 2
        own = {file: (tmp_path / "trial/proxy" / file).read_bytes() for file in ("tls.crt", "tls.key")}
        with proxy(tmp_path / "other", [service.port], port, own):
            assert trial("call", str(tmp_path / "trial")).stdout.startswith("200 ")


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    trial("prepare", str(tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = trial("prepare", str(tmp_path))
    assert "already" in again.stdout
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.hazard("T-57")
def test_each_part_gets_its_own_secrets_and_nobody_else_can_read_them(tmp_path: Path) -> None:
    trial("prepare", str(tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []
    signing = (tmp_path / "ehr/ehr.key").read_text()
    assert "PRIVATE" in signing
    assert "d" not in json.loads((tmp_path / "hepar/ehr.jwks.json").read_text())["keys"][0]
    password = (tmp_path / "database/password").read_text()
    assert password in (tmp_path / "hepar/pgpass").read_text()
    assert all(password not in path.read_text() for part in ("proxy", "ehr") for path in (tmp_path / part).iterdir())
