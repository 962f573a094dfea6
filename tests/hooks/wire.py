"""Servers that say exactly certain bytes, listeners that count who connects, and certificates: all on loopback."""

import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Canary:
    """A listener that answers nothing and counts the connections made to it."""

    port: int = 0
    connections: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"


@contextmanager
def canary() -> Iterator[Canary]:
    """A canary on a free port."""
    counted = Canary()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        counted.port = listener.getsockname()[1]
        yield counted
        listener.settimeout(0.02)
        with suppress(TimeoutError):
            while True:
                listener.accept()[0].close()
                counted.connections += 1


@dataclass
class Raw:
    """What was heard by a server of raw bytes, and how its connections ended."""

    port: int = 0
    scheme: str = "http"
    heard: list[bytes] = field(default_factory=list)
    closed_by_caller: int = 0

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/fhir"


@contextmanager
def raw(answer: bytes, pause: float = 0.0, piece: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """A server that says exactly these bytes; in pieces with pauses between them, if so wished."""
    listener = socket.create_server(("127.0.0.1", 0))
    found = Raw(listener.getsockname()[1], "https" if tls else "http")
    stop = threading.Event()
    size = piece or len(answer) or 1

    def say(connection: socket.socket) -> None:
        try:
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                found.heard.append(connection.recv(65536))
                for start in range(0, len(answer), size):
                    connection.sendall(answer[start : start + size])
                    if pause and _hung_up(connection, pause, stop):
                        found.closed_by_caller += 1
                        return
        except OSError:
            found.closed_by_caller += 1
        finally:
            connection.close()

    threads: list[threading.Thread] = []

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=say, args=(connection,), daemon=True))
            threads[-1].start()

    threads.append(threading.Thread(target=serve, daemon=True))
    threads[0].start()
    try:
        yield found
    finally:
        stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(2)


def _hung_up(connection: socket.socket, pause: float, stop: threading.Event) -> bool:
    """Whether the caller closes the connection within the pause, in which it has nothing more to say."""
    end = time.monotonic() + pause
    while not stop.is_set() and time.monotonic() < end:
        if select.select([connection], [], [], 0.01)[0]:
            return True
    return stop.is_set()


def response(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate with its key, as files."""

    file: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """TLS for a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def certificate(folder: Path, host: str = "127.0.0.1", days: int = 1) -> Certificate:
    """For an address or a name; already expired if `days` is negative."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    try:
        known: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        known = x509.DNSName(host)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / f"{host}{days}.pem", folder / f"{host}{days}.key")
    files.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
