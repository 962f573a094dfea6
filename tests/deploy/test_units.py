"""The units for machines without containers: what systemd itself says about them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source_tree import ROOT

UNITS = ROOT / "deploy/systemd"
EXPOSURE = {"hepar.service": 1.3, "hepar-proxy.service": 1.8}
"""The most that `systemd-analyze security` may find, of 10. Measured: 1.2 and 1.7 with systemd 252."""


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says. Skips where it is not installed."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unit", EXPOSURE)
def test_a_unit_is_as_closed_as_was_measured(unit: str) -> None:
    most = str(round(EXPOSURE[unit] * 10))
    said = analyze("security", "--offline=true", "--no-pager", f"--threshold={most}", str(UNITS / unit))
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr


@pytest.mark.parametrize("unit", EXPOSURE)
def test_a_unit_is_understood_whole(unit: str, tmp_path: Path) -> None:
    text = (UNITS / unit).read_text(encoding="utf-8")
    for program in ("/opt/hepar/.venv/bin/hepar", "/usr/sbin/nginx"):
        text = text.replace(f"ExecStart={program}", "ExecStart=/bin/true")  # whether or not they are installed here
    (tmp_path / unit).write_text(text, encoding="utf-8")
    said = analyze("verify", "--man=no", str(tmp_path / unit))
    assert said.returncode == 0, said.stderr
    assert unit not in said.stderr


def test_a_unit_with_a_word_that_nobody_knows_is_found_out(tmp_path: Path) -> None:
    text = (UNITS / "hepar.service").read_text(encoding="utf-8")
    (tmp_path / "hepar.service").write_text(text.replace("ProtectHome=", "ProtectHose="), encoding="utf-8")
    assert "ProtectHose" in analyze("verify", "--man=no", str(tmp_path / "hepar.service")).stderr


def test_systemd_takes_the_service_for_closed_because_of_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "hepar.service").write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    said = analyze("security", "--offline=true", "--no-pager", "--threshold=13", str(tmp_path / "hepar.service"))
    assert said.returncode != 0


def test_a_fault_of_the_configuration_is_not_tried_again() -> None:
    text = (UNITS / "hepar.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=2\n" in text
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in text
