"""A resource as a whole: the resources contained in it, and the profiles that it names."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from fhir_profiles import library
from fhir_profiles.bundles import judge_entries
from fhir_profiles.changes import judge_change
from fhir_profiles.elements import Structure
from fhir_profiles.primitives import fits, how
from fhir_profiles.run import Json, Place, Run, claimed
from fhir_profiles.values import quoted


def named_profiles(run: Run, value: Json, place: Place) -> Iterator[Structure]:
    """Our profiles that a resource names. One that we should know, or of another type, is an issue."""
    for url in claimed(value):
        if url.startswith(library.canonical()):
            yield from profile(run, url, value, place)
        elif not url.startswith(library.OF_FHIR) and run.first_time(url, named_profiles):
            words = f"The profile {url[:100]} is not one of ours and was not asked."
            run.add(f"{place.path}.meta.profile", "profile", words, "not-supported", "information")


def profile(run: Run, url: str, value: Json, place: Place) -> Iterator[Structure]:
    """The profile of this address, if it is one of ours and of the resource's type; otherwise an issue."""
    found = library.structure(url)
    name = url.rpartition("/")[2]
    if found is None or found.url not in library.profiles():
        near = _near(name) if run.first_time("near", profile) else ""
        words = f"This package has no profile {quoted(name)}{f': did you mean {near}?' if near else '.'}"
        run.add(f"{place.path}.meta.profile", "profile", words, "not-found")
    elif found.type != value["resourceType"]:
        words = f"{name} is a profile of {found.type}, not of {value['resourceType']}."
        run.add(f"{place.path}.meta.profile", "profile", words)
    else:
        run.ours = True
        yield found


def _near(name: str) -> str:
    """The id of our profile that a wrong one looks like, or ""."""
    return next(iter(get_close_matches(name[:100], [each.rpartition("/")[2] for each in library.profiles()], 1)), "")


def judge_whole(run: Run, value: Json, place: Place) -> None:
    """The rules about the entries of a Bundle, about contained resources, and about a change of two scores."""
    if value["resourceType"] == "Bundle":
        judge_entries(run, value, place)
    judge_change(run, value, place)
    id = value.get("id")
    if isinstance(id, str) and id.strip() and not fits(id, "id"):  # the definitions of 4.0.1 call it a string
        run.add(f"{place.path}.id", "format", f"{quoted(id)} is not valid: write {how('id')} (id).", "value")
    held = value.get("contained")
    if not isinstance(held, list):
        return
    if value is not place.holder:
        words = "A contained resource contains no others; put them beside it."
        run.add(f"{place.path}.contained", "dom-2", words, "invariant")
        return
    asked = set(_local(value))
    for number, each in enumerate(held):
        if isinstance(each, dict):
            _contained(run, each, f"{place.path}.contained[{number}]", asked)


def _contained(run: Run, each: Json, path: str, asked: set[str]) -> None:
    meta = each.get("meta")
    if isinstance(meta, dict) and ("versionId" in meta or "lastUpdated" in meta):
        run.add(f"{path}.meta", "dom-4", "A contained resource has no version of its own.", "invariant")
    if isinstance(meta, dict) and "security" in meta:
        run.add(f"{path}.meta", "dom-5", "A contained resource has no security label of its own.", "invariant")
    if f"#{each.get('id')}" not in asked and "#" not in set(_local(each)):
        words = "Nothing refers to this contained resource: refer to it by # and its id, or leave it out."
        run.add(path, "dom-3", words, "invariant")


def _local(value: Json) -> Iterator[str]:
    """Every text in a resource that begins with #, as references to what is contained do."""
    left: list[Any] = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            if each.startswith("#"):
                yield each
        elif isinstance(each, dict):
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)
