"""Builds the R5 package: `python -m fhir_profiles.r5 FOLDER`, where FOLDER is that of the R4 build.

The definitions of FHIR 5.0.0 are the package that HL7 published, as the library of the official validator carries it;
FOLDER holds that library too.
"""

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

from fhir_profiles.__main__ import CACHE, NotBuilt, sushi
from fhir_profiles.packing import HERE, inputs, pack, sums
from fhir_profiles.r5 import CHANGES, FOLDER, PACKAGE
from fhir_profiles.r5.edition import write

SUMS = FOLDER / "made-from.sha256"
LIBRARY = "hapi-fhir-validation-resources-r5-8.4.0.jar"
CORE = "org/hl7/fhir/r5/packages/hl7.fhir.r5.core-5.0.0.tgz"
CORE_SHA256 = "74b27cd1bfce9e80eaceac431edf230b0945a443564fbf5512f82e5fa50a80d4"


def unpack(library: Path, cache: Path) -> None:
    """Puts the definitions of FHIR 5.0.0 into a package cache. NotBuilt if they are not the published ones."""
    core = zipfile.ZipFile(library).read(CORE)
    if hashlib.sha256(core).hexdigest() != CORE_SHA256:
        raise NotBuilt(f"{library.name} holds other definitions of FHIR 5.0.0 than those that were published")
    with tarfile.open(fileobj=io.BytesIO(core)) as tar:
        tar.extractall(cache / "hl7.fhir.r5.core#5.0.0", filter="data")


def compiled(work: Path) -> Path:
    """The folder of the compiled resources, below `work`."""
    unpack(work / LIBRARY, work / CACHE)
    return sushi(work, write(work / "r5"))


def made_from() -> list[Path]:
    """Every file that the package is made from."""
    own = [*FOLDER.glob("*.py"), *FOLDER.glob("*.fsh"), CHANGES]
    return sorted([*inputs(), *own])


if __name__ == "__main__":
    PACKAGE.write_bytes(pack(compiled(Path(sys.argv[1]))))
    SUMS.write_text(sums(PACKAGE, made_from()), encoding="utf-8")
    sys.stdout.write(f"{PACKAGE.relative_to(HERE)}: {PACKAGE.stat().st_size} bytes\n")
