"""A charted number and its unit: read, read with a remark, or refused."""

from decimal import Decimal
from typing import Any

import pytest

from cds.labs import LABS
from tests.cds.reading import observation, only, quantity, refused
from tests.charts import UCUM

REAL = {
    "bilirubin": "mg/dL MG/DL",
    "creatinine": "mg/dL MG/DL",
    "sodium": "mmol/L MMOL/L mEq/L MEQ/L",
    "albumin": "g/dL G/DL GM/DL gm/dL",
    "alt": "U/L IU/L UI/L Units/L",
    "pt": "s sec Sec SEC Secs seconds Seconds SECONDS second(s)",
    "wbc": "10e9/L 10*9/L K/ul",
    "platelets": "K/MM3 K/mm3 K/CMM K/cmm K/uL k/uL K/mcL TH/uL TH/cmm th/cumm THS/uL THOU/UL thou/cumm 10*3/uL "
    "10*9/l 10e9/L x10(3)/mcL 10E3/mcL 10(3)mcL K/ul",
}
REAL_WITH_SPACES = ("k/mm cu", "x10 3/uL", "x10 (3)", "X 10 3")
NUMBERS = {
    "bilirubin": 2,
    "creatinine": 1.2,
    "sodium": 133,
    "albumin": 3,
    "alt": 40,
    "pt": 14,
    "wbc": 7,
    "platelets": 150,
}
SPELLED = [(name, form) for name, forms in REAL.items() for form in forms.split()]
SPELLED += [("platelets", form) for form in REAL_WITH_SPACES]


def coded(name: str, **members: Any) -> dict[str, Any]:
    return observation(LABS[name].codes[0].code, valueQuantity={"value": NUMBERS[name], **members})


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize(("name", "form"), SPELLED)
def test_a_printed_form_that_laboratories_use_is_read_with_a_remark(name: str, form: str) -> None:
    found = only(name, coded(name, unit=form))
    assert found.value == Decimal(str(NUMBERS[name]))
    assert found.flags == ("UNIT_ALIAS",)


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("form", ["10", "K", "/", "x10", "thousand", "mg/dL", "10*3", "fL"])
def test_a_printed_form_that_may_mean_anything_is_refused(form: str) -> None:
    assert refused("platelets", coded("platelets", unit=form)) == ["UNIT_UNKNOWN"]


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize("micro", ["\u00b5", "\u03bc", "u"])
def test_both_letters_for_micro_are_read(micro: str) -> None:
    found = only("bilirubin", observation("14631-6", valueQuantity={"value": 34.2, "unit": f"{micro}mol/L"}))
    assert found.value == Decimal("2.00")


@pytest.mark.parametrize("code", ["mg/dL", "mg/dl"])
def test_a_ucum_code_is_read_without_remark(code: str) -> None:
    assert only("bilirubin", quantity(value=2, system=UCUM, code=code, unit="mg/dl")).flags == ()


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize(
    ("members", "flags"),
    [
        ({"code": "mg/dL"}, ("UNIT_ALIAS",)),
        ({"code": "mg/dL", "system": "http://example.org/units", "unit": "mg/dL"}, ("UNIT_ALIAS",)),
        ({"code": "258797006", "system": "http://snomed.info/sct", "unit": "mg/dL"}, ("UNIT_ALIAS",)),
        ({"code": "MG/DL", "system": UCUM}, ("UNIT_ALIAS",)),
        ({"code": "mg/dL", "system": UCUM, "unit": "milligrams per decilitre"}, ()),
    ],
)
def test_where_the_unit_was_read_from(members: dict[str, Any], flags: tuple[str, ...]) -> None:
    assert only("bilirubin", quantity(value=2, **members)).flags == flags


@pytest.mark.hazard("C-2")
@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "UNIT_MISSING"),
        ({"unit": ""}, "UNIT_MISSING"),
        ({"system": UCUM}, "UNIT_MISSING"),
        ({"unit": "mg"}, "UNIT_UNKNOWN"),
        ({"unit": "mmol/l"}, "UNIT_UNKNOWN"),
        ({"code": "mg", "system": UCUM, "unit": "mg/dL"}, "UNIT_UNKNOWN"),
        ({"code": "mg/dL", "system": UCUM, "unit": "umol/L"}, "UNIT_CONFLICT"),
        ({"code": "mg/dL", "system": UCUM, "unit": "g/L"}, "UNIT_CONFLICT"),
        ({"code": "mg/dL", "system": UCUM, "unit": "U/L"}, "UNIT_CONFLICT"),
        ({"unit": ["mg/dL"]}, "UNIT_MISSING"),
        ({"unit": "mg/dL", "code": 5}, ""),
    ],
)
def test_a_unit_that_is_not_clear_is_refused(members: dict[str, Any], reason: str) -> None:
    given = quantity(value=2, **members)
    assert (refused("bilirubin", given) == [reason]) if reason else only("bilirubin", given)


