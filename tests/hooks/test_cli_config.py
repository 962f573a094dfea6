"""`hepar config check`: every fault at once, by file and key."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hooks.cli import main

GOOD = """
[server]
public_url = "https://cds.hospital.test.example-hospital.de"
[storage]
url = "sqlite:////var/lib/hepar/hepar.db"
[[client]]
name = "ehr-a"
issuer = "https://ehr.example-hospital.de"
jku = "https://ehr.example-hospital.de/jwks.json"
"""


def check(path: Path, text: str) -> Result:
    path.write_text(text)
    return CliRunner().invoke(main, ["config", "check", "--config", str(path)])


def test_a_sound_file(tmp_path: Path) -> None:
    result = check(tmp_path / "hepar.toml", GOOD)
    assert result.exit_code == 0, result.stderr
    assert "no fault found" in result.stdout


@pytest.mark.hazard("F-26")
def test_every_fault_is_named_by_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    result = check(path, GOOD + 'colour = "red"\n[limits]\ndeadline_ms = 5\n')
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert all(line.startswith(f"hepar: {path}: ") for line in lines)
    assert any("colour" in line for line in lines)
    assert any("limits.deadline_ms" in line for line in lines)
    assert "Traceback" not in result.output


@pytest.mark.hazard("C-43")
def test_a_placeholder_is_a_fault(tmp_path: Path) -> None:
    result = check(tmp_path / "hepar.toml", GOOD.replace("ehr.example-hospital.de", "ehr.example.org"))
    assert result.exit_code == 2
    assert "placeholder" in result.stderr


@pytest.mark.parametrize("text", ["[server", "\x00", "server = 1"])
def test_what_is_no_configuration_at_all(tmp_path: Path, text: str) -> None:
    result = check(tmp_path / "hepar.toml", text)
    assert result.exit_code == 2
    assert "hepar.toml" in result.stderr


def test_a_file_that_is_not_there() -> None:
    result = CliRunner().invoke(main, ["config", "check", "--config", "none.toml"])
    assert result.exit_code == 2
    assert "none.toml" in result.stderr
