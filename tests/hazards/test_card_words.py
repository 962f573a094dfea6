"""How numbers, units, times and gaps are written on a card (C-33, C-39)."""

import re
from dataclasses import replace

import pytest

from cds.advice.order import order
from cds.knowledge import PATHWAYS
from cds.words import counted, quantity
from tests.charts import Chart


def detail(chart: Chart) -> str:
    return re.sub(r"\\(.)", r"\1", chart.cards()[0]["detail"])


@pytest.mark.hazard("C-33")
@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("148", "10*9/L", "148 × 10⁹/L"), ("78", "mm[Hg]", "78 mmHg"), ("1.5", "{INR}", "1.5"),
        ("48", "umol/L", "48 µmol/L"), ("34", "kg/m2", "34 kg/m²"), ("57", "a", "57 years"), ("2", "mg/dL", "2 mg/dL"),
    ],
)  # fmt: skip
def test_units_are_those_that_clinicians_write(value: str, unit: str, said: str) -> None:
    assert quantity(value, unit) == said


@pytest.mark.hazard("C-33")
def test_one_thing_and_two_things() -> None:
    assert (counted(0, "step"), counted(1, "step"), counted(2, "step")) == ("0 steps", "1 step", "2 steps")


@pytest.mark.hazard("C-33", "C-39")
def test_no_code_of_a_unit_stands_on_a_card() -> None:
    chart = Chart().cirrhosis().reference(bilirubin=None).lab("bilirubin", 48, "umol/L", hours=2, code="14631-6")
    said = detail(chart.lab("platelets", 92, hours=2).lab("ast", 58, hours=2, upper=35).lab("alt", 34, hours=2))
    assert "| bilirubin | 2.81 mg/dL | 48 µmol/L | 2026-11-22 08:00 |" in said
    assert "| INR | 1.5 |  | 2026-11-22 08:00 |" in said
    assert "92 × 10⁹/L" in said
    assert not re.search(r"10\*|\{INR\}|\[Hg\]|\dT\d", said)


@pytest.mark.hazard("C-33", "C-4")
def test_all_that_is_missing_is_said_in_one_line() -> None:
    said = detail(Chart().cirrhosis().reference(inr=None, albumin=None))
    assert "- No usable result for INR, albumin, ascites and encephalopathy. Record current results." in said
    assert "| MELD-Na (OPTN 2016) | not computed | no usable result for INR |" in said


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize("pathway", PATHWAYS)
def test_the_title_of_a_criterion_brings_no_number_after_meld(pathway: str) -> None:
    assert not [rule.title for rule in PATHWAYS[pathway].criteria if "MELD" in rule.title]


@pytest.mark.hazard("C-33")
@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (("ACLF grade 3",), "1 exclusion present; ACLF grade 3"),
        (("Cancer of the liver", "Other cancer"), "2 exclusions present; cancer of the liver and other cancer"),
    ],
)
def test_exclusions_in_a_headline_have_no_capital_but_their_own(titles: tuple[str, ...], said: str) -> None:
    found = Chart().cirrhosis().reference().assess()
    judged = {each: "present" if each.title in titles else "absent" for each in found.exclusions}
    exclusions = tuple(replace(each, status=status) for each, status in judged.items())
    headline = order(replace(found, exclusions=exclusions, evaluation=()), "").headline
    assert headline == f"Investigational MSC order: {said}"
