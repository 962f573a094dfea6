"""What the runbook promises whoever changes a running service: it holds for every worker, and breaks nothing."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import calls
from tests.live import HEPAR, ROOT, Live, ehr, live

OWNED = {"clinical_owner": "Transplant hepatology", "protocol": "P-1"}


def change(service: Live, old: str, new: str) -> None:
    """One edit of the configuration, and a reload; done when all workers are new ones."""
    text = service.config.read_text(encoding="utf-8")
    assert old in text
    service.config.write_text(text.replace(old, new), encoding="utf-8")
    before = set(service.workers())
    assert service.process is not None
    service.process.send_signal(signal.SIGHUP)
    until(lambda: before.isdisjoint(service.workers()) and len(service.workers()) == len(before))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def investigational(service: Live) -> list[bool]:
    """Of several calls, whether a card spoke of trials."""
    answers = [service.post(calls.call()) for _ in range(8)]
    assert {answer.status_code for answer in answers} == {200}
    return ["nvestigational" in answer.text for answer in answers]


def verify(service: Live, *more: str) -> str:
    command = [*HEPAR, "audit", "verify", "--config", str(service.config), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.hazard("T-61")
def test_text_on_trials_and_the_audit_key_change_while_it_runs(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.key").write_text(secrets.token_hex(32), encoding="utf-8")
    tables = {"msc": OWNED, "storage": {"audit_key_file": "old.key"}}
    with live(tmp_path, [ehr(tmp_path)], tables=tables) as service:
        assert all(investigational(service))
        change(service, '"clinical_owner" = "Transplant hepatology"', '"clinical_owner" = ""')
        assert not any(investigational(service))

        with live(replica(tmp_path), [ehr(tmp_path / "other")], tables=beside(tmp_path)) as other:
            change(service, "old.key", "new.key")
            for each in (service, other, service):
                assert each.post(calls.call()).status_code == 200
        before = ("--old-key", str(tmp_path / "old.key"))
        assert "are as they were written" in verify(service, *before)
        assert "sealed with an older key" in verify(service, *before, "--overlap", "0")


def replica(folder: Path) -> Path:
    """The folder of one more replica."""
    (folder / "other").mkdir()
    return folder / "other"


def beside(folder: Path) -> dict[str, dict[str, object]]:
    """The tables of a replica that still has the old key."""
    return {"storage": {"url": f"sqlite:///{folder}/hepar.db", "audit_key_file": str(folder / "old.key")}}
