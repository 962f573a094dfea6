"""What came back for one key, as prefetch or from a FHIR server: nothing, a part, or all that is charted.

"Nothing is charted" is an answer; "could not be read" is not. Wrong shapes are a `BadRequest`.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cds.fhir.documents import resources_in
from cds.fhir.shapes import Malformed, parts, text
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
_VERSION = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")

UNREADABLE = "unreadable"
"""In place of a next link that is no text: there is more, and nobody knows where."""

State = Literal["absent", "partial", "whole"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key holds.

    `state`: "absent" (not sent, or an error in its place), "partial" (more exists: `next`, or the server said so),
    "whole" (all there is; may be nothing). `total` is how many the server says there are, `matches` how many are
    here; `cut` says that the server itself left something out.
    """

    state: State
    resources: tuple[Resource, ...] = ()
    next: str = ""
    total: int = 0
    matches: int = 0
    cut: bool = False


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
    matches = _matches(bundle.get("entry", []), key)
    try:
        resources = tuple(resources_in(bundle))
    except Malformed:
        raise BadRequest("A Bundle holds what is no resource.", (f"prefetch.{key}",)) from None
    outcomes = [each for each in resources if each["resourceType"] == "OperationOutcome"]
    if outcomes:
        resources = tuple(each for each in resources if each["resourceType"] != "OperationOutcome")
    total = bundle.get("total")
    if total is not None and type(total) is not int:
        raise BadRequest("A Bundle's total is no count.", (f"prefetch.{key}",))
    if total == 0 and not resources:
        return NOTHING
    found = total or 0
    following = _next(bundle)
    cut = any(map(_leaves_out, outcomes))
    state: State = "partial" if following or cut or found > matches else "whole"
    return Answer(state, resources, following, found, matches, cut)


def _matches(entries: object, key: str) -> int:
    """How many entries count towards the total of a search. BadRequest if one holds no resource."""
    found = 0
    for entry in entries if isinstance(entries, list) else (None,):
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            raise BadRequest("A Bundle's entries are no list of resources.", (f"prefetch.{key}",))
        search = entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        found += mode in (None, "match") and entry["resource"].get("resourceType") != "OperationOutcome"
    return found


def _next(bundle: Resource) -> str:
    """Where the next page is, `UNREADABLE` where that is not said as a text, "" if there is none."""
    for link in parts(bundle, "link"):
        if link.get("relation") == "next":
            return text(link, "url") or UNREADABLE
    return ""


def _leaves_out(outcome: Resource) -> bool:
    """Whether an OperationOutcome beside the entries says that something is missing."""
    issues = outcome.get("issue")
    return not isinstance(issues, list) or any(
        not isinstance(issue, dict) or issue.get("severity") in _SERIOUS or issue.get("code") in _CUT_SHORT
        for issue in issues
    )


def joined(pages: Sequence[Answer]) -> Answer:
    """All pages of one search as one answer: whole unless a page was cut, or they hold fewer than were found."""
    resources = tuple(resource for page in pages for resource in page.resources)
    short = max(page.total for page in pages) > sum(page.matches for page in pages)
    return Answer("partial" if short or any(page.cut for page in pages) else "whole", resources)


def versions(resources: Iterable[Resource], wanted: Collection[str]) -> dict[str, str]:
    """"Type/id" -> version, of those resources that are wanted and say theirs."""
    ids = {name.partition("/")[2] for name in wanted}
    found = {}
    for resource in resources:
        id = resource.get("id")
        if isinstance(id, str) and id in ids:
            meta = resource.get("meta")
            version = meta.get("versionId") if isinstance(meta, dict) else None
            if isinstance(version, str) and _VERSION.match(version):
                found[f"{resource['resourceType']}/{id}"] = version
    return found
