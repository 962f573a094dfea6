"""The shipped proxy, run by the real nginx on loopback: its files as they are, and a site of the test's own."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.live import free_port
from tests.source_tree import ROOT

SHIPPED = ROOT / "deploy/proxy"
START_SECONDS = 10


def nginx() -> str:
    """The program. Skips where it is not installed."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip("nginx is not installed")
    return str(found)


def certificate(folder: Path) -> Path:
    """A certificate of this machine's loopback that vouches for itself, beside its key `tls.key`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "tls.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / "tls.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "tls.crt"


@dataclass
class Proxy:
    """One nginx in `folder` before services on these ports of loopback."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The address that callers know."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def trusted(self) -> str:
        """The file that vouches for it."""
        return str(self.folder / "tls.crt")

    def connect(self) -> ssl.SSLSocket:
        """A connection through which nothing was said yet."""
        context = ssl.create_default_context(cafile=self.trusted)
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        return context.wrap_socket(raw, server_hostname="127.0.0.1")

    def configure(self, services: Sequence[int]) -> None:
        """The shipped files, with a site for these services."""
        for shipped in ("nginx.conf", "hepar.conf"):
            shutil.copy(SHIPPED / shipped, self.folder)
        servers = "".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s; " for port in services)
        (self.folder / "site.conf").write_text(
            f"access_log {self.folder}/access.log short;\n"
            f"upstream hepar {{ {servers} }}\n"
            f"server {{ listen 127.0.0.1:{self.port} ssl; server_name localhost;\n"
            f"ssl_certificate tls.crt; ssl_certificate_key tls.key; include hepar.conf; }}\n"
        )

    def start(self, program: str) -> None:
        """Start it and wait until it listens. AssertionError with what it said if it does not."""
        said = self.folder / "error.log"
        where = ["-p", f"{self.folder}/", "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]
        with said.open("ab") as err:
            ours = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")  # pytest's folders are its own
            self.process = subprocess.Popen([program, *where, "-g", ours], stderr=err)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, said.read_text()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            time.sleep(0.05)
        raise AssertionError(said.read_text())


@contextmanager
def proxy(folder: Path, services: Sequence[int], port: int = 0) -> Iterator[Proxy]:
    """The proxy before the services on these ports, until the block ends."""
    program = nginx()
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    certificate(folder)
    made = Proxy(folder, port or free_port())
    made.configure(services)
    try:
        made.start(program)
        yield made
    finally:
        if made.process is not None:
            made.process.terminate()
            made.process.wait(10)
