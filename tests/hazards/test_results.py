"""Which results may be used: missing ones, status, comparators, strings, specimens, corrections, modifiers."""

from typing import Any

import pytest

from tests.charts import (
    ABSENT,
    LOINC,
    MELDS,
    REFERENCE,
    SNOMED,
    Chart,
    Json,
    concept,
    exclusion,
    input_of,
    pathway,
    quantity,
    score,
)
from tests.oracles import bounds, card_texts, caveat, no_meld, no_score, value

NEEDS = {
    "meld": ("bilirubin", "inr", "creatinine"),
    "meld-na": ("bilirubin", "inr", "creatinine", "sodium"),
    "meld-3.0": ("bilirubin", "inr", "creatinine", "sodium", "albumin"),
    "meld-xi": ("bilirubin", "creatinine"),
}


def without(name: str) -> Chart:
    return Chart().cirrhosis().reference(**{name: None})


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize("dropped", REFERENCE)
def test_a_missing_result_is_never_taken_as_normal(dropped: str) -> None:
    for id, needed in NEEDS.items():
        if dropped in needed:
            no_score(without(dropped), id, f"MISSING_{dropped.upper()}")
        else:
            assert "value" in score(without(dropped), id)


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize("dropped", ["bilirubin", "inr", "creatinine"])
def test_a_missing_result_leaves_no_number_on_a_card_and_is_named(dropped: str) -> None:
    no_meld(without(dropped), f"MISSING_{dropped.upper()}")
    words = {"inr": "INR"}.get(dropped, dropped)
    assert words in without(dropped).cards()[0]["detail"]


@pytest.mark.hazard("C-4", "C-38")
def test_an_empty_chart_has_no_number_at_all() -> None:
    for found in Chart().json()["scores"]:
        assert not {"value", "range", "unrounded", "uncapped"} & set(found), found


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize("of", ["fib-4", "nfs", "apri", "ast-alt-ratio", "fli", "hsi"])
def test_fibrosis_tests_never_default(of: str) -> None:
    values = {
        "ast": 60,
        "alt": 50,
        "platelets": 150,
        "albumin": 4.0,
        "bmi": 31,
        "ggt": 80,
        "triglycerides": 180,
        "waist": 110,
    }
    full = Chart().condition("E11.9").labs(values, upper=40)
    assert "value" in score(full, of)
    for name in values:
        rest = {other: number for other, number in values.items() if other != name}
        found = score(Chart().condition("E11.9").labs(rest, upper=40), of)
        assert found["status"] in ("computed", "computed-with-caveat") or f"MISSING_{name.upper()}" in found["reasons"]
        if f"MISSING_{name.upper()}" in found["reasons"]:
            assert not {"value", "range"} & set(found)


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "entered-in-error", "unknown"])
def test_only_finished_results_count(status: str) -> None:
    chart = without("inr").lab("inr", 1.5, hours=2, status=status)
    no_meld(chart, "STATUS_EXCLUDED", "MISSING_INR")


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_finished_results_count(status: str) -> None:
    value(without("inr").lab("inr", 1.5, hours=2, status=status), "meld-3.0", 18)


@pytest.mark.hazard("C-5")
def test_an_older_final_result_stands_in_with_its_date_and_the_reason_of_the_newer_one() -> None:
    chart = Chart().cirrhosis().reference(hours=20).lab("inr", 9.9, hours=2, status="entered-in-error")
    found = caveat(chart, "meld-3.0", 18, "STATUS_EXCLUDED")
    assert input_of(found, "inr")["value"] == 1.5
    assert input_of(found, "inr")["effective"] == "2026-11-21T14:00:00Z"


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize(
    "record",
    [
        {"resourceType": "Condition", "verified": "refuted"},
        {"resourceType": "Condition", "verified": "entered-in-error"},
    ],
)
def test_refuted_conditions_say_nothing(record: Json) -> None:
    chart = (
        Chart()
        .reference()
        .condition("K74.60", verified=record["verified"])
        .condition("Z94.4", verified=record["verified"])
    )
    assert score(chart, "meld-3.0")["status"] == "computed"
    assert chart.cards() == []


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize("status", ["entered-in-error", "not-done", "preparation", "stopped", "unknown"])
def test_a_transplant_that_was_not_done_is_none(status: str) -> None:
    found = score(Chart().reference().procedure("18027006", days=100, status=status), "meld-3.0")
    assert found["status"] != "not-applicable"


