"""Making the FHIR package of what the compiler wrote, and the list of what it was made from."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fhir_profiles import PACKAGE
from fhir_profiles.archive import Resource, archive, as_json, index

HERE = Path(__file__).parent
SUMS = PACKAGE.with_name("made-from.sha256")
"""SHA-256 of every input of the build and of the package, as `sha256sum --check` reads it in this folder."""

CORES = {"4.0.1": "hl7.fhir.r4.core", "5.0.0": "hl7.fhir.r5.core"}
"""Version of FHIR -> the package of its definitions."""

_OF_THE_GUIDE = ("version", "experimental", "date", "publisher", "contact")
"""What the ImplementationGuide says for every definition that does not say it itself."""


def inputs() -> list[Path]:
    """Every file that the package is made from."""
    named = ("sushi-config.yaml", "package.json", "package-lock.json", "__init__.py", "__main__.py")
    own = ("archive.py", "core.py", "packing.py")
    return sorted([*(HERE / name for name in (*named, *own)), *HERE.glob("input/**/*.fsh")])


def sums(package: Path = PACKAGE, made_from: Sequence[Path] | None = None) -> str:
    """The lines of `SUMS` as they should be now."""
    files = [*(inputs() if made_from is None else made_from), package]
    listed = ((hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(HERE).as_posix()) for path in files)
    return "".join(f"{sum}  {name}\n" for sum, name in listed)


def pack(resources: Path) -> bytes:
    """The package of a folder of compiled resources. The same resources always give the same bytes."""
    compiled = {path.name: json.loads(path.read_bytes()) for path in sorted(resources.glob("*.json"))}
    guide = next(each for each in compiled.values() if each["resourceType"] == "ImplementationGuide")
    for left_out in ("parameter", "page"):  # codes that R4 does not know, and pages that nobody writes
        guide["definition"].pop(left_out, None)
    examples = {
        row["reference"]["reference"].replace("/", "-") + ".json"
        for row in guide["definition"]["resource"]
        if row.get("exampleBoolean") or "exampleCanonical" in row or row.get("isExample")
    }
    shown = {name: resource for name, resource in compiled.items() if name in examples}
    defined = {name: _signed(compiled[name], guide) for name in compiled.keys() - examples}
    return archive({
        "package/package.json": as_json(_manifest(guide)),
        **dict(_folder("package", defined)),
        **dict(_folder("package/example", shown)),
    })  # fmt: skip


def _signed(resource: Resource, guide: Resource) -> dict[str, Any]:
    return {**resource, **{name: guide[name] for name in _OF_THE_GUIDE if name in guide and name not in resource}}


def _folder(path: str, files: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield f"{path}/.index.json", as_json(index(sorted(files.items())))
    for name, resource in files.items():
        yield f"{path}/{name}", as_json(resource)


def _manifest(guide: Resource) -> dict[str, Any]:
    return {
        "name": guide["packageId"],
        "version": guide["version"],
        "type": "IG",
        "license": guide["license"],
        "canonical": guide["url"].rpartition("/ImplementationGuide/")[0],
        "url": guide["url"].rpartition("/ImplementationGuide/")[0],
        "title": guide["title"],
        "description": guide["description"],
        "author": guide["publisher"],
        "fhirVersions": guide["fhirVersion"],
        "dependencies": {CORES[version]: version for version in guide["fhirVersion"]},
    }
