"""The manifests: built by the real Kustomize, valid by the schemas of Kubernetes, closed, complete in themselves."""

import copy
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from click.testing import CliRunner

from hooks.cli import main
from hooks.settings import SettingsError, load
from tests.source_tree import ROOT

FOLDER = ROOT / "deploy/kubernetes"
OVERLAYS = ("evaluation", "production")
VERSIONS = ("1.32", kubernetes_validate.latest_version().rpartition(".")[0])
OF_PROMETHEUS = {"ServiceMonitor", "PrometheusRule"}
"""Kinds of its operator, which the schemas of Kubernetes do not know."""
Manifest = dict[str, Any]


@cache
def built(overlay: str) -> list[Manifest]:
    """What an overlay becomes. Skips without Kustomize, which Debian has in a version that is too old only."""
    orders = {"kustomize": ["kustomize", "build"], "kubectl": ["kubectl", "kustomize"]}
    order = next((order for program, order in orders.items() if shutil.which(program)), None)
    if order is None:
        pytest.skip("neither kustomize nor kubectl is installed")
    done = subprocess.run([*order, str(FOLDER / "overlays" / overlay)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a warning: something is deprecated"
    return list(yaml.safe_load_all(done.stdout))


def only(overlay: str, kind: str, name: str = "hepar") -> Manifest:
    """The one manifest of this kind and name; of a name with a hash, by what stands before it."""
    found = [one for one in built(overlay) if one["kind"] == kind and one["metadata"]["name"].startswith(name)]
    assert len(found) == 1, (kind, name)
    return found[0]


def pod(overlay: str) -> Manifest:
    return dict(only(overlay, "Deployment")["spec"]["template"]["spec"])


def containers(overlay: str) -> dict[str, Manifest]:
    return {container["name"]: container for container in pod(overlay)["containers"]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_manifest_is_one_that_kubernetes_knows(overlay: str, version: str) -> None:
    for manifest in built(overlay):
        if manifest["kind"] not in OF_PROMETHEUS:
            kubernetes_validate.validate(manifest, version, strict=True)


def test_a_manifest_with_a_word_that_kubernetes_does_not_know_is_found_out() -> None:
    wrong = copy.deepcopy(only("production", "Deployment"))
    wrong["spec"]["template"]["spec"]["containers"][0]["securityContexts"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


@pytest.mark.hazard("T-59")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_run_without_any_privilege(overlay: str) -> None:
    spec = pod(overlay)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    namespace = next(one for one in built(overlay) if one["kind"] == "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.hazard("T-57")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_secrets_are_referred_to_and_nowhere_written(overlay: str) -> None:
    assert [one for one in built(overlay) if one["kind"] == "Secret"] == []
    for container in pod(overlay)["containers"]:
        assert all("value" not in variable for variable in container.get("env", []))
    referred = {volume["secret"]["secretName"] for volume in pod(overlay)["volumes"] if "secret" in volume}
    assert referred == {"hepar-secrets", "hepar-tls"}
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert all(name in text for name in referred)


def named(value: Any, key: str) -> Iterator[Any]:
    """All values of this key, however deep."""
    if isinstance(value, dict):
        for each, inner in value.items():
            if each == key:
                yield inner
            yield from named(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner, key)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_all_that_is_named_is_there(overlay: str) -> None:
    spec, manifests = pod(overlay), built(overlay)
    maps = {one["metadata"]["name"] for one in manifests if one["kind"] == "ConfigMap"}
    assert {reference["name"] for reference in named(spec["volumes"], "configMap")} == maps
    ports = {port["name"] for container in spec["containers"] for port in container["ports"]}
    probes = [probe for key in ("httpGet", "tcpSocket") for probe in named(spec["containers"], key)]
    assert len(probes) == 5
    assert {probe["port"] for probe in probes} <= ports
    labels = only(overlay, "Deployment")["spec"]["template"]["metadata"]["labels"]
    for service in (one for one in manifests if one["kind"] == "Service"):
        assert service["spec"]["selector"].items() <= labels.items()
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    mounts = {mount["name"] for container in spec["containers"] for mount in container["volumeMounts"]}
    assert mounts == {volume["name"] for volume in spec["volumes"]}
    assert {one["metadata"].get("namespace") for one in manifests} - {None} == {manifests[0]["metadata"]["name"]}


@pytest.mark.hazard("T-50", "T-60")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_reaches_the_service_past_the_proxy(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "hepar.toml").write_text(only(overlay, "ConfigMap", "hepar-settings")["data"]["hepar.toml"])
    with pytest.raises(SettingsError) as refused:
        load(str(tmp_path / "hepar.toml"), dev=False)
    faults = [str(fault) for fault in refused.value.faults]
    assert faults
    assert [fault for fault in faults if "placeholder" not in fault and "audit_key_file" not in fault] == []
    settings = only(overlay, "ConfigMap", "hepar-settings")["data"]["hepar.toml"]
    assert 'bind = "127.0.0.1:8080"' in settings
    assert 'operations_bind = "0.0.0.0:9090"' in settings
    assert "trusted_hops = 1" in settings
    assert "server 127.0.0.1:8080" in only(overlay, "ConfigMap", "hepar-site")["data"]["site.conf"]
    assert [port["containerPort"] for port in containers(overlay)["hepar"]["ports"]] == [9090]
    proxied = only(overlay, "ConfigMap", "hepar-proxy")["data"]
    assert proxied == {name: (ROOT / "deploy/proxy" / name).read_text() for name in ("nginx.conf", "hepar.conf")}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_is_not_named_cannot_be_reached(overlay: str) -> None:
    default = only(overlay, "NetworkPolicy", "nothing-by-default")["spec"]
    assert default == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    policies = [one for one in built(overlay) if one["kind"] == "NetworkPolicy"]
    ours = next(one for one in policies if one["metadata"]["name"] == "hepar")["spec"]
    assert ours["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "hepar"}
    open_to_all = [rule["ports"] for rule in ours["ingress"] if "from" not in rule]
    assert open_to_all == [[{"port": 8443, "protocol": "TCP"}]]
    assert "169.254.0.0/16" in next(iter(named(ours["egress"], "except")))


def test_production_stays_up_while_nodes_and_releases_change() -> None:
    deployment = only("production", "Deployment")["spec"]
    assert "replicas" not in deployment, "the autoscaler says how many"
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    scaler = only("production", "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == only("production", "Deployment")["metadata"]["name"]
    assert scaler["minReplicas"] >= 2
    budget = only("production", "PodDisruptionBudget")["spec"]
    assert budget["selector"] == deployment["selector"]
    assert scaler["metrics"][0]["containerResource"]["container"] in containers("production")
    pauses = [one["lifecycle"]["preStop"]["sleep"]["seconds"] for one in containers("production").values()]
    service, proxy = pauses
    assert service > proxy, "the proxy ends first"
    assert pod("production")["terminationGracePeriodSeconds"] >= service + 15 + 5
    evaluation = only("evaluation", "Deployment")["spec"]
    assert (evaluation["replicas"], evaluation["strategy"]) == (1, {"type": "Recreate"})


def test_production_is_watched_by_the_alerts_that_are_tested() -> None:
    rules = only("production", "PrometheusRule")["spec"]
    shipped = yaml.safe_load((ROOT / "deploy/monitoring/alerts.yml").read_text(encoding="utf-8"))
    assert rules == shipped
    monitor = only("production", "ServiceMonitor")["spec"]
    watched = only("production", "Service", "hepar-operations")
    assert monitor["selector"]["matchLabels"].items() <= watched["metadata"]["labels"].items()
    assert {point["port"] for point in monitor["endpoints"]} <= {port["name"] for port in watched["spec"]["ports"]}
    assert watched["metadata"]["labels"][monitor["jobLabel"]] == "hepar", "the job of the alerts"


def test_the_release_is_the_newest_in_the_changes() -> None:
    newest = re.findall(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert {containers(overlay)["hepar"]["image"] for overlay in OVERLAYS} == {f"hepar:{newest}"}


def test_the_shipped_settings_say_themselves_what_is_left() -> None:
    file = FOLDER / "overlays/production/hepar.toml"
    done = CliRunner().invoke(main, ["config", "check", "--config", str(file)])
    assert done.exit_code == 2
    assert "public_url" in done.stderr
