"""Coded answers of Observations: a test that is positive, a grade, a finding that is present or absent."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from cds.chart import Answer, Moment, Unusable
from cds.codes import INTERPRETATIONS, MELD_VERSION, MELD_VERSIONS, TEXT
from cds.concept import Asked
from cds.fhir.observations import CORRECTED, Reading
from cds.fhir.quantities import exact
from cds.fhir.shapes import Resource, codings, part, parts, source_of, text

Told = tuple[Answer, bool]
"""An answer, and whether it is a correction."""

CODED_VALUES = ("valueCodeableConcept", "valueString", "valueInteger", "valueBoolean")


def read_answer(asked: Asked, resource: Resource, reading: Reading, fault: str) -> Told | Unusable | None:
    """The answer of an Observation, why there is none, or None where it says nothing about this."""
    if asked.name in MELD_VERSIONS.values() and asked.name not in _versions(resource):
        return None
    said = set(_said(asked, resource))
    if not said and not any(name in resource for name in CODED_VALUES):
        return None
    when = reading.when(resource)
    fault = fault or reading.fault(resource, when)
    source = source_of(resource)
    if fault or when is None:
        return Unusable(asked.name, fault or "UNDATED", source, when)
    if "dataAbsentReason" in resource or not said:
        return Unusable(asked.name, "NOT_A_QUANTITY", source, when)
    if len(said) > 1:
        return Unusable(asked.name, "CONFLICTING_RESULTS", source, when)
    return Answer(asked.name, said.pop(), when, source), text(resource, "status") in CORRECTED


def _versions(resource: Resource) -> Iterator[str]:
    for system, code in codings(part(resource, "method")):
        if system == MELD_VERSION and code in MELD_VERSIONS:
            yield MELD_VERSIONS[code]


def _said(asked: Asked, resource: Resource) -> Iterator[str | int]:
    """Everything that the Observation says in answer."""
    if asked.name in MELD_VERSIONS.values():
        number = exact(part(resource, "valueQuantity").get("value"))
        if number is not None and 0 < number < 100 and number == int(number):
            yield int(number)
    if asked.scale is not None:
        stage = resource.get("valueInteger")
        if type(stage) is int and 0 <= stage <= asked.scale:
            yield stage
    concept = part(resource, "valueCodeableConcept")
    keys = [*codings(concept), (TEXT, text(resource, "valueString").casefold())]
    yield from (asked.values[key] for key in keys if key in asked.values)
    present = resource.get("valueBoolean")
    if isinstance(present, bool) and "present" in asked.values.values():
        yield "present" if present else "absent"
    if asked.interpreted:
        for interpretation in parts(resource, "interpretation"):
            yield from (INTERPRETATIONS[code] for _, code in codings(interpretation) if code in INTERPRETATIONS)


def settle_answers(told: Iterable[Told]) -> tuple[tuple[Answer, ...], tuple[Unusable, ...]]:
    """The answers newest first, one for each time, back to a time whose answers contradict each other.

    What is older than a contradiction does not tell how things stand now.
    """
    ordered = sorted(told, key=lambda each: (*_time(each), each[0].source, str(each[0].value)), reverse=True)
    kept: list[Answer] = []
    conflicts: list[Unusable] = []
    for _, group in groupby(ordered, key=_time):
        same_time = list(group)
        corrected = [each for each in same_time if each[1]]
        left = corrected or same_time
        if len({answer.value for answer, _ in left}) == 1:
            kept.append(left[-1][0])
        else:
            conflicts += [
                Unusable(answer.name, "CONFLICTING_RESULTS", answer.source, answer.when) for answer, _ in same_time
            ]
            break
    return tuple(kept), tuple(conflicts)


def _time(told: Told) -> tuple[object, bool]:
    when: Moment = told[0].when
    return when.at, when.day_only