@pytest.mark.parametrize(
    "members", [{}, {"unit": "ratio"}, {"unit": "INR"}, {"code": "{INR}", "system": UCUM}, {"unit": ""}]
)
def test_an_inr_needs_no_unit(members: dict[str, Any]) -> None:
    found = only("inr", observation("6301-6", valueQuantity={"value": 1.5, **members}))
    assert found.value == Decimal("1.5")
    assert found.flags == ()


@pytest.mark.parametrize("unit", ["s", "%", "mg/dL"])
def test_an_inr_in_another_unit_is_refused(unit: str) -> None:
    assert refused("inr", observation("6301-6", 15, unit)) == ["UNIT_UNKNOWN"]


@pytest.mark.hazard("C-1", "C-2")
@pytest.mark.parametrize(
    ("code", "unit", "value"), [("14631-6", "mg/dL", 2), ("1975-2", "umol/L", 34.2), ("42719-5", "umol/L", 34.2)]
)
def test_a_unit_that_contradicts_the_code_of_the_test_is_refused(code: str, unit: str, value: float) -> None:
    assert refused("bilirubin", observation(code, value, unit)) == ["UNIT_CONFLICT"]


@pytest.mark.hazard("C-1")
def test_ammonia_in_micromole_under_a_mass_code_is_refused() -> None:
    assert refused("ammonia", observation("22763-7", 60, "umol/L")) == ["UNIT_CONFLICT"]


@pytest.mark.hazard("C-1")
def test_albumin_in_grams_per_litre_under_its_mass_code_is_read() -> None:
    found = only("albumin", observation("1751-7", 42, "g/L"))
    assert (found.value, found.unit) == (Decimal("4.2"), "g/dL")
    assert (found.original.value, found.original.unit, found.original.code) == (Decimal(42), "g/L", "1751-7")


@pytest.mark.hazard("C-1")
def test_creatinine_in_millimole_is_read() -> None:
    assert only("creatinine", observation("14682-9", 0.09, "mmol/L")).value == Decimal("1.02")


def test_a_capital_g_per_litre_is_giga_for_cells_and_gram_for_protein() -> None:
    assert only("platelets", coded("platelets", unit="G/L")).value == 150
    assert only("haemoglobin", observation("718-7", valueQuantity={"value": 101, "unit": "G/L"})).value == Decimal(
        "10.1"
    )


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("1975-2", 0, "mg/dL"), ("1975-2", -1, "mg/dL"), ("1975-2", 100.1, "mg/dL"), ("2160-0", 106, "mg/dL"),
        ("2160-0", 0.09, "mg/dL"), ("6301-6", 0.4, "{INR}"), ("6301-6", 31, "{INR}"), ("2951-2", 89, "mmol/L"),
        ("1751-7", 30, "g/dL"), ("777-3", 250000, "10*9/L"), ("777-3", 3001, "10*9/L"), ("4548-4", 48, "%"),
        ("19994-3", 40, "1"), ("8302-2", 1.75, "cm"), ("1975-2", 1e300, "mg/dL"), ("1975-2", 10**400, "mg/dL"),
        ("1975-2", Decimal("1E+400000"), "mg/dL"), ("1975-2", Decimal("-1E+400000"), "mg/dL"),
        ("14631-6", Decimal("9E+999990"), "umol/L"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused(code: str, value: Any, unit: str) -> None:
    name = next(lab.name for lab in LABS.values() if code in {each.code for each in lab.codes})
    assert refused(name, observation(code, value, unit)) == ["IMPLAUSIBLE"]


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("code", "value", "unit", "asked"),
    [
        ("1975-2", 50, "mg/dL", False), ("1975-2", 50.1, "mg/dL", True), ("1975-2", 100, "mg/dL", True),
        ("6301-6", 17, "{INR}", True), ("6301-6", 0.8, "{INR}", False), ("6301-6", 0.7, "{INR}", True),
        ("2951-2", 109, "mmol/L", True), ("2951-2", 110, "mmol/L", False), ("1751-7", 5.9, "g/dL", True),
        ("777-3", 9, "10*9/L", True), ("777-3", 1001, "10*9/L", True), ("2160-0", 0.2, "mg/dL", True),
        ("2160-0", 15, "mg/dL", False),
    ],
)  # fmt: skip
def test_what_is_unusual_is_used_and_asked_about(code: str, value: float, unit: str, asked: bool) -> None:
    name = next(lab.name for lab in LABS.values() if code in {each.code for each in lab.codes})
    assert ("VERIFY_VALUE" in only(name, observation(code, value, unit)).flags) is asked


@pytest.mark.parametrize(
    ("umol", "ambiguous"),
    [(33.9, False), (34.0, True), (34.3, True), (34.4, False), (50, True), (52, True), (52.1, False)],
)
def test_molar_bilirubin_where_published_limits_disagree_is_marked(umol: float, ambiguous: bool) -> None:
    assert ("TWO_TABLES" in only("bilirubin", observation("14631-6", umol, "umol/L")).flags) is ambiguous


def test_a_number_is_taken_as_it_was_written() -> None:
    assert only("bilirubin", observation(value=2.3)).value == Decimal("2.3")
    assert only("bilirubin", observation(value=Decimal("2.30"))).value.as_tuple().exponent == -2
