"""Our validator and the official one: the same verdict on every case and example, the fault at its place only."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fhir_profiles.validator import Issue, validate
from tests.profiles.mutations import Case, cases
from tests.profiles.official.golden import Verdict, verdicts
from tests.profiles.official.subjects import R4_AT_HAND, Subject, published, written
from tests.profiles.shelf import EXAMPLES
from tests.profiles.test_mutations import on_one_line, plain

CASES = cases()
GIVEN = verdicts()
OFFICIAL = {subject: verdict for (subject, _), verdict in GIVEN.items()}

DIFFERENT: dict[str, tuple[Verdict, str]] = {
    "case/unit-unheard": (
        "valid",
        "We know no grammar of units, only those that a profile fixes.",
    ),
    "case/event-seriousness-unheard": ("valid", "Of FHIR's own code systems we hold those that an element requires."),
    "case/ok-donor-by-id-alone": ("error", "A relative reference is a type and an id; an id alone finds nothing."),
    "case/ok-unheard-extension": (
        "error",
        "An address of ours that we never defined is a slip of the pen.",
    ),
}
"""Case or example -> our verdict and why it is not the official one."""

CONSEQUENCES = {
    "ext-noval": {"ext-1"},
    "inv-2": {"mad-1"},
    "no-status": {"msc-adm-4"},
    "meld-empty": {"msc-meld-1"},
}
"""Case -> further rules that the one fault breaks too."""


def ours(record: dict[str, object]) -> tuple[Issue, ...]:
    """What our validator finds, information left out."""
    return tuple(issue for issue in validate(record) if issue.severity != "information")


def verdict(issues: tuple[Issue, ...]) -> Verdict:
    """The verdict that these issues make; only invariants of ours count as a warning."""
    if any(issue.severity == "error" for issue in issues):
        return "error"
    return "warning" if any(issue.key.startswith("msc-") for issue in issues) else "valid"


def agreed(subject: str, issues: tuple[Issue, ...]) -> bool:
    """Whether our verdict is the official one, or the one that the table of differences says."""
    expected = DIFFERENT[subject][0] if subject in DIFFERENT else OFFICIAL[subject]
    return verdict(issues) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_on_a_case_is_the_official_one(case: Case) -> None:
    issues = ours(case.record)
    assert agreed(f"case/{case.name}", issues), issues


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_verdict_on_an_example_is_the_official_one(name: str) -> None:
    issues = ours(EXAMPLES[name])
    assert agreed(f"example/{name}", issues), issues
    assert f"example/{name}" in DIFFERENT or issues == ()


@pytest.mark.parametrize("name", written())
def test_the_verdict_on_what_we_write_is_the_official_one(name: str) -> None:
    issues = ours(json.loads(written()[name]))
    assert agreed(f"written/{name}", issues), issues


WRONG = [case for case in CASES if case.verdict != "valid" and f"case/{case.name}" not in DIFFERENT]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_fault_is_told_at_its_place_and_by_its_name(case: Case) -> None:
    told = [issue for issue in ours(case.record) if issue.severity == case.verdict]
    named = [issue for issue in told if case.issue in f"{issue.path} {issue.key} {issue.words}"]
    assert named
    assert [issue for issue in named if not on_one_line(plain(issue.path), plain(case.path))] == []
    assert {issue.key for issue in told if issue not in named} == CONSEQUENCES.get(case.name, set())


def test_no_difference_is_listed_for_nothing() -> None:
    assert set(DIFFERENT) - set(OFFICIAL) == set()
    assert [subject for subject, (said, _) in DIFFERENT.items() if said == OFFICIAL[subject]] == []


def _published() -> Iterator[tuple[Subject, bytes]]:
    folders = [R4_AT_HAND, *map(Path, filter(None, os.environ.get("HEPAR_R4_EXAMPLES", "").split(os.pathsep)))]
    yield from published(folders).items()


PUBLISHED = dict(_published())


@pytest.mark.skipif(not PUBLISHED, reason="R4's published examples are not at hand")
def test_no_example_of_r4_is_refused_that_the_official_validator_takes() -> None:
    taken = {subject: content for subject, content in PUBLISHED.items() if GIVEN.get(subject) == "valid"}
    assert taken
    found = {name: ours(json.loads(content)) for (name, _), content in taken.items()}
    assert {name: issues for name, issues in found.items() if verdict(issues) == "error"} == {}
