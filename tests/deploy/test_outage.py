"""A database that is away while the service or one of its workers starts: it goes on when the database is back."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.calls import call
from tests.database import cluster
from tests.live import HEPAR, ROOT, ehr, live


@pytest.mark.hazard("F-5")
def test_the_service_outlives_the_absence_of_its_database_also_while_a_worker_is_renewed(tmp_path: Path) -> None:
    with cluster() as server:
        tables = {"server": {"workers": 2, "threads": 2}, "storage": {"url": server.url}}
        with live(tmp_path, [ehr(tmp_path)], tables=tables) as service:
            assert service.post(call()).status_code == 200
            server.stop()
            gone = service.workers()[0]
            os.kill(gone, signal.SIGKILL)
            end = time.monotonic() + 3
            while time.monotonic() < end:
                assert service.process is not None
                assert service.process.poll() is None, service.said()
                assert service.post(call()).status_code == 503
                time.sleep(0.1)
            server.start()
            end = time.monotonic() + 10
            while time.monotonic() < end and service.post(call()).status_code != 200:
                time.sleep(0.1)
            assert service.post(call()).status_code == 200
            assert len(service.workers()) == 2
            assert gone not in service.workers()


def test_a_start_without_the_database_is_worth_another_try(tmp_path: Path) -> None:
    tables = {"server": {"workers": 1}, "storage": {"url": f"postgresql+psycopg://hepar@/hepar?host={tmp_path}"}}
    with live(tmp_path, [ehr(tmp_path)], tables=tables, start=False) as service:
        order = [*HEPAR, "serve", "--config", str(service.config)]
        own = {**os.environ, "PYTHONPATH": str(ROOT)}
        tried = subprocess.run(order, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert tried.returncode == 1, "status 2 is a fault of the configuration: the unit would not start it again"
    assert "the database cannot be opened" in tried.stderr
    assert "Traceback" not in tried.stderr
