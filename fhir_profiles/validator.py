"""The validator: a FHIR R4 resource by our profiles and by FHIR itself, without network."""

from collections.abc import Iterator, Sequence

from fhir_profiles import library
from fhir_profiles.issues import Issue, outcome
from fhir_profiles.resources import profile
from fhir_profiles.run import Enough, Entries, Place, Run, depth_and_sizes
from fhir_profiles.walk import judge_by, judge_resource

__all__ = ["DEEPEST", "Issue", "outcome", "validate"]

DEEPEST = 80
"""Records that are nested deeper are not judged. Real ones do with fewer than twenty levels."""
_ORDER = {"error": 0, "warning": 1, "information": 2}


def validate(resource: object, *, profiles: Sequence[str] = ()) -> tuple[Issue, ...]:
    """Everything found in a record, errors first, each fault once.

    The profiles that the record names in meta.profile are asked, and with them `profiles`: canonical addresses, or
    the ids of our profiles. Never raises, whatever JSON the record is.
    """
    if not isinstance(resource, dict):
        return (Issue("error", "structure", "", "A record is a JSON object.", "type"),)
    depth, sizes = depth_and_sizes(resource)
    type = resource.get("resourceType")
    path = type if isinstance(type, str) and type.isalpha() and type.isascii() and len(type) < 50 else "Resource"
    if depth > DEEPEST:
        words = f"The record is nested {depth} levels deep; more than {DEEPEST} are not looked at."
        return (Issue("error", "too-costly", path, words, "nested"),)
    run = Run(resource, sizes=sizes, entries=Entries(resource))
    try:
        _judge(run, Place(path, resource, resource), profiles)
    except Enough:
        run.found[path, ""] = Issue("information", "too-long", path, "There may be more faults than these.")
    return tuple(sorted(_with_remark(run, path), key=lambda issue: _ORDER[issue.severity]))


def _judge(run: Run, place: Place, profiles: Sequence[str]) -> None:
    judge_resource(run, place.resource, place)
    if library.is_resource(place.path):
        for each in profiles:
            url = each if "/" in each else f"{library.canonical()}/StructureDefinition/{each}"
            for found in profile(run, url, place.resource, place):
                judge_by(run, place.resource, found, place)


def _with_remark(run: Run, path: str) -> Iterator[Issue]:
    said = {issue.path for issue in run.found.values() if issue.key in {"binding", "pattern", "fixed"}}
    for issue in run.found.values():
        places = {issue.path, f"{issue.path}.code", issue.path.rpartition(".coding")[0]}
        if issue.key != "code-system" or said.isdisjoint(places):  # a wrong code is one fault
            yield issue
    if not run.ours:
        words = "The record names none of our profiles in meta.profile; it was judged by the rules of FHIR R4 alone."
        yield Issue("information", "informational", path, words, "profile")
