"""A change of MELD beside its two scores: what no definition can ask, and so the official validator does not."""

from copy import deepcopy
from typing import Any

import pytest

from fhir_profiles.validator import Issue, validate
from tests.profiles.changes import Change, put
from tests.profiles.shelf import EXAMPLES

BASE = "https://example.org/fhir/"
NAMES = ("Patient-pat-1", "Observation-meld-1", "Observation-meld-2", "Observation-meld-change-1")
METHOD = "method.coding.0.code"


def issues(*changes: Change) -> list[Issue]:
    """What is found of a Bundle of the patient, two scores and their change, each put under its own address."""
    held = [deepcopy(EXAMPLES[f"{name}.json"]) for name in NAMES]
    for change in changes:
        change({"entry": held, "change": held[-1], "later": held[2]})
    entries = [{"fullUrl": f"{BASE}{each['resourceType']}/{each['id']}", "resource": each} for each in held]
    found = validate({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return [each for each in found if each.key == "meld-change"]


def test_the_difference_of_two_scores_of_one_formula_is_right() -> None:
    assert issues() == []


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (put(f"later.{METHOD}", "meld-na"), "entry[3].resource.method", "different formulas"),
        (put(f"change.{METHOD}", "meld"), "entry[3].resource.method", "different formulas"),
        (put("change.valueQuantity.value", -4), "value.ofType(Quantity)", "not the difference"),
        (put("change.derivedFrom.1.reference", "Observation/meld-1"), "derivedFrom", "lead to one score"),
    ],
)
def test_what_is_no_change_of_one_score_is_refused(change: Change, path: str, words: str) -> None:
    (found,) = issues(change)
    assert found.severity == "error"
    assert found.path.endswith(path)
    assert words in found.words


ODD = (None, "x", [], {}, True, 10**400, [None], [{"reference": 7}, {"reference": "x"}])


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("key", ["derivedFrom", "method", "valueQuantity"])
def test_what_is_no_score_at_all_is_no_matter_of_this_rule(key: str, value: Any) -> None:
    assert issues(put(f"change.{key}", value)) == []
    assert issues(put("later.valueQuantity.value", value)) == []


def test_scores_that_are_elsewhere_are_not_looked_at() -> None:
    assert issues(put("change.derivedFrom.1.reference", "Observation/other"), put("change.method", {})) == []
