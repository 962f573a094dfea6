"""Adverse events as they are recorded: what happened, when, how severe, and whether it is over."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from cds.adverse import EVENTS, GRADES, NAME, OUTCOMES, SERIOUSNESS, SEVERITIES
from cds.analyte import OWN
from cds.chart import AdverseEvent, Unusable
from cds.fhir.references import split
from cds.fhir.shapes import Resource, code_of, codings, modified, part, parts, restricted, source_of, text
from cds.fhir.times import event_moment, is_yet_to_come

EXTENSIONS = OWN.removesuffix("CodeSystem/") + "StructureDefinition/"
GRADE, RESOLVED = EXTENSIONS + "ctcae-grade", EXTENSIONS + "ae-resolved"


def read_adverse_event(
    resource: Resource, now: datetime, named: Mapping[str, Resource], *, owned: bool
) -> AdverseEvent | Unusable | None:
    """What a record says happened, why it is not used, or None if nothing did.

    A potential event did not happen. An event without a date of its own has the one on which it was noticed. An end
    after `now` is none. `named` are the records of the same document by the references that name them.
    """
    if text(resource, "actuality") == "potential" or text(resource, "status") == "entered-in-error":
        return None
    source = source_of(resource)
    dates = (resource.get(name) for name in ("date", "detected"))
    when = next((event_moment(each, now) for each in dates if each is not None), None)
    if not owned:
        return Unusable(NAME, "UNATTRIBUTED", source, when)
    if modified(resource):
        return Unusable(NAME, "UNKNOWN_MODIFIER", source, when)
    if when and is_yet_to_come(when, now):
        return Unusable(NAME, "FUTURE", source, when)
    ended = (event_moment(each.get("valueDateTime"), now) for each in _extended(resource, RESOLVED))
    resolved = next((each for each in ended if each and not is_yet_to_come(each, now)), None)
    coded = codings(part(resource, "event"))
    graded = (key for each in _extended(resource, GRADE) for key in codings(part(each, "valueCodeableConcept")))
    return AdverseEvent(
        source,
        event=next((EVENTS[key] for key in coded if key in EVENTS), ""),
        when=when,
        resolved=resolved,
        grade=next((GRADES[key] for key in graded if key in GRADES), None),
        severity=SEVERITIES.get(code_of(resource, "severity"), ""),
        outcome=OUTCOMES.get(code_of(resource, "outcome"), ""),
        serious=SERIOUSNESS.get(code_of(resource, "seriousness")),
        suspects=tuple(_suspects(resource, named)),
        restricted=restricted(resource),
    )


def _extended(resource: Resource, url: str) -> Iterator[Resource]:
    return (each for each in parts(resource, "extension") if each.get("url") == url)


def _suspects(resource: Resource, named: Mapping[str, Resource]) -> Iterator[str]:
    """The administrations that are suspected, as "MedicationAdministration/7"."""
    for each in parts(resource, "suspectEntity"):
        reference = text(part(each, "instance"), "reference")
        known = named.get(reference)
        _, kind, id = split(source_of(known) if known else reference)
        if kind == "MedicationAdministration":
            yield f"{kind}/{id}"
