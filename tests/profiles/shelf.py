"""The built FHIR package, opened: what the tests of the profiles look at."""

import json
import tarfile
from collections.abc import Iterator
from typing import Any

from fhir_profiles import PACKAGE

CANONICAL = "https://hepar-cds.github.io/msc-liver"
SYSTEMS = f"{CANONICAL}/CodeSystem/"


def _read() -> dict[str, bytes]:
    with tarfile.open(PACKAGE) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


FILES = _read()
"""Path in the package -> content."""


def _resources(folder: str) -> dict[str, Any]:
    held = {path.rpartition("/"): content for path, content in FILES.items()}
    return {
        name: json.loads(content)
        for (at, _, name), content in held.items()
        if at == folder and name not in {"package.json", ".index.json"}
    }


DEFINITIONS = _resources("package")
EXAMPLES = _resources("package/example")
"""File name -> resource."""

BY_URL = {resource["url"]: resource for resource in DEFINITIONS.values()}
PROFILES = {
    resource["id"]: resource
    for resource in DEFINITIONS.values()
    if resource["resourceType"] == "StructureDefinition" and resource["type"] != "Extension"
}


def concepts(listed: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The concepts of a code system, those below others too."""
    for concept in listed:
        yield concept
        yield from concepts(concept.get("concept", []))


CODES = {
    url: {concept["code"]: concept["display"] for concept in concepts(resource["concept"])}
    for url, resource in BY_URL.items()
    if resource["resourceType"] == "CodeSystem"
}
"""Code system of ours -> code -> display."""


def nodes(resource: Any) -> Iterator[dict[str, Any]]:
    """Every object in a resource, its snapshot apart: that only repeats the differential and FHIR itself."""
    if isinstance(resource, list):
        for each in resource:
            yield from nodes(each)
    elif isinstance(resource, dict):
        yield resource
        for name, each in resource.items():
            if name != "snapshot":
                yield from nodes(each)


def coded(resource: Any) -> Iterator[tuple[str, str, str]]:
    """(system, code, display or "") of everything coded in a resource; the units of quantities too."""
    for node in nodes(resource):
        if isinstance(node.get("system"), str):
            listed = node.get("concept", [node] if isinstance(node.get("code"), str) else [])
            yield from ((node["system"], each["code"], each.get("display", "")) for each in listed)
        for row in node.get("element", []) if "source" in node else []:
            yield node["source"], row["code"], row.get("display", "")
            for target in row["target"]:
                if "code" in target:
                    yield node.get("target", ""), target["code"], target.get("display", "")
                yield from ((on["system"], on["value"], on["display"]) for on in target.get("dependsOn", []))
