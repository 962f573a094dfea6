"""Codes that real charts use for what excludes: a code that is not known would read as absent."""

import pytest

from tests.charts import Chart, exclusion

SICK = Chart().cirrhosis().reference()


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("code", ["363346000", "363406005", "254637007", "109838007", "94260004"])
def test_cancer_under_a_snomed_code_is_cancer(code: str) -> None:
    assert exclusion(SICK.condition(code), "other-malignancy")["status"] == "present"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("code", ["K25.4", "K26.0", "K27.6", "K28.2", "K29.01", "K31.811", "K57.31", "K62.5", "K22.6"])
def test_bleeding_from_an_ulcer_or_the_gut_is_bleeding(code: str) -> None:
    assert exclusion(SICK.condition(code, days=20), "active-bleeding")["status"] == "present"


@pytest.mark.parametrize("code", ["K25.9", "K26.3", "K29.00", "K57.30"])
def test_an_ulcer_or_diverticula_without_bleeding_are_not(code: str) -> None:
    assert exclusion(SICK.condition(code, days=20), "active-bleeding")["status"] == "absent"


@pytest.mark.hazard("C-25")
def test_sepsis_and_pregnancy_under_the_codes_of_real_charts() -> None:
    assert exclusion(SICK.condition("10001005", days=5), "uncontrolled-infection")["status"] == "present"
    assert exclusion(SICK.female().born("1995-01-01").condition("72892002", days=5), "pregnancy")["status"] == "present"
