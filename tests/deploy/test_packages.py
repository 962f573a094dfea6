"""What is installed is listed, and an audit that could not look does not pass."""

import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from tests.test_locks import plain

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
"""Every way out leads to a port where nobody listens."""
PINNED = f"idna==3.10 --hash=sha256:{'0' * 64}\n"
NOT_TO_BE_LOOKED_UP = "hepar @ file:///nowhere/hepar-1-py3-none-any.whl\n"


def order(module: str) -> list[str]:
    """How the Makefile runs one tool, with the Python of this test."""
    line = next(line for line in MAKEFILE.splitlines() if f"-m {module} " in line)
    words = re.split(r"\|\|", line.strip().lstrip("@"))[0].split()
    return [sys.executable, *words[1:]]


def audited(file: Path, *, unhashed: bool = False, strict: bool = True) -> subprocess.CompletedProcess[str]:
    """What the audit of a list of packages says where nothing can be reached."""
    put = {"requirements.lock": str(file), "--require-hashes": "--no-deps" if unhashed else "--require-hashes"}
    command = [put.get(word, word) for word in order("pip_audit") if strict or word != "--strict"]
    own = {**os.environ, **NOWHERE, "no_proxy": "", "NO_PROXY": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=own)


@pytest.mark.hazard("T-58")
def test_an_audit_that_reaches_nobody_fails(tmp_path: Path) -> None:
    (tmp_path / "list").write_text(PINNED)
    assert audited(tmp_path / "list").returncode != 0


@pytest.mark.hazard("T-58")
def test_an_audit_that_skips_a_package_fails(tmp_path: Path) -> None:
    (tmp_path / "list").write_text(NOT_TO_BE_LOOKED_UP)
    said = audited(tmp_path / "list", unhashed=True)
    assert said.returncode != 0
    assert "hepar" in said.stderr
    lenient = audited(tmp_path / "list", unhashed=True, strict=False)
    assert lenient.returncode == 0, "without --strict it passes, which is why it stands there"


@pytest.mark.hazard("T-58")
def test_the_audit_takes_what_is_served_and_is_no_part_of_the_tests() -> None:
    assert "requirements.lock" in order("pip_audit")
    assert {"--strict", "--require-hashes"} <= set(order("pip_audit"))
    for target in ("test", "run", "install"):
        assert not re.search(rf"^{target}:.*\b(audit|sbom)\b", MAKEFILE, re.MULTILINE)


@pytest.mark.hazard("T-58")
def test_the_list_names_everything_that_is_installed_at_its_version(tmp_path: Path) -> None:
    made = tmp_path / "list.json"
    put = {"build/hepar.cdx.json": str(made), "build/served/bin/python": sys.executable}
    command = [*(put.get(word, word) for word in order("cyclonedx_py")), "--no-validate"]  # takes 20 s for so many
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    document = json.loads(made.read_bytes())
    listed = {(plain(one["name"]), one["version"]) for one in document["components"]}
    installed = {(plain(one.metadata["Name"]), one.version) for one in metadata.distributions()}
    assert {one for one in installed - listed if one[0] != "hepar"} == set()
    assert document["metadata"]["component"]["name"] == "hepar"
    assert document["bomFormat"] == "CycloneDX"


def test_the_list_is_made_from_an_environment_that_holds_the_lock_alone() -> None:
    made = re.search(r"^sbom:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert made is not None
    installs = [line for line in made[1].splitlines() if " install " in line]
    assert len(installs) == 1
    assert installs[0].split()[-1] == "requirements.lock"
    assert "--require-hashes" in installs[0]
