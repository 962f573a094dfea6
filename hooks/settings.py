"""Reads a site's decisions from one TOML file, and is the only reader of the environment.

Every fault is named at once, each by file and key with what would mend it.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from hooks.settings_schema import ConfigFile
from hooks.site import Client, FhirServer, Limits, Msc, Server, Settings, Storage
from hooks.urls import host_of, is_loopback

__all__ = ["CLOCK_VARIABLE", "Fault", "Settings", "SettingsError", "load", "secret", "settings_from"]

CLOCK_VARIABLE = "HEPAR_NOW"
DEVELOPMENT_MSC = {"clinical_owner": "development mode, nobody", "protocol": "demonstration", "repeat_after_days": 0}

_PLACEHOLDER_HOST = re.compile(r"(^|\.)(example\.(org|com|net)|example|invalid|test)$")
_PLACEHOLDER_TEXTS = {"name, department", "trial or protocol number", "changeme"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a configuration: where, what, and what to write instead."""

    file: str
    key: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.file}: {self.key}: {self.what}" + (f" {self.mend}" if self.mend else "")


class SettingsError(Exception):
    """The service cannot start as configured. `faults` are all that were found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(path: str | os.PathLike[str] | None, dev: bool = False, bind: str | None = None) -> Settings:
    """The settings of the file `path`, or in development of no file. `bind` ("host:port") replaces `server.bind`.

    SettingsError with every fault that was found.
    """
    if path is None and not dev:
        nothing = Fault("command line", "--config", "no configuration file was named.", "Name one, or use --dev.")
        raise SettingsError(nothing)
    name = "development defaults" if path is None else str(path)
    document = {} if path is None else _read(Path(path), name)
    if bind is not None:
        server = document.get("server", {})
        document["server"] = {**server, "bind": bind} if isinstance(server, dict) else server
    return settings_from(document, name, dev)


def secret(variable: str) -> str:
    """The value of an environment variable that the user names; "" if it is not set."""
    return os.environ.get(variable, "")


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(Fault(name, "file", f"cannot be read: {error.strerror}.")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(Fault(name, "file", f"is not TOML: {error}.")) from None


def settings_from(document: Mapping[str, Any], name: str, dev: bool) -> Settings:
    """The settings in an already parsed document that came from the file `name`. SettingsError with every fault."""
    faults: list[Fault] = []
    now = None
    try:
        now = _clock(dev)
    except SettingsError as error:
        faults += error.faults
    try:
        found = ConfigFile().load(_with_defaults(document, dev))
    except ValidationError as error:
        raise SettingsError(*_faults(name, error.messages), *faults) from None
    settings = replace(_settings(found, name, dev), now=now)
    faults = [Fault(name, *fault) for fault in _disagreements(settings, document)] + faults
    if faults:
        raise SettingsError(*faults)
    return settings


def _with_defaults(document: Mapping[str, Any], dev: bool) -> dict[str, Any]:
    """In development MSC text is on, nothing is held back as repeated, and the address is where the service listens,
    unless the file says otherwise.
    """
    filled = dict(document)
    server = filled.get("server", {})
    if dev and isinstance(filled.get("msc", {}), dict):
        filled["msc"] = {**DEVELOPMENT_MSC, **filled.get("msc", {})}
    if dev and isinstance(server, dict) and "public_url" not in server and isinstance(server.get("bind", ""), str):
        filled["server"] = {**server, "public_url": f"http://{server.get('bind', '127.0.0.1:8080')}"}
    return filled


def _settings(found: dict[str, Any], name: str, dev: bool) -> Settings:
    msc = dict(found["msc"])
    orders = frozenset((code["system"], code["code"]) for code in msc.pop("order_codes"))
    server = {**found["server"], "public_url": found["server"]["public_url"].rstrip("/")}
    folder = Path(name).parent
    return Settings(
        server=Server(**server),
        storage=Storage(**{**found["storage"], "url": _beside(found["storage"]["url"], folder)}),
        limits=Limits(**found["limits"]),
        msc=Msc(order_codes=orders, **msc),
        clients=tuple(_client(client, folder) for client in found["client"]),
        dev=dev,
        file=name,
    )


def _beside(url: str, folder: Path) -> str:
    """The address of a database file that is named relative to the configuration file."""
    scheme, separator, database = url.partition(":///")
    relative = scheme.startswith("sqlite") and separator and database and database[0] not in "/:"
    return f"{scheme}:///{folder / database}" if relative else url


def _client(found: dict[str, Any], folder: Path) -> Client:
    known = dict(found)
    servers = tuple(
        FhirServer(server["base_url"].rstrip("/"), server["allow_private"]) for server in known.pop("fhir_server")
    )
    codes = {step: (code["system"], code["code"]) for step, code in known.pop("action_codes").items()}
    if known["jwks_file"]:
        known["jwks_file"] = str(folder / known["jwks_file"])
    return Client(fhir_servers=servers, action_codes=codes, **known.pop("features"), **known)


def _disagreements(settings: Settings, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What depends on more than one key: (key, what, mend)."""
    if settings.dev:
        if not is_loopback(settings.server.host):
            yield "server.bind", "--dev binds to loopback only.", "Use 127.0.0.1, or leave --dev out."
    else:
        yield from _production(settings, document)
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
        identities.add((client.issuer, client.tenant))
        names.add(client.name)


