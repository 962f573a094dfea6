"""The trial on one machine: its file is one that compose reads, and every container in it is as closed as it can be."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft202012Validator

from tests.deploy.proxy import SHIPPED, certificate, nginx
from tests.source_tree import ROOT

FOLDER = ROOT / "deploy/compose"
FILE = FOLDER / "compose.yaml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "hepar"}


def faults(text: str) -> list[str]:
    """What the schema of compose files finds wrong."""
    # Keys that begin with x- are anybody's own.
    written = {key: value for key, value in yaml.safe_load(text).items() if not key.startswith("x-")}
    found = Draft202012Validator(get_builtin_schema("vendor.compose-spec")).iter_errors(written)
    return [f"{fault.json_path}: {fault.message}" for fault in found]


def test_the_file_is_a_compose_file() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert faults(text) == []
    assert faults(text.replace("cap_drop:", "cap_dropped:"))


@pytest.mark.hazard("T-59")
@pytest.mark.parametrize("name", SERVICES)
def test_no_container_may_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only") or name == "fhir"
    assert not service.get("privileged")
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert not re.match(r"[^/]*[.:][^/]*/", service["image"]), "an image is a name, not an address"


@pytest.mark.hazard("T-59")
def test_the_service_is_bounded_and_only_preparing_is_done_as_root() -> None:
    limits = SERVICES["hepar"]["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert [name for name, service in OURS.items() if "user" in service] == ["prepare"]
    assert SERVICES["prepare"]["network_mode"] == "none"
    assert SERVICES["hepar"]["deploy"]["replicas"] > 1


def test_all_that_is_named_is_there() -> None:
    whole = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            there = (FOLDER / source).exists() if source.startswith(".") else source in whole["volumes"]
            assert there, f"{name}: {mount}"
        assert set(service.get("networks", [])) <= set(whole["networks"])
        assert set(service.get("depends_on", [])) <= set(SERVICES)


@pytest.mark.hazard("T-57")
def test_each_secret_is_given_to_those_who_need_it() -> None:
    given = {name: [mount.partition(":")[0] for mount in one.get("volumes", [])] for name, one in SERVICES.items()}
    kinds = ("settings", "certificate", "password", "ehr")
    holders = {kind: sorted(name for name, mounts in given.items() if kind in mounts) for kind in kinds}
    assert holders == {
        "settings": ["hepar", "prepare"],
        "certificate": ["prepare", "proxy"],
        "password": ["database", "prepare"],
        "ehr": ["ehr", "prepare"],
    }
    written = json.dumps([service.get("environment", {}) for service in SERVICES.values()])
    assert re.findall(r'"\w*(?:PASSWORD|SECRET|TOKEN)": ', written) == []


@pytest.mark.parametrize("site", [SHIPPED / "site.conf", FOLDER / "site.conf"], ids=["one machine", "trial"])
def test_the_real_nginx_takes_the_site(site: Path, tmp_path: Path) -> None:
    certificate(tmp_path)
    for name in ("nginx.conf", "hepar.conf"):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    text = re.sub(r"(ssl_certificate(?:_key)?) \S*/(\S+);", r"\1 \2;", site.read_text(encoding="utf-8"))
    text = re.sub(r"\b(?:hepar|fhir):8080", "127.0.0.1:8080", text)
    text = re.sub(r"access_log \S+", f"access_log {tmp_path}/access.log", text)
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    order = [nginx(), "-t", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    said = subprocess.run(order, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr.replace('the "user" directive', "")
