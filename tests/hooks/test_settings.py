"""The configuration file: every key, every fault at once, and what is refused outside development."""

import re
from datetime import UTC, datetime
from pathlib import Path

import certifi
import pytest

from hooks.settings import SettingsError, load
from hooks.site import FhirServer

WHOLE = """
[server]
public_url = "https://cds.hospital.net/"
bind = "127.0.0.1:8080"
workers = 3
threads = 4
cors_origins = ["https://ehr.hospital.net"]
operations_bind = "127.0.0.1:9090"
trusted_hops = 1
[storage]
url = "sqlite:////var/lib/hepar/hepar.db"
feedback_retention_days = 7
audit_retention_days = 8
create = false
audit_key_file = "audit.key"
[limits]
body_bytes = 5_242_880
json_depth = 32
entries = 100
deadline_ms = 900
fhir_pages = 2
requests_per_minute = 60
[msc]
order_codes = [{system = "urn:site", code = "MSC1"}]
product_codes = [{system = "urn:site", code = "MSC2"}]
clinical_owner = "A. Person, Hepatology"
protocol = "TRIAL-7"
repeat_after_days = 3
[[client]]
name = "ehr-a"
issuer = "https://ehr-a.net"
tenant = "north"
jwks_file = "ehr-a.jwks.json"
algorithms = ["ES384"]
extra_audiences = ["sand_man"]
foreign_audiences = true
ca_file = "ca.pem"
feedback_accepts_service_audience = true
max_token_seconds = 900
services = ["msc-liver-evaluation"]
[[client.fhir_server]]
base_url = "https://fhir.ehr-a.net/r4/"
allow_private = true
[client.prefetch_aliases]
"lab-results" = "labs"
[client.action_codes]
"liver-panel" = {system = "urn:epic", code = "12345"}
[client.features]
actions_per_suggestion = 2
score_suggestions = true
"""
KEY = "9f2c4e1ab37d58066f0e1d2c3b4a59687786a5b4c3d2e1f0123456789abcdef0"


@pytest.fixture
def write(tmp_path):
    (tmp_path / "ehr-a.jwks.json").write_text('{"keys": []}')
    (tmp_path / "audit.key").write_text(KEY + "\n")
    (tmp_path / "ca.pem").write_bytes(Path(certifi.where()).read_bytes())

    def put(text):
        file = tmp_path / "hepar.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return put


def faults(file, dev=False):
    with pytest.raises(SettingsError) as caught:
        load(file, dev)
    assert all(fault.file == str(file) for fault in caught.value.faults)
    return {fault.key: fault.what for fault in caught.value.faults}


def test_every_key_is_read(write):
    found = load(write(WHOLE))
    assert found.server.public_url == "https://cds.hospital.net"
    assert (found.server.host, found.server.port, found.server.workers, found.server.threads) == (
        "127.0.0.1",
        8080,
        3,
        4,
    )
    assert found.server.cors_origins == ("https://ehr.hospital.net",)
    assert (found.server.operations_bind, found.server.trusted_hops) == ("127.0.0.1:9090", 1)
    assert (found.storage.feedback_retention_days, found.storage.audit_retention_days) == (7, 8)
    assert (found.storage.create, found.storage.audit_key) == (False, KEY.encode())
    assert (found.limits.json_depth, found.limits.entries, found.limits.deadline_ms) == (32, 100, 900)
    assert (found.limits.body_bytes, found.limits.fhir_pages, found.limits.requests_per_minute) == (5_242_880, 2, 60)
    assert found.msc.order_codes == {("urn:site", "MSC1")}
    assert found.msc.product_codes == {("urn:site", "MSC2")}
    assert found.msc.text
    (client,) = found.clients
    assert (client.issuer, client.tenant, client.algorithms) == ("https://ehr-a.net", "north", ("ES384",))
    assert client.jwks_file.endswith("/ehr-a.jwks.json")
    assert client.fhir_servers == (FhirServer("https://fhir.ehr-a.net/r4", True),)
    assert client.prefetch_aliases == {"lab-results": "labs"}
    assert client.action_codes == {"liver-panel": ("urn:epic", "12345")}
    assert (client.actions_per_suggestion, client.max_token_seconds) == (2, 900)
    assert client.score_suggestions
    assert client.feedback_accepts_service_audience
    assert client.foreign_audiences
    assert client.ca_file.endswith("/ca.pem")
    assert client.services == ("msc-liver-evaluation",)


