"""The verdicts of the official validator are about what stands here now, and it takes all that we publish."""

import re

import pytest

from tests.profiles.official import subjects
from tests.profiles.official.golden import MESSAGES, VERDICTS, Message, head, kept, messages, table, verdicts
from tests.profiles.shelf import BY_URL, DEFINITIONS, EXAMPLES

RENEW = "say: make profiles-official"
ROWS, WORDS = kept()
GIVEN = verdicts()

NOT_LOOKED_UP = {"definition/ConceptMap-route-to-pathway.json"}
"""Maps from SNOMED CT: without a terminology server the official validator finds none of its codes in any value set."""


def test_there_is_a_verdict_on_everything_as_it_is_now_and_on_nothing_else() -> None:
    judged = {subject for subject in GIVEN if not subject[0].startswith("r4/")}
    assert judged == set(subjects.own()), RENEW


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_taken(name: str) -> None:
    assert messages()[f"example/{name}"] == []


@pytest.mark.parametrize("name", subjects.written())
def test_what_we_write_ourselves_is_taken(name: str) -> None:
    assert messages()[f"written/{name}"] == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_definition_is_taken(name: str) -> None:
    assert [each for each in messages()[f"definition/{name}"] if not _only_not_looked_up(each)] == []


def test_no_definition_is_excused_for_nothing() -> None:
    assert {each.subject for each in WORDS if _only_not_looked_up(each)} == NOT_LOOKED_UP


def _only_not_looked_up(message: Message) -> bool:
    """Whether it says of a code that its value set has not got it, where the set lists it, code by code."""
    said = re.fullmatch(r"The code '(\w+)' in the system (\S+) is not valid in the value set '(\S+)'", message.words)
    if not said or message.subject not in NOT_LOOKED_UP:
        return False
    listed = BY_URL[said[3]]["compose"]["include"]
    return (said[2], said[1]) in {(each["system"], part["code"]) for each in listed for part in each["concept"]}


def test_what_was_said_is_about_what_was_judged() -> None:
    assert {each.subject for each in WORDS} == {
        each.subject for each in ROWS if each.verdict != "valid" and not each.subject.startswith("r4/")
    }


def test_both_tables_are_of_one_run_and_written_as_they_are_read() -> None:
    assert head(VERDICTS) == head(MESSAGES)
    for line, said in zip(head(VERDICTS), ("By whom: ", "How: ", "What counts: ", "When: "), strict=True):
        assert line.startswith(f"# {said}")
    assert VERDICTS.read_text(encoding="utf-8") == table(head(VERDICTS), ROWS)
    assert MESSAGES.read_text(encoding="utf-8") == table(head(MESSAGES), WORDS)


def test_the_examples_that_hl7_published_are_judged_too() -> None:
    names = {subject for subject, _ in GIVEN if subject.startswith("r4/")}  # some in two forms, whole and shortened
    assert len(names) >= 204
