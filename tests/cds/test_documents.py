"""From a document to the resources of each patient, and whose a resource is."""

from typing import Any

import pytest

from cds.fhir import Malformed, Unreadable, WrongPatient, patients_in, read_chart, resources_in
from tests.cds.reading import Json, observation, only, read, refused
from tests.charts import ME, NOW

PATIENT = {"resourceType": "Patient", "id": ME, "gender": "male", "birthDate": "1971-03-01"}
EHR = "https://ehr.example/fhir"
OTHER = {"reference": "Patient/other"}


def about(reference: Any, **more: Any) -> Json:
    return observation(subject={"reference": reference}, **more)


def bundle(*entries: Json) -> Json:
    return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries)}


@pytest.mark.parametrize(
    ("document", "ids"),
    [
        (observation(), ["1"]),
        ([observation(id="a"), observation(id="b")], ["a", "b"]),
        (bundle({"resource": observation(id="a")}, {"resource": observation(id="b")}), ["a", "b"]),
        ([bundle({"resource": bundle({"resource": observation(id="a")})}), observation(id="b")], ["a", "b"]),
        (bundle({"fullUrl": "urn:uuid:7f", "resource": observation(id=...)}), ["7f"]),
        (bundle({"fullUrl": f"{EHR}/Observation/9", "resource": observation(id=...)}), ["9"]),
        (bundle({"request": {"method": "DELETE"}}, {"resource": None}), []),
        ({"resourceType": "Bundle"}, []),
        ({"resourceType": "Bundle", "entry": None}, []),
        ([], []),
    ],
)
def test_the_resources_of_a_document(document: object, ids: list[str]) -> None:
    assert [each["id"] for each in resources_in(document)] == ids


@pytest.mark.hazard("T-37")
@pytest.mark.parametrize(
    "document",
    [
        None, 5, "Patient", True, {}, {"resourceType": None}, {"resourceType": 5}, {"resourceType": ""}, [None], [[5]],
        {"resourceType": "Bundle", "entry": {}}, {"resourceType": "Bundle", "entry": "x"}, bundle("x"), bundle(None),  # type: ignore[arg-type]
        bundle({"resource": "x"}), bundle({"resource": {}}), bundle({"resource": []}, {"resource": 5}),
    ],
)  # fmt: skip
def test_a_container_of_the_wrong_shape_is_malformed(document: object) -> None:
    with pytest.raises(Malformed):
        list(resources_in(document))


def test_deep_nesting_is_no_matter() -> None:
    document: Any = observation()
    for _ in range(5000):
        document = [document]
    assert len(list(resources_in(document))) == 1


@pytest.mark.hazard("T-29", "C-12")
@pytest.mark.parametrize(
    "reference",
    [
        f"Patient/{ME}", f"Patient/{ME}/_history/3", f"{EHR}/Patient/{ME}", f"{EHR}/Patient/{ME}/_history/3",
        f"urn:uuid:{ME}",
    ],
)  # fmt: skip
def test_every_way_to_name_the_patient_is_known(reference: str) -> None:
    assert only("bilirubin", PATIENT, about(reference)).value == 2


@pytest.mark.hazard("T-29", "C-12")
@pytest.mark.parametrize(
    "reference",
    [
        "Patient/other", "Patient/other/_history/3", f"{EHR}/Patient/other", "urn:uuid:other", "Patient/",
        f"Patient/{ME}/", ME, "other", "Patient?identifier=7", "", f"Patient/{ME.upper()}",
    ],
)  # fmt: skip
def test_one_resource_of_another_patient_refuses_everything(reference: str) -> None:
    with pytest.raises(WrongPatient):
        read(PATIENT, *[about(f"Patient/{ME}", id=f"{number}") for number in range(59)], about(reference, id="60"))


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize(
    "kind", ["Condition", "Procedure", "MedicationRequest", "Encounter", "Specimen", "AllergyIntolerance"]
)
@pytest.mark.parametrize("element", ["subject", "patient"])
def test_any_type_of_resource_may_be_the_one_of_another(kind: str, element: str) -> None:
    with pytest.raises(WrongPatient):
        read(PATIENT, {"resourceType": kind, "id": "1", element: {"reference": "Patient/other"}})


