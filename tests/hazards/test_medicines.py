"""Anticoagulants change the INR: which medicines count, and what follows (C-11)."""

from typing import Any

import pytest

from tests.charts import ABSENT, ATC, ME, MELDS, RXNORM, Chart, concept, pathway, score
from tests.oracles import caveat, value

WARFARIN = (RXNORM, "11289")


def reference() -> Chart:
    return Chart().cirrhosis().reference()


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    "coding",
    [
        (RXNORM, "11289"), (RXNORM, "1364430"), (RXNORM, "1114195"), (RXNORM, "1546356"), (RXNORM, "1037042"),
        (RXNORM, "1599538"), (ATC, "B01AA03"), (ATC, "B01AA04"), (ATC, "B01AA07"), (ATC, "B01AE07"),
        (ATC, "B01AF01"), (ATC, "B01AF02"), (ATC, "B01AF03"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
def test_by_code(coding: tuple[str, str], kind: str) -> None:
    chart = reference().medicine(coding, kind=kind)
    caveat(chart, "meld-3.0", 18, "ANTICOAGULANT")
    caveat(chart, "child-pugh", score(chart, "child-pugh").get("value"), "ANTICOAGULANT")


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    "text",
    ["Warfarin 5 mg", "warfarin", "WARFARIN SODIUM 2 MG TAB", "Apixaban 2.5 mg", "Eliquis", "edoxaban (Lixiana)",
     "Phenprocoumon", "dabigatran etexilate 110 mg", "Rivaroxaban-20", "WARFARİN 5 MG", "Apıxaban"],
)  # fmt: skip
def test_by_the_name_of_the_ingredient(text: str) -> None:
    caveat(reference().medicine(text=text), "meld-3.0", 18, "ANTICOAGULANT")


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    "text", ["Warfarinol antidote", "no-apixabanine", "Heparin 5000 IU", "Aspirin 100 mg", "Vitamin K"]
)
def test_other_names_are_not_it(text: str) -> None:
    value(reference().medicine(text=text), "meld-3.0", 18)


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize("coding", [(ATC, "B01AC06"), (ATC, "B01AB05"), (RXNORM, "1191"), ("urn:x", "11289")])
def test_other_codes_are_not_it(coding: tuple[str, str]) -> None:
    value(reference().medicine(coding), "meld-3.0", 18)


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize("status", ["stopped", "completed", "entered-in-error", "cancelled", "draft"])
@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
def test_what_is_not_active_changes_nothing(status: str, kind: str) -> None:
    value(reference().medicine(WARFARIN, status=status, kind=kind), "meld-3.0", 18)


@pytest.mark.hazard("C-11")
def test_stopped_two_years_ago() -> None:
    value(reference().medicine(WARFARIN, status="stopped", authoredOn="2024-11-01"), "meld-3.0", 18)


@pytest.mark.hazard("C-11")
def test_medicines_that_could_not_be_read() -> None:
    chart = reference().without_access_to("medications")
    for id in MELDS:
        assert "ANTICOAGULANT_UNKNOWN" in score(chart, id)["reasons"]
        assert "value" in score(chart, id)
    value(chart, "meld-xi", score(reference(), "meld-xi")["value"])


@pytest.mark.hazard("C-11")
def test_medicines_that_were_read_and_hold_nothing() -> None:
    value(reference(), "meld-3.0", 18)


@pytest.mark.hazard("C-11")
def test_meld_xi_stands_beside_it_and_carries_no_caveat() -> None:
    chart = reference().medicine(WARFARIN)
    value(chart, "meld-xi", score(reference(), "meld-xi")["value"])
    detail = chart.cards()[0]["detail"].replace("\\", "")
    assert "MELD-XI" in detail
    assert "nticoagulant" in detail
    assert "MELD-XI" not in reference().cards()[0]["detail"].replace("\\", "").split("###")[1]


@pytest.mark.hazard("C-11")
def test_a_contained_medication_is_followed() -> None:
    kept = {"resourceType": "Medication", "id": "m", "code": concept(WARFARIN)}
    chart = reference().medicine(medicationReference={"reference": "#m"}, contained=[kept])
    caveat(chart, "meld-3.0", 18, "ANTICOAGULANT")


@pytest.mark.hazard("C-11")
def test_a_medication_of_the_same_bundle_is_followed() -> None:
    kept = {"resourceType": "Medication", "id": "m", "subject": ABSENT, "code": concept(WARFARIN)}
    chart = reference().add(kept).medicine(medicationReference={"reference": "Medication/m"})
    caveat(chart, "meld-3.0", 18, "ANTICOAGULANT")


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    "reference_", [{"reference": "Medication/elsewhere"}, {"reference": "#nowhere"}, {"display": "ZZ"}]
)
def test_a_medication_that_is_not_here_is_not_fetched_and_not_taken_for_harmless(reference_: dict[str, Any]) -> None:
    chart = reference().medicine(medicationReference=reference_)
    found = score(chart, "meld-3.0")
    assert found["value"] == 18
    assert "ZZ" not in str(chart.json())


# No pathway may match on an INR under an anticoagulant


def matching_cirrhosis() -> Chart:
    """Child-Pugh 7 to 12, everything screened and absent."""
    return (
        Chart().cirrhosis().screened().reference(bilirubin=2.5)
        .ascites("mild").west_haven(0)
    )  # fmt: skip


@pytest.mark.hazard("C-11", "C-25")
def test_no_pathway_matches_under_an_anticoagulant() -> None:
    assert pathway(matching_cirrhosis(), "cirrhosis")["status"] == "matches"
    on_it = pathway(matching_cirrhosis().medicine(WARFARIN), "cirrhosis")
    assert on_it["status"] == "cannot-determine"
    severity = next(each for each in on_it["criteria"] if each["id"] in ("child-pugh-7-12", "meld-over-10"))
    assert severity["status"] == "unknown"


@pytest.mark.hazard("C-11", "C-25")
def test_a_hundred_percent_match_needs_the_medicines_read() -> None:
    chart = matching_cirrhosis().without_access_to("medications")
    assert pathway(chart, "cirrhosis")["status"] in ("cannot-determine", "matches")
    assert "ANTICOAGULANT_UNKNOWN" in score(chart, "meld-3.0")["reasons"]


@pytest.mark.hazard("C-12")
def test_a_medicine_of_another_patient_stops_everything() -> None:
    from cds.fhir import WrongPatient

    with pytest.raises(WrongPatient):
        reference().medicine(WARFARIN, subject={"reference": "Patient/p2"}).chart()
    reference().medicine(WARFARIN, subject={"reference": f"Patient/{ME}"}).chart()
