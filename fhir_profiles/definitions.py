"""Makes the shipped definitions of FHIR R4: of every resource and data type what a validator asks, and no more.

`make definitions`, or `python -m fhir_profiles.definitions JAR`, where JAR is the Maven artefact
hapi-fhir-validation-resources-r4: it holds FHIR 4.0.1 as HL7 published it. The same jar always gives the same bytes.
"""

import gzip
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from fhir_profiles.elements import SEEN_BY_STRUCTURE
from fhir_profiles.expansion import Shelf, expanded
from fhir_profiles.library import CORE

FOLDER = "org/hl7/fhir/r4/model"
STRUCTURES = (f"{FOLDER}/profile/profiles-types.xml", f"{FOLDER}/profile/profiles-resources.xml")
TERMS = tuple(f"{FOLDER}/valueset/{name}.xml" for name in ("valuesets", "v3-codesystems", "v2-tables"))
DEFINES = "StructureDefinition"
MANY_CODES = 3000
"""A larger value set is somebody else's list (languages, currencies), and is not shipped."""

_LISTS = {
    "element", "type", "profile", "targetProfile", "constraint", "entry", "extension", "include", "exclude", "filter",
    "concept", "include.valueSet", "exclude.valueSet", "concept.property",
}  # fmt: skip
_NUMBERS = {"min"}
_FLAGS = {"valueBoolean", "abstract"}


def made(jar: Path) -> bytes:
    """The definitions that the jar holds, as the JSON that is shipped packed."""
    with zipfile.ZipFile(jar) as opened:
        found = [each for path in STRUCTURES for each in _resources(opened, path) if each["resourceType"] == DEFINES]
        terms = Shelf([each for path in TERMS for each in _resources(opened, path)])
    structures = {each["id"]: _structure(each) for each in found if each["kind"] in {"complex-type", "resource"}}
    asked = sorted(set(_required(structures.values())))
    codes = {url: held for url in asked if (held := expanded(url, terms)) is not None and _count(held) <= MANY_CODES}
    kept = {"structures": structures, "codes": codes}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _count(codes: dict[str, list[str]]) -> int:
    return sum(map(len, codes.values()))


def _resources(held: zipfile.ZipFile, path: str) -> Iterator[dict[str, Any]]:
    kept = {DEFINES, "ValueSet", "CodeSystem"}
    for node in ET.fromstring(held.read(path)).iter():  # noqa: S314  (HL7's own files)
        if _name(node) in kept:
            yield {"resourceType": _name(node), **_members(node, "")}


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _members(node: ET.Element, above: str) -> dict[str, Any]:
    """A node of FHIR's XML as FHIR's JSON has it, as far as definitions need it."""
    made: dict[str, Any] = {name: value for name, value in node.attrib.items() if name in {"id", "url"}}
    for child in node:
        name = _name(child)
        if name in {"text", "differential", "designation", "contained"}:
            continue
        value = _value(child, name)
        if (name in _LISTS and f"{above}.{name}" != "binding.type") or f"{_name(node)}.{name}" in _LISTS:
            made.setdefault(name, []).append(value)
        else:
            made[name] = value
    return made


def _value(node: ET.Element, name: str) -> Any:
    plain = node.get("value")
    if plain is None:
        return _members(node, name)
    if name in _FLAGS:
        return plain == "true"
    return int(plain) if name in _NUMBERS else plain


def _structure(made: dict[str, Any]) -> dict[str, Any]:
    elements = [_element(each) for each in made["snapshot"]["element"]]
    kept = {name: made[name] for name in ("id", "url", "kind", "abstract")}
    return kept | {"type": made["type"][0], "snapshot": {"element": elements}}


def _element(made: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: made[name] for name in ("id", "min", "max", "contentReference") if name in made}
    kept["base"] = {"max": made["base"]["max"]}
    if "type" in made:
        kept["type"] = [_type(each) for each in made["type"]]
    rules = [_constraint(each) for each in made.get("constraint", []) if each["key"] not in SEEN_BY_STRUCTURE]
    if rules := [each for each in rules if "expression" in each]:
        kept["constraint"] = rules
    binding = made.get("binding", {})
    if binding.get("strength") == "required" and "valueSet" in binding:
        kept["binding"] = {name: binding[name] for name in ("strength", "valueSet")}
    return kept


def _type(made: dict[str, Any]) -> dict[str, Any]:
    return {name: made[name] for name in ("code", "profile", "targetProfile", "extension") if name in made}


def _constraint(made: dict[str, Any]) -> dict[str, str]:
    return {name: made[name] for name in ("key", "severity", "human", "expression") if name in made}


def _required(structures: Any) -> Iterator[str]:
    for each in structures:
        for element in each["snapshot"]["element"]:
            if "binding" in element:
                yield element["binding"]["valueSet"].partition("|")[0]


if __name__ == "__main__":
    CORE.write_bytes(gzip.compress(made(Path(sys.argv[1])), compresslevel=9, mtime=0))