# Comparators

FLOOR_AND_CAP = [
    ("bilirubin", "<", 0.2, 1.0), ("bilirubin", "<=", 1.0, 1.0), ("bilirubin", "<", 1.0, 1.0), ("inr", "<", 0.9, 1.0),
    ("creatinine", "<", 0.5, 1.0), ("creatinine", ">", 3.0, 3.0), ("creatinine", ">=", 8.0, 3.0),
    ("sodium", ">", 150, 137), ("sodium", "<", 120, 125), ("albumin", ">", 5.0, 3.5), ("albumin", "<", 1.5, 1.5),
]  # fmt: skip


@pytest.mark.hazard("C-6")
@pytest.mark.parametrize(("name", "sign", "number", "used"), FLOOR_AND_CAP)
def test_a_comparator_beyond_a_limit_of_the_formula_computes_at_the_limit(
    name: str, sign: str, number: float, used: float
) -> None:
    chart = without(name).lab(name, number, hours=2, comparator=sign)
    exact = score(Chart().reference(**{name: used}), "meld-3.0")["value"]
    caveat(chart, "meld-3.0", exact, "COMPARATOR")


@pytest.mark.hazard("C-6")
def test_an_open_upper_end_without_a_cap_has_no_score() -> None:
    no_meld(without("bilirubin").lab("bilirubin", 40, hours=2, comparator=">"), "COMPARATOR")


@pytest.mark.hazard("C-6")
def test_an_open_lower_end_above_the_floor_is_a_range() -> None:
    chart = without("inr").lab("inr", 5.0, hours=2, comparator="<")
    low = score(Chart().reference(inr=1.0), "meld-3.0")["value"]
    high = score(Chart().reference(inr=5.0), "meld-3.0")["value"]
    bounds(chart, "meld-3.0", low, high, "COMPARATOR")


@pytest.mark.hazard("C-6")
def test_creatinine_above_three_is_the_cap_of_one_score_and_a_range_of_the_other() -> None:
    chart = without("creatinine").lab("creatinine", 3.5, hours=2, comparator=">")
    caveat(chart, "meld-3.0", score(Chart().reference(creatinine=3.0), "meld-3.0")["value"], "COMPARATOR")
    found = score(chart, "meld")
    assert "range" in found
    assert found["range"][1] == score(Chart().reference(creatinine=4.0), "meld")["value"]


@pytest.mark.hazard("C-6")
def test_the_sign_stands_on_the_card() -> None:
    chart = without("bilirubin").lab("bilirubin", 0.2, hours=2, comparator="<")
    assert "<0.2" in chart.cards()[0]["detail"].replace("\\", "").replace("< ", "<")


@pytest.mark.hazard("C-6")
def test_a_comparator_that_is_not_known_is_not_dropped() -> None:
    found = score(without("inr").lab("inr", 5.0, hours=2, comparator="ad"), "meld-3.0")
    assert "value" not in found


# Not a quantity