@pytest.mark.hazard("T-29")
def test_both_elements_that_may_name_a_patient_are_looked_at() -> None:
    mine = {"reference": f"Patient/{ME}"}
    for subject, patient in ((mine, OTHER), (OTHER, mine), ({}, OTHER)):
        with pytest.raises(WrongPatient):
            read(PATIENT, observation(subject=subject, patient=patient))
    assert only("bilirubin", PATIENT, observation(subject=mine, patient=mine)).value == 2


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize("inner", ["Observation", "Condition", "Specimen"])
@pytest.mark.parametrize("holder", ["Observation", "Condition", "DiagnosticReport", "ServiceRequest", "Encounter"])
def test_a_contained_resource_of_another_patient_refuses_everything(holder: str, inner: str) -> None:
    within = {"resourceType": inner, "id": "in"}
    record = {"resourceType": holder, "id": "1", "status": "final", "subject": {"reference": f"Patient/{ME}"}}
    with pytest.raises(WrongPatient):
        read(PATIENT, {**record, "contained": [{**within, "subject": OTHER}]})
    for harmless in ({"reference": f"Patient/{ME}"}, {"reference": "#p"}, {}, None):
        somebody = {"resourceType": "Patient", "id": "p"}
        read(PATIENT, {**record, "contained": [{**within, "subject": harmless}, somebody]})


@pytest.mark.hazard("T-29")
def test_another_patient_resource_refuses_everything() -> None:
    with pytest.raises(WrongPatient):
        read(PATIENT, {**PATIENT, "id": "other"})
    with pytest.raises(WrongPatient):
        read({"resourceType": "Patient"})


@pytest.mark.hazard("T-29")
def test_the_same_id_on_another_server_is_another_patient() -> None:
    with pytest.raises(WrongPatient):
        read(about(f"https://other.example/fhir/Patient/{ME}"), base=EHR)
    with pytest.raises(WrongPatient):
        read(about(f"{EHR}/Patient/{ME}"), about(f"https://other.example/fhir/Patient/{ME}", id="2"))
    assert read(about(f"{EHR}/Patient/{ME}"), base=EHR + "/").results["bilirubin"]


@pytest.mark.hazard("T-30")
@pytest.mark.parametrize(
    "subject",
    [..., None, {}, {"reference": "Group/1"}, {"reference": "#p"}, {"display": "Ada"}, {"identifier": {"value": "7"}}],
)
def test_a_result_that_names_no_patient_is_not_used_and_says_so(subject: Any) -> None:
    assert refused("bilirubin", PATIENT, observation(subject=subject)) == ["UNATTRIBUTED"]


@pytest.mark.hazard("T-37")
@pytest.mark.parametrize("subject", [f"Patient/{ME}", [], 5, {"reference": 5}, {"reference": ["Patient/p1"]}])
def test_a_subject_of_the_wrong_shape_is_malformed(subject: Any) -> None:
    with pytest.raises(Malformed):
        read(observation(subject=subject))


def test_a_patient_is_known_by_the_address_of_the_entry() -> None:
    document = bundle(
        {"fullUrl": "urn:uuid:0f", "resource": PATIENT},
        {"fullUrl": "urn:uuid:1f", "resource": about("urn:uuid:0f")},
    )
    groups = patients_in(resources_in(document))
    assert list(groups) == [ME]
    assert read_chart(groups[ME], ME, NOW).results["bilirubin"]


def test_resources_are_grouped_by_patient_with_the_patient_first() -> None:
    other = {**PATIENT, "id": "other"}
    given = [about("Patient/other", id="a"), about(f"Patient/{ME}", id="b"), other, PATIENT]
    groups = patients_in(given)
    assert {patient: [each["id"] for each in group] for patient, group in groups.items()} == {
        ME: [ME, "b"],
        "other": ["other", "a"],
    }


def test_a_patient_who_is_only_referenced_is_a_patient() -> None:
    assert list(patients_in([about(f"{EHR}/Patient/7/_history/2")])) == ["7"]


@pytest.mark.hazard("T-30")
@pytest.mark.parametrize("subject", [..., {"display": "Ada"}])
def test_what_names_no_patient_is_shown_to_each_as_not_used(subject: Any) -> None:
    groups = patients_in([PATIENT, observation(subject=subject)])
    chart = read_chart(groups[ME], ME, NOW)
    assert [each.reason for each in chart.unusable["bilirubin"]] == ["UNATTRIBUTED"]


def test_a_document_without_a_patient_has_none() -> None:
    assert patients_in([observation(subject=...)]) == {}


def test_medicines_that_others_refer_to_go_with_each_patient() -> None:
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "Warfarin 5 mg"}}
    order = {
        "resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
        "subject": {"reference": f"Patient/{ME}"}, "medicationReference": {"reference": "Medication/m"},
    }  # fmt: skip
    chart = read_chart(patients_in([order, medication])[ME], ME, NOW)
    assert [each.source for each in chart.events["anticoagulant"]] == ["MedicationRequest/o"]


def test_every_fault_is_of_one_kind_and_repeats_nothing_that_was_sent() -> None:
    with pytest.raises(Unreadable) as caught:
        read(about("Patient/secret-name"))
    assert "secret" not in str(caught.value)


def test_an_operation_outcome_beside_results_is_no_matter() -> None:
    assert only("bilirubin", {"resourceType": "OperationOutcome", "issue": []}, observation()).value == 2
