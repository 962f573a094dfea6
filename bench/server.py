"""One gunicorn with one worker: started, asked, and its costs read from /proc."""

import http.client
import os
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import callers
from body import PATIENT

HERE = Path(__file__).parent
TICK = os.sysconf("SC_CLK_TCK")
GUNICORN = [
    "--workers",
    "1",
    "--worker-class",
    "gthread",
    "--threads",
    "4",
    "--keep-alive",
    "30",
    "--log-level",
    "error",
]
INSTANCE = b"INSTANCE"
SOMEBODY = PATIENT.encode()


@dataclass
class Samples:
    """What many requests took: seconds each as seen by the caller, CPU seconds of the worker in all."""

    latencies: list[float] = field(default_factory=list)
    user: float = 0.0
    system: float = 0.0

    @property
    def cpu(self) -> float:
        """CPU seconds of one request."""
        return (self.user + self.system) / len(self.latencies)

    def percentile(self, share: float) -> float:
        """The latency that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Server:
    """A running server; a context manager that stops it."""

    def __init__(self, module: str, folder: str) -> None:
        """Start `module:app` in `folder`, which is its working and home folder, and wait until it answers."""
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {"HOME": folder, "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent}"}
        command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{self.port}", f"{module}:app"]
        started = time.perf_counter()
        self.folder = folder
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        while not self._alive():
            if self.process.poll() is not None or time.perf_counter() - started > 30:
                self.process.terminate()
                raise SystemExit(f"{module} does not start")
            time.sleep(0.005)
        self.started_in = time.perf_counter() - started
        master = self.process.pid
        self.worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(15)

    def _alive(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def cpu(self) -> tuple[float, float]:
        """User and system seconds that the worker has used so far, all threads."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / TICK, int(fields[12]) / TICK

    def memory(self) -> float:
        """Resident memory of the worker in MiB."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def ask(self, path: str, body: bytes, seconds: float, samples: Samples | None = None, algorithm: str = "") -> bytes:
        """One caller on one kept connection, for so long; the last answer. SystemExit unless each is a 200.

        Each call is about another patient, so that no advice is a repetition. `algorithm` signs a token for each.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        user, system = self.cpu()
        end = time.perf_counter() + seconds
        latencies, answer = [], b""
        while not latencies or time.perf_counter() < end:
            instance = str(uuid.uuid4())
            fresh = body.replace(INSTANCE, instance.encode(), 1).replace(SOMEBODY, instance[: len(SOMEBODY)].encode())
            headers = {"Content-Type": "application/json"}
            if algorithm:
                headers["Authorization"] = f"Bearer {callers.token(algorithm, path, self.folder)}"
            asked = time.perf_counter()
            connection.request("POST", path, fresh, headers)
            response = connection.getresponse()
            answer = response.read()
            latencies.append(time.perf_counter() - asked)
            if response.status != 200:
                raise SystemExit(f"{path} answered {response.status}: {answer[:500]!r}")
        connection.close()
        if samples is not None:
            now_user, now_system = self.cpu()
            samples.latencies += latencies
            samples.user += now_user - user
            samples.system += now_system - system
        return answer
