"""Whatever JSON comes as a record, the validator answers, soon, and with an OperationOutcome that is right itself."""

import copy
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_profiles.invariants import LARGEST
from fhir_profiles.run import MOST_ISSUES
from fhir_profiles.validator import DEEPEST, outcome, validate
from tests.profiles.shelf import CANONICAL, EXAMPLES

OURS = f"{CANONICAL}/StructureDefinition"
ODD = st.sampled_from([
    None, True, 0, -1, 1.5, 2**40, "", " ", "#", "#x", "2026-02-30", "Patient/1", "x/y", "<div/>", [], {}, [[]], [None],
    [{}], {"a": 1}, {"resourceType": "Patient"}, {"resourceType": []}, {"extension": [{}]}, {"reference": "#"},
    {"reference": 1}, {"coding": [{"code": 1}]}, {"coding": {}}, {"url": f"{OURS}/cell-source"}, float("nan"),
    f"{OURS}/msc-product", [f"{OURS}/msc-administration"], {"profile": [f"{OURS}/meld-score", 1]},
])  # fmt: skip
NAMES = st.sampled_from([
    "extension", "_status", "contained", "meta", "value", "valueString", "valueQuantity", "_valueQuantity", "id",
    "text", "entry", "resource", "resourceType", "type", "code", "coding", "x",
])  # fmt: skip


def nodes(value: Any) -> list[Any]:
    """Every object and list of a record."""
    found = [value] if isinstance(value, dict | list) else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [each for one in inside for each in nodes(one)]


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A good record in which some places were overwritten."""
    record = copy.deepcopy(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))])
    for _ in range(draw(st.integers(1, 4))):
        places = nodes(record)
        place = places[draw(st.integers(0, len(places) - 1))]
        if isinstance(place, dict):
            place[draw(NAMES | st.sampled_from([*place, "x"]))] = copy.deepcopy(draw(ODD))
        else:
            place.insert(0, copy.deepcopy(draw(ODD)))
    return record


@settings(max_examples=300)
@given(spoilt())
def test_a_spoilt_record_gets_an_answer(record: Any) -> None:
    issues = validate(record)
    assert issues == validate(record)
    assert len({(issue.path, issue.words) for issue in issues}) == len(issues)
    answer = validate(outcome(issues))
    assert [issue for issue in answer if issue.severity == "error"] == []


@pytest.mark.parametrize("record", [None, [], "x", 1, {}, {"resourceType": 1}, {"resourceType": "Nonsense"}], ids=str)
def test_what_is_no_resource_is_told_so(record: object) -> None:
    assert [issue.severity for issue in validate(record)][:1] == ["error"]


def test_a_record_nested_too_deeply_is_not_looked_at() -> None:
    record: dict[str, Any] = {"linkId": "1", "type": "group"}
    for _ in range(5_000):
        record = {"linkId": "1", "type": "group", "item": [record]}
    (issue,) = validate({"resourceType": "Questionnaire", "item": [record]})
    assert issue.key == "nested"


@pytest.mark.parametrize("link", ["extension", "contained", "entry"])
def test_as_deep_as_is_looked_at_is_no_trouble(link: str) -> None:
    record: dict[str, Any] = {"resourceType": "Bundle", "url": f"{OURS}/cell-source"}
    while validate(record)[0].key != "nested":
        inner = {"resource": record} if link == "entry" else record
        record = {"resourceType": "Bundle", "url": f"{OURS}/cell-source", link: [inner]}
    assert len(str(record)) > DEEPEST


def test_contained_resources_that_refer_to_each_other_in_a_circle_are_no_trouble() -> None:
    circle = [
        {"resourceType": "MedicationAdministration", "id": id, "partOf": [{"reference": f"#{other}"}]}
        for id, other in (("a", "b"), ("b", "a"))
    ]
    record = {
        "resourceType": "MedicationAdministration",
        "meta": {"profile": [f"{OURS}/prp-co-administration"]},
        "contained": circle,
        "partOf": [{"reference": "#a"}],
    }
    told = {issue.path for issue in validate(record)}
    assert "MedicationAdministration.partOf[0]" in told


def _entries(count: int) -> dict[str, Any]:
    patients = [{"resourceType": "Patient", "id": str(number)} for number in range(count)]
    named = [{"fullUrl": f"https://example.org/Patient/{each['id']}", "resource": each} for each in patients]
    return {"resourceType": "Bundle", "type": "collection", "entry": named}


def _contained(count: int) -> dict[str, Any]:
    held = [
        {"resourceType": "Organization", "id": str(number), "name": "x", "partOf": {"reference": f"#{number - 1}"}}
        for number in range(count)
    ]
    return {"resourceType": "Patient", "contained": held, "managingOrganization": {"reference": f"#{count - 1}"}}


def _components(count: int) -> dict[str, Any]:
    codes = [{"system": "https://example.org/s", "code": str(number)} for number in range(count)]
    parts = [{"code": {"coding": [each]}, "valueInteger": 1} for each in codes]
    return {
        "resourceType": "Observation",
        "meta": {"profile": [f"{OURS}/meld-score"]},
        "code": {"coding": codes},
        "component": parts,
    }


def _items(count: int) -> dict[str, Any]:
    items = [{"linkId": str(number), "type": "group", "item": [{}]} for number in range(count)]
    return {"resourceType": "Questionnaire", "status": "draft", "item": items}


def _took(record: dict[str, Any]) -> float:
    start = time.process_time()
    validate(record)
    return time.process_time() - start


@pytest.mark.parametrize("make", [_entries, _contained, _components, _items])
def test_four_times_as_much_takes_about_four_times_as_long(make: Any) -> None:
    few, many = make(LARGEST // 10), make(4 * (LARGEST // 10))
    _took(few)
    assert min(_took(many) for _ in range(2)) < 9 * max(_took(few) for _ in range(2)) + 0.2


def test_a_record_of_many_faults_is_not_looked_at_to_its_end() -> None:
    issues = validate({"resourceType": "Bundle", "type": "collection", "entry": [{}] * 100_000})
    assert MOST_ISSUES <= len(issues) <= MOST_ISSUES + 2
    assert {issue.code for issue in issues if issue.severity == "information"} >= {"too-long"}
