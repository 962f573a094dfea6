"""The public CDS Hooks sandbox as a client: known in development by its published key, refused in production."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from hooks.app import create_app
from hooks.settings import SettingsError, load, settings_from
from hooks.trust import Gate
from tests import calls
from tests.hooks.gates import Memory
from tests.live import EVALUATION, ehr, issuer, signer, toml
from tests.source_tree import ROOT
from tests.tokens import bearer, key

SHIPPED = ROOT / "deploy" / "sandbox"
BASE, ISSUED, FEEDBACK = "127.0.0.1:18471", 1795398539, f"{EVALUATION}/feedback"
TOKEN = (
    "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6IjQ0ODIzZjNkLTBiMDEtNGE2Yy1hODBlLWI5ZDNlOGE3MjI2ZiIsImprdSI6Imh0dH"
    "BzOi8vc2FuZGJveC5jZHMtaG9va3Mub3JnLy53ZWxsLWtub3duL2p3a3MuanNvbiJ9.eyJpc3MiOiJodHRwczovL3NhbmRib3guY2RzLWhvb2t"
    "zLm9yZyIsImF1ZCI6Imh0dHA6Ly8xMjcuMC4wLjE6MTg0NzEvY2RzLXNlcnZpY2VzL21zYy1saXZlci1ldmFsdWF0aW9uL2ZlZWRiYWNrIiwiZ"
    "XhwIjoxNzk1Mzk4ODM5LCJpYXQiOjE3OTUzOTg1MzksImp0aSI6IjA1OWE0MTNmLTg1ZjctNGViMS1iYWRjLTY0M2MzYzY4OTYwYSJ9.dAfqDZ"
    "8WAp57OyctUJN27fyhFRxc4FNwD8-nDv3l9ig5LEBidGOFfaPvWmDSqnlIGHnO-ptKRf4XJ94xMDI2ksHnL0-Zo1n8WINmFOtD2KAlT2tCmNhh"
    "vYabtD1mTSQF"
)
"""What a sandbox that was built from its sources sent along when a suggestion of a service at `BASE` was accepted."""
HTTPS = {"server": {"public_url": "https://cds.hospital.net"}, "storage": {"url": "sqlite://"}}


def test_the_shipped_configuration_is_one_of_development_alone() -> None:
    assert [client.name for client in load(SHIPPED / "hepar.toml", dev=True).clients] == ["sandbox"]
    with pytest.raises(SettingsError, match="sandbox"):
        load(SHIPPED / "hepar.toml", dev=False)


def test_a_token_that_the_sandbox_made_is_known_by_the_shipped_key() -> None:
    settings = load(SHIPPED / "hepar.toml", dev=True, bind=BASE)
    gate = Gate(settings, Memory().spend, now=lambda: float(ISSUED))
    assert gate.admit([f"Bearer {TOKEN}"], FEEDBACK, feedback=True).client.name == "sandbox"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": "https://sandbox.cds-hooks.org", "jku": "https://ehr.hospital.net/keys"}, "issuer"),
        ({"jku": "https://sandbox.cds-hooks.org/.well-known/jwks.json"}, "jku"),
        ({"jwks_file": str(SHIPPED / "jwks.json")}, "jwks_file"),
    ],
)
def test_production_refuses_what_is_the_sandboxs(changes: dict[str, str], fault: str) -> None:
    client = {"name": "ehr", "issuer": "https://ehr.hospital.net", **changes}
    with pytest.raises(SettingsError) as caught:
        settings_from({**HTTPS, "client": [client]}, "hepar.toml", dev=False)
    assert [found.key for found in caught.value.faults] == [f"client ehr: {fault}"]
    assert "private key anybody has" in str(caught.value)


@pytest.fixture
def known(tmp_path: Path) -> Any:
    """The service in development, with ehr-a registered."""
    file = tmp_path / "hepar.toml"
    file.write_text(toml({}, [ehr(tmp_path)]), encoding="utf-8")
    return create_app(load(file, dev=True)).test_client()


def test_in_development_a_token_is_judged_where_clients_are_registered(known: Any) -> None:
    here = f"http://127.0.0.1:8080{EVALUATION}"
    sound = signer("ehr-a").token(here, iss=issuer("ehr-a"))
    foreign = key("ES384", "another").token(here, iss=issuer("ehr-a"))

    def status(**headers: str) -> int:
        return int(known.post(EVALUATION, json=calls.call(), headers=headers).status_code)

    assert (status(), status(**bearer(sound)), status(**bearer(sound))) == (200, 200, 401)
    assert status(**bearer(foreign)) == 401
    assert status(Authorization="Basic bm9ib2R5") == 401


def test_in_development_without_clients_tokens_mean_nothing(client: Any) -> None:
    stranger = key("ES384", "another").token("https://elsewhere.net")
    assert client.post(EVALUATION, json=calls.call(), headers=bearer(stranger)).status_code == 200


def test_pages_of_the_sandbox_may_read_what_is_answered(tmp_path: Path) -> None:
    for file in SHIPPED.iterdir():
        shutil.copy(file, tmp_path)
    application = create_app(load(tmp_path / "hepar.toml", dev=True)).test_client()
    asked = {"Origin": "https://sandbox.cds-hooks.org", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = application.options(EVALUATION, headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == asked["Origin"]
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    other = application.get("/cds-services", headers={"Origin": "https://cds-hooks.org"})
    assert "Access-Control-Allow-Origin" not in other.headers