def _production(settings: Settings, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is fine in development and nowhere else."""
    for table, key in (("server", "public_url"), ("storage", "url")):
        if key not in document.get(table, {}):
            yield f"{table}.{key}", "is missing.", ""
    if not settings.clients:
        yield "client", "no EHR is registered.", "Add a [[client]] table for each."
    url = settings.server.public_url
    if not url.startswith("https://") and not is_loopback(host_of(url)):
        yield "server.public_url", "is not https.", "Put TLS in front and name that address."
    if _is_placeholder(url):
        yield "server.public_url", "is a placeholder.", "Write the address that the EHR calls."
    for key, text in (("clinical_owner", settings.msc.clinical_owner), ("protocol", settings.msc.protocol)):
        if text.strip().lower() in _PLACEHOLDER_TEXTS:
            yield f"msc.{key}", "is a placeholder.", "Write who answers for it, or leave it empty."
    for client in settings.clients:
        yield from _production_client(client)


def _production_client(client: Client) -> Iterator[tuple[str, str, str]]:
    here = f"client {client.name}"
    addresses = [("issuer", client.issuer), ("jku", client.jku)]
    addresses += [("fhir_server.base_url", server.base_url) for server in client.fhir_servers]
    for key, address in addresses:
        if _is_placeholder(address):
            yield f"{here}: {key}", "is a placeholder.", "Write the real address."
        on_this_machine = client.allow_http_loopback and is_loopback(host_of(address))
        if key != "issuer" and address.startswith("http://") and not on_this_machine:
            yield f"{here}: {key}", "is not https.", "Use https, or allow_http_loopback in a trial on one machine."
    if client.jwks_file and not Path(client.jwks_file).is_file():
        yield f"{here}: jwks_file", "does not exist.", "Put the EHR's public keys there."


def _is_placeholder(address: str) -> bool:
    return bool(_PLACEHOLDER_HOST.search(host_of(address)))


def _clock(dev: bool) -> datetime | None:
    written = os.environ.get(CLOCK_VARIABLE)
    if not written:
        return None
    if not dev:
        raise SettingsError(Fault("environment", CLOCK_VARIABLE, "sets the clock in development only.", "Unset it."))
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SettingsError(Fault("environment", CLOCK_VARIABLE, "is no instant.", "Write 2026-11-22T10:00:00Z."))
    return instant.astimezone(UTC)


def _faults(name: str, messages: Any, key: str = "") -> Iterator[Fault]:
    """Nested messages of marshmallow messages: one fault for each leaf. A message may hold "what | mend"."""
    if isinstance(messages, dict):
        for part, inner in messages.items():
            if part in ("_schema", "value"):
                place = key
            elif isinstance(part, int):
                place = f"{key}[{part + 1}]"
            else:
                place = f"{key}.{part}" if key else str(part)
            yield from _faults(name, inner, place)
        return
    for message in messages:
        what, _, mend = str(message).partition(" | ")
        yield Fault(name, key or "file", what, mend)
