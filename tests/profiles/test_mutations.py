"""The records that validators are tested with: all different, of every profile, and judged officially as we expect."""

import re
from collections import Counter

import pytest

from tests.profiles.good import good
from tests.profiles.mutations import FAULTS, Case, cases
from tests.profiles.official.golden import messages, verdict
from tests.profiles.shelf import CANONICAL, PROFILES

CASES = cases()
SAID = messages()


def plain(location: str) -> str:
    """A location without the notes that the official validator makes in it."""
    return re.sub(r"/\*.*?\*/|\.ofType\(\w+\)|\[x\]", "", location)


def on_one_line(one: str, other: str) -> bool:
    """Whether one path is the other or leads to it: what is missing is told at the place or at what should hold it."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :][:1] in {"", ".", "["}


def test_every_case_differs_from_every_other() -> None:
    assert len({case.name for case in CASES}) == len({str(case.record) for case in CASES}) == len(CASES)


def test_there_are_enough() -> None:
    held = Counter(case.verdict for case in CASES)
    assert held["valid"] >= 12
    assert held["error"] >= 60
    assert held["warning"] >= 1


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_a_good_record_and_a_fault(profile: str) -> None:
    url = f"{CANONICAL}/StructureDefinition/{profile}"
    of_profile = {name for name, record in good().items() if url in record["meta"]["profile"]}
    assert of_profile
    assert [fault.name for fault in FAULTS if fault.start in of_profile]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_official_validator_agrees(case: Case) -> None:
    said = SAID[f"case/{case.name}"]
    assert verdict(said) == case.verdict
    there = [each for each in said if on_one_line(plain(each.location), case.path)]
    assert case.verdict == "valid" or [each for each in there if case.issue in each.words]
