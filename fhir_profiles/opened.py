"""A built FHIR package, opened: its definitions, its examples, and what its guide calls them."""

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhir_profiles import PACKAGE

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """The content of a package."""

    manifest: Json
    definitions: Mapping[str, Json]
    """By canonical URL."""
    examples: tuple[Json, ...]
    titles: Mapping[str, tuple[str, str]]
    """"Type/id" -> (name, what is said of it, or "")."""

    def of(self, kind: str) -> list[Json]:
        """The definitions of one resource type, by id."""
        return sorted((each for each in self.definitions.values() if each["resourceType"] == kind), key=_id)

    def structures(self, *, extensions: bool) -> list[Json]:
        """The extensions, or the profiles of resources, by id."""
        return [each for each in self.of("StructureDefinition") if (each["type"] == "Extension") is extensions]


def _id(resource: Json) -> str:
    return str(resource["id"])


@cache
def opened(package: Path = PACKAGE) -> Opened:
    """The package in an archive as `archive` writes it."""
    files: dict[str, Json] = {}
    with tarfile.open(package) as tar:
        for entry in tar:
            if content := tar.extractfile(entry):
                files[entry.name] = json.loads(content.read())
    definitions: dict[str, Json] = {}
    examples: list[Json] = []
    for name, resource in files.items():
        if name.startswith("package/example/") and "resourceType" in resource:
            examples.append(resource)
        elif "url" in resource and "resourceType" in resource:
            definitions[resource["url"]] = resource
    guide = next(each for each in definitions.values() if each["resourceType"] == "ImplementationGuide")
    titles = {
        row["reference"]["reference"]: (row["name"], row.get("description", ""))
        for row in guide["definition"]["resource"]
    }
    return Opened(files["package/package.json"], definitions, tuple(sorted(examples, key=_id)), titles)