STRANGE: list[Json] = [
    {"valueString": "1.2"}, {"valueInteger": 1}, {"valueRange": {"low": quantity(1, "1"), "high": quantity(2, "1")}},
    {"valueSampledData": {"origin": quantity(0, "1"), "period": 1, "dimensions": 1, "data": "1 2"}},
    {"valueString": "1,5"}, {"valueRatio": {"numerator": quantity(3, "1"), "denominator": quantity(2, "1")}},
    {"valueString": "INR 1.5"}, {"valueString": "< 1.5 (haemolysed)"}, {"valueString": ">=1.5<"},
    {"valueCodeableConcept": concept((SNOMED, "260385009"))}, {"valueString": "\uff1c0.2"}, {"valueBoolean": True},
]  # fmt: skip


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_not_a_quantity_is_not_used(strange: Json) -> None:
    chart = without("inr").lab("inr", 0, hours=2, valueQuantity=ABSENT, **strange)
    no_score(chart, "meld-3.0", "NOT_A_QUANTITY")


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize("broken", [True, "1.5", None, {}, [1.5], "NaN"])
def test_a_quantity_whose_value_is_not_a_number(broken: Any) -> None:
    no_score(without("inr").lab("inr", 0, hours=2, valueQuantity={"value": broken, "unit": "1"}), "meld-3.0")


@pytest.mark.hazard("C-17")
def test_a_reason_for_absence_beside_a_value_excludes_it() -> None:
    absent = concept(("http://terminology.hl7.org/CodeSystem/data-absent-reason", "error"))
    no_score(without("inr").lab("inr", 1.5, hours=2, dataAbsentReason=absent), "meld-3.0", "MISSING_INR")


@pytest.mark.hazard("C-17")
def test_a_result_without_any_value_is_missing() -> None:
    no_score(without("inr").lab("inr", 1.5, hours=2, valueQuantity=ABSENT), "meld-3.0", "MISSING_INR")


@pytest.mark.hazard("C-17")
def test_a_component_of_another_code_is_never_the_result() -> None:
    part = {"code": concept((LOINC, "1751-7")), "valueQuantity": quantity(1.5, "1")}
    no_score(without("inr").lab("inr", 1.5, hours=2, valueQuantity=ABSENT, component=[part]), "meld-3.0")


@pytest.mark.hazard("C-6", "C-17")
@pytest.mark.parametrize("text", ["<0.2", "<0.2.", "< 0.2", "<=0.2", "<1", "<1.0."])
def test_a_censored_string_with_the_unit_of_its_reference_range(text: str) -> None:
    chart = without("bilirubin").said("bilirubin", text, unit="mg/dL")
    caveat(chart, "meld-3.0", score(Chart().reference(bilirubin=1.0), "meld-3.0")["value"], "COMPARATOR")


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize("text", ["<0.2", "<0.2.", ">40"])
def test_a_censored_string_without_a_unit(text: str) -> None:
    no_score(without("bilirubin").said("bilirubin", text), "meld-3.0", "NOT_A_QUANTITY")


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize(
    "text", ["0.2", "2.0", "<", "<.2", "<0.2..", "<-1", "< 0,2", "less than 0.2", "<1e3", "<\u0660.2"]
)
def test_any_other_string_is_not_a_quantity_even_with_a_unit(text: str) -> None:
    no_score(without("bilirubin").said("bilirubin", text, unit="mg/dL"), "meld-3.0", "NOT_A_QUANTITY")


@pytest.mark.hazard("C-6", "C-17")
def test_a_censored_string_in_si_units() -> None:
    chart = without("bilirubin").said("bilirubin", "<5.", unit="umol/L", code="14631-6")
    caveat(chart, "meld-3.0", score(Chart().reference(bilirubin=1.0), "meld-3.0")["value"], "COMPARATOR")


@pytest.mark.hazard("C-6", "C-17")
def test_a_censored_inr_needs_no_unit() -> None:
    caveat(
        without("inr").said("inr", "<0.9", unit="1"),
        "meld",
        score(Chart().reference(inr=1.0), "meld")["value"],
        "COMPARATOR",
    )


# Analyte and specimen

