"""The definitions of FHIR R4 as a package that the compiler finds, made from the bundles that npm holds.

Fourteen structures in these bundles are not as HL7 published them: some elements of R5 were added, a few changed. Of
those that our profiles are made of this concerns Bundle only; it is put right here.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from fhir_profiles.archive import as_json, index

BUNDLES = (
    "profiles-types", "profiles-resources", "profiles-others", "extension-definitions", "valuesets", "v3-codesystems",
    "v2-tables", "conceptmaps", "search-parameters",
)  # fmt: skip
MANIFEST = {
    "name": "hl7.fhir.r4.core",
    "version": "4.0.1",
    "fhirVersions": ["4.0.1"],
    "type": "Core",
    "license": "CC0-1.0",
    "canonical": "http://hl7.org/fhir",
    "url": "http://hl7.org/fhir/R4",
    "dependencies": {},
}

AS_PUBLISHED = {
    "Bundle.entry.response.outcome": {"type": [{"code": "Resource"}]},
    "bdl-8": {"expression": "fullUrl.contains('/_history/').not()"},
}
"""What Bundle says in FHIR 4.0.1, by the id of the element or the key of the constraint."""


def assemble(bundles: Path, cache: Path) -> Path:
    """Writes the package into a package cache and returns its folder. The first of two with one type and id stands."""
    folder = cache / "hl7.fhir.r4.core#4.0.1" / "package"
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in BUNDLES:
        for entry in json.loads((bundles / f"{name}.json").read_bytes())["entry"]:
            resource = entry["resource"]
            file = f"{resource['resourceType']}-{re.sub('[^A-Za-z0-9.-]', '_', resource['id'])}.json"
            if file not in found and "medplum" not in resource.get("url", ""):
                found[file] = _as_published(resource)
                (folder / file).write_text(json.dumps(resource), encoding="utf-8")
    (folder / ".index.json").write_bytes(as_json(index(found.items())))
    (folder / "package.json").write_bytes(as_json(MANIFEST))
    return folder


def _as_published(resource: dict[str, Any]) -> dict[str, Any]:
    if resource.get("url") == "http://hl7.org/fhir/StructureDefinition/Bundle":
        for element in (*resource["snapshot"]["element"], *resource["differential"]["element"]):
            for each in (element, *element.get("constraint", [])):
                each.update(AS_PUBLISHED.get(each.get("id", each.get("key")), {}))
    return resource


if __name__ == "__main__":
    assemble(Path(sys.argv[1]), Path(sys.argv[2]))