@pytest.mark.hazard("F-26")
def test_all_faults_are_named_at_once_by_file_and_key(write):
    file = write(
        '[server]\nworker = 2\nworkers = "two"\nthreads = 0\npublic_url = "ftp://x"\n[limit]\n[storage]\nurl = "mysql://x/y"\n'
        '[[client]]\nname = "a b"\nissuer = "https://a.net"\njwks_file = "a"\nalgorithms = ["HS256", "none"]\n'
        'services = ["x"]\n'
        '[client.prefetch_aliases]\nx = "bloods"\n[[client]]\n'
    )
    assert set(faults(file)) == {
        "server.worker",
        "server.workers",
        "server.threads",
        "server.public_url",
        "limit",
        "storage.url",
        "client[1].name",
        "client[1].algorithms[1]",
        "client[1].algorithms[2]",
        "client[1].services[1]",
        "client[1].prefetch_aliases.x",
        "client[2].name",
        "client[2].issuer",
        "client[2].jwks_file",
    }


@pytest.mark.parametrize("text", ["[server", "= 1", 'a = "\\ud800"', "[server]\n[server]"])
@pytest.mark.hazard("F-26")
def test_what_is_not_toml(write, text):
    assert set(faults(write(text))) == {"file"}


def test_tables_of_the_wrong_kind(write):
    assert set(faults(write("server = 1\nmsc = []\nclient = {}\nlimits = 'x'\nstorage = true"), dev=True)) == {
        "server",
        "msc",
        "client",
        "limits",
        "storage",
    }


@pytest.mark.hazard("C-43", "T-57")
def test_placeholders_are_refused_outside_development(write):
    text = WHOLE.replace("cds.hospital.net", "cds.example.org").replace("fhir.ehr-a.net", "fhir.ehr.example.org")
    text = text.replace("A. Person, Hepatology", "name, department").replace(
        'issuer = "https://ehr-a.net"', 'issuer = "https://x.example"'
    )
    file = write(text)
    assert set(faults(file)) == {
        "server.public_url", "msc.clinical_owner", "client ehr-a: issuer", "client ehr-a: fhir_server.base_url",
    }  # fmt: skip
    assert load(file, dev=True).server.public_url == "https://cds.example.org"


@pytest.mark.hazard("T-25")
def test_plain_http_is_refused_but_on_this_machine_when_said_so(write):
    text = WHOLE.replace("https://fhir.ehr-a.net/r4/", "http://127.0.0.1:9090/fhir")
    assert set(faults(write(text))) == {"client ehr-a: fhir_server.base_url"}
    switched = text.replace('tenant = "north"', 'tenant = "north"\nallow_http_loopback = true')
    assert set(faults(write(switched))) == {"client ehr-a: allow_http_loopback"}
    assert load(write(switched.replace("https://cds.hospital.net/", "http://127.0.0.1:8080")))


def test_the_same_issuer_and_tenant_twice(write):
    again = WHOLE[WHOLE.index("[[client]]") :]
    assert set(faults(write(WHOLE + again))) == {"client ehr-a: issuer", "client ehr-a: name"}


def test_a_client_has_keys_from_exactly_one_place(write):
    both = WHOLE.replace('tenant = "north"', 'tenant = "north"\njku = "https://ehr-a.net/jwks"')
    assert set(faults(write(both))) == {"client[1].jwks_file"}
    assert set(faults(write(WHOLE.replace("ehr-a.jwks.json", "missing.json")))) == {"client ehr-a: jwks_file"}


@pytest.mark.hazard("T-5", "T-25")
def test_the_address_of_keys_is_one_that_can_be_read_in_one_way(write):
    def at(jku: str) -> str:
        return write(WHOLE.replace('jwks_file = "ehr-a.jwks.json"', f'jku = "{jku}"'))

    for jku in ("https://ehr-a.net/jwks", "https://ehr-a.net/", "https://ehr-a.net:8443/jwks?tenant=a"):
        assert load(at(jku)).clients[0].jku == jku
    for jku in ("https://u@ehr-a.net/jwks", "https://ehr-a.net/jwks#x", "https://ehr-a.net/../x", "file:///k", "x"):
        assert set(faults(at(jku))) == {"client[1].jku"}
    assert set(faults(at("http://ehr-a.net/jwks"))) == {"client ehr-a: jku"}


def test_a_password_in_the_address_of_the_database(write):
    text = WHOLE.replace("sqlite:////var/lib/hepar/hepar.db", "postgresql+psycopg://u:p@db/hepar")
    assert set(faults(write(text))) == {"storage.url"}


def test_without_a_file_only_development_starts(tmp_path):
    with pytest.raises(SettingsError):
        load(None)
    found = load(None, dev=True)
    assert found.dev
    assert found.msc.text
    assert found.server.bind == "127.0.0.1:8080"
    assert load(None, dev=True, bind="127.0.0.1:9000").server.public_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize("bind", ["0.0.0.0:8080", "10.0.0.1:80", "[::]:8080"])
def test_development_binds_to_loopback_only(bind):
    with pytest.raises(SettingsError) as caught:
        load(None, dev=True, bind=bind)
    assert [fault.key for fault in caught.value.faults] == ["server.bind"]


def test_a_file_in_development(write):
    found = load(write("[msc]\nrepeat_after_days = 9\n"), dev=True)
    assert (found.msc.repeat_after_days, found.msc.text) == (9, True)
    assert not load(write('[msc]\nclinical_owner = ""\n'), dev=True).msc.text


