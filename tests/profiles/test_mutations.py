"""The records that validators are tested with: few, different, and judged by the reference validator as we expect."""

import csv
from collections import Counter, defaultdict

import pytest

from tests.profiles.mutations import Case, cases
from tests.source_tree import ROOT

CASES = cases()
WITH_HEAD = (ROOT / "tests/profiles/hapi.csv").read_text(encoding="utf-8").splitlines()
SAID = defaultdict(list)
for row in csv.DictReader(line for line in WITH_HEAD if not line.startswith("#")):
    SAID[row["case"]].append(row)
"""Case -> what the reference validator says of it, best practice left out."""


def test_every_case_differs_from_every_other() -> None:
    assert len({case.name for case in CASES}) == len({str(case.record) for case in CASES}) == len(CASES)


def test_there_are_good_records_faults_and_a_warning() -> None:
    assert Counter(case.verdict for case in CASES) == {"valid": 6, "error": 33, "warning": 1}


def test_the_reference_speaks_of_no_other_case() -> None:
    assert set(SAID) - {case.name for case in CASES} == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reference_validator_agrees(case: Case) -> None:
    severities = {row["severity"] for row in SAID[case.name]}
    assert ("error" if "error" in severities else "warning" if severities else "valid") == case.verdict
    assert case.issue in " ".join(row["location"] + " " + row["message"] for row in SAID[case.name])
