"""One Observation: which are results, which are not, and why."""

from decimal import Decimal
from typing import Any

import pytest

from tests.cds.reading import Json, observation, only, read, refused, results
from tests.charts import LOINC, ME, UCUM, concept

RANGE = [{"low": {"value": 0.2, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"}}]
V3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_final_result_is_used(status: str) -> None:
    assert only("bilirubin", observation(status=status)).corrected is (status != "final")


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize(
    "status",
    ["preliminary", "registered", "cancelled", "entered-in-error", "unknown", "FINAL", "", None, ["final"], ...],
)
def test_any_other_status_is_refused(status: Any) -> None:
    assert refused("bilirubin", observation(status=status)) == ["STATUS_EXCLUDED"]


@pytest.mark.hazard("C-6")
@pytest.mark.parametrize("comparator", ["<", "<=", ">", ">="])
def test_a_comparator_stays_with_the_number(comparator: str) -> None:
    found = only("bilirubin", observation(valueQuantity={"value": 2, "unit": "mg/dL", "comparator": comparator}))
    assert (found.comparator, found.original.comparator) == (comparator, comparator)


@pytest.mark.hazard("C-6")
@pytest.mark.parametrize("comparator", ["ad", "~", 5, ["<"]])
def test_an_unknown_comparator_is_refused(comparator: Any) -> None:
    given = observation(valueQuantity={"value": 2, "unit": "mg/dL", "comparator": comparator})
    assert refused("bilirubin", given) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-6")
def test_a_number_that_is_coded_as_off_the_scale_is_a_limit() -> None:
    assert only("bilirubin", observation(interpretation=[concept((V3, ">"))])).comparator == ">"


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [("<0.2", "<", "0.2"), ("<0.2.", "<", "0.2"), ("< 0.2", "<", "0.2"), (">=30", ">=", "30"), ("<5.", "<", "5")],
)
def test_a_text_that_is_a_comparator_and_a_number_is_read(text: str, comparator: str, value: str) -> None:
    found = only("bilirubin", observation(valueQuantity=..., valueString=text, referenceRange=RANGE))
    assert (found.comparator, found.value) == (comparator, Decimal(value))


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize(
    "text",
    ["1.2", "1,2", "< 0,2", "LESS THAN 1.0.", "UNABLE TO REPORT.", "ERROR", "___", "", "<0.2 mg/dL", "~2", "<>2", "<-1",
     "<\u0661", "<1e5", "<" + "9" * 100, "<0.2\n"],
)  # fmt: skip
def test_any_other_text_is_refused(text: str) -> None:
    given = observation(valueQuantity=..., valueString=text, referenceRange=RANGE)
    assert refused("bilirubin", given) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize("ranges", [..., [], [{"text": "0.2-1.2 mg/dL"}], "0.2"])
def test_a_censored_text_without_a_reference_range_has_no_unit(ranges: Any) -> None:
    given = observation(valueQuantity=..., valueString="<0.2", referenceRange=ranges)
    assert refused("bilirubin", given) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize(
    "value",
    [
        {"valueInteger": 2}, {"valueRange": {"low": {"value": 1}}}, {"valueRatio": {}}, {"valueBoolean": True},
        {"valueCodeableConcept": {"text": "2 mg/dL"}}, {"valueSampledData": {}},
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(value: Json) -> None:
    assert refused("bilirubin", observation(valueQuantity=..., **value)) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-17")
@pytest.mark.parametrize(
    "number",
    [True, "2.0", [2], {"value": 2}, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")],
)
def test_a_number_that_is_none_is_refused(number: Any) -> None:
    assert refused("bilirubin", observation(value=number)) == ["NOT_A_QUANTITY"]


@pytest.mark.parametrize("quantity", ["2 mg/dL", [], 2])
def test_a_quantity_that_is_no_object_is_refused(quantity: Any) -> None:
    assert refused("bilirubin", observation(valueQuantity=quantity)) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize(
    "more",
    [{"valueQuantity": ..., "dataAbsentReason": {"text": "unknown"}}, {"valueQuantity": ...}, {"valueQuantity": {}}],
)
def test_a_missing_value_is_simply_absent(more: Json) -> None:
    assert refused("bilirubin", observation(**more)) == []


@pytest.mark.hazard("C-17")
def test_a_value_with_a_reason_for_its_absence_contradicts_itself() -> None:
    assert refused("bilirubin", observation(dataAbsentReason={"text": "error"})) == ["NOT_A_QUANTITY"]


def test_two_values_contradict_each_other() -> None:
    assert refused("bilirubin", observation(valueString="3.0")) == ["NOT_A_QUANTITY"]


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize("code", ["1974-5", "5770-3"])
def test_a_decoy_is_ignored(code: str) -> None:
    chart = read(observation(code))
    assert not chart.results
    assert not chart.unusable


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize("code", ["1968-7", "14629-0", "1971-1"])
def test_direct_bilirubin_alone_is_mentioned_and_not_used(code: str) -> None:
    assert refused("bilirubin", observation(code)) == ["OTHER_TEST"]


@pytest.mark.hazard("C-18")
def test_direct_bilirubin_beside_total_is_not_mentioned() -> None:
    assert only("bilirubin", observation(), observation("1968-7", 1, id="2")).value == 2


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize("codes", [("1975-2", "1968-7"), ("1968-7", "1975-2"), ("1975-2", "2160-0")])
def test_codes_that_contradict_each_other_are_refused(codes: tuple[str, str]) -> None:
    given = observation(code=...) | {"code": concept(*((LOINC, code) for code in codes))}
    assert refused("bilirubin", given) == ["SPECIMEN"]


def test_two_codes_of_one_analyte_are_one_result() -> None:
    given = observation(unit="%", value=97) | {"code": concept((LOINC, "2708-6"), (LOINC, "59408-5"))}
    assert only("spo2", given).value == 97


def test_a_mass_and_a_molar_code_together_leave_the_choice_to_the_unit() -> None:
    given = observation(value=34.2, unit="umol/L") | {"code": concept((LOINC, "1975-2"), (LOINC, "14631-6"))}
    assert only("bilirubin", given).value == Decimal("2.00")


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize(
    "code",
    [
        {"text": "Bilirubin, total"}, {"coding": [{"display": "Bilirubin.total"}]}, {"coding": [{"code": "1975-2"}]},
        {"coding": [{"system": "urn:local", "code": "1975-2"}]}, {"coding": "1975-2"}, {"coding": [None, 5, []]},
        {"coding": [{"system": [LOINC], "code": {}}]}, "1975-2", None, [], ...,
    ],
)  # fmt: skip
def test_without_a_loinc_code_nothing_is_read(code: Any) -> None:
    chart = read({name: value for name, value in (observation() | {"code": code}).items() if value is not ...})
    assert not chart.results
    assert not chart.unusable


def test_a_local_code_beside_the_loinc_code_is_no_matter() -> None:
    coding = [{"code": "50885"}, "odd", {"system": LOINC, "code": "1975-2"}, {"system": "urn:x", "code": "1"}]
    assert only("bilirubin", observation() | {"code": {"coding": coding}}).value == 2


@pytest.mark.parametrize("system", ["urn:oid:2.16.840.1.113883.6.1", LOINC])
def test_loinc_is_known_by_its_address_and_its_oid(system: str) -> None:
    assert only("bilirubin", observation() | {"code": concept((system, "1975-2"))}).value == 2


@pytest.mark.hazard("C-27")
@pytest.mark.parametrize("more", [{"modifierExtension": [{"url": "urn:x"}]}, {"implicitRules": "urn:rules"}])
def test_a_modifier_that_is_not_understood_keeps_the_result_out(more: Json) -> None:
    assert refused("bilirubin", observation(**more)) == ["UNKNOWN_MODIFIER"]


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize(
    ("specimen", "fault"),
    [
        ({"display": "Ascitic fluid"}, True), ({"display": "Cord blood"}, True), ({"display": "Urine, 24 h"}, True),
        ({"display": "Serum"}, False), ({"display": "Tube 7"}, False), ({"reference": "Specimen/none"}, False),
        ({"reference": "#s"}, True), ({"reference": "Specimen/9"}, True), ({"reference": "Specimen/8"}, False),
        ({"reference": "Specimen/7"}, True), ("Urine", False), ([], False),
    ],
)  # fmt: skip
def test_a_specimen_other_than_blood_is_refused(specimen: Any, fault: bool) -> None:
    snomed, v2 = "http://snomed.info/sct", "http://terminology.hl7.org/CodeSystem/v2-0487"
    inside = [{"resourceType": "Specimen", "id": "s", "type": concept((v2, "UR"))}]
    around: list[Json] = [
        {"resourceType": "Specimen", "id": "9", "type": concept((snomed, "122575003"))},
        {"resourceType": "Specimen", "id": "8", "type": concept((snomed, "119364003"))},
        {"resourceType": "Specimen", "id": "7", "type": concept((v2, "SER")), "condition": [concept((v2, "HEM"))]},
    ]
    given = observation(specimen=specimen, contained=inside)
    if fault:
        assert refused("bilirubin", given, *around) == ["SPECIMEN"]
    else:
        assert only("bilirubin", given, *around).value == 2


@pytest.mark.hazard("C-19")
@pytest.mark.parametrize("code", ["HEM", "CLOT"])
def test_a_result_flagged_as_haemolysed_or_clotted_is_refused(code: str) -> None:
    assert refused("bilirubin", observation(interpretation=[concept(("urn:local", code))])) == ["SPECIMEN"]


@pytest.mark.hazard("C-19")
def test_a_note_is_not_read() -> None:
    assert only("bilirubin", observation(note=[{"text": "haemolysed"}])).flags == ()


def test_a_capillary_inr_says_so() -> None:
    found = only("inr", observation("46418-0", 1.5, "{INR}"))
    assert (found.flags, found.preference) == (("POINT_OF_CARE",), 3)


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", ["11042-9"])
def test_a_creatinine_before_dialysis_says_so(code: str) -> None:
    assert only("creatinine", observation(code, 5)).flags == ("DIALYSIS_ASK",)


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", ["11041-1", "51620-3"])
def test_a_creatinine_after_dialysis_is_none(code: str) -> None:
    assert refused("creatinine", observation(code, 2)) == []


HIGH = {"value": 40, "unit": "U/L", "system": UCUM, "code": "U/L"}


@pytest.mark.parametrize(
    ("ranges", "limit"),
    [
        ([{"high": HIGH}], "40"), ([{"high": HIGH}, {"high": HIGH}], "40"), ([{"low": HIGH}], None), (..., None),
        ([{"high": {"value": 40}}], None), ([{"high": {**HIGH, "code": "ukat/L"}}], None), ("40", None),
        ([{"high": HIGH}, {"high": {**HIGH, "value": 35}}], None), ([{"high": {**HIGH, "value": True}}], None),
        ([{"high": HIGH, "type": concept(("urn:x", "critical"))}], None), ([{"high": {**HIGH, "value": 0}}], None),
        ([{"high": HIGH, "type": concept(("urn:x", "normal"))}], "40"), ([{"high": {**HIGH, "value": 1e99}}], None),
    ],
)  # fmt: skip
def test_the_upper_limit_is_the_laboratorys_own_in_the_same_unit(ranges: Any, limit: str | None) -> None:
    found = only("ast", observation("1920-8", 80, "U/L", referenceRange=ranges))
    assert found.upper_limit == (None if limit is None else Decimal(limit))


def test_a_blood_pressure_is_read_from_its_components() -> None:
    parts = [
        {"code": concept((LOINC, code)), "valueQuantity": {"value": value, "unit": "mmHg"}}
        for code, value in (("8480-6", 120), ("8462-4", 80))
    ]
    chart = read(observation("85354-9", valueQuantity=..., component=parts))
    assert [chart.results[name][0].value for name in ("sbp", "dbp")] == [120, 80]


def test_components_of_any_other_record_are_not_results() -> None:
    part = {"code": concept((LOINC, "1975-2")), "valueQuantity": {"value": 9, "unit": "mg/dL"}}
    meld = {"code": concept(("https://hepar-cds.github.io/msc-liver/CodeSystem/msc-observation", "meld"))}
    chart = read(observation(component=[part], valueQuantity=...) | meld)
    assert not chart.results


@pytest.mark.hazard("C-27")
def test_a_component_with_a_modifier_is_refused() -> None:
    part = {
        "code": concept((LOINC, "8480-6")),
        "valueQuantity": {"value": 99, "unit": "mmHg"},
        "modifierExtension": [{}],
    }
    assert refused("sbp", observation("85354-9", valueQuantity=..., component=[part])) == ["UNKNOWN_MODIFIER"]


@pytest.mark.parametrize(
    ("status", "modifier", "reasons"),
    [
        ("final", [], None),
        ("entered-in-error", [], ["STATUS_EXCLUDED"]),
        ("final", [{"url": "x"}], ["UNKNOWN_MODIFIER"]),
    ],
)
def test_contained_results_stand_or_fall_with_their_report(
    status: str, modifier: list[Json], reasons: list[str] | None
) -> None:
    report = {
        "resourceType": "DiagnosticReport", "id": "d", "status": status, "subject": {"reference": f"Patient/{ME}"},
        "modifierExtension": modifier, "contained": [observation()], "result": [{"reference": "#1"}],
    }  # fmt: skip
    if reasons is None:
        assert only("bilirubin", report).source == "Observation/d#1"
    else:
        assert refused("bilirubin", report) == reasons


def test_who_reported_is_kept_to_compare() -> None:
    assert only("bilirubin", observation(performer=[{"reference": "Organization/a"}])).performer == "Organization/a"


def test_an_audit_c_of_zero_is_a_value() -> None:
    assert only("audit_c", observation("75626-2", valueQuantity=..., valueInteger=0)).value == 0


def test_results_are_listed_only_for_what_was_charted() -> None:
    chart = read(observation(), observation("2160-0", 999, id="2"))
    assert list(chart.results) == ["bilirubin"]
    assert list(chart.unusable) == ["creatinine"]
    assert len(chart.results) == 1
    assert "creatinine" not in chart.results
    assert results("sodium") == ()
