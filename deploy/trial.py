"""A trial installation: makes what a site would bring, and calls the service as its EHR would.

    python deploy/trial.py prepare FOLDER     keys, certificate, passwords and hepar.toml, unless they are there already
    python deploy/trial.py call FOLDER        a hook call about a demonstration chart, with a token of its own

`prepare` writes four folders, so that each part of the installation is given its own secrets and no others: `hepar`,
`proxy`, `database` and `ehr`. What it makes is good for trials: the certificate vouches for itself, and the one EHR is
this script. With `--read` the call brings no chart: the service reads it from the FHIR server. Exit status: 0 done,
1 refused, 2 not done.
"""

import argparse
import json
import os
import secrets
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from jwt.algorithms import ECAlgorithm

from hooks.context import context_of
from hooks.demo.charts import prefetch, templates

ISSUER = "https://ehr.localhost"
KEY_ID = "trial"
DAYS = 30
"""How long the certificate is good."""
PEM = serialization.Encoding.PEM

SETTINGS = """\
[server]
public_url = "{public_url}"
bind = "{bind}"
operations_bind = "{operations_bind}"
trusted_hops = 1

[storage]
url = "{database}"
audit_key_file = "audit.key"

[limits]
deadline_ms = 2000

[msc]
repeat_after_days = 0

[[client]]
name = "trial"
issuer = "{issuer}"
jwks_file = "ehr.jwks.json"
ca_file = "ca.crt"
"""
FHIR = """\
[[client.fhir_server]]
base_url = "{fhir}"
allow_private = true
"""


def prepare(given: argparse.Namespace) -> None:
    """Write the four folders. The last file written is the configuration: where it is, all is."""
    folder: Path = given.folder
    if (folder / "hepar/hepar.toml").exists():
        print(f"{folder}: prepared already")
        return
    for name in ("hepar", "proxy", "database", "ehr"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        _give(folder / name, given.owner)
    password = secrets.token_hex(24)
    _write(folder / "database/password", password, given.owner)
    _write(folder / "hepar/pgpass", f"*:*:*:*:{password}\n", given.owner)
    _write(folder / "hepar/audit.key", secrets.token_hex(32), given.owner)
    names = {urlsplit(given.public_url).hostname or "", urlsplit(given.fhir).hostname or "", "localhost"} - {""}
    certificate, key = _certificate(sorted(names))
    _write(folder / "proxy/tls.crt", certificate, given.owner)
    _write(folder / "proxy/tls.key", key, given.owner)
    for reader in ("hepar", "ehr"):
        _write(folder / reader / "ca.crt", certificate, given.owner)
    signer = ec.generate_private_key(ec.SECP384R1())
    plain = signer.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(folder / "ehr/ehr.key", plain.decode(), given.owner)
    public = {**ECAlgorithm.to_jwk(signer.public_key(), as_dict=True), "kid": KEY_ID, "use": "sig", "alg": "ES384"}
    _write(folder / "hepar/ehr.jwks.json", json.dumps({"keys": [public]}), given.owner)
    _write(folder / "ehr/ehr.json", json.dumps({"public_url": given.public_url, "fhir": given.fhir}), given.owner)
    written = SETTINGS + (FHIR if given.fhir else "")
    _write(folder / "hepar/hepar.toml", written.format(**vars(given), issuer=ISSUER), given.owner)
    print(f"{folder}: prepared")


def _write(file: Path, text: str, owner: int) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    _give(file, owner)


def _give(path: Path, owner: int) -> None:
    if owner:
        os.chown(path, owner, owner)


def _certificate(names: list[str]) -> tuple[str, str]:
    """A certificate for these names that vouches for itself, and its key, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hepar trial")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(PEM).decode(), plain.decode()


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def call(given: argparse.Namespace) -> None:
    """One hook call; what came of it on standard output. SystemExit(1) if it was refused."""
    known = json.loads((given.folder / "ehr/ehr.json").read_text(encoding="utf-8"))
    path = f"/cds-services/{given.service}"
    chart = templates()[given.chart]
    body: dict[str, Any] = {
        "hook": given.hook,
        "hookInstance": str(uuid.uuid4()),
        "context": context_of(given.hook, chart.id, "trial"),
    }
    body |= {"fhirServer": known["fhir"]} if given.read else {"prefetch": prefetch(chart, datetime.now(UTC))}
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": known["public_url"] + path, "iat": now, "exp": now + 120, "jti": str(uuid.uuid4())}
    key = (given.folder / "ehr/ehr.key").read_text(encoding="utf-8")
    token = jwt.encode(claims, key, algorithm="ES384", headers={"kid": KEY_ID})
    host = {"Host": urlsplit(known["public_url"]).netloc} if given.at else {}
    answer = requests.post(
        (given.at or known["public_url"]) + path,
        json=body,
        headers={"Authorization": f"Bearer {token}", **host},
        verify=str(given.folder / "ehr/ca.crt"),
        timeout=30,
    )
    print(f"{answer.status_code} in {round(answer.elapsed.total_seconds() * 1000)} ms")
    if answer.status_code != 200:
        print(answer.text)
        raise SystemExit(1)
    for card in answer.json()["cards"]:
        print(f"  {card['indicator']}: {card['summary']}")


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    ways = words.add_subparsers(required=True)
    first = ways.add_parser("prepare", help="make what a site would bring")
    first.add_argument("folder", type=Path)
    first.add_argument("--public-url", default="https://localhost:8443", help="the address that the EHR calls")
    first.add_argument("--bind", default="127.0.0.1:8080", help="where the service listens for the proxy")
    first.add_argument("--operations-bind", default="127.0.0.1:9090", help="where it answers to those who watch")
    first.add_argument("--database", default="sqlite:///hepar.db", help="the address of the database")
    first.add_argument("--fhir", default="", help="the FHIR server from which charts may be read")
    first.add_argument("--owner", type=int, default=0, help="the number of the user who reads what is made")
    first.set_defaults(does=prepare)
    then = ways.add_parser("call", help="call the service as the EHR")
    then.add_argument("folder", type=Path)
    then.add_argument("--chart", default="demo-decompensated", choices=templates(), help="about whom")
    then.add_argument("--service", default="msc-liver-evaluation", help="which service")
    then.add_argument("--hook", default="patient-view", help="the hook of that service")
    then.add_argument("--read", action="store_true", help="send no chart: let the service read it")
    then.add_argument("--at", default="", help="where to connect, if not at the public address")
    then.set_defaults(does=call)
    given = words.parse_args()
    try:
        given.does(given)
    except (OSError, KeyError, requests.RequestException) as fault:
        print(f"trial: {fault}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
