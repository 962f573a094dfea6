"""The table of analytes, walked whole: every code, every factor, every spelling."""

from decimal import Decimal

import pytest
from ucumvert import get_ucum_parser

from cds.analyte import LOINC
from cds.chart import KINDS, Original, Result
from cds.labs import LABS, PANELS, convert_for, loinc_codes
from cds.reasons import REASONS
from cds.units import CODES, PRINTED, SPELLINGS, UCUM
from tests.cds.clinic import ago

PARSER = get_ucum_parser()
EVERY_CODE = [(lab.name, code) for lab in LABS.values() for code in lab.codes]

FACTORS = {
    ("bilirubin", "umol/L"): ("1710.4", "100.00"),
    ("creatinine", "umol/L"): ("8840", "100.00"),
    ("creatinine", "mmol/L"): ("8.84", "100.00"),
    ("albumin", "g/L"): ("42", "4.2"),
    ("haemoglobin", "g/L"): ("101", "10.1"),
    ("sodium", "meq/L"): ("133", "133"),
    ("inr", "{INR}"): ("1.5", "1.5"),
    ("inr", "{ratio}"): ("1.5", "1.5"),
    ("alt", "[IU]/L"): ("40", "40"),
    ("alt", "ukat/L"): ("1", "60"),
    ("ast", "[IU]/L"): ("40", "40"),
    ("ast", "ukat/L"): ("1", "60"),
    ("alp", "[IU]/L"): ("40", "40"),
    ("alp", "ukat/L"): ("1", "60"),
    ("ggt", "[IU]/L"): ("40", "40"),
    ("ggt", "ukat/L"): ("1", "60"),
    ("platelets", "10*3/uL"): ("150", "150"),
    ("platelets", "/nL"): ("150", "150"),
    ("platelets", "/uL"): ("150000", "150"),
    ("platelets", "/L"): ("150000000000", "150"),
    ("wbc", "10*3/uL"): ("7.5", "7.5"),
    ("wbc", "/nL"): ("7.5", "7.5"),
    ("wbc", "/uL"): ("7500", "7.5"),
    ("wbc", "/L"): ("7500000000", "7.5"),
    ("crp", "mg/dL"): ("1.2", "12"),
    ("bun", "mmol/L"): ("357", "1000.00"),
    ("urea", "mg/dL"): ("100", "16.65"),
    ("afp", "ug/L"): ("12", "12"),
    ("afp", "[IU]/mL"): ("10", "12.1"),
    ("afp", "k[IU]/L"): ("10", "12.1"),
    ("hba1c", "mmol/mol"): ("1000", "93.63"),
    ("glucose", "mmol/L"): ("50", "900.80"),
    ("fasting_glucose", "mmol/L"): ("70", "1261.12"),
    ("triglycerides", "mmol/L"): ("200", "17714.00"),
    ("cholesterol", "mmol/L"): ("50", "1933.50"),
    ("hdl", "mmol/L"): ("100", "3867.00"),
    ("ldl", "mmol/L"): ("30", "1160.10"),
    ("ammonia", "ug/dL"): ("100", "58.7"),
    ("lactate", "mg/dL"): ("18", "1.998"),
    ("pf_ratio", "kPa"): ("40", "300.0248"),
    ("pao2", "kPa"): ("10", "75.0062"),
    ("fio2", "%"): ("40", "0.4"),
    ("map", "kPa"): ("10", "75.0062"),
    ("sbp", "kPa"): ("16", "120.00992"),
    ("dbp", "kPa"): ("10", "75.0062"),
    ("weight", "g"): ("70000", "70"),
    ("weight", "[lb_av]"): ("100", "45.359237"),
    ("weight", "[oz_av]"): ("1600", "45.3592370000"),
    ("height", "m"): ("1.75", "175"),
    ("height", "[in_i]"): ("70", "177.8"),
    ("waist", "m"): ("1.02", "102"),
    ("waist", "[in_i]"): ("40", "101.6"),
    ("audit_c", "1"): ("4", "4"),
    ("hcv_rna", "{copies}/mL"): ("600", "600"),
    ("hcg", "m[IU]/mL"): ("25", "25"),
    ("hcg", "U/L"): ("25", "25"),
}
"""(analyte, unit) -> a number in it and the same in the canonical unit: every conversion that there is."""


