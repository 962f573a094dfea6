"""What is installed is what was locked: each version with its hashes, and nothing beside."""

import re
import tomllib

import pytest

from tests.source_tree import ROOT

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-build.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==\S+(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;~! ]", name)[0]).lower()


def pinned(lock: str) -> dict[str, int]:
    """Package -> how many hashes its line has. AssertionError for a line that is neither pin, hash nor remark."""
    found: dict[str, int] = {}
    name = ""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            name = plain(pin[1])
            found[name] = 0
        elif HASH.match(line):
            found[name] += 1
        else:
            assert not line.strip() or line.lstrip().startswith("#"), line
    return found


@pytest.mark.hazard("T-58")
@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_in_a_lock_has_its_hashes(lock: str) -> None:
    found = pinned(lock)
    assert found
    assert [name for name, hashes in found.items() if not hashes] == []


@pytest.mark.hazard("T-58")
def test_what_the_project_names_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {plain(one) for one in project["dependencies"]} <= set(pinned("requirements.lock"))
    assert {plain(one) for one in project["optional-dependencies"]["test"]} <= set(pinned("requirements-test.lock"))


@pytest.mark.hazard("T-58")
def test_nothing_is_installed_without_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "LOCKED = $(PIP) install --require-hashes --only-binary :all:" in makefile
    into_the_environment = re.findall(r"\$\((?:LOCKED|PIP)\)(?: install)? .*", makefile)
    assert all("LOCKED" in line or "--no-index" in line or "--require-hashes" in line for line in into_the_environment)
