"""Problems, procedures, studies and medicines: what they count as, and when they happened."""

from typing import Any

import pytest

from cds.chart import Event
from tests.cds.reading import Json, observation, read
from tests.charts import ICD10, LOINC, ME, OWN, PCS, RXNORM, SNOMED, ago, concept

SUBJECT = {"reference": f"Patient/{ME}"}


def record(kind: str, **members: Any) -> Json:
    made = {"resourceType": kind, "id": "1", "subject": SUBJECT, **members}
    return {name: member for name, member in made.items() if member is not ...}


def condition(code: str = "K74.60", **members: Any) -> Json:
    return record("Condition", code=concept((ICD10, code)), **members)


def procedure(code: str = "5A1D70Z", **members: Any) -> Json:
    return record("Procedure", **{"status": "completed", "code": concept((PCS, code)), **members})


def order(**members: Any) -> Json:
    medicine = concept((RXNORM, "11289"))
    made = {"status": "active", "intent": "order", "medicationCodeableConcept": medicine, **members}
    return record("MedicationRequest", **made)


def event(concept: str, *resources: Json) -> Event | None:
    """The one event of a concept, or None."""
    found = read(*resources).events.get(concept, ())
    assert len(found) < 2
    return found[0] if found else None


def status(concept: str, *resources: Json) -> str | None:
    found = event(concept, *resources)
    return found and found.status


def coded(code: str) -> Json:
    return {"coding": [{"code": code}]}


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, "active"),
        ({"clinicalStatus": coded("active")}, "active"),
        ({"clinicalStatus": coded("recurrence")}, "active"),
        ({"clinicalStatus": coded("relapse")}, "active"),
        ({"clinicalStatus": coded("inactive")}, "past"),
        ({"clinicalStatus": coded("remission")}, "past"),
        ({"clinicalStatus": coded("resolved")}, "past"),
        ({"clinicalStatus": "resolved"}, "past"),
        ({"clinicalStatus": ["resolved"]}, "active"),
        ({"verificationStatus": coded("confirmed")}, "active"),
        ({"verificationStatus": coded("provisional")}, "provisional"),
        ({"verificationStatus": coded("differential")}, "provisional"),
        ({"verificationStatus": coded("unconfirmed")}, "provisional"),
        ({"verificationStatus": coded("something-new")}, "provisional"),
        ({"verificationStatus": coded("refuted")}, None),
        ({"verificationStatus": coded("entered-in-error")}, None),
        ({"verificationStatus": coded("entered-in-error"), "clinicalStatus": coded("active")}, None),
        ({"abatementDateTime": "2020-01-01"}, "past"),
        ({"abatementString": "long ago"}, "past"),
        ({"abatementBoolean": False}, "active"),
        ({"abatementDateTime": "2020-01-01", "clinicalStatus": coded("active")}, "active"),
    ],
)
def test_what_a_condition_counts_as(members: Json, expected: str | None) -> None:
    assert status("cirrhosis", condition(**members)) == expected


@pytest.mark.parametrize(
    ("members", "onset"),
    [
        ({"onsetDateTime": "2026-10-01"}, "2026-10-01"),
        ({"onsetPeriod": {"start": "2026-10-01", "end": "2026-10-05"}}, "2026-10-01"),
        ({"onsetDateTime": "2015"}, "2015-12-31"),
        ({"onsetDateTime": "2026"}, None),
        ({"onsetString": "childhood"}, None),
        ({"recordedDate": "2026-10-01"}, None),
        ({"onsetDateTime": ["2026-10-01"]}, None),
    ],
)
def test_when_a_condition_began(members: Json, onset: str | None) -> None:
    found = event("cirrhosis", condition(**members))
    assert found is not None
    assert (found.onset and str(found.onset)) == onset


def test_a_condition_of_the_future_has_not_happened_yet_and_says_so() -> None:
    chart = read(condition(onsetDateTime="2027-01-01"))
    assert "cirrhosis" not in chart.events
    assert [each.reason for each in chart.unusable["cirrhosis"]] == ["FUTURE"]


def test_what_ends_in_the_future_is_not_over_yet() -> None:
    ends = condition(clinicalStatus=coded("resolved"), abatementDateTime="2027-01-01")
    assert status("cirrhosis", ends) == "active"


def test_one_code_may_mean_several_things() -> None:
    chart = read(condition("K70.31"))
    assert {"cirrhosis", "charted_ascites", "alcohol_liver_disease"} <= set(chart.events)


