"""The rules about Bundles that FHIR R4 states in its text alone: what a fullUrl says, and how references find it."""

import re

from fhir_profiles import library
from fhir_profiles.run import Json, Place, Run

RESTFUL = re.compile(r"(?P<base>https?://.*/)(?P<type>[A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})")
_WITHOUT_URLS = {"transaction", "batch", "transaction-response", "batch-response"}


def judge_entries(run: Run, bundle: Json, place: Place) -> None:
    """Every entry of a Bundle: with a fullUrl, and one that names the resource in it."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            _entry(run, entry, resource, bundle, f"{place.path}.entry[{number}]")


def _entry(run: Run, entry: Json, resource: Json, bundle: Json, path: str) -> None:
    url = entry.get("fullUrl")
    if url is None and bundle.get("type") not in _WITHOUT_URLS:
        words = "fullUrl is missing: write the address of the resource, or urn:uuid: and a UUID."
        run.add(f"{path}.fullUrl", "full-url", words, "required")
    named = RESTFUL.fullmatch(url) if isinstance(url, str) else None
    if named and library.is_resource(named["type"]):
        held = resource.get("resourceType"), resource.get("id")
        if held != (named["type"], named["id"]) and all(isinstance(each, str) for each in held):
            words = f"fullUrl must end in the type and id of the resource in the entry: {held[0]}/{held[1]}."
            run.add(f"{path}.fullUrl", "full-url", words, "value")


def found_by_name_only(run: Run, reference: str, place: Place) -> None:
    """A relative reference whose resource is in the Bundle, under a fullUrl that the reference does not lead to."""
    strict = run.record.get("type") in {"document", "message"}
    words = f"{reference} is in the Bundle, but its fullUrl is another one: write that as the reference."
    run.add(place.path, "full-url", words, "not-found", "error" if strict else "warning")