def mod_10(code: str) -> bool:
    """The check digit of LOINC: every second digit from the right doubled, digits summed."""
    body, check = code.split("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return -sum(digit // 10 + digit % 10 for digit in doubled) % 10 == int(check)


def test_the_check_digit_catches_a_typing_error() -> None:
    assert mod_10("1975-2")
    assert not mod_10("1957-2")


def test_every_loinc_code_passes_its_check_digit() -> None:
    codes = {code.code for _, code in EVERY_CODE if code.system == LOINC}
    codes |= {decoy for lab in LABS.values() for decoy in lab.decoys} | {panel for panel in PANELS if "-" in panel}
    assert not [code for code in codes if not mod_10(code)]


@pytest.mark.hazard("C-18")
def test_every_code_belongs_to_one_analyte() -> None:
    keys = [(code.system, code.code) for _, code in EVERY_CODE]
    decoys = {decoy for lab in LABS.values() for decoy in lab.decoys}
    assert len(keys) == len(set(keys))
    assert not decoys & {code for _, code in keys}


@pytest.mark.hazard("C-1")
def test_every_conversion_is_pinned() -> None:
    converted = {(lab.name, unit.code) for lab in LABS.values() for unit in lab.units if unit.convert(Decimal(7)) != 7}
    same = {(lab.name, unit.code) for lab in LABS.values() for unit in lab.units if unit.code != lab.unit} - converted
    assert converted | same == set(FACTORS)


@pytest.mark.hazard("C-1")
@pytest.mark.parametrize(("name", "unit"), FACTORS)
def test_conversion(name: str, unit: str) -> None:
    charted, canonical = FACTORS[name, unit]
    (found,) = [each for each in LABS[name].units if each.code == unit]
    assert found.convert(Decimal(charted)) == Decimal(canonical)


def test_the_canonical_unit_is_among_the_accepted_ones() -> None:
    for lab in LABS.values():
        (same,) = [unit for unit in lab.units if unit.code == lab.unit]
        assert same.convert(Decimal("1.5")) == Decimal("1.5")


@pytest.mark.hazard("C-22")
@pytest.mark.parametrize(("umol", "mg"), [("34.2", "2.00"), ("34.1", "1.99"), ("51.3", "3.00"), ("51.4", "3.01")])
def test_molar_bilirubin_is_rounded_half_up_to_cents_before_any_threshold(umol: str, mg: str) -> None:
    assert LABS["bilirubin"].units[1].convert(Decimal(umol)) == Decimal(mg)


def test_a_fraction_of_oxygen_labelled_percent_stays_a_fraction() -> None:
    assert LABS["fio2"].units[1].convert(Decimal("0.4")) == Decimal("0.4")


@pytest.mark.parametrize("code", CODES)
def test_ucum_codes_are_ucum(code: str) -> None:
    PARSER.parse(code)


def test_printed_forms_are_declared_for_units_that_exist_and_are_no_ucum_codes_of_ours() -> None:
    assert set(SPELLINGS) <= set(UCUM)
    assert not PRINTED & set(CODES)


def test_within_one_analyte_a_spelling_has_one_meaning() -> None:
    for lab in LABS.values():
        forms = [
            form for unit in lab.units for form in (*SPELLINGS.get(unit.code, ()), unit.code, *UCUM[unit.code].split())
        ]
        assert len(forms) == len(set(forms)), lab.name


def test_limits_are_in_order() -> None:
    for lab in LABS.values():
        limits = lab.limits
        assert 0 <= limits.low <= limits.ask_low < limits.ask_high <= limits.high, lab.name


def test_flags_are_reasons_and_kinds_are_kinds() -> None:
    assert {code.flag for _, code in EVERY_CODE} - {""} <= set(REASONS)
    assert {lab.kind for lab in LABS.values()} <= KINDS


@pytest.mark.hazard("C-30")
def test_codes_to_ask_for_are_exactly_the_accepted_ones() -> None:
    asked = {*loinc_codes("labs"), *loinc_codes("vitals")}
    assert asked == {code.code for _, code in EVERY_CODE if code.system == LOINC}


def test_for_an_equation_in_molar_units_the_charted_number_is_taken() -> None:
    canonical, charted = Decimal("1.99"), Original(Decimal("34.1"), "umol/L", "14631-6")
    result = Result("bilirubin", canonical, "mg/dL", ago(1), "Observation/1", charted)
    assert convert_for(result, "umol/L") == Decimal("34.1")
    assert convert_for(result, "") == canonical


def test_for_an_equation_in_molar_units_a_mass_is_converted() -> None:
    result = Result("bilirubin", Decimal(2), "mg/dL", ago(1), "Observation/1", Original(Decimal(2), "mg/dL", "1975-2"))
    assert convert_for(result, "umol/L") == Decimal("34.208")
