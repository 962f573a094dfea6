"""Conditions, procedures, imaging studies and medicines as events of the concepts of `cds.codes`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from cds.chart import Event, EventStatus, Moment, Unusable
from cds.codes import INDEX, SEVERITIES
from cds.fhir.medicines import medicines_of
from cds.fhir.shapes import Resource, code_of, codings, modified, part, parts, restricted, source_of, text
from cds.fhir.times import event_moment, is_yet_to_come

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNSURE: EventStatus = "provisional"
LIVER_STRUCTURE = "10200004"
MODALITIES = frozenset({"US", "CT", "MR"})


class Happened(NamedTuple):
    """What a resource tells, before its codes are looked up; `status` None means that it tells nothing."""

    status: EventStatus | None
    onset: Moment | None = None
    end: Moment | None = None
    severity: str = ""


class Events:
    """Collects the events of one chart and the records that could not be used, by concept."""

    def __init__(self, now: datetime, named: Mapping[str, Resource]) -> None:
        self.now = now
        self.named = named
        self.found: dict[str, list[Event]] = {}
        self.unusable: dict[str, list[Unusable]] = {}

    def add(self, resource: Resource, *, owned: bool) -> None:
        """Read one resource; types that hold no events are passed over."""
        reader = READERS.get(resource["resourceType"])
        if reader is None:
            return
        happened, concepts = reader(self, resource)
        if happened.status is not None and concepts:
            self.keep(resource, happened, concepts, owned=owned)

    def keep(self, resource: Resource, happened: Happened, concepts: Mapping[str, str], *, owned: bool) -> None:
        """Put an event to each of its concepts (name -> code), or say why it is not used."""
        source = source_of(resource)
        status, onset, end, severity = happened
        fault = ""
        if not owned:
            fault = "UNATTRIBUTED"
        elif onset and is_yet_to_come(onset, self.now):
            fault = "FUTURE"
        elif modified(resource):
            fault = "UNKNOWN_MODIFIER"
        if end and status == "past" and is_yet_to_come(end, self.now):
            status, end = "active", None
        for concept, code in concepts.items():
            if fault:
                self.unusable.setdefault(concept, []).append(Unusable(concept, fault, source, onset))
            # What a modifier does to a diagnosis is unknown: it proves nothing, and rules nothing out.
            if fault == "UNKNOWN_MODIFIER" and resource["resourceType"] == "Condition":
                status = UNSURE
            elif fault:
                continue
            if status is not None:
                event = Event(concept, status, source, onset, end, severity, code, restricted(resource))
                self.found.setdefault(concept, []).append(event)

    def study(self, resource: Resource, concept: str, *, owned: bool) -> None:
        """An Observation whose code names an imaging study."""
        happened, _ = _report(self, resource)
        if happened.status is not None:
            self.keep(resource, happened, {concept: ""}, owned=owned)

    def moments(self, resource: Resource, name: str) -> tuple[Moment | None, Moment | None]:
        """Start and end from `nameDateTime` or `namePeriod`."""
        single = resource.get(f"{name}DateTime")
        if single is not None:
            return event_moment(single, self.now), None
        period = part(resource, f"{name}Period")
        return event_moment(period.get("start"), self.now), event_moment(period.get("end"), self.now)

    def events(self) -> dict[str, tuple[Event, ...]]:
        """The events by concept, newest first, those without a time last."""
        return {concept: tuple(sorted(found, key=_newest_first)) for concept, found in self.found.items()}


def _newest_first(event: Event) -> tuple[bool, float, str, str]:
    if event.onset is None:
        return True, 0.0, event.source, event.code
    return False, -(event.onset.at - EPOCH).total_seconds(), event.source, event.code


Find = Callable[[str, str], tuple[str, ...]]


def _concepts(find: Find, concepts: Iterable[Resource]) -> dict[str, str]:
    """Concept -> the first code that means it."""
    found: dict[str, str] = {}
    for concept in concepts:
        for system, code in codings(concept):
            for name in find(system, code):
                found.setdefault(name, code)
    return found


def _condition(events: Events, resource: Resource) -> tuple[Happened, dict[str, str]]:
    concepts = _concepts(INDEX.condition, parts(resource, "code"))
    if not concepts:
        return Happened(None), concepts
    verified = code_of(resource, "verificationStatus")
    clinical = code_of(resource, "clinicalStatus")
    onset, _ = events.moments(resource, "onset")
    ended = resource.get("abatementDateTime"), part(resource, "abatementPeriod").get("end")
    end = next((event_moment(written, events.now) for written in ended if written is not None), None)
    abated = any(name.startswith("abatement") and value is not False for name, value in resource.items())
    status: EventStatus | None = "active"
    if verified in ("refuted", "entered-in-error"):
        status = None
    elif verified not in ("", "confirmed"):
        status = UNSURE
    elif clinical in ("inactive", "remission", "resolved") or (not clinical and abated):
        status = "past"
    severity = next((SEVERITIES[code] for _, code in codings(part(resource, "severity")) if code in SEVERITIES), "")
    return Happened(status, onset, end, severity), concepts


DONE: dict[str, EventStatus] = {"completed": "active", "in-progress": UNSURE, "stopped": UNSURE, "unknown": UNSURE}
RUNNING = "continuous_dialysis"
"""The one procedure that counts while it is in progress."""


def _procedure(events: Events, resource: Resource) -> tuple[Happened, dict[str, str]]:
    """A point in time ends when it begins; a period without an end is open."""
    concepts = _concepts(INDEX.procedure, parts(resource, "code"))
    if not concepts:
        return Happened(None), concepts
    onset, end = events.moments(resource, "performed")
    if resource.get("performedDateTime") is not None:
        end = onset
    status = DONE.get(text(resource, "status"))
    if RUNNING in concepts and text(resource, "status") == "in-progress":
        status = "active"
    return Happened(status, onset, end), concepts


REPORTED: dict[str, EventStatus] = {
    **dict.fromkeys(("final", "amended", "corrected", "appended"), "active"),
    **dict.fromkeys(("registered", "partial", "preliminary", "unknown"), UNSURE),
}  # fmt: skip


def _report(events: Events, resource: Resource) -> tuple[Happened, dict[str, str]]:
    onset, end = events.moments(resource, "effective")
    status = REPORTED.get(text(resource, "status"))
    return Happened(status, onset or end, end), _concepts(INDEX.procedure, parts(resource, "code"))


STUDIED: dict[str, EventStatus] = {"available": "active", "registered": UNSURE, "unknown": UNSURE}


def _study(events: Events, resource: Resource) -> tuple[Happened, dict[str, str]]:
    status = STUDIED.get(text(resource, "status"))
    concepts = _concepts(INDEX.procedure, parts(resource, "procedureCode"))
    for series in parts(resource, "series"):
        if (
            text(part(series, "bodySite"), "code") == LIVER_STRUCTURE
            and text(part(series, "modality"), "code") in MODALITIES
        ):
            concepts.setdefault("liver_imaging", LIVER_STRUCTURE)
    return Happened(status, event_moment(resource.get("started"), events.now)), concepts


PRESCRIBED: dict[str, EventStatus] = {"active": "active", "on-hold": UNSURE, "unknown": UNSURE, "intended": UNSURE}
NOT_YET_ORDERED = frozenset({"proposal", "plan", "option"})


def _medicine(events: Events, resource: Resource) -> tuple[Happened, dict[str, str]]:
    status = PRESCRIBED.get(text(resource, "status"))
    if status is None or resource.get("doNotPerform") is True:
        return Happened(None), {}
    if text(resource, "intent") in NOT_YET_ORDERED:
        status = UNSURE
    medicines = list(medicines_of(resource, events.named))
    concepts = _concepts(INDEX.medicine, medicines)
    for medicine in medicines:
        names = (text(medicine, "text"), *(text(each, "display") for each in parts(medicine, "coding")))
        for concept in INDEX.medicine_named(" | ".join(names)):
            concepts.setdefault(concept, "")
    if not concepts:
        return Happened(None), concepts
    ordered = event_moment(resource.get("authoredOn"), events.now)
    taken, _ = events.moments(resource, "effective")
    return Happened(status, taken or ordered), concepts


Reader = Callable[[Events, Resource], tuple[Happened, dict[str, str]]]
READERS: dict[str, Reader] = {
    "Condition": _condition,
    "Procedure": _procedure,
    "DiagnosticReport": _report,
    "ImagingStudy": _study,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
}
