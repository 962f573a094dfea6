"""The validator tells right records from wrong ones, and says what is wrong with these."""

import pytest

from fhir_profiles.validator import Issue, validate
from tests.profiles.mutations import Case, cases
from tests.profiles.shelf import EXAMPLES

CASES = cases()


def faults(record: object) -> list[Issue]:
    """Errors and warnings."""
    return [issue for issue in validate(record) if issue.severity != "information"]  # type: ignore[arg-type]


def worst(issues: list[Issue]) -> str:
    severities = {issue.severity for issue in issues}
    return "error" if "error" in severities else "warning" if severities else "valid"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gets_its_verdict(case: Case) -> None:
    found = faults(case.record)
    assert worst(found) == case.verdict
    assert case.issue in " ".join(f"{each.path} {each.words} {each.key}" for each in found)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_right(name: str) -> None:
    assert faults(EXAMPLES[name]) == []
