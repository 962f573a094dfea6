"""Units, impossible numbers, and numbers that look right but are not (C-1, C-2, C-3)."""

import re
from typing import Any

import pytest

from tests.charts import LOINC, UCUM, Chart, concept, input_of, score
from tests.oracles import caveat, no_meld, no_score, value

SI = {
    "bilirubin": (34.2, "umol/L", "14631-6"),
    "creatinine": (106, "umol/L", "14682-9"),
    "albumin": (30, "g/L", "1751-7"),
    "sodium": (133, "meq/L", "2951-2"),
    "inr": (1.5, "1", "6301-6"),
}


def without(name: str) -> Chart:
    return Chart().cirrhosis().reference(**{name: None})


@pytest.mark.hazard("C-1")
def test_the_reference_patient_in_conventional_units() -> None:
    chart = Chart().cirrhosis().reference()
    value(chart, "meld", 15)
    value(chart, "meld-na", 18)
    assert value(chart, "meld-3.0", 18)["unrounded"] == pytest.approx(18.25, abs=0.005)


@pytest.mark.hazard("C-1")
def test_the_reference_patient_in_si_units_is_the_same_patient() -> None:
    chart = Chart()
    for name, (number, unit, code) in SI.items():
        chart = chart.lab(name, number, unit, code=code, hours=2)
    value(chart, "meld", 15)
    value(chart, "meld-na", 18)
    value(chart, "meld-3.0", 18)


@pytest.mark.hazard("C-1")
@pytest.mark.parametrize(
    ("name", "number", "unit", "code", "used"),
    [
        ("bilirubin", 171.04, "umol/L", "14631-6", 10.0),
        ("bilirubin", 34.2, "umol/L", "14631-6", 2.0),
        ("creatinine", 88.4, "umol/L", "14682-9", 1.0),
        ("creatinine", 0.1768, "mmol/L", "14682-9", 2.0),
        ("albumin", 28, "g/L", "1751-7", 2.8),
        ("sodium", 131, "meq/L", "2951-2", 131),
    ],
)
def test_conversion_factors(name: str, number: float, unit: str, code: str, used: float) -> None:
    found = score(without(name).lab(name, number, unit, code=code, hours=2), "meld-3.0")
    seen = input_of(found, name)
    assert seen["value"] == pytest.approx(used)
    assert seen["original"]["value"] == number
    assert seen["original"]["unit"] == unit
    assert seen["original"]["code"] == code


@pytest.mark.hazard("C-1", "C-18")
def test_albumin_in_grams_per_litre_is_no_albumin_of_thirty() -> None:
    found = score(without("albumin").lab("albumin", 30, "g/L", hours=2), "meld-3.0")
    assert found["value"] == 18
    assert input_of(found, "albumin")["used"] == 3.0


@pytest.mark.hazard("C-1")
def test_the_card_shows_the_charted_and_the_converted_number() -> None:
    chart = without("bilirubin").lab("bilirubin", 171.04, "umol/L", code="14631-6", hours=2)
    detail = chart.cards()[0]["detail"].replace("\\", "")
    assert re.search(r"\b10(\.0+)? mg/dL", detail)
    assert "171.04 umol/L" in detail or "171.04 µmol/L" in detail


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("name", ["bilirubin", "creatinine", "sodium", "albumin"])
def test_no_unit_no_score(name: str) -> None:
    chart = without(name).lab(name, 3, hours=2, valueQuantity={"value": 3})
    no_score(chart, "meld-3.0", "UNIT_MISSING")


@pytest.mark.hazard("C-2")
def test_an_unknown_unit_stays_off_the_card() -> None:
    no_meld(without("bilirubin").lab("bilirubin", 2, hours=2, valueQuantity={"value": 2}), "UNIT_MISSING")


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("unit", [{}, {"unit": "1", "system": UCUM, "code": "1"}, {"unit": "{INR}"}, {"unit": "INR"}])
def test_inr_alone_may_come_without_a_unit(unit: dict[str, str]) -> None:
    chart = without("inr").lab("inr", 1.5, hours=2, valueQuantity={"value": 1.5, **unit})
    assert score(chart, "meld-3.0").get("value") == 18


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("bilirubin", "mg"), ("bilirubin", "U"), ("bilirubin", "mmol/L"), ("bilirubin", "mg per dl, fasting"),
        ("creatinine", "mL/min"), ("sodium", "mg/dL"), ("albumin", "mg/L"), ("inr", "s"), ("bilirubin", "mol/L"),
    ],
)  # fmt: skip
def test_an_unknown_unit_refuses_the_analyte(name: str, unit: str) -> None:
    found = no_score(without(name).lab(name, 3, unit, hours=2), "meld-3.0")
    assert {"UNIT_UNKNOWN", "UNIT_CONFLICT"} & set(found["reasons"])


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("printed", ["mg/dl", "MG/DL", "mg/dL"])
def test_a_vetted_spelling_without_a_code_is_a_caveat(printed: str) -> None:
    chart = without("bilirubin").lab("bilirubin", 2.0, hours=2, valueQuantity={"value": 2.0, "unit": printed})
    found = caveat(chart, "meld-3.0", 18)
    assert len(found["reasons"]) == 1


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("printed", ["\u00b5mol/L", "\u03bcmol/L", "umol/L"])
def test_both_signs_for_micro(printed: str) -> None:
    chart = without("bilirubin")
    chart = chart.lab("bilirubin", 34.2, code="14631-6", hours=2, valueQuantity={"value": 34.2, "unit": printed})
    caveat(chart, "meld-3.0", 18)


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("printed", ["mMol/L", "mmol/l ?", "K/mg", "mg/d L", "\uff4dg/dL"])
def test_look_alikes_are_not_read(printed: str) -> None:
    chart = without("bilirubin").lab("bilirubin", 2.0, hours=2, valueQuantity={"value": 2.0, "unit": printed})
    no_score(chart, "meld-3.0", "UNIT_UNKNOWN")