WRONG_ANALYTE = [
    ("bilirubin", "1968-7"), ("bilirubin", "14629-0"), ("bilirubin", "1971-1"), ("bilirubin", "14630-8"),
    ("bilirubin", "15152-2"), ("bilirubin", "1974-5"), ("creatinine", "2161-8"), ("creatinine", "11041-1"),
    ("creatinine", "51620-3"), ("creatinine", "40248-7"), ("creatinine", "40264-4"), ("creatinine", "40123-2"),
    ("inr", "92891-1"), ("inr", "5902-2"), ("inr", "5894-1"), ("sodium", "42570-2"), ("albumin", "1747-5"),
    ("albumin", "1759-0"), ("albumin", "54347-0"), ("albumin", "62234-0"), ("albumin", "62235-7"), ("sodium", "2955-3"),
]  # fmt: skip


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize(("name", "code"), WRONG_ANALYTE)
def test_another_analyte_is_never_this_one(name: str, code: str) -> None:
    no_score(without(name).lab(name, REFERENCE[name], hours=2, code=code), "meld-3.0", f"MISSING_{name.upper()}")


@pytest.mark.hazard("C-18")
def test_direct_bilirubin_alone_is_named_as_present_and_not_used() -> None:
    chart = without("bilirubin").lab("bilirubin", 1.1, hours=2, code="1968-7")
    no_meld(chart, "MISSING_BILIRUBIN")
    assert any("irect" in text and "bilirubin" in text for text in card_texts(chart))


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize(
    "specimen",
    [
        {"display": "ZZ urine"},
        {"reference": "#s"},
    ],
)
def test_a_specimen_that_is_known_not_to_be_blood(specimen: Json) -> None:
    kept = {"resourceType": "Specimen", "id": "s", "type": concept((SNOMED, "122575003"))}
    more = {"contained": [kept]} if "reference" in specimen else {}
    chart = without("creatinine").lab("creatinine", 1.2, hours=2, specimen=specimen, **more)
    found = score(chart, "meld-3.0")
    if "reference" in specimen:
        no_score(chart, "meld-3.0", "SPECIMEN")
    else:
        assert "ZZ" not in str(found)


@pytest.mark.hazard("C-18")
def test_a_text_is_never_a_code() -> None:
    chart = without("bilirubin").lab("bilirubin", 2.0, hours=2).resources[:-1]
    named = {"resourceType": "Observation", "status": "final", "code": {"text": "Bilirubin, total"}}
    bare = Chart(resources=chart).add(
        {**named, "effectiveDateTime": "2026-11-22T08:00:00Z", "valueQuantity": quantity(2, "mg/dL")}
    )
    no_score(bare, "meld-3.0", "MISSING_BILIRUBIN")


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize(("name", "code"), [("inr", "46418-0"), ("sodium", "39792-7")])
def test_point_of_care_is_a_caveat(name: str, code: str) -> None:
    caveat(without(name).lab(name, REFERENCE[name], hours=2, code=code), "meld-3.0", 18, "POINT_OF_CARE")


@pytest.mark.hazard("C-18")
def test_an_incoming_meld_is_never_an_input() -> None:
    charted = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept((LOINC, "88466-8")),
        "valueQuantity": quantity(40, "{score}"),
    }
    chart = without("bilirubin").add({**charted, "effectiveDateTime": "2026-11-22T08:00:00Z"})
    no_score(chart, "meld-3.0", "MISSING_BILIRUBIN")


@pytest.mark.hazard("C-19")
@pytest.mark.parametrize("flag", ["HEM", "CLOT"])
def test_an_unsound_specimen_is_not_taken_as_sound(flag: str) -> None:
    kept = {
        "resourceType": "Specimen", "id": "s", "type": concept((SNOMED, "119364003")),
        "condition": [concept(("http://terminology.hl7.org/CodeSystem/v2-0493", flag))],
    }  # fmt: skip
    chart = without("bilirubin").lab("bilirubin", 2.0, hours=2, specimen={"reference": "#s"}, contained=[kept])
    found = score(chart, "meld-3.0")
    assert "SPECIMEN" in found["reasons"]
    assert found["status"] != "computed"


# Corrections, duplicates, conflicts


@pytest.mark.hazard("C-26")
def test_the_same_result_twice_counts_once() -> None:
    twice = Chart().reference().lab("inr", 1.5, hours=2)
    value(twice, "meld-3.0", 18)
    assert len(score(twice, "meld-3.0")["inputs"]) == len(score(Chart().reference(), "meld-3.0")["inputs"])


