"""Reads the chart of one patient from FHIR resources."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from cds.analyte import Code, Lab
from cds.chart import KINDS, Administration, AdverseEvent, Answer, Chart, Unusable
from cds.fhir.administrations import read_administration
from cds.fhir.adverse_events import read_adverse_event
from cds.fhir.coded import Told, read_answer, settle_answers
from cds.fhir.events import Events
from cds.fhir.lazy import Results
from cds.fhir.meanings import Meaning, meaning_of
from cds.fhir.observations import USED, Charted, Reading
from cds.fhir.person import read_person
from cds.fhir.references import Owner, names_of
from cds.fhir.shapes import Malformed, Resource, modified, parts, text

NAMED = frozenset({"Specimen", "Medication", "MedicationAdministration"})
"""Types that other records refer to."""

HOLDERS = frozenset({"Observation", "DiagnosticReport"})
"""Types whose contained Observations are read."""


class Gathering:
    """What is collected of one patient while the resources are gone through once."""

    def __init__(
        self, owner: Owner, now: datetime, named: Mapping[str, Resource], products: AbstractSet[tuple[str, str]]
    ) -> None:
        self.owner = owner
        self.now = now
        self.named = named
        self.products = products
        self.reading = Reading(now, named)
        self.events = Events(now, named)
        self.charted: dict[str, list[Charted]] = {}
        self.hints: dict[str, list[Charted]] = {}
        self.told: dict[str, list[Told]] = {}
        self.others: dict[str, list[Unusable]] = {}
        self.administrations: list[Administration] = []
        self.adverse_events: list[AdverseEvent] = []

    def take(self, resource: Resource) -> None:
        """One resource of any type but Patient. Raises WrongPatient or Malformed."""
        owned = self.owner.owns(resource)
        kind = resource["resourceType"]
        if kind == "Observation":
            meaning = meaning_of(resource)
            if meaning is not None:
                self.observe(resource, meaning, "" if owned else "UNATTRIBUTED")
        elif kind == "MedicationAdministration":
            self._keep(read_administration(resource, self.now, self.named, self.products, owned=owned))
        elif kind == "AdverseEvent":
            self._keep(read_adverse_event(resource, self.now, self.named, owned=owned))
        else:
            self.events.add(resource, owned=owned)
        if "contained" in resource:
            self._contained(resource)

    def _keep(self, found: Administration | AdverseEvent | Unusable | None) -> None:
        """What a record holds, to its like; why it is not used, to its name."""
        if isinstance(found, Administration):
            self.administrations.append(found)
        elif isinstance(found, AdverseEvent):
            self.adverse_events.append(found)
        elif found is not None:
            self.others.setdefault(found.name, []).append(found)

    def observe(self, resource: Resource, meaning: Meaning, fault: str) -> None:
        """One Observation whose code means something."""
        if meaning.plain:
            self._chart(resource, resource, meaning.lab, meaning.code, fault)  # type: ignore[arg-type]
            return
        if meaning.lab is None or meaning.decoy_of or meaning.asked or meaning.concept:
            self._less_usual(resource, meaning, fault)
        else:
            self._chart(resource, resource, meaning.lab, meaning.code, fault)  # type: ignore[arg-type]
        if meaning.panel and "component" in resource:
            for component in parts(resource, "component"):
                inner = meaning_of(component)
                if inner and inner.lab and inner.code and not inner.decoy_of:
                    self._chart(resource, component, inner.lab, inner.code, fault)

    def _chart(self, resource: Resource, holder: Resource, lab: Lab, code: Code, fault: str) -> None:
        charted = Charted(resource, holder, lab, code, self.reading.when(resource), fault)
        try:
            self.charted[lab.name].append(charted)
        except KeyError:
            self.charted[lab.name] = [charted]

    def _less_usual(self, resource: Resource, meaning: Meaning, fault: str) -> None:
        answered = False
        for asked in meaning.asked:
            told = read_answer(asked, resource, self.reading, fault)
            if isinstance(told, Unusable):
                if meaning.lab is None:
                    self.others.setdefault(asked.name, []).append(told)
            elif told is not None:
                answered = True
                self.told.setdefault(asked.name, []).append(told)
        if meaning.concept:
            self.events.study(resource, meaning.concept, owned=not fault)
        if meaning.lab and meaning.code and (not answered or "valueQuantity" in resource):
            for lab in meaning.decoy_of or (meaning.lab,):
                conflict = "SPECIMEN" if meaning.decoy_of else ""
                self._chart(resource, resource, lab, meaning.code, fault or conflict)
        for lab in meaning.explains if meaning.lab is None else ():
            hint = Charted(resource, resource, lab, lab.codes[0], self.reading.when(resource), fault)
            self.hints.setdefault(lab.name, []).append(hint)

    def _contained(self, holder: Resource) -> None:
        """Contained Observations; they stand or fall with the record that holds them. None may be another patient's."""
        fault = "UNKNOWN_MODIFIER" if modified(holder) else ""
        if text(holder, "status") not in USED:
            fault = "STATUS_EXCLUDED"
        for inner in parts(holder, "contained"):
            owned = self.owner.owns(inner)
            if inner.get("resourceType") == "Observation" and holder["resourceType"] in HOLDERS:
                meaning = meaning_of(inner)
                if meaning is not None:
                    named = {**inner, "id": f"{text(holder, 'id')}#{text(inner, 'id')}"}
                    self.observe(named, meaning, fault if owned else "UNATTRIBUTED")

    def chart(self, patient: str, people: list[Resource], read: frozenset[str]) -> Chart:
        """The chart of all that was taken."""
        answers: dict[str, tuple[Answer, ...]] = {}
        for name, told in self.told.items():
            answers[name], conflicts = settle_answers(told)
            self.others.setdefault(name, []).extend(conflicts)
        for name, unusable in self.events.unusable.items():
            self.others.setdefault(name, []).extend(unusable)
        results = Results(self.charted, self.hints, self.others, self.reading)
        person = max(people, key=_updated, default=None)
        return Chart(
            patient=f"Patient/{patient}",
            now=self.now,
            person=read_person(person, self.now),
            results=results.results(),
            unusable=results.unusable(),
            answers={name: found for name, found in answers.items() if found},
            events=self.events.events(),
            administrations=tuple(sorted(self.administrations, key=lambda each: (each.end.at, each.source))),
            adverse_events=tuple(sorted(self.adverse_events, key=lambda each: each.source)),
            read=read,
        )


