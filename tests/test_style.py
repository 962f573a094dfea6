"""ruff and mypy, as tests, so that one run says everything."""

import subprocess
import sys

import pytest

from tests.source_tree import ROOT

RUFF = ["ruff", "check", "--quiet", "--output-format", "concise", "."]
MYPY = ["mypy", "--no-error-summary"]


@pytest.mark.parametrize("command", [RUFF, MYPY], ids=["ruff", "mypy"])
def test_nothing_to_complain_about(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
