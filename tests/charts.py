"""Small charts in FHIR R4, written so that a test reads like a case; every method answers a new chart."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cds.advise import Topic, advise
from cds.assess import assess
from cds.assessment import Assessment
from cds.chart import KINDS
from cds.chart import Chart as ReadChart
from cds.fhir import read_chart
from cds.report import to_json
from hooks.card import Form, card

Json = dict[str, Any]

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ME = "p1"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
OWN = "https://hepar-cds.github.io/msc-liver/CodeSystem/"
EXTENSION = "https://hepar-cds.github.io/msc-liver/StructureDefinition/"
CTCAE_GRADE, AE_RESOLVED = EXTENSION + "ctcae-grade", EXTENSION + "ae-resolved"
THESAURUS = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
AE_SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
AE_OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
SPCU = "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse"
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
US_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex"
GENDER_IDENTITY = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity"

CODES = {
    "bilirubin": ("1975-2", "mg/dL"), "creatinine": ("2160-0", "mg/dL"), "inr": ("6301-6", "{INR}"),
    "sodium": ("2951-2", "mmol/L"), "albumin": ("1751-7", "g/dL"), "alt": ("1742-6", "U/L"), "ast": ("1920-8", "U/L"),
    "alp": ("6768-6", "U/L"), "ggt": ("2324-2", "U/L"), "platelets": ("777-3", "10*9/L"), "wbc": ("6690-2", "10*9/L"),
    "haemoglobin": ("718-7", "g/dL"), "crp": ("1988-5", "mg/L"), "afp": ("1834-1", "ng/mL"), "pt": ("5902-2", "s"),
    "pt_control": ("5901-4", "s"), "bmi": ("39156-5", "kg/m2"), "waist": ("8280-0", "cm"), "hba1c": ("4548-4", "%"),
    "triglycerides": ("2571-8", "mg/dL"), "hdl": ("2085-9", "mg/dL"), "cholesterol": ("2093-3", "mg/dL"),
    "weight": ("29463-7", "kg"), "lsm": ("77615-3", "kPa"), "map": ("8478-0", "mm[Hg]"), "pf": ("50984-4", "mm[Hg]"),
    "audit_c": ("75626-2", "{score}"), "hcg": ("2118-8", "[IU]/L"), "hbv_dna": ("42595-9", "[IU]/mL"),
    "urea": ("22664-7", "mmol/L"), "bun": ("3094-0", "mg/dL"), "fasting_glucose": ("1558-6", "mg/dL"),
}  # fmt: skip
"""Analyte -> the code and the unit that a test means when it names none."""

TESTS = {"hbsag": "5196-1", "anti_hcv": "13955-0", "hiv": "56888-1", "pregnancy": "11449-6", "hcv_rna": "20416-4"}
REFERENCE = {"bilirubin": 2.0, "sodium": 133, "inr": 1.5, "creatinine": 1.2, "albumin": 3.0}
"""Male, 55 years: MELD 15, MELD-Na 18, MELD 3.0 18 (18.25); female 20 (19.58); with dialysis 28 (27.62)."""

MELDS = ("meld", "meld-na", "meld-3.0")
ABSENT: Any = ...
"""As the value of a member: the member is not there."""


def ago(days: float = 0, hours: float = 0, *, now: datetime = NOW) -> str:
    """An instant before the clock, ISO 8601 in UTC."""
    return (now - timedelta(days=days, hours=hours)).isoformat().replace("+00:00", "Z")


def day_ago(days: int) -> str:
    """A calendar date before that of the clock."""
    return (NOW.date() - timedelta(days=days)).isoformat()


def concept(*codings: tuple[str, str], text: str = "") -> Json:
    made: Json = {"coding": [{"system": system, "code": code} for system, code in codings]} if codings else {}
    return {**made, "text": text} if text else made


def quantity(value: Any, unit: str, **more: Any) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}


def _coding(code: str) -> tuple[str, str]:
    return (SNOMED if code.isdigit() else ICD10, code)


@dataclass(frozen=True)
class Chart:
    """One patient's record. `read` are the kinds that could be retrieved."""

    patient: Json = field(
        default_factory=lambda: {"resourceType": "Patient", "id": ME, "gender": "male", "birthDate": "1971-03-01"}
    )
    resources: tuple[Json, ...] = ()
    now: datetime = NOW
    read: frozenset[str] = KINDS
    products: frozenset[tuple[str, str]] = frozenset()

    # Who

    def person(self, **members: Any) -> "Chart":
        """The Patient with these members; None takes one away."""
        merged = {**self.patient, **members}
        return replace(self, patient={name: value for name, value in merged.items() if value is not None})

    def female(self) -> "Chart":
        return self.person(gender="female")

    def born(self, written: str | None) -> "Chart":
        return self.person(birthDate=written)

    def at(self, now: datetime) -> "Chart":
        return replace(self, now=now)

    def without_access_to(self, *kinds: str) -> "Chart":
        """These kinds could not be retrieved: unknown, not empty."""
        return replace(self, read=self.read - set(kinds))

    # What

    def add(self, *resources: Json) -> "Chart":
        """Resources as they are; an id is given to those without one, and a subject unless they have the key."""
        made = []
        for number, resource in enumerate(resources, start=len(self.resources) + 1):
            given = {"id": f"r{number}", "subject": {"reference": f"Patient/{ME}"}, **copy.deepcopy(resource)}
            made.append({name: value for name, value in given.items() if value is not ABSENT})
        return replace(self, resources=(*self.resources, *made))

    def plus(self, *others: "Chart") -> "Chart":
        """With the records of other charts, under ids of their own."""
        more = [
            {**resource, "id": f"x{number}-{resource['id']}"}
            for number, other in enumerate(others)
            for resource in other.resources
        ]
        return replace(self, resources=(*self.resources, *more))

    def lab(
        self,
        name: str,
        value: Any,
        unit: str | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        at: Any = None,
        code: str = "",
        upper: float | None = None,
        comparator: str = "",
        **more: Any,
    ) -> "Chart":
        """One result. `at` overrides the time, ABSENT leaves it out; `upper` is the laboratory's own limit."""
        loinc, usual = CODES.get(name, ("", ""))
        unit = usual if unit is None else unit
        measured = quantity(value, unit, **({"comparator": comparator} if comparator else {}))
        made = {
            "resourceType": "Observation",
            "status": "final",
            "code": concept((LOINC, code or loinc)),
            "effectiveDateTime": ago(days, hours, now=self.now) if at is None else at,
            "valueQuantity": measured,
            **({"referenceRange": [{"high": quantity(upper, unit)}]} if upper is not None else {}),
            **more,
        }
        return self.add({name: value for name, value in made.items() if value is not ABSENT or name == "subject"})

    def labs(self, values: dict[str, Any], *, days: float = 0, hours: float = 2, **more: Any) -> "Chart":
        """Several results of one draw, in their usual units."""
        chart = self
        for name, value in values.items():
            chart = chart.lab(name, value, days=days, hours=hours, **more)
        return chart

    def said(self, name: str, text: str, *, hours: float = 2, unit: str = "", **more: Any) -> "Chart":
        """A result as valueString; `unit` is that of its reference range."""
        ranged = {"referenceRange": [{"high": quantity(1.2, unit)}]} if unit else {}
        return self.lab(name, 0, hours=hours, **{"valueQuantity": ABSENT, "valueString": text, **ranged, **more})

    def condition(
        self,
        code: str,
        *,
        days: float | None = 400,
        clinical: str = "active",
        verified: str = "confirmed",
        severity: str = "",
        **more: Any,
    ) -> "Chart":
        """An ICD-10-CM or (digits only) SNOMED CT problem; `days` since onset, None for undated."""
        made: Json = {"resourceType": "Condition", "code": concept(_coding(code))}
        if clinical:
            system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
            made["clinicalStatus"] = concept((system, clinical))
        if verified:
            system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
            made["verificationStatus"] = concept((system, verified))
        if days is not None:
            made["onsetDateTime"] = ago(days, now=self.now)
        if severity:
            made["severity"] = concept((SNOMED, severity))
        return self.add({**made, **more})

    def procedure(
        self, code: str, *, days: float = 0, hours: float = 0, lasting: float | None = None, status: str = "completed",
        **more: Any,
    ) -> "Chart":  # fmt: skip
        """A procedure (SNOMED CT, or ICD-10-PCS); `lasting` hours make it a period."""
        system = SNOMED if code.isdigit() and len(code) > 6 else PCS
        start = ago(days, hours, now=self.now)
        when: Json = {"performedDateTime": start}
        if lasting is not None:
            when = {"performedPeriod": {"start": start, "end": ago(days, hours - lasting, now=self.now)}}
        if {"performedDateTime", "performedPeriod"} & set(more):
            when = {}
        return self.add(
            {"resourceType": "Procedure", "status": status, "code": concept((system, code)), **when, **more}
        )

    def imaging(self, *, days: float = 30) -> "Chart":
        """Ultrasonography of the abdomen."""
        return self.procedure("45036003", days=days)

    def medicine(
        self, *codings: tuple[str, str], text: str = "", status: str = "active", kind: str = "MedicationRequest",
        **more: Any,
    ) -> "Chart":  # fmt: skip
        made: Json = {"resourceType": kind, "status": status}
        if kind == "MedicationRequest":
            made["intent"] = "order"
        if codings or text:
            made["medicationCodeableConcept"] = concept(*codings, text=text)
        return self.add({**made, **more})

    def test(self, name: str, positive: bool, *, days: float = 20, **more: Any) -> "Chart":
        """A presence test with a coded answer."""
        answer = concept((SNOMED, "10828004" if positive else "260385009"))
        made = {"valueQuantity": ABSENT, "valueCodeableConcept": answer, **more}
        return self.lab(name, 0, days=days, code=TESTS[name], **made)

    def ascites(self, grade: str, *, days: float = 0, hours: float = 2) -> "Chart":
        return self._graded(
            "ascites-grade", {"valueCodeableConcept": concept((OWN + "msc-ascites-grade", grade))}, days, hours
        )

    def west_haven(self, grade: int, *, days: float = 0, hours: float = 2) -> "Chart":
        return self._graded("west-haven-grade", {"valueInteger": grade}, days, hours)

    def fibrosis_stage(self, stage: int, *, days: float = 100) -> "Chart":
        return self._graded("fibrosis-stage", {"valueInteger": stage}, days, 0)

    def _graded(self, code: str, value: Json, days: float, hours: float) -> "Chart":
        made = {"resourceType": "Observation", "status": "final", "code": concept((OWN + "msc-observation", code))}
        return self.add({**made, "effectiveDateTime": ago(days, hours, now=self.now), **value})

    def administration(self, ended: str, *, status: str = "completed", product: str = "msc", **more: Any) -> "Chart":
        """A recorded infusion of an investigational product that ended at `ended`."""
        made = {
            "resourceType": "MedicationAdministration",
            "status": status,
            "medicationCodeableConcept": concept((OWN + "msc-product-type", product)),
            "effectivePeriod": {"start": ended, "end": ended},
            "dosage": {"route": concept((SNOMED, "419993007")), "dose": quantity(70, "10*6")},
        }
        return self.add({**made, **more})

    def adverse_event(
        self, began: Any, *, event: str | Json = "386661006", grade: str = "C41338", resolved: str = "", **more: Any
    ) -> "Chart":
        """A recorded event, of grade 1 unless another code or "" is given; ABSENT takes the date away."""
        graded = {"url": CTCAE_GRADE, "valueCodeableConcept": concept((THESAURUS, grade))}
        ended = {"url": AE_RESOLVED, "valueDateTime": resolved}
        made = {
            "resourceType": "AdverseEvent",
            "actuality": "actual",
            "event": concept((SNOMED, event)) if isinstance(event, str) else event,
            "date": began,
            "seriousness": concept((AE_SERIOUSNESS, "Non-serious")),
            "extension": [*([graded] if grade else []), *([ended] if resolved else [])],
        }
        return self.add({**made, **more})

    # Cases

    def reference(self, *, hours: float = 2, days: float = 0, **instead: Any) -> "Chart":
        """The five results of the reference patient; a result given as None is left out."""
        values = {**REFERENCE, **instead}
        return self.labs({name: value for name, value in values.items() if value is not None}, days=days, hours=hours)

    def cirrhosis(self) -> "Chart":
        return self.condition("K74.60")

    def screened(self) -> "Chart":
        """Everything that shows each exclusion to be absent, for a man."""
        chart = self.imaging().lab("afp", 4, days=30).test("hiv", positive=False)
        chart = chart.test("hbsag", positive=False).test("anti_hcv", positive=False)
        return chart.lab("audit_c", 0, days=30)

    # Answers

    def bundle(self) -> Json:
        entries = [{"resource": resource} for resource in (self.patient, *self.resources)]
        return {"resourceType": "Bundle", "type": "collection", "entry": copy.deepcopy(entries)}

    def chart(self, resources: Iterable[Json] | None = None) -> ReadChart:
        """What the reader makes of it; `resources` may be the same ones in another order."""
        these = (self.patient, *self.resources) if resources is None else tuple(resources)
        return read_chart(copy.deepcopy(list(these)), ME, self.now, read=self.read, products=self.products)

    def assess(self) -> Assessment:
        return assess(self.chart())

    def json(self) -> Json:
        return to_json(self.assess())

    def cards(self, topic: Topic = "evaluation", *, msc_text: bool = True) -> list[Json]:
        """The cards of one occasion, at a site that has named an owner and a protocol."""
        assessment = self.assess()
        found = advise(assessment, topic, msc_text=msc_text, protocol="P-1", clinical_owner="Dr A, hepatology")
        form = Form(public_url="https://cds.example.org", patient=ME, actions_per_suggestion=10)
        return [card(finding, to_json(assessment), form) for finding in found]