def test_several_codings_of_one_condition_are_one_event() -> None:
    given = record("Condition", code=concept((ICD10, "K74.60"), (SNOMED, "19943007")))
    found = event("cirrhosis", given)
    assert found is not None
    assert found.code == "K74.60"


@pytest.mark.parametrize("text", ["Cirrhosis of liver", "K74.60"])
def test_a_condition_without_a_code_is_not_read(text: str) -> None:
    assert not read(record("Condition", code={"text": text})).events


@pytest.mark.parametrize(("code", "severity"), [("255604002", "mild"), ("6736007", "moderate"), ("1", "")])
def test_the_severity_of_ascites(code: str, severity: str) -> None:
    found = event("charted_ascites", condition("R18.8", severity=concept((SNOMED, code))))
    assert found is not None
    assert found.severity == severity


@pytest.mark.hazard("C-27")
def test_a_condition_with_a_modifier_neither_proves_nor_rules_out() -> None:
    chart = read(condition("C22.0", modifierExtension=[{"url": "urn:negated"}]))
    assert [each.status for each in chart.events["liver_cancer"]] == ["provisional"]
    assert [each.reason for each in chart.unusable["liver_cancer"]] == ["UNKNOWN_MODIFIER"]


@pytest.mark.hazard("T-30")
def test_a_condition_that_names_no_patient_is_not_used() -> None:
    chart = read(condition(subject=...))
    assert "cirrhosis" not in chart.events
    assert [each.reason for each in chart.unusable["cirrhosis"]] == ["UNATTRIBUTED"]


@pytest.mark.hazard("C-30")
@pytest.mark.parametrize(
    ("security", "restricted"),
    [([{"code": "R"}], True), ([{"code": "V"}], True), ([{"code": "42CFRPart2"}], True), ([{"code": "N"}], False),
     ([], False), ("R", False), ([{"code": ["R"]}], False)],
)  # fmt: skip
def test_restricted_content_is_marked(security: Any, restricted: bool) -> None:
    found = event("hiv_infection", condition("B20", meta={"security": security}))
    assert found is not None
    assert found.restricted is restricted


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("completed", "active"), ("stopped", "provisional"), ("unknown", "provisional"), ("not-done", None),
        ("entered-in-error", None), ("preparation", None), ("on-hold", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_what_a_procedure_counts_as(given: Any, expected: str | None) -> None:
    assert status("intermittent_dialysis", procedure(status=given)) == expected


@pytest.mark.hazard("C-10")
def test_continuous_dialysis_in_progress_is_running() -> None:
    running = procedure("5A1D90Z", status="in-progress", performedPeriod={"start": ago(2)})
    found = event("continuous_dialysis", running)
    assert found is not None
    assert (found.status, found.end) == ("active", None)
    assert found.onset is not None


@pytest.mark.parametrize(
    "resource",
    [
        record("DiagnosticReport", status="final", code=concept((LOINC, "24558-9")), effectiveDateTime="2026-10-01"),
        record("Procedure", status="completed", code=concept((SNOMED, "45036003")), performedDateTime="2026-10-01"),
        record("ImagingStudy", status="available", procedureCode=[concept((LOINC, "24556-3"))], started="2026-10-01"),
        record(
            "ImagingStudy",
            status="available",
            started="2026-10-01",
            series=[{"modality": {"code": "US"}, "bodySite": {"system": SNOMED, "code": "10200004"}}],
        ),
        observation("24558-9", valueQuantity=..., valueString="normal", effectiveDateTime="2026-10-01"),
    ],
)
def test_imaging_is_known_in_every_form(resource: Json) -> None:
    found = event("liver_imaging", resource)
    assert found is not None
    assert (found.status, str(found.onset)) == ("active", "2026-10-01")


@pytest.mark.parametrize(
    "resource",
    [
        record("DiagnosticReport", status="cancelled", code=concept((LOINC, "24558-9"))),
        record("ImagingStudy", status="entered-in-error", procedureCode=[concept((LOINC, "24556-3"))]),
        record("ImagingStudy", status="available", series=[{"modality": {"code": "US"}}]),
        record("DiagnosticReport", status="final", code=concept((LOINC, "24325-3"))),
    ],
)
def test_what_is_no_imaging_of_the_liver_is_none(resource: Json) -> None:
    assert event("liver_imaging", resource) is None


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, "active"),
        ({"status": "on-hold"}, "provisional"),
        ({"status": "stopped"}, None),
        ({"status": "completed"}, None),
        ({"status": "cancelled"}, None),
        ({"status": "entered-in-error"}, None),
        ({"status": "draft"}, None),
        ({"doNotPerform": True}, None),
        ({"intent": "proposal"}, "provisional"),
        ({"medicationCodeableConcept": {"text": "Warfarin 5 mg"}}, "active"),
        ({"medicationCodeableConcept": {"coding": [{"display": "apixaban 5 MG Oral Tablet"}]}}, "active"),
        ({"medicationCodeableConcept": {"text": "Ibuprofen"}}, None),
        ({"medicationCodeableConcept": "Warfarin"}, None),
    ],
)
def test_an_anticoagulant_counts_while_it_is_active(members: Json, expected: str | None) -> None:
    assert status("anticoagulant", order(**members)) == expected


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    ("given", "expected"), [("active", "active"), ("intended", "provisional"), ("not-taken", None), ("completed", None)]
)
def test_an_anticoagulant_in_a_statement(given: str, expected: str | None) -> None:
    statement = {**order(status=given, intent=...), "resourceType": "MedicationStatement"}
    assert status("anticoagulant", statement) == expected


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#m", True), ("Medication/m", True), ("https://ehr.example/fhir/Medication/m/_history/1", True),
        ("urn:uuid:m", True), ("#x", False), ("Medication/elsewhere", False),
    ],
)  # fmt: skip
def test_a_medicine_is_followed_inside_the_document_and_nowhere_else(reference: str, found: bool) -> None:
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [{"itemCodeableConcept": concept((RXNORM, "11289"))}],
    }
    request = order(medicationCodeableConcept=..., medicationReference={"reference": reference}, contained=[medication])
    assert bool(event("anticoagulant", request, medication)) is found


