"""Reads a site's decisions from one TOML file, and is the only reader of the environment.

Every fault is named at once, each by file and key with what would mend it.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from hooks import settings_checks
from hooks.settings_schema import ConfigFile
from hooks.site import Client, FhirServer, Limits, Msc, Server, Settings, Storage

__all__ = ["CLOCK_VARIABLE", "Fault", "Settings", "SettingsError", "faults_in", "load", "secret", "settings_from"]

CLOCK_VARIABLE = "HEPAR_NOW"
DEBUG_VARIABLE = "FLASK_DEBUG"
DEVELOPMENT_MSC = {"clinical_owner": "development mode, nobody", "protocol": "demonstration", "repeat_after_days": 0}


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


class Passing(SettingsError):
    """What keeps the service from starting may pass by itself: to start it again is worth it."""


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


def keep_counters_in(folder: Path) -> None:
    """Tell the metrics library where the values of all processes are; it takes this from the environment alone."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


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
        raise SettingsError(*faults_in(name, error.messages), *faults) from None
    settings = replace(_settings(found, name, dev), now=now)
    faults = [Fault(name, *fault) for fault in settings_checks.faults(settings, document, debug=_debugging())] + faults
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
    orders, products = _codes(msc.pop("order_codes")), _codes(msc.pop("product_codes"))
    server = {**found["server"], "public_url": found["server"]["public_url"].rstrip("/")}
    folder = Path(name).parent
    return Settings(
        server=Server(**server),
        storage=_storage(found["storage"], folder),
        limits=Limits(**found["limits"]),
        msc=Msc(order_codes=orders, product_codes=products, **msc),
        clients=tuple(_client(client, folder) for client in found["client"]),
        dev=dev,
        file=name,
    )


def _codes(found: list[dict[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((code["system"], code["code"]) for code in found)


def _storage(found: dict[str, Any], folder: Path) -> Storage:
    key_file = str(folder / found["audit_key_file"]) if found["audit_key_file"] else ""
    key = b""
    if key_file:
        with suppress(OSError):  # an unreadable key is an empty one, and that is a fault
            key = Path(key_file).read_bytes().strip()
    return Storage(**{**found, "url": _beside(found["url"], folder), "audit_key_file": key_file, "audit_key": key})


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
    for name in ("jwks_file", "ca_file"):
        if known[name]:
            known[name] = str(folder / known[name])
    return Client(fhir_servers=servers, action_codes=codes, **known.pop("features"), **known)


def _debugging() -> bool:
    """Whether the environment asks for Flask's debugger, read as Flask reads it."""
    return os.environ.get(DEBUG_VARIABLE, "").lower() not in {"", "0", "false", "no"}


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


def faults_in(name: str, messages: Any, key: str = "") -> Iterator[Fault]:
    """Nested messages of marshmallow messages: one fault for each leaf. A message may hold "what | mend"."""
    if isinstance(messages, dict):
        for part, inner in messages.items():
            if part in ("_schema", "value"):
                place = key
            elif isinstance(part, int):
                place = f"{key}[{part + 1}]"
            else:
                place = f"{key}.{part}" if key else str(part)
            yield from faults_in(name, inner, place)
        return
    for message in messages:
        what, _, mend = str(message).partition(" | ")
        yield Fault(name, key or "file", what, mend)
