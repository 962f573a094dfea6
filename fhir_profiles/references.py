"""References: what they lead to, inside the record or by their own words, and whether that is allowed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from fhir_profiles import library
from fhir_profiles.bundles import RESTFUL, found_by_name_only
from fhir_profiles.elements import Kind
from fhir_profiles.run import Json, Place, Run, claimed
from fhir_profiles.values import quoted

_LITERAL = re.compile(r"(?P<base>https?://.*/)?(?P<type>[A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(/_history/[^/]+)?")
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+|[A-Za-z]+\?\S+")
"""A whole address, or what a transaction asks the server to look for."""


@dataclass(frozen=True)
class Target:
    """A resource of the record that a reference leads to, and the one that holds what is contained in it."""

    resource: Json
    holder: Json
    full_url: str


Fault = Callable[[Run, Target, str], str]


def judge_reference(run: Run, value: Json, kind: Kind, place: Place, fault: Fault) -> None:
    """A reference by the types and profiles that it may lead to. `fault` says what a resource lacks of a profile."""
    reference = value.get("reference")
    target = target_of(run, reference, place) if isinstance(reference, str) else None
    if target is None and isinstance(reference, str):
        _not_here(run, reference, place)
    structures = [each for url in kind.targets if (each := library.structure(url))]
    type = _type(value, target)
    allowed = list(dict.fromkeys(each.type for each in structures))
    if not type or not allowed or "Resource" in allowed:
        return
    if type not in allowed:
        words = f"The reference leads to a {type}; allowed here: {', '.join(allowed)}."
        run.add(place.path, "reference", words)
        return
    wanted = [each.url for each in structures if each.type == type]
    if target is None or any(url.startswith(library.OF_FHIR) for url in wanted):
        return
    if set(wanted).isdisjoint(claimed(target.resource)):
        wrong = [fault(run, target, url) for url in wanted]
        if all(wrong):
            names = " or ".join(url.rpartition("/")[2] for url in wanted)
            words = f"What the reference leads to is not as {names} asks ({wrong[0]})"
            run.add(place.path, "reference", words)


def target_of(run: Run, reference: str, place: Place) -> Target | None:
    """The resource of the record that a reference at this place leads to, None where there is none."""
    if reference.startswith("#"):
        found = run.contained(place.holder).get(reference[1:])
        return Target(found, place.holder, place.full_url) if found else None
    literal = _LITERAL.fullmatch(reference)
    plain = reference.partition("/_history/")[0]
    resource = run.entries.by_url.get(plain)
    if resource is None and literal and not literal["base"]:
        base = RESTFUL.fullmatch(place.full_url)
        resource = run.entries.by_url.get(f"{base['base']}{plain}") if base else None
        if resource is None:
            resource = run.entries.by_name.get(plain)
            if resource and place.full_url and run.entries.full_urls.get(id(resource)):
                found_by_name_only(run, plain, place)
    return Target(resource, resource, run.entries.full_urls.get(id(resource), "")) if resource else None


def _not_here(run: Run, reference: str, place: Place) -> None:
    literal = _LITERAL.fullmatch(reference)
    if reference.startswith("#"):
        run.add(place.path, "ref-1", f"No contained resource has the id {quoted(reference[1:])}.", "invariant")
    elif literal and not literal["base"] and not library.is_resource(literal["type"]):
        words = f"The reference leads to a {quoted(literal['type'])}, but FHIR R4 knows no such resource."
        run.add(place.path, "reference", words)
    elif not literal and not _WHOLE.fullmatch(reference):
        words = f"{quoted(reference)} is no reference: write a type and an id such as Patient/123, or a whole address."
        run.add(place.path, "reference", words, "value")


def _type(value: Json, target: Target | None) -> str:
    """The type of what a reference leads to, "" where nothing says it."""
    if target:
        return str(target.resource["resourceType"])
    reference, said = value.get("reference"), value.get("type")
    literal = _LITERAL.fullmatch(reference) if isinstance(reference, str) else None
    if literal and library.is_resource(literal["type"]):
        return literal["type"]
    return said if isinstance(said, str) and library.is_resource(said) else ""
