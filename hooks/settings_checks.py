"""What is wrong with settings although each key has its shape: keys that disagree, files that cannot be used, secrets
that are none, and what is fine in development and nowhere else. Each fault is (key, what, what would mend it).
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hooks import strict_json
from hooks.errors import BadRequest
from hooks.site import Client, Settings, host_and_port
from hooks.urls import host_of, is_loopback

Fault = tuple[str, str, str]

KEY_BYTES = 32
"""The least that a key of HMAC-SHA-256 should have."""

_PLACEHOLDER_HOST = re.compile(r"(^|\.)(example\.(org|com|net)|example|invalid|test)$")
_PLACEHOLDER_TEXTS = {"name, department", "trial or protocol number", "changeme"}
_PLACEHOLDER_KEY = re.compile(rb"change.?me|secret.?key|password|example|placeholder", re.IGNORECASE)
_JWKS_DEPTH = 16
_SANDBOX = "sandbox.cds-hooks.org"
_SANDBOX_KEY = "dw_JGR8nB2I6XveNxUOl2qk699ZPLM2nYI5STSdiEl9avAkrm3CkfYMbrrjr8laB"
"""The first coordinate of its public key."""
_ANYBODY = "belongs to the public CDS Hooks sandbox, whose private key anybody has."


def faults(settings: Settings, document: Mapping[str, Any], *, debug: bool) -> Iterator[Fault]:
    """All of them. `document` is what was written; `debug` is whether the environment asks for Flask's debugger."""
    if settings.dev:
        yield from _development(settings)
    else:
        yield from _production(settings, document)
        if debug:
            yield "FLASK_DEBUG", "asks for the debugger, which shows what is in memory to whoever calls.", "Unset it."
    yield from _addresses(settings)
    yield from _audit_key(settings)
    yield from _clients(settings)


def _development(settings: Settings) -> Iterator[Fault]:
    for key, bind in (("bind", settings.server.bind), ("operations_bind", settings.server.operations_bind)):
        if bind and not is_loopback(host_and_port(bind)[0]):
            yield f"server.{key}", "--dev binds to loopback only.", "Use 127.0.0.1, or leave --dev out."


def _addresses(settings: Settings) -> Iterator[Fault]:
    server = settings.server
    if server.operations_bind and host_and_port(server.operations_bind)[1] == server.port:
        yield "server.operations_bind", "has the port of bind.", "Choose another port."


def _audit_key(settings: Settings) -> Iterator[Fault]:
    key, named = settings.storage.audit_key, settings.storage.audit_key_file
    if not named:
        return
    if not key:
        yield "storage.audit_key_file", "cannot be read, or is empty.", "Put a random key there."
    elif len(key) < KEY_BYTES:
        yield "storage.audit_key_file", f"holds fewer than {KEY_BYTES} bytes.", "Use: openssl rand -hex 32"
    elif _PLACEHOLDER_KEY.search(key) or len(set(key)) < KEY_BYTES // 4:
        yield "storage.audit_key_file", "holds no random key.", "Use: openssl rand -hex 32"


def _clients(settings: Settings) -> Iterator[Fault]:
    public = settings.server.public_url.startswith("https://") and not is_loopback(host_of(settings.server.public_url))
    identities: set[tuple[str, str]] = set()
    names: set[str] = set()
    for client in settings.clients:
        here = f"client {client.name}"
        if client.allow_http_loopback and public:
            yield f"{here}: allow_http_loopback", "is refused while public_url is a public address.", "Remove it."
        if (client.issuer, client.tenant) in identities:
            yield f"{here}: issuer", "the same issuer and tenant are registered twice.", "Keep one of them."
        if client.name in names:
            yield f"{here}: name", "is used twice.", "Give each client its own name."
        if client.ca_file and not _certificates(client.ca_file):
            yield f"{here}: ca_file", "holds no certificates that can be read.", "Name a PEM file."
        identities.add((client.issuer, client.tenant))
        names.add(client.name)


def _production(settings: Settings, document: Mapping[str, Any]) -> Iterator[Fault]:
    for table, key in (("server", "public_url"), ("storage", "url")):
        if key not in document.get(table, {}):
            yield f"{table}.{key}", "is missing.", ""
    if not settings.clients:
        yield "client", "no EHR is registered.", "Add a [[client]] table for each."
    url = settings.server.public_url
    if not url.startswith("https://"):
        if not is_loopback(host_of(url)):
            yield "server.public_url", "is not https.", "Put TLS in front and name that address."
        elif not is_loopback(settings.server.host):
            yield "server.bind", "is open to others while public_url is plain http.", "Bind to 127.0.0.1."
    if is_placeholder(url):
        yield "server.public_url", "is a placeholder.", "Write the address that the EHR calls."
    for key, text in (("clinical_owner", settings.msc.clinical_owner), ("protocol", settings.msc.protocol)):
        if text.strip().lower() in _PLACEHOLDER_TEXTS:
            yield f"msc.{key}", "is a placeholder.", "Write the real one, or leave it empty: then trials are not named."
    for client in settings.clients:
        yield from _production_client(client)


def _production_client(client: Client) -> Iterator[Fault]:
    here = f"client {client.name}"
    addresses = [("issuer", client.issuer), ("jku", client.jku)]
    addresses += [("fhir_server.base_url", server.base_url) for server in client.fhir_servers]
    for key, address in addresses:
        if is_placeholder(address):
            yield f"{here}: {key}", "is a placeholder.", "Write the real address."
        on_this_machine = client.allow_http_loopback and is_loopback(host_of(address))
        if key != "issuer" and address.startswith("http://") and not on_this_machine:
            yield f"{here}: {key}", "is not https.", "Use https, or allow_http_loopback in a trial on one machine."
        if host_of(address) == _SANDBOX:
            yield f"{here}: {key}", _ANYBODY, "Use it with --dev alone."
    if client.jwks_file and (what := _keys(client.jwks_file)):
        yield f"{here}: jwks_file", what, "Put the EHR's public keys there."


def _keys(file: str) -> str:
    """What is wrong with a file of public keys; "" if it is a JWK set."""
    try:
        found = strict_json.read(Path(file).read_bytes(), _JWKS_DEPTH)
    except OSError as error:
        return f"cannot be read: {error.strerror}."
    except BadRequest:
        return "is not JSON."
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list):
        return "is no JWK set."
    published = any(isinstance(key, dict) and key.get("x") == _SANDBOX_KEY for key in keys)
    return f"holds a key that {_ANYBODY}" if published else ""


def _certificates(file: str) -> bool:
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        return False
    return True


def is_placeholder(address: str) -> bool:
    """Whether the host of the address is one that stands in examples only."""
    return bool(_PLACEHOLDER_HOST.search(host_of(address)))
