"""Whatever stands where, reading ends with a chart or with one of two faults, never with anything else."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds.chart import Chart
from cds.fhir import Malformed, WrongPatient, patients_in, read_chart, resources_in
from tests.cds.reading import observation
from tests.charts import ICD10, LOINC, ME, NOW, OWN, SNOMED, SPCU, UCUM, concept

OURS = OWN + "msc-observation"
SUBJECT = {"reference": f"Patient/{ME}"}
UNITS = {"value": 5, "unit": "U/L", "system": UCUM, "code": "U/L"}
PRESSURE = {
    "code": concept((LOINC, "8480-6")),
    "valueQuantity": {"value": 120, "unit": "mmHg"},
    "modifierExtension": [],
}
RESOURCES: list[dict[str, Any]] = [
    {
        "resourceType": "Patient", "id": ME, "gender": "male", "birthDate": "1971-03", "deceasedDateTime": "2027",
        "meta": {"lastUpdated": "2026-01-01"},
        "extension": [{"url": SPCU, "extension": [
            {"url": "value", "valueCodeableConcept": concept(("x", "male-typical"))},
            {"url": "period", "valuePeriod": {"start": "2020-01-01", "end": "2030-01-01"}},
        ]}],
    },
    observation(
        "1920-8", 80, "U/L", issued="2026-11-22T08:00:00Z", performer=[SUBJECT], interpretation=[concept(("x", "H"))],
        referenceRange=[{"low": UNITS, "high": UNITS, "type": concept(("x", "normal"))}], specimen={"reference": "#s"},
        contained=[{"resourceType": "Specimen", "id": "s", "type": concept((SNOMED, "119364003"))}],
    ),
    observation(
        id="2", valueQuantity=..., valueString="<0.2", referenceRange=[{"high": {"value": 1, "unit": "mg/dL"}}]
    ),
    observation("85354-9", id="3", valueQuantity=..., component=[PRESSURE], effectivePeriod={"end": "2026-11-21"}),
    observation("20416-4", id="4", valueQuantity=..., valueCodeableConcept=concept((SNOMED, "260415000"))),
    {**observation(id="5", valueQuantity=..., valueInteger=2), "code": concept((OURS, "west-haven-grade"))},
    {**observation(id="6", method=concept((OWN + "meld-version", "meld"))), "code": concept((OURS, "meld"))},
    {
        "resourceType": "Condition", "id": "c", "subject": SUBJECT, "code": concept((ICD10, "K70.31")),
        "clinicalStatus": concept(("x", "active")), "verificationStatus": concept(("x", "confirmed")),
        "severity": concept((SNOMED, "255604002")), "onsetPeriod": {"start": "2020"},
        "meta": {"security": [{"code": "R"}]},
    },
    {
        "resourceType": "Procedure", "id": "p", "subject": SUBJECT, "status": "completed",
        "code": concept((SNOMED, "714749008")), "performedPeriod": {"start": "2026-11-20", "end": "2026-11-21"},
    },
    {
        "resourceType": "MedicationRequest", "id": "r", "subject": SUBJECT, "status": "active", "intent": "order",
        "medicationReference": {"reference": "Medication/m"}, "authoredOn": "2026-11-01",
    },
    {"resourceType": "Medication", "id": "m", "code": {"text": "Warfarin"},
     "ingredient": [{"itemCodeableConcept": {}}]},
    {
        "resourceType": "ImagingStudy", "id": "i", "subject": SUBJECT, "status": "available", "started": "2026-11-01",
        "procedureCode": [concept((LOINC, "24558-9"))],
        "series": [{"modality": {"code": "US"}, "bodySite": {"code": "10200004"}}],
    },
    {
        "resourceType": "DiagnosticReport", "id": "d", "subject": SUBJECT, "status": "final",
        "code": concept((LOINC, "24558-9")), "effectiveDateTime": "2026-11-01",
        "contained": [observation("2951-2", 135, "mmol/L", id="7")],
    },
    {
        "resourceType": "MedicationAdministration", "id": "a", "subject": SUBJECT, "status": "stopped",
        "medicationCodeableConcept": concept((OWN + "msc-product-type", "msc")), "dosage": {"dose": {"value": 70}},
        "effectivePeriod": {"start": "2026-09-01", "end": "2026-09-01"},
    },
]  # fmt: skip
DOCUMENT = {
    "resourceType": "Bundle",
    "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in RESOURCES],
}

WRONG: list[Any] = [None, True, -1, float("nan"), 10**4000, "", "\ud800", [], [None], [[]], {}, [{}]]
"""One of each kind of thing that may stand where another is meant."""
ODD: list[Any] = [
    *WRONG, False, 0, 1e308, float("-inf"), "\x00", "9999-12-31", "0000-00-00", "Patient/", "#", "urn:uuid:", [5],
    ["x"], "x" * 10_000, {"coding": 5}, {"coding": [5]}, {"reference": 5}, {"value": {}}, {"resourceType": 5},
    {"code": [1]}, {"resourceType": "Bundle", "entry": [None]},
]  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every node but the root."""
    keys: Any = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(node[key], (*path, key))


