"""What the image is made of, and that its command needs one writable folder and no privilege."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import requests

from tests.calls import call
from tests.live import HEPAR, ehr, free_port, live
from tests.source_tree import PACKAGES, ROOT
from tests.source_tree import files as ours

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
LAST = DOCKERFILE.rpartition("\nFROM ")[2]
TMPFS = "mount -t tmpfs -o mode=1777 tmpfs"


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, its words) of a Dockerfile, continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def sent_along(path: str) -> bool:
    """Whether a file of the project is sent to the builder: the last line of .dockerignore that fits decides."""
    taken = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        fits = pattern in {"*", path} or path.startswith(f"{pattern}/")
        if line.startswith("**/"):
            fits = any(fnmatch(part, pattern) for part in path.split("/"))
        if line and not line.startswith("#") and fits:
            taken = line.startswith("!")
    return taken


@pytest.mark.hazard("T-58")
def test_everything_is_installed_by_its_hash_and_nothing_in_the_last_stage() -> None:
    installs = [part for name, words in instructions(DOCKERFILE) if name == "RUN" for part in words.split("&&")]
    installs = [part for part in installs if re.search(r"pip .*\b(install|wheel)\b", part)]
    assert len(installs) == 4
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)
    assert not re.search(r"\b(apt-get|apk|curl|wget|pip3? install)\b", LAST)


@pytest.mark.hazard("T-59")
def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    users = [words for name, words in instructions(LAST) if name == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", users[-1])
    assert [name for name, _ in instructions(LAST)][-3:] == ["HEALTHCHECK", "ENTRYPOINT", "CMD"]


@pytest.mark.hazard("T-57")
def test_no_secret_and_no_test_reaches_the_builder() -> None:
    assert all(sent_along(path) for path in ("cds/assess.py", "requirements.lock", "hooks/demo/charts/demo-aclf.json"))
    kept = ("hepar.toml", "tests/calls.py", ".git/config", "hepar-dev.db", "deploy/compose/secrets/x", "cds/a.pyc")
    assert [path for path in kept if sent_along(path)] == []
    copied = [words.split()[0] for name, words in instructions(DOCKERFILE) if name == "COPY" and "--from" not in words]
    assert all((ROOT / name).exists() and sent_along(name) for name in copied)


def test_all_that_the_packages_hold_is_installed_with_them() -> None:
    packaging = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = packaging["package-data"]["*"]
    packages = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")}
    installed = {path for package in packages for pattern in patterns for path in package.glob(pattern)}
    held = {path for path in ours() if path.relative_to(ROOT).parts[0] in PACKAGES}
    files = {path for path in held if path.suffix not in {".py", ".pyc"}}
    assert len(files) > 100
    assert sorted(files - installed) == []


def test_the_package_can_be_built_from_what_is_copied() -> None:
    copied = " ".join(words for name, words in instructions(DOCKERFILE) if name == "COPY").split()
    for needed in ("cds", "hooks", "fhir_profiles", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        assert needed in copied


@pytest.mark.hazard("T-59")
def test_the_health_check_tells_a_service_that_answers_from_one_that_does_not(tmp_path: Path) -> None:
    check = next(words for name, words in instructions(LAST) if name == "HEALTHCHECK")
    program = re.search(r'"-c", "(.*)"\]', check)
    assert program is not None
    port = free_port()
    code = program[1].replace(":9090/", f":{port}/")
    assert code != program[1]
    with live(tmp_path, [ehr(tmp_path)], tables={"server": {"workers": 1, "operations_bind": f"127.0.0.1:{port}"}}):
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.DEVNULL).returncode != 0


def namespaces() -> bool:
    """Whether this user may have mounts of its own here."""
    tried = ["unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -o remount,ro,bind /"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


@pytest.mark.hazard("T-59")
def test_it_serves_without_privileges_where_nothing_but_its_temporary_folder_can_be_written(tmp_path: Path) -> None:
    if not namespaces():
        pytest.skip("no mounts of its own here")
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    tables = {"server": {"workers": 2}, "storage": {"url": f"sqlite:///{tmp}/hepar.db"}}
    with live(tmp_path, [ehr(tmp_path)], tables=tables, start=False) as service:
        # The right to read is for the interpreter of the test, which may lie in a folder of root's.
        bounds = "--bounding-set=-all,+dac_read_search --inh-caps=-all,+dac_read_search --ambient-caps=+dac_read_search"
        one = f"setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs {bounds}"
        command = " ".join([*HEPAR, "serve", "--config", str(service.config)])
        nowhere = f"! {one} touch {tmp_path}/written 2>/dev/null"
        mounts = ["mount --make-rprivate /", f"{TMPFS} {tmp}", f"{TMPFS} /dev/shm", "mount -o remount,ro,bind /"]
        steps = [*mounts, nowhere, f"exec {one} {command}"]
        with (tmp_path / "out").open("ab") as out, (tmp_path / "err").open("ab") as err:
            service.process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", " && ".join(steps)],
                cwd=tmp_path, stdout=out, stderr=err, start_new_session=True,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp), "HOME": "/"},
            )  # fmt: skip
        service.wait()
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in (service.process.pid, *service.workers())}
        assert owners == {65534}
        status = Path(f"/proc/{service.process.pid}/status").read_text()
        assert int(re.findall(r"CapEff:\s+(\w+)", status)[0], 16) == 1 << 2, "the right to read, and no other"
        assert service.post(call()).json()["cards"]
        assert requests.get(f"{service.base}/cds-services", timeout=5).status_code == 200
        service.stop()
        assert [line for line in service.events() if line.get("level") == "error"] == []
        assert service.said().count("Traceback") == 0