@pytest.mark.hazard("C-26")
@pytest.mark.parametrize("status", ["corrected", "amended"])
@pytest.mark.parametrize("first", [True, False])
def test_a_corrected_result_replaces_the_final_one(status: str, first: bool) -> None:
    chart = without("inr")
    steps = [(1.5, status), (9.0, "final")]
    for number, how in steps if first else reversed(steps):
        chart = chart.lab("inr", number, hours=2, status=how)
    assert score(chart, "meld-3.0")["value"] == 18


@pytest.mark.hazard("C-26")
def test_two_finals_of_one_time_that_differ() -> None:
    chart = Chart().cirrhosis().reference().lab("inr", 2.5, hours=2)
    no_meld(chart, "CONFLICTING_RESULTS")
    assert chart.cards()[0]["indicator"] == "warning"


@pytest.mark.hazard("C-26")
def test_an_older_conflict_does_not_matter() -> None:
    chart = Chart().reference().lab("inr", 2.5, days=3).lab("inr", 3.5, days=3)
    value(chart, "meld-3.0", 18)


@pytest.mark.hazard("C-26")
def test_serum_is_preferred_to_capillary_of_the_same_time() -> None:
    chart = Chart().reference().lab("inr", 2.5, hours=2, code="46418-0")
    assert input_of(score(chart, "meld-3.0"), "inr")["value"] == 1.5


@pytest.mark.hazard("C-26")
def test_the_same_number_in_two_units_at_one_time_is_no_conflict() -> None:
    chart = Chart().reference().lab("bilirubin", 34.2, "umol/L", code="14631-6", hours=2)
    value(chart, "meld-3.0", 18)


# Modifiers

UNKNOWN = {"modifierExtension": [{"url": "https://example.org/negated", "valueBoolean": True}]}


@pytest.mark.hazard("C-27")
@pytest.mark.parametrize("modifier", [UNKNOWN, {"implicitRules": "https://example.org/rules"}])
def test_a_result_with_an_unknown_modifier_is_not_used(modifier: Json) -> None:
    no_meld(without("inr").lab("inr", 1.5, hours=2, **modifier), "UNKNOWN_MODIFIER")


@pytest.mark.hazard("C-27")
@pytest.mark.parametrize("modifier", [UNKNOWN, {"implicitRules": "https://example.org/rules"}])
def test_a_condition_with_an_unknown_modifier_is_not_used(modifier: Json) -> None:
    """It may be negated: it proves nothing. It rules nothing out either, so the card says that nothing is known."""
    chart = Chart().reference().condition("K74.60", **modifier)
    assert pathway(chart, "cirrhosis")["status"] != "matches"
    assert score(chart, "meld-3.0")["value"] == 18
    for card in chart.cards():
        assert "unknown" in card["summary"]
        assert "nvestigational" not in card["summary"]
    cancer = Chart().imaging().lab("afp", 4, days=3).condition("C22.0", **modifier)
    assert exclusion(cancer, "hepatic-malignancy")["status"] == "unknown"


@pytest.mark.hazard("C-12", "C-17")
@pytest.mark.parametrize("subject", [ABSENT, {}, {"display": "ZZ Smith"}, {"identifier": {"value": "ZZ1"}}])
def test_a_result_that_names_no_patient_is_not_used(subject: Any) -> None:
    chart = without("inr").lab("inr", 1.5, hours=2, subject=subject)
    no_meld(chart, "UNATTRIBUTED", ids=MELDS)
    assert "ZZ" not in str(chart.json())


@pytest.mark.hazard("C-12")
def test_a_result_of_another_patient_stops_everything() -> None:
    from cds.fhir import WrongPatient

    chart = Chart().reference().lab("inr", 1.5, hours=1, subject={"reference": "Patient/p2"})
    with pytest.raises(WrongPatient):
        chart.chart()
