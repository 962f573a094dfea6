"""What profiles and extensions say beyond FHIR itself, as plain rows that people can read."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles.opened import Json, Opened

HL7 = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True)
class Coded:
    """One code and the name it goes by; `display` may be ""."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True)
class Row:
    """One element of which a structure says something."""

    name: str
    cardinality: str
    types: tuple[str, ...]
    """Names of types, or canonical URLs of structures."""
    targets: tuple[str, ...]
    """What a reference may point to: canonical URLs."""
    fixed: str
    """The only value; "" where there are others."""
    pattern: tuple[Coded, ...]
    """Codes that it must hold."""
    strength: str
    """How a value set binds it: required, extensible, preferred, or ""."""
    values: str
    """The canonical URL of that value set, or ""."""
    must_support: bool
    says: str


@dataclass(frozen=True)
class Rule:
    """One invariant: `severity` is error or warning."""

    key: str
    severity: str
    says: str
    expression: str


@dataclass(frozen=True)
class Example:
    """One example of the package; `name` is its title there."""

    id: str
    name: str
    says: str
    text: str


@dataclass(frozen=True)
class Structure:
    """A profile or an extension."""

    id: str
    url: str
    title: str
    says: str
    base: str
    """The resource it is built on; "Extension" for an extension."""
    contexts: tuple[str, ...]
    """Where an extension may stand."""
    rows: tuple[Row, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]


def structure(package: Opened, definition: Json) -> Structure:
    """One StructureDefinition of the package."""
    elements = {each["id"]: each for each in definition["snapshot"]["element"]}
    rules = [rule for each in definition["differential"]["element"] for rule in each.get("constraint", [])]
    return Structure(
        id=definition["id"],
        url=definition["url"],
        title=definition["title"],
        says=definition["description"],
        base=definition["type"],
        contexts=tuple(each["expression"] for each in definition.get("context", [])),
        rows=tuple(_rows(package, definition, elements)),
        rules=tuple(Rule(each["key"], each["severity"], each["human"], each["expression"]) for each in rules),
        examples=tuple(_examples(package, definition["url"])),
    )


def _examples(package: Opened, url: str) -> Iterator[Example]:
    for each in package.examples:
        if url in each.get("meta", {}).get("profile", ()):
            name, says = package.titles[f"{each['resourceType']}/{each['id']}"]
            yield Example(each["id"], name, says, as_text(each))


def as_text(resource: Json) -> str:
    """A resource as people read it."""
    return json.dumps(resource, indent=2, ensure_ascii=False)


_NOTHING_NEW = ({"id", "path", "slicing", "min"}, {"id", "path", "short", "definition", "constraint"})
"""Elements with only these members say how repetitions are told apart, or speak of the whole."""


def _rows(package: Opened, definition: Json, elements: Mapping[str, Json]) -> Iterator[Row]:
    aside = {"Extension.extension", "Extension.url"} if definition["type"] == "Extension" else set()
    for stated in definition["differential"]["element"]:
        id = stated["id"]
        unfolded = re.search(r"extension:\w+\.value\[x\]$", id)
        if id not in aside and not unfolded and not any(stated.keys() <= nothing for nothing in _NOTHING_NEW):
            yield _row(package, stated, elements)


def _row(package: Opened, stated: Json, elements: Mapping[str, Json]) -> Row:
    element = elements[stated["id"]]
    types = element.get("type", [])
    extended = [
        package.definitions[url] for each in types for url in each.get("profile", []) if url in package.definitions
    ]
    carried = _value_of(extended[0]) if extended else {}
    binding = carried.get("binding") or stated.get("binding", {})
    shown = carried.get("type", types)
    return Row(
        name=_name(stated["id"], elements),
        cardinality=f"{element['min']}..{element['max']}",
        types=(*(each["url"] for each in extended), *(_code(each) for each in shown)),
        targets=tuple(target for each in shown for target in each.get("targetProfile", [])),
        fixed=str(next((value for key, value in stated.items() if key.startswith("fixed")), "")),
        pattern=tuple(_codings(next((value for key, value in stated.items() if key.startswith("pattern")), {}))),
        strength=binding.get("strength", ""),
        values=binding.get("valueSet", "").partition("|")[0],
        must_support=bool(element.get("mustSupport")),
        says=extended[0]["description"] if extended else element.get("short", ""),
    )


def _code(type: Json) -> str:
    return str(type["code"]).removeprefix("http://hl7.org/fhirpath/System.").removeprefix(HL7)


def _value_of(extension: Json) -> Json:
    found: Json = next(each for each in extension["snapshot"]["element"] if each["id"] == "Extension.value[x]")
    return found


def _codings(pattern: Json) -> Iterator[Coded]:
    for each in pattern.get("coding", [pattern] if "code" in pattern else []):
        yield Coded(each["system"], each["code"], each.get("display", ""))


def _name(id: str, elements: Mapping[str, Json]) -> str:
    """The id below the resource; a choice of one type by the name that it has in a record."""
    named, at = [], ""
    for step in id.split("."):
        at = f"{at}.{step}" if at else step
        types: Any = elements[at].get("type", []) if at in elements else []
        only = types[0]["code"] if len(types) == 1 else ""
        named.append(step.replace("[x]", only[:1].upper() + only[1:]) if only else step)
    return ".".join(named[1:])