def test_a_medicine_is_known_by_the_display_of_its_reference() -> None:
    request = order(medicationCodeableConcept=..., medicationReference={"display": "Warfarin 2 mg"})
    assert status("anticoagulant", request) == "active"


def test_events_are_listed_newest_first_and_undated_last() -> None:
    given = [
        condition(id="a", onsetDateTime="2020-01-01"),
        condition(id="b"),
        condition(id="c", onsetDateTime="2024-01-01"),
    ]
    for order_of in (given, given[::-1]):
        assert [each.source for each in read(*order_of).events["cirrhosis"]] == [
            "Condition/c",
            "Condition/a",
            "Condition/b",
        ]


def administration(**members: Any) -> Json:
    made = {
        "status": "completed",
        "medicationCodeableConcept": concept((OWN + "msc-product-type", "msc")),
        "effectivePeriod": {"start": "2026-09-01T09:00:00Z", "end": "2026-09-01T11:00:00Z"},
        **members,
    }
    return record("MedicationAdministration", **made)


DOSE = {"dose": {"value": 70, "system": "http://unitsofmeasure.org", "code": "10*6"}}


@pytest.mark.parametrize(
    ("members", "anchors"),
    [
        ({}, True),
        ({"medicationCodeableConcept": concept((OWN + "msc-product-type", "msc-ev"))}, True),
        ({"medicationCodeableConcept": concept((OWN + "msc-product-type", "prp"))}, False),
        ({"medicationCodeableConcept": concept(("urn:other", "msc"))}, False),
        ({"status": "stopped", "dosage": DOSE}, True),
        ({"status": "stopped"}, False),
        ({"status": "stopped", "dosage": {"dose": {"value": 0}}}, False),
        ({"status": "in-progress"}, False),
        ({"status": "not-done"}, False),
        ({"status": "entered-in-error"}, False),
        ({"status": "on-hold"}, False),
        ({"effectivePeriod": ..., "effectiveDateTime": "2026-09-01"}, True),
        ({"effectivePeriod": ...}, False),
        ({"effectivePeriod": {"start": "2027-01-01", "end": "2027-01-01"}}, False),
        ({"modifierExtension": [{"url": "urn:x"}]}, False),
        ({"subject": ...}, False),
    ],
)
def test_which_administration_anchors_follow_up(members: Json, anchors: bool) -> None:
    assert bool(read(administration(**members)).administrations) is anchors


def test_an_administration_ends_with_its_period() -> None:
    (found,) = read(administration()).administrations
    assert (str(found.start), str(found.end), found.product) == ("2026-09-01T09:00:00Z", "2026-09-01T11:00:00Z", "msc")
