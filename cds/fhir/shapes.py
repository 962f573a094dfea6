"""What JSON must look like to be FHIR, and careful ways to look into it: a wrong leaf is nothing, never an error."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Resource = Mapping[str, Any]
EMPTY: Resource = {}


class Unreadable(ValueError):
    """The document cannot be read as one patient's FHIR resources. Messages never repeat what was sent."""


class Malformed(Unreadable):
    """The shape is not that of FHIR."""


class WrongPatient(Unreadable):
    """A resource names another patient, or one that cannot be told."""


def text(holder: Resource, name: str) -> str:
    """The string `name` of `holder`, or "" if there is none or it is something else."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def part(holder: Resource, name: str) -> Resource:
    """The object `name` of `holder`, or an empty one."""
    found = holder.get(name)
    return found if isinstance(found, dict) else EMPTY


def parts(holder: Resource, name: str) -> Sequence[Resource]:
    """The objects in the list `name` of `holder`; an object that stands alone counts as a list of one."""
    found = holder.get(name)
    if isinstance(found, list):
        if len(found) == 1 and isinstance(found[0], dict):
            return found
        return [each for each in found if isinstance(each, dict)]
    return (found,) if isinstance(found, dict) else ()


def codings(concept: Resource) -> Iterator[tuple[str, str]]:
    """The (system, code) pairs of a coded concept; a missing system is ""."""
    for coding in parts(concept, "coding"):
        code = coding.get("code")
        if isinstance(code, str) and code:
            yield text(coding, "system"), code


def code_of(holder: Resource, name: str) -> str:
    """The first code of the concept `name`, or the string itself where a plain code stands there."""
    found = holder.get(name)
    if isinstance(found, str):
        return found
    return next((code for _, code in codings(part(holder, name))), "")


def source_of(resource: Resource) -> str:
    """The reference by which a resource is named to the user: "Observation/7"."""
    return f"{text(resource, 'resourceType')}/{text(resource, 'id')}"


def modified(resource: Resource) -> bool:
    """Whether the resource says that its meaning is changed in a way that is not known here."""
    return bool(resource.get("modifierExtension") or resource.get("implicitRules"))


RESTRICTED = frozenset({"R", "V", "42CFRPart2"})


def restricted(resource: Resource) -> bool:
    """Whether a security label keeps the content from being named to the user."""
    meta = resource.get("meta")
    if not isinstance(meta, dict) or "security" not in meta:
        return False
    return any(label.get("code") in RESTRICTED for label in parts(meta, "security") if text(label, "code"))