def by_id(assessment: Json, part: str, id: str) -> Json:
    """One member of a list of the assessment; fails unless exactly one has the id."""
    (found,) = [each for each in assessment[part] if each["id"] == id]
    return found  # type: ignore[no-any-return]


def score(chart: Chart, id: str) -> Json:
    return by_id(chart.json(), "scores", id)


def exclusion(chart: Chart, id: str) -> Json:
    return by_id(chart.json(), "exclusions", id)


def pathway(chart: Chart, id: str) -> Json:
    return by_id(chart.json(), "pathways", id)


def criterion(chart: Chart, family: str, id: str) -> Json:
    return by_id(pathway(chart, family), "criteria", id)


def evaluation(chart: Chart, id: str) -> Json:
    return by_id(chart.json(), "evaluation", id)


def follow_up(chart: Chart, id: str) -> Json:
    return by_id(chart.json(), "followUp", id)


def input_of(found: Json, name: str) -> Json:
    (used,) = [each for each in found["inputs"] if each["name"] == name]
    return used  # type: ignore[no-any-return]


def birthday(years: int, *, days: int = 0) -> str:
    """The birth date of someone who turns `years` on the day of the clock, moved by `days`."""
    return (date(NOW.year - years, NOW.month, NOW.day) + timedelta(days=days)).isoformat()
