"""One patient's chart as the page holds it: what an EHR would send along with a call, wherever it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cds.chart import Chart
from cds.fhir import Malformed, WrongPatient, patients_in, read_chart, resources_in
from cds.fhir.meanings import meaning_of
from cds.fhir.references import Named
from cds.fhir.shapes import Resource, parts, text
from hooks.answers import ALSO, EXPECTED
from hooks.demo.charts import Template, prefetch
from hooks.errors import BadRequest
from hooks.services import KEYS, SERVICES

Json = dict[str, Any]

KEY_OF = {kind: key for key in reversed(KEYS) for kind in (*ALSO.get(key, ()), EXPECTED[key])}
"""Type of resource -> the key under which it is sent."""
BESIDE = {"Specimen": "labs", "Medication": "medications", "AdverseEvent": "administrations"}
"""Types that stand beside the records of a key, since no key asks for them."""
NOT_FHIR = "The file is JSON but not FHIR: {}."
TWO_PATIENTS = "A record in the file names two patients, or one that cannot be told."


@dataclass(frozen=True, slots=True)
class Case:
    """`prefetch` is complete: a key that is not in it could not be read. `service` is the one to call first."""

    id: str
    name: str
    prefetch: Json
    service: str
    title: str = ""
    story: str = ""
    expect: str = ""
    left_out: int = 0


def made_up(chart: Template, now: datetime) -> Case:
    """A demonstration chart, with its dates as seen from `now`."""
    sent = prefetch(chart, now)
    return Case(
        chart.id, name_of(sent["patient"]), sent, chart.services[0], chart.title, chart.story, chart.expect
    )  # fmt: skip


def dropped(document: object) -> list[Case]:
    """The patients in a FHIR document: a Bundle of any type, a list of resources, or one. BadRequest if there is none.

    The document is taken for the whole chart: of a kind that it does not hold nothing is charted.
    """
    try:
        found = patients_in(resources_in(document))
    except Malformed as fault:
        raise BadRequest(NOT_FHIR.format(fault)) from None
    if not found:
        raise BadRequest("The file holds no patient: neither a Patient nor a record whose subject is one.")
    return [_case(patient, resources) for patient, resources in found.items()]


def _case(patient: str, resources: Iterable[Resource]) -> Case:
    entries: dict[str, list[Json]] = {key: [] for key in KEYS}
    left_out, name = 0, ""
    for resource in resources:
        key = _key(resource)
        left_out += not key
        if key:
            entries[key].append(_entry(resource))
        if key == "patient":
            name = name_of(resource)
    if not entries["patient"]:
        del entries["patient"]
    sent: Json = {key: {"resourceType": "Bundle", "type": "searchset", "entry": some} for key, some in entries.items()}
    return Case(patient, name or f"Patient {patient}", sent, next(iter(SERVICES)), left_out=left_out)


def _key(resource: Resource) -> str:
    """The key under which a resource is sent; "" if no key asks for its type."""
    kind = text(resource, "resourceType")
    if kind == "Observation":
        meaning = meaning_of(resource)
        return meaning.lab.kind if meaning and meaning.lab else "labs"
    return KEY_OF.get(kind) or BESIDE.get(kind, "")


def _entry(resource: Resource) -> Json:
    """An entry of a search result; it keeps the address by which others name the resource."""
    mode = "include" if resource["resourceType"] in BESIDE else "match"
    named = {"fullUrl": resource.full_url} if isinstance(resource, Named) else {}
    return {**named, "resource": resource, "search": {"mode": mode}}


def name_of(patient: Resource) -> str:
    """The family name first; "" if there is none."""
    for name in parts(patient, "name"):
        given = name.get("given")
        first = " ".join(each for each in given if isinstance(each, str)) if isinstance(given, list) else ""
        if said := ", ".join(part for part in (text(name, "family"), first) if part) or text(name, "text"):
            return said
    return ""


def records(sent: Mapping[str, Any]) -> list[Json]:
    """Every resource that is sent. BadRequest if what is sent is not FHIR."""
    try:
        return [resource for value in sent.values() if value is not None for resource in resources_in(value)]
    except Malformed as fault:
        raise BadRequest(NOT_FHIR.format(fault)) from None


def chart_of(
    sent: Mapping[str, Any], patient: str, now: datetime, products: frozenset[tuple[str, str]] = frozenset()
) -> Chart:
    """The chart that the service reads from it. BadRequest if it is not the FHIR of one patient.

    `products` are the codes (system, code) by which this site names MSC products that were given, beside ours.
    """
    try:
        return read_chart(records(sent), patient, now, frozenset(sent) - {"patient"}, products=products)
    except WrongPatient:
        raise BadRequest(TWO_PATIENTS) from None
    except Malformed as fault:
        raise BadRequest(NOT_FHIR.format(fault)) from None
