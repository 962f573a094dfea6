"""What came back for one key, as prefetch or from a FHIR server: nothing, a part, or all that is charted.

"Nothing is charted" is an answer; "could not be read" is not. Wrong shapes are a `BadRequest`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from hooks.errors import BadRequest

Resource = dict[str, Any]

EXPECTED = {
    "patient": "Patient",
    "labs": "Observation",
    "vitals": "Observation",
    "conditions": "Condition",
    "procedures": "Procedure",
    "medications": "MedicationRequest",
    "administrations": "MedicationAdministration",
}
ALSO = {"medications": ("MedicationStatement",), "procedures": ("DiagnosticReport", "ImagingStudy", "Observation")}

# Tuples, not sets: what is compared with them may be anything that JSON holds, a list too.
_CUT_SHORT = ("incomplete", "too-costly", "too-long", "throttled", "timeout", "transient", "lock-error", "suppressed")
_SERIOUS = ("error", "fatal")
_LISTS = (None, "searchset", "collection")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key holds.

    `state`: "absent" (not sent, or an error in its place), "partial" (more exists: `next`, or the server said so),
    "whole" (all there is; may be nothing).
    """

    state: Literal["absent", "partial", "whole"]
    resources: tuple[Resource, ...] = ()
    next: str = ""


ABSENT = Answer("absent")
NOTHING = Answer("whole")


def answer(key: str, value: object) -> Answer:
    """What was sent under `key`. BadRequest if it is neither null, nor a resource of the right type, nor a Bundle."""
    if value is None:
        return NOTHING
    if not isinstance(value, dict):
        raise BadRequest("A prefetch value is neither null nor a resource.", (f"prefetch.{key}",))
    kind = value.get("resourceType")
    if kind == "OperationOutcome":
        return ABSENT
    if kind == "Bundle":
        return _bundle(key, value)
    if kind == EXPECTED[key] or kind in ALSO.get(key, ()):
        return Answer("whole", (value,))
    raise BadRequest("A prefetch value is not of the type that was asked for.", (f"prefetch.{key}",))


def _bundle(key: str, bundle: Resource) -> Answer:
    if bundle.get("type") not in _LISTS:
        raise BadRequest("A Bundle is no answer to a search.", (f"prefetch.{key}",))
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise BadRequest("A Bundle's entries are no list.", (f"prefetch.{key}",))
    resources: list[Resource] = []
    outcomes: list[Resource] = []
    matches = 0
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise BadRequest("A Bundle's entry holds no resource.", (f"prefetch.{key}",))
        if resource["resourceType"] == "OperationOutcome":
            outcomes.append(resource)
            continue
        resources.append(resource)
        search = entry.get("search")
        matches += not isinstance(search, dict) or search.get("mode") in (None, "match")
    total = bundle.get("total")
    if total == 0 and not isinstance(total, bool) and not resources:
        return NOTHING
    following = _next(bundle)
    short = isinstance(total, int) and not isinstance(total, bool) and total > matches
    partial = bool(following) or short or any(map(_leaves_out, outcomes))
    return Answer("partial" if partial else "whole", tuple(resources), following)


def _next(bundle: Resource) -> str:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"]) or "unreadable"
    return ""


def _leaves_out(outcome: Resource) -> bool:
    """Whether an OperationOutcome beside the entries says that something is missing."""
    issues = outcome.get("issue")
    return not isinstance(issues, list) or any(
        not isinstance(issue, dict) or issue.get("severity") in _SERIOUS or issue.get("code") in _CUT_SHORT
        for issue in issues
    )


def joined(pages: list[Answer], complete: bool) -> Answer:
    """The pages of one search as one answer."""
    resources = tuple(resource for page in pages for resource in page.resources)
    return Answer("whole" if complete else "partial", resources)
