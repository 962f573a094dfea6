"""Rules of FHIR R4 that are asked in Python: those of nearly every element, and those of Bundles of any length.

Each returns whether the rule holds for an object that has the right shape.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from fhir_profiles.dates import surely_later, unordered
from fhir_profiles.elements import Rule
from fhir_profiles.narrative import is_clean
from fhir_profiles.run import Json

_CHANGES = {"batch", "transaction", "history"}
_ANSWERS = {"batch-response", "transaction-response", "history"}


def _entries(bundle: Json) -> list[Any]:
    return list(bundle.get("entry", []))


def _distinct(bundle: Json) -> bool:
    named = [
        (entry["fullUrl"], entry.get("resource", {}).get("meta", {}).get("versionId"))
        for entry in _entries(bundle)
        if "fullUrl" in entry
    ]
    return bundle.get("type") == "history" or len(named) == len(set(named))


def _first(bundle: Json, type: str) -> bool:
    entries = _entries(bundle)
    return bool(entries) and entries[0].get("resource", {}).get("resourceType") == type


def _in_order(low: Any, high: Any) -> bool:
    if not isinstance(low, dict) or not isinstance(high, dict):
        return True
    alike = low.get("code", low.get("unit")) == high.get("code", high.get("unit"))
    return not alike or "value" not in low or "value" not in high or low["value"] <= high["value"]


def _one_after_the_other(start: str, end: str) -> bool:
    return not surely_later(start, end) and not unordered(start, end)


def _whole_uri(identifier: Json) -> bool:
    return identifier.get("system") != "urn:ietf:rfc:3986" or ":" in identifier.get("value", ":")


def _value_apart(observation: Json) -> bool:
    """Whether no component says the value that the observation itself has."""
    if not any(name.startswith("value") for name in observation):
        return True
    codes = set(_codings(observation))
    return not any(code in codes for part in observation.get("component", []) for code in _codings(part))


def _codings(part: Json) -> Iterator[str]:
    for coding in part.get("code", {}).get("coding", []):
        yield json.dumps(coding, sort_keys=True, default=str)


OF_TYPES = {
    "Identifier": (Rule("uri-value", "error", "", ""),),
    "Narrative": (Rule("txt-1", "error", "", ""),),
}
"""Rules that FHIR states in its text alone or of a primitive member, by the type they are about."""
PLAIN: dict[str, tuple[Callable[[Json], bool], str]] = {
    "qty-3": (lambda each: "code" not in each or "system" in each, "A quantity with a code also names its system."),
    "sqty-1": (lambda each: "comparator" not in each, "No comparator (<, >) may stand here."),
    "per-1": (
        lambda each: "start" not in each or "end" not in each or _one_after_the_other(each["start"], each["end"]),
        "The end is before the start, or only one of them has a time and both are on one day: give both alike.",
    ),
    "rng-2": (lambda each: _in_order(each.get("low"), each.get("high")), "The low end is above the high end."),
    "txt-1": (lambda each: is_clean(each.get("div")), "The narrative holds what is no simple XHTML."),
    "txt-2": (lambda each: True, ""),
    "ref-1": (lambda each: True, ""),
    "uri-value": (_whole_uri, "With the system urn:ietf:rfc:3986 the value is a whole URI such as urn:oid:1.2.3."),
    "obs-6": (
        lambda each: "dataAbsentReason" not in each or not any(name.startswith("value") for name in each),
        "A value and dataAbsentReason exclude each other: leave one of them out.",
    ),
    "obs-7": (_value_apart, "A component has the code of the whole Observation: give the value in one place only."),
    "bdl-1": (lambda each: "total" not in each or each.get("type") in {"searchset", "history"},
              "Only a searchset or a history has a total."),
    "bdl-2": (lambda each: each.get("type") == "searchset" or not any("search" in one for one in _entries(each)),
              "Only a searchset has entry.search."),
    "bdl-3": (lambda each: all(("request" in one) == (each.get("type") in _CHANGES) for one in _entries(each)),
              "Each entry of a batch, transaction or history has a request; entries of other Bundles have none."),
    "bdl-4": (lambda each: all(("response" in one) == (each.get("type") in _ANSWERS) for one in _entries(each)),
              "Each entry of a response or history has a response; entries of other Bundles have none."),
    "bdl-5": (lambda each: "resource" in each or "request" in each or "response" in each,
              "An entry holds a resource, a request or a response."),
    "bdl-7": (_distinct, "Two entries have the same fullUrl."),
    "bdl-8": (lambda each: "/_history/" not in each.get("fullUrl", ""), "A fullUrl names no version."),
    "bdl-9": (lambda each: each.get("type") != "document" or {"system", "value"} <= set(each.get("identifier", {})),
              "A document has an identifier with system and value."),
    "bdl-10": (lambda each: each.get("type") != "document" or "timestamp" in each, "A document has a timestamp."),
    "bdl-11": (lambda each: each.get("type") != "document" or _first(each, "Composition"),
               "The first entry of a document is a Composition."),
    "bdl-12": (lambda each: each.get("type") != "message" or _first(each, "MessageHeader"),
               "The first entry of a message is a MessageHeader."),
}  # fmt: skip
"""Id of the rule -> whether it holds, and what is wrong where it does not. ref-1 is seen where references are."""