@pytest.mark.hazard("C-2")
def test_code_and_unit_that_contradict_each_other() -> None:
    both = {"value": 2.0, "unit": "umol/L", "system": UCUM, "code": "mg/dL"}
    no_score(without("bilirubin").lab("bilirubin", 2.0, hours=2, valueQuantity=both), "meld-3.0", "UNIT_CONFLICT")


@pytest.mark.hazard("C-1", "C-2")
@pytest.mark.parametrize(
    ("name", "code", "number", "unit"),
    [
        ("bilirubin", "1975-2", 34.2, "umol/L"), ("bilirubin", "14631-6", 2.0, "mg/dL"),
        ("creatinine", "2160-0", 106, "umol/L"), ("creatinine", "14682-9", 1.2, "mg/dL"),
        ("creatinine", "2160-0", 0.106, "mmol/L"), ("albumin", "1751-7", 450, "umol/L"),
    ],
)  # fmt: skip
def test_a_mass_code_with_a_molar_unit_or_the_reverse(name: str, code: str, number: float, unit: str) -> None:
    found = no_score(without(name).lab(name, number, unit, code=code, hours=2), "meld-3.0")
    wanted = {"UNIT_CONFLICT", "UNIT_UNKNOWN"} if name == "albumin" else {"UNIT_CONFLICT"}
    assert wanted & set(found["reasons"]), found


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("bilirubin", 0), ("bilirubin", -1), ("bilirubin", 100.1), ("creatinine", 106), ("creatinine", 0),
        ("creatinine", 0.05), ("inr", 0), ("inr", 0.4), ("inr", 31), ("sodium", 89), ("sodium", 201), ("sodium", 0),
        ("albumin", 0), ("albumin", 0.4), ("albumin", 30), ("albumin", 7.1), ("creatinine", -1.2),
    ],
)  # fmt: skip
def test_impossible_numbers_are_refused(name: str, number: float) -> None:
    no_score(without(name).lab(name, number, hours=2), "meld-3.0", "IMPLAUSIBLE")


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("bilirubin", 50.1), ("bilirubin", 100), ("creatinine", 0.2), ("creatinine", 15.1), ("creatinine", 40),
        ("inr", 0.7), ("inr", 17), ("sodium", 109), ("sodium", 171), ("albumin", 0.9), ("albumin", 5.9),
    ],
)  # fmt: skip
def test_unusual_numbers_are_used_and_asked_about(name: str, number: float) -> None:
    found = score(without(name).lab(name, number, hours=2), "meld-3.0")
    assert "VERIFY_VALUE" in found["reasons"]
    assert "value" in found


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("name", "number"),
    [("bilirubin", 50), ("creatinine", 15), ("inr", 10), ("inr", 0.8), ("sodium", 110), ("sodium", 170),
     ("albumin", 1.0), ("albumin", 5.8), ("creatinine", 0.3)],
)  # fmt: skip
def test_the_edges_of_the_ask_band_are_not_asked_about(name: str, number: float) -> None:
    assert "VERIFY_VALUE" not in score(without(name).lab(name, number, hours=2), "meld-3.0")["reasons"]


@pytest.mark.hazard("C-3")
def test_prothrombin_seconds_sent_as_inr_never_give_a_forty() -> None:
    found = score(without("inr").lab("inr", 17, hours=2), "meld-3.0")
    assert "VERIFY_VALUE" in found["reasons"]
    assert any("erify" in card["summary"] for card in without("inr").lab("inr", 17, hours=2).cards())


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(("days", "asked"), [(10, True), (89, True), (91, False)])
def test_a_tenfold_change_is_asked_about(days: int, asked: bool) -> None:
    chart = Chart().reference(bilirubin=34.2).lab("bilirubin", 2.0, days=days)
    assert ("VERIFY_VALUE" in score(chart, "meld-3.0")["reasons"]) is asked


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("before", "after", "asked"), [(3.42, 34.2, False), (3.41, 34.2, True), (30.0, 3.0, False), (30.1, 3.0, True)]
)
def test_tenfold_means_more_than_ten_either_way(before: float, after: float, asked: bool) -> None:
    chart = Chart().reference(bilirubin=after).lab("bilirubin", before, days=5)
    assert ("VERIFY_VALUE" in score(chart, "meld-3.0")["reasons"]) is asked


@pytest.mark.hazard("C-3")
def test_a_tenfold_change_between_units_is_seen_too() -> None:
    chart = Chart().reference(bilirubin=34.2).lab("bilirubin", 34.2, "umol/L", code="14631-6", days=5)
    assert "VERIFY_VALUE" in score(chart, "meld-3.0")["reasons"]


@pytest.mark.hazard("C-1")
def test_no_free_text_of_the_chart_reaches_an_input() -> None:
    marked: dict[str, Any] = {"code": {**concept((LOINC, "1975-2")), "text": "ZZTEXT"}, "note": [{"text": "ZZNOTE"}]}
    chart = without("bilirubin").lab("bilirubin", 2.0, hours=2, interpretation=[{"text": "ZZINT"}], **marked)
    assert "ZZ" not in str(chart.json())
    assert "ZZ" not in str(chart.cards())
