"""Who the patient is: birth date, sex by source, and whether they have died."""

from collections.abc import Iterator
from datetime import datetime

from cds.chart import Person
from cds.fhir.shapes import Resource, code_of, modified, part, parts, text
from cds.fhir.times import bounds, moment

CLINICAL_USE = "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse"
BIRTH_SEX = (
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex",
)
SEXES = {
    "female-typical": "female",
    "male-typical": "male",
    "F": "female",
    "M": "male",
    "248152002": "female",
    "248153007": "male",
    "female": "female",
    "male": "male",
}


def read_person(patient: Resource | None, now: datetime) -> Person:
    """The person of a Patient resource; an unknown one if there is none or its meaning is modified."""
    if patient is None or modified(patient):
        return Person()
    born = bounds(patient.get("birthDate"))
    first, last = born or (None, None)
    return Person(first, last, tuple(_sexes(patient, now)), _deceased(patient, now))


def _sexes(patient: Resource, now: datetime) -> Iterator[tuple[str, str]]:
    """Each source and what it says, in order of precedence."""
    extensions = list(parts(patient, "extension"))
    for extension in extensions:
        if text(extension, "url") == CLINICAL_USE:
            found = {text(each, "url"): each for each in parts(extension, "extension")}
            if _valid(part(found.get("period", {}), "valuePeriod"), now):
                code = code_of(found.get("value", {}), "valueCodeableConcept")
                yield "sex parameter for clinical use", SEXES.get(code, "unknown")
                if code == "specified":  # neither typical: what other sources say must not stand in for it
                    return
    for url in BIRTH_SEX:
        for extension in extensions:
            if text(extension, "url") == url:
                code = (
                    text(extension, "valueCode")
                    or text(part(extension, "valueCoding"), "code")
                    or code_of(extension, "valueCodeableConcept")
                )
                yield "birth sex", SEXES.get(code, "unknown")
    gender = text(patient, "gender")
    if gender:
        yield "administrative gender", SEXES.get(gender, "unknown")


def _valid(period: Resource, now: datetime) -> bool:
    start, end = moment(period.get("start")), bounds(period.get("end"))
    return not (start and start.at > now) and not (end and end[1] < now.date())


def _deceased(patient: Resource, now: datetime) -> bool:
    """Dead at the clinical clock; a date of death that cannot be placed counts."""
    if patient.get("deceasedBoolean") is True:
        return True
    written = patient.get("deceasedDateTime")
    if written is None:
        return False
    exact = moment(written)
    if exact is not None:
        return exact.at <= now
    span = bounds(written)
    return span is None or span[0] <= now.date()