def test_a_relative_database_is_beside_the_file(write, tmp_path):
    found = load(write('[storage]\nurl = "sqlite:///here.db"\n'), dev=True)
    assert found.storage.url == f"sqlite:///{tmp_path}/here.db"


def test_the_clock_is_set_in_development_only(write, monkeypatch):
    monkeypatch.setenv("HEPAR_NOW", "2026-11-22T11:00:00+01:00")
    assert load(None, dev=True).clock() == datetime(2026, 11, 22, 10, tzinfo=UTC)
    with pytest.raises(SettingsError):
        load(write(WHOLE))
    for wrong in ("yesterday", "2026-11-22T11:00:00"):
        monkeypatch.setenv("HEPAR_NOW", wrong)
        with pytest.raises(SettingsError):
            load(None, dev=True)


@pytest.mark.hazard("M-8")
@pytest.mark.parametrize("key", ["clinical_owner", "protocol"])
def test_without_owner_or_protocol_there_is_no_msc_text(write, key):
    lines = [line for line in WHOLE.splitlines() if not line.startswith(key)]
    assert not load(write("\n".join(lines))).msc.text


@pytest.mark.hazard("T-57", "T-18")
@pytest.mark.parametrize(
    "key", ["", "changeme", "0" * 64, "short", "changeme" * 8, "my-secret-key-of-the-audit-chain-12345"]
)
def test_a_key_that_is_no_secret(write, tmp_path, key):
    file = write(WHOLE)
    (tmp_path / "audit.key").write_text(key)
    assert set(faults(file)) == {"storage.audit_key_file"}
    (tmp_path / "audit.key").unlink()
    assert set(faults(file)) == {"storage.audit_key_file"}


@pytest.mark.hazard("T-57")
def test_secrets_are_not_shown(write):
    assert KEY not in repr(load(write(WHOLE)))


@pytest.mark.hazard("T-18")
def test_public_keys_that_cannot_be_used(write, tmp_path):
    file = write(WHOLE)
    for text in ("", "{", "[]", "{}", '{"keys": {}}'):
        (tmp_path / "ehr-a.jwks.json").write_text(text)
        assert set(faults(file)) == {"client ehr-a: jwks_file"}


@pytest.mark.hazard("T-25", "T-18")
def test_certificates_that_cannot_be_used(write, tmp_path):
    file = write(WHOLE)
    (tmp_path / "ca.pem").write_text("none")
    assert set(faults(file)) == {"client ehr-a: ca_file"}


@pytest.mark.hazard("T-18")
def test_without_clients_it_does_not_start(write):
    assert set(faults(write(WHOLE[: WHOLE.index("[[client]]")]))) == {"client"}


@pytest.mark.hazard("T-18")
def test_plain_http_is_for_this_machine_alone(write):
    elsewhere = WHOLE.replace("https://cds.hospital.net/", "http://cds.hospital.net/")
    assert set(faults(write(elsewhere))) == {"server.public_url"}
    local = WHOLE.replace("https://cds.hospital.net/", "http://127.0.0.1:8080")
    assert set(faults(write(local.replace('bind = "127.0.0.1:8080"', 'bind = "0.0.0.0:8080"')))) == {"server.bind"}


@pytest.mark.hazard("T-60")
def test_operations_have_a_port_of_their_own(write):
    assert set(faults(write(WHOLE.replace("127.0.0.1:9090", "10.0.0.1:8080")))) == {"server.operations_bind"}
    assert load(write(WHOLE.replace("127.0.0.1:9090", "10.0.0.1:9090"))).server.operations_bind == "10.0.0.1:9090"
    assert set(faults(write('[server]\noperations_bind = "10.0.0.1:9090"\n'), dev=True)) == {"server.operations_bind"}


@pytest.mark.hazard("T-43", "T-18")
def test_no_debugger_outside_development(write, monkeypatch):
    file = write(WHOLE)
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert set(faults(file)) == {"FLASK_DEBUG"}
    assert load(file, dev=True)
    monkeypatch.setenv("FLASK_DEBUG", "0")
    assert load(file)


@pytest.mark.hazard("F-26")
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('"MSC1"', "msc.{}"),
        ('["MSC1"]', "msc.{}[1]"),
        ('[{system = "urn:site"}]', "msc.{}[1].code"),
        ('[{system = "", code = "x"}]', "msc.{}[1].system"),
        ('[{system = "urn:site", code = "x", display = "y"}]', "msc.{}[1].display"),
    ],
)
@pytest.mark.parametrize("name", ["order_codes", "product_codes"])
def test_codes_of_the_site_have_a_system_and_a_code(write, name, written, key):
    whole = re.sub(rf"(?m)^{name} = .*$", f"{name} = {written}", WHOLE)
    assert key.format(name) in faults(write(whole))