def _updated(patient: Resource) -> str:
    meta = patient.get("meta")
    return text(meta, "lastUpdated") if isinstance(meta, dict) else ""


def read_chart(
    resources: Iterable[Resource],
    patient_id: str,
    now: datetime,
    read: frozenset[str] = KINDS,
    base: str = "",
    products: AbstractSet[tuple[str, str]] = frozenset(),
) -> Chart:
    """The chart of the patient with the id `patient_id`, seen from `now` (UTC if it has no time zone).

    `read` names the kinds of record that could be read. `base` is the address of the server that the references
    are relative to; "" accepts any, but only one. `products` are the codes (system, code) by which this site names MSC
    products that were given, beside ours. Results are converted when they are first asked for.
    Raises WrongPatient if any resource names another patient or none that can be told, Malformed on a shape that
    is not FHIR. A resource without a subject is not used, and says so.
    """
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
    people: list[Resource] = []
    others: list[Resource] = []
    named: dict[str, Resource] = {}
    for resource in resources:
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(kind, str):
            raise Malformed("a resource is not an object with a resourceType")
        (people if kind == "Patient" else others).append(resource)
        if kind in NAMED:
            named.update(dict.fromkeys(names_of(resource), resource))
    gathering = Gathering(Owner(patient_id, base, people), now, named, products)
    for each in others:
        gathering.take(each)
    return gathering.chart(patient_id, people, read)
