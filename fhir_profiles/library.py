"""Every definition at hand: those of our package, and those of FHIR R4 that stand in core-r4.json.gz.

Nothing is read before it is asked for, and each definition is compiled once.
"""

import gzip
import json
import tarfile
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fhir_profiles import PACKAGE
from fhir_profiles.elements import Structure, compiled
from fhir_profiles.expansion import Codes, Shelf, all_of, expanded
from fhir_profiles.expansion import displays as in_words
from fhir_profiles.primitives import is_primitive

CORE = Path(__file__).parent / "core-r4.json.gz"
"""What a validator needs of FHIR R4 itself; written by `python -m fhir_profiles.definitions`."""
OF_FHIR = "http://hl7.org/fhir/StructureDefinition/"


@cache
def _core() -> Mapping[str, Any]:
    read: dict[str, Any] = json.loads(gzip.decompress(CORE.read_bytes()))
    return read


def core_types() -> tuple[str, ...]:
    """The names of all resources and data types of FHIR R4, primitive ones apart."""
    return tuple(_core()["structures"])


@cache
def _files() -> Mapping[str, bytes]:
    """The conformance resources of our package, unread, by the name of their file."""
    with tarfile.open(PACKAGE) as tar:
        held = ((entry.name.rpartition("/"), tar.extractfile(entry)) for entry in tar)
        return {name: file.read() for (folder, _, name), file in held if file and folder == "package"}


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    """The index of our package by canonical address."""
    return {row["url"]: row for row in json.loads(_files()[".index.json"])["files"] if "url" in row}


def _ours(url: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_files()[_rows()[url]["filename"]])
    return read


@cache
def canonical() -> str:
    """The address that all our definitions begin with."""
    return str(json.loads(_files()["package.json"])["canonical"])


def core(type: str) -> Structure | None:
    """The definition of a resource type or data type of FHIR R4, None if there is no such type."""
    return _of_core(type) if type in _core()["structures"] else None


@cache
def _of_core(type: str) -> Structure:
    return compiled(_core()["structures"][type])


@cache
def _of_package(url: str) -> Structure:
    return compiled(_ours(url))


def structure(url: str) -> Structure | None:
    """The definition with this address, with or without |version; None where we hold none."""
    plain = url.partition("|")[0]
    if plain.startswith(OF_FHIR):
        return core(plain.removeprefix(OF_FHIR))
    row = _rows().get(plain)
    return _of_package(plain) if row and row["resourceType"] == "StructureDefinition" else None


@lru_cache(1000)
def is_resource(type: str) -> bool:
    """Whether FHIR R4 knows such a resource."""
    found = _core()["structures"].get(type, {})
    return found.get("kind") == "resource" and not found["abstract"]


@lru_cache(1000)
def data_type(name: str) -> bool:
    """Whether the end of a choice's name, such as Quantity or DateTime, is that of a data type."""
    return core(name) is not None or is_primitive(name[:1].lower() + name[1:])


@cache
def profiles() -> tuple[str, ...]:
    """The addresses of our profiles of resources, extensions left out."""
    return tuple(sorted(row["url"] for row in _structures() if row["type"] != "Extension"))


@cache
def extensions() -> tuple[str, ...]:
    """The ids of our extensions."""
    return tuple(sorted(row["id"] for row in _structures() if row["type"] == "Extension"))


def _structures() -> list[Mapping[str, str]]:
    return [row for row in _rows().values() if row["resourceType"] == "StructureDefinition"]


@cache
def codes(value_set: str) -> Codes | None:
    """The codes of a value set by code system, or None where they are not at hand."""
    plain = value_set.partition("|")[0]
    held: Codes | None = _core()["codes"].get(plain)
    return held if held is not None else expanded(plain, _shelf())


@cache
def displays(value_set: str) -> Mapping[tuple[str, str], str]:
    """(code system, code) -> its words, for the codes of a value set of ours; empty for any other."""
    return in_words(value_set.partition("|")[0], _shelf())


@cache
def our_codes(system: str) -> frozenset[str] | None:
    """The codes of a code system of ours; None for any other."""
    held = all_of(system, _shelf())
    return None if held is None else frozenset(held)


@cache
def _shelf() -> Shelf:
    terms = [url for url, row in _rows().items() if row["resourceType"] in {"CodeSystem", "ValueSet"}]
    return Shelf(map(_ours, terms))
