"""The trial without containers: what `prepare` makes, the site of the compose file, a FHIR server, and the EHR."""

import json
import re
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from hooks.cli import main as hepar
from tests.deploy.proxy import SHIPPED, Proxy, nginx
from tests.hooks.fhir_server import FhirServer, serving
from tests.live import Live, free_port
from tests.source_tree import ROOT

COMPOSE = ROOT / "deploy/compose"
Trial = Callable[..., tuple[int, str]]


@pytest.fixture
def trial(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trial:
    """Runs deploy/trial.py; its exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["trial.py", *arguments])
        try:
            runpy.run_path(str(ROOT / "deploy/trial.py"), run_name="__main__")
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().out
        return 0, capsys.readouterr().out

    return run


@contextmanager
def before(folder: Path, keys: Path, ports: dict[str, int]) -> Iterator[Proxy]:
    """The proxy of the trial: its site as it is, but for names and ports that containers have to themselves."""
    folder.mkdir()
    folder.chmod(0o755)
    for shipped in (SHIPPED / "nginx.conf", SHIPPED / "hepar.conf", keys / "tls.crt", keys / "tls.key"):
        shutil.copy(shipped, folder)
    site = (COMPOSE / "site.conf").read_text(encoding="utf-8")
    for name, port in ports.items():
        assert name in site
        site = site.replace(name, f"{name.partition(':')[0] if name.startswith('listen') else ''}127.0.0.1:{port}")
    site = site.replace("/etc/nginx/tls/", "").replace("/dev/stdout", f"{folder}/access.log")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    front = Proxy(folder, ports["8443"])
    try:
        front.start(nginx())
        yield front
    finally:
        if front.process is not None:
            front.process.terminate()
            front.process.wait(10)


def prepared_as_in_the_compose_file(put: dict[str, str]) -> list[str]:
    """The options of `prepare` in the compose file, with other values for some."""
    options = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))["services"]["prepare"]["command"]
    names = [option.partition("=")[0] for option in options]
    assert set(put) == set(names)
    return [f"{name}={put[name]}" for name in names]


def test_the_ehr_gets_cards_about_charts_that_the_service_reads_itself(
    tmp_path: Path, trial: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    nginx()
    service, watched, public, fhir = (free_port() for _ in range(4))
    options = prepared_as_in_the_compose_file({
        "--public-url": f"https://localhost:{public}",
        "--bind": f"127.0.0.1:{service}",
        "--operations-bind": f"127.0.0.1:{watched}",
        "--database": f"sqlite:///{tmp_path}/hepar.db",
        "--fhir": f"https://localhost:{fhir}/fhir",
    })  # fmt: skip
    folder = str(tmp_path / "trial")
    assert trial("prepare", folder, *options)[0] == 0
    settings = tmp_path / "trial/hepar/hepar.toml"
    # Here the proxy has an address of this machine, where hepar reads only if it is told to.
    settings.write_text(settings.read_text().replace("ca_file", "allow_http_loopback = true\nca_file"))
    running = Live(settings.parent, service)
    stub = FhirServer([])
    ports = {"hepar:8080": service, "8443": public, "8444": fhir}
    with serving(stub):
        assert hepar.main(["demo", "load", "--fhir", stub.base], standalone_mode=False) is None
        capsys.readouterr()
        ports["fhir:8080"] = int(re.findall(r":(\d+)/", stub.base)[0])
        try:
            running.start()
            with before(tmp_path / "proxy", tmp_path / "trial/proxy", ports):
                for how in ([], ["--read"]):
                    asked = len(stub.seen)
                    status, said = trial("call", folder, *how)
                    assert status == 0, said + running.said()
                    assert said.startswith("200 in ")
                    assert "MELD" in said
                    assert (len(stub.seen) > asked) == bool(how)
                assert trial("prepare", str(tmp_path / "stranger"), *options)[0] == 0
                assert trial("call", str(tmp_path / "stranger"))[0] == 2, "another certificate is not trusted"
                status, said = trial("call", str(tmp_path / "stranger"), "--at", running.base)
                assert (status, said[:4]) == (1, "401 ")
        finally:
            running.kill()


@pytest.mark.hazard("T-57")
def test_each_part_gets_its_own_secrets_once_and_nobody_else_can_read_them(tmp_path: Path, trial: Trial) -> None:
    trial("prepare", str(tmp_path))
    made = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert [path for path in made if path.stat().st_mode & 0o077] == []
    assert b"PRIVATE" in made[tmp_path / "ehr/ehr.key"]
    assert "d" not in json.loads(made[tmp_path / "hepar/ehr.jwks.json"])["keys"][0]
    password = made[tmp_path / "database/password"]
    holders = {path.relative_to(tmp_path).as_posix() for path, written in made.items() if password in written}
    assert holders == {"database/password", "hepar/pgpass"}
    assert "already" in trial("prepare", str(tmp_path))[1]
    assert {path: path.read_bytes() for path in made} == made


def test_all_that_is_made_is_given_to_its_reader_and_the_folder_around_is_left_alone(
    tmp_path: Path, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: set[Path] = set()
    monkeypatch.setattr("os.chown", lambda path, owner, group: given.add(path) if owner == group == 10001 else None)
    trial("prepare", str(tmp_path), "--owner", "10001")
    assert given == set(tmp_path.rglob("*")), "in a container the folder around cannot be changed"