PLACES = list(places(DOCUMENT))


def change(node: Any, path: tuple[Any, ...], what: Any) -> Any:
    """The document with the node at `path` replaced; `...` deletes it, "twice" puts it twice into its list.

    Copies only what stands above the change. A path that an earlier change took away changes nothing.
    """
    key, *rest = path
    if key not in (node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()):
        return node
    changed = copy.copy(node)
    if rest:
        changed[key] = change(node[key], tuple(rest), what)
    elif what is ...:
        del changed[key]
    elif what == "twice" and isinstance(changed, list):
        changed.append(changed[key])
    else:
        changed[key] = what
    return changed


def everything(chart: Chart) -> tuple[Any, ...]:
    """All that a chart holds, with every result converted."""
    return (
        dict(chart.results), dict(chart.unusable), chart.answers, chart.events, chart.administrations, chart.person,
    )  # fmt: skip


def try_to_read(document: Any) -> None:
    try:
        resources = list(resources_in(document))
        patients_in(resources)
        everything(read_chart(resources, ME, NOW))
    except (Malformed, WrongPatient):
        pass


def test_the_document_itself_is_read_whole() -> None:
    chart = read_chart(resources_in(DOCUMENT), ME, NOW)
    assert set(chart.results) == {"ast", "bilirubin", "sbp", "sodium"}
    assert set(chart.answers) == {"hcv_rna_test", "west_haven_grade", "charted_meld"}
    assert {"cirrhosis", "continuous_dialysis", "anticoagulant", "liver_imaging"} <= set(chart.events)
    assert chart.administrations
    assert chart.person.sexes


@pytest.mark.hazard("T-37", "T-34")
@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_the_wrong_kind_of_thing_anywhere(wrong: Any) -> None:
    for path in PLACES:
        try_to_read(change(DOCUMENT, path, wrong))


@pytest.mark.hazard("T-37")
def test_anything_may_be_missing_or_there_twice() -> None:
    for path in PLACES:
        try_to_read(change(DOCUMENT, path, ...))
        try_to_read(change(DOCUMENT, path, "twice"))


@pytest.mark.hazard("T-37")
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from([*ODD, ..., "twice"])), min_size=2, max_size=6))
def test_several_things_wrong_at_once(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = DOCUMENT
    for path, what in changes:
        document = change(document, path, what)
    try_to_read(document)


@pytest.mark.hazard("C-9")
@settings(max_examples=60)
@given(st.permutations(RESOURCES))
def test_the_order_of_a_document_does_not_matter(resources: list[dict[str, Any]]) -> None:
    assert everything(read_chart(resources, ME, NOW)) == everything(read_chart(RESOURCES, ME, NOW))
